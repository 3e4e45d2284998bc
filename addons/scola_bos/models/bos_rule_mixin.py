# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class BosRuleMixin(models.AbstractModel):
    """A rule of a regulation: where it is written, and whether we read it there.

    A rule that was not read in the regulation itself warns and never blocks.
    """

    _name = "bos.rule.mixin"
    _description = "Rule of a BOS Regulation"
    _inherit = ["mail.thread"]

    regulation_id = fields.Many2one(
        "bos.regulation", required=True, index=True, ondelete="cascade"
    )
    article = fields.Char(
        string="Legal Source",
        translate=True,
        tracking=True,
        help="Article and paragraph, named in messages.",
    )
    is_verified = fields.Boolean(
        string="Verified",
        tracking=True,
        help="Read in the text of the regulation. Only verified rules block; others "
        "warn.",
    )
    source = fields.Text(
        string="Where We Have It From",
        translate=True,
        tracking=True,
        help="Publication this rule was taken from and what remains to be checked.",
    )

    def _get_legal_name(self):
        """Return the regulation and article, with a mark where it is not verified."""
        self.ensure_one()
        name = ", ".join(filter(None, (self.regulation_id.name, self.article)))
        return name if self.is_verified else self.env._("%s (unverified)", name)
