# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..tools.collector import COLLECTOR, LogCollector


class AuditlogLog(models.Model):
    _name = "auditlog.log"
    _inherit = ["auditlog.log", "scola.audit.lasting.mixin"]

    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index="btree_not_null",
        help="Of the record that was changed; empty for what is not of one school.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `auditlog`: note the school, so that auditors see only theirs."""
        collector = self.env.context.get(COLLECTOR)
        if isinstance(collector, LogCollector):
            collector.vals_list += vals_list
            return self.browse()
        self._set_companies(vals_list)
        return super().create(vals_list)

    def _set_companies(self, vals_list):
        by_model = {}
        for vals in vals_list:
            if vals.get("model_id") and vals.get("res_id"):
                by_model.setdefault(vals["model_id"], []).append(vals)
        for model_id, found in by_model.items():
            # As superuser: whoever changes a record need not read all about it.
            name = self.env["ir.model"].sudo().browse(model_id).model
            records = self.env[name].sudo().browse(vals["res_id"] for vals in found)
            for vals, record in zip(found, records, strict=True):
                vals["company_id"] = self._get_company_of(record).id

    @api.model
    def _get_company_of(self, record):
        """Return the company whose auditors see the changes of ``record``; a hook.

        :param record: one record of any model, as superuser
        :return: empty where it belongs to no company or to several
        :rtype: res.company
        """
        if record._name == "res.company":
            return record
        if "company_id" in record._fields:
            return record.company_id
        companies = self.env["res.company"].sudo()
        if "company_ids" in record._fields:
            companies = record.company_ids
        return companies if len(companies) == 1 else companies.browse()
