# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Raises bills in one of several ways, in a process of its own.

It loads Odoo, raises a few bills so that caches are warm, says "ready", waits for a
line, raises its bills and prints what it found as JSON.

Everything is done as an accountant, with followers, creation messages and tracking, as
when the accountant does it in the web client.

Usage: python -m benchmarks.billing_worker CONFIG DATABASE set-up
       python -m benchmarks.billing_worker CONFIG DATABASE WAY JOURNAL LABEL

WAY is one of WAYS; LABEL is the reference of the contacts that are billed.
"""

import ctypes
import gc
import json
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.tools import config, split_every

from . import billing_data as data
from .payments import make_company

# === SET-UP === #


def set_up(env: api.Environment) -> None:
    """Make a company with everything that bills need, except whom they go to."""
    company = make_company(env, data.COMPANY)
    env = env(context={"allowed_company_ids": company.ids})
    env["res.users"].create(
        {
            "name": "Akuntan",
            "login": data.LOGIN,
            "lang": "id_ID" if env["res.lang"]._get_data(code="id_ID") else "en_US",
            "company_id": company.id,
            "company_ids": [(6, 0, company.ids)],
            "group_ids": [(4, env.ref("account.group_account_manager").id)],
        }
    )
    env["account.journal"].create(
        [
            {"name": name, "code": code, "type": "sale"}
            for code, name in data.JOURNALS.items()
        ]
    )
    make_products(env, company)
    # What billing.py copies: the pupil is a contact of the family, which is the debtor.
    family = env["res.partner"].create({"name": "Keluarga", "ref": "model"})
    env["res.partner"].create({"name": "Siswa", "ref": "model", "parent_id": family.id})


def make_products(env: api.Environment, company) -> None:
    """Make the fees, and the scholarship with an account of its own."""
    Account = env["account.account"]
    income, contra = Account.search(
        [*Account._check_company_domain(company), ("account_type", "=", "income")],
        limit=2,
    )
    products = env["product.product"].create(
        [
            {
                "name": code.capitalize(),
                "default_code": code,
                "type": "service",
                "property_account_income_id": (
                    contra if code == data.SCHOLARSHIP else income
                ).id,
            }
            for code in data.LABELS
        ]
    )
    # Education is exempt; new products get the taxes that each company has by default.
    products.taxes_id = False


# === BILLS === #


class School:
    """What the bills of one journal have in common: ids, so that it outlives cursors.

    :param journal: code of the journal
    """

    def __init__(self, env: api.Environment, journal: str):
        company = env["res.company"].search([("name", "=", data.COMPANY)])
        user = env["res.users"].search([("login", "=", data.LOGIN)])
        env = env(
            user=user.id,
            context={
                **env(user=user.id)["res.users"].context_get(),
                "allowed_company_ids": company.ids,
            },
        )
        self.uid, self.context = user.id, dict(env.context)
        self.journal_id = env["account.journal"].search([("code", "=", journal)]).id
        self.products = {
            product.default_code: (
                product.id,
                product.property_account_income_id.id,
            )
            for product in env["product.product"].search(
                [("default_code", "in", list(data.LABELS))]
            )
        }

    def environment(self, cr) -> api.Environment:
        """Return the accountant's environment."""
        return api.Environment(cr, self.uid, self.context)

    def prepare_bill(self, number: int, partner_id: int) -> dict:
        """Return the values of one invoice."""
        return {
            "move_type": "out_invoice",
            "journal_id": self.journal_id,
            "partner_id": partner_id,
            "invoice_date": data.DAY,
            "date": data.DAY,
            "invoice_date_due": data.DUE,
            "invoice_payment_term_id": False,
            "invoice_origin": "SPP 2026/2027",
            "invoice_line_ids": [
                (0, 0, self.prepare_line(code, amount))
                for code, amount in data.lines_of(number)
            ],
        }

    def prepare_line(self, code: str, amount: int) -> dict:
        """Return the values of one line of an invoice."""
        product_id, account_id = self.products[code]
        return {
            "product_id": product_id,
            "account_id": account_id,
            "name": data.LABELS[code],
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [(6, 0, [])],
        }


