# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

# Whoever holds this very object in the context may change the state and may leave a
# student without family for a moment. It cannot be sent by RPC, so nobody can pretend
# to be one of the methods below.
_TOKEN = object()

_TRANSITIONS = {
    "prospective": ("active", "left"),
    "active": ("on_leave", "graduated", "left", "transferred"),
    "on_leave": ("active", "graduated", "left", "transferred"),
    "graduated": ("active",),
    "left": ("prospective", "active"),
    "transferred": ("active",),
}
_EXIT_OUTCOMES = {"graduated": "graduated", "left": "left", "transferred": "left"}


class ScolaStudent(models.Model):
    _name = "scola.student"
    _description = "Student"
    _inherits = {"res.partner": "partner_id"}
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "scola.student.number.mixin",
        "scola.student.import.mixin",
    ]
    _order = "name, id"
    _rec_names_search = ["name", "nis", "nisn", "nim", "card_number"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Student Contact",
        required=True,
        index=True,
        ondelete="restrict",
        copy=False,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
    )

    # Person
    gender = fields.Selection(selection=[("male", "Male"), ("female", "Female")])
    birth_place = fields.Char()
    birth_date = fields.Date(string="Date of Birth")
    religion = fields.Selection(
        selection=[
            ("islam", "Islam"),
            ("protestant", "Protestant"),
            ("catholic", "Catholic"),
            ("hindu", "Hindu"),
            ("buddhist", "Buddhist"),
            ("confucian", "Confucian"),
            ("other", "Other Belief"),
        ]
    )

    # Status
    state = fields.Selection(
        selection=[
            ("prospective", "Prospective"),
            ("active", "Active"),
            ("on_leave", "On Leave"),
            ("graduated", "Graduated"),
            ("left", "Left"),
            ("transferred", "Transferred"),
        ],
        string="Status",
        required=True,
        default="prospective",
        index=True,
        copy=False,
        tracking=True,
    )
    state_date = fields.Date(string="Status Since", copy=False, tracking=True)
    entry_date = fields.Date(copy=False, help="First day at this school.")
    exit_date = fields.Date(copy=False, help="Last day at this school.")
    exit_reason = fields.Char(copy=False)

    # Family
    family_id = fields.Many2one(
        comodel_name="res.partner",
        string="Family",
        related="partner_id.parent_id",
        store=True,
        index=True,
        readonly=False,
        domain="[('parent_id', '=', False), ('scola_type', '=', 'family')]",
        help="The family is the debtor of the student's bills.",
    )
    family_since = fields.Date(copy=False, readonly=True)
    is_own_debtor = fields.Boolean(
        string="Pays for Themselves",
        default=False,
        tracking=True,
        help="An adult student without a family, who owes their own bills.",
    )
    guardianship_ids = fields.One2many(
        comodel_name="scola.guardianship",
        inverse_name="student_id",
        string="Guardians",
    )
    guardian_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Guardian Contacts",
        compute="_compute_guardian_ids",
    )
    sibling_ids = fields.Many2many(
        comodel_name="scola.student",
        relation="scola_student_sibling_rel",
        string="Siblings",
        compute="_compute_sibling_ids",
    )
    sibling_count = fields.Integer(compute="_compute_sibling_ids")
    sibling_order = fields.Integer(
        compute="_compute_sibling_order",
        compute_sudo=True,
        help="1 is the eldest of the active students of the family or of one of the"
        " parents, over all schools.",
    )

    # Classroom
    placement_ids = fields.One2many(
        comodel_name="scola.placement", inverse_name="student_id", string="Placements"
    )
    placement_id = fields.Many2one(
        comodel_name="scola.placement",
        string="Current Placement",
        compute="_compute_placement_id",
        store=True,
        ondelete="set null",
    )
    classroom_id = fields.Many2one(
        related="placement_id.classroom_id", store=True, index=True, tracking=True
    )
    grade_id = fields.Many2one(
        related="placement_id.grade_id", string="Grade", store=True, index=True
    )
    level_id = fields.Many2one(
        related="placement_id.classroom_id.level_id",
        string="Level",
        store=True,
        index=True,
    )
    is_campus = fields.Boolean(related="level_id.is_campus")
    programme_id = fields.Many2one(
        comodel_name="scola.study.programme",
        string="Study Programme",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    intake_year_id = fields.Many2one(
        comodel_name="scola.academic.year", check_company=True, string="Intake"
    )

    # Column of a file, kept on the family
    family_card = fields.Char(
        string="Family Card (No KK)",
        related="partner_id.parent_id.scola_family_card",
        readonly=False,
    )

    _partner_uniq = models.Constraint(
        "UNIQUE(partner_id)",
        "Student Contact: this contact is another student's already. Choose another "
        "contact.",
    )
    _exit_check = models.Constraint(
        "CHECK(exit_date IS NULL OR entry_date IS NULL OR exit_date >= entry_date)",
        "Exit Date: a student cannot leave before the Entry Date. Correct one of the "
        "two dates.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "nis", "nim")
    def _compute_display_name(self):
        for student in self:
            number = student.nis or student.nim
            name = student.name or ""
            student.display_name = f"{name} ({number})" if number else name

    @api.depends("guardianship_ids.guardian_id")
    def _compute_guardian_ids(self):
        for student in self:
            student.guardian_ids = student.guardianship_ids.guardian_id

    @api.depends("family_id", "guardianship_ids.guardian_id")
    def _compute_sibling_ids(self):
        for student in self:
            student_sudo = student.sudo()
            siblings_sudo = student_sudo.family_id.scola_family_student_ids
            siblings_sudo |= student_sudo.guardian_ids.guardianship_ids.student_id
            siblings_sudo -= student_sudo | student_sudo._origin
            # Record rules decide whether siblings at other schools are shown.
            siblings = siblings_sudo.sudo(self.env.su)._filtered_access("read")
            student.sibling_ids = siblings
            student.sibling_count = len(siblings)

    @api.depends("family_id", "guardianship_ids.guardian_id", "state", "birth_date")
    def _compute_sibling_order(self):
        students_by_parent = self._get_active_students_by_parent()
        for student in self:
            parents = student._get_parents()
            siblings = self.browse().union(
                *(students_by_parent.get(parent, self.browse()) for parent in parents)
            )
            eldest_first = siblings.sorted(
                lambda s: (s.birth_date or fields.Date.today(), s.id)
            ).ids
            alone = 1 if student.state == "active" and not parents else 0
            found = student._origin.id in eldest_first
            student.sibling_order = (
                eldest_first.index(student._origin.id) + 1 if found else alone
            )

    def _get_parents(self):
        """Return the family and the parents: children who share one are siblings."""
        parents = self.guardianship_ids.filtered(
            lambda guardianship: guardianship.relation in ("father", "mother")
        )
        return self.family_id | parents.guardian_id

    def _get_active_students_by_parent(self):
        """Return the active students of every family and parent of these students."""
        parents = self._get_parents()
        families = self._read_group(
            [("family_id", "in", parents.ids), ("state", "=", "active")],
            ["family_id"],
            ["id:recordset"],
        )
        guardianships = self.env["scola.guardianship"].search(
            [
                ("guardian_id", "in", parents.ids),
                ("relation", "in", ("father", "mother")),
                ("student_id.state", "=", "active"),
            ]
        )
        found = dict(families)
        for parent, group in guardianships.grouped("guardian_id").items():
            found[parent] = found.get(parent, self.browse()) | group.student_id
        return found

    @api.depends(
        "placement_ids.date_end",
        "placement_ids.date_start",
        "placement_ids.year_id.date_start",
    )
    def _compute_placement_id(self):
        for student in self:
            current = student.placement_ids.filtered(lambda p: not p.date_end)
            student.placement_id = current.sorted(
                lambda p: (p.year_id.date_start, p.date_start)
            )[-1:]

    # === CONSTRAINTS === #

    @api.constrains("birth_date")
    def _check_birth_date(self):
        for student in self.filtered("birth_date"):
            today = student.company_id.sudo()._scola_today()
            if student.birth_date >= today:
                raise ValidationError(
                    self.env._(
                        "Date of Birth: %(date)s of %(name)s is not in the past. "
                        "Check the year.",
                        date=student.birth_date,
                        name=student.name,
                    )
                )

    @api.constrains("family_id", "is_own_debtor")
    def _check_family(self):
        if self._holds_token():
            return  # in the middle of a move, see write()
        for student in self:
            family = student.family_id
            if student.is_own_debtor and family:
                raise ValidationError(
                    self.env._(
                        "Family: %(name)s pays for themselves and cannot belong to "
                        "%(family)s. Untick Pays for Themselves or empty Family.",
                        name=student.name,
                        family=family.name,
                    )
                )
            if not student.is_own_debtor and not family:
                raise ValidationError(
                    self.env._(
                        "Family: %(name)s needs a family that pays. Choose one, or "
                        "tick Pays for Themselves for an adult student.",
                        name=student.name,
                    )
                )
            if family.parent_id:
                raise ValidationError(
                    self.env._(
                        "Family: %(family)s is itself a contact of %(parent)s. Choose "
                        "a family without a parent contact.",
                        family=family.name,
                        parent=family.parent_id.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_create_vals(vals) for vals in vals_list]
        self._check_duplicate_numbers(vals_list)
        extras = [self._pop_import_vals(vals) for vals in vals_list]
        known_families = self._set_families(vals_list, extras)
        # The school is the student's, not the contact's; addresses and commercial
        # fields are synchronised below, for all at once.
        self_ctx = self.with_context(
            default_company_id=False, _partners_skip_fields_sync=True
        )
        students = super(ScolaStudent, self_ctx).create(vals_list)
        students = students.with_env(self.env)
        students._sync_with_known_families(known_families)
        students._import_guardians(extras)
        students._import_placements(extras)
        return students

    def write(self, vals):
        vals = dict(vals)
        self._clean_numbers(vals)
        # Also here and not only on the contact, lest the cache keeps what was typed.
        self.partner_id._scola_clean_vals(vals)
        self._check_protected_fields(vals)
        self._check_duplicate_numbers([vals] * len(self), students=self)
        self._check_school_change(vals)
        extra = self._pop_import_vals(vals)
        family_given = "family_id" in vals or "parent_id" in vals
        if family_given:
            family_id = vals.pop("family_id", vals.pop("parent_id", False))
            self._set_family(self.env["res.partner"].browse(family_id))
        result = super().write(vals) if vals else True
        if family_given:
            self._check_family()
        if extra:
            self._write_family_card(extra)
            self._import_guardians([extra] * len(self))
            self._import_placements([extra] * len(self))
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        partners.unlink()
        return result

    def _prepare_create_vals(self, vals):
        """Return a copy of the values in the form the contact needs."""
        vals = dict(vals)
        self._clean_numbers(vals)
        if not vals.get("company_id"):
            default_company = self.env.context.get("default_company_id")
            vals["company_id"] = default_company or self.env.company.id
        if "family_id" in vals:
            vals["parent_id"] = vals.pop("family_id")
        if vals.get("state", "prospective") != "prospective":
            today = self.env["res.company"].browse(vals["company_id"])._scola_today()
            vals.setdefault("entry_date", today)
            vals.setdefault("state_date", vals["entry_date"])
        return vals | {"scola_type": "student", "type": "contact", "is_company": False}

    # === ACTIONS === #

    def action_reset_to_prospective(self):
        """Take back a student who had withdrawn their application."""
        self._change_state("prospective")

    def action_activate(self, date=None):
        """Admit the students, or let them come back."""
        self._change_state("active", date=date)

    def action_set_on_leave(self, date=None, reason=None):
        """Let the students pause; they keep their classroom."""
        self._change_state("on_leave", date=date, reason=reason)

    def action_graduate(self, date=None, reason=None):
        """Graduate the students and close their placements."""
        self._change_state("graduated", date=date, reason=reason)

    def action_set_left(self, date=None, reason=None):
        """Let the students leave without a new school being known."""
        self._change_state("left", date=date, reason=reason)

    def action_transfer(self, date=None, reason=None):
        """Let the students change to another school."""
        self._change_state("transferred", date=date, reason=reason)

    def action_open_state_wizard(self):
        """Ask for the date and the reason of the status in the context."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_school.scola_student_state_wizard_action"
        )
        state = self.env.context.get("scola_state", "left")
        action["context"] = {
            "default_student_ids": [Command.set(self.ids)],
            "default_state": state,
        }
        return action

    def action_open_placement_wizard(self):
        """Ask for the classroom and the first day there."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_school.scola_student_placement_wizard_action"
        )
        action["context"] = {"default_student_ids": [Command.set(self.ids)]}
        return action

    def action_move_family(self):
        """Open the wizard that moves the students to another family."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_school.scola_student_family_wizard_action"
        )
        action["context"] = {"default_student_ids": [Command.set(self.ids)]}
        return action

    def action_grant_portal_access(self):
        """Open Odoo's portal wizard for the guardians who may have access."""
        guardianships = self.guardianship_ids.filtered("portal_access")
        partners = guardianships.guardian_id
        partners |= self.filtered("is_own_debtor").partner_id
        if not partners:
            raise UserError(
                self.env._(
                    "Guardians: nobody has Portal Access ticked. Add a guardian and "
                    "tick Portal Access first."
                )
            )
        wizard = self.env["portal.wizard"].create(
            {"partner_ids": [Command.set(partners.ids)]}
        )
        return wizard._action_open_modal()

    def action_view_siblings(self):
        """Open the siblings the user may see."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_school.scola_student_action"
        )
        action["domain"] = [("id", "in", self.sibling_ids.ids)]
        action["context"] = {}
        return action

    def action_view_placements(self):
        """Open the history of classrooms."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "scola_school.scola_placement_action"
        )
        action["domain"] = [("student_id", "in", self.ids)]
        action["context"] = {"default_student_id": self[:1].id}
        return action

    # === STATUS === #

    def _holds_token(self):
        return self.env.context.get("scola_token") is _TOKEN

    def _check_protected_fields(self, vals):
        allowed = self.env.su or self._holds_token()
        if not allowed and vals.keys() & {"state", "state_date", "family_since"}:
            raise UserError(
                self.env._(
                    "Status: it cannot be written directly. Use the buttons on top of "
                    "the student, which also keep the date and the classroom in order."
                )
            )

    def _change_state(self, state, date=None, reason=None):
        """Move the students to another status.

        Students who have that status already are left alone.

        :param str state: the new status
        :param date date: since when, today at the school if not given
        :param str reason: kept for students who leave
        :raise UserError: if the change makes no sense for one of the students
        """
        students = self.filtered(lambda s: s.state != state)
        students._check_transition(state)
        for company, group in students.grouped("company_id").items():
            day = fields.Date.to_date(date) or company.sudo()._scola_today()
            group._check_state_date(day)
            group = group.with_context(scola_token=_TOKEN)
            if state == "active":
                group.filtered(lambda s: not s.entry_date).entry_date = day
            group.write(self._prepare_state_vals(state, day, reason))
            if state in _EXIT_OUTCOMES:
                group.placement_ids._close(_EXIT_OUTCOMES[state], date=day)

    def _check_transition(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for student in self:
            if state not in _TRANSITIONS[student.state]:
                raise UserError(
                    self.env._(
                        "Status: %(name)s is %(old)s and cannot become %(new)s. "
                        "Possible now: %(possible)s.",
                        name=student.display_name,
                        old=labels[student.state],
                        new=labels.get(state, state),
                        possible=", ".join(
                            labels[s] for s in _TRANSITIONS[student.state]
                        ),
                    )
                )

    def _check_state_date(self, date):
        for student in self:
            since = max(
                filter(None, (student.state_date, student.entry_date)), default=date
            )
            if date < since:
                raise UserError(
                    self.env._(
                        "Date: %(name)s is here, or has the present status, since "
                        "%(since)s. Choose that day or a later one.",
                        name=student.display_name,
                        since=since,
                    )
                )

    @api.model
    def _prepare_state_vals(self, state, date, reason):
        vals = {"state": state, "state_date": date}
        if state in _EXIT_OUTCOMES:
            vals.update(exit_date=date, exit_reason=reason)
        else:
            vals.update(exit_date=False, exit_reason=False)
        return vals

    # === CLASSROOM === #

    def _place(self, classroom, date=None):
        """Seat the students in a classroom, closing what they had in that year.

        :param scola.classroom classroom: the new classroom
        :param date date: first day there, today at the school if not given
        :return: the new placements
        :rtype: scola.placement
        """
        date = date or classroom.company_id.sudo()._scola_today()
        students = self.filtered(lambda s: s.classroom_id != classroom)
        same_year = students.placement_ids.filtered(
            lambda p: not p.date_end and p.year_id == classroom.year_id
        )
        same_year._close("moved", date=fields.Date.subtract(date, days=1))
        return self.env["scola.placement"].create(
            [student._prepare_placement_vals(classroom, date) for student in students]
        )

    def _prepare_placement_vals(self, classroom, date):
        self.ensure_one()
        return {
            "student_id": self.id,
            "classroom_id": classroom.id,
            "date_start": date,
        }

    def _check_school_change(self, vals):
        if "company_id" not in vals:
            return
        for student in self:
            if student.company_id.id != vals["company_id"] and student.placement_ids:
                raise UserError(
                    self.env._(
                        "School: %(name)s has sat in classrooms of %(school)s. "
                        "Register the student anew at the other school, in the same "
                        "family, and transfer this one.",
                        name=student.display_name,
                        school=student.company_id.sudo().name,
                    )
                )

    # === FAMILY === #

    def _get_address_vals(self, vals):
        address_fields = self.env["res.partner"]._address_fields()
        return {fname: vals[fname] for fname in address_fields if fname in vals}

    def _set_families(self, vals_list, extras):
        """Fill in the family of students to be created, making those that lack.

        :return: the families that existed before
        :rtype: res.partner
        """
        Partner = self.env["res.partner"]
        found = self._find_families(extras)
        given = {vals["parent_id"] for vals in vals_list if vals.get("parent_id")}
        # A family with children at another school only is not visible here yet.
        known = Partner.sudo().browse(given).concat(*found.values())
        new_vals, waiting = {}, {}
        for index, (vals, extra) in enumerate(zip(vals_list, extras, strict=True)):
            if vals.get("parent_id") or vals.get("is_own_debtor"):
                continue
            key = self._get_family_key(extra) or index
            if key in found:
                vals["parent_id"] = found[key].id
                continue
            new_vals.setdefault(key, self._prepare_family_vals(vals, extra))
            waiting.setdefault(key, []).append(vals)
        families = Partner.create(list(new_vals.values()))
        for key, family in zip(new_vals, families, strict=True):
            for vals in waiting[key]:
                vals["parent_id"] = family.id
        known.filtered(lambda p: not p.scola_type).scola_type = "family"
        return known

    def _sync_with_known_families(self, families):
        """Take address and commercial fields from families that existed before.

        Same as `res.partner._fields_sync()`, per family instead of per student.
        """
        # As Odoo does: some commercial fields are for accountants only.
        students = self.sudo().filtered(lambda s: s.family_id in families)
        for family, group in students.grouped("family_id").items():
            address = family._get_address_values()
            values = address | family._get_commercial_values()
            if values:
                group.partner_id.write(values)
            if not address:
                family.write(group.partner_id[:1]._get_address_values())

    def _set_family(self, family):
        """Make another contact the debtor of these students from now on.

        What was booked before stays with the old family.
        """
        students = self.filtered(lambda s: s.family_id != family)
        partners = students.partner_id.with_context(scola_token=_TOKEN)
        partners._scola_set_parent(family)
        if family and not family.scola_type:
            family.scola_type = "family"
