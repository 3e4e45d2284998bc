from . import payment_receipt
from . import payment_three_way_report
