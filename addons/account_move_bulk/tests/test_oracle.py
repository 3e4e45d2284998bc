# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import os
from contextlib import suppress
from copy import deepcopy

from hypothesis import HealthCheck, event, given, note, settings

from odoo.exceptions import UserError
from odoo.sql_db import Savepoint

from .cases import Builder, Case, Line, Shape, Spec, draw_cases
from .common import BulkCommon
from .oracle import explain, post_by_orm

# By hand, many more: ACCOUNT_MOVE_BULK_EXAMPLES=5000
EXAMPLES = int(os.environ.get("ACCOUNT_MOVE_BULK_EXAMPLES", "200"))


class OracleCommon(BulkCommon):
    def setUp(self):
        super().setUp()
        self.builder = Builder(self)

    def get_env(self, case):
        """Return the environment in which a case is posted."""
        first = {"branch": self.branch, "other": self.other}.get(
            case.company, self.company
        )
        context = {"allowed_company_ids": (first | self.companies).ids}
        if case.lang:
            context["lang"] = case.lang
        if case.nosubscribe:
            context["mail_create_nosubscribe"] = True
        if case.user == "superuser":
            return self.env(context=context)
        return self.env(user=self.users[case.user].id, context=context)

    def prepare(self, case, vals_list):
        """Bring about the circumstances of a case."""
        since = self.oracle.mark()
        companies = (self.company | self.other).sudo()
        companies.tax_calculation_rounding_method = case.rounding
        if case.has_terms:
            self.env["ir.config_parameter"].set_param("account.use_invoice_terms", True)
            companies.invoice_terms = "<p>Bayar tepat waktu</p>"
            self.company.with_context(lang="fr_FR").invoice_terms = "<p>Payez!</p>"
        if case.has_model:
            self.env["account.analytic.distribution.model"].create(
                {
                    "partner_id": self.partners["distributed"].id,
                    "analytic_distribution": {self.analytics["unit_2"].id: 100},
                    "company_id": False,
                }
            )
        if case.existing:
            past = [{**vals_list[0], "ref": False} for _each in range(case.existing)]
            for vals in past:
                vals.pop("student_id", None)
                vals.pop("fee_schedule_id", None)
            with suppress(UserError), self.cr.savepoint():
                post_by_orm(self.env, deepcopy(past))
        if case.is_locked:
            companies.fiscalyear_lock_date = "2026-06-30"
        self.oracle.make_past(since)

    def compare(self, case, vals_list):
        """Post a case both ways and fail where they differ.

        :return: the result of the engine, None if it refused the case
        """
        env = self.get_env(case)

        def engine():
            result = env["account.move.bulk"]._create_posted(deepcopy(vals_list))
            return result.moves, result

        ours = self.oracle.run(engine, env=env)
        flags = ours.result and ours.result.is_ordinary
        theirs = self.oracle.run(
            lambda: post_by_orm(env, deepcopy(vals_list), flags or None), env=env
        )
        self.assertEqual(
            type(ours.error), type(theirs.error), f"{theirs.error} | {ours.error}"
        )
        if ours.error:
            self.assertFalse(ours.tables, "The engine refused but left something.")
            return None
        differences = self.oracle.compare(theirs, ours)
        if differences:
            self.fail(explain(differences))
        return ours.result

    def check(self, case):
        """Post a case both ways, undo it, and return the result of the engine."""
        self.oracle.forget()
        savepoint = Savepoint(self.cr)
        try:
            vals_list = self.builder.build(case)
            self.prepare(case, vals_list)
            return self.compare(case, vals_list)
        finally:
            self.oracle.forget()
            savepoint.close()


class TestOracle(OracleCommon):
    """The engine writes what Odoo would have written, to the last column."""

    def check_counts(self, result, number):
        ordinary = sum(count for count, _words in result.ordinary.values())
        self.assertEqual(result.stamped + result.prototypes + ordinary, number)
        self.assertEqual(len(result.moves), number)
        self.assertEqual(len(result.is_ordinary), number)
        self.assertEqual(sum(map(bool, result.is_ordinary)), ordinary)
        for count, words in result.ordinary.values():
            self.assertGreater(count, 0)
            self.assertTrue(words)

    def test_random_batches(self):
        invoices = stamped = 0

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(draw_cases())
        def check(case):
            nonlocal invoices, stamped
            result = self.check(case)
            if not result:
                event("refused")
                return
            self.check_counts(result, len(case.specs))
            for reason in result.ordinary:
                event(f"ordinary: {reason}")
            event("stamped" if result.stamped else "nothing stamped")
            note(f"{result.stamped} stamped, ordinary: {result.ordinary}")
            invoices += len(case.specs)
            stamped += result.stamped

        check()
        # All could be equal because the engine leaves everything to the ORM.
        self.assertGreater(stamped, invoices / 5, f"{stamped} of {invoices} stamped")


SHAPE = Shape(
    journal="plain",
    invoice_date="2026-11-01",
    due="2026-11-30",
    lines=(
        Line(taxes=("excluded",), analytic=((("unit_1",), 100),)),
        Line(kind="line_note"),
    ),
)
CASE = Case(
    shapes=(SHAPE,),
    specs=(Spec(0, "single"), Spec(0, "ranked"), Spec(0, "child", student=True)),
    user="biller",
)
LAST = "(SELECT max(id) FROM account_move)"

