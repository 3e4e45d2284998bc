# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo's own way: ``payment_demo``, processed and post-processed one by one.

Usage: python -m benchmarks.callbacks_peer CONFIG DATABASE COUNT; prints the seconds.
"""

import sys
import time

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

from . import payments


def main(config_file: str, database: str, count: str) -> None:
    """Install the demo provider, make the bills, and time the payments."""
    config.parse_config(["-c", config_file, "-d", database, "--no-http"])
    registry = Registry.new(database, install_modules=["payment_demo"])
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        company = payments.make_company(env, "Yayasan Pembanding")
        env = env(context={"allowed_company_ids": company.ids})
        provider = payments.make_provider(env, company, "demo", {})
        method = env.ref("payment_demo.payment_method_demo")
        moves = payments.make_bills(env, company, int(count))
        attempts = payments.make_attempts(env, provider, method, moves)
        ids = attempts.ids
    start = time.monotonic()
    for tx_id in ids:
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            tx = env["payment.transaction"].browse(tx_id)
            tx._process("demo", {"reference": tx.reference, "simulated_state": "done"})
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["payment.transaction"].browse(tx_id)._post_process()
    seconds = time.monotonic() - start
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        txs = env["payment.transaction"].browse(ids)
        assert set(txs.invoice_ids.mapped("payment_state")) == {"paid"}
    print(seconds)


if __name__ == "__main__":
    main(*sys.argv[1:])
