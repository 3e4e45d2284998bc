from . import snap
