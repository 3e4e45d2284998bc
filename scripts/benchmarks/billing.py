# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Posted invoices per second, next to what Odoo and the OCA do in the same run.

On one database with the Indonesian chart of accounts, with three product lines each:

- the engine of ``account_move_bulk``, on as many invoices as asked for, as a run works:
  a commit per chunk, two transactions side by side; also one chunk after the other, and
  that by two processes at once, in a journal each and in one journal;
- ``account.move``, created and posted in batches, and the cron of OCA's ``contract``,
  both on a sample.

Each is a process of its own that says how much memory it took above what it had idle.
Every round adds as many invoices as the one before, for contacts that were never
billed; every second round goes through the ways backwards, so that none always finds
the smallest tables. Before each measurement the tables are vacuumed and analysed, so
that nobody pays for another's rows.

Growth is measured on copies of databases that the engine filled before: each starts
from exactly the same tables.

Usage: python -m benchmarks.billing CONFIG DATABASE RESULT ROUNDS [OPTION...]
(see scripts/bench); the database is used up.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg2

from . import billing_data as data

SCRIPTS = Path(__file__).resolve().parent.parent
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
LEVELS = (1_000, 10_000, 100_000)
# What a copied contact does not have from the contact it is copied from.
PARTNER_COLUMNS = tuple(
    "id name complete_name ref parent_id commercial_partner_id".split()
)
COLUMNS = """
    SELECT column_name
      FROM information_schema.columns
     WHERE table_schema = current_schema AND table_name = 'res_partner'
       AND column_name NOT IN %s
"""
PARTNERS = """
    WITH fresh AS (
        SELECT number, nextval('res_partner_id_seq') AS family_id,
               nextval('res_partner_id_seq') AS pupil_id
          FROM generate_series(1, %(count)s) AS number
    ), family AS (
        INSERT INTO res_partner ({own}, {columns})
        SELECT family_id, 'Keluarga ' || number, 'Keluarga ' || number, %(label)s,
               NULL, family_id, {values}
          FROM fresh, res_partner AS model
         WHERE model.ref = 'model' AND model.parent_id IS NULL
    )
    INSERT INTO res_partner ({own}, {columns})
    SELECT pupil_id, 'Siswa ' || number,
           'Keluarga ' || number || ', Siswa ' || number, %(label)s,
           family_id, family_id, {values}
      FROM fresh, res_partner AS model
     WHERE model.ref = 'model' AND model.parent_id IS NOT NULL
"""


# === DATABASE === #


