from . import payment_xendit_api
from . import payment_provider
from . import payment_transaction
