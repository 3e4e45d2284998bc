# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BosRegulationProhibition(models.Model):
    """Something BOS money must not be spent on; a hit is a hint, never a proof."""

    _name = "bos.regulation.prohibition"
    _description = "Prohibited BOS Spending"
    _inherit = ["bos.rule.mixin"]
    _order = "regulation_id, id"

    name = fields.Char(required=True, translate=True)
    activity_prefix = fields.Char(
        string="Activity", help="Activities whose code begins so are named."
    )
    spending_code_prefix = fields.Char(
        string="Spending Code", help="Spending under codes that begin so is named."
    )
    words = fields.Char(
        help="Spending whose description has one of these words, parted by commas, is "
        "named."
    )

    @api.constrains("activity_prefix", "spending_code_prefix", "words")
    def _check_pattern(self):
        for rule in self:
            if not (rule.activity_prefix or rule.spending_code_prefix or rule.words):
                raise ValidationError(
                    self.env._(
                        "Activity / Spending Code / Words: %s needs one of them, to "
                        "recognise the spending.",
                        rule.name,
                    )
                )

    def _matches(self, activity_code, spending_code, text):
        """Return whether a line of spending looks like what is prohibited.

        :param str activity_code: code of the activity, or ""
        :param str spending_code: spending code, or ""
        :param str text: description
        :rtype: bool
        """
        self.ensure_one()
        text = (text or "").lower()
        words = [word.strip().lower() for word in (self.words or "").split(",")]
        return bool(
            (self.activity_prefix and activity_code.startswith(self.activity_prefix))
            or (
                self.spending_code_prefix
                and spending_code.startswith(self.spending_code_prefix)
            )
            or any(word and word in text for word in words)
        )
