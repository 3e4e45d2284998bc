# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..const import INHERITED_ACCOUNTS, STUDENT_DOMAIN


class AbstractReport(models.AbstractModel):
    _inherit = "report.account_financial_report.abstract_report"

    def _for_school(self, data):
        """Return the report with the filters of its wizard in the context.

        HTML, PDF and XLSX all pass ``_get_report_values``, which hands on to each
        method only what it knows of.

        :param dict data: of the report, with the wizard
        """
        wizard = self.env[data["wizard_name"]].browse(data["wizard_id"])
        return self.with_context(
            **{
                INHERITED_ACCOUNTS: True,
                STUDENT_DOMAIN: wizard._get_student_domain(),
            }
        )

    @api.model
    def _get_student_domain(self):
        """Return the domain of journal items that the wizard's filters make."""
        return self.env.context.get(STUDENT_DOMAIN) or []

    @api.model
    def _get_move_lines_domain_not_reconciled(self, *args, **kwargs):
        """Override of `account_financial_report`: open items, ageing."""
        domain = super()._get_move_lines_domain_not_reconciled(*args, **kwargs)
        return domain + self._get_student_domain()

    @api.model
    def _get_new_move_lines_domain(self, *args, **kwargs):
        """Override of `account_financial_report`: items reconciled after the date."""
        domain = super()._get_new_move_lines_domain(*args, **kwargs)
        return domain + self._get_student_domain()
