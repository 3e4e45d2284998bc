# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from ..const import STATEMENTS


class TourCases:
    """In a real browser, as the treasurer of a school."""

    # The first page waits until its assets are made, which a busy machine does slowly.
    test_cursor_lock_timeout = 120

    def start_books_tour(self, xmlid, name):
        self.users["treasurer"].company_id = self.one
        action = self.env.ref(f"scola_account.{xmlid}")
        self.start_tour(
            f"/odoo/action-{action.id}", name, login=self.users["treasurer"].login
        )

    def test_each_statement_leads_to_its_entries(self):
        for statement, _label in STATEMENTS:
            with self.subTest(statement=statement):
                self.start_books_tour(
                    "action_scola_statement_wizard", f"scola_statement_{statement}_tour"
                )

    def test_dashboard_leads_to_its_entries(self):
        self.start_books_tour("action_scola_books", "scola_books_tour")
