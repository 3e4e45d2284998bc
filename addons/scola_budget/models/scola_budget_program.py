# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import PROGRAM_TYPES

#: Number of pairs in the code of each level, and the level above.
LEVELS = {
    "standard": (1, None),
    "programme": (2, "standard"),
    "activity": (3, "programme"),
}


class ScolaBudgetProgram(models.Model):
    """Standards, programmes and activities of the national budget form (RKAS)."""

    _name = "scola.budget.program"
    _description = "Budget Programme"
    _parent_store = True
    _order = "code, valid_from desc, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(
        required=True,
        index=True,
        help="05 for a standard, 05.08 for a programme, 05.08.02 for an activity.",
    )
    name = fields.Char(required=True, translate=True)
    level = fields.Selection(
        selection=[
            ("standard", "Standard"),
            ("programme", "Programme"),
            ("activity", "Activity"),
        ],
        required=True,
        default="activity",
    )
    parent_id = fields.Many2one(
        comodel_name="scola.budget.program", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        comodel_name="scola.budget.program", inverse_name="parent_id", string="Parts"
    )
    component_code = fields.Char(
        string="Component",
        compute="_compute_component_code",
        store=True,
        index=True,
        help="The spending component of the BOS: the second pair of the code.",
    )
    program_type = fields.Selection(
        selection=PROGRAM_TYPES, string="For", required=True, default="both"
    )
    counts_for_maintenance = fields.Boolean(
        default=True,
        help="Whether an activity of component 08 counts toward the ceiling of the "
        "maintenance of buildings and equipment.",
    )
    valid_from = fields.Date(required=True, default="2023-01-01")
    valid_to = fields.Date()
    active = fields.Boolean(default=True)
    analytic_account_id = fields.Many2one(
        comodel_name="account.analytic.account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="By it journal items and purchase orders name the activity.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE(code, valid_from)",
        "Code: there is a programme with this code and Valid From already. Use that "
        "one or another date.",
    )
    _dates_check = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_to >= valid_from)",
        "Valid To: a programme cannot end before its Valid From. Correct one of the "
        "two dates.",
    )

    @api.depends("code", "level")
    def _compute_component_code(self):
        for program in self:
            pairs = (program.code or "").split(".")
            program.component_code = pairs[1] if len(pairs) > 1 else False

    @api.depends("code", "name")
    def _compute_display_name(self):
        for program in self:
            program.display_name = f"{program.code} {program.name}"

    @api.constrains("code", "level", "parent_id")
    def _check_code(self):
        for program in self:
            length, parent_level = LEVELS[program.level]
            pairs = (program.code or "").split(".")
            if len(pairs) != length or any(
                len(pair) != 2 or not pair.isdigit() for pair in pairs
            ):
                raise ValidationError(program._get_code_message(length))
            if (program.parent_id.level or None) != parent_level or (
                parent_level and not program.code.startswith(program.parent_id.code)
            ):
                raise ValidationError(program._get_parent_message())

    def _get_code_message(self, length):
        return self.env._(
            "Code: %(code)s is not the code of this level, which has %(length)s pairs "
            "of digits, for example %(example)s.",
            code=self.code,
            length=length,
            example=".".join(("05", "08", "02")[:length]),
        )

    def _get_parent_message(self):
        return self.env._(
            "Parent: %(code)s must be below the standard or programme whose code its "
            "own begins with. Choose that one.",
            code=self.code,
        )

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        programs._create_analytic_accounts()
        return programs

    def write(self, vals):
        """Override of the ORM to keep the analytic account's name."""
        result = super().write(vals)
        if vals.keys() & {"name", "code"}:
            for program in self.filtered("analytic_account_id"):
                # As superuser: the account is the programme's own shadow.
                program.sudo().analytic_account_id.write(
                    program._prepare_analytic_account()
                )
        return result

    def _create_analytic_accounts(self):
        """Give each activity without one an analytic account, all in one batch."""
        activities = self.filtered(
            lambda program: (
                program.level == "activity" and not program.analytic_account_id
            )
        )
        # As superuser: who keeps programmes need not keep analytic accounts.
        Account = self.env["account.analytic.account"].sudo()
        accounts = Account.with_context(mail_create_nolog=True).create(
            [activity._prepare_analytic_account() for activity in activities]
        )
        for activity, account in zip(activities, accounts, strict=True):
            activity.analytic_account_id = account

    def _prepare_analytic_account(self):
        self.ensure_one()
        _fund_plan, plan = self.env["account.analytic.plan"]._get_budget_plans()
        return {
            "name": self.name,
            "code": self.code,
            "plan_id": plan.id,
            "company_id": False,
        }

    @api.model
    def _get_by_code(self, day):
        """Return the activities in force on ``day``, by code.

        :param date day: a day of the budget
        :return: dict of code (str) to activity
        """
        activities = self.search(
            [
                ("level", "=", "activity"),
                ("valid_from", "<=", day),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", day),
            ],
            order="valid_from, id",
        )
        return {activity.code: activity for activity in activities}
