# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv

from odoo.tools import file_open

CSV = "scola_account/data/template/account.account-id_foundation.csv"


class ChartCases:
    def test_all_accounts_are_there_in_both_languages(self):
        self.env["res.lang"]._activate_lang("id_ID")
        self.env["account.chart.template"]._load_translations(
            companies=self.foundation, langs=["id_ID"]
        )
        with file_open(CSV) as file:
            rows = list(csv.DictReader(file))
        self.assertGreaterEqual(len(rows), 82)
        for row in rows:
            account = self.find_account(row["code"]).with_company(self.foundation)
            self.assertEqual(account.with_context(lang="en_US").name, row["name"])
            self.assertEqual(account.with_context(lang="id_ID").name, row["name@id"])
            self.assertEqual(account.account_type, row["account_type"])
            self.assertEqual(str(account.reconcile), row["reconcile"])
            self.assertEqual(account.net_asset_class or "", row["net_asset_class"])
            self.assertEqual(
                account.net_asset_account_id,
                self.find_account(row["net_asset_account_id"].removeprefix("scola_"))
                if row["net_asset_account_id"]
                else self.env["account.account"],
            )

    def test_accounts_and_taxes_of_l10n_id_are_there(self):
        self.assertTrue(self.find_account("11110010"))
        self.assertTrue(
            self.env["account.tax"].search_count(
                [("company_id", "=", self.foundation.id)]
            )
        )

    def test_no_vat_on_fees(self):
        for company in self.companies:
            self.assertFalse(company.account_sale_tax_id, company.name)
            self.assertFalse(company.account_purchase_tax_id, company.name)
        product = (
            self.env["product.template"]
            .with_company(self.foundation)
            .with_context(allowed_company_ids=self.foundation.ids)
            .create({"name": "SPP"})
        )
        self.assertFalse(
            product.taxes_id.filtered(lambda tax: tax.company_id == self.foundation)
        )

    def test_defaults(self):
        partner = (
            self.env["res.partner"]
            .with_company(self.foundation)
            .create({"name": "Keluarga"})
        )
        self.assertEqual(
            partner.property_account_receivable_id, self.find_account("11210110")
        )
        self.assertEqual(
            self.foundation.income_account_id, self.find_account("41100010")
        )
        self.assertEqual(
            self.foundation.payment_suspense_account_id,
            self.find_account("21190001"),
        )

    def test_money_in_transit(self):
        Account = self.env["account.account"].with_company(self.foundation)
        own = [("company_ids", "=", self.foundation.id)]
        found = Account.search([*own, ("is_money_in_transit", "=", True)])
        rest = Account.search([*own, ("is_money_in_transit", "=", False)])
        self.assertEqual(found | rest, Account.search(own))
        self.assertEqual(found, (found | rest).filtered("is_money_in_transit"))
        self.assertIn(self.find_account("11120191"), found)

    def test_journals(self):
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.foundation.id)]
        )
        accounts = {journal.code: journal.default_account_id for journal in journals}
        for code, account in (
            ("BSPP", "11120011"),
            ("BBOS", "11120012"),
            ("BYYS", "11120013"),
            ("BKOM", "11120014"),
            ("KSPP", "11110011"),
            ("KBOS", "11110012"),
        ):
            self.assertEqual(accounts[code], self.find_account(account), code)
        self.assertIn("TUTUP", accounts)

    def test_a_school_bills_without_tax_on_the_receivable_of_students(self):
        partner = self.env["res.partner"].create({"name": "Siswa"})
        journal = self.env["account.journal"].create(
            {
                "name": "Tagihan SD Satu",
                "code": "TS1",
                "type": "sale",
                "company_id": self.one.id,
                "default_account_id": self.find_account("41100010").id,
            }
        )
        move = (
            self.work_as("treasurer")["account.move"]
            .with_company(self.one)
            .create(
                {
                    "move_type": "out_invoice",
                    "journal_id": journal.id,
                    "partner_id": partner.id,
                    "invoice_date": "2026-07-01",
                    "invoice_line_ids": [
                        (0, 0, {"name": "SPP Juli", "price_unit": 250_000})
                    ],
                }
            )
        )
        move.action_post()
        self.assertEqual(move.amount_total, 250_000)
        self.assertEqual(move.company_id, self.one)
        receivable = move.line_ids.filtered("date_maturity").account_id
        self.assertEqual(receivable, self.find_account("11210110"))
