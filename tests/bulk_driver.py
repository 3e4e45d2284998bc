# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Raises invoices in a journal, in a process of its own that a test may kill.

Usage: bulk_driver.py CONFIG DATABASE set-up COUNT
       bulk_driver.py CONFIG DATABASE stamp LANES [CONFLICTS]
       bulk_driver.py CONFIG DATABASE post COUNT
"""

import os
import sys
import time

import psycopg2.errors

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

CHUNK = 40
LANES = "account_move_bulk.lanes"
DAY = "2026-11-02"


def set_up(env: api.Environment, count: int) -> None:
    """Make a company with a chart of accounts and ``count`` customers."""
    country = env.ref("base.id")
    company = env["res.company"].create(
        {
            "name": "PT Uji",
            "country_id": country.id,
            "currency_id": env.ref("base.IDR").id,
        }
    )
    env["account.chart.template"].try_loading("id", company, install_demo=False)
    env.user.write({"company_ids": [(4, company.id)], "company_id": company.id})
    env["ir.config_parameter"].set_param(LANES, 2)
    households = env["res.partner"].create(
        [{"name": f"Keluarga {number}"} for number in range(count // 3 + 1)]
    )
    position = env["account.fiscal.position"].create(
        {"name": "Bebas", "company_id": company.id}
    )
    env["res.partner"].with_company(company).create(
        [
            {
                "name": f"Anak {number}",
                "ref": f"K{number:05}",
                # Some that only the ORM can bill, among the others.
                "property_account_position_id": number % 20 == 7 and position.id,
                # Siblings far apart, so that their invoices are in different chunks.
                "parent_id": households[number % len(households)].id,
            }
            for number in range(count)
        ]
    )


def prepare(journal, account, partner) -> dict:
    """Return the values of an invoice."""
    number = int(partner.ref[1:])
    return {
        "move_type": "out_invoice",
        "journal_id": journal.id,
        "partner_id": partner.id,
        "invoice_date": DAY,
        "invoice_date_due": DAY,
        "invoice_payment_term_id": False,
        "ref": partner.ref,
        "invoice_line_ids": [
            (
                0,
                0,
                {
                    "name": f"Iuran {line}",
                    "quantity": 1,
                    "price_unit": 1000 * (number + line),
                    "account_id": account.id,
                    "tax_ids": [(6, 0, [])],
                },
            )
            for line in range(1, 2 + number % 2)
        ],
    }


def get_set(env: api.Environment):
    """Return the journal, the account and the customers."""
    company = env.user.company_id
    journal = env["account.journal"].search(
        [("company_id", "=", company.id), ("type", "=", "sale")], limit=1
    )
    account = env["account.account"].search(
        [("company_ids", "in", company.id), ("account_type", "=", "income")], limit=1
    )
    partners = env["res.partner"].search([("ref", "=like", "K_____")], order="ref")
    return journal, account, partners


def stamp(env: api.Environment, lanes: int, conflicts: int) -> None:
    """Invoice every customer who has no invoice yet.

    :param int lanes: how many transactions side by side
    :param int conflicts: in how many chunks another transaction is in the way at first
    """
    parameters = env["ir.config_parameter"]
    if parameters.get_param(LANES) != str(lanes):
        parameters.set_param(LANES, lanes)
        env.cr.commit()
    journal, account, partners = get_set(env)
    to_fail = set(range(1, 2 * conflicts, 2))

    def work(env, chunk):
        number, ids = chunk
        found = env["res.partner"].browse(ids)
        # By reference: whoever sits at a desk bills one of them as well.
        refs = found.mapped("ref")
        known = env["account.move"].search([("ref", "in", refs)]).partner_id
        result = env["account.move.bulk"]._create_posted(
            [prepare(journal, account, partner) for partner in found - known]
        )
        assert result.ordinary.keys() <= {"fiscal_position"}, result.ordinary
        env.flush_all()
        if number in to_fail:
            to_fail.discard(number)
            raise psycopg2.errors.SerializationFailure
        return len(ids)

    def commit(_done):
        env.cr.commit()
        return True

    chunks = [
        (start // CHUNK, partners[start : start + CHUNK].ids)
        for start in range(0, len(partners), CHUNK)
    ]
    tell("started")
    while not env["account.move.bulk"]._run_chunks(journal.id, chunks, work, commit):
        pass


def post(env: api.Environment, count: int) -> None:
    """Post invoices one by one, as somebody at a desk does meanwhile."""
    journal, account, partners = get_set(env)
    tell("started")
    for _number in range(count):
        for _attempt in range(200):
            try:
                move = env["account.move"].create(
                    prepare(journal, account, partners[0])
                )
                move.ref = False
                move.action_post()
                env.cr.commit()
                break
            except psycopg2.errors.OperationalError:
                env.cr.rollback()
                env.invalidate_all()
                time.sleep(0.1)


def tell(word: str) -> None:
    """Tell the test how far it is."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    path, database, command, *numbers = sys.argv[1:]
    config.parse_config(["-c", path, "-d", database, "--no-http"], setup_logging=False)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {"mail_create_nosubscribe": True})
        env = env(
            context={**env.context, "allowed_company_ids": env.user.company_id.ids}
        )
        if command == "set-up":
            set_up(env, int(numbers[0]))
        elif command == "stamp":
            stamp(env, int(numbers[0]), int((numbers[1:] or [0])[0]))
        else:
            post(env, int(numbers[0]))


if __name__ == "__main__":
    main()
    # Without the clean-up of threads that a test may have left waiting.
    sys.stdout.flush()
    os._exit(0)
