# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Bills and checkouts that wait for their callback, in a process of its own.

Usage: python -m benchmarks.payments CONFIG DATABASE COUNT API_URL FILE
"""

import json
import sys
import uuid

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

from . import midtrans_stub

DAY, AMOUNT = "2026-11-01", 350000
PER_FAMILY = 2


def make_company(env: api.Environment, name: str = "Yayasan Uji Bayar"):
    """Return a company in rupiah with a chart of accounts."""
    rupiah = env.ref("base.IDR")
    rupiah.active = True
    company = env["res.company"].create(
        {
            "name": name,
            "country_id": env.ref("base.id").id,
            "currency_id": rupiah.id,
        }
    )
    env["account.chart.template"].try_loading("id", company, install_demo=False)
    env.user.write({"company_ids": [(4, company.id)], "company_id": company.id})
    return company


def make_bills(env: api.Environment, company, count: int):
    """Return ``count`` posted invoices, two for each family."""
    families = env["res.partner"].create(
        [{"name": f"Keluarga {number:04}"} for number in range(count // PER_FAMILY + 1)]
    )
    product = env["product.product"].create(
        {"name": "SPP", "type": "service", "taxes_id": [(5,)]}
    )
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": families[number // PER_FAMILY].id,
                "invoice_date": DAY,
                "invoice_date_due": DAY,
                "invoice_line_ids": [
                    (
                        *(0, 0),
                        {
                            "product_id": product.id,
                            "price_unit": AMOUNT,
                            "tax_ids": [(5,)],
                        },
                    )
                ],
            }
            for number in range(count)
        ]
    )
    moves.action_post()
    return moves


def make_provider(env: api.Environment, company, code: str, values: dict):
    """Return the company's account at a provider, switched to test."""
    providers = env["payment.provider"]
    provider = providers.search(
        [("code", "=", code), ("company_id", "=", company.id)], limit=1
    )
    if not provider:
        provider = providers.search([("code", "=", code)], limit=1).copy(
            {"company_id": company.id}
        )
    provider.write({**values, "state": "test"})
    journal = env["account.journal"].create(
        {"name": code, "code": code[:5].upper(), "type": "bank"}
    )
    provider.journal_id = journal
    return provider


def make_attempts(env: api.Environment, provider, method, moves):
    """Return one waiting transaction for each bill."""
    return env["payment.transaction"].create(
        [
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": move.amount_residual,
                "currency_id": move.currency_id.id,
                "partner_id": move.partner_id.id,
                "operation": "online_redirect",
                "invoice_ids": [(6, 0, move.ids)],
                "state": "pending",
                "is_post_processed": True,
            }
            for move in moves
        ]
    )


def set_up(env: api.Environment, count: int, api_url: str) -> list[dict]:
    """Make everything and return the orders as the gateway knows them."""
    company = make_company(env)
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    provider = make_provider(
        env,
        company,
        "midtrans",
        {"midtrans_server_key": midtrans_stub.SERVER_KEY, "api_url": api_url},
    )
    method = env.ref("payment.payment_method_bri")
    moves = make_bills(env, company, count)
    attempts = make_attempts(env, provider, method, moves)
    return [
        {
            "order_id": tx.reference,
            "transaction_id": str(uuid.uuid4()),
            "amount": int(tx.amount),
        }
        for tx in attempts
    ]


def main(config_file, database, count, api_url, file):
    config.parse_config(["-c", config_file, "-d", database, "--no-http"])
    with Registry(database).cursor() as cr:
        orders = set_up(api.Environment(cr, api.SUPERUSER_ID, {}), int(count), api_url)
    with open(file, "w") as output:
        json.dump(orders, output)


if __name__ == "__main__":
    main(*sys.argv[1:])