def query(database: str, sql: str, args: list | None = None) -> list[tuple]:
    """Return the rows of a statement, if it has any; it is its own transaction."""
    with closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, args)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def copy_of(template: str, name: str) -> Iterator[str]:
    """Give a copy of a database, without its files, and drop it in the end."""
    subprocess.run([SCRIPTS / "drop_database", name], check=True)
    try:
        # Copied as files where there is a choice: the copy is on disk when it is there,
        # not still being written while it is measured.
        [(version,)] = query("postgres", "SHOW server_version_num")
        strategy = " STRATEGY file_copy" if int(version) >= 150_000 else ""
        query("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}')
        yield name
    finally:
        subprocess.run([SCRIPTS / "drop_database", name], check=True)


def make_partners(database: str, label: str, count: int) -> None:
    """Make families with one pupil each, by copying those of the worker's set-up.

    :param label: reference of the contacts
    """
    rows = query(database, COLUMNS, [PARTNER_COLUMNS])
    columns, values = (
        ", ".join(f'{prefix}"{column}"' for (column,) in rows)
        for prefix in ("", "model.")
    )
    query(
        database,
        PARTNERS.format(own=", ".join(PARTNER_COLUMNS), columns=columns, values=values),
        {"count": count, "label": label},
    )


def check_bills(database: str, label: str, count: int) -> None:
    """Look whether all bills are there and amount to what they should.

    :raise RuntimeError: if they do not
    """
    found = query(
        database,
        """
        SELECT count(*), count(DISTINCT move.partner_id), sum(move.amount_total)::int8,
               sum((SELECT count(*) FROM account_move_line AS line
                     WHERE line.move_id = move.id AND line.display_type = 'product'))
          FROM account_move AS move
          JOIN res_partner AS pupil ON pupil.id = move.partner_id
         WHERE pupil.ref = %s AND move.state = 'posted'
        """,
        [label],
    )
    expected = [(count, count, data.total_of(count), count * len(data.FEES))]
    if found != expected:
        raise RuntimeError(f"{label}: {found} in the books, not {expected}")


def check_numbers(database: str) -> None:
    """Look whether the numbers of each journal have no gap and no duplicate.

    :raise RuntimeError: if one has
    """
    wrong = query(
        database,
        """
        SELECT journal_id, sequence_prefix, count(*), min(sequence_number),
               max(sequence_number), count(DISTINCT sequence_number)
          FROM account_move
         WHERE state = 'posted'
         GROUP BY 1, 2
        HAVING min(sequence_number) != 1 OR max(sequence_number) != count(*)
            OR count(DISTINCT sequence_number) != count(*)
        """,
    )
    if wrong:
        raise RuntimeError(f"numbers with gaps: {wrong}")


def describe_server(database: str) -> dict:
    """Return the version and the settings of PostgreSQL.

    :raise RuntimeError: if it does not wait until a commit is on disk
    """
    settings = {
        name: value for name in SETTINGS for (value,) in query(database, f"SHOW {name}")
    }
    if settings["fsync"] != "on":
        raise RuntimeError("PostgreSQL runs without fsync; what it takes says nothing")
    [(version,)] = query(database, "SHOW server_version")
    return {"postgresql": version, "settings": settings}


# === WORKERS === #


@dataclass(frozen=True)
class Job:
    """Bills that one process raises.

    :param way: one of the worker's
    :param label: reference of the contacts that are billed, new to the database
    """

    way: str
    journal: str
    label: str
    count: int


class Worker:
    """A process that is ready to raise bills once it is made."""

    def __init__(self, config: str, database: str, *words: str):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.billing_worker", config, database]
            + list(words),
            cwd=SCRIPTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.communicate()

    def expect(self) -> str:
        """Return the next line it prints.

        :raise RuntimeError: if it ended instead
        """
        line = self.process.stdout.readline().strip()
        if not line:
            raise RuntimeError("a worker failed, see above")
        return line

    def start(self) -> None:
        """Let it begin."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()


def run_jobs(config: str, database: str, jobs: list[Job]) -> dict:
    """Have each job done by a process of its own, all at once, and say how it went."""
    for job in jobs:
        make_partners(database, job.label, job.count)
    with ExitStack() as stack:
        workers = []
        for job in jobs:
            worker = Worker(config, database, job.way, job.journal, job.label)
            workers.append(stack.enter_context(worker))
            worker.expect()  # that it is ready: they warm up one after the other
        query(database, "VACUUM ANALYZE")
        for worker in workers:
            worker.start()
        found = [json.loads(worker.expect()) for worker in workers]
    for job in jobs:
        check_bills(database, job.label, job.count)
    check_numbers(database)
    return summarise_jobs(found)


def summarise_jobs(found: list[dict]) -> dict:
    """Return what processes that worked at once did together."""
    seconds = max(row["ended"] for row in found) - min(row["started"] for row in found)
    invoices = sum(row["invoices"] for row in found)
    return {
        "invoices": invoices,
        "seconds": round(seconds, 3),
        "per_s": round(invoices / seconds, 2),
        "peak_mib": max(row["peak_mib"] for row in found),
        "idle_mib": max(row["idle_mib"] for row in found),
        "counts": add_up(row["counts"] for row in found),
        "ordinary": add_up(row["ordinary"] for row in found),
    }


def add_up(counts) -> dict:
    """Return the sums of dictionaries of numbers."""
    return dict(sum((Counter(each) for each in counts), Counter()))


def tell(what: str, found: dict) -> None:
    """Say how far it is, next to the result."""
    print(f"{what}: {json.dumps(found)}", file=sys.stderr, flush=True)


# === ROUNDS === #


def get_jobs(number: int, invoices: int, sample: int) -> dict[str, list[Job]]:
    """Return the jobs of a round for each way; contacts are named after the round."""
    half = invoices // 2
    return {
        "engine": [Job("engine-in-lanes", "ENG", f"engine {number}", invoices)],
        "engine_one_lane": [Job("engine", "ENG", f"lane {number}", invoices)],
        "orm": [Job("orm", "ORM", f"orm {number}", sample)],
        "contract": [Job("contract", "CON", f"contract {number}", sample)],
        "engine_two_workers": [
            Job("engine", journal, f"two {number} {journal}", half)
            for journal in ("ENG", "DUA")
        ],
        "engine_two_workers_one_journal": [
            Job("engine-in-turns", "BER", f"one {number} {worker}", half)
            for worker in "ab"
        ],
    }


def measure_rounds(config: str, database: str, options) -> list[dict]:
    """Return what each round took."""
    rounds = []
    for number in range(options.rounds):
        jobs = list(get_jobs(number, options.invoices, options.sample).items())
        found = {}
        for way, parts in reversed(jobs) if number % 2 else jobs:
            found[way] = run_jobs(config, database, parts)
            tell(f"round {number + 1}: {way}", found[way])
        rounds.append(found)
    return rounds


# === GROWTH === #


def measure_growth(config: str, database: str, options) -> list[dict]:
    """Return, for each round, milliseconds per invoice for each size of the table."""
    with ExitStack() as stack:
        filled = fill(stack, config, database)
        rounds = []
        for number in range(options.rounds):
            levels = list(filled.items())
            rounds.append({})
            for level, template in reversed(levels) if number % 2 else levels:
                job = Job("engine", "ENG", "growth", options.growth)
                with copy_of(template, f"{database}_copy") as copy:
                    found = run_jobs(config, copy, [job])
                cost = round(1000 * found["seconds"] / found["invoices"], 4)
                rounds[-1][level] = cost
            tell(f"growth {number + 1}: ms per invoice", rounds[-1])
    return rounds


def fill(stack: ExitStack, config: str, database: str) -> dict[int, str]:
    """Return the name of a database with so many invoices, for each of ``LEVELS``."""
    filled, below, template = {}, 0, database
    for level in LEVELS:
        name = stack.enter_context(copy_of(template, f"{database}_{level}"))
        job = Job("engine-in-lanes", "ENG", f"fill {level}", level - below)
        found = run_jobs(config, name, [job])
        tell(f"filled to {level}", found)
        query(name, "VACUUM ANALYZE")
        filled[level], below, template = name, level, name
    return filled


# === RESULT === #


def summarise(rounds: list[dict], growth: list[dict]) -> dict:
    """Return the medians of the rounds; a peak is the highest of them."""
    speed = {
        f"{way}_per_s": round(median(found[way]["per_s"] for found in rounds), 2)
        for way in rounds[0]
    }
    peaks = {
        way: max(found[way]["peak_mib"] for found in rounds)
        for way in ("engine", "orm", "contract")
    }
    engine = [
        each
        for found in rounds
        for way, each in found.items()
        if way.startswith("engine")
    ]
    counts = add_up(each["counts"] for each in engine)
    costs = {
        level: round(median(found[level] for found in growth), 4)
        for level in (LEVELS if growth else ())
    }
    return {
        **speed,
        "ratio_orm": round(speed["engine_per_s"] / speed["orm_per_s"], 1),
        "ratio_contract": round(speed["engine_per_s"] / speed["contract_per_s"], 1),
        "growth_100k_over_1k": (
            round(costs[LEVELS[-1]] / costs[LEVELS[0]], 3) if costs else None
        ),
        "growth_ms_per_invoice": costs,
        "peak_mib": peaks["engine"],
        "orm_peak_mib": peaks["orm"],
        "contract_peak_mib": peaks["contract"],
        # Of all that the engine raised while it was measured. A worker fails when any
        # of its bills goes the ordinary way.
        "stamped": counts["stamped"],
        "prototypes": counts["prototypes"],
        "ordinary": add_up(each["ordinary"] for each in engine),
    }


def format_table(result: dict) -> str:
    """Return the result for people."""
    rows = [
        ("engine", "engine_per_s", "peak_mib"),
        ("  in one lane", "engine_one_lane_per_s", None),
        ("engine, two workers", "engine_two_workers_per_s", None),
        ("  in one journal", "engine_two_workers_one_journal_per_s", None),
        ("account.move, batches", "orm_per_s", "orm_peak_mib"),
        ("OCA contract, cron", "contract_per_s", "contract_peak_mib"),
    ]
    lines = [f"{'':24}{'per second':>12}{'times Odoo':>12}{'peak MiB':>12}"]
    for title, key, peak in rows:
        times = result[key] / result["orm_per_s"]
        memory = f"{result[peak]:.0f}" if peak else ""
        lines.append(f"{title:24}{result[key]:>12.1f}{times:>12.1f}{memory:>12}")
    for level, cost in result["growth_ms_per_invoice"].items():
        lines.append(f"{level:>7,} invoices in the table: {cost:.3f} ms per invoice")
    return "\n".join(lines)


def parse_options(words: list[str]) -> argparse.Namespace:
    """Return the options of a run."""
    parser = argparse.ArgumentParser(prog="scripts/bench billing")
    parser.add_argument("--invoices", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--growth", type=int, default=4_000)
    parser.add_argument("--no-growth", action="store_true")
    options = parser.parse_args(words)
    if options.invoices < 2 or options.sample < 1 or options.growth < 1:
        parser.error("use numbers that leave something to measure")
    return options


def set_up(config: str, database: str) -> None:
    """Install ``contract`` and make what all bills have in common."""
    subprocess.run(
        [sys.executable, "-m", "benchmarks.billing_worker", config, database, "set-up"],
        check=True,
        cwd=SCRIPTS,
    )
    make_partners(database, data.WARM, data.WARM_COUNT)


def main(config: str, database: str, result: str, rounds: str, *words: str) -> None:
    """Run it ``rounds`` times and write the medians."""
    options = parse_options(list(words))
    options.rounds = int(rounds)
    machine = {
        "cores": os.cpu_count(),
        "load_at_start": os.getloadavg(),
        **describe_server(database),
    }
    set_up(config, database)
    growth = [] if options.no_growth else measure_growth(config, database, options)
    found = measure_rounds(config, database, options)
    summary = {
        **summarise(found, growth),
        "invoices": options.invoices,
        "sample": options.sample,
        "growth_invoices": None if options.no_growth else options.growth,
        "chunk": data.CHUNK,
        "batch": data.BATCH,
        "rounds": options.rounds,
        "machine": {**machine, "load_at_end": os.getloadavg()},
        "per_round": found,
        "growth_per_round": growth,
    }
    Path(result).write_text(json.dumps(summary, indent=2) + "\n")
    print(format_table(summary), file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