# What is done to the rows, and where the oracle has to find it.
TAMPERING = {
    "amount": (
        "UPDATE account_move_line SET price_subtotal = price_subtotal + 0.01"
        f" WHERE move_id = {LAST} AND display_type = 'product'",
        "account_move_line",
        "price_subtotal",
    ),
    "number": (
        f"UPDATE account_move SET name = name || '0' WHERE id = {LAST}",
        "account_move",
        "name",
    ),
    "empty or NULL": (
        f"UPDATE account_move SET ref = '' WHERE id = {LAST}",
        "account_move",
        "ref",
    ),
    "JSON": (
        "UPDATE account_move_line SET analytic_distribution = '{\"1\": 99}'"
        f" WHERE move_id = {LAST} AND display_type = 'product'",
        "account_move_line",
        "analytic_distribution",
    ),
    "message lost": (
        f"DELETE FROM mail_message WHERE model = 'account.move' AND res_id = {LAST}",
        "mail_message",
        "the row",
    ),
    "message of another record": (
        "UPDATE mail_message SET res_id = res_id - 1"
        f" WHERE model = 'account.move' AND res_id = {LAST}",
        "mail_message",
        "the row",
    ),
    "form of the message id": (
        "UPDATE mail_message SET message_id = '<1@here>'"
        f" WHERE model = 'account.move' AND res_id = {LAST}",
        "mail_message",
        "message_id",
    ),
    "message id of another record": (
        "UPDATE mail_message SET message_id ="
        " replace(message_id, '-openerp-' || res_id, '-openerp-' || res_id - 1)"
        f" WHERE model = 'account.move' AND res_id = {LAST}",
        "mail_message",
        "message_id",
    ),
    "follower lost": (
        "DELETE FROM mail_followers"
        f" WHERE res_model = 'account.move' AND res_id = {LAST}",
        "mail_followers",
        "the row",
    ),
    "analytic line": (
        "UPDATE account_analytic_line SET amount = amount + 1 WHERE move_line_id ="
        f" (SELECT min(id) FROM account_move_line WHERE move_id = {LAST})",
        "account_analytic_line",
        "amount",
    ),
    "tax of a line": (
        "DELETE FROM account_move_line_account_tax_rel WHERE account_move_line_id IN"
        f" (SELECT id FROM account_move_line WHERE move_id = {LAST})",
        "account_move_line_account_tax_rel",
        "rows",
    ),
    "tax line of another invoice": (
        "UPDATE account_move_line SET move_id = move_id - 1"
        f" WHERE move_id = {LAST} AND display_type = 'tax'",
        "account_move_line",
        "the row",
    ),
    "rank": (
        "UPDATE res_partner SET customer_rank = customer_rank - 1"
        " WHERE id = %(ranked)s",
        "res_partner",
        "customer_rank",
    ),
    "rank not told": (
        "UPDATE res_partner SET write_date = '1999-01-01' WHERE id = %(single)s",
        "res_partner",
        "write_date",
    ),
    "a row changed that must not be": (
        "UPDATE res_partner SET comment = 'x' WHERE id = %(fourth)s",
        "res_partner",
        "comment",
    ),
    "a row written that must not be": (
        "UPDATE res_partner SET write_date = now() AT TIME ZONE 'UTC'"
        " WHERE id = %(fourth)s",
        "res_partner",
        "write_date",
    ),
    "a row deleted that must not be": (
        "DELETE FROM mail_message WHERE model = 'res.partner' AND res_id = %(fourth)s",
        "mail_message",
        "deleted",
    ),
    "a relation deleted that must not be": (
        "DELETE FROM res_company_users_rel WHERE user_id = %(biller)s"
        " AND cid = %(branch)s",
        "res_company_users_rel",
        "deleted",
    ),
    "a row too many": (
        "INSERT INTO res_partner_category (name, active)"
        ' VALUES (\'{"en_US": "x"}\', TRUE)',
        "res_partner_category",
        "the row",
    ),
    "time missing": (
        f"UPDATE account_move SET create_date = NULL WHERE id = {LAST}",
        "account_move",
        "create_date",
    ),
    "time of another transaction": (
        f"UPDATE account_move SET write_date = '1999-01-01' WHERE id = {LAST}",
        "account_move",
        "write_date",
    ),
}


class TestTampering(OracleCommon):
    """The oracle notices what it is there for."""

    def setUp(self):
        super().setUp()
        self.vals_list = self.builder.build(CASE)
        self.prepare(CASE, self.vals_list)
        self.ids = {
            **{name: partner.id for name, partner in self.partners.items()},
            "biller": self.users["biller"].id,
            "branch": self.branch.id,
        }

    def post(self):
        return post_by_orm(self.get_env(CASE), deepcopy(self.vals_list))

    def test_tampering_is_noticed(self):
        honest = self.oracle.run(self.post)
        for name, (query, table, column) in TAMPERING.items():
            with self.subTest(name):

                def tamper(_changes, query=query):
                    self.cr.execute(query, self.ids)
                    self.assertGreater(self.cr.rowcount, 0)

                tampered = self.oracle.run(self.post, tamper)
                differences = self.oracle.compare(honest, tampered)
                self.assertIn(
                    (table, column),
                    {(found.table, found.column) for found in differences},
                    explain(differences),
                )

    def test_nothing_is_noticed_where_nothing_differs(self):
        honest = self.oracle.run(self.post)
        self.assertLess(
            {"account_move", "account_move_line", "mail_message", "res_partner"},
            honest.tables,
        )
        again = self.oracle.run(self.post)
        self.assertFalse(self.oracle.compare(honest, again))

    def test_counters_tell_all_tables_that_changed(self):
        """PostgreSQL's counters of the transaction only narrow down where to look."""
        savepoint = Savepoint(self.cr)
        since = self.oracle.mark()
        before = self.oracle._get_counters()
        self.post()
        self.oracle.finish()
        touched, _shrunk = self.oracle.find_tables(before)
        changed = {
            table for table in self.oracle.columns if self.oracle.read_new(table, since)
        }
        self.assertIn("account_move", changed)
        self.assertLessEqual(changed, touched)
        self.oracle.forget()
        savepoint.close()
