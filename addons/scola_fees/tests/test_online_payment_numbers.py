# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from zoneinfo import ZoneInfo

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_va.models.payment_provider import ProviderUnavailable

from .payment_common import OnlinePaymentCommon

REFUSAL = "Nama terlalu panjang"


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 03:00:00")
class TestOnlinePaymentNumbers(OnlinePaymentCommon):
    """Fixed numbers of students: from the NIS, in bulk, and no two alike."""

    def make_wizard(self, students, user=None, **vals):
        wizard = self.env["scola.va.create"].with_user(user or self.treasurer)
        return wizard.with_context(
            active_model="scola.student", active_ids=students.ids
        ).create({"channel_id": self.channel.id, **vals})

    def find_numbers(self, students):
        accounts = self.env["payment.virtual.account"].search(
            [("partner_id", "in", students.partner_id.ids), ("kind", "=", "fixed")],
            order="number",
        )
        return accounts.mapped("number")

    def register(self, answer):
        """Have the gateway register numbers; ``answer`` may raise."""
        self.patch(
            self.env.registry["payment.provider"],
            "_register_va",
            lambda provider, account: answer(account),
        )

    # === HOOKS === #

    def test_the_number_of_a_student_is_the_nis(self):
        self.assertEqual(self.elder.partner_id._get_va_customer_number(), "00701")
        self.elder.nis = "7.01-A"
        self.assertEqual(self.elder.partner_id._get_va_customer_number(), "701")
        self.elder.write({"nis": False, "nim": "2026123"})
        self.assertEqual(self.elder.partner_id._get_va_customer_number(), "2026123")

    def test_others_have_the_number_of_their_contact(self):
        self.elder.nis = False
        for partner in (self.elder.partner_id, self.mother):
            self.assertEqual(partner._get_va_customer_number(), str(partner.id))

    def test_the_clock_is_the_schools(self):
        self.school.scola_tz = "Asia/Jayapura"
        self.assertEqual(self.school._get_payment_zone(), ZoneInfo("Asia/Jayapura"))

    def test_a_number_is_for_the_levies_of_one_child(self):
        template = self.make_template(
            self.line_vals(self.donation), date_start="2026-11-01"
        )
        self.plan(self.enroll(self.elder, template))[:1].action_receive_donation()
        number = self.make_number(self.elder, amount_type="closed")
        levy = self.bills_of(self.elder)[0]
        self.assertEqual(number._get_open_lines().move_id, levy)
        self.assertEqual(number._get_presented_amount(), 450000)

    # === IN BULK === #

    def test_numbers_for_a_class(self):
        self.register(lambda account: {})
        students = self.elder | self.stranger
        action = self.make_wizard(students).action_create()
        self.assertEqual(
            self.find_numbers(students), ["132820000000701", "132820000000703"]
        )
        accounts = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(set(accounts.mapped("state")), {"active"})
        self.assertEqual(set(accounts.mapped("amount_type")), {"closed"})

    def test_who_has_a_number_keeps_it(self):
        self.register(lambda account: {})
        kept = self.make_number(self.elder, number="132829999999999")
        wizard = self.make_wizard(self.elder | self.stranger)
        self.assertEqual((wizard.new_count, wizard.existing_count), (1, 1))
        wizard.action_create()
        self.assertEqual(self.find_numbers(self.elder), [kept.number])
        with self.assertRaisesRegex(UserError, "all of them have a number"):
            self.make_wizard(self.elder | self.stranger).action_create()

    def test_two_students_of_one_number_are_refused_by_name(self):
        twin = self.make_student(self.other_class_7a, name="Dodi", nis="00701")
        wizard = self.make_wizard(self.elder | twin | self.stranger, self.env.user)
        with self.assertRaisesRegex(UserError, "1328 2000 0000 701: .*") as refused:
            wizard.action_create()
        self.assertIn("Ani Siti", str(refused.exception))
        self.assertIn("Dodi", str(refused.exception))
        self.assertNotIn("Cici", str(refused.exception))
        self.assertFalse(self.find_numbers(self.elder | twin | self.stranger))

    def test_a_number_that_another_school_gave_out_is_refused_by_name(self):
        twin = self.make_student(self.other_class_7a, name="Dodi", nis="00701")
        self.make_number(twin)
        with self.assertRaisesRegex(UserError, "Dodi, Ani Siti"):
            self.make_wizard(self.elder).action_create()

    def test_numbers_that_do_not_fit_are_refused_by_name(self):
        self.channel.va_length = 9
        with self.assertRaisesRegex(UserError, "Ani Siti.*\n.*Cici Lain"):
            self.make_wizard(self.elder | self.stranger).action_create()

    def test_a_refused_number_does_not_stop_the_others(self):
        def answer(account):
            if account.partner_id == self.elder.partner_id:
                raise UserError(REFUSAL)
            return {"provider_reference": "fva-1"}

        self.register(answer)
        action = self.make_wizard(self.elder | self.stranger).action_create()
        self.assertIn("1", action["name"])
        accounts = self.env[action["res_model"]].search(action["domain"])
        states = {account.partner_id.name: account.state for account in accounts}
        self.assertEqual(states, {"Ani Siti": "draft", "Cici Lain": "active"})

    def test_without_an_answer_the_rest_waits(self):
        calls = []

        def answer(account):
            calls.append(account)
            raise ProviderUnavailable("tidak menjawab")

        self.register(answer)
        self.make_wizard(self.elder | self.stranger).action_create()
        self.assertEqual(len(calls), 1)
        self.assertEqual(len(self.find_numbers(self.elder | self.stranger)), 2)

    def test_from_the_list_of_students(self):
        context = {"active_model": "scola.student", "active_ids": self.elder.ids}
        wizard = self.env["scola.va.create"].with_user(self.cashier)
        form = Form(wizard.with_context(**context))
        form.channel_id = self.channel
        self.assertEqual(form.new_count, 1)

    # === ROLES === #

    def test_roles(self):
        expected = {
            "admin": "manager",
            "treasurer": "manager",
            "cashier": "user",
            "principal": "reader",
            "foundation": "reader",
            "auditor": "reader",
            "homeroom": None,
        }
        groups = ("manager", "user", "reader")
        for role, group in expected.items():
            user = self.users[role]
            has = [
                name
                for name in groups
                if user.has_group(f"payment_va.group_payment_{name}")
            ]
            with self.subTest(role):
                self.assertEqual(has[:1], [group] if group else [])

    def test_who_may_create_numbers(self):
        for role in ("auditor", "principal", "homeroom"):
            with self.subTest(role), mute_logger("odoo.addons.base.models.ir_model"):
                with self.assertRaises(AccessError):
                    self.make_wizard(self.elder, self.users[role])

    def test_the_menu_of_each_role(self):
        menu = self.env.ref("scola_fees.menu_payment")
        for role, user in self.users.items():
            visible = (
                menu.id in self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            )
            with self.subTest(role):
                self.assertEqual(visible, role != "homeroom")
