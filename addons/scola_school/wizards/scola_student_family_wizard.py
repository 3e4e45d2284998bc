# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class ScolaStudentFamilyWizard(models.TransientModel):
    _name = "scola.student.family.wizard"
    _description = "Move Students to Another Family"

    student_ids = fields.Many2many(
        comodel_name="scola.student", string="Students", required=True
    )
    old_family_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="scola_family_wizard_old_family_rel",
        string="Present Families",
        compute="_compute_old_family_ids",
    )
    mode = fields.Selection(
        selection=[
            ("existing", "An existing family"),
            ("new", "A new family"),
            ("alone", "No family: the student pays"),
        ],
        string="Move to",
        required=True,
        default="existing",
    )
    family_id = fields.Many2one(
        comodel_name="res.partner",
        string="New Family",
        domain="[('scola_type', '=', 'family'), ('parent_id', '=', False)]",
    )
    family_name = fields.Char(string="Name of the New Family")
    date = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._scola_today(),
        help="Kept in the history. Bills made before stay with the present family.",
    )
    guardian_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="scola_family_wizard_guardian_rel",
        string="Guardians Who Move Along",
        domain="[('id', 'in', available_guardian_ids)]",
        help="The others remain guardians of the student, as second household.",
    )
    available_guardian_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="scola_family_wizard_available_guardian_rel",
        compute="_compute_old_family_ids",
        export_string_translation=False,
    )

    @api.depends("student_ids")
    def _compute_old_family_ids(self):
        for wizard in self:
            families = wizard.student_ids.family_id
            wizard.old_family_ids = families
            wizard.available_guardian_ids = wizard.student_ids.guardian_ids.filtered(
                lambda guardian, families=families: guardian.parent_id in families
            )

    def action_move(self):
        """Move the students; what the old family owes stays with it."""
        self.ensure_one()
        self._check_date()
        old_families = {student: student.family_id for student in self.student_ids}
        moving_guardians = self.guardian_ids & self.available_guardian_ids
        family = self._get_family()
        self.student_ids.write(
            {"family_id": family.id, "is_own_debtor": self.mode == "alone"}
        )
        self.student_ids.sudo().family_since = self.date
        moving_guardians._scola_set_parent(family)
        self._mark_households(family)
        for student, old_family in old_families.items():
            self._log_move(student, old_family, family)
        return {"type": "ir.actions.act_window_close"}

    def _check_date(self):
        if self.date > self.env.company._scola_today():
            raise UserError(
                self.env._(
                    "From: %(date)s lies in the future. Choose today or an earlier "
                    "day, or come back on that day.",
                    date=self.date,
                )
            )

    def _get_family(self):
        """Return the family to move to, made if it is a new one."""
        Partner = self.env["res.partner"]
        if self.mode == "alone":
            return Partner
        if self.mode == "new":
            if not (self.family_name or "").strip():
                raise UserError(
                    self.env._("Name of the New Family: it is empty. Enter a name.")
                )
            return Partner.create(self._prepare_family_vals())
        if not self.family_id:
            raise UserError(
                self.env._(
                    "New Family: it is empty. Choose the family, or choose to make a "
                    "new one."
                )
            )
        if self.family_id in self.old_family_ids:
            raise UserError(
                self.env._(
                    "New Family: %(name)s is the present family of a student. Choose "
                    "another one.",
                    name=self.family_id.name,
                )
            )
        return self.family_id

    def _prepare_family_vals(self):
        return {"name": self.family_name.strip(), "scola_type": "family"}

    def _mark_households(self, family):
        guardianships = self.student_ids.guardianship_ids
        guardianships.filtered(
            lambda g: g.guardian_id.parent_id == family
        ).second_household = False
        guardianships.filtered(
            lambda g: family and g.guardian_id.parent_id != family
        ).second_household = True

    def _log_move(self, student, old_family, family):
        nobody = self.env._("no family")
        # Families may belong to another school, too, and be out of the user's hands.
        old_family, family = old_family.sudo(), family.sudo()
        body = self.env._(
            "%(student)s moved from %(old)s to %(new)s on %(date)s.",
            student=student.display_name,
            old=old_family.name or nobody,
            new=family.name or nobody,
            date=self.date,
        )
        student.message_post(body=Markup("%s") % body)
        for partner in old_family | family:
            partner.message_post(body=Markup("%s") % body)
