# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import (
    account_account,
    mis_report,
    mis_report_instance,
    res_company,
    res_config_settings,
    scola_books,
    scola_fiscal_closing,
    scola_fiscal_closing_line,
    template_id_foundation,
)
