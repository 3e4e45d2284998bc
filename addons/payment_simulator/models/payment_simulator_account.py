# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.production import KEYS
from ..tools.signing import get_public_key, new_key_pair, new_secret, same

#: The providers that ``_setup`` connects: code, and profile of a SNAP bank. BRI keeps
#: our numbers and tells of payments; BCA asks us what a number owes.
PLAYED = (("midtrans", None), ("xendit", None), ("snap", "BRI"), ("snap", "BCA"))
#: Company codes of our make-believe contracts.
COMPANY_CODES = {"BRI": "26215", "BCA": "39358"}


class PaymentSimulatorAccount(models.Model):
    """A merchant's account at a make-believe provider, as that provider knows it.

    The keys are the provider's own copy: when ours are changed, it refuses us.
    """

    _name = "payment.simulator.account"
    _description = "Payment Simulator Account"
    _order = "id"
    _rec_name = "provider_id"

    provider_id = fields.Many2one(
        "payment.provider", required=True, ondelete="cascade", readonly=True
    )
    code = fields.Selection(related="provider_id.code", store=True, index=True)
    company_id = fields.Many2one(related="provider_id.company_id", store=True)
    callback_url = fields.Char(
        required=True,
        help="Where notices go: the address of this Odoo, no path.",
    )
    # Midtrans and Xendit
    server_key = fields.Char(groups="base.group_system", copy=False)
    callback_token = fields.Char(groups="base.group_system", copy=False)
    # SNAP: the bank's side
    bank = fields.Char(help="Short name of the bank in the address, such as bri.")
    client_id = fields.Char(
        groups="base.group_system", copy=False, help="What the bank calls us."
    )
    client_secret = fields.Char(groups="base.group_system", copy=False)
    partner_public_key = fields.Text(
        groups="base.group_system",
        copy=False,
        help="Ours: checks who asks for tokens.",
    )
    bank_private_key = fields.Text(groups="base.group_system", copy=False)
    bank_client_id = fields.Char(
        groups="base.group_system", copy=False, help="What we call the bank."
    )
    bank_secret = fields.Char(
        groups="base.group_system", copy=False, help="Of the bank's signatures."
    )
    access_token = fields.Char(
        groups="base.group_system", copy=False, help="Issued by us to the bank."
    )
    access_token_until = fields.Datetime(copy=False)
    order_ids = fields.One2many("payment.simulator.order", "account_id")

    _provider_uniq = models.Constraint(
        "UNIQUE(provider_id)", "This provider has an account in the simulator already."
    )

    @api.model
    def _find_by_key(self, code, key):
        """Return the account that a server key opens, none if it is nobody's."""
        accounts = self.search([("code", "=", code)])
        return accounts.filtered(lambda account: same(account.server_key, key))[:1]

    def _get_protocol(self):
        """Return the model that speaks for this account's provider."""
        self.ensure_one()
        return self.env[f"payment.simulator.{self.code}"]

    # === SET-UP === #

    @api.model
    def _setup(self, company, base_url):
        """Have a company's providers, in test state, use the simulator.

        May be repeated: keys stay as they are, addresses follow. Providers that are
        neither in test state nor without keys are left alone.

        :param res.company company: a top-level one, whose branches share its providers
        :param str base_url: of this Odoo as it reaches itself, without a path
        :rtype: payment.simulator.account
        :raise UserError: where real money is taken
        """
        if self.env["payment.provider"]._is_simulator_off():
            raise UserError(
                self.env._("This database takes real money: nothing is simulated here.")
            )
        accounts = self.browse()
        for code, bank in PLAYED:
            provider = self._find_or_create_provider(company, code, bank)
            if provider and self._may_use(provider):
                accounts |= self._connect(provider, base_url)
        return accounts

    @api.model
    def _connect(self, provider, base_url):
        """Have one provider use the simulator; see ``_setup``."""
        account = self._ensure_account(provider, base_url.rstrip("/"))
        account._configure_provider()
        return account

    @api.model
    def _find_or_create_provider(self, company, code, bank=None):
        """Return the company's provider of a kind, a copy of another company's if none.

        :param str bank: code of the profile of a SNAP bank
        """
        domain = [("code", "=", code)]
        if bank:
            domain.append(("snap_bank_id.code", "=", bank))
        providers = self.env["payment.provider"].search(domain)
        own = providers.filtered(lambda provider: provider.company_id == company)
        known = own & self.search([("provider_id", "in", own.ids)]).provider_id
        if own or not providers:
            return (known or own.sorted(lambda p: p.state != "test"))[:1]
        return providers[0].copy({"company_id": company.id})

    @api.model
    def _may_use(self, provider):
        """Return whether a provider has nothing to lose: in test mode or never used."""
        key = KEYS[provider.code]
        return provider.state == "test" or (
            provider.state == "disabled" and not provider[key]
        )

    @api.model
    def _ensure_account(self, provider, base_url):
        account = self.search([("provider_id", "=", provider.id)])
        if not account:
            prepare = getattr(self, f"_prepare_{provider.code}")
            vals = {"provider_id": provider.id, "callback_url": base_url}
            account = self.create({**vals, **prepare(provider)})
        account.callback_url = base_url
        return account

    @api.model
    def _prepare_midtrans(self, provider):
        return {"server_key": new_secret("SB-Mid-server-")}

    @api.model
    def _prepare_xendit(self, provider):
        return {
            "server_key": new_secret("xnd_development_", 40),
            "callback_token": new_secret(length=40),
        }

    @api.model
    def _prepare_snap(self, provider):
        """Return the bank's side; ours is made in ``_configure_snap``."""
        private, _public = new_key_pair()
        return {
            "bank": provider.snap_bank_id.code.lower(),
            "client_id": new_secret(length=32),
            "client_secret": new_secret(length=16),
            "bank_private_key": private,
            "bank_client_id": new_secret("BANK-", 16),
            "bank_secret": new_secret(length=32),
        }

    def _configure_provider(self):
        """Give the provider keys and addresses of this account, and switch it on."""
        self.ensure_one()
        prepare = getattr(self, f"_configure_{self.code}")
        vals = {**prepare(), "api_url": self._get_api_url()}
        provider = self.provider_id
        # Apart, because the state asks for the keys.
        provider.write(vals)
        provider.write({"state": "test", "is_published": True})

    def _get_api_url(self):
        tail = f"/{self.bank}" if self.bank else ""
        return f"{self.callback_url}/simulator/{self.code}{tail}"

    def _configure_midtrans(self):
        return {
            "midtrans_server_key": self.server_key,
            "midtrans_client_key": self.server_key.replace("server", "client"),
            "midtrans_snap_url": self._get_api_url(),
            # Notices go to the account's address: this Odoo as it reaches itself.
            "midtrans_override_notification": False,
        }

    def _configure_xendit(self):
        return {
            "xendit_secret_key": self.server_key,
            "xendit_public_key": self.server_key.replace(
                "development", "public_development"
            ),
            "xendit_webhook_token": self.callback_token,
        }

    def _configure_snap(self):
        """Return the provider's fields; its own key pair is made once."""
        vals = {
            "snap_company_code": self._get_company_code(),
            "snap_client_id": self.client_id,
            "snap_client_secret": self.client_secret,
            "snap_inbound_client_id": self.bank_client_id,
            "snap_inbound_secret": self.bank_secret,
            "snap_bank_public_key": get_public_key(self.bank_private_key),
        }
        if not self.partner_public_key:
            private, self.partner_public_key = new_key_pair()
            vals["snap_private_key"] = private
        return vals

    def _get_company_code(self):
        """Return what the numbers of this bank begin with, another one per bank."""
        own = self.provider_id.snap_company_code
        code = self.provider_id.snap_bank_id.code
        return own or COMPANY_CODES.get(code) or f"{70000 + self.provider_id.id}"
