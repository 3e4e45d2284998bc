# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..const import REQUEST


class TierReview(models.Model):
    _inherit = "tier.review"

    on_behalf_id = fields.Many2one("res.users", string="On Behalf of", readonly=True)
    done_text = fields.Char(string="Decided by", compute="_compute_done_text")

    status_text = fields.Char(string="Outcome", compute="_compute_status_text")

    @api.depends("status")
    def _compute_status_text(self):
        texts = {
            "waiting": self.env._("Not yet"),
            "pending": self.env._("Waiting"),
            "approved": self.env._("Approved"),
            "rejected": self.env._("Rejected"),
            "cancel": self.env._("Not asked any more"),
        }
        for review in self:
            review.status_text = texts.get(review.status)

    @api.depends("done_by", "on_behalf_id")
    def _compute_done_text(self):
        for review in self:
            name = review.done_by.name or ""
            if review.on_behalf_id and review.on_behalf_id != review.done_by:
                name = self.env._(
                    "%(delegate)s on behalf of %(delegator)s",
                    delegate=name,
                    delegator=review.on_behalf_id.name,
                )
            review.done_text = name

    # Every employee may write reviews; those of payments only come about by our own
    # methods, which check whose turn it is and then go on as superuser.

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        reviews._check_own_way()
        return reviews

    def write(self, vals):
        self._check_own_way()
        result = super().write(vals)
        self._check_own_way()
        return result

    def unlink(self):
        self._check_own_way()
        return super().unlink()

    def _check_own_way(self):
        # As superuser: somebody could hide a review from himself.
        if not self.env.su and REQUEST in self.sudo().mapped("model"):
            raise AccessError(
                self.env._(
                    "Reviews of payments are not edited. Approve or reject the request."
                )
            )

    def _update_review_status(self):
        requests = self.filtered(lambda review: review.model == REQUEST)
        # As superuser: whose level is next follows from the reviews alone.
        super(TierReview, requests.sudo())._update_review_status()
        return super(TierReview, self - requests)._update_review_status()
