# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class BosRelaxation(models.Model):
    """A school's exception from a ceiling or floor, with the letter that grants it."""

    _name = "bos.relaxation"
    _description = "Relaxation of a BOS Limit"
    _inherit = ["bos.approval.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "year desc, id desc"
    _rec_name = "letter_number"
    _check_company_auto = True
    _action_fields = ("state", "approved_by")

    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
    )
    year = fields.Integer(
        required=True,
        default=lambda self: self.env.company._scola_today().year,
        tracking=True,
    )
    limit_id = fields.Many2one(
        "bos.regulation.limit", required=True, ondelete="restrict", tracking=True
    )
    percent = fields.Float(
        string="Relaxed Limit (%)", digits=(5, 2), required=True, tracking=True
    )
    reason = fields.Text(required=True, tracking=True)
    letter_number = fields.Char(
        required=True, tracking=True, help="Letter of the authority that allows it."
    )
    letter_date = fields.Date(tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved")],
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        tracking=True,
    )
    approved_by = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)

    _limit_uniq = models.Constraint(
        "UNIQUE(company_id, year, limit_id)",
        "Limit: the school has a relaxation of it for this year already. Change that "
        "one.",
    )
    _percent_check = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100)",
        "Relaxed Limit: enter a percentage from 0 to 100.",
    )

    @api.constrains("percent", "limit_id")
    def _check_is_relaxed(self):
        for relaxation in self:
            limit = relaxation.limit_id
            stricter = (
                relaxation.percent < limit.percent
                if limit.sense == "max"
                else relaxation.percent > limit.percent
            )
            if stricter:
                raise ValidationError(
                    self.env._(
                        "Relaxed Limit: %(percent)s %% is stricter than the "
                        "regulation's %(limit)s %%. Enter the percentage that the "
                        "letter allows.",
                        percent=relaxation.percent,
                        limit=limit.percent,
                    )
                )

    def write(self, vals):
        if not self.env.su and any(line.state != "draft" for line in self):
            raise UserError(
                self.env._(
                    "State: an approved relaxation can't be changed. Ask the principal "
                    "to reset it to draft."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        if any(relaxation.state != "draft" for relaxation in self):
            raise UserError(
                self.env._(
                    "State: an approved relaxation is kept for the auditor. Reset it "
                    "to draft first."
                )
            )

    def action_approve(self):
        """Let the relaxation take effect; by the principal."""
        self._check_approver()
        # As superuser: the principal approves and changes nothing else.
        self.sudo().write({"state": "approved", "approved_by": self.env.uid})

    def action_draft(self):
        """Take the relaxation back; by the principal."""
        self.check_access("read")
        self._check_group("scola_school.group_principal")
        # As superuser: the principal takes it back and changes nothing else.
        self.sudo().write({"state": "draft", "approved_by": False})

    @api.model
    def _get_approved(self, companies, years):
        """Return the approved relaxations by (company id, year, limit id).

        :rtype: dict[tuple, bos.relaxation]
        """
        found = self.search(
            [
                ("company_id", "in", companies.ids),
                ("year", "in", list(years)),
                ("state", "=", "approved"),
            ]
        )
        return {
            (item.company_id.id, item.year, item.limit_id.id): item for item in found
        }
