# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A bank journal with an account number, an accountant, and what banks send."""

import base64
from datetime import date

from odoo.tests import Form

from odoo.addons.payment_va.tests.test_settlement import SettlementCommon

from .render import ACCOUNT


class StatementCommon(SettlementCommon):
    """The gateway pays out to ``payout_bank``, which has ``ACCOUNT``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payout_bank.bank_acc_number = ACCOUNT
        cls.accountant = cls.make_user("akuntan_bank", "account.group_account_user")
        cls.va = cls.env["payment.virtual.account"].create(
            {
                "provider_id": cls.gateway.id,
                "channel_id": cls.channel.id,
                "partner_id": cls.child.id,
                "number": "132820000000123",
            }
        )

    # === IMPORT === #

    def layout(self, name):
        return self.env.ref(f"l10n_id_bank_statement.layout_{name}")

    def load_file(self, content, journal=None, name="mutasi.csv", **values):
        """Import a file as the accountant does, from the journal or from the menu."""
        journal = self.payout_bank if journal is None else journal
        model = self.as_accountant("account.statement.import")
        wizard = model.with_context(journal_id=journal.id).create(
            {
                "statement_file": base64.b64encode(content),
                "statement_filename": name,
                **values,
            }
        )
        result = wizard._import_file()
        statements = self.env["account.bank.statement"].browse(result["statement_ids"])
        return statements, "\n".join(result["notifications"])

    def as_accountant(self, model):
        return self.env[model].with_user(self.accountant)

    def count(self):
        """Return how many there are of what an import makes."""
        self.env.flush_all()
        return [
            self.env[model].search_count([])
            for model in (
                "account.bank.statement",
                "account.bank.statement.line",
                "account.move",
                "ir.attachment",
            )
        ]

    # === PROPOSALS === #

    def propose(self, journal=None):
        """Propose anew as the accountant; return what is open."""
        journal = journal or self.payout_bank
        form = Form(self.as_accountant("bank.statement.propose"))
        form.journal_ids.clear()
        form.journal_ids.add(journal)
        form.save().action_propose()
        return self.as_accountant("bank.statement.proposal").search(
            [("journal_id", "=", journal.id), ("state", "=", "open")]
        )

    def make_payment(
        self, amount=350000, journal=None, memo="", day=date(2026, 11, 17)
    ):
        """Return a payment that somebody booked by hand, waiting for the bank."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.family.id,
                "journal_id": (journal or self.payout_bank).id,
                "amount": amount,
                "memo": memo,
                "date": day,
            }
        )
        payment.action_post()
        return payment

    def states(self, proposals):
        return [(one.kind, one.fit, one.is_sure, one.is_ticked) for one in proposals]
