# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools.faults import Faults


class PaymentSimulatorFault(models.Model):
    """What goes wrong at one make-believe provider, on request."""

    _name = "payment.simulator.fault"
    _description = "Payment Simulator Fault"
    _rec_name = "code"

    code = fields.Selection(
        [("midtrans", "Midtrans"), ("xendit", "Xendit"), ("snap", "SNAP")],
        required=True,
        readonly=True,
    )
    delay = fields.Integer(help="Seconds between an event and its notice.")
    duplicates = fields.Integer(help="How often each notice comes again.")
    reorder = fields.Boolean(
        help="The newest notice of an order overtakes the one before."
    )
    drop = fields.Integer(help="How many of the next notices get lost.")
    error_first = fields.Integer(
        string="500 First", help="How many of our next calls are answered with 500."
    )

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "The faults of this provider are there already."
    )
    _not_negative = models.Constraint(
        "CHECK(delay BETWEEN 0 AND 3600 AND duplicates BETWEEN 0 AND 20"
        " AND drop BETWEEN 0 AND 1000 AND error_first BETWEEN 0 AND 1000)",
        "Faults: use 0 or more; at most 3600 seconds, 20 duplicates, 1000 others.",
    )

    @api.model
    def _get(self, code):
        """Return the faults of a provider, all off where nobody asked for any."""
        return self.search([("code", "=", code)]) or self.create({"code": code})

    def _is_on(self):
        """Return whether anything goes wrong."""
        self.ensure_one()
        return self.error_first > 0 or self._get_faults() != Faults()

    def _get_faults(self):
        """Return them as plain values."""
        self.ensure_one()
        return Faults(self.delay, self.duplicates, self.reorder, self.drop)

    def _take_error(self):
        """Return whether the call that is being answered fails, and count it."""
        self.ensure_one()
        if not self.error_first:
            return False
        self.error_first -= 1
        return True

    def _take_drop(self):
        """Count a notice that gets lost."""
        self.ensure_one()
        self.drop = max(self.drop - 1, 0)

    @api.model
    def _set(self, values):
        """Ask for faults.

        :param dict values: ``code`` and any of the fields; texts are read as numbers
        """
        fault = self._get(values["code"])
        numbers = ("delay", "duplicates", "drop", "error_first")
        vals = {name: int(values[name] or 0) for name in numbers if name in values}
        if "reorder" in values:
            vals["reorder"] = values["reorder"] in (True, 1, "1", "on", "true")
        fault.write(vals)
        return fault
