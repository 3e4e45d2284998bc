# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from odoo.addons.server_environment.server_env import serv_config

from .. import const
from ..tools import signature


class PaymentProvider(models.Model):
    _name = "payment.provider"
    _inherit = ["payment.provider", "payment.snap.client"]

    code = fields.Selection(
        selection_add=[("snap", "SNAP Bank")], ondelete={"snap": "set default"}
    )
    snap_bank_id = fields.Many2one(
        "payment.snap.bank",
        string="Bank",
        required_if_provider="snap",
        ondelete="restrict",
    )
    snap_company_code = fields.Char(
        string="Company Code",
        required_if_provider="snap",
        help="What all numbers begin with: partnerServiceId, digits only.",
    )
    snap_partner_id = fields.Char(
        string="Partner ID",
        help="X-PARTNER-ID of our calls; the client ID if empty.",
        copy=False,
    )
    snap_channel_id = fields.Char(
        string="Channel ID",
        size=5,
        help="CHANNEL-ID of our calls; the bank's if empty.",
    )
    snap_client_id = fields.Char(
        string="Client ID", help="Ours at the bank.", groups="base.group_system"
    )
    snap_client_secret = fields.Char(
        string="Client Secret",
        help="Signs our calls to the bank.",
        groups="base.group_system",
    )
    snap_private_key = fields.Text(
        string="Our Private Key",
        help="PEM. The bank has the public key that belongs to it.",
        groups="base.group_system",
    )
    snap_bank_public_key = fields.Text(
        string="The Bank's Public Key",
        help="PEM, key or certificate: checks who asks us for an access token.",
        groups="base.group_system",
    )
    snap_inbound_client_id = fields.Char(
        string="Client ID of the Bank",
        help="The X-CLIENT-KEY with which the bank asks us for an access token.",
        groups="base.group_system",
    )
    snap_inbound_secret = fields.Char(
        string="Secret of the Bank",
        help="Checks the bank's calls to us. We agreed on it with the bank.",
        groups="base.group_system",
    )
    snap_merchant_id = fields.Char(string="Merchant ID", help="For QRIS.")
    snap_store_id = fields.Char(string="Store ID", help="For QRIS.")
    snap_terminal_id = fields.Char(string="Terminal ID", help="For QRIS.")
    snap_va_flow = fields.Selection(related="snap_bank_id.va_flow")
    snap_has_qr = fields.Boolean(related="snap_bank_id.has_qr")
    snap_endpoints = fields.Text(
        string="Our Addresses",
        compute="_compute_snap_endpoints",
        help="What the bank has to know.",
    )

    # === COMPUTE AND CONSTRAINTS === #

    @api.depends("code")
    def _compute_snap_endpoints(self):
        for provider in self:
            paths = const.INBOUND if provider.code == "snap" else ()
            provider.snap_endpoints = "\n".join(
                f"{provider.get_base_url()}{path}" for path in paths
            )

    @api.constrains("snap_company_code")
    def _check_snap_company_code(self):
        for provider in self.filtered("snap_company_code"):
            text = provider.snap_company_code
            if not text.isdigit() or len(text) > 8:
                raise ValidationError(
                    self.env._(
                        "Company Code: %(text)s is none. Use 1 to 8 digits, without "
                        "blanks.",
                        text=text,
                    )
                )

    @api.constrains("snap_private_key", "snap_bank_public_key")
    def _check_snap_keys(self):
        for provider in self:
            for name, load in (
                ("snap_private_key", signature.load_private_key),
                ("snap_bank_public_key", signature.load_public_key),
            ):
                if provider[name]:
                    provider._check_snap_key(name, load)

    def _check_snap_key(self, name, load):
        try:
            load(self[name])
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "%(field)s: this is no RSA key in PEM form. Paste the whole file, "
                    "from BEGIN to END.",
                    field=self._fields[name]._description_string(self.env),
                )
            ) from error

    def _check_required_if_provider(self):
        """Override of `payment`: which keys are needed depends on the bank."""
        result = super()._check_required_if_provider()
        for provider in self:
            if provider.code != "snap" or provider.state == "disabled":
                continue
            missing = [
                provider._fields[name]._description_string(self.env)
                for name in provider._get_snap_required_fields()
                if not provider[name]
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(provider)s cannot work without: %(fields)s. Enter them on "
                        "the tab Credentials, or disable the provider.",
                        provider=provider.name,
                        fields=", ".join(missing),
                    )
                )
        return result

    def _get_snap_required_fields(self):
        """Return the names of the credentials this bank's services need."""
        self.ensure_one()
        bank = self.snap_bank_id
        names = ["snap_bank_public_key"]
        if bank.inbound_signature == "symmetric":
            names += ["snap_inbound_client_id", "snap_inbound_secret"]
        if bank.va_flow == "create" or bank.has_qr or bank.confirm_service != "none":
            names += ["snap_client_id", "snap_client_secret", "snap_private_key"]
        return names

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to offer what the bank offers."""
        providers = super().create(vals_list)
        providers.filtered("snap_bank_id")._sync_snap_bank()
        return providers

    def write(self, vals):
        """Override to offer what the bank offers, with the right prefix."""
        result = super().write(vals)
        if "snap_bank_id" in vals or "snap_company_code" in vals:
            self.filtered("snap_bank_id")._sync_snap_bank()
        return result

    def _sync_snap_bank(self):
        """Bring payment methods and channels in line with bank and company code."""
        for provider in self.filtered(lambda p: p.code == "snap"):
            methods = provider.snap_bank_id.payment_method_id
            if provider.snap_has_qr:
                methods |= self.env.ref("payment.payment_method_qris")
            provider.payment_method_ids = [Command.set(methods.ids)]
            provider._create_default_channels()
            if provider.state != "disabled":
                provider._activate_default_pms()
            numbers = provider.channel_ids.filtered(lambda c: c.kind == "va")
            prefix = provider.snap_company_code or ""
            for channel in numbers:
                # A longer prefix is a sub-company somebody entered.
                if not prefix or not (channel.va_prefix or "").startswith(prefix):
                    channel.va_prefix = prefix

    def _get_reset_values(self):
        """Override of `payment`."""
        if self.code != "snap":
            return super()._get_reset_values()
        return dict.fromkeys(const.SECRET_FIELDS, False)

    # === CONFIGURATION HOOKS === #

    @property
    def _server_env_fields(self):
        """Override of `server_environment`: the keys may come from there."""
        return {**super()._server_env_fields, **{n: {} for n in const.SECRET_FIELDS}}

    def _server_env_section_name(self):
        """Override of `payment_va`: each bank has a section of its own.

        ``[payment_provider.snap.bri]``, or ``[payment_provider.snap.bri.3]`` for the
        company with the id 3.
        """
        if self.code != "snap" or not self.snap_bank_id:
            return super()._server_env_section_name()
        section = f"payment_provider.snap.{self.snap_bank_id.code.lower()}"
        own = f"{section}.{self.company_id.id}"
        return own if own in serv_config else section

    def _get_supported_currencies(self):
        """Override of `payment`: SNAP is rupiah."""
        currencies = super()._get_supported_currencies()
        if self.code != "snap":
            return currencies
        return currencies.filtered(lambda currency: currency.name == "IDR")

    def _get_default_payment_method_codes(self):
        """Override of `payment`."""
        self.ensure_one()
        if self.code != "snap":
            return super()._get_default_payment_method_codes()
        return set(
            self.with_context(active_test=False).payment_method_ids.mapped("code")
        )

    @api.model
    def _get_inbox_codes(self):
        """Override of `payment_va`."""
        return super()._get_inbox_codes() | {"snap"}

    def _get_default_channels(self):
        """Override of `payment_va`: the bank's virtual account, QRIS if it has it."""
        self.ensure_one()
        if self.code != "snap" or not self.snap_bank_id:
            return super()._get_default_channels()
        bank = self.snap_bank_id
        channels = [
            {
                "payment_method": self._get_snap_method_xmlid(),
                "code": "va",
                "kind": "va",
                "allows_fixed": True,
                "va_prefix": self.snap_company_code,
                "va_length": bank.va_length,
            }
        ]
        if bank.has_qr:
            channels.append(
                {
                    "payment_method": "payment.payment_method_qris",
                    "code": "qris",
                    "kind": "qris",
                    "expiry_minutes": 30,
                    "max_amount": 10_000_000,
                }
            )
        return channels

    def _get_snap_method_xmlid(self):
        """Return the XML id of the bank's payment method; made for one made by hand."""
        # As superuser: an XML id is nothing a user creates.
        method = self.snap_bank_id.payment_method_id.sudo()
        return method.export_data(["id"])["datas"][0][0]

    def _build_request_url(self, endpoint, **kwargs):
        """Override of `payment`."""
        if self.code != "snap":
            return super()._build_request_url(endpoint, **kwargs)
        return self._snap_get_host() + endpoint
