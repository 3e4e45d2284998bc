# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Seconds that planned, actual, committed and available of a whole budget take.

2,000 budget lines (months by activity and account, and quarters by account alone) over
500,000 posted journal items, with order lines and draft bills on top. The peer asks the
books once for each line, as budgets elsewhere do; that is measured on a sample of the
lines and reported for as many as there are.

The entries are copies, by SQL, of one that Odoo posted. What the queries find is
compared with a sum of the books of its own.

Usage: python -m benchmarks.budget CONFIG DATABASE RESULT ROUNDS [--items N]
(see scripts/bench); the database is used up.
"""

import argparse
import json
import os
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tools import SQL, config, date_utils

from .billing import describe_server
from .payments import make_company

YEAR = 2026
PER_ENTRY = 5
AMOUNT = 10_000
ACTIVITIES, ACCOUNTS, PLAIN_ACCOUNTS = 40, 4, 20
# Of ten entries, one has no analytic distribution.
PLAIN_SHARE = 10
DOCUMENTS = 500
SAMPLE = 50


class Books:
    """A company whose budget is looked at, and what its entries are made from."""

    def __init__(self, env):
        self.company = make_company(env, "Yayasan Tolok Ukur")
        self.env = env = env(context={"allowed_company_ids": self.company.ids})
        expenses = env["account.account"].search(
            [
                ("company_ids", "in", self.company.ids),
                ("account_type", "=", "expense"),
            ],
            order="code",
            limit=ACCOUNTS + PLAIN_ACCOUNTS,
        )
        self.accounts, self.plain = expenses[:ACCOUNTS], expenses[ACCOUNTS:]
        self.activities = env["scola.budget.program"].search(
            [("level", "=", "activity")], limit=ACTIVITIES
        )
        self.fund = env.ref("scola_budget.fund_bos_regular")
        self.vendor = env["res.partner"].create({"name": "Toko Tolok Ukur"})

    def make_budget(self):
        """Return a budget with all its lines."""
        months = [date(YEAR, month, 1) for month in range(1, 13)]
        lines = [
            self._prepare_line(account, month, "month", activity)
            for activity in self.activities
            for account in self.accounts
            for month in months
        ]
        lines += [
            self._prepare_line(account, month, "quarter")
            for account in self.plain
            for month in months[::3]
        ]
        return self.env["account.budget"].create(
            {
                "name": "RKAS",
                "company_id": self.company.id,
                "date_from": date(YEAR, 1, 1),
                "date_to": date(YEAR, 12, 31),
                "line_ids": [Command.create(line) for line in lines],
            }
        )

    def _prepare_line(self, account, start, period, activity=None):
        return {
            "name": account.name,
            "account_id": account.id,
            "date_from": start,
            "date_to": date_utils.end_of(start, period),
            "planned": 1_000_000_000,
            "fund_id": activity and self.fund.id,
            "program_id": activity and activity.id,
        }

    def _get_distribution(self):
        activity = self.activities[:1].analytic_account_id
        return {f"{self.fund.id},{activity.id}": 100}

    def make_entry(self, accounts, distribution):
        """Return a posted entry of ``PER_ENTRY`` items."""
        spent = PER_ENTRY - 1
        lines = [
            Command.create(
                {
                    "name": "Belanja",
                    "account_id": accounts[number % len(accounts)].id,
                    "analytic_distribution": distribution,
                    "debit": AMOUNT,
                }
            )
            for number in range(spent)
        ]
        journals = self.env["account.journal"]
        bank = journals.search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        payment = {
            "name": "Belanja",
            "account_id": bank.default_account_id.id,
            "credit": AMOUNT * spent,
        }
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date(YEAR, 1, 1),
                "line_ids": [*lines, Command.create(payment)],
            }
        )
        move.action_post()
        return move

    def make_bill(self):
        """Return a draft bill of one line."""
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": date(YEAR, 3, 1),
                "date": date(YEAR, 3, 1),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Belanja",
                            "account_id": self.accounts[:1].id,
                            "price_unit": AMOUNT,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": self._get_distribution(),
                        }
                    )
                ],
            }
        )

    def make_order(self):
        """Return a confirmed purchase order of one line."""
        product = self.env["product.product"].create(
            {
                "name": "Barang",
                "type": "consu",
                "property_account_expense_id": self.accounts[:1].id,
                "supplier_taxes_id": [Command.clear()],
            }
        )
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": 1,
                            "price_unit": AMOUNT,
                            "date_planned": f"{YEAR}-04-10 05:00:00",
                            "analytic_distribution": self._get_distribution(),
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        return order

    def fill(self, items):
        """Make entries of so many journal items together, and open documents."""
        entries = items // PER_ENTRY
        plain = entries // PLAIN_SHARE
        tagged = self.make_entry(self.accounts, self._get_distribution())
        untagged = self.make_entry(self.plain, False)
        bill, order = self.make_bill(), self.make_order()
        self.env.flush_all()
        self._copy_moves(tagged, entries - plain - 1, self.accounts, self.activities)
        self._copy_moves(untagged, plain - 1, self.plain)
        self._copy_moves(bill, DOCUMENTS - 1)
        self._copy_order(order)
        self.env.invalidate_all()

    def _copy_moves(self, move, count, accounts=(), activities=()):
        """Copy an entry with its items and analytic items, a day and an activity each.

        :param accounts: what the items that are debited are spread over, if given
        :param activities: what the entries are spread over, if given
        """
        base = self._copy(
            "account_move",
            move.ids,
            count,
            name=SQL("CASE WHEN p.state = 'posted' THEN 'UKUR/%s/' || n END", move.id),
            sequence_number=SQL("n + 1"),
            date=SQL("CASE WHEN p.state = 'posted' THEN %s ELSE p.date END", self.day),
        )
        names = {
            "move_id": SQL("%s + n", base),
            "date": SQL(
                "CASE WHEN p.parent_state = 'posted' THEN %s ELSE p.date END", self.day
            ),
        }
        if accounts:
            names["account_id"] = SQL(
                "CASE WHEN p.debit > 0 THEN (%s)[1 + (n + p.id) %% %s]"
                " ELSE p.account_id END",
                accounts.ids,
                len(accounts),
            )
        analytic = activities and SQL(
            "(%s)[1 + n %% %s]", activities.analytic_account_id.ids, len(activities)
        )
        if analytic:
            names["analytic_distribution"] = SQL(
                "CASE WHEN p.analytic_distribution IS NOT NULL THEN"
                " jsonb_build_object(%s || ',' || %s, 100) END",
                str(self.fund.id),
                analytic,
            )
        first = self._copy("account_move_line", move.line_ids.ids, count, **names)
        if analytic:
            self._copy_analytic(move, count, first, analytic)

    def _copy_analytic(self, move, count, first, analytic):
        """Copy analytic items, for items numbered from ``first`` on."""
        lines = move.line_ids.sorted("id")
        position = SQL(
            "%s + (n - 1) * %s + array_position(%s, p.move_line_id)",
            first,
            len(lines),
            lines.ids,
        )
        _fund, plan = self.env["account.analytic.plan"]._get_budget_plans()
        base = self._copy(
            "account_analytic_line",
            lines.analytic_line_ids.ids,
            count,
            move_line_id=position,
            date=self.day,
            **{plan._column_name(): analytic},
        )
        self.env.cr.execute(
            """
            UPDATE account_analytic_line AS analytic
               SET general_account_id = line.account_id
              FROM account_move_line AS line
             WHERE line.id = analytic.move_line_id AND analytic.id > %s
            """,
            [base],
        )

    def _copy_order(self, order):
        base = self._copy(
            "purchase_order", order.ids, DOCUMENTS - 1, name=SQL("'PO' || n")
        )
        self._copy(
            "purchase_order_line",
            order.order_line.ids,
            DOCUMENTS - 1,
            order_id=SQL("%s + n", base),
        )

    @property
    def day(self):
        """The day of entry ``n``: each month in turn, whatever the activity."""
        return SQL(
            "make_date(%s, 1 + n / %s %% 12, 1 + n %% 28)",
            YEAR,
            ACTIVITIES,
        )

    def _copy(self, table, ids, count, **names):
        """Copy rows ``p`` ``count`` times; ``n`` counts from one.

        :param names: columns to what they get instead
        :return: the id after which the new rows begin, ordered by ``n``, then by id
        """
        cr = self.env.cr
        cr.execute(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema AND table_name = %s",
                table,
            )
        )
        columns = [name for (name,) in cr.fetchall() if name != "id"]
        values = [names.get(name) or SQL.identifier("p", name) for name in columns]
        cr.execute(SQL("SELECT max(id) FROM %s", SQL.identifier(table)))
        [base] = cr.fetchone()
        cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (id, %(columns)s)
                SELECT %(base)s + (n - 1) * %(size)s
                       + array_position(%(ids)s, p.id), %(values)s
                  FROM generate_series(1, %(count)s) AS n, %(table)s AS p
                 WHERE p.id = ANY(%(ids)s)
                """,
                table=SQL.identifier(table),
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                base=base,
                size=len(ids),
                ids=sorted(ids),
                values=SQL(", ").join(values),
                count=count,
            )
        )
        cr.execute(
            SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                table,
                base + count * len(ids),
            )
        )
        return base


