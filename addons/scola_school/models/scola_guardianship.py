# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaGuardianship(models.Model):
    _name = "scola.guardianship"
    _description = "Guardian of a Student"
    _order = "student_id, is_main desc, id"

    student_id = fields.Many2one(
        comodel_name="scola.student", required=True, index=True, ondelete="cascade"
    )
    guardian_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_company', '=', False), ('scola_type', '!=', 'student')]",
    )
    relation = fields.Selection(
        selection=[
            ("father", "Father"),
            ("mother", "Mother"),
            ("guardian", "Guardian"),
            ("grandparent", "Grandparent"),
            ("sibling", "Sibling"),
            ("other", "Other"),
        ],
        required=True,
        default="guardian",
    )
    is_main = fields.Boolean(
        string="Main Contact", help="Bills and reminders go to this guardian first."
    )
    portal_access = fields.Boolean(
        default=True, help="This guardian may see the student in the portal."
    )
    second_household = fields.Boolean(
        help="The guardian lives elsewhere and is not part of the family that pays."
    )
    phone = fields.Char(related="guardian_id.phone", readonly=False)
    email = fields.Char(related="guardian_id.email", readonly=False)
    company_id = fields.Many2one(
        related="student_id.company_id", string="School", store=True, index=True
    )

    _guardian_uniq = models.Constraint(
        "UNIQUE(student_id, guardian_id)",
        "Guardian: this person is a guardian of the student already. Change the "
        "existing line.",
    )
    _main_uniq = models.UniqueIndex(
        "(student_id) WHERE is_main",
        "Main Contact: the student has a main contact already. Untick the other one "
        "first.",
    )

    @api.depends("guardian_id.name", "student_id.display_name")
    def _compute_display_name(self):
        for guardianship in self:
            guardian = guardianship.guardian_id.name or ""
            student = guardianship.student_id.display_name or ""
            guardianship.display_name = f"{guardian}: {student}"

    @api.constrains("guardian_id", "student_id")
    def _check_not_self(self):
        for guardianship in self:
            if guardianship.guardian_id == guardianship.student_id.partner_id:
                raise ValidationError(
                    self.env._(
                        "Guardian: %(name)s cannot be their own guardian. Tick Pays "
                        "for Themselves on the student instead.",
                        name=guardianship.guardian_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            # Lest the cache of the related field keeps what was typed.
            guardian = self.env["res.partner"].browse(vals.get("guardian_id"))
            guardian._scola_clean_vals(vals)
        guardianships = super().create(vals_list)
        guardianships._join_family()
        guardianships._sync_portal_group()
        return guardianships

    def write(self, vals):
        vals = dict(vals)
        self.guardian_id._scola_clean_vals(vals)
        result = super().write(vals)
        if vals.keys() & {"guardian_id", "student_id", "second_household"}:
            self._join_family()
        if vals.keys() & {"guardian_id", "portal_access"}:
            self._sync_portal_group()
        return result

    def _join_family(self):
        """Put guardians who live with the student below the student's family."""
        for guardianship in self:
            guardian = guardianship.guardian_id
            if not guardian.scola_type:
                guardian.scola_type = "guardian"
            family = guardianship.student_id.family_id
            alone = not guardian.parent_id and not guardian.child_ids
            if family and family != guardian and alone:
                if not guardianship.second_household:
                    guardian.write({"parent_id": family.id, "type": "contact"})

    def _sync_portal_group(self):
        """Give guardians who are portal users already the school's portal group."""
        group = self.env.ref("scola_school.group_portal_guardian")
        for guardianship in self.filtered("portal_access").sudo():
            users = guardianship.guardian_id.user_ids.filtered(
                lambda user: user._is_portal()
            )
            # The school, too: children of one family may go to different ones.
            users.write(
                {
                    "group_ids": [(4, group.id)],
                    "company_ids": [(4, guardianship.company_id.id)],
                }
            )
