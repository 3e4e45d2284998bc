# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    bos_document_report,
    bos_document_portrait_report,
    bos_cash_count_report,
    bos_document_xlsx,
    bos_cash_count_xlsx,
)