def get_partners(env: api.Environment, label: str) -> list[int]:
    """Return the ids of the pupils with a reference."""
    env.cr.execute(
        "SELECT id FROM res_partner WHERE ref = %s AND parent_id IS NOT NULL"
        " ORDER BY id",
        [label],
    )
    return [partner_id for (partner_id,) in env.cr.fetchall()]


# === WAYS === #


class Way:
    """A way of raising bills, in transactions of ``size`` bills each.

    :param school: whose bills
    """

    size = data.BATCH

    def __init__(self, registry: Registry, school: School):
        self.registry, self.school = registry, school
        self.counts, self.ordinary = Counter(), Counter()

    def prepare(self, partner_ids: list[int], warm: bool = False) -> None:
        """Do what is not billing, such as making contracts.

        :param warm: whether for bills that warm the caches
        """
        self.partner_ids = partner_ids

    def run(self) -> None:
        """Raise the bills. They are described chunk by chunk: all would fill memory."""
        vals = (
            self.school.prepare_bill(number, partner_id)
            for number, partner_id in enumerate(self.partner_ids)
        )
        for chunk in split_every(self.size, vals, list):
            self.process(chunk)

    def process(self, chunk: list[dict]) -> None:
        """Raise bills in a transaction of their own."""
        with self.registry.cursor() as cr:
            self.post(self.school.environment(cr), chunk)

    def post(self, env: api.Environment, chunk: list[dict]) -> None:
        raise NotImplementedError


class Orm(Way):
    """What a good programmer writes: both methods take many, so they get many."""

    def post(self, env, chunk):
        env["account.move"].create(chunk)._post(soft=False)
        self.counts["orm"] += len(chunk)


class Engine(Way):
    """The engine of ``account_move_bulk``."""

    size = data.CHUNK

    def post(self, env, chunk):
        self.count(self.create(env, chunk))

    def create(self, env: api.Environment, chunk: list[dict]):
        """Create and post invoices and return what became of them."""
        return env["account.move.bulk"]._create_posted(chunk)

    def count(self, result) -> None:
        """Note which way invoices went.

        :raise RuntimeError: if one could not be copied: then this is no benchmark
        """
        self.counts.update(stamped=result.stamped, prototypes=result.prototypes)
        for code, (count, message) in result.ordinary.items():
            self.ordinary[f"{code}: {message}"] += count
        if self.ordinary:
            raise RuntimeError(f"went the ordinary way: {dict(self.ordinary)}")


class EngineInTurns(Engine):
    """The engine where another process works in the same journal: as runs do it."""

    def process(self, chunk):
        with self.registry.cursor() as cr:
            env = self.school.environment(cr)
            engine, lock = env["account.move.bulk"], self.school.journal_id
            work = partial(self.create, env, chunk)
            while (result := engine._take_turns(lock, work)) is None:
                self.counts["waits"] += 1
        self.count(result)


class EngineInLanes(Engine):
    """The engine as a run has it work: transactions side by side, in one journal."""

    def run(self):
        numbered = list(enumerate(self.partner_ids))
        with self.registry.cursor() as cr:
            engine = self.school.environment(cr)["account.move.bulk"]
            chunks = engine._split(numbered)
            lock = self.school.journal_id
            if not engine._run_chunks(lock, chunks, self.process_lane, self.go_on):
                raise RuntimeError("somebody else works in the journal")

    def process_lane(self, env: api.Environment, chunk: list[tuple[int, int]]):
        """Raise the bills of numbers and contacts."""
        return self.create(env, [self.school.prepare_bill(*each) for each in chunk])

    def go_on(self, result) -> bool:
        """Note what was committed; there is time for more."""
        self.count(result)
        return True


