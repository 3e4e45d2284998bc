# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ScolaFeeComponent(models.Model):
    _name = "scola.fee.component"
    _description = "Fee Component"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="A school, or the foundation to share it among its schools.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        help="Carries the taxes, none by default: education is exempt from VAT.",
    )
    income_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain=[
            ("account_type", "in", ("income", "income_other", "liability_current"))
        ],
        tracking=True,
        help="Credited with the gross fee.",
    )
    discount_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        tracking=True,
        help="Contra-revenue account debited with scholarships, if a scholarship names"
        " none itself.",
    )
    cost_type = fields.Selection(
        [
            ("unit_investment", "Education unit: investment"),
            ("unit_personnel", "Education unit: operation, personnel"),
            ("unit_non_personnel", "Education unit: operation, other"),
            ("management", "Organisation and management"),
            ("personal", "Personal cost of the student"),
        ],
        required=True,
        default="unit_non_personnel",
        help="Type of cost after Government Regulation PP 48/2008.",
    )
    nature = fields.Selection(
        [("levy", "Levy (obligatory)"), ("donation", "Donation (voluntary)")],
        required=True,
        default="levy",
        tracking=True,
        help="A donation is never due, never in arrears and blocks nothing"
        " (Permendikbud 75/2016).",
    )
    refundable = fields.Boolean(help="Given back in part when a student leaves.")
    discountable = fields.Boolean(default=True, help="Scholarships may lower it.")

    _code_uniq = models.Constraint(
        "UNIQUE(company_id, code)", "Code: another component of this school has it."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("product_id"):
                vals["product_id"] = self._create_product(vals).id
        return super().create(vals_list)

    @api.constrains("nature")
    def _check_nature(self):
        for component in self:
            lines = self.env["scola.fee.template.line"].search(
                [("component_id", "=", component.id)]
            )
            lines.template_id._check_one_nature()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.env["scola.fee.template.line"].search_count(
            [("component_id", "in", self.ids)], limit=1
        ):
            raise ValidationError(
                self.env._("A component in a fee template stays: archive it instead.")
            )

    def _create_product(self, vals):
        # As superuser: whoever may define fees need not manage the product catalogue.
        Product = self.env["product.product"].sudo()
        product = Product.create(self._prepare_product_vals(vals))
        # Emptied only now, for Odoo adds the default taxes of the other companies to a
        # new product whatever it was created with.
        product.write({"taxes_id": [(5, 0, 0)], "supplier_taxes_id": [(5, 0, 0)]})
        return product

    def _prepare_product_vals(self, vals):
        """Return the values of the product made for a new component.

        It carries no taxes: the Indonesian chart puts 12 % VAT on every new product,
        and education is exempt (Law on VAT, article 16B).

        :param dict vals: of the component
        :rtype: dict
        """
        return {
            "name": vals.get("name"),
            "default_code": vals.get("code"),
            "type": "service",
            "sale_ok": False,
            "purchase_ok": False,
        }

    def _get_taxes(self, company):
        """Return the sales taxes of ``company`` on this component, usually none."""
        taxes = self.sudo().product_id.taxes_id
        return taxes.filtered_domain(taxes._check_company_domain(company))
