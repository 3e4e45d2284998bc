from . import account_move_bulk
from . import account_move_bulk_review
from . import account_move_bulk_run
from . import account_move_bulk_stamp
