# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import SQL

from ..models import account_move_bulk_review
from .common import BulkCommon


class TestReview(BulkCommon):
    """What is left to Odoo, and what the result says of it."""

    def prepare(self, partner="single", *, line=None, **vals):
        return {
            "move_type": "out_invoice",
            "journal_id": self.journals["plain"].id,
            "partner_id": self.partners[partner].id,
            "invoice_date": "2026-11-02",
            "invoice_date_due": "2026-11-30",
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Iuran",
                        "quantity": 1,
                        "price_unit": 50_000,
                        "account_id": self.accounts["income"].id,
                        "tax_ids": [Command.clear()],
                        **(line or {}),
                    }
                )
            ],
            **vals,
        }

    def post(self, *vals_list):
        result = self.env["account.move.bulk"]._create_posted(list(vals_list))
        self.assertEqual(len(result.moves), len(vals_list))
        self.assertEqual(set(result.moves.mapped("state")), {"posted"})
        return result

    def assert_ordinary(self, code, *vals_list):
        result = self.post(*vals_list)
        self.assertEqual(
            {found: count for found, (count, _words) in result.ordinary.items()},
            {code: len(vals_list)},
        )
        self.assertEqual(result.is_ordinary, [True] * len(vals_list))
        self.assertFalse(result.stamped)
        return result

    def test_nothing_to_do(self):
        result = self.env["account.move.bulk"]._create_posted([])
        self.assertFalse(result.moves)
        self.assertFalse(result.ordinary)

    def test_one_of_a_kind_is_made_by_odoo(self):
        result = self.post(self.prepare())
        self.assertEqual((result.prototypes, result.stamped), (1, 0))

    def test_specifications_are_left_as_they_were(self):
        vals_list = [self.prepare("single"), self.prepare("third", ref="X")]
        before = [repr(vals) for vals in vals_list]
        self.assertEqual(self.post(*vals_list).stamped, 1)
        self.assertEqual([repr(vals) for vals in vals_list], before)

    def test_reasons_in_the_specification(self):
        journals = {name: journal.id for name, journal in self.journals.items()}
        rounding = self.env["account.cash.rounding"].create(
            {"name": "100", "rounding": 100.0, "strategy": "add_invoice_line"}
            | {
                "profit_account_id": self.accounts["income"].id,
                "loss_account_id": self.accounts["income"].id,
            }
        )
        for code, vals in (
            ("move_type", {"move_type": "out_refund"}),
            ("hash", {"journal_id": journals["hashed"]}),
            ("currency", {"journal_id": journals["dollars"]}),
            ("currency", {"currency_id": self.dollar.id}),
            ("reference", {"journal_id": journals["partner"]}),
            ("reference", {"journal_id": journals["euro"]}),
            ("rounding", {"invoice_cash_rounding_id": rounding.id}),
            ("fiscal_position", {"partner": "with_position"}),
        ):
            with self.subTest(code, vals=vals):
                vals = self.prepare(**vals)
                self.assert_ordinary(code, vals, dict(vals))

    def test_lines_that_are_not_plain(self):
        self.journals["plain"].default_account_id = self.accounts["income"]
        without_account, as_entries = self.prepare(), self.prepare()
        del without_account["invoice_line_ids"][0][2]["account_id"]
        as_entries["line_ids"] = as_entries.pop("invoice_line_ids")
        self.assert_ordinary("lines", without_account, as_entries)

    def test_a_journal_has_to_be_said(self):
        vals = self.prepare()
        del vals["journal_id"]
        self.assert_ordinary("journal", vals, dict(vals))

    def test_prices_decide_over_a_discount_for_paying_early(self):
        """What is left to pay then is on the invoice: prices are part of its kind."""
        vals_list = [
            self.prepare(
                invoice_payment_term_id=self.terms["early"].id,
                invoice_date_due=False,
                line={"price_unit": price},
            )
            for price in (450_000, 450_000, 300_000, 300_000)
        ]
        result = self.post(*vals_list)
        self.assertEqual((result.prototypes, result.stamped), (2, 2))
        lines = result.moves.line_ids.filtered("discount_date")
        self.assertEqual(
            lines.mapped("discount_balance"), [441_000, 441_000, 294_000, 294_000]
        )

    def test_prices_decide_where_there_are_amounts_nobody_knows(self):
        """Such as those an add-on adds to invoices."""
        vals_list = [
            self.prepare(quick_edit_total_amount=7, line={"price_unit": price})
            for price in (450_000, 450_000, 300_000, 300_000)
        ]
        result = self.post(*vals_list)
        self.assertEqual((result.prototypes, result.stamped), (2, 2))

    def test_reasons_found_on_the_original(self):
        taxed = {"tax_ids": [Command.set(self.taxes["on_payment"].ids)]}
        for code, vals in (
            ("zero", {"line": {"price_unit": 0}}),
            ("cash_basis", {"line": taxed}),
        ):
            with self.subTest(code):
                vals_list = [self.prepare(**vals), self.prepare("third", **vals)]
                self.assert_ordinary(code, *vals_list)

    def test_ordinary_ones_among_others(self):
        result = self.post(
            self.prepare("with_position"),
            self.prepare("single"),
            self.prepare("third"),
            self.prepare("fourth", line={"price_unit": 1}),
        )
        self.assertEqual(result.is_ordinary, [True, False, False, False])
        self.assertEqual((result.prototypes, result.stamped), (1, 2))
        [(count, words)] = result.ordinary.values()
        self.assertEqual(count, 1)
        self.assertIn("fiscal position", words)
        numbers = [move.sequence_number for move in result.moves]
        # The ordinary one comes last, and there is no gap.
        self.assertEqual(numbers, [numbers[1] + shift for shift in (3, 0, 1, 2)])
        self.assertFalse(any(result.moves.mapped("made_sequence_gap")))

    def test_a_patch_nobody_knows(self):
        Move = self.env.registry["account.move"]
        original = Move._post

        def _post(self, soft=True):
            return original(self, soft=soft)

        with patch.object(Move, "_post", _post):
            vals = self.prepare()
            result = self.post(vals, self.prepare("third"))
        self.assertEqual(result.is_ordinary, [True, True])
        [code] = result.ordinary
        self.assertEqual(code, "override:a patch (account.move._post)")
        self.assertIn("account.move._post", result.ordinary[code][1])
        self.assertEqual(self.post(vals, self.prepare("third")).stamped, 1)

    def test_an_addon_nobody_has_read(self):
        reviewed = account_move_bulk_review.REVIEWED_MODULES - {"portal", "mail"}
        with patch.object(account_move_bulk_review, "REVIEWED_MODULES", reviewed):
            [code] = self.post(self.prepare(), self.prepare("third")).ordinary
        self.assertIn("mail (account.move.create)", code)

    def test_a_column_nobody_has_read(self):
        review = self.env["account.move.bulk.review"]
        self.assertFalse(review._find_unknown_fields())
        reviewed = account_move_bulk_review.REVIEWED_MODULES - {"account"}
        self.addCleanup(self.env.registry.clear_cache)
        with patch.object(account_move_bulk_review, "REVIEWED_MODULES", reviewed):
            self.env.registry.clear_cache()
            unknown = review._find_unknown_fields()
        self.assertIn("account (account.move.invoice_partner_display_name)", unknown)
        self.assertIn("account (account.move.line.move_name)", unknown)
        # What does not vary is copied, whoever computed it.
        self.assertNotIn("account (account.move.company_id)", unknown)

    def test_a_constraint_nobody_has_read(self):
        class Checked:
            _module = "stranger"

            def _check_name(self):
                """Reject some references."""

            _check_name._constrains = ("ref",)

        Move = self.env.registry["account.move"]
        review = self.env["account.move.bulk.review"]
        with patch.object(
            account_move_bulk_review,
            "_get_lineage",
            lambda model: [Checked, *type(model).__mro__],
        ):
            self.assertIn(
                "stranger (account.move._check_name)", review._find_unknown_overrides()
            )
        self.assertTrue(Move)

    def test_something_refers_to_the_original(self):
        """As an add-on does that makes a document for every invoice."""
        Move = self.env.registry["account.move"]
        original = Move._compute_narration

        def _compute_narration(moves):
            original(moves)
            for move in moves.filtered("id"):
                if not move.activity_ids:
                    move.activity_schedule(
                        "mail.mail_activity_data_todo", fields.Date.today()
                    )

        with patch.object(Move, "_compute_narration", _compute_narration):
            result = self.post(self.prepare(), self.prepare("third"))
        self.assertEqual(result.is_ordinary, [True, True])
        self.assertEqual(list(result.ordinary), ["message"])

    def test_the_original_points_to_itself(self):
        """As the cost of goods sold does to what was sold."""
        review = self.env["account.move.bulk.review"]
        [move] = self.post(self.prepare()).moves
        self.assertIsNone(review._review_columns(move))
        move.auto_post_origin_id = move
        self.assertEqual(
            review._review_columns(move), "column:account.move.auto_post_origin_id"
        )

    def test_every_reason_has_words(self):
        review = self.env["account.move.bulk.review"]
        for code in ("hash", "override:x", "table:y", "column:z", "partner"):
            self.assertTrue(review._get_message(code))

    def test_rights_are_checked(self):
        clerk = self.users["biller"]
        self.env["ir.rule"].create(
            {
                "name": "Not for this customer",
                "model_id": self.env.ref("account.model_account_move").id,
                "domain_force": f"[('partner_id', '!=', {self.partners['third'].id})]",
                "perm_read": False,
                "perm_unlink": False,
            }
        )
        engine = self.env["account.move.bulk"].with_user(clerk)
        allowed = [self.prepare("single"), self.prepare("fourth")]
        self.assertEqual(engine._create_posted(allowed).stamped, 1)
        with self.assertRaises(AccessError):
            engine._create_posted([*allowed, self.prepare("third")])

    def test_rules_are_asked_by_one_query(self):
        """Whether all invoices may be read is known without reading them."""
        clerk = self.users["biller"]
        review = self.env["account.move.bulk.review"].with_user(clerk)
        moves = self.post(*(self.prepare() for _each in range(3))).moves.with_user(
            clerk
        )
        self.env.invalidate_all()
        review._check_access(moves, "read")
        self.assertFalse(
            self.env.cache.contains(moves[0].sudo(), moves._fields["name"])
        )
        self.env["ir.rule"].create(
            {
                "name": "Not this number",
                "model_id": self.env.ref("account.model_account_move").id,
                "domain_force": f"[('name', '!=', {moves[1].name!r})]",
                "perm_write": False,
            }
        )
        review._check_access(moves, "write")
        with self.assertRaises(AccessError):
            review._check_access(moves, "read")
        review.sudo()._check_access(moves.sudo(), "read")
        with self.assertRaises(AccessError):
            review._check_access(
                self.env["ir.rule"].with_user(clerk).search([]), "read"
            )

    def test_customers_are_named_as_odoo_names_them(self):
        """What is stored is taken where it is what Odoo would show."""
        partners = self.partners["child"] | self.partners["single"]
        partners |= self.env["res.partner"].create(
            [
                {"name": "Dua\n  Baris"},
                {"type": "invoice", "parent_id": self.partners["family"].id},
            ]
        )
        vals_list = [{"partner_id": partner.id} for partner in partners]
        for context in ({}, {"show_email": True}, {"lang": "fr_FR"}):
            review = self.env["account.move.bulk.review"].with_context(**context)
            with self.subTest(context=context):
                found = review._get_partners(vals_list)
                self.assertEqual(
                    [found[partner.id].display_name for partner in partners],
                    partners.with_context(**context).mapped("display_name"),
                )

    def test_plans_are_made_as_before(self):
        """Only while rows are copied are tables not read from end to end."""
        setting = "SELECT current_setting('enable_seqscan')"
        before = self.env.execute_query(SQL(setting))
        self.post(self.prepare(), self.prepare("third"))
        self.assertEqual(self.env.execute_query(SQL(setting)), before)

    def test_rank_of_what_was_rolled_back(self):
        """A caller may undo a batch and try its parts again."""
        customer, known = self.partners["fourth"], self.partners["ranked"]
        rank, known_rank = customer.customer_rank, known.customer_rank
        vals_list = [self.prepare(name) for name in ("single", "fourth", "ranked")]
        self.env.cr.postcommit.clear()
        savepoint = self.env.cr.savepoint()
        self.assertEqual(self.post(*vals_list).stamped, 2)
        savepoint.rollback()
        self.assertEqual(self.post(*vals_list).stamped, 2)
        savepoint.close(rollback=False)
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.env.invalidate_all()
        self.assertEqual(customer.customer_rank, rank + 1)
        self.assertEqual(known.customer_rank, known_rank + 1)
