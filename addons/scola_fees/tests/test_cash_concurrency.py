# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import threading
from functools import partial
from types import SimpleNamespace
from unittest.mock import patch

import odoo.modules.registry
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config, mute_logger

from odoo.addons.payment_va.tests.databases import copy_database, drop_database

from .cash_common import (
    build_foundation,
    make_bill,
    make_student,
    make_user,
    new_request,
    seen,
)


@tagged("post_install", "-at_install")
class TestCashConcurrency(BaseCase):
    """Two cashiers at once, each with a connection of their own that commits.

    On a copy of the database, thrown away afterwards: nothing else sees it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_cash_{new_request()[:8]}"
        cls.addClassCleanup(drop_database, cls.database)
        copy_database(get_db_name(), cls.database)
        # Loading it must not look for tests to run.
        with patch.dict(config.options, test_enable=False):
            cls.registry = odoo.modules.registry.Registry(cls.database)
        with cls.registry.cursor() as cr:
            cls.ids = cls._prepare(api.Environment(cr, SUPERUSER_ID, {}))

    @classmethod
    def _prepare(cls, env):
        env = env(context={"tracking_disable": True, "no_reset_password": True})
        school = build_foundation(env)
        student = make_student(env, school.smp, "Budi Santoso", nis="7001")
        cashiers = [
            make_user(env, login, "cashier", school.smp)
            for login in ("kasir_a", "kasir_b")
        ]
        sessions = []
        for cashier in cashiers:
            desk = env["scola.cash.desk"].with_user(cashier)
            answer = desk.open_session(school.cash_smp.id, 0)
            sessions.append(answer["session"]["id"])
        return SimpleNamespace(
            cashiers=[cashier.id for cashier in cashiers],
            sessions=sessions,
            student=student.id,
            family=student.family_id.id,
            company=school.smp.id,
            account=school.cash_smp.default_account_id.id,
        )

    def make_bill(self, amount):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            student = env["scola.student"].browse(self.ids.student)
            bill = make_bill(env, student, amount, "2026-10-10")
            return bill.id, seen(bill)

    def run_together(self, *calls):
        """Run the calls at the same moment and return results and errors.

        Each is a request as the web server would serve it: its own cursor, its
        snapshot taken before any of them goes on, repeated on serialization failures.
        """
        barrier = threading.Barrier(len(calls))
        outcomes = [None] * len(calls)
        tries = [0] * len(calls)

        def serve(index, cashier, method, args, kwargs):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, cashier, {})

                def request():
                    tries[index] += 1
                    env["scola.cash.desk"].load()
                    if tries[index] == 1:
                        barrier.wait(timeout=60)
                    desk = env["scola.cash.desk"]
                    return getattr(desk, method)(*args, **kwargs)

                try:
                    outcomes[index] = retrying(request, env)
                except Exception as error:
                    outcomes[index] = error

        threads = [
            threading.Thread(target=partial(serve, index, *call))
            for index, call in enumerate(calls)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        return outcomes, tries

    def pay_call(self, index, bills, amount, request=None):
        values = (self.ids.sessions[index], self.ids.family, "cash", amount, bills)
        arguments = (*values, request or new_request())
        return (self.ids.cashiers[index], "pay", arguments, {})

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_cashiers_one_bill(self):
        bill_id, bills = self.make_bill(450000)
        outcomes, tries = self.run_together(
            self.pay_call(0, bills, 450000), self.pay_call(1, bills, 450000)
        )
        receipts = [outcome for outcome in outcomes if isinstance(outcome, dict)]
        errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        self.assertEqual(len(receipts), 1, outcomes)
        self.assertIsInstance(errors[0], UserError)
        self.assertGreater(sum(tries), 2, "the slower one was not repeated")
        winner = outcomes.index(receipts[0])
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            bill = env["account.move"].browse(bill_id)
            self.assertEqual(bill.payment_state, "paid")
            lines = env["scola.cash.receipt.line"].search([("move_id", "=", bill_id)])
            self.assertEqual(lines.receipt_id.id, receipts[0]["id"])
            cashier = env["res.users"].browse(self.ids.cashiers[winner])
            for part in (bill.name, receipts[0]["name"], cashier.name):
                self.assertIn(part, str(errors[0]))
            payments = env["account.payment"].search(
                [("partner_id", "=", self.ids.family), ("amount", "=", 450000)]
            )
            self.assertEqual(len(payments), 1)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_double_click_pays_once(self):
        bill_id, bills = self.make_bill(310000)
        request = new_request()
        call = self.pay_call(0, bills, 310000, request)
        outcomes, _tries = self.run_together(call, call)
        self.assertEqual([type(outcome) for outcome in outcomes], [dict, dict])
        self.assertEqual(outcomes[0]["id"], outcomes[1]["id"])
        self.assertEqual(
            sorted(outcome["repeated"] for outcome in outcomes), [False, True]
        )

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_different_bills_get_numbers_without_a_gap(self):
        _bill, first = self.make_bill(120000)
        _bill, second = self.make_bill(130000)
        outcomes, _tries = self.run_together(
            self.pay_call(0, first, 120000), self.pay_call(1, second, 130000)
        )
        numbers = sorted(int(outcome["name"].split("/")[-1]) for outcome in outcomes)
        self.assertEqual(numbers[1], numbers[0] + 1)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_paying_while_the_session_is_closed(self):
        """Either the money is counted, or it is not taken."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.ids.cashiers[1], {})
            expected = env["scola.cash.desk"].load()["session"]["expected"]
        _bill, bills = self.make_bill(90000)
        close = (
            self.ids.cashiers[1],
            "close_session",
            (self.ids.sessions[1], expected),
            {},
        )
        (paid, closed), _tries = self.run_together(
            self.pay_call(1, bills, 90000), close
        )
        self.assertIsInstance(closed, dict)
        taken = 90000 if isinstance(paid, dict) else 0
        self.assertEqual(closed["expected"], expected + taken)
        self.assertEqual(closed["difference"], -taken)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            session = env["scola.cash.session"].browse(self.ids.sessions[1])
            self.assertEqual(session.expected_amount, expected + taken)
            answer = env["scola.cash.desk"].with_user(self.ids.cashiers[1])
            self.ids.sessions[1] = answer.open_session(session.journal_id.id, 0)[
                "session"
            ]["id"]
