# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable
from odoo.addons.payment_va.tools.va_number import group

#: Names in an error; the treasurer starts with these.
SHOWN = 20


class ScolaVaCreate(models.TransientModel):
    _name = "scola.va.create"
    _description = "Fixed Virtual Accounts for Students"

    channel_id = fields.Many2one(
        "payment.channel",
        string="Bank",
        required=True,
        domain="[('kind', '=', 'va'), ('allows_fixed', '=', True)]",
        help="Banks at which customers can have a number of their own.",
    )
    amount_type = fields.Selection(
        [("open", "Any amount"), ("closed", "What is owed")],
        required=True,
        default="closed",
        help="Any amount: what is left over becomes a deposit.",
    )
    student_ids = fields.Many2many(
        "scola.student",
        string="Students",
        default=lambda self: self._default_students(),
    )
    existing_count = fields.Integer(
        string="Have a Number", compute="_compute_new_student_ids"
    )
    new_student_ids = fields.Many2many(
        "scola.student", compute="_compute_new_student_ids"
    )
    new_count = fields.Integer(compute="_compute_new_student_ids")

    @api.model
    def _default_students(self):
        students = self.env["scola.student"]
        if self.env.context.get("active_model") != "scola.student":
            return students
        return students.browse(self.env.context.get("active_ids", []))

    @api.depends("channel_id", "student_ids")
    def _compute_new_student_ids(self):
        for wizard in self:
            have = wizard._find_accounts(
                [("partner_id", "in", wizard.student_ids.partner_id.ids)]
            ).partner_id
            new = wizard.student_ids.filtered(
                lambda student, have=have: student.partner_id not in have
            )
            wizard.new_student_ids = new
            wizard.new_count = len(new)
            wizard.existing_count = len(wizard.student_ids) - len(new)

    def _find_accounts(self, domain):
        return self.env["payment.virtual.account"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("kind", "=", "fixed"),
                ("state", "!=", "closed"),
                *domain,
            ]
        )

    # === CREATING === #

    def action_create(self):
        """Give each chosen student a number, register it, and show the numbers."""
        self.ensure_one()
        students = self.new_student_ids
        if not students:
            raise UserError(
                self.env._(
                    "Students: all of them have a number at this bank. Choose others."
                )
            )
        numbers = self._compose_numbers(students)
        self._check_collisions(numbers)
        accounts = self.env["payment.virtual.account"].create(
            [self._prepare_account(*item) for item in numbers.items()]
        )
        self._register_accounts(accounts)
        return self._open(accounts)

    def _compose_numbers(self, students):
        """Return {student: number}, or name all students that cannot have one."""
        numbers, errors = {}, []
        account_model = self.env["payment.virtual.account"]
        for student in students:
            vals = {
                "channel_id": self.channel_id.id,
                "partner_id": student.partner_id.id,
            }
            try:
                numbers[student] = account_model._compose_number(vals)
            except UserError as error:
                errors.append(str(error))
        if errors:
            raise UserError("\n".join(errors[:SHOWN]))
        return numbers

    def _check_collisions(self, numbers):
        """Refuse numbers that two students, or somebody else, would share."""
        # As superuser: money goes to one owner of a number, in whatever company.
        taken = (
            self.env["payment.virtual.account"]
            .sudo()
            .search(
                [
                    ("provider_id", "=", self.channel_id.provider_id.id),
                    ("number", "in", list(numbers.values())),
                    ("state", "!=", "closed"),
                ]
            )
        )
        owners = {account.number: [account.partner_id.name] for account in taken}
        for student, number in numbers.items():
            owners.setdefault(number, []).append(student.display_name)
        shared = {number: names for number, names in owners.items() if len(names) > 1}
        if shared:
            raise UserError(self._explain_collisions(shared))

    def _explain_collisions(self, shared):
        rows = [
            f"{group(number)}: {', '.join(names)}"
            for number, names in list(shared.items())[:SHOWN]
        ]
        return self.env._(
            "One number cannot belong to two people. Correct the NIS, or use another "
            "prefix for the school, then try again:\n%(rows)s",
            rows="\n".join(rows),
        )

    def _prepare_account(self, student, number):
        return {
            "provider_id": self.channel_id.provider_id.id,
            "channel_id": self.channel_id.id,
            "partner_id": student.partner_id.id,
            "number": number,
            "amount_type": self.amount_type,
        }

    def _register_accounts(self, accounts):
        """Register number by number: what one is refused for does not undo the others,
        and where nobody answers the rest waits for the button on the list."""
        for account in accounts:
            try:
                with self.env.cr.savepoint():
                    account.action_register()
            except ProviderUnavailable:
                return
            except UserError:
                continue

    def _open(self, accounts):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payment_va.payment_virtual_account_action"
        )
        left = accounts.filtered(lambda account: account.state == "draft")
        return {
            **action,
            "name": self.env._(
                "%(count)s new numbers, %(left)s of them not registered yet",
                count=len(accounts),
                left=len(left),
            ),
            "domain": [("id", "in", accounts.ids)],
            "context": {},
        }
