# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.modules.db import FunctionStatus

from odoo.addons.payment_va.tools.va_number import digits


def _name_trigram_definition(registry):
    """Return an index that serves ``ilike`` as Odoo writes it on this database."""
    if not registry.has_trigram:
        return ""
    column = "name"
    if registry.has_unaccent == FunctionStatus.INDEXABLE:
        column = registry.unaccent(column)
    elif registry.has_unaccent:
        return ""
    return f"USING gin ({column} gin_trgm_ops)"


class ResPartner(models.Model):
    _inherit = "res.partner"

    # The queue at the window waits for this search: any part of any name, among all
    # the families of a foundation.
    _scola_name_trigram_idx = models.Index(_name_trigram_definition)

    def _get_va_customer_number(self):
        """Override of `payment_va`: a student's number is the NIS or NIM."""
        # As superuser: the number is printed on bills; the student may be another's.
        student = self.sudo().scola_own_student_ids[:1]
        return digits(student.nis or student.nim) or super()._get_va_customer_number()

    def _get_open_bill_lines(self, company):
        """Override of `payment_va`: no bank asks for a donation."""
        lines = super()._get_open_bill_lines(company)
        return lines.filtered(lambda line: not line.move_id._is_payment_voluntary())
