# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import threading
from types import SimpleNamespace
from unittest.mock import patch

import odoo.modules.registry
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError, ValidationError
from odoo.service.model import retrying
from odoo.tests import BaseCase, freeze_time, get_db_name, tagged
from odoo.tools import config, mute_logger

from ..tools.event import EventKind, PaymentEvent
from .common import FAKE_HOOKS, PaymentVaCommon, fake_delivery
from .databases import copy_database, drop_database
from .test_settlement import make_row


@tagged("post_install", "-at_install")
@freeze_time("2026-11-18 03:00:00")
class TestRefundConcurrency(BaseCase):
    """Two people at once, each with a connection of their own that commits.

    On a copy of the database, thrown away afterwards: nothing else sees it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}_refund"
        cls.addClassCleanup(drop_database, cls.database)
        drop_database(cls.database)
        copy_database(get_db_name(), cls.database)
        # Loading it must not look for tests to run.
        with patch.dict(config.options, test_enable=False):
            cls.registry = odoo.modules.registry.Registry(cls.database)
        hooks = {**FAKE_HOOKS, "_can_refund": lambda provider, incoming: "partial"}
        for name, hook in hooks.items():
            patcher = patch.object(cls.registry["payment.provider"], name, hook)
            patcher.start()
            cls.addClassCleanup(patcher.stop)
        with cls.registry.cursor() as cr:
            cls.ids = cls._prepare(api.Environment(cr, SUPERUSER_ID, {}))

    @classmethod
    def _prepare(cls, env):
        class Records(PaymentVaCommon):
            """The records of the other tests, in this database."""

        Records.env = env(context={"tracking_disable": True, "no_reset_password": True})
        Records._set_up_companies()
        Records._set_up_partners()
        Records._set_up_gateway()
        users = {
            login: Records.make_user(login, f"payment_va.group_payment_{group}").id
            for login, group in (
                ("c_user_a", "user"),
                ("c_user_b", "user"),
                ("c_manager_a", "manager"),
                ("c_manager_b", "manager"),
            )
        }
        cls.records = Records
        return SimpleNamespace(gateway=Records.gateway.id, **users)

    def make_incoming(self, payment_id):
        """Return the id of a committed payment of 350,000 and that of its bill."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, dict(self.records.env.context))
            gateway = env["payment.provider"].browse(self.ids.gateway)
            self.records.env = env
            for name in ("branch_journal", "branch", "company", "product", "child"):
                record = getattr(self.records, name)
                setattr(self.records, name, record.with_env(env))
            for name in ("method", "parent", "rupiah", "gateway", "channel"):
                record = getattr(self.records, name)
                setattr(self.records, name, record.with_env(env))
            bill = self.records.make_bill(350000)
            tx = self.records.make_attempt(bill)
            delivery = fake_delivery(
                payment_id=payment_id, order_ref=tx.reference, amount="350000"
            )
            inbox = env["payment.notification"]
            receipt = inbox._receive(delivery)
            env["payment.booking"]._apply(inbox.browse(receipt.notification_id))
            incoming = env["payment.incoming"].search(
                [
                    ("provider_id", "=", gateway.id),
                    ("provider_payment_id", "=", payment_id),
                ]
            )
            return incoming.id, bill.id

    def run_together(self, *calls):
        """Run ``(user id, function of an environment)`` at the same moment.

        Each is a request as the web server would serve it: its own cursor, its
        snapshot taken before any of them goes on, repeated on serialization failures.
        """
        barrier = threading.Barrier(len(calls))
        outcomes, tries = [None] * len(calls), [0] * len(calls)

        def serve(index, uid, function):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, uid, {})

                def request():
                    tries[index] += 1
                    env["payment.refund"].sudo().search_count([])
                    if tries[index] == 1:
                        barrier.wait(timeout=60)
                    return function(env)

                try:
                    outcomes[index] = retrying(request, env)
                except Exception as error:
                    outcomes[index] = error

        threads = [
            threading.Thread(target=serve, args=(index, *call))
            for index, call in enumerate(calls)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        return outcomes, tries

    def look_up(self, model, record_id, *names):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            record = env[model].browse(record_id)
            return tuple(record[name] for name in names)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_people_ask_for_too_much_together(self):
        incoming_id, _bill = self.make_incoming("P-1")

        def ask(env):
            incoming = env["payment.incoming"].browse(incoming_id)
            refunds = env["payment.refund"]
            return refunds._request(incoming, 200000, "Salah bayar", "api").id

        outcomes, tries = self.run_together(
            (self.ids.c_user_a, ask), (self.ids.c_user_b, ask)
        )
        errors = [error for error in outcomes if isinstance(error, Exception)]
        self.assertEqual(len(errors), 1, outcomes)
        self.assertIsInstance(errors[0], ValidationError)
        self.assertIn("150", str(errors[0]))
        self.assertGreater(sum(tries), 2, "the slower one was not repeated")
        reserved, amount = self.look_up(
            "payment.incoming", incoming_id, "reserved_amount", "refundable_amount"
        )
        self.assertEqual((reserved, amount), (200000, 150000))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_told_twice_at_the_same_moment(self):
        incoming_id, bill_id = self.make_incoming("P-2")

        def tell(env):
            incoming = env["payment.incoming"].sudo().browse(incoming_id)
            event = PaymentEvent(
                EventKind.REFUNDED, refund_id="R-1", refund_amount=100000
            )
            return env["payment.refund"].sudo()._record_from_event(incoming, event)

        outcomes, _tries = self.run_together(
            *[(SUPERUSER_ID, tell) for _number in range(3)]
        )
        self.assertEqual(sorted(outcomes, key=str), [False, False, True])
        refunds, refunded = self.look_up(
            "payment.incoming", incoming_id, "refund_ids", "refunded_amount"
        )
        self.assertEqual((len(refunds), refunded), (1, 100000))
        self.assertEqual(
            self.look_up("account.move", bill_id, "amount_residual"), (100000,)
        )

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_managers_approve(self):
        incoming_id, _bill = self.make_incoming("P-3")
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.ids.c_user_a, {})
            incoming = env["payment.incoming"].browse(incoming_id)
            refunds = env["payment.refund"]
            refund_id = refunds._request(incoming, 1000, "Salah bayar", "api").id

        def approve(env):
            env["payment.refund"].browse(refund_id).action_approve()
            return True

        outcomes, _tries = self.run_together(
            (self.ids.c_manager_a, approve), (self.ids.c_manager_b, approve)
        )
        winners = [index for index, outcome in enumerate(outcomes) if outcome is True]
        self.assertEqual(len(winners), 1, outcomes)
        self.assertIsInstance(outcomes[1 - winners[0]], UserError)
        approver = (self.ids.c_manager_a, self.ids.c_manager_b)[winners[0]]
        [found] = self.look_up("payment.refund", refund_id, "approved_by_id")
        self.assertEqual(found.id, approver)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_file_imported_by_two(self):
        incoming_id, _bill = self.make_incoming("P-4")

        def load(env):
            provider = env["payment.provider"].sudo().browse(self.ids.gateway)
            settlements = env["payment.settlement"].sudo()
            return len(settlements._import_rows(provider, [make_row("P-4")]))

        outcomes, _tries = self.run_together(
            (self.ids.c_user_a, load), (self.ids.c_user_b, load)
        )
        self.assertEqual([n for n in outcomes if isinstance(n, int)], [1], outcomes)
        self.assertTrue(any(isinstance(n, ValidationError) for n in outcomes))
        [lines] = self.look_up("payment.incoming", incoming_id, "settlement_line_ids")
        self.assertEqual(len(lines), 1)
