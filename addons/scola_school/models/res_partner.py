# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import identity


class ResPartner(models.Model):
    _inherit = "res.partner"

    scola_type = fields.Selection(
        selection=[
            ("family", "Family"),
            ("guardian", "Guardian"),
            ("student", "Student"),
        ],
        string="School Role",
        index=True,
        help="A family is the debtor; its guardians and students are its contacts.",
    )
    scola_nik = fields.Char(
        string="NIK of the Guardian", size=16, index="btree_not_null", copy=False
    )
    scola_family_card = fields.Char(
        string="Family Card Number (No KK)",
        size=16,
        copy=False,
        help="Students imported with the same number become one family.",
    )
    guardianship_ids = fields.One2many(
        comodel_name="scola.guardianship",
        inverse_name="guardian_id",
        string="Guardianships",
    )
    scola_own_student_ids = fields.One2many(
        comodel_name="scola.student",
        inverse_name="partner_id",
        string="Student Record",
        export_string_translation=False,
    )
    scola_family_student_ids = fields.One2many(
        comodel_name="scola.student",
        inverse_name="family_id",
        string="Students of the Family",
    )
    scola_student_ids = fields.Many2many(
        comodel_name="scola.student",
        string="Students",
        compute="_compute_scola_student_ids",
        help="The students this contact is, pays for or is a guardian of.",
    )
    scola_student_count = fields.Integer(
        string="Number of Students", compute="_compute_scola_student_ids"
    )
    scola_company_ids = fields.Many2many(
        comodel_name="res.company",
        relation="res_partner_scola_company_rel",
        string="Schools",
        compute="_compute_scola_company_ids",
        store=True,
        help="The schools that may see this contact: those of its students, now or "
        "before.",
    )

    _scola_family_card_uniq = models.UniqueIndex(
        "(scola_family_card) WHERE scola_family_card IS NOT NULL",
        "Family Card Number (No KK): another family has this number already. Move the "
        "student to that family instead.",
    )
    _scola_nik_uniq = models.UniqueIndex(
        "(scola_nik) WHERE scola_nik IS NOT NULL",
        "NIK of the Guardian: another guardian has this number already. Choose that "
        "guardian instead.",
    )

    @api.depends(
        "scola_own_student_ids", "scola_family_student_ids", "guardianship_ids"
    )
    def _compute_scola_student_ids(self):
        for partner in self:
            students = partner.scola_own_student_ids | partner.scola_family_student_ids
            if partner.scola_type == "guardian":
                students |= partner.guardianship_ids.student_id
            partner.scola_student_ids = students
            partner.scola_student_count = len(students)

    @api.depends(
        "scola_own_student_ids.company_id",
        "scola_family_student_ids.company_id",
        "guardianship_ids.student_id.company_id",
    )
    def _compute_scola_company_ids(self):
        # Schools are only added: a family whose students have gone may still owe.
        # Read from the database: what a user of one school has in the cache may be
        # less than all students.
        companies = {partner.id: partner.scola_company_ids for partner in self}
        for model, fname in (
            ("scola.student", "partner_id"),
            ("scola.student", "family_id"),
            ("scola.guardianship", "guardian_id"),
        ):
            groups = (
                self.env[model]
                .sudo()
                .with_context(active_test=False)
                ._read_group(
                    [(fname, "in", self.ids)], [fname], ["company_id:recordset"]
                )
            )
            for partner, schools in groups:
                companies[partner.id] |= schools
        # One assignment, hence one query, for all contacts of the same schools.
        by_companies = self.grouped(lambda partner: companies[partner.id])
        for schools, partners in by_companies.items():
            partners.scola_company_ids = schools

    @api.constrains("scola_nik")
    def _check_scola_nik(self):
        for partner in self.filtered("scola_nik"):
            self.env["scola.student"]._check_nik_format(
                partner.scola_nik, self._fields["scola_nik"], partner.name
            )

    @api.constrains("scola_family_card")
    def _check_scola_family_card(self):
        for partner in self.filtered("scola_family_card"):
            if not identity.is_family_card(partner.scola_family_card):
                raise ValidationError(
                    self.env._(
                        "Family Card Number (No KK): %(number)s of %(name)s is not a "
                        "family card number. Enter the 16 digits printed on top of "
                        "the card, or leave the field empty.",
                        number=partner.scola_family_card,
                        name=partner.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("scola_type"):
                self._scola_clean_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        if "parent_id" in vals:
            self._check_scola_parent_change(vals["parent_id"])
        if any(partner.scola_type for partner in self) or vals.get("scola_type"):
            vals = dict(vals)
            self._scola_clean_vals(vals)
        result = super().write(vals)
        if vals.get("scola_type") and "phone" not in vals:
            # A contact becomes part of the school: its old number is put in order.
            for partner in self.filtered("phone"):
                partner.phone = partner.phone
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_scola_payer(self):
        for partner in self.with_context(active_test=False).sudo():
            if partner.scola_family_student_ids:
                raise UserError(
                    self.env._(
                        "%(name)s is the family of %(students)s and cannot be "
                        "deleted. Move the students to another family first.",
                        name=partner.name,
                        students=", ".join(
                            partner.scola_family_student_ids.mapped("display_name")
                        ),
                    )
                )

    @api.depends("scola_type")
    def _compute_complete_name(self):
        """Override of `base`: whether the family's name goes first depends on it."""
        return super()._compute_complete_name()

    def _get_complete_name(self):
        """Override of `base` to call people by their name, without their family's."""
        if self.scola_type in ("guardian", "student"):
            hiding_family = self.with_context(partner_display_name_hide_company=True)
            return super(ResPartner, hiding_family)._get_complete_name()
        return super()._get_complete_name()

    def action_view_scola_students(self):
        """Open the students of these contacts."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_school.scola_student_action"
        )
        action["domain"] = [("id", "in", self.scola_student_ids.ids)]
        action["context"] = {"active_test": False}
        return action

    def _scola_clean_vals(self, vals):
        """Normalise, in place, the values to write on contacts of the school."""
        for fname in ("scola_nik", "scola_family_card"):
            if fname in vals:
                vals[fname] = (vals[fname] or "").strip() or False
        if vals.get("phone"):
            country = self.country_id[:1]
            if vals.get("country_id"):
                country = country.browse(vals["country_id"])
            vals["phone"] = self._scola_format_phone(
                vals["phone"], country=country, name=vals.get("name") or self[:1].name
            )

    @api.model
    def _scola_format_phone(self, number, country=None, name="", label=None):
        """Return the number as E.164 (+62...).

        :param res.country country: country of a number without prefix; Indonesia if
            not given
        :param str name: whose number it is, for the message
        :param str label: name of the field, for the message
        :raise ValidationError: if it is no valid number
        """
        # Not env.ref(), which asks the database for each number.
        country = country or self.env["res.country"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id("base.id")
        )
        try:
            # A number written 62812... lacks the plus sign only.
            number = f"+{number}" if str(number).startswith("62") else str(number)
            formatted = self._phone_format_number(
                number, country, force_format="E164", raise_exception=True
            )
        except UserError as error:
            raise ValidationError(
                self.env._(
                    "%(field)s: %(number)s of %(name)s is not a phone number. Write "
                    "it like 0812-3456-7890 or +62 812 3456 7890, or leave it empty.",
                    field=label or self._fields["phone"]._description_string(self.env),
                    number=number,
                    name=name or self.env._("this contact"),
                )
            ) from error
        return formatted

    def _check_scola_parent_change(self, parent_id):
        """Refuse to move students between families behind the school's back.

        Other add-ons (account, for one) rewrite the documents of a contact that gets
        a new parent; a student's old family must keep what it owes.
        """
        for partner in self:
            if partner.parent_id.id == (parent_id or False):
                continue
            if partner.sudo().scola_own_student_ids:
                raise UserError(
                    self.env._(
                        "Family: use the button Move to Another Family on student "
                        "%(name)s, so that the old family keeps what it owes.",
                        name=partner.name,
                    )
                )

    def _scola_set_parent(self, parent):
        """Move these contacts below another family and nothing else.

        This goes past every override of write() on purpose, see
        `_check_scola_parent_change`. Address and commercial fields follow as in
        Odoo's own write().

        :param res.partner parent: the new family, may be empty
        """
        models.BaseModel.write(self, {"parent_id": parent.id, "company_name": False})
        for partner in self:
            if parent:
                partner._fields_sync({"parent_id": parent.id})
