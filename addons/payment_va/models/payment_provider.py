# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import time
from datetime import timedelta

import requests

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from odoo.addons.base_sparse_field.models.fields import Serialized
from odoo.addons.server_environment.server_env import serv_config

from ..tools.event import Delivery, EventKind, PaymentEvent
from ..tools.network import is_allowed, parse_networks
from ..tools.settlement import parse_columns, parse_rows, read_table

_logger = logging.getLogger(__name__)

#: Seconds to wait before the second and third try of a call to a provider.
API_PAUSES = (0.3, 1.0)
API_TIMEOUT = 10
#: After this long without news an attempt that ran out is closed.
EXPIRY_GRACE = timedelta(hours=1)


class ProviderUnavailable(UserError):
    """The provider did not answer, or not in a way that says yes or no.

    Whether it acted is unknown: ask for the status, do not simply ask again.
    """


class PaymentProvider(models.Model):
    _name = "payment.provider"
    _inherit = ["payment.provider", "server.env.mixin"]

    # The mixin keeps keys in it that are not in the environment.
    server_env_defaults = Serialized(groups="base.group_system", copy=False)
    channel_ids = fields.One2many("payment.channel", "provider_id")
    api_url = fields.Char(
        string="API Address",
        help="Empty: the provider's own, for test or live as the state says.",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_direct_cost"))],
        help="What the provider keeps; what payers pay for the channel goes here, too.",
    )
    fee_tax_account_id = fields.Many2one(
        "account.account",
        string="Tax on Fees Account",
        check_company=True,
        help="Empty: the tax is part of the fee.",
    )
    payout_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain=[("account_type", "=", "asset_current"), ("reconcile", "=", True)],
        help="Money on its way from the provider to the bank.",
    )
    payout_journal_id = fields.Many2one(
        "account.journal",
        string="Payout Bank",
        check_company=True,
        domain=[("type", "=", "bank")],
        help="The bank account the provider pays out to.",
    )
    payout_mode = fields.Selection(
        [
            ("lump", "One transfer for many payments"),
            ("single", "Every payment by itself"),
        ],
        string="Pays out",
        default="lump",
        required=True,
        help="How the money arrives at the bank: as a sum per payout or day, or, at a "
        "virtual account of the bank itself, payment by payment.",
    )
    settlement_days = fields.Integer(
        string="Days to Settle",
        default=3,
        help="An older payment that the provider has not settled is an exception; 0: "
        "never.",
    )
    payout_days = fields.Integer(
        string="Days to the Bank",
        default=3,
        help="A settlement that is not at the bank by then is an exception.",
    )
    settlement_columns = fields.Text(
        string="Columns of the Settlement File",
        help="Only where headers differ from the usual ones. One per line, such as: "
        "gross: Jumlah Transaksi, Nominal. Fields: payment_id, order_ref, refund_id, "
        "gross, fee, tax, net, settled_at, paid_at, kind, status, payout_ref.",
    )
    settlement_seen = fields.Json(
        readonly=True, copy=False, help="The exceptions the treasurers know of."
    )
    late_policy = fields.Selection(
        [("bill", "Pays the bill if it is still open"), ("deposit", "Is a deposit")],
        string="Payment after Expiry",
        default="bill",
        required=True,
    )
    callback_allowlist = fields.Text(
        help="Addresses and networks that may call, one per line; empty: all. Behind a "
        "reverse proxy this needs Odoo's proxy mode."
    )
    callback_limit_address = fields.Integer(
        string="Callbacks per Minute and Address", default=1200, help="0: no limit."
    )
    callback_limit = fields.Integer(
        string="Callbacks per Minute", default=6000, help="0: no limit."
    )
    replay_window = fields.Integer(
        default=300,
        help="Seconds that the time in a signed request may differ from ours.",
    )
    poll_minutes = fields.Integer(
        string="Ask after Minutes",
        default=10,
        help="Ask for the status of payments that waited so long; 0: never.",
    )
    notification_ids = fields.One2many("payment.notification", "provider_id")
    last_callback_at = fields.Datetime(compute="_compute_callbacks")
    rejected_count = fields.Integer(
        string="Rejected Callbacks", compute="_compute_callbacks"
    )
    rejected_rotated = fields.Integer(
        readonly=True, copy=False, help="Rejected callbacks that are not kept any more."
    )
    exception_count = fields.Integer(compute="_compute_callbacks")

    # === COMPUTE AND CONSTRAINTS === #

    def _compute_callbacks(self):
        notifications = self.env["payment.notification"]._read_group(
            [("provider_id", "in", self.ids)],
            ["provider_id", "state"],
            ["__count", "received_at:max"],
        )
        exceptions = dict(
            self.env["payment.incoming"]._read_group(
                [("provider_id", "in", self.ids), ("exception_state", "=", "open")],
                ["provider_id"],
                ["__count"],
            )
        )
        for provider in self:
            own = [row[1:] for row in notifications if row[0] == provider]
            accepted = [last for state, _n, last in own if state != "rejected"]
            kept = sum(count for state, count, _last in own if state == "rejected")
            provider.last_callback_at = max(accepted, default=False)
            provider.rejected_count = kept + provider.rejected_rotated
            provider.exception_count = exceptions.get(provider, 0)

    @api.constrains("callback_allowlist")
    def _check_callback_allowlist(self):
        for provider in self:
            try:
                parse_networks(provider.callback_allowlist)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Callback Allowlist: %(entry)s is no address or network. Write "
                        "one such as 103.208.23.0/24 per line.",
                        entry=error,
                    )
                ) from error

    @api.constrains("settlement_columns")
    def _check_settlement_columns(self):
        for provider in self:
            try:
                parse_columns(provider.settlement_columns)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Columns of the Settlement File: %(line)s does not say which "
                        "column is meant. Write a line such as gross: Nominal, Jumlah.",
                        line=error,
                    )
                ) from error

    # === ENVIRONMENT === #

    def _server_env_section_name(self):
        """Override of `server_environment`: ``[payment_provider.midtrans]``.

        A company may have its own, ``[payment_provider.midtrans.3]``.
        """
        self.ensure_one()
        if not self.code:
            return None
        section = f"payment_provider.{self.code}"
        own = f"{section}.{self.company_id.id}"
        return own if own in serv_config else section

    def _server_env_add_default_field(self, base_field):
        """Override of `server_environment`: only the key itself is required.

        The field that keeps it in the database copies all attributes of the key, and
        would be asked for although the environment holds the key.
        """
        result = super()._server_env_add_default_field(base_field)
        default = self._fields.get(self._server_env_default_fieldname(base_field.name))
        if default:
            default.required_if_provider = None
        return result

    # === WHICH PROVIDERS === #

    @api.model
    def _get_inbox_codes(self):
        """Return the codes of providers whose callbacks go through the inbox; a hook.

        :rtype: set[str]
        """
        return set()

    def _get_channel(self, method):
        """Return the channel of a payment method, none if the provider has none."""
        return self.channel_ids.filtered(lambda c: c.payment_method_id == method)[:1]

    # === CALLBACKS: TO BE IMPLEMENTED PER PROVIDER === #

    @api.model
    def _parse_callback(self, delivery: Delivery) -> PaymentEvent:
        """Return what a callback of ``delivery.code`` says; touches no record.

        :raise ValueError: if the body is not of the documented shape
        """
        raise ValueError(f"no parser for {delivery.code}")

    def _verify_callback(self, delivery: Delivery, event: PaymentEvent) -> bool:
        """Return whether this provider's account sent it. Constant-time comparison."""
        self.ensure_one()
        return False

    def _refuse_callback(self, delivery: Delivery, event: PaymentEvent) -> str | None:
        """Return the answer code with which to refuse a verified request, or None.

        For protocols in which the sender asks before it takes the money (SNAP).
        """
        self.ensure_one()
        return None

    def _needs_confirmation(self, event: PaymentEvent) -> bool:
        """Return whether what is not signed has to be asked back before booking."""
        self.ensure_one()
        return False

    def _prepare_confirmation(self, event: PaymentEvent) -> dict | None:
        """Return the ``requests.request`` arguments that ask for the event's payment.

        None if it cannot be asked. Also used to poll for lost callbacks.
        """
        self.ensure_one()
        return None

    def _parse_confirmation(self, event, status: int, payload) -> PaymentEvent | None:
        """Return what the provider's answer says, in place of ``event``.

        :param int status: of the HTTP answer
        :param payload: the JSON of the answer
        :return: None if the provider does not know the payment
        :raise ValueError: if the answer is not of the documented shape
        """
        self.ensure_one()
        return None

    def _prepare_poll_event(self, tx) -> PaymentEvent:
        """Return the event to ask about when a transaction waited too long."""
        self.ensure_one()
        return PaymentEvent(
            EventKind.PENDING,
            order_ref=tx.reference,
            payment_id=tx.provider_reference or None,
        )

    # === VIRTUAL ACCOUNTS: TO BE IMPLEMENTED PER PROVIDER === #

    def _register_va(self, account):
        """Have a fixed number accept payments.

        :return: values to write on the account: ``number`` as the provider gave it,
            ``provider_reference``
        :rtype: dict
        :raise UserError: if the provider refuses
        """
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(provider)s has no fixed virtual accounts. Choose another provider.",
                provider=self.name,
            )
        )

    def _close_va(self, account):
        """Have a fixed number accept no more payments. Nothing to do by default."""
        self.ensure_one()

    # === CHECKOUT: TO BE IMPLEMENTED PER PROVIDER, WHERE IT CAN === #

    def _cancel_charge(self, tx):
        """Have an attempt accept no more payments, since the payer wants another one.

        Nothing to do by default: what is paid nevertheless is booked.

        :raise UserError: if the provider refuses, because it is paid perhaps
        """
        self.ensure_one()

    # === SETTLEMENT AND REFUNDS: MAY BE IMPLEMENTED PER PROVIDER === #

    def _parse_settlement(self, content, filename):
        """Return what a settlement file says, its columns found by their headers.

        :param bytes content: of a CSV or XLSX file
        :rtype: list[SettlementRow]
        :raise ValueError: if it cannot be read, naming row, column and value
        """
        self.ensure_one()
        columns = parse_columns(self.settlement_columns)
        return parse_rows(
            read_table(content, filename),
            filename,
            columns,
            self.company_id._get_payment_zone(),
        )

    def _fetch_settlement(self, date_from, date_to):
        """Return what was settled on the days from ``date_from`` to ``date_to``.

        :return: None if the provider has no API for it
        :rtype: list[SettlementRow] or None
        :raise UserError: if it does not answer
        """
        self.ensure_one()
        return None

    def _can_refund(self, incoming):
        """Return how much of a payment the provider can give back.

        :rtype: str or bool
        :return: ``"partial"``, ``"full"`` (all of it or nothing), False for not at all
        """
        self.ensure_one()
        return False

    def _request_refund(self, refund):
        """Ask the provider to give money back.

        ``refund.name`` is the idempotency key: the request may be made again with it,
        also when the transaction that made it was rolled back.

        :return: ``provider_refund_id``, and ``state``: ``sent`` if the provider will
            tell the outcome, ``confirmed``, or ``failed`` with a ``reason``
        :rtype: dict
        :raise ProviderUnavailable: if it is unknown what became of it
        :raise UserError: if the provider refuses
        """
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(provider)s cannot refund. Transfer the money yourself and record a "
                "manual refund.",
                provider=self.name,
            )
        )

    # === CALLS TO THE PROVIDER === #

    def _call_api(self, method, endpoint, *, retry=None, timeout=API_TIMEOUT, **kwargs):
        """Send a request and return what came back.

        Unlike Odoo's ``_send_api_request`` this tells a refusal from no answer, and
        tries again where that is safe. Neither headers nor secrets are logged.

        :param str endpoint: passed to the provider's ``_build_request_url``
        :param bool retry: whether a second request does no harm; by default for GET
        :param dict kwargs: ``json``, ``params``, ``headers``, ``data`` of `requests`
        :return: ``(HTTP status below 500, decoded JSON or {})``
        :raise ProviderUnavailable: on no connection, timeout, or 5xx
        """
        self.ensure_one()
        request = {
            "method": method,
            "url": self._build_request_url(endpoint),
            "auth": self._build_request_auth() or None,
            **kwargs,
            "headers": {
                **self._build_request_headers(method, endpoint, kwargs.get("json")),
                **kwargs.get("headers", {}),
            },
        }
        pauses = API_PAUSES if (method == "GET" if retry is None else retry) else ()
        status, payload, reason = send(request, timeout, pauses)
        if status is None or status >= 500:
            _logger.warning("%s %s of %s: %s", method, endpoint, self.code, reason)
            raise ProviderUnavailable(
                self.env._(
                    "%(provider)s does not answer. Try again in a few minutes or "
                    "choose another payment method.",
                    provider=self.name,
                )
            )
        return status, payload

    # === GUARDS === #

    @api.model
    def _find_senders(self, code):
        """Return the accounts at a provider that may have sent a callback.

        Disabled ones as well: money paid before is still money.
        """
        return self.sudo().search([("code", "=", code)], order="state desc, id")

    def _is_address_allowed(self, address):
        self.ensure_one()
        return is_allowed(address, parse_networks(self.callback_allowlist))

    @api.model
    @tools.ormcache("code")
    def _get_callback_limits(self, code):
        """Return how many callbacks a minute are taken: per address, and in all."""
        senders = self._find_senders(code)
        if not senders:
            return (60, 60)  # nobody has a reason to call
        return tuple(
            0 if 0 in limits else max(limits)
            for limits in (
                senders.mapped("callback_limit_address"),
                senders.mapped("callback_limit"),
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Override to give a new account at a provider its channels."""
        providers = super().create(vals_list)
        self.env.registry.clear_cache()
        providers._create_default_channels()
        return providers

    def write(self, vals):
        """Override to forget remembered limits, and to change a key alone."""
        if vals.keys() & {"callback_limit", "callback_limit_address", "code"}:
            self.env.registry.clear_cache()
        keys = self._server_env_fields.keys()
        if vals.keys() & keys:
            # While one key is written Odoo reads the others as empty, unless they are
            # in the cache, and in the middle of it looks whether all of them are there.
            for name in keys - vals.keys():
                self.mapped(name)
        return super().write(vals)

    # === CHANNELS AND ACCOUNTS === #

    def _get_default_channels(self):
        """Return the values of the channels a new account has; a hook.

        ``payment_method`` is the XML id of the ``payment.method``, the rest are fields
        of ``payment.channel``.

        :rtype: list[dict]
        """
        self.ensure_one()
        return []

    def _create_default_channels(self):
        """Create the channels that are missing; those there are stay as they are."""
        for provider in self:
            known = provider.with_context(active_test=False).channel_ids
            methods = known.payment_method_id
            vals_list = []
            for values in provider._get_default_channels():
                method = self.env.ref(values["payment_method"])
                if method not in methods:
                    vals_list.append(
                        {
                            **{
                                k: v for k, v in values.items() if k != "payment_method"
                            },
                            "provider_id": provider.id,
                            "payment_method_id": method.id,
                        }
                    )
            self.env["payment.channel"].create(vals_list)

    def _get_payment_method_line(self):
        """Return the method line of the journal that belongs to this provider."""
        self.ensure_one()
        return self.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == self
        )[:1]

    def _get_clearing_account(self):
        """Return the account for what the provider holds and has not paid out."""
        line = self._get_payment_method_line()
        return line.payment_account_id or self.env["account.payment"].new(
            {"company_id": self.company_id.id, "journal_id": self.journal_id.id}
        )._get_outstanding_account("inbound")

    def _get_fee_account(self):
        """Return the expense account for channel fees, made if there is none."""
        return self._ensure_account(
            "fee_account_id", "65190001", self.env._("Payment Channel Fees"), "expense"
        )

    def _get_payout_account(self):
        """Return the account for payouts on their way, made if there is none."""
        return self._ensure_account(
            "payout_account_id",
            "11170001",
            self.env._("Payouts in Transit"),
            "asset_current",
        )

    def _ensure_account(self, field, code, name, account_type):
        """Return the account of a setting. Booking must not fail for a missing one."""
        self.ensure_one()
        if not self[field]:
            company = self.company_id
            # As superuser: a bank's callback comes here before any accountant did.
            accounts = self.env["account.account"].sudo().with_company(company)
            same = accounts.search(
                [("name", "=", name), ("account_type", "=", account_type)], limit=1
            )
            self.sudo()[field] = same or accounts.create(
                {
                    "code": accounts._search_new_account_code(code),
                    "name": name,
                    "account_type": account_type,
                    "reconcile": account_type == "asset_current",
                    "company_ids": [Command.set(company.root_id.ids)],
                }
            )
        return self[field]

    # === CRON === #

    @api.model
    def _cron_poll(self):
        """Ask for the status of what has waited too long: a callback may be lost."""
        providers = self.search([("code", "in", list(self._get_inbox_codes()))])
        for provider in providers.filtered(lambda p: p.poll_minutes > 0):
            self.env["payment.booking"]._poll(provider, provider._find_waiting(50))
            # Committed before anything is booked, as with a callback.
            if not self.env["ir.cron"]._commit_progress(1):
                break
        self.env["payment.booking"]._work_off(seconds=30)
        self._expire_attempts(providers)

    @api.model
    def _expire_attempts(self, providers, limit=500):
        """End attempts whose time is over and of which no provider says otherwise.

        A payment that comes in later all the same is booked, as late.
        """
        txs = self.env["payment.transaction"].search(
            [
                ("provider_id", "in", providers.ids),
                ("state", "in", ("draft", "pending")),
                ("expires_at", "<", fields.Datetime.now() - EXPIRY_GRACE),
            ],
            limit=limit,
        )
        for tx in txs:
            self.env["payment.booking"]._close_attempt(
                tx, self.env._("The time to pay is over.")
            )

    def _find_waiting(self, limit):
        now = fields.Datetime.now()
        asked = now - timedelta(minutes=self.poll_minutes)
        return self.env["payment.transaction"].search(
            [
                ("provider_id", "=", self.id),
                ("state", "in", ("draft", "pending")),
                ("charged_at", "<=", asked),
                ("charged_at", ">=", now - timedelta(days=14)),
                "|",
                ("polled_at", "=", False),
                ("polled_at", "<=", asked),
            ],
            order="polled_at NULLS FIRST, id",
            limit=limit,
        )

    # === VIEWS === #

    def action_view_rejected(self):
        """Open the rejected callbacks of this provider."""
        return self._open_related("payment_va.payment_notification_action", "rejected")

    def action_view_notifications(self):
        """Open the inbox of this provider."""
        return self._open_related("payment_va.payment_notification_action", None)

    def _open_related(self, xmlid, state):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        domain = [("provider_id", "=", self.id)]
        action["domain"] = domain + ([("state", "=", state)] if state else [])
        action["context"] = {}
        return action


def send(request: dict, timeout: float, pauses=()) -> tuple:
    """Send a prepared request, again after each pause when nothing came of it.

    Free of records and cursors, so that several can be under way at once.

    :return: ``(HTTP status or None, decoded JSON or {}, reason for people)``
    """
    status, payload, reason = None, {}, ""
    for pause in (0, *pauses):
        time.sleep(pause)
        try:
            answer = requests.request(timeout=timeout, **request)
        except requests.RequestException as error:
            reason = type(error).__name__  # its text may hold the address and a key
            continue
        status, reason = answer.status_code, f"HTTP {answer.status_code}"
        if status < 500 and status != 429:
            return status, _decode(answer), reason
    return status, payload, reason


def _decode(answer):
    try:
        return answer.json()
    except ValueError:
        return {}
