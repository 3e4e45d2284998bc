# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A school with a family that pays online, in a process of its own.

Usage: payment_driver.py CONFIG DATABASE URL

Reads commands from standard input, one JSON object per line, and writes the answer to
each on a line of standard output. URL is that of the Odoo that serves the database.
"""

import json
import sys
import traceback
from datetime import date, timedelta

import billing_driver

from odoo import api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config

PASSWORD = "demo"


class Driver:
    """The commands; each is a transaction of its own."""

    def __init__(self, env, url):
        school = env["res.company"].search([("name", "=", "SMP Uji")])
        companies = school | school.parent_id
        self.env = env(
            context={
                **env.context,
                "allowed_company_ids": companies.ids,
                "tracking_disable": True,
                "mail_create_nolog": True,
                "no_reset_password": True,
            }
        )
        self.school = school.with_env(self.env)
        self.url = url

    # === SET-UP === #

    def set_up(self):
        """Make a foundation with a school, a family, and accounts in the simulator."""
        self.school = billing_driver.make_school(self.env)
        foundation = self.school.parent_id
        self.env.user.write(
            {
                "company_ids": [(4, self.school.id), (4, foundation.id)],
                "company_id": self.school.id,
            }
        )
        self.__init__(self.env, self.url)
        family = self.env["res.partner"].create(
            {"name": "Keluarga Uji", "scola_type": "family"}
        )
        for number, name in enumerate(("Ani Uji", "Budi Uji"), start=1):
            self.env["scola.student"].create(
                {
                    "name": name,
                    "nis": f"2026{number:04}",
                    "company_id": self.school.id,
                    "family_id": family.id,
                }
            )
        self.make_guardian(family)
        return self.connect()

    def make_guardian(self, family):
        """Let the mother log in to the portal."""
        mother = self.env["res.partner"].create(
            {"name": "Ibu Uji", "parent_id": family.id, "phone": "+6281234567890"}
        )
        students = self.env["scola.student"].search([("family_id", "=", family.id)])
        self.env["scola.guardianship"].create(
            [
                {"student_id": student.id, "guardian_id": mother.id}
                for student in students
            ]
        )
        group = self.env.ref("scola_school.group_portal_guardian")
        self.env["res.users"].create(
            {
                "login": "ibu",
                "password": PASSWORD,
                "partner_id": mother.id,
                "lang": "id_ID",
                "tz": "Asia/Jakarta",
                "company_id": self.school.id,
                "company_ids": [Command.set(self.school.ids)],
                "group_ids": [Command.set(group.ids)],
            }
        )

    def connect(self):
        """Have the foundation's providers use the simulator at our address."""
        self.env["ir.config_parameter"].sudo().set_param("web.base.url", self.url)
        self.env["ir.config_parameter"].sudo().set_param("web.base.url.freeze", "True")
        accounts = self.env["payment.simulator.account"]._setup(
            self.school.parent_id, self.url
        )
        # Polling is started by the tests, not by minutes that pass.
        accounts.provider_id.poll_minutes = 0
        return accounts.mapped("code")

    # === BILLS AND CHECKOUTS === #

    def bill(self, nis="20260001", amount=350000, name="SPP November"):
        """Post a bill of a student."""
        student = self.env["scola.student"].search([("nis", "=", nis)])
        today = date.today()
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": student.partner_id.id,
                "student_id": student.id,
                "journal_id": self.school.scola_fee_journal_id.id,
                "company_id": self.school.id,
                "invoice_date": today.isoformat(),
                "invoice_date_due": (today + timedelta(days=10)).isoformat(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "price_unit": amount,
                            "account_id": self.get_income_account().id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        move.action_post()
        return {"id": move.id, "name": move.name}

    def get_income_account(self):
        accounts = self.env["account.account"]
        domain = accounts._check_company_domain(self.school)
        return accounts.search([*domain, ("account_type", "=", "income")], limit=1)

    def check_out(self, code, channel, amount=350000, bank=None, bills=None):
        """Start paying a new bill by a channel, as the page of the guardian does."""
        ids = bills or [self.bill(amount=amount)["id"]]
        moves = self.env["account.move"].browse(ids)
        domain = [("provider_id.code", "=", code), ("code", "=", channel)]
        domain.append(("provider_id.company_id", "=", self.school.parent_id.id))
        if bank:
            domain.append(("provider_id.snap_bank_id.code", "=", bank))
        channel = self.env["payment.channel"].search(domain)
        guardian = self.env["res.users"].search([("login", "=", "ibu")]).partner_id
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": channel.provider_id.id,
                "payment_method_id": channel.payment_method_id.id,
                "amount": sum(moves.mapped("amount_residual")),
                "currency_id": channel.currency_id.id,
                "partner_id": guardian.id,
                "operation": "online_redirect",
                "invoice_ids": [Command.set(ids)],
            }
        )
        self.env.cr.commit()
        tx._ensure_charged()
        return {"bill": ids[0], **self.describe(tx)}

    def state(self, order):
        """Return what we know about a checkout, from the books."""
        tx = self.env["payment.transaction"].search([("reference", "=", order)])
        return {**self.describe(tx), **self.describe_books(tx)}

    def describe(self, tx):
        """Return how a checkout is to be paid."""
        return {
            "order": tx.reference,
            "state": tx.state,
            "message": tx.state_message or "",
            "number": tx.va_number or tx.bill_key or None,
            "qr_string": tx.qr_string or None,
            "url": tx.deeplink_url or tx.checkout_url or None,
            "waiting_url": tx._get_waiting_url(),
        }

    def describe_books(self, tx):
        """Return what was booked for a checkout."""
        incoming = tx.incoming_ids.sorted("id")
        refunds = self.env["payment.refund"].search(
            [("incoming_id", "in", incoming.ids)]
        )
        return {
            "bills": tx.invoice_ids.mapped("payment_state"),
            "residual": int(sum(tx.invoice_ids.mapped("amount_residual"))),
            "payments": [
                {
                    "amount": int(payment.amount),
                    "state": payment.state,
                    "exception": payment.exception or None,
                    "deposit": int(payment.unallocated_amount),
                }
                for payment in incoming
            ],
            "refunds": [int(refund.amount) for refund in refunds],
            "notifications": self.env["payment.notification"].search_count(
                [("order_ref", "=", tx.reference)]
            ),
        }

    def poll(self, order):
        """Ask the provider about a checkout that waits, as the cron does later."""
        tx = self.env["payment.transaction"].search([("reference", "=", order)])
        found = self.env["payment.booking"]._poll(tx.provider_id, tx)
        self.env["payment.booking"]._apply(found)
        return {}

    def apply(self):
        """Book what waits for a second try, whenever that is due."""
        failed = self.env["payment.notification"].search([("state", "=", "failed")])
        failed.next_try_at = fields.Datetime.now()
        self.env.cr.commit()
        self.env["payment.booking"]._work_off(seconds=20)
        return {}

    def set_key(self, code, key):
        """Change our copy of a provider's key."""
        provider = self.env["payment.provider"].search(
            [("code", "=", code), ("state", "=", "test")], limit=1
        )
        name = {"midtrans": "midtrans_server_key", "xendit": "xendit_secret_key"}[code]
        before = provider[name]
        provider[name] = key
        return before

    def balance(self):
        """Return debit minus credit of all that is posted, and unbalanced entries."""
        self.env.cr.execute(
            "SELECT coalesce(sum(balance), 0) FROM account_move_line"
            " WHERE parent_state = 'posted'"
        )
        return int(self.env.cr.fetchone()[0])

    def set_production(self, value):
        """Mark the database as one that takes real money, or not."""
        self.env["ir.config_parameter"].sudo().set_param("payment_va.production", value)
        return {}


def main(config_file, database, url):
    """Answer commands until the input ends."""
    config.parse_config(["-c", config_file, "-d", database, "--no-http"])
    registry = Registry(database)
    for line in sys.stdin:
        request = json.loads(line)
        registry.check_signaling()
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                command = getattr(Driver(env, url), request.pop("do"))
                answer = {"result": command(**request)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        registry.signal_changes()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
