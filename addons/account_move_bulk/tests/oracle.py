# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Compares what two ways of doing the same thing leave in the database.

Each way works in a savepoint that is rolled back. Of every table, every row that was
inserted, changed or deleted is read beforehand, and all of its columns are compared.
Only ids of new rows and the time of writing may differ: a new row is known by what it
belongs to and its rank there, a time by being that of this transaction.
"""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.sql_db import Savepoint
from odoo.tools import SQL

from odoo.addons.account.tools import format_structured_reference_iso

MARKER = "account_move_bulk_marker"

# What tells rows apart that hang on the same new row. Of other tables it is the order
# of their ids: lines of an invoice, messages of a record.
NATURAL_KEYS = {
    "mail_followers": ("partner_id",),
    "mail_notification": ("res_partner_id",),
}

# Who wrote an e-mail to whom is in the columns; its id is random, followed by the time
# and the record: <random.time-openerp-id-model@host>. All but those two are compared.
# What Odoo logs without notifying anybody is named after that, not after the record.
LOG_ID = re.compile(r"^<\d+\.\d+\.\d+-openerp-message-notify@(.+)>$")
MESSAGE_ID = re.compile(r"^<\d+\.\d+\.\d+-openerp-(\d+)-([\w.]+)@(.+)>$")


@dataclass
class Changes:
    """What one way left in the database, ids of new rows replaced by labels.

    :ivar moves: ids of the invoices, in the order of their specifications
    :ivar error: what was raised, if anything was
    :ivar added: per table, label to row
    :ivar changed: per table, id of a row that was there before to the row as it is now
    :ivar deleted: per table, the rows that are gone
    :ivar counted: per table without ids, how often which row was added
    :ivar labels: per table, id of a new row to its label
    :ivar secured: ids of the invoices whose hash is right
    """

    moves: list[int] = field(default_factory=list)
    result: object = None
    error: Exception | None = None
    added: dict = field(default_factory=dict)
    changed: dict = field(default_factory=dict)
    deleted: dict = field(default_factory=dict)
    counted: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)
    secured: set = field(default_factory=set)

    @property
    def tables(self):
        parts = (self.added, self.changed, self.deleted, self.counted)
        return {table for part in parts for table, rows in part.items() if rows}


@dataclass(frozen=True)
class Difference:
    """One value that the two ways disagree about."""

    table: str
    row: str
    column: str
    left: object
    right: object

    def __str__(self):
        return f"{self.table}, {self.row}: {self.column} {self.left!r} | {self.right!r}"


class Oracle:
    """Watches the tables of one database within the transaction of a test."""

    def __init__(self, case):
        """
        :param odoo.tests.TransactionCase case: the test in whose transaction we work
        """
        self.case = case
        self.env = case.env
        self.cr = case.env.cr
        self.cr.execute(
            SQL(
                "CREATE TEMP TABLE IF NOT EXISTS %s (id serial)", SQL.identifier(MARKER)
            )
        )
        self.columns = self._read_columns()
        self.references, self.loose = self._read_references()
        self.cr.execute("SELECT now() AT TIME ZONE 'UTC'")
        [started] = self.cr.fetchone()
        # Clocks: the transaction's, that of other cursors, and one frozen by a test.
        now = datetime.now()
        self.earliest = min(started, now) - timedelta(seconds=1)
        self.latest = max(started, now) + timedelta(days=1)

    # === THE SCHEMA === #

    def _read_columns(self):
        """Return {table: {column: type}}."""
        self.cr.execute(
            """
            SELECT c.relname, a.attname, t.typname
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid
              JOIN pg_type t ON t.oid = a.atttypid
             WHERE c.relkind = 'r'
               AND c.relnamespace = current_schema::regnamespace
               AND a.attnum > 0
               AND NOT a.attisdropped
            """
        )
        columns = defaultdict(dict)
        for table, column, kind in self.cr.fetchall():
            columns[table][column] = kind
        return columns

    def _read_references(self):
        """Return which columns hold ids of which table.

        :return: {table: {column: table}}, {table: {column: column with the model}}
        """
        references, loose = defaultdict(dict), defaultdict(dict)
        for Model in self.env.registry.values():
            if Model._abstract or Model._table not in self.columns:
                continue
            for name, odoo_field in Model._fields.items():
                # Those that depend on the company are JSON.
                if self.columns[Model._table].get(name) != "int4":
                    continue
                if odoo_field.type == "many2one":
                    target = self.env.registry[odoo_field.comodel_name]
                    references[Model._table][name] = target._table
                elif odoo_field.type == "many2one_reference":
                    loose[Model._table][name] = odoo_field.model_field
        self.cr.execute(
            """
            SELECT conrelid::regclass::text, attname, confrelid::regclass::text
              FROM pg_constraint
              JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
             WHERE contype = 'f' AND cardinality(conkey) = 1
            """
        )
        for table, column, target in self.cr.fetchall():
            references[table][column] = target
        return references, loose

    # === WATCHING === #

    def run(self, work, tamper=None, env=None):
        """Do something, read what it did, and undo it.

        :param work: called without arguments; returns invoices, or (invoices, result)
        :param tamper: called after the work, by tests of the oracle itself
        :param odoo.api.Environment env: who works, and writes what is still pending
        :rtype: Changes
        """
        self.forget()
        savepoint = Savepoint(self.cr)
        # Whoever works is who writes what is pending when Odoo flushes by itself.
        transaction = self.env.transaction
        default_env, transaction.default_env = transaction.default_env, env or self.env
        try:
            since = self.mark()
            before = self._get_counters()
            changes = self._work(work, tamper, env or self.env)
            raw = self._read(since, before)
        finally:
            self.forget()
            transaction.default_env = default_env
            savepoint.close()
        self._compare_with_past(changes, raw)
        self._label(changes, raw)
        return changes

    def forget(self):
        """Drop what a rolled back savepoint leaves in memory."""
        self.cr.clear()
        for hooks in (
            self.cr.precommit,
            self.cr.postcommit,
            self.cr.prerollback,
            self.cr.postrollback,
        ):
            hooks.clear()

    def _work(self, work, tamper, env):
        changes = Changes()
        try:
            with self.cr.savepoint():
                found = work()
                moves, changes.result = (
                    found if isinstance(found, tuple) else (found, None)
                )
                changes.moves = moves.ids
                env.flush_all()
        except UserError as error:  # and its kin: ValidationError, AccessError
            changes.error = error
        self.finish()
        if tamper and not changes.error:
            tamper(changes)
        changes.secured = self._check_hashes(changes.moves)
        return changes

    def _check_hashes(self, ids):
        """Return the ids of the invoices that have the hash they have to have.

        It is one of ids of lines too, so it cannot be compared.
        """
        Move, secured = self.env["account.move"], set()
        for move in Move.browse(ids).filtered("inalterable_hash"):
            previous = Move.search(
                [
                    ("journal_id", "=", move.journal_id.id),
                    ("sequence_prefix", "=", move.sequence_prefix),
                    ("sequence_number", "<", move.sequence_number),
                    ("inalterable_hash", "!=", False),
                ],
                order="sequence_number DESC",
                limit=1,
            )
            right = move._calculate_hashes(previous.inalterable_hash)
            if right[move] == move.inalterable_hash:
                secured.add(move.id)
        return secured

    def finish(self):
        """Do what a commit does: hooks before it, and those after it."""
        self.env.flush_all()
        self.cr.flush()
        if self.cr.postcommit:
            with self.case.enter_registry_test_mode():
                self.cr.postcommit.run()

    def mark(self):
        """Return the id of the running subtransaction; later ones are higher."""
        self.cr.execute(
            SQL(
                "INSERT INTO %s DEFAULT VALUES RETURNING xmin::text::bigint",
                SQL.identifier(MARKER),
            )
        )
        return self.cr.fetchone()[0]

    def make_past(self, since):
        """Let what was written since a mark look written long ago.

        All that a test does is one transaction; without this, a row of the set-up that
        was written again could not be told from one that was not.
        """
        self.finish()
        for table, counts in self._get_counters().items():
            columns = [
                column
                for column, kind in self.columns[table].items()
                if kind.startswith("timestamp")
            ]
            if any(counts) and columns:
                changes = ", ".join(
                    f'"{column}" = "{column}" - interval \'3 years\''
                    for column in columns
                )
                self.cr.execute(
                    f'UPDATE "{table}" SET {changes} WHERE xmin::text::bigint >= %s',
                    (since,),
                )
        self.env.invalidate_all()

    def _get_counters(self):
        """Return {table: (inserted, updated, deleted)} of the whole transaction."""
        self.cr.execute(
            """
            SELECT relname, n_tup_ins, n_tup_upd, n_tup_del
              FROM pg_stat_xact_user_tables
             WHERE schemaname = current_schema
            """
        )
        return {table: tuple(counts) for table, *counts in self.cr.fetchall()}

    def find_tables(self, before):
        """Return the tables that may have changed, and those that may have lost rows.

        :param dict before: the counters at the beginning
        """
        touched, shrunk = set(), set()
        for table, counts in self._get_counters().items():
            was = before.get(table, (0, 0, 0))
            if counts != was:
                touched.add(table)
            if counts[2] != was[2]:
                shrunk.add(table)
        return touched, shrunk

    def _select(self, table, condition="TRUE", params=()):
        self.cr.execute(
            f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE {condition}', params
        )
        return [json.loads(text, parse_float=Decimal) for (text,) in self.cr.fetchall()]

    def read_new(self, table, since):
        """Return the rows of a table that were written since a mark, as dictionaries"""
        return self._select(table, "xmin::text::bigint >= %s", (since,))

    def _read(self, since, before):
        """Return (written rows per table, remaining rows of tables that lost some)."""
        touched, shrunk = self.find_tables(before)
        written = {table: self.read_new(table, since) for table in sorted(touched)}
        kept = {
            table: self._select(table, "xmin::text::bigint < %s", (since,))
            for table in sorted(shrunk)
        }
        return written, kept

    def _compare_with_past(self, changes, raw):
        """Tell new rows from changed ones and find the deleted, after the rollback."""
        written, kept = raw
        for table, rows in written.items():
            if "id" not in self.columns[table]:
                changes.counted[table] = Counter(map(freeze, rows))
                continue
            ids = [row["id"] for row in rows]
            past = {
                row["id"]: row for row in self._select(table, "id = ANY(%s)", (ids,))
            }
            changes.added[table] = [row for row in rows if row["id"] not in past]
            changes.changed[table] = {
                row["id"]: row for row in rows if row["id"] in past
            }
        for table, rows in kept.items():
            if "id" in self.columns[table]:
                alive = {row["id"] for row in rows} | set(changes.changed[table])
                changes.deleted[table] = {
                    row["id"]: row
                    for row in self._select(table)
                    if row["id"] not in alive
                }
            else:
                gone = Counter(map(freeze, self._select(table)))
                gone.subtract(Counter(map(freeze, rows)))
                # A row that was deleted and written again is as it was.
                again = changes.counted[table]
                gone, changes.counted[table] = (gone - again, again - gone)
                changes.deleted[table] = dict(
                    enumerate(sorted(gone.elements(), key=str))
                )

    # === LABELS === #

    def _label(self, changes, raw):
        """Replace ids of new rows by labels that both ways have in common."""
        labels = changes.labels
        labels["account_move"] = {
            move_id: f"invoice {index}" for index, move_id in enumerate(changes.moves)
        }
        self._label_rest("account_move", changes)
        labels["references"] = self._get_references(changes)
        labels["secured"] = dict.fromkeys(changes.secured, "right")
        waiting = {table for table, rows in changes.added.items() if rows}
        waiting.discard("account_move")
        while waiting:
            table = min(
                waiting,
                key=lambda name: (self._count_open(name, changes, waiting), name),
            )
            self._label_rest(table, changes)
            waiting.discard(table)
        for table, rows in changes.added.items():
            changes.added[table] = {
                labels[table][row["id"]]: self._translate(table, row, labels)
                for row in rows
            }
        for table, rows in changes.changed.items():
            for row_id, row in rows.items():
                rows[row_id] = self._translate(table, row, labels)
        for table, counter in changes.counted.items():
            translated = Counter()
            for row, number in counter.items():
                row = freeze(self._translate(table, json.loads(row), labels))
                translated[row] += number
            changes.counted[table] = translated

    def _count_open(self, table, changes, waiting):
        """Return how many tables have to be labelled before ``table`` can be."""
        return len(
            {
                target
                for row in changes.added[table]
                for target, _column, _value in self._get_targets(table, row)
                if target in waiting and target != table
            }
        )

    def _get_targets(self, table, row):
        """Yield (table, column, id) for each column of a row that holds an id."""
        for column, target in self.references[table].items():
            if row.get(column):
                yield target, column, row[column]
        for column, model_column in self.loose[table].items():
            model = row.get(model_column)
            if row.get(column) and model in self.env.registry:
                yield self.env.registry[model]._table, column, row[column]

    def _label_rest(self, table, changes):
        """Label rows by the new rows they belong to, and their rank there."""
        known = changes.labels.setdefault(table, {})
        groups = defaultdict(list)
        for row in sorted(changes.added.get(table, ()), key=lambda row: row["id"]):
            if row["id"] in known:
                continue
            parents = [
                f"{column} {changes.labels[target][value]}"
                for target, column, value in self._get_targets(table, row)
                if target != table and value in changes.labels.get(target, ())
            ]
            parents += [
                f"{column} {row[column]}" for column in NATURAL_KEYS.get(table, ())
            ]
            groups[", ".join(sorted(parents))].append(row["id"])
        for owner, ids in groups.items():
            for rank, row_id in enumerate(ids, start=1):
                known[row_id] = f"({owner or table}) #{rank}"

    def _translate(self, table, row, labels):
        row = dict(row)
        own_id = row.pop("id", None)
        for target, column, value in list(self._get_targets(table, row)):
            row[column] = labels.get(target, {}).get(value, value)
        for column, value in row.items():
            if isinstance(value, str):
                row[column] = self._translate_text(table, column, value, labels)
        if table == "account_move" and own_id in labels.get("secured", ()):
            row["inalterable_hash"] = "right"
        return row

    def _translate_text(self, table, column, value, labels):
        """Return a text without what depends on ids of new rows, or on the time."""
        kind = self.columns[table][column]
        if kind.startswith("timestamp"):
            return "now" if self._is_now(value) else value
        if column == "message_id":
            if found := MESSAGE_ID.match(value):
                res_id, model, host = found.groups()
                owner = labels.get(model.replace(".", "_"), {}).get(int(res_id), res_id)
                return f"message-id {owner} {model} at {host}"
            if found := LOG_ID.match(value):
                return f"message-id of a log at {found.group(1)}"
        if kind in ("text", "varchar"):
            for reference, label in labels.get("references", {}).items():
                value = value.replace(reference, label)
        return value

    def _is_now(self, value):
        return self.earliest <= datetime.fromisoformat(value[:19]) <= self.latest

    def _get_references(self, changes):
        """Return {reference: label} of journals whose references hold the own id.

        That is reference model "euro": the number of the invoice's row, with check
        digits; it is in names of lines too.
        """
        labels, references = changes.labels["account_move"], {}
        for row in changes.added.get("account_move", ()):
            journal = self.env["account.journal"].browse(row["journal_id"])
            if (journal.invoice_reference_model, journal.invoice_reference_type) == (
                "euro",
                "invoice",
            ):
                code = journal.code if journal.code.isalnum() else journal.id
                reference = format_structured_reference_iso(
                    f"{code}{str(row['id']).zfill(6)}"
                )
                references[reference] = f"RF of {labels[row['id']]}"
        return references

    # === COMPARING === #

    def compare(self, left, right):
        """Return the differences between what two ways left, an empty list if none.

        :param Changes left: of the ORM
        :param Changes right: of the engine
        :rtype: list[Difference]
        """
        differences = []
        for table in sorted(left.tables | right.tables):
            differences += self._compare_added(table, left, right)
            differences += self._compare_changed(table, left, right)
            differences += self._compare_counted(table, left, right)
            ours, theirs = left.deleted.get(table, {}), right.deleted.get(table, {})
            if ours != theirs:
                differences.append(Difference(table, "all", "deleted", ours, theirs))
        return differences

    def _compare_added(self, table, left, right):
        ours, theirs = left.added.get(table, {}), right.added.get(table, {})
        for label in sorted(set(ours) | set(theirs)):
            mine, other = ours.get(label), theirs.get(label)
            if mine is None or other is None:
                yield Difference(table, label, "the row", mine, other)
            else:
                yield from diff_rows(table, label, mine, other)

    def _compare_changed(self, table, left, right):
        ours, theirs = left.changed.get(table, {}), right.changed.get(table, {})
        for row_id in sorted(set(ours) | set(theirs)):
            mine, other = (
                side[row_id] if row_id in side else self._get_past(table, row_id)
                for side in (ours, theirs)
            )
            # Deleted by one of them; that is told elsewhere.
            if mine and other:
                yield from diff_rows(table, f"id {row_id}", mine, other)

    def _get_past(self, table, row_id):
        for row in self._select(table, "id = %s", (row_id,)):
            return self._translate(table, row, {})

    def _compare_counted(self, table, left, right):
        ours = left.counted.get(table, Counter())
        theirs = right.counted.get(table, Counter())
        for row in sorted((ours - theirs) + (theirs - ours)):
            yield Difference(table, row, "rows", ours[row], theirs[row])


def freeze(row):
    """Return a row as a text, the same for the same values."""
    return json.dumps(row, sort_keys=True, default=str)


def diff_rows(table, label, left, right):
    for column in sorted(set(left) | set(right)):
        if left.get(column) != right.get(column):
            yield Difference(table, label, column, left.get(column), right.get(column))


def explain(differences, limit=25):
    """Return a message that names them, table by table."""
    shown = [str(difference) for difference in differences[:limit]]
    if len(differences) > limit:
        shown.append(f"... and {len(differences) - limit} more")
    return "table, row: column ORM | engine\n" + "\n".join(shown)


def post_by_orm(env, vals_list, is_ordinary=None):
    """Create and post invoices as Odoo does, in the order in which the engine numbers.

    :param list[dict] vals_list: values of ``account.move``
    :param list[bool] is_ordinary: which of them the engine leaves to the ORM
    :return: invoices, in the order of ``vals_list``
    :rtype: account.move
    """
    moves = env["account.move"].create(vals_list)
    flags = is_ordinary or [False] * len(moves)
    for wanted in (False, True):
        part = moves.browse(
            move.id for move, flag in zip(moves, flags, strict=True) if flag == wanted
        )
        if part:
            part._post(soft=False)
    return moves