# === MEASURING === #


def measure(lines):
    """Return the seconds that the amounts of all lines take, and the amounts."""
    lines.env.invalidate_all()
    start = time.perf_counter()
    found = lines.get_usage()
    return time.perf_counter() - start, found


def measure_one_by_one(lines):
    """Return the seconds that asking the books for each line takes."""
    sample = lines[:: len(lines) // SAMPLE]
    Analytic, Item = (
        lines.env["account.analytic.line"],
        lines.env["account.move.line"],
    )
    fund, activity = (
        plan._column_name()
        for plan in lines.env["account.analytic.plan"]._get_budget_plans()
    )
    start = time.perf_counter()
    for line in sample:
        days = [("date", ">=", line.date_from), ("date", "<=", line.date_to)]
        if line.program_id:
            Analytic._read_group(
                [
                    *days,
                    ("general_account_id", "=", line.account_id.id),
                    (fund, "=", line.fund_id.id),
                    (activity, "=", line.program_id.analytic_account_id.id),
                ],
                aggregates=["amount:sum"],
            )
        else:
            Item._read_group(
                [
                    *days,
                    ("account_id", "=", line.account_id.id),
                    ("parent_state", "=", "posted"),
                ],
                aggregates=["balance:sum"],
            )
    return (time.perf_counter() - start) / len(sample) * len(lines)


def check(books, found):
    """Compare with what the books say as a whole.

    :raise RuntimeError: if that is something else
    """
    expenses = books.accounts | books.plain
    books.env.cr.execute(
        "SELECT sum(balance)::int8 FROM account_move_line"
        " WHERE parent_state = 'posted' AND account_id = ANY(%s)",
        [expenses.ids],
    )
    [booked] = books.env.cr.fetchone()
    sums = {name: round(sum(row[name] for row in found)) for name in found[0]}
    expected = {"actual": booked, "committed": 2 * DOCUMENTS * AMOUNT}
    wrong = {name for name, value in expected.items() if sums[name] != value}
    if wrong or not booked:
        raise RuntimeError(f"{sums} found, not {expected}")


def summarise(rounds):
    """Return the medians of the rounds."""
    seconds = median(found["seconds"] for found in rounds)
    peer = median(found["one_by_one_seconds"] for found in rounds)
    return {
        "seconds": round(seconds, 3),
        "one_by_one_seconds": round(peer, 1),
        "ratio": round(peer / seconds, 1),
    }


def parse_options(words):
    """Return the options of a run."""
    parser = argparse.ArgumentParser(prog="scripts/bench budget")
    parser.add_argument("--items", type=int, default=500_000)
    options = parser.parse_args(words)
    if options.items < 10 * PLAIN_SHARE * PER_ENTRY:
        parser.error("use more items")
    return options


def main(config_file, database, result, rounds, *words):
    """Run it ``rounds`` times and write the medians."""
    options = parse_options(words)
    machine = {"cores": os.cpu_count(), "load_at_start": os.getloadavg()}
    config.parse_config(["-c", config_file, "-d", database, "--no-http"])
    with Registry(database).cursor() as cr:
        books = Books(api.Environment(cr, SUPERUSER_ID, {}))
        lines = books.make_budget().line_ids
        books.fill(options.items)
        cr.commit()
        cr._cnx.autocommit = True
        cr.execute("VACUUM ANALYZE")
        cr._cnx.autocommit = False
        per_round = []
        for number in range(int(rounds)):
            seconds, found = measure(lines)
            check(books, found)
            per_round.append(
                {
                    "seconds": round(seconds, 3),
                    "one_by_one_seconds": round(measure_one_by_one(lines), 1),
                }
            )
            print(f"round {number + 1}: {per_round[-1]}", file=sys.stderr, flush=True)
    summary = {
        **summarise(per_round),
        "lines": len(lines),
        "items": options.items,
        "sample": SAMPLE,
        "rounds": int(rounds),
        "machine": {**machine, **describe_server(database)},
        "per_round": per_round,
    }
    Path(result).write_text(json.dumps(summary, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
