from . import payment_incoming_assign
from . import payment_incoming_resolve
from . import payment_refund_confirm
from . import payment_refund_request
from . import payment_settlement_import
from . import payment_settlement_match