class Contract(Way):
    """OCA's ``contract``: its cron, on contracts that were made before.

    The cron leaves drafts, so they are posted in one call, as a user would from the
    list; that is part of the time. It runs as the accountant, who is also responsible
    for the contracts: as superuser it would mail each assignment.
    """

    def prepare(self, partner_ids, warm=False):
        super().prepare(partner_ids)
        self.day = data.BEFORE if warm else data.DAY
        # Those that warm the caches must not be due again when it counts.
        rule = "yearly" if warm else "monthly"
        for chunk in split_every(data.BATCH, enumerate(partner_ids), list):
            with self.registry.cursor() as cr:
                env = self.school.environment(cr)
                env["contract.contract"].create(
                    [self.prepare_contract(*each, rule) for each in chunk]
                )

    def prepare_contract(self, number: int, partner_id: int, rule: str) -> dict:
        """Return the values of the contract that leads to a bill."""
        recurrence = {
            "date_start": self.day,
            "recurring_next_date": self.day,
            "recurring_rule_type": rule,
        }
        return {
            **recurrence,
            "name": "SPP 2026/2027",
            "code": f"{number:06}",
            "partner_id": partner_id,
            "journal_id": self.school.journal_id,
            # Each line knows when it is due. If they went by the contract, which goes
            # by its lines, a cron over more than 1,000 of them would leave the rest due
            # and bill them again in the next round.
            "line_recurrence": True,
            "contract_line_ids": [
                (0, 0, {**recurrence, **self.prepare_contract_line(code, amount)})
                for code, amount in data.lines_of(number)
            ],
        }

    def prepare_contract_line(self, code: str, amount: int) -> dict:
        """Return what one line of a contract bills."""
        return {
            "product_id": self.school.products[code][0],
            "name": data.LABELS[code],
            "quantity": 1,
            "specific_price": amount,
        }

    def run(self):
        with self.registry.cursor() as cr:
            env = self.school.environment(cr)
            env["contract.contract"].cron_recurring_create_invoice(
                fields.Date.to_date(self.day)
            )
            moves = env["account.move"].search(
                [("journal_id", "=", self.school.journal_id), ("state", "=", "draft")]
            )
            if len(moves) != len(self.partner_ids):
                raise RuntimeError(f"{len(moves)} bills for {len(self.partner_ids)}")
            moves._post(soft=False)
        self.counts["contract"] += len(moves)


WAYS = {
    "engine": Engine,
    "engine-in-turns": EngineInTurns,
    "engine-in-lanes": EngineInLanes,
    "orm": Orm,
    "contract": Contract,
}


# === MEASURING === #


def read_memory(key: str) -> float:
    """Return a figure of this process in MiB: VmRSS now, VmHWM its highest."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    raise KeyError(key)


def reset_peak() -> None:
    """Forget the peak of loading Odoo and warming up, which is no part of billing."""
    gc.collect()
    # What is free but still ours would hide as much of what billing takes.
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")


def measure(registry: Registry, way: Way, partner_ids: list[int]) -> dict:
    """Raise bills when told to and return what it took.

    ``started`` and ``ended`` are seconds on the machine's clock, which processes share.
    """
    way.prepare(partner_ids)
    way.counts.clear()
    reset_peak()
    idle = read_memory("VmRSS")
    print("ready", flush=True)
    if not sys.stdin.readline():
        sys.exit("nobody waits for the result")
    started = time.monotonic()
    way.run()
    ended = time.monotonic()
    return {
        "invoices": len(partner_ids),
        "started": started,
        "ended": ended,
        "idle_mib": round(idle, 1),
        "peak_mib": round(read_memory("VmHWM") - idle, 1),
        "counts": dict(way.counts),
        "ordinary": dict(way.ordinary),
    }


def work(registry: Registry, name: str, journal: str, label: str) -> dict:
    """Warm up, then raise the bills of the contacts with a reference."""
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        way = WAYS[name](registry, School(env, journal))
        warm, partner_ids = get_partners(env, data.WARM), get_partners(env, label)
    way.prepare(warm, warm=True)
    way.run()
    return measure(registry, way, partner_ids)


def main(config_file: str, database: str, command: str, *words: str) -> None:
    config.parse_config(["-c", config_file, "-d", database, "--no-http"])
    if command == "set-up":
        registry = Registry.new(database, install_modules=["contract"])
        with registry.cursor() as cr:
            set_up(api.Environment(cr, api.SUPERUSER_ID, {}))
    else:
        print(json.dumps(work(Registry(database), command, *words)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
