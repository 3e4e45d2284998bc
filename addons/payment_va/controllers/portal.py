# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import math

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.http import content_disposition, request

from odoo.addons.account_payment.controllers.portal import PortalAccount
from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing
from odoo.addons.portal.controllers.portal import pager as portal_pager

PAYMENTS_PER_PAGE = 20


class CheckoutPortal(PortalAccount):
    """Several bills in one payment, for whoever is logged in to the portal."""

    # === HOME === #

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count what is to pay and what was paid online."""
        values = super()._prepare_home_portal_values(counters)
        checkout = request.env["payment.checkout"]
        if "payable_bill_count" in counters:
            values["payable_bill_count"] = len(checkout._get_payable_bills())
        if "online_payment_count" in counters:
            payment_model = request.env["payment.incoming"].sudo()  # see _find_payments
            domain = checkout._get_payments_domain()
            values["online_payment_count"] = payment_model.search_count(domain)
        return values

    @http.route()
    def portal_my_overdue_invoices(self, *args, **kwargs):
        """Override of `account_payment`: bills for several people are fine with us."""
        return request.redirect("/my/payments/bills")

    # === CHOOSING BILLS === #

    @http.route("/my/payments/bills", type="http", auth="user", website=True)
    def portal_bills(self, **kwargs):
        """Show the open bills with a box for each."""
        return self._render_bills()

    def _render_bills(self, error=None, chosen=None):
        values = self._prepare_bills_values(chosen)
        return request.render(
            "payment_va.portal_bills", {**values, "checkout_error": error}
        )

    def _prepare_bills_values(self, chosen=None):
        """Return what the page of open bills shows; a hook.

        :param list chosen: ids to tick; None ticks what is owed and not under way
        """
        checkout = request.env["payment.checkout"]
        bills = checkout._get_payable_bills()
        attempts = checkout._get_waiting_attempts(bills)
        if chosen is None:
            chosen = [
                bill.id
                for bill in bills
                if bill.id not in attempts and not bill._is_payment_voluntary()
            ]
        return {
            "page_name": "payment_bills",
            "groups": checkout._group_bills(bills),
            "attempts": attempts,
            "chosen": chosen,
            "currency": bills.currency_id[:1] or request.env.company.currency_id,
            "accounts": checkout._get_fixed_accounts(),
            "checkout": checkout,
        }

    # === PAYING === #

    @http.route("/my/payments/checkout", type="http", auth="user", website=True)
    def portal_checkout(self, **kwargs):
        """Show the chosen bills and the ways to pay them."""
        chosen = self._parse_bill_ids(request.httprequest.args.getlist("bill"))
        try:
            bills = request.env["payment.checkout"]._select_bills(chosen)
        except UserError as error:
            return self._render_bills(error=str(error))
        return request.render(
            "payment_va.portal_checkout", self._prepare_checkout_values(bills)
        )

    @staticmethod
    def _parse_bill_ids(texts):
        """Return the ids in what a browser sent; [] if there is anything else in it."""
        if not all(text.isascii() and text.isdigit() for text in texts):
            return []
        return [int(text) for text in texts if len(text) < 10]

    def _prepare_checkout_values(self, bills):
        """Return what the page with the payment methods shows; a hook."""
        checkout = request.env["payment.checkout"]
        payer, amount = request.env.user.partner_id, checkout._get_total(bills)
        providers_sudo = checkout._get_providers(bills, amount)
        methods_sudo = checkout._get_methods(providers_sudo, bills.currency_id)
        # As superuser: payers do not read their tokens, they are shown them.
        tokens_sudo = (
            request.env["payment.token"]
            .sudo()
            ._get_available_tokens(providers_sudo.ids, payer.id)
        )
        bill_ids = "-".join(map(str, bills.ids))
        return {
            "page_name": "payment_checkout",
            "groups": checkout._group_bills(bills),
            "checkout": checkout,
            "refusals": checkout._get_refusals(methods_sudo, providers_sudo, amount),
            "splits": [] if providers_sudo else checkout._get_splits(bills),
            "bills": bills,
            # What Odoo's own form asks for.
            "amount": amount,
            "currency": bills.currency_id,
            "partner_id": payer.id,
            "providers_sudo": providers_sudo,
            "payment_methods_sudo": methods_sudo,
            "tokens_sudo": tokens_sudo,
            "transaction_route": f"/my/payments/transaction/{bill_ids}",
            "landing_route": "/my/payments",
            "show_tokenize_input_mapping": self._compute_show_tokenize_input_mapping(
                providers_sudo
            ),
            **self._get_extra_payment_form_values(),
        }

    @http.route(
        "/my/payments/transaction/<string:bill_ids>", type="jsonrpc", auth="user"
    )
    def portal_transaction(self, bill_ids, amount=None, **kwargs):
        """Start one payment of several bills and return its processing values.

        :param str bill_ids: ids with dashes between
        :param float amount: what the payer was shown; anything else is refused
        :rtype: dict
        """
        checkout = request.env["payment.checkout"]
        bills = checkout._select_bills(self._parse_bill_ids(bill_ids.split("-")))
        for name in ("access_token", "payment_reference"):
            kwargs.pop(name, None)  # Odoo's form sends them along, empty
        self._validate_transaction_kwargs(kwargs)
        total = checkout._get_total(bills)
        self._check_shown_amount(amount, total, bills.currency_id)
        self._check_choice(bills, total, kwargs)
        tx_sudo = self._create_transaction(
            **{
                **kwargs,
                "is_validation": False,
                "landing_route": "/my/payments",
                "amount": total,
                "currency_id": bills.currency_id.id,
                "partner_id": request.env.user.partner_id.id,
                "custom_create_values": {"invoice_ids": [Command.set(bills.ids)]},
            }
        )
        return tx_sudo._get_processing_values()

    def _check_shown_amount(self, amount, total, currency):
        """Refuse to charge anything but what the payer saw, more or less of it."""
        shown = self._cast_as_float(amount)
        if shown is None or not math.isfinite(shown):
            shown = 0
        if currency.compare_amounts(shown, total):
            raise ValidationError(
                request.env._(
                    "The amount of your bills has changed. Load the page again and "
                    "look before you pay."
                )
            )

    def _check_choice(self, bills, total, kwargs):
        """Refuse providers and methods that were not on offer for these bills."""
        checkout = request.env["payment.checkout"]
        providers_sudo = checkout._get_providers(bills, total)
        if kwargs.get("provider_id") not in providers_sudo.ids:
            raise ValidationError(checkout._explain_wrong_provider())
        if kwargs.get("flow") == "token":
            return  # Odoo checks whose token it is
        methods_sudo = checkout._get_methods(providers_sudo, bills.currency_id)
        provider_sudo = providers_sudo.browse(kwargs["provider_id"])
        method_sudo = methods_sudo.filtered(
            lambda method: (
                method.id == kwargs.get("payment_method_id")
                and provider_sudo in method.provider_ids
            )
        )
        if not method_sudo:
            raise ValidationError(checkout._explain_wrong_provider())

    def _create_transaction(self, **kwargs):
        """Override of `payment`, for each of Odoo's own pages as well: the channel's
        surcharge is added, its limits are kept, and the same bills paid by the same
        channel once more are the same attempt."""
        if kwargs.get("is_validation") or kwargs.get("flow") == "token":
            return super()._create_transaction(**kwargs)
        checkout = request.env["payment.checkout"]
        channel_sudo = checkout._find_channel(
            kwargs.get("provider_id"), kwargs.get("payment_method_id")
        )
        if not channel_sudo:
            return super()._create_transaction(**kwargs)
        # As superuser: the route that asks has checked whose bills they are.
        payer_sudo = request.env["res.partner"].sudo().browse(kwargs["partner_id"])
        create_values = kwargs.get("custom_create_values") or {}
        bills_sudo = self._get_bills_to_pay(create_values)
        currency = request.env["res.currency"].browse(kwargs["currency_id"])
        checkout._serialise(payer_sudo)
        attempt = checkout._prepare_attempt(
            channel_sudo, self._cast_as_float(kwargs["amount"]), currency, bills_sudo
        )
        tx_sudo = checkout._find_attempt(channel_sudo, bills_sudo, attempt)
        if tx_sudo:
            PaymentPostProcessing.monitor_transaction(tx_sudo)
            return tx_sudo
        surcharge = {"surcharge_amount": attempt["surcharge_amount"]}
        kwargs["custom_create_values"] = {**create_values, **surcharge}
        return super()._create_transaction(**{**kwargs, "amount": attempt["amount"]})

    @staticmethod
    def _get_bills_to_pay(create_values):
        tx_model = request.env["payment.transaction"].sudo()
        ids = tx_model._fields["invoice_ids"].convert_to_cache(
            create_values.get("invoice_ids") or [], tx_model
        )
        return request.env["account.move"].sudo().browse(ids)

    @staticmethod
    def _update_landing_route(tx_sudo, access_token):
        """Override of `payment`: the token is for the amount, surcharge included."""
        if tx_sudo.surcharge_amount:
            access_token = payment_utils.generate_access_token(
                tx_sudo.partner_id.id, tx_sudo.amount, tx_sudo.currency_id.id
            )
        return PaymentPortal._update_landing_route(tx_sudo, access_token)

    # === PAYMENTS MADE === #

    @http.route(
        ["/my/payments", "/my/payments/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_payments(self, page=1, **kwargs):
        """Show what was paid online, newest first, and what is under way."""
        checkout = request.env["payment.checkout"]
        payments_sudo, domain = self._find_payments(), checkout._get_payments_domain()
        pager = portal_pager(
            "/my/payments", payments_sudo.search_count(domain), page, PAYMENTS_PER_PAGE
        )
        attempts = checkout._get_waiting_attempts(checkout._get_payable_bills())
        return request.render(
            "payment_va.portal_payments",
            {
                "page_name": "online_payments",
                "payments": payments_sudo.search(
                    domain, limit=PAYMENTS_PER_PAGE, offset=pager["offset"]
                ),
                "attempts": {tx.id: tx for tx in attempts.values()}.values(),
                "pager": pager,
                "checkout": checkout,
            },
        )

    @http.route("/my/payments/<int:payment_id>/receipt", type="http", auth="user")
    def portal_receipt(self, payment_id, **kwargs):
        """Return the receipt of a payment of one's own as PDF."""
        domain = request.env["payment.checkout"]._get_payments_domain()
        payment = self._find_payments().search(domain & Domain("id", "=", payment_id))
        if not payment:
            raise NotFound()
        return make_receipt_response(payment)

    @staticmethod
    def _find_payments():
        # As superuser: payers see their own payments, which the domain says.
        return request.env["payment.incoming"].sudo()


def make_receipt_response(payment):
    """Return the receipt of a ``payment.incoming`` as a file to download."""
    report = request.env["ir.actions.report"].sudo()  # may be read by staff only
    pdf, _type = report._render_qweb_pdf(
        "payment_va.action_report_payment_receipt", payment.ids
    )
    name = request.env._("Receipt %(number)s.pdf", number=payment.name)
    return request.make_response(
        pdf,
        headers=[
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(pdf)),
            ("Content-Disposition", content_disposition(name.replace("/", "-"))),
            ("Cache-Control", "private, no-store"),
        ],
    )
