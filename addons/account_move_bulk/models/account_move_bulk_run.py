# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

from ..tools.result import BulkTally

# How long a worker of the queue has before the scheduled action looks after it.
GRACE = timedelta(minutes=15)


class BulkProgress:
    """Commits after every chunk, and knows whether there is time for another."""

    def __init__(self, run, remaining):
        self.run = run
        self.remaining = remaining
        self.has_time = True

    def __call__(self, tally):
        """Note what was done.

        :param BulkTally tally: of one chunk
        :return: whether there is time for another
        :rtype: bool
        """
        self.remaining -= tally.done
        self.run._add_bulk_tally(tally)
        self.has_time = self.run._commit_bulk(tally.done, max(self.remaining, 0))
        return self.has_time


class AccountMoveBulkRun(models.AbstractModel):
    """A job that raises many invoices in chunks, each in a transaction of its own.

    It may be killed at any moment and started again, and several processes may work on
    it: whoever takes a chunk holds the lock of ``_get_bulk_lock`` until the commit.
    A model that inherits it keeps a record of what is left, with a constraint that
    makes a second invoice impossible, and implements the four hooks.
    """

    _name = "account.move.bulk.run"
    _description = "Run of Bulk Invoicing"

    bulk_stamped = fields.Integer(
        string="Copied Invoices",
        readonly=True,
        copy=False,
        help="Written set-wise, equal to what Odoo would have written one by one.",
    )
    bulk_prototypes = fields.Integer(
        string="Originals",
        readonly=True,
        copy=False,
        help="Made by Odoo itself, one of a kind, for the others to be copied from.",
    )
    bulk_ordinary = fields.Integer(
        string="Ordinary Invoices",
        readonly=True,
        copy=False,
        help="Made by Odoo itself because they could not be copied safely.",
    )
    bulk_reasons = fields.Json(readonly=True, copy=False)
    bulk_reason_text = fields.Text(
        string="Why Ordinary", compute="_compute_bulk_reason_text"
    )

    @api.depends("bulk_reasons")
    def _compute_bulk_reason_text(self):
        review = self.env["account.move.bulk.review"]
        for run in self:
            run.bulk_reason_text = "\n".join(
                f"{count}: {review._get_message(code)}"
                for code, count in sorted((run.bulk_reasons or {}).items())
            )

    # === HOOKS === #

    def _get_bulk_ids(self):
        """Return ids of what is still to be made an invoice of, in order; a hook.

        :rtype: list[int]
        """
        raise NotImplementedError

    def _process_bulk_ids(self, ids):
        """Make the invoices of a chunk with ``account.move.bulk``; a hook.

        :param list[int] ids: of :meth:`_get_bulk_ids`; others may have made some
        :return: what was done
        :rtype: BulkTally
        """
        raise NotImplementedError

    def _finish_bulk(self):
        """Close the run, unless another process did; a hook."""
        raise NotImplementedError

    def _get_bulk_lock(self):
        """Return what only one process at a time may work on, as a number; a hook.

        The numbers of one journal can only be handed out one transaction after the
        other if there is to be no gap, so a journal is a good choice.

        :rtype: int
        """
        raise NotImplementedError

    # === WORK === #

    def _start_bulk(self, cron):
        """Let a background job work on these runs: a worker of ``queue_job`` each where
        that is installed, else the scheduled action, which later also continues what a
        worker left.

        :param ir.cron cron: that processes every run that is not finished
        """
        now = fields.Datetime.now()
        if "queue.job" in self.env:
            # As superuser: as the scheduled action does.
            for run in self.sudo():
                run.with_delay(
                    identity_key=f"{run._name}:{run.id}",
                    description=run.display_name,
                )._process()
        # As superuser: whoever may start the run need not manage scheduled actions.
        cron.sudo()._trigger(at=now + GRACE if "queue.job" in self.env else now)

    def _process(self):
        """Make what is left of this run, chunk by chunk, each in its own transaction.

        :return: False where the background job's time is up and more is left
        :rtype: bool
        """
        self.ensure_one()
        engine = self.env["account.move.bulk"]
        while ids := self._get_bulk_ids():
            progress = BulkProgress(self, len(ids))
            is_complete = engine._run_chunks(
                self._get_bulk_lock(),
                engine._split(ids),
                self._process_bulk_in,
                progress,
            )
            if not is_complete:
                progress(BulkTally())
            if not progress.has_time:
                return False
        while not engine._take_turns(self._get_bulk_lock(), self._finish_bulk_once):
            if not self._commit_bulk(0, 1):
                return False
        self._commit_bulk(0, 0)
        return True

    def _process_bulk_in(self, env, ids):
        return self.with_env(env)._process_bulk_ids(ids)

    def _finish_bulk_once(self):
        self._finish_bulk()
        return True

    def _commit_bulk(self, done, remaining):
        """Commit a chunk; return whether there is time for another."""
        if not self.env["account.move"]._can_commit():
            return True
        left = self.env["ir.cron"]._commit_progress(done, remaining=remaining)
        # What the transactions beside this one did, no cache knows of.
        self.env.invalidate_all()
        return left > 0

    def _add_bulk_tally(self, tally):
        """Add up which way the invoices went."""
        if not (tally.stamped or tally.prototypes or tally.ordinary):
            return
        reasons = dict(self.bulk_reasons or {})
        for code, count in tally.ordinary.items():
            reasons[code] = reasons.get(code, 0) + count
        # As superuser: the figures are the run's, nobody may change them.
        self.sudo().write(
            {
                "bulk_stamped": self.bulk_stamped + tally.stamped,
                "bulk_prototypes": self.bulk_prototypes + tally.prototypes,
                "bulk_ordinary": sum(reasons.values()),
                "bulk_reasons": reasons or False,
            }
        )
