# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError


class BosApprovalMixin(models.AbstractModel):
    """What the treasurer makes and the principal approves: never the same person."""

    _name = "bos.approval.mixin"
    _description = "Four Eyes on BOS Documents"

    #: Fields that are written by the buttons only.
    _action_fields = ()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_action_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_action_fields(vals)
        return super().write(vals)

    def _check_action_fields(self, vals):
        """Refuse to pretend an approval: only the buttons say that there was one."""
        touched = vals.keys() & set(self._action_fields)
        if touched and not self.env.su:
            names = ", ".join(
                sorted(
                    self._fields[name]._description_string(self.env) for name in touched
                )
            )
            raise AccessError(
                self.env._(
                    "%(fields)s: use the buttons of the document; it can't be set by "
                    "hand.",
                    fields=names,
                )
            )

    def _check_treasurer(self):
        """Refuse who does not keep the books of BOS."""
        self.check_access("write")
        self._check_group("scola_school.group_treasurer")

    def _check_approver(self):
        """Refuse who is not the principal, or had a hand in the document."""
        self.check_access("read")
        self._check_group("scola_school.group_principal")
        for record in self:
            if self.env.user in record._get_authors():
                raise UserError(
                    self.env._(
                        "%(document)s: who entered or confirmed it can't approve it. "
                        "Ask another principal.",
                        document=record.display_name,
                    )
                )

    def _check_group(self, group):
        if not (self.env.su or self.env.user.has_group(group)):
            # As superuser: only the name of the group is read, for the message.
            name = self.env.ref(group).sudo().name
            raise AccessError(
                self.env._(
                    "This needs the role %s. Ask somebody who has it, or the "
                    "administrator for the role.",
                    name,
                )
            )

    def _get_authors(self):
        """Return the users who may not approve the document.

        :rtype: res.users
        """
        self.ensure_one()
        return self.create_uid
