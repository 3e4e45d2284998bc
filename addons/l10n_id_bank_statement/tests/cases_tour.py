# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


class TourCases:
    # The first page waits until its assets are made, which a busy machine does slowly.
    test_cursor_lock_timeout = 120

    def test_proposing_and_accepting_in_a_browser(self):
        bill = self.make_bill(350000)
        self.make_bank_line(350000, text="VA 132820000000123")
        action = self.env.ref("l10n_id_bank_statement.bank_statement_propose_action")
        self.start_tour(
            f"/odoo/action-{action.id}",
            "l10n_id_bank_statement_proposals_tour",
            login=self.accountant.login,
            cookies={"cids": f"{self.company.id}-{self.branch.id}"},
        )
        self.assertEqual(bill.payment_state, "paid")
