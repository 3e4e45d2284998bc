# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import format_date

from ..tools.document import Signature

#: The forms are official: they are printed in the language of the state if it is there.
FORM_LANG = "id_ID"


class BosDocumentMixin(models.AbstractModel):
    """A record that is printed as a form, on XLSX and on PDF alike."""

    _name = "bos.document.mixin"
    _description = "Printable BOS Form"

    def _get_printable(self):
        """Return the form in the language of the forms.

        :rtype: Document
        """
        self.ensure_one()
        # As superuser: only which languages are installed is read.
        installed = dict(self.sudo().env["res.lang"].get_installed())
        if FORM_LANG in installed:
            self = self.with_context(lang=FORM_LANG)
        return self._get_document()

    def _get_document(self):
        """Build the form. To be extended.

        :rtype: Document
        """
        raise NotImplementedError(self._name)

    def _get_head(self, company):
        """Return what stands below the title, as pairs of label and value."""
        # As superuser: the letterhead shows the school whoever prints it.
        company = company.sudo()
        return (
            (self.env._("School"), company.name),
            (self.env._("NPSN"), company.npsn or ""),
            (self.env._("Address"), self._get_address(company)),
        )

    def _get_address(self, company):
        """Return street, town and province in one line."""
        parts = (company.street, company.city, company.state_id.name)
        return ", ".join(filter(None, parts))

    def _get_signatures(self, setting):
        """Return principal and treasurer as they sign the forms."""
        return (
            Signature(
                self.env._("Principal"),
                setting.principal_name or "",
                self._get_number(setting.principal_number),
            ),
            Signature(
                self.env._("Treasurer"),
                setting.treasurer_name or "",
                self._get_number(setting.treasurer_number),
            ),
        )

    def _get_number(self, number):
        """Return the number of a signatory as it is printed below the name."""
        return self.env._("NIP/NUPTK %s", number) if number else ""

    def _get_place(self, company, day):
        """Return place and date above the signatures."""
        # As superuser: the letterhead shows the school whoever prints it.
        city = company.sudo().city
        written = format_date(self.env, day, date_format="d MMMM yyyy")
        return ", ".join(filter(None, (city, written)))

    def _format_day(self, day):
        return fields.Date.to_date(day).strftime("%d-%m-%Y")
