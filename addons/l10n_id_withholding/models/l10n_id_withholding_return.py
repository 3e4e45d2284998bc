# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_amount

from ..const import KINDS
from ..tools.identity import clean_billing, clean_ntpn
from ..tools.periods import month_end, month_start

#: Only filing and reopening change these.
STATE_FIELDS = {"state", "revision", "filed_date", "filed_user_id"}
#: Said in the context by filing and reopening. A client has no such object to send.
FILING = object()
#: What may be noted on a filed return; its slips look after themselves.
OPEN_FIELDS = {"note", "slip_ids"}


class L10nIdWithholdingReturn(models.Model):
    """What a company withheld of one kind in one month, and how it was filed."""

    _name = "l10n_id.withholding.return"
    _description = "Withholding Tax Return"
    _inherit = ["mail.thread"]
    _order = "period desc, kind, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, tracking=True)
    period = fields.Date(
        string="Month",
        required=True,
        tracking=True,
        default=lambda self: self._default_period(),
        help="Any day of the month; the first one is kept.",
    )
    period_end = fields.Date(compute="_compute_period_end")
    state = fields.Selection(
        [("draft", "Draft"), ("filed", "Filed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    revision = fields.Integer(
        readonly=True,
        copy=False,
        tracking=True,
        help="How often the return was opened again (pembetulan).",
    )
    billing_code = fields.Char(copy=False, tracking=True, help="15 digits.")
    ntpn = fields.Char(
        string="NTPN",
        copy=False,
        tracking=True,
        help="The treasury's receipt number, 16 letters and digits.",
    )
    payment_move_id = fields.Many2one(
        "account.move",
        string="Payment Entry",
        check_company=True,
        domain="[('state', '=', 'posted'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        copy=False,
        tracking=True,
        help="The entry by which the tax was paid to the treasury.",
    )
    filed_date = fields.Date(readonly=True, copy=False, tracking=True)
    filed_user_id = fields.Many2one("res.users", "Filed by", readonly=True, copy=False)
    note = fields.Text()
    slip_ids = fields.One2many(
        "l10n_id.withholding.slip", "return_id", string="Slips", copy=False
    )
    correction_ids = fields.One2many(
        "l10n_id.withholding.correction",
        "return_id",
        string="Corrections",
        help="Posted, changed or taken back after the return was filed.",
    )
    slip_count = fields.Integer(compute="_compute_totals")
    base_total = fields.Monetary(compute="_compute_totals")
    tax_total = fields.Monetary(string="Tax", compute="_compute_totals")
    correction_tax = fields.Monetary(
        string="Posted Late", compute="_compute_correction_tax"
    )
    warning = fields.Text(compute="_compute_warning")

    _company_kind_period_unique = models.Constraint(
        "UNIQUE(company_id, kind, period)",
        "There is a return of this kind for the month. Open that one.",
    )
    _period_is_month = models.Constraint(
        "CHECK(EXTRACT(DAY FROM period) = 1)", "Month: keep the first day of a month."
    )
    _filed_has_day = models.Constraint(
        "CHECK(state <> 'filed' OR filed_date IS NOT NULL)",
        "A filed return has the day it was filed on. File it with the button.",
    )

    @api.model
    def _default_period(self):
        """Return the month before: returns are filed after it ended."""
        first = month_start(fields.Date.context_today(self))
        return month_start(date.fromordinal(first.toordinal() - 1))

    # === COMPUTE METHODS === #

    @api.depends("kind", "period")
    def _compute_name(self):
        kinds = dict(KINDS)
        for record in self:
            month = record.period and record.period.strftime("%Y-%m")
            record.name = f"{kinds.get(record.kind, '')} {month or ''}".strip()

    @api.depends("period")
    def _compute_period_end(self):
        for record in self:
            record.period_end = record.period and month_end(record.period)

    @api.depends("slip_ids.base", "slip_ids.tax_amount")
    def _compute_totals(self):
        groups = self.env["l10n_id.withholding.slip"]._read_group(
            [("return_id", "in", self.ids)],
            ["return_id"],
            ["__count", "base:sum", "tax_amount:sum"],
        )
        totals = {record.id: values for record, *values in groups}
        for record in self:
            values = totals.get(record.id, (0, 0, 0))
            record.slip_count, record.base_total, record.tax_total = values

    @api.depends("state", "slip_ids.tax_amount")
    def _compute_correction_tax(self):
        groups = self.env["l10n_id.withholding.correction"]._read_group(
            [("return_id", "in", self.ids)], ["return_id"], ["tax_difference:sum"]
        )
        totals = {record.id: total for record, total in groups}
        for record in self:
            record.correction_tax = totals.get(record.id, 0)

    @api.depends("slip_ids", "state", "payment_move_id")
    def _compute_warning(self):
        for record in self:
            record.warning = "\n".join(record._get_warnings()) or False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_vals(vals) for vals in vals_list])

    def write(self, vals):
        if self.env.context.get("withholding_state") is not FILING:
            vals = self._prepare_vals(vals)
            if set(vals) - OPEN_FIELDS - self._get_thread_fields():
                self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self._check_open()
        if self.slip_ids.filtered("number"):
            raise UserError(
                self.env._(
                    "A return that was filed once can't be deleted. Refresh it and "
                    "file it again."
                )
            )

    @api.model
    def _prepare_vals(self, vals):
        """Return values with the first day of the month and clean numbers.

        What filing sets is dropped: it has to go through the button.
        """
        vals = {name: vals[name] for name in vals if name not in STATE_FIELDS}
        if vals.get("period"):
            vals["period"] = month_start(fields.Date.to_date(vals["period"]))
        for name, clean in (("ntpn", clean_ntpn), ("billing_code", clean_billing)):
            if vals.get(name):
                vals[name] = clean(vals[name]) or vals[name]
        return vals

    @api.model
    def _get_thread_fields(self):
        """Return what the chatter writes, which is open at any time."""
        return set(self.env["mail.thread"]._fields)

    @api.constrains("ntpn", "billing_code")
    def _check_numbers(self):
        for record in self:
            if record.ntpn and not clean_ntpn(record.ntpn):
                raise ValidationError(
                    self.env._(
                        "NTPN: %(number)s does not have 16 letters and digits. Copy it "
                        "from the receipt of the payment.",
                        number=record.ntpn,
                    )
                )
            if record.billing_code and not clean_billing(record.billing_code):
                raise ValidationError(
                    self.env._(
                        "Billing Code: %(number)s does not have 15 digits. Copy it "
                        "from Coretax.",
                        number=record.billing_code,
                    )
                )

    def _check_open(self):
        """Refuse a change of what was filed."""
        filed = self.filtered(lambda record: record.state == "filed")
        if filed:
            raise UserError(
                self.env._(
                    "%(name)s is filed. To change it, an accounting administrator "
                    "presses Open Again.",
                    name=", ".join(filed.mapped("name")),
                )
            )

    # === ACTIONS === #

    def action_refresh(self):
        """Make the slips of drafts anew from the posted entries of the month.

        A slip that has a number keeps it, also when nothing is left of it.
        """
        self.check_access("write")
        self._check_open()
        for record in self:
            record._refresh_slips()

    def action_file(self):
        """Refresh, number and lock: from now on differences are corrections."""
        self.check_access("write")
        for record in self:
            record._check_open()
            record._refresh_slips()
            record._check_can_file()
            record._number_slips()
            record._set_state(
                {
                    "state": "filed",
                    "filed_date": fields.Date.context_today(record),
                    "filed_user_id": self.env.uid,
                }
            )

    def action_reopen(self):
        """Open a filed return for a correction (pembetulan); for administrators."""
        self.check_access("write")
        if not self.env.user.has_group("account.group_account_manager"):
            raise UserError(
                self.env._("Only an accounting administrator opens a filed return.")
            )
        for record in self.filtered(lambda record: record.state == "filed"):
            record._set_state(
                {"state": "draft", "revision": record.revision + 1, "filed_date": False}
            )

    def action_open_corrections(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrections"),
            "res_model": "l10n_id.withholding.correction",
            "view_mode": "list",
            "domain": [("return_id", "=", self.id)],
        }

    def _set_state(self, vals):
        """Write what `write` takes from nobody else."""
        self.with_context(withholding_state=FILING).write(vals)

    # === SLIPS === #

    def _refresh_slips(self):
        self.ensure_one()
        existing = {slip._get_key(): slip for slip in self.slip_ids}
        new_values = []
        for item in self._get_items():
            values = self._prepare_slip(item)
            slip = existing.pop(self._get_item_key(item), None)
            if slip:
                slip.write(values)
            else:
                new_values.append(values)
        self.env["l10n_id.withholding.slip"].create(new_values)
        gone = self.env["l10n_id.withholding.slip"].union(*existing.values())
        gone.filtered("number").write({"base": 0, "tax_amount": 0})
        gone.filtered(lambda slip: not slip.number).unlink()

    def _get_items(self):
        """Return what the books withheld in the month, oldest first."""
        return self.env["l10n_id.withholding.item"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", self.kind),
                ("period", "=", self.period),
            ],
            order="date, id",
        )

    def _get_item_key(self, item):
        return item.move_id.id, item.tax_id.id, item.partner_id.id

    def _prepare_slip(self, item):
        """Return the values of the slip of an item of the books; a hook."""
        vendor = item.partner_id.commercial_partner_id
        move = item.move_id
        return {
            "return_id": self.id,
            "partner_id": item.partner_id.id,
            "tin": vendor._l10n_id_get_tin() if vendor else False,
            "place_of_business": (
                vendor._l10n_id_get_place_of_business() if vendor else False
            ),
            "tax_id": item.tax_id.id,
            "object_id": item.object_id.id,
            "rate": item.rate,
            "base": item.base,
            "tax_amount": item.tax_amount,
            "move_id": move.id,
            "move_name": move.name,
            "document_number": move.ref or move.name,
            "document_date": move.invoice_date or move.date,
            "date": item.date,
        }

    def _number_slips(self):
        """Number what has no number yet, after the last one given."""
        self.ensure_one()
        numbers = [int(s.number.rsplit("/", 1)[1]) for s in self.slip_ids if s.number]
        new_slips = self.slip_ids.filtered(lambda slip: not slip.number).sorted(
            lambda slip: (slip.date, slip.id)
        )
        prefix = f"{self.kind.upper()}/{self.period:%Y/%m}"
        for index, slip in enumerate(new_slips, start=max(numbers, default=0) + 1):
            slip.number = f"{prefix}/{index:04d}"

    # === CHECKS === #

    def _check_can_file(self):
        self.ensure_one()
        missing = self.slip_ids.filtered(lambda slip: not slip.object_id)
        if missing:
            raise UserError(
                self.env._(
                    "Tax Object: %(taxes)s have none. Set it on the tax, then file "
                    "again.",
                    taxes=", ".join(missing.tax_id.mapped("name")),
                )
            )
        if self.tax_total > 0 and not (self.ntpn and self.payment_move_id):
            raise UserError(
                self.env._(
                    "%(name)s: enter the NTPN and the Payment Entry of %(amount)s "
                    "before filing.",
                    name=self.name,
                    amount=format_amount(self.env, self.tax_total, self.currency_id),
                )
            )
        if self.payment_move_id and self.payment_move_id.state != "posted":
            raise UserError(
                self.env._(
                    "Payment Entry: %(move)s is not posted. Post it or choose another.",
                    move=self.payment_move_id.display_name,
                )
            )

    def _get_warnings(self):
        """Return what to look at before filing, as sentences; a hook."""
        self.ensure_one()
        if self.state == "filed":
            return []
        warnings = self._get_vendor_warnings()
        for tax_object in self.slip_ids.object_id:
            warnings += tax_object._get_warnings(self.period)
        paid = self._get_paid_amount()
        if self.payment_move_id and paid != self.tax_total:
            warnings.append(
                self.env._(
                    "The payment entry settles %(paid)s of this tax, the slips come to "
                    "%(total)s.",
                    paid=format_amount(self.env, paid, self.currency_id),
                    total=format_amount(self.env, self.tax_total, self.currency_id),
                )
            )
        return warnings

    def _get_vendor_warnings(self):
        unknown = self.slip_ids.filtered(lambda slip: not slip.tin).partner_id
        cheap = self.slip_ids.filtered(
            lambda slip: (
                slip.tax_id.withholding_no_npwp_tax_id
                and slip.partner_id.commercial_partner_id._l10n_id_lacks_npwp(self.kind)
            )
        ).partner_id
        warnings = []
        if unknown:
            warnings.append(
                self.env._(
                    "Without NPWP and NIK, which Coretax asks for: %(vendors)s.",
                    vendors=", ".join(unknown.mapped("display_name")),
                )
            )
        if cheap:
            warnings.append(
                self.env._(
                    "Withheld at the ordinary rate without NPWP: %(vendors)s.",
                    vendors=", ".join(cheap.mapped("display_name")),
                )
            )
        return warnings

    def _get_paid_amount(self):
        """Return what the payment entry took off the accounts of the slips' taxes."""
        accounts = self.slip_ids.tax_id.invoice_repartition_line_ids.account_id
        lines = self.payment_move_id.line_ids.filtered(
            lambda line: line.account_id in accounts
        )
        return sum(lines.mapped("balance"))

    # === PRINTING === #

    def _get_payer(self):
        """Return who files: the company if it has an NPWP, else its head office.

        :rtype: res.partner
        """
        self.ensure_one()
        # As superuser: who ticked a branch only may not read the head office.
        company = self.company_id.sudo()
        return (company if company.vat else company.root_id).partner_id

    def _get_report_base_filename(self):
        """Return the name of the file that is printed."""
        self.ensure_one()
        return f"{self.name} {self.company_id.name}".replace("/", "-")
