# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import functools
import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import chain

import psycopg2.errors

from odoo import api, models
from odoo.tools import SQL

from ..const import LOCK_NAMESPACE
from ..tools import numbering
from ..tools.chunks import split
from ..tools.result import BulkResult
from ..tools.shape import VARYING, NotStampable, take_apart
from ..tools.turn import Turn, TurnLost

_logger = logging.getLogger(__name__)

# Somebody else was in the way; in a new transaction the same may succeed.
CONFLICTS = (
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.UniqueViolation,
    TurnLost,
)
CHUNK = 5000
LOCK_TIMEOUT = "5s"
LANES = 2
TURN = "account_move_bulk.turn"
ATTEMPTS = 50
PAUSE = 0.1  # seconds before another attempt

OWN_RANK_DATA = "account_move_bulk.customer_rank"
# Where Odoo keeps the same.
RANK_DATA = "account.res.partner.increase_rank.customer_rank"


class UnsafeShapes(Exception):
    """Prototypes that cannot be copied as they were; ``verdicts`` says which and why.

    :ivar dict verdicts: key of the shape to a code, "fixed" if it may be copied once
        prices and texts belong to the shape
    """

    def __init__(self, verdicts):
        super().__init__(verdicts)
        self.verdicts = verdicts


class AccountMoveBulk(models.AbstractModel):
    """Creates and posts many customer invoices: one of a kind by the ORM, the others
    as copies of its rows."""

    _name = "account.move.bulk"
    _description = "Bulk Invoicing"

    @api.model
    def _create_posted(self, vals_list):
        """Create and post customer invoices, equal to what the ORM would have written.

        In the transaction, with the rights, company, language and context of the
        caller. Invoices that are copied, and those they are copied from, get the first
        numbers, by date, reference and position; the ordinary ones follow.

        :param list[dict] vals_list: values of ``account.move``, amounts in the currency
            of the journal's company
        :rtype: BulkResult
        :raise UserError: as ``account.move`` does, for the first kind of invoice that
            cannot be posted; nothing is written then
        """
        rank_data = self._get_rank_data()
        try:
            shapes, ordinary, ids = self._create_safely(vals_list, rank_data)
            indexes = sorted(index for found in ordinary.values() for index in found)
            ids.update(self._create_ordinary(vals_list, indexes))
        except Exception:
            self._restore_rank_data(rank_data)
            raise
        self._tell_numbers({})
        return self._prepare_result(len(vals_list), shapes, ordinary, ids)

    def _create_safely(self, vals_list, rank_data):
        """Create what can be copied, until no prototype proves unsafe.

        :return: specifications by shape; positions by reason for the ORM; position to
            id of what was created
        :rtype: tuple[dict, dict[str, list[int]], dict[int, int]]
        """
        verdicts = {}
        while True:
            shapes, ordinary = self._sort_out(vals_list, verdicts)
            try:
                with self.env.cr.savepoint():
                    ids = self._create_shapes(shapes, last=not ordinary)
                return shapes, ordinary, ids
            except UnsafeShapes as found:
                verdicts.update(found.verdicts)
                self._restore_rank_data(rank_data)

    def _get_rank_data(self):
        """Return what Odoo means to add to partners after the commit: a rollback to a
        savepoint does not take that back."""
        return dict(self.env.cr.postcommit.data.get(RANK_DATA, {}))

    def _restore_rank_data(self, rank_data):
        data = self.env.cr.postcommit.data.get(RANK_DATA)
        if data is not None:
            data.clear()
            data.update(rank_data)

    def _prepare_result(self, count, shapes, ordinary, ids):
        review = self.env["account.move.bulk.review"]
        result = BulkResult(
            moves=self.env["account.move"].browse(ids[index] for index in range(count)),
            prototypes=len(shapes),
            stamped=sum(map(len, shapes.values())) - len(shapes),
            ordinary={
                code: (len(indexes), review._get_message(code))
                for code, indexes in ordinary.items()
            },
            is_ordinary=[False] * count,
        )
        for indexes in ordinary.values():
            for index in indexes:
                result.is_ordinary[index] = True
        return result

    # === SHAPES === #

    def _sort_out(self, vals_list, verdicts):
        """Group specifications by shape.

        :param list[dict] vals_list: values of ``account.move``
        :param dict verdicts: what was found out about shapes, see UnsafeShapes
        :return: specifications by shape, in order; positions by reason for the ORM
        :rtype: tuple[dict[tuple, list[Spec]], dict[str, list[int]]]
        """
        review = self.env["account.move.bulk.review"]
        reason = review._find_obstacle()
        if reason:
            return {}, {reason: list(range(len(vals_list)))} if vals_list else {}
        journals = review._get_journals(vals_list)
        partners = review._get_partners(vals_list)
        by_partner = review._has_partner_models()
        columns = VARYING | review._get_free_columns().keys()
        shapes, ordinary = {}, {}
        for index, vals in enumerate(vals_list):
            try:
                journal = review._check_vals(vals, journals)
                partner = review._check_partner(vals, partners, by_partner)
                key, spec = self._get_shape(
                    index, vals, (columns, journal.digits), partner.signature, verdicts
                )
                spec.partner = partner
            except NotStampable as found:
                ordinary.setdefault(found.code, []).append(index)
            else:
                shapes.setdefault(key, []).append(spec)
        return shapes, ordinary

    def _get_shape(self, index, vals, options, signature, verdicts):
        """Return the key of the shape of a specification, and the specification.

        :raise NotStampable: if the shape turned out to be one for the ORM
        """
        for fixed in (False, True):
            spec = take_apart(index, vals, *options, fixed=fixed)
            key = (spec.key, signature)
            verdict = verdicts.get(key)
            if verdict is None:
                return key, spec
            if verdict != "fixed":
                raise NotStampable(verdict)
        raise NotStampable("prototype")

    # === INVOICES === #

    def _create_ordinary(self, vals_list, indexes):
        """Create and post by the ORM.

        :return: position to id
        :rtype: dict[int, int]
        """
        if not indexes:
            return {}
        moves = self.env["account.move"].create(
            [dict(vals_list[index]) for index in indexes]
        )
        taken = self._seed_numbers(moves)
        moves._post(soft=False)
        self._close_gaps(moves, taken)
        return dict(zip(indexes, moves.ids, strict=True))

    def _create_shapes(self, shapes, last):
        """Create one invoice of each shape by the ORM, and the others after it.

        :param dict[tuple, list[Spec]] shapes: specifications by shape
        :param bool last: whether no other numbers are taken after these
        :return: position to id
        :rtype: dict[int, int]
        :raise UnsafeShapes: where a prototype cannot be copied
        """
        if not shapes:
            return {}
        first = [specs[0] for specs in shapes.values()]
        ids = self._create_ordinary(
            {spec.index: spec.vals for spec in first}, [spec.index for spec in first]
        )
        if len(first) == sum(map(len, shapes.values())):
            return ids
        # Messages about changes are written on flush; they belong to the prototype.
        self.env.flush_all()
        self.env.cr.flush()
        prototypes = {
            key: self.env["account.move"].browse(ids[specs[0].index])
            for key, specs in shapes.items()
        }
        verdicts = self.env["account.move.bulk.review"]._review(shapes, prototypes)
        if verdicts:
            raise UnsafeShapes(verdicts)
        plan, taken = self._plan_numbers(shapes, prototypes)
        if last:
            self._tell_numbers(taken)
        return ids | self.env["account.move.bulk.stamp"]._stamp(
            shapes, prototypes, plan
        )

    def _plan_numbers(self, shapes, prototypes):
        """Return the number of every invoice.

        The prototypes hold the lock that Odoo takes for a sequence (its first number in
        the unique index, not committed), so what follows is ours as well.

        :return: position to (number, name); key of a sequence to its last number
        :rtype: tuple[dict[int, tuple[int, str]], dict[tuple, int]]
        :raise UnsafeShapes: where the numbers of prototypes do not follow each other
        """
        chains = {}
        for key, prototype in prototypes.items():
            template, values = prototype._get_sequence_format_param(prototype.name)
            number = values.pop("seq")
            sequence = (template.format(**values, seq=0), prototype.journal_id.id)
            entry = chains.setdefault(sequence, (template, values, {}))
            entry[2][key] = number
        plan, taken = {}, {}
        for sequence, (template, values, numbers) in chains.items():
            if not numbering.is_range(list(numbers.values())):
                raise UnsafeShapes(dict.fromkeys(numbers, "sequence"))
            allotted = numbering.allot(
                min(numbers.values()),
                [
                    (prototypes[key].date, spec.vals.get("ref") or "", spec.index)
                    for key in numbers
                    for spec in shapes[key]
                ],
            )
            for index, number in allotted.items():
                plan[index] = (number, template.format(**values, seq=number))
            taken[sequence] = max(allotted.values())
        return plan, taken

    # === SIDE BY SIDE === #

    def _get_turn(self):
        """Return the place of this transaction among others, None if it is alone."""
        return self.env.cr.cache.get(TURN)

    def _seed_numbers(self, moves):
        """Let Odoo go on after the numbers of the transaction before, which it cannot
        see yet, as it does within one transaction.

        :return: key of a sequence to its last number
        :rtype: dict[tuple[str, int], int]
        """
        turn = self._get_turn()
        taken = turn.get_numbers() if turn else {}
        cache = moves._get_sequence_cache()
        journals = self.env["account.journal"]
        for (text, journal_id), number in taken.items():
            key = (text, journals.browse(journal_id))
            cache[key] = max(number, cache.get(key, 0))
        return taken

    def _tell_numbers(self, taken):
        """Tell the transaction after which numbers are gone.

        :param dict[tuple[str, int], int] taken: those that are not in Odoo's own cache
        """
        turn = self._get_turn()
        if turn:
            cache = self.env["account.move"]._get_sequence_cache()
            known = {
                (text, journal.id): last for (text, journal), last in cache.items()
            }
            for key, last in taken.items():
                known[key] = max(last, known.get(key, 0))
            turn.tell_numbers(known)

    def _close_gaps(self, moves, taken):
        """Between this transaction and the one before there is no gap, though Odoo,
        which cannot see that one, finds its last number missing."""
        for move in moves if taken else ():
            if not move.made_sequence_gap:
                continue
            template, values = move._get_sequence_format_param(move.name)
            number = values.pop("seq")
            key = (template.format(**values, seq=0), move.journal_id.id)
            if taken.get(key) == number - 1:
                move.made_sequence_gap = False

    @api.model
    def _run_chunks(self, lock, chunks, work, progress):
        """Do ``work`` for every chunk, each in a transaction of its own, two at a time.

        Two because PostgreSQL spends most of the time on indexes and foreign keys, each
        connection on one processor. The transactions commit in the order of the chunks.
        Where they are in each other's way, one after the other. Only one process at a
        time works with the same ``lock``. Within tests, which may not commit, all in
        the caller's transaction.

        :param int lock: as for :meth:`_take_turns`
        :param list chunks: what ``work`` is called with
        :param callable work: takes an environment and a chunk
        :param callable progress: is called in the caller's environment after each
            commit with what ``work`` returned; may commit; returns whether to go on
        :return: whether every chunk was done
        :rtype: bool
        """
        lanes = self._count_lanes()
        if lanes < 2 or len(chunks) < 2 or not self.env["account.move"]._can_commit():
            return self._run_one_by_one(lock, chunks, work, progress)
        if not self._try_session_lock(lock):
            self._take_new_snapshot()
            return False
        try:
            return self._run_in_lanes(lock, chunks, work, progress, lanes)
        finally:
            self.env.cr.execute(
                SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_NAMESPACE, lock)
            )

    @api.model
    def _split(self, items, limit=CHUNK):
        """Split what is to be invoiced into chunks for :meth:`_run_chunks`.

        :param list items: of any kind
        :param int limit: how many invoices are made in one transaction at most
        :rtype: list[list]
        """
        return split(items, limit, self._count_lanes())

    def _count_lanes(self):
        """Return how many transactions work side by side."""
        # As superuser: a number that the administrator set.
        parameters = self.env["ir.config_parameter"].sudo()
        lanes = parameters.get_param("account_move_bulk.lanes", "")
        return int(lanes) if lanes.isdigit() else LANES

    def _run_one_by_one(self, lock, chunks, work, progress):
        if self.env["account.move"]._can_commit():
            self.env.cr.cache[TURN] = Turn()
        try:
            for chunk in chunks:
                done = self._take_turns(lock, functools.partial(work, self.env, chunk))
                if done is None or not progress(done):
                    return False
            return True
        finally:
            self.env.cr.cache.pop(TURN, None)

    def _run_in_lanes(self, lock, chunks, work, progress, lanes):
        """See :meth:`_run_chunks`."""
        waiting, running, before, goes_on = list(reversed(chunks)), [], None, True
        with ThreadPoolExecutor(max_workers=lanes) as pool:
            try:
                while running or (waiting and goes_on):
                    while waiting and goes_on and len(running) < lanes:
                        chunk, before = waiting.pop(), Turn(before)
                        future = pool.submit(self._work_in_lane, before, work, chunk)
                        running.append((chunk, future))
                    chunk, future = running.pop(0)
                    try:
                        goes_on = progress(future.result()) and goes_on
                    except CONFLICTS:
                        # Those after it failed with it.
                        waiting += [found for found, _future in reversed(running)]
                        wait([found for _chunk, found in running])
                        running, before = [], None
                        if not self._run_one_by_one(lock, [chunk], work, progress):
                            return False
            finally:
                wait([future for _chunk, future in running])
        return not waiting

    def _work_in_lane(self, turn, work, chunk):
        """Do ``work`` in a transaction of its own, which commits in its turn."""
        committed = False
        try:
            with self.env.registry.cursor() as cr:
                cr.cache[TURN] = turn
                # Somebody later may hold what we wait for, and wait for our commit.
                cr.execute(SQL("SET LOCAL lock_timeout = %s", LOCK_TIMEOUT))
                env = self.env(cr=cr)
                done = work(env, chunk)
                env.flush_all()
                cr.flush()
                turn.await_commit()
            committed = True
            return done
        finally:
            turn.end(committed)

    # === TURNS === #

    @api.model
    def _take_turns(self, lock, work):
        """Do ``work`` alone; where another transaction is in the way, again.

        Call it as the first thing of a transaction. Outside of tests it may roll the
        transaction back, whose snapshot would not show what others did meanwhile.

        :param int lock: what only one transaction at a time may work on, as the id of
            the journal whose numbers are taken
        :param callable work: is called in a savepoint
        :return: what ``work`` returned, None if it got no turn
        """
        for attempt in range(ATTEMPTS):
            try:
                with self.env.cr.savepoint():
                    if self._try_lock(lock):
                        # Others may have worked since what is in the cache was read.
                        self.env.invalidate_all()
                        done = work()
                        self.env.flush_all()
                        return done
            except CONFLICTS:
                if attempt + 1 == ATTEMPTS:
                    raise
            self._take_new_snapshot()
        return None

    def _try_lock(self, lock):
        """Take a lock until the end of the transaction.

        Not waiting for it: a transaction that waits sees the database as it was before.
        """
        [(locked,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_NAMESPACE, lock)
        )
        return locked

    def _try_session_lock(self, lock):
        """Take a lock until it is given back, whatever is committed meanwhile."""
        [(locked,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_NAMESPACE, lock)
        )
        return locked

    def _take_new_snapshot(self):
        """Begin a new transaction: only that sees what others committed meanwhile."""
        if not self.env["account.move"]._can_commit():
            return
        self.env.cr.rollback()
        self.env.invalidate_all()
        time.sleep(PAUSE)

    # === PARTNERS === #

    @api.model
    def _raise_customer_rank(self, debtors):
        """Raise the rank of customers by the number of their invoices, as Odoo does: at
        once where it was zero, else after the commit, so that nobody waits for it.

        :param dict[int, set[int]] debtors: id of an invoice to those of its customer
            and of the commercial entity
        """
        counts = Counter(chain.from_iterable(debtors.values()))
        # As superuser: who bills need not be allowed to change contacts.
        partners = self.env["res.partner"].sudo().browse(counts)
        # In a run they all wait: a sibling's invoice may be in the transaction beside
        # this one, or on somebody's desk.
        new = partners.browse()
        if not self._get_turn():
            partners.fetch(["customer_rank"])
            new = partners.filtered(lambda partner: not partner.customer_rank)
        self._write_ranks(new, counts)
        done = set(new.ids)
        later = {move_id: ids - done for move_id, ids in debtors.items() if ids - done}
        if not later:
            return
        postcommit = self.env.cr.postcommit
        data = postcommit.data.setdefault(OWN_RANK_DATA, {})
        if not data:
            postcommit.add(self._raise_committed_ranks)
        data.update(later)

    def _raise_committed_ranks(self):
        """Raise ranks in a transaction of its own; less important than the invoices."""
        debtors = self.env.cr.postcommit.data.pop(OWN_RANK_DATA, None)
        if not debtors:
            return
        try:
            with self.env.registry.cursor() as cr:
                engine = self.with_env(self.env(cr=cr))
                counts = engine._count_invoices(debtors)
                # As superuser: who bills need not be allowed to change contacts.
                partners = engine.env["res.partner"].sudo().browse(counts)
                engine._write_ranks(partners, counts)
        except psycopg2.errors.OperationalError:
            _logger.info("The ranks of %s customers were not raised.", len(debtors))

    def _count_invoices(self, debtors):
        """Return how many invoices each partner got of those that are still there:
        some may have been rolled back to a savepoint.

        :param dict[int, set[int]] debtors: see :meth:`_raise_customer_rank`
        :rtype: Counter
        """
        rows = self.env.execute_query(
            SQL("SELECT id FROM account_move WHERE id = ANY(%s)", list(debtors))
        )
        return Counter(chain.from_iterable(debtors[move_id] for (move_id,) in rows))

    def _write_ranks(self, partners, counts):
        """Add to ranks: by one statement, or one write for all that end at the same
        where an add-on that nobody has read may listen."""
        if not partners:
            return
        if self.env["account.move.bulk.review"]._is_rank_plain():
            self._update_ranks(partners, counts)
            return
        for rank, found in partners.grouped(
            lambda partner: partner.customer_rank + counts[partner.id]
        ).items():
            found.write({"customer_rank": rank})

    def _update_ranks(self, partners, counts):
        ids = partners.ids
        self.env["res.partner"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_partner p
                   SET customer_rank = coalesce(p.customer_rank, 0) + d.added,
                       write_uid = %s, write_date = %s
                  FROM unnest(%s::int4[], %s::int4[]) AS d (id, added)
                 WHERE p.id = d.id
                """,
                self.env.uid,
                self.env.cr.now(),
                ids,
                [counts[partner_id] for partner_id in ids],
            )
        )
        self._touch_descendants(ids)
        self.env["res.partner"].invalidate_model(
            ["customer_rank", "write_uid", "write_date"], flush=False
        )

    def _touch_descendants(self, ids):
        """Note a change on the contacts of commercial entities, as Odoo does whenever
        one is written, though it hands nothing down to them here."""
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE descendant AS (
                    SELECT c.id
                      FROM res_partner c
                      JOIN res_partner p ON p.id = c.parent_id
                     WHERE p.id = ANY(%(ids)s) AND p.commercial_partner_id = p.id
                       AND c.active AND c.is_company IS NOT TRUE
                     UNION
                    SELECT c.id
                      FROM res_partner c
                      JOIN descendant d ON d.id = c.parent_id
                     WHERE c.active AND c.is_company IS NOT TRUE)
                UPDATE res_partner
                   SET write_uid = %(uid)s, write_date = %(now)s
                 WHERE id IN (SELECT id FROM descendant) AND id <> ALL(%(ids)s)
                """,
                ids=ids,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
