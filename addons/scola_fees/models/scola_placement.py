# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class ScolaPlacement(models.Model):
    _inherit = "scola.placement"

    def _after_placement(self):
        """Override of `scola_school`: placed students get the fees of their level."""
        result = super()._after_placement()
        open_placements = self.filtered(lambda placement: not placement.date_end)
        # As superuser: whoever places students need not be allowed to define fees.
        Enrollment = self.env["scola.student.fee.enrollment"].sudo()
        for template in Enrollment._get_automatic_templates(open_placements):
            students = open_placements.filtered(
                lambda placement, template=template: placement._gets(template)
            ).student_id
            Enrollment._enroll(students.sudo(), template, "placement")
        Enrollment._follow_placements(open_placements)
        return result

    def _gets(self, template):
        """Tell whether this placement enrols in ``template``.

        :param scola.fee.template template: one that enrols by itself
        :rtype: bool
        """
        self.ensure_one()
        joined = self.student_id.entry_date or self.date_start
        return (
            self.company_id == template.company_id
            and self.year_id == template.year_id
            and self.classroom_id.level_id == template.level_id
            # Who joins after the template's last day owes nothing of it.
            and joined <= template._get_validity()[1]
        )
