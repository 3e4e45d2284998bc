# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError


class RegisterCases:
    def fill_register(self):
        fund = self.find_account("32000010")
        self.buy("Tanah", 500_000_000, "asset_class_land")
        self.buy("Laptop A", 4_800_000, "asset_class_computer", fund=fund)
        self.buy("Laptop B", 9_600_007, "asset_class_computer", day=date(2026, 2, 1))
        self.buy("Proyektor", 7_000_000, "asset_class_laboratory", day=date(2026, 5, 1))
        sold = self.buy("Mobil", 96_000_000, "asset_class_vehicle")
        self.one._post_depreciation(date(2026, 3, 31))
        self.remove(sold, date(2026, 4, 1), 90_000_000)

    def make_register(self, day, role="auditor"):
        env = self.work_at(self.one, role)
        return env["scola.asset.register"].create(
            {"company_id": self.one.id, "date": day}
        )

    def read_books(self, day):
        """Return cost and depreciation of the books by the accounts of assets."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT COALESCE(SUM(l.balance) FILTER (WHERE s.code < '1228'), 0),
                   COALESCE(-SUM(l.balance) FILTER (WHERE s.code >= '1228'), 0)
              FROM account_move_line l
              JOIN (SELECT id, code_store->>%s AS code FROM account_account) s
                ON s.id = l.account_id
             WHERE l.company_id = %s AND l.parent_state = 'posted' AND l.date <= %s
               AND s.code LIKE '12%%'
            """,
            [str(self.foundation.id), self.one.id, day],
        )
        return tuple(float(value) for value in self.env.cr.fetchone())

    def test_the_register_equals_the_books(self):
        self.fill_register()
        for day, count in (
            (date(2026, 1, 31), 3),
            (date(2026, 3, 31), 4),
            (date(2026, 12, 31), 4),
        ):
            register = self.make_register(day)
            figures = register._get_total()
            with self.subTest(day=day):
                self.assertEqual(len(register._get_rows()), count)
                self.assertEqual(
                    (figures["cost"], figures["accumulated"]), self.read_books(day)
                )
                self.assertEqual(
                    figures["book"], figures["cost"] - figures["accumulated"]
                )

    def test_the_sheet_and_the_paper(self):
        self.fill_register()
        register = self.make_register(date(2026, 12, 31))
        self.check_sheet(register)
        self.check_paper(register)

    def check_sheet(self, register):
        content, _kind = register.env["ir.actions.report"]._render_xlsx(
            "scola_asset.action_report_register_xlsx", register.ids, {}
        )
        rows = list(load_workbook(BytesIO(content)).active.values)
        groups = [row[0] for row in rows if row[0] and row[1] is None]
        self.assertEqual(groups[0], "SD Satu")
        self.assertEqual(groups[2:4], ["Land", "Total Land"])
        laptop = next(row for row in rows if row[1] == "Laptop A")
        self.assertEqual(laptop[2], self.find_account("32000010").name)
        self.assertEqual(laptop[5:], (4_800_000, 300_000, 4_500_000))
        self.assertEqual(rows[-1][0], "Total")
        self.assertEqual(rows[-1][5], register._get_total()["cost"])

    def check_paper(self, register):
        html, _kind = register.env["ir.actions.report"]._render_qweb_html(
            "scola_asset.report_register", register.ids
        )
        text = html.decode()
        for words in ("SD Satu", "Laptop A", "Proyektor", "Total Computers"):
            self.assertIn(words, text)
        self.assertNotIn("Mobil", text)

    def test_who_prints_it(self):
        self.make_register(date(2026, 1, 1), "treasurer").action_print_pdf()
        self.make_register(date(2026, 1, 1), "auditor").action_print_xlsx()
        with self.assertRaises(AccessError):
            self.make_register(date(2026, 1, 1), "homeroom")
