# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The simulator on the command line: scripts/odoo simulator -d DATABASE list

Works in the database itself, so it needs no password; the Odoo that serves the database
has to run, because that is who gets the notices.
"""

import argparse
import json
import sys

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config

ACTIONS = ("pay", "pay_twice", "pay_late", "expire", "deny", "refund", "resend")
FAULTS = ("delay", "duplicates", "drop", "error_first", "reorder")


class Simulator(Command):
    """Pay, expire, deny and refund at the simulated Midtrans, Xendit and SNAP banks."""

    def run(self, args):
        """Do what the arguments say and print what came of it, as JSON."""
        options = self._parse(args)
        config.parse_config(
            [
                "-d",
                options.database,
                *(["-c", options.config] if options.config else []),
            ],
            setup_logging=True,
        )
        try:
            result = self._work(options)
        except UserError as error:
            sys.exit(f"simulator: {error}")
        sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")

    def _parse(self, args):
        parser = argparse.ArgumentParser(
            prog=self.prog, description=self.__doc__, epilog=__doc__.split("\n")[0]
        )
        parser.add_argument("-d", "--database", required=True)
        parser.add_argument("-c", "--config", help="Odoo's configuration file")
        commands = parser.add_subparsers(dest="command", required=True)
        listing = commands.add_parser("list", help="what can be paid")
        listing.add_argument(
            "text", nargs="?", default="", help="number, order or name"
        )
        for action in ACTIONS:
            command = commands.add_parser(action)
            command.add_argument("order", help="number, QRIS text, or order")
            command.add_argument("--amount", type=int, help="rupiah, if not all")
        asking = commands.add_parser("ask", help="type a number at a SNAP bank")
        asking.add_argument("number")
        commands.add_parser("send", help="send the notices that are due")
        self._add_set_up(commands)
        return parser.parse_args(args)

    def _add_set_up(self, commands):
        fault = commands.add_parser("fault", help="have things go wrong")
        fault.add_argument("code", choices=("midtrans", "xendit", "snap"))
        for name in FAULTS:
            fault.add_argument(f"--{name.replace('_', '-')}", type=int)
        set_up = commands.add_parser("setup", help="make test accounts, use them")
        set_up.add_argument("--company", type=int, default=1, help="its id")
        set_up.add_argument("--url", default="http://127.0.0.1:8069")

    def _work(self, options):
        registry = Registry(options.database)
        if "payment.simulator.order" not in registry:
            sys.exit(f"simulator: {options.database} has no payment_simulator")
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"simulator_inline": True})
            if env["payment.provider"]._is_simulator_off():
                raise UserError(f"{options.database} takes real money")
            result = getattr(self, f"_do_{options.command}", self._do_order)(
                env, options
            )
        # Only now, when it is committed: who gets a notice looks it up.
        # Not at the top: commands are loaded without the add-on.
        from odoo.addons.payment_simulator.models.payment_simulator_delivery import (
            deliver,
        )

        deliver(options.database)
        return self._read(registry, result)

    def _read(self, registry, result):
        """Return orders as they are after the notices were answered."""
        if not isinstance(result, list):
            return result
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env["payment.simulator.order"].browse(result)
            return [order._to_json() for order in orders]

    # === COMMANDS: RETURN IDS OF ORDERS, OR A RESULT === #

    def _do_list(self, env, options):
        return env["payment.simulator.order"]._find(options.text).ids

    def _do_order(self, env, options):
        order = env["payment.simulator.order"]._find_one(options.order)
        order._do(options.command, options.amount)
        return order.ids

    def _do_ask(self, env, options):
        return env["payment.simulator.order"]._ask(options.number).ids

    def _do_send(self, env, options):
        return {}

    def _do_fault(self, env, options):
        values = {name: getattr(options, name) for name in FAULTS}
        values = {name: value for name, value in values.items() if value is not None}
        fault = env["payment.simulator.fault"]._set({"code": options.code, **values})
        return fault.read([*FAULTS, "code"])[0]

    def _do_setup(self, env, options):
        company = env["res.company"].browse(options.company)
        accounts = env["payment.simulator.account"]._setup(company, options.url)
        return {a.code: a.provider_id.api_url for a in accounts}
