from . import api
from . import page
