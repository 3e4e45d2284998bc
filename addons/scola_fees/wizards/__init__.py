# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    scola_bulk_enroll,
    scola_schedule_generate,
    scola_receipt_cancel,
    scola_cash_close,
    scola_cash_close_line,
    scola_va_create,
)
