# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Methods that log what they change, in the place of those of a watched model.

Those of `auditlog` read every field of the records, before and after, with an empty
cache: loading a chart of accounts took ten times as long. These read what was written,
and what a new record holds that is not worked out from something else.
"""

from odoo import api


def make_create():
    """Return a ``create`` that logs, to be put on top of ``create.origin``."""

    @api.model_create_multi
    def create(self, vals_list, **kwargs):
        given = set().union(*vals_list)
        records = create.origin(self, vals_list, **kwargs)
        names = [
            name
            for name in _get_names(self)
            if name in given or not self._fields[name].compute
        ]
        _log(records, "create", None, _read(records, names))
        return records

    return create


def make_write():
    """Return a ``write`` that logs, to be put on top of ``write.origin``."""

    def write(self, vals, **kwargs):
        # Records that a form works on are not in the database, and have no trail.
        records = self.browse(self._ids if all(self._ids) else ())
        names = [name for name in _get_names(self) if name in vals]
        before = _read(records, names)
        result = write.origin(self, vals, **kwargs)
        if before:
            _log(records, "write", before, _read(records, names))
        return result

    return write


def _get_names(records):
    return records.env["auditlog.rule"].get_auditlog_fields(records)


def _read(records, names):
    """Return the values of the records by their id; nothing without names."""
    if not (records and names):
        return {}
    # As superuser: who may change a field need not be one who may read all of it.
    return {values["id"]: values for values in records.sudo().read(names)}


def _log(records, method, before, after):
    env = records.env
    # As superuser: whoever changes something cannot write into the trail.
    env["auditlog.rule"].sudo().create_logs(
        env.uid, records._name, records.ids, method, before, after, {"log_type": "full"}
    )
