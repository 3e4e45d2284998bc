# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class BankStatementPropose(models.TransientModel):
    """Look for what explains the open lines of bank statements."""

    _name = "bank.statement.propose"
    _description = "Proposals for Bank Statement Lines"

    journal_ids = fields.Many2many(
        "account.journal",
        string="Bank Journals",
        default=lambda self: self._get_default_journals(),
        domain="[('type', '=', 'bank'), ('company_id', 'in', allowed_company_ids)]",
    )

    @api.model
    def _get_default_journals(self):
        """Return the journal that was chosen, or all bank journals at work."""
        chosen = self.env.context.get("journal_id")
        if chosen:
            return self.env["account.journal"].browse(chosen)
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "in", self.env.companies.ids)]
        )

    def action_propose(self):
        """Propose anew, and show what was found."""
        self.ensure_one()
        if not self.journal_ids:
            raise UserError(self.env._("Bank Journals: choose at least one."))
        proposals = self.env["bank.statement.proposal"]._generate(self.journal_ids)
        if not proposals:
            raise UserError(
                self.env._(
                    "Nothing was found for the open lines of these journals. Reconcile "
                    "them by hand, or import settlements first."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_id_bank_statement.bank_statement_proposal_action"
        )
        action["domain"] = [("journal_id", "in", self.journal_ids.ids)]
        return action
