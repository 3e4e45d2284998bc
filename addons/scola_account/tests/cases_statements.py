# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import format_date

from .common import YEAR
from .figures import ROWS, read_sql

STATEMENTS = tuple(ROWS)
START, END = date(YEAR, 1, 1), date(YEAR, 12, 31)
#: Totals that no elimination between schools changes.
ELIMINATED = (
    ("position", "assets", "liabilities"),
    ("income", "income_u", "expense_u"),
)


class StatementCases:
    def assert_like_sql(self, statement, figures, companies, start=START, end=END):
        expected = read_sql(self.env.cr, ROWS[statement], companies, start, end)
        for name, figure in expected.items():
            self.assertEqual(
                round(figures[name], 2), round(figure, 2), f"{statement}: {name}"
            )

    def test_figures_equal_independent_sql(self):
        for company in self.companies:
            for statement in STATEMENTS:
                with self.subTest(company=company.name, statement=statement):
                    self.assert_like_sql(
                        statement, self.get_figures(statement, company), company
                    )

    def test_consolidated_figures_equal_independent_sql(self):
        for statement in STATEMENTS:
            with self.subTest(statement=statement):
                figures = self.get_figures(
                    statement, self.foundation, consolidated=True
                )
                self.assert_like_sql(statement, figures, self.companies)

    def test_figures_by_academic_year_equal_independent_sql(self):
        """An academic year crosses two fiscal years; so do its results."""
        year = self.env["scola.academic.year"].create(
            {
                "code": f"{YEAR - 1}/{YEAR}",
                "date_start": date(YEAR - 1, 7, 1),
                "date_end": date(YEAR, 6, 30),
                "company_id": self.foundation.id,
            }
        )
        for statement in STATEMENTS:
            with self.subTest(statement=statement):
                figures = self.get_figures(
                    statement,
                    self.one,
                    period_type="academic",
                    academic_year_id=year.id,
                )
                self.assert_like_sql(
                    statement, figures, self.one, year.date_start, year.date_end
                )

    def test_figures_by_month_equal_independent_sql(self):
        for statement in STATEMENTS:
            with self.subTest(statement=statement):
                figures = self.get_figures(
                    statement, self.one, period_type="month", date=date(YEAR, 3, 9)
                )
                self.assert_like_sql(
                    statement, figures, self.one, date(YEAR, 3, 1), date(YEAR, 3, 31)
                )

    def test_the_balance_sheet_balances(self):
        for company in self.companies:
            figures = self.get_figures("position", company)
            self.assertTrue(figures["assets"])
            self.assertEqual(
                round(figures["assets"] - figures["liabilities_net_assets"], 2), 0
            )
            self.assertFalse(figures["difference"])

    def test_both_cash_flows_tie_to_bank_and_cash(self):
        for company in self.companies:
            cash = self.get_figures("position", company)["cash"]
            for method in ("cash_direct", "cash_indirect"):
                figures = self.get_figures(method, company)
                self.assertEqual(round(figures["closing_cash"] - cash, 2), 0)
                self.assertEqual(figures["counted_cash"], cash)
                self.assertFalse(figures["difference"])

    def test_net_assets_roll_forward(self):
        for company in self.companies:
            position = self.get_figures("position", company)
            income = self.get_figures("income", company)
            figures = self.get_figures("net_assets", company)
            self.assertEqual(round(figures["closing_u"] - position["net_u"], 2), 0)
            self.assertEqual(round(figures["closing_r"] - position["net_r"], 2), 0)
            surplus = figures["net_assets"] - figures["opening_u"]
            surplus -= figures["opening_r"]
            self.assertEqual(round(surplus - income["comprehensive"], 2), 0)

    def test_consolidated_is_the_sum_less_eliminations(self):
        for statement, *totals in ELIMINATED:
            whole = self.get_figures(statement, self.foundation, consolidated=True)
            parts = [self.get_figures(statement, each) for each in self.companies]
            eliminated = whole.get("eliminated_asset", whole.get("eliminated_income"))
            self.assertLess(eliminated, 0)
            for total in totals:
                summed = sum(part[total] for part in parts)
                self.assertEqual(round(whole[total] - summed - eliminated, 2), 0)
        self.assertEqual(whole["eliminated_expense"], eliminated)

    def test_eliminations_are_what_the_schools_owe_each_other(self):
        figures = self.get_figures("position", self.foundation, consolidated=True)
        self.assertEqual(figures["eliminated_asset"], -15_000_000)
        figures = self.get_figures("income", self.foundation, consolidated=True)
        self.assertEqual(figures["eliminated_income"], -8_000_000)

    def test_what_the_schools_disagree_on_stays_visible(self):
        self.post(
            self.two,
            f"{YEAR}-12-01",
            {"11210910": 1_000_000, "11120011": -1_000_000},
        )
        figures = self.get_figures("position", self.foundation, consolidated=True)
        rest = figures["inter_asset"] + figures["eliminated_asset"]
        self.assertEqual(rest, 1_000_000)
        self.assertFalse(figures["difference"])

    def test_a_single_school_has_no_elimination(self):
        figures = self.get_figures("position", self.one)
        self.assertFalse(figures["eliminated_asset"])
        self.assertEqual(figures["inter_asset"], 15_000_000)

    def test_years_side_by_side_with_differences(self):
        instance = self.open_statement("position", self.one, year_count=3)
        names = instance.period_ids.sorted("sequence").mapped("name")
        self.assertEqual(
            names, ["2026", "2025", "2026 less 2025", "2024", "2025 less 2024"]
        )
        cash = self.read_figures(instance)["cash"]
        self.assertEqual(cash[1], 101_000_000)
        self.assertEqual(cash[2], cash[0] - cash[1])
        self.assertEqual(cash[3:], [0, 101_000_000])

    def test_more_than_five_years_are_refused(self):
        with self.assertRaisesRegex(Exception, "year_count_range"):
            self.open_statement("position", self.one, year_count=6)

    def test_drafts_count_only_when_asked(self):
        posted = self.get_figures("position", self.two)["cash"]
        self.post(self.two, END, {"11120011": 5_000, "41100010": -5_000}, post=False)
        self.assertEqual(self.get_figures("position", self.two)["cash"], posted)
        both = self.get_figures("position", self.two, target_move="all")["cash"]
        self.assertEqual(both, posted + 5_000)

    def test_drill_down_leads_to_the_entries_of_the_figure(self):
        instance = self.open_statement("cash_direct", self.one)
        matrix = instance._compute_matrix()
        rows = {row.kpi.name: row for row in matrix.iter_rows()}
        for name in ("students", "inter", "opening_cash", "transit"):
            cell = next(rows[name].iter_cells())
            action = instance.drilldown(cell.drilldown_arg)
            lines = instance.env[action["res_model"]].search(action["domain"])
            self.assertEqual(lines.company_id, self.one)
            sign = 1 if name == "opening_cash" else -1
            self.assertEqual(
                round(sum(lines.mapped("balance")), 2), round(sign * cell.val, 2), name
            )

    def test_heading_names_standard_and_scope(self):
        self.foundation.accounting_standard = "SAK EP"
        instance = self.open_statement(
            "income", self.foundation, consolidated=True, year_count=2
        )
        self.assertEqual(
            instance.get_filter_descriptions(), ["SAK EP - Yayasan Buku, consolidated"]
        )

    def test_xlsx_and_html_of_the_pdf_are_made(self):
        instance = self.open_statement("position", self.one, year_count=2)
        report = instance.env["ir.actions.report"]
        content, kind = report._render_xlsx(
            "mis_builder.mis_report_instance_xlsx", instance.ids, {"dummy": True}
        )
        self.assertEqual((kind, content[:2]), ("xlsx", b"PK"))
        action = instance.print_pdf()
        self.assertEqual(action["report_name"], "scola_account.report_statement")
        html = report._render_qweb_html(action["report_name"], instance.ids)[0].decode()
        day = format_date(instance.env, date(YEAR - 1, 12, 31))
        for text in ("TOTAL NET ASSETS", "ISAK 335 - SD Satu", f"as of {day}"):
            self.assertIn(text, html)

    def test_many_years_are_printed_across(self):
        instance = self.open_statement("income", self.one, year_count=3)
        action = instance.print_pdf()
        self.assertEqual(
            action["report_name"], "scola_account.report_statement_landscape"
        )
        html = instance.env["ir.actions.report"]._render_qweb_html(
            action["report_name"], instance.ids
        )[0]
        self.assertIn("2025 less 2024", html.decode())

    def test_labels_in_indonesian(self):
        self.env["res.lang"]._activate_lang("id_ID")
        module = self.env["ir.module.module"].search([("name", "=", "scola_account")])
        module._update_translations(["id_ID"])
        report = self.env.ref("scola_account.mis_report_position")
        self.assertEqual(
            report.with_context(lang="id_ID").name, "Laporan Posisi Keuangan"
        )
        self.assertEqual(
            self.env.ref("scola_account.mis_report_kpi_position_assets")
            .with_context(lang="id_ID")
            .description,
            "JUMLAH ASET",
        )

    def test_a_foundation_is_not_put_together_in_part(self):
        self.users["treasurer"].company_ids = [Command.unlink(self.two.id)]
        env = self.env(
            user=self.users["treasurer"],
            context=dict(
                self.env.context,
                allowed_company_ids=(self.foundation | self.one).ids,
            ),
        )
        wizard = env["scola.statement.wizard"].create(
            {
                "company_id": self.foundation.id,
                "consolidated": True,
                "date": START,
            }
        )
        with self.assertRaisesRegex(UserError, "SD Dua"):
            wizard.action_open()
