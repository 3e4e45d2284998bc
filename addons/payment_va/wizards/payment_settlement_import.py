# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.payment_treasury_mixin import USER
from ..tools.table import SettlementError

MAX_DAYS = 31


class PaymentSettlementImport(models.TransientModel):
    """Read what a provider settled, from its file or its API."""

    _name = "payment.settlement.import"
    _description = "Import of Settlements"

    provider_id = fields.Many2one(
        "payment.provider",
        required=True,
        domain="[('id', 'in', available_provider_ids)]",
    )
    available_provider_ids = fields.Many2many(
        "payment.provider", compute="_compute_available_provider_ids"
    )
    source = fields.Selection(
        [("file", "File"), ("api", "Ask the provider")], required=True, default="file"
    )
    file = fields.Binary(attachment=False)
    filename = fields.Char()
    date_from = fields.Date(
        default=lambda self: fields.Date.context_today(self) - timedelta(days=7)
    )
    date_to = fields.Date(default=fields.Date.context_today)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_available_provider_ids(self):
        provider_model = self.env["payment.provider"]
        providers = provider_model.search(
            [
                ("code", "in", list(provider_model._get_inbox_codes())),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        self.available_provider_ids = providers

    def action_import(self):
        """Import, match, and show what is new."""
        self.ensure_one()
        self.provider_id.check_access("read")
        settlements = self.env["payment.settlement"]._elevate(USER)
        # As superuser: keys and settings of a provider are not for those who use it.
        provider = self.provider_id.sudo()
        rows = self._read_file(provider) if self.source == "file" else None
        if rows is None:
            rows = self._fetch(provider)
        lines = settlements._import_rows(provider, rows)
        return self._show(rows, lines)

    def _read_file(self, provider):
        if not self.file:
            raise UserError(
                self.env._("File: choose the settlement file of the provider.")
            )
        filename = self.filename or self.env._("the file")
        try:
            return provider._parse_settlement(base64.b64decode(self.file), filename)
        except SettlementError as error:
            raise UserError(self._explain(error)) from error
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(file)s: %(reason)s. Export it again from the provider, without "
                    "changing it.",
                    file=filename,
                    reason=error,
                )
            ) from error

    def _explain(self, error):
        """Return what is wrong with a file and what to do about it.

        :param SettlementError error:
        :rtype: str
        """
        values = {
            "file": error.filename,
            "row": error.row,
            "column": error.column,
            "value": error.value,
        }
        return {
            "size": self.env._(
                "%(file)s is larger than %(value)s. Export fewer days at a time.",
                **values,
            ),
            "rows": self.env._(
                "%(file)s has more than %(value)s rows. Export fewer days at a time.",
                **values,
            ),
            "old_excel": self.env._(
                "%(file)s is of an old Excel. Save it as XLSX or CSV.", **values
            ),
            "format": self.env._(
                "%(file)s is no table. Choose a CSV or XLSX file.", **values
            ),
            "header": self.env._(
                "%(file)s: no row with the names of the columns was found. Export it "
                "with headers.",
                **values,
            ),
            "column": self.env._(
                "%(file)s has no column for %(column)s. Name it on the provider under "
                "Columns of the Settlement File.",
                **values,
            ),
            "amount": self.env._(
                "%(file)s, row %(row)s, %(column)s: %(value)s is no amount. Correct "
                "the cell, or export the file again.",
                **values,
            ),
            "time": self.env._(
                "%(file)s, row %(row)s, %(column)s: %(value)s is no date. Correct the "
                "cell, or export the file again.",
                **values,
            ),
            "row": self.env._(
                "%(file)s, row %(row)s does not add up: %(value)s. Name the columns on "
                "the provider under Columns of the Settlement File.",
                **values,
            ),
        }[error.reason]

    def _fetch(self, provider):
        days = (self.date_to - self.date_from).days
        if not 0 <= days < MAX_DAYS:
            raise UserError(
                self.env._(
                    "Dates: choose a period of 1 to %(days)s days.", days=MAX_DAYS
                )
            )
        rows = provider._fetch_settlement(self.date_from, self.date_to)
        if rows is None:
            raise UserError(
                self.env._(
                    "%(provider)s cannot be asked for settlements. Import its file.",
                    provider=provider.name,
                )
            )
        return rows

    def _show(self, rows, lines):
        """Say how much was new, and open its settlements."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payment_va.payment_settlement_action"
        )
        if lines:
            action["domain"] = [("id", "in", lines.settlement_id.ids)]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if lines else "info",
                "message": self.env._(
                    "%(new)s new lines of %(all)s.", new=len(lines), all=len(rows)
                ),
                "next": action,
            },
        }
