# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import plaintext2html

from ..tools.document import format_rupiah
from ..tools.money import to_decimal

#: What an approval was given for.
FIGURES = {
    "allocation_id",
    "component_id",
    "planned",
    "planned_books",
    "planned_exempt",
}


class BosFundAllocationLine(models.Model):
    """What is planned for a component, and what the journal items say was spent."""

    _name = "bos.fund.allocation.line"
    _description = "BOS Allocation by Component"
    _order = "allocation_id, component_id, id"
    _rec_name = "component_id"

    allocation_id = fields.Many2one(
        "bos.fund.allocation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="allocation_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="allocation_id.currency_id")
    state = fields.Selection(related="allocation_id.state")
    component_id = fields.Many2one(
        "bos.fund.component", required=True, ondelete="restrict"
    )
    planned = fields.Monetary()
    planned_books = fields.Monetary(
        string="Of Which Books", help="Counts toward the floor on books."
    )
    planned_exempt = fields.Monetary(
        string="Of Which Not Counting",
        help="Activities that do not count for the ceiling on maintenance.",
    )
    realised = fields.Monetary(
        compute="_compute_realised", help="Posted journal items of fund and component."
    )
    remaining = fields.Monetary(compute="_compute_realised")
    realised_percent = fields.Float(
        string="Realised (%)", compute="_compute_realised", digits=(16, 2)
    )

    _component_uniq = models.Constraint(
        "UNIQUE(allocation_id, component_id)",
        "Component: it is in the list already. Change its amounts there.",
    )
    _planned_check = models.Constraint(
        "CHECK(planned >= 0 AND planned_books >= 0 AND planned_exempt >= 0 "
        "AND planned_books <= planned AND planned_exempt <= planned)",
        "Planned: enter amounts of 0 or more; books and what does not count are parts "
        "of what is planned.",
    )

    @api.depends("allocation_id", "component_id", "planned")
    def _compute_realised(self):
        rows = self.env["bos.ledger"]._sum_spending(
            self.allocation_id._get_scopes(), ["component_code"]
        )
        found = {(row["scope"], row["component_code"]): row["amount"] for row in rows}
        for line in self:
            key = (line.allocation_id._origin.id, line.component_id.code)
            line.realised = float(found.get(key, 0))
            line.remaining = line.planned - line.realised
            line.realised_percent = (
                line.realised * 100 / line.planned if line.planned else 0
            )

    @api.constrains("component_id")
    def _check_component(self):
        for line in self:
            if line.component_id not in line.allocation_id._get_components():
                raise ValidationError(
                    self.env._(
                        "Component: %(component)s is none of %(regulation)s for this "
                        "fund and period. Choose another one.",
                        component=line.component_id.display_name,
                        regulation=line.allocation_id.regulation_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.allocation_id._check_draft()
        lines._log_changes({})
        return lines

    def write(self, vals):
        """Override of the ORM: drafts only, and each change of a figure is noted."""
        if not vals.keys() & FIGURES:
            return super().write(vals)
        if not self.env.su:
            self.allocation_id._check_draft()
        before = {line.id: line._get_figures() for line in self}
        result = super().write(vals)
        if not self.env.su:
            self.allocation_id._check_draft()
        self._log_changes(before)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        if not self.env.su:
            self.allocation_id._check_draft()

    def _get_figures(self):
        self.ensure_one()
        return (self.planned, self.planned_books, self.planned_exempt)

    def _log_changes(self, before):
        """Note in the chatter of the allocation who changed which figure.

        :param dict before: figures by line; a line that is missing had none
        """
        for allocation, lines in self.grouped("allocation_id").items():
            texts = [
                line._describe_change(before.get(line.id, (0, 0, 0)))
                for line in lines
                if line._get_figures() != before.get(line.id, (0, 0, 0))
            ]
            if texts:
                # As superuser: the note is written for whoever changed the line.
                allocation.sudo()._message_log(body=plaintext2html("\n".join(texts)))

    def _describe_change(self, before):
        self.ensure_one()
        labels = ("planned", "planned_books", "planned_exempt")
        texts = []
        for name, old, new in zip(labels, before, self._get_figures(), strict=True):
            if old != new:
                label = self._fields[name]._description_string(self.env)
                old, new = (format_rupiah(to_decimal(each)) for each in (old, new))
                texts.append(f"{label} {old} → {new}")
        return f"{self.component_id.display_name}: {'; '.join(texts)}"

    def action_view_items(self):
        """Open the journal items that make the realised amount."""
        self.ensure_one()
        _fund, activity = self.env["bos.ledger"]._get_plan_columns()
        # As superuser: the codes of activities are no secret to who sees the line.
        programs = (
            self.env["scola.budget.program"]
            .sudo()
            .with_context(active_test=False)
            .search([("component_code", "=", self.component_id.code)])
        )
        return self.allocation_id._get_items_action(
            self.component_id.display_name,
            [(activity, "in", programs.analytic_account_id.ids)],
        )
