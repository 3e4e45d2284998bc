# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import math
from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime, formatLang, is_html_empty, str2bool

from ..tools.instructions import split_steps
from ..tools.wording import format_rupiah

#: An attempt that ends sooner is no use to somebody who only now begins to pay.
LEAST_TIME_LEFT = timedelta(minutes=2)


class PaymentCheckout(models.AbstractModel):
    """Several bills, one payment: what may be paid, by which ways, in which attempt.

    Runs as the payer. Providers, channels and attempts are read as superuser, since a
    payer may use them but not look at them; bills never are.
    """

    _name = "payment.checkout"
    _description = "Checkout of Bills"

    # === BILLS === #

    @api.model
    def _get_payable_bills(self):
        """Return the open bills of the current user's family or firm, oldest first.

        Odoo's record rules decide which ones a portal user sees; staff sees more, and
        therefore is held to the own ones here. A hook to hide some.

        :rtype: account.move
        """
        bill_model = self.env["account.move"]
        if not bill_model.has_access("read"):
            return bill_model
        return bill_model.search(
            self._get_payable_domain(), order="invoice_date_due, id"
        )

    @api.model
    def _get_payable_domain(self):
        payer = self.env.user.partner_id.commercial_partner_id
        return (
            Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("amount_residual", ">", 0)
            & Domain("commercial_partner_id", "=", payer.id)
        )

    @api.model
    def _select_bills(self, bill_ids):
        """Return the bills of a choice that came from a browser.

        :raise UserError: if one of them is paid, somebody else's or no bill at all
        """
        bills = self._get_payable_bills().filtered(lambda bill: bill.id in bill_ids)
        if not bills or set(bills.ids) != set(bill_ids):
            raise UserError(
                self.env._(
                    "At least one of these bills is paid already or not yours to pay. "
                    "Choose again from your open bills."
                )
            )
        if len(bills.currency_id) > 1:
            raise UserError(
                self.env._(
                    "These bills are in different currencies. Pay them one by one."
                )
            )
        return bills

    @api.model
    def _group_bills(self, bills):
        """Return the bills by whom they are for, who is late first.

        :return: dicts with ``name``, ``detail`` and ``bills``, late bills first
        :rtype: list[dict]
        """
        groups = bills.grouped(lambda bill: bill._get_payment_beneficiary())
        rows = [
            {"name": name, "detail": detail, "bills": self._sort_bills(group)}
            for (name, detail), group in groups.items()
        ]
        return sorted(rows, key=lambda row: self._get_urgency(row["bills"][:1]))

    @api.model
    def _sort_bills(self, bills):
        return bills.sorted(self._get_urgency)

    @api.model
    def _get_urgency(self, bill):
        due = bill.invoice_date_due or bill.date
        return (bill._is_payment_voluntary(), due, bill.id)

    @api.model
    def _get_total(self, bills):
        """Return what is open of ``bills``, in whole rupiah for rupiah.

        A fraction that crept into the books is rounded up, lest a bill stay open.
        """
        return self._to_payable(sum(bills.mapped("amount_residual")), bills.currency_id)

    @api.model
    def _to_payable(self, amount, currency):
        amount = currency.round(amount)
        return math.ceil(amount) if currency.name == "IDR" else amount

    # === WAYS TO PAY === #

    @api.model
    def _get_providers(self, bills, amount):
        """Return the providers that can take all of ``bills`` in one payment.

        The schools of a foundation share its provider; each may have its own besides.

        :rtype: payment.provider
        """
        # As superuser: payers choose a provider, they may not read it.
        provider_model = self.env["payment.provider"].sudo()
        if not self._is_switched_on():
            return provider_model
        common = None
        for company in bills.company_id:
            found = provider_model._get_compatible_providers(
                company.id,
                self.env.user.partner_id.id,
                amount,
                currency_id=bills.currency_id.id,
            )
            common = found if common is None else common & found
        return provider_model if common is None else common

    @api.model
    def _is_switched_on(self):
        """Return whether invoices are paid online at all, as Odoo's setting says."""
        parameters = self.env["ir.config_parameter"].sudo()  # a setting, no more
        return str2bool(parameters.get_param("account_payment.enable_portal_payment"))

    @api.model
    def _get_methods(self, providers, currency):
        """Return all payment methods of ``providers``, whatever the amount."""
        # As superuser: see _get_providers.
        method_model = self.env["payment.method"].sudo()
        return method_model._get_compatible_payment_methods(
            providers.ids, self.env.user.partner_id.id, currency_id=currency.id
        )

    @api.model
    def _filter_methods(self, methods, providers, amount):
        """Return the methods by which ``amount`` can be paid; for Odoo's forms, too.

        :param float amount: None where nothing is paid, as when a card is saved
        """
        if not amount:
            return methods
        return methods.filtered(
            lambda method: self._find_taker(method, providers, amount)
        )

    @api.model
    def _choose_provider(self, method, providers, amount):
        """Return the provider that a payment method is offered by: the first one that
        takes the amount, as Odoo's form does but for the amount."""
        found = method.provider_ids.filtered(lambda provider: provider in providers)
        return amount and self._find_taker(method, providers, amount) or found[:1]

    @api.model
    def _find_taker(self, method, providers, amount):
        for provider in method.provider_ids:
            if provider in providers and self._can_take(provider, method, amount):
                return provider
        return providers.browse()

    @api.model
    def _can_take(self, provider, method, amount):
        if provider.code not in provider._get_inbox_codes():
            return True
        channel = provider._get_channel(method)
        if not channel:
            return self._is_offered_without_channel(provider, method)
        return channel._accepts(amount + channel._get_surcharge(amount))

    @api.model
    def _is_offered_without_channel(self, provider, method):
        """Return whether an account at one of our providers takes a method for which it
        has no channel: one that came with pages of its own does, as Odoo made it,
        unless the channel was archived. A hook."""
        own_pages = provider.redirect_form_view_id - self.env.ref(
            "payment_va.redirect_form"
        )
        archived = provider.with_context(active_test=False)._get_channel(method)
        return bool(own_pages) and not archived

    @api.model
    def _get_refusals(self, methods, providers, amount):
        """Return ``(name, reason)`` of the methods that are not for this amount."""
        refused = methods - self._filter_methods(methods, providers, amount)
        rows = []
        for method in refused:
            found = method.provider_ids.filtered(lambda p: p in providers)
            channels = found.channel_ids.filtered(
                lambda channel, method=method: channel.payment_method_id == method
            )
            if channels:
                rows.append((method.name, self._explain_limits(channels[0], amount)))
        return rows

    @api.model
    def _explain_limits(self, channel, amount):
        currency = channel.currency_id
        if amount < channel.min_amount:
            least = self._format_amount(channel.min_amount, currency)
            return self.env._("from %(amount)s", amount=least)
        most = self._format_amount(channel.max_amount, currency)
        return self.env._("up to %(amount)s", amount=most)

    # === ATTEMPTS === #

    @api.model
    def _find_channel(self, provider_id, method_id):
        """Return the channel that a choice of a browser stands for, none for providers
        that are not ours.

        :raise UserError: if one of our providers does not offer the method
        """
        # As superuser: payers use a channel, they may not read its terms.
        provider = self.env["payment.provider"].sudo().browse(provider_id).exists()
        method = self.env["payment.method"].sudo().browse(method_id).exists()
        channel = provider._get_channel(method)
        if provider.code not in provider._get_inbox_codes():
            return channel.browse()
        if not channel and not self._is_offered_without_channel(provider, method):
            raise UserError(self._explain_wrong_provider())
        return channel

    @api.model
    def _prepare_attempt(self, channel, amount, currency, bills):
        """Return the values of an attempt: the bills' amount and the surcharge on it.

        :param bills: empty for a payment link without invoice
        :raise UserError: if provider, channel and amount do not go together
        """
        self._check_provider(channel.provider_id, bills)
        if not amount or not 0 < amount < math.inf:
            raise UserError(self.env._("There is nothing to pay."))
        base = self._to_payable(amount, currency)
        self._check_bills(bills, base)
        surcharge = channel._get_surcharge(base)
        if not channel._accepts(base + surcharge):
            raise UserError(
                self.env._(
                    "%(method)s does not take this amount, only %(limit)s. Choose "
                    "another payment method.",
                    method=channel.name,
                    limit=self._explain_limits(channel, base + surcharge),
                )
            )
        return {"amount": base + surcharge, "surcharge_amount": surcharge}

    @api.model
    def _check_bills(self, bills, amount):
        payable = all(
            bill.move_type == "out_invoice" and bill.state == "posted" for bill in bills
        )
        if bills and not (payable and amount <= self._get_total(bills)):
            raise UserError(
                self.env._(
                    "The amount of your bills has changed, or they are paid already. "
                    "Load the page again and look before you pay."
                )
            )

    @api.model
    def _check_provider(self, provider, bills):
        usable = provider.state in ("enabled", "test") and (
            provider.is_published or self.env.user._is_internal()
        )
        above = all(
            provider.company_id in company.parent_ids for company in bills.company_id
        )
        if not usable or not above:
            raise UserError(self._explain_wrong_provider())

    @api.model
    def _explain_wrong_provider(self):
        return self.env._(
            "This payment method is not for these bills. Load the page again and "
            "choose another one."
        )

    @api.model
    def _serialise(self, payer):
        """Let a payer start one attempt at a time: two taps on a slow phone are one.

        The row is written, not only locked: the second request then fails with a
        serialisation error, is repeated by Odoo, and finds the first one's attempt.
        """
        query = SQL(
            "UPDATE res_partner SET write_date = write_date WHERE id = %s", payer.id
        )
        self.env.cr.execute(query, log_exceptions=False)

    @api.model
    def _find_attempt(self, channel, bills, values):
        """Return a pending attempt for the same bills by the same channel, with time
        enough left to pay it."""
        if not bills:
            return self.env["payment.transaction"].sudo()
        # As superuser: payers do not read transactions.
        attempts = (
            self.env["payment.transaction"]
            .sudo()
            .search(
                [
                    ("channel_id", "=", channel.id),
                    ("state", "=", "pending"),
                    ("charged_at", "!=", False),
                    ("expires_at", ">", fields.Datetime.now() + LEAST_TIME_LEFT),
                    ("invoice_ids", "in", bills[:1].ids),
                ]
            )
        )
        return attempts.filtered(
            lambda tx: (
                tx.invoice_ids == bills
                and not tx.currency_id.compare_amounts(tx.amount, values["amount"])
                and tx.surcharge_amount == values["surcharge_amount"]
            )
        )[:1]

    @api.model
    def _get_waiting_attempts(self, bills):
        """Return ``{bill: attempt}`` of the bills somebody is about to pay already."""
        # As superuser: payers do not read transactions.
        attempts = (
            self.env["payment.transaction"]
            .sudo()
            .search(
                [
                    ("invoice_ids", "in", bills.ids),
                    ("state", "=", "pending"),
                    ("expires_at", ">", fields.Datetime.now()),
                ],
                order="id",
            )
        )
        return {bill.id: tx for tx in attempts for bill in tx.invoice_ids}

    # === FIXED NUMBERS AND PAYMENTS === #

    @api.model
    def _get_fixed_accounts(self):
        """Return the fixed numbers the current user may pay to; a hook.

        :rtype: payment.virtual.account
        """
        # As superuser: payers see their own numbers, not the list of all.
        return (
            self.env["payment.virtual.account"]
            .sudo()
            .search(self._get_fixed_domain(), order="partner_id, channel_id, id")
        )

    @api.model
    def _get_fixed_domain(self):
        payer = self.env.user.partner_id.commercial_partner_id
        return (
            Domain("kind", "=", "fixed")
            & Domain("state", "=", "active")
            & Domain("partner_id", "child_of", payer.id)
        )

    @api.model
    def _get_payments_domain(self):
        """Return the domain of the payments the current user may see; a hook."""
        payer = self.env.user.partner_id.commercial_partner_id
        return Domain("partner_id.commercial_partner_id", "=", payer.id)

    # === FOR PEOPLE === #

    @api.model
    def _format_time(self, moment, company):
        """Return a time as on the clock of the company, with the name of its zone.

        :param datetime moment: naive UTC
        """
        zone = company.sudo()._get_payment_zone()  # the clock, nothing else of it
        text = format_datetime(self.env, moment, str(zone), "EEEE, d MMMM y, HH:mm")
        return f"{text} {moment.replace(tzinfo=UTC).astimezone(zone):%Z}"

    @api.model
    def _get_steps(self, channel, tx=None):
        """Return the steps to pay by a channel: those on its payment method, else those
        that come with this add-on for the method or its kind.

        :param payment.transaction tx: the attempt, None for a fixed number
        :rtype: list[Section]
        """
        text = channel.payment_method_id.pay_steps
        if is_html_empty(text):
            names = (channel.payment_method_id.code, channel.kind)
            found = (
                self.env.ref(f"payment_va.steps_{name}", raise_if_not_found=False)
                for name in names
            )
            template = next(filter(None, found), None)
            text = template and self.env["ir.qweb"]._render(template.id, {"tx": tx})
        return split_steps(text)

    @api.model
    def _get_splits(self, bills):
        """Return the bills by company, where no provider takes them together.

        :return: dicts with ``name``, ``bills`` and whether they are ``payable`` alone
        """
        return [
            {
                # As superuser: the name of a school stands on its bills.
                "name": company.sudo().name,
                "bills": group,
                "payable": bool(self._get_providers(group, self._get_total(group))),
            }
            for company, group in bills.grouped("company_id").items()
        ]

    @api.model
    def _format_amount(self, amount, currency):
        """Return an amount as payers write it: rupiah without decimals."""
        if currency.name == "IDR":
            return format_rupiah(math.ceil(currency.round(amount)))
        return formatLang(self.env, amount, currency_obj=currency)
