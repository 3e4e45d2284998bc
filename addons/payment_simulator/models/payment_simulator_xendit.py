# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import uuid
from datetime import UTC, timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.payment_va.tools.amounts import parse_time, to_naive_utc
from odoo.addons.payment_va.tools.fees import ChannelFee
from odoo.addons.payment_va.tools.va_number import digits

from ..const import (
    VA_PREFIXES,
    XENDIT_API_VERSION,
    XENDIT_FEES,
    XENDIT_LIMITS,
    XENDIT_REFUNDABLE,
)
from ..tools import qris
from ..tools.retries import next_xendit
from ..tools.signing import new_secret
from ..tools.wire import Answer, Refusal

PATH = "/payment/callback/xendit"
TYPES = ("PAY", "PAY_AND_SAVE", "REUSABLE_PAYMENT_CODE")
REQUEST_STATUSES = {
    "pending": "REQUIRES_ACTION",
    "active": "ACCEPTING_PAYMENTS",
    "paid": "SUCCEEDED",
    "refunded": "SUCCEEDED",
    "expired": "EXPIRED",
    "cancelled": "CANCELED",
}
INVOICE_STATUSES = {
    "pending": "PENDING",
    "paid": "PAID",
    "refunded": "PAID",
    "expired": "EXPIRED",
}
INVOICE_MINUTES, REQUEST_MINUTES, QRIS_MINUTES = 1440, 1440, 2880


class PaymentSimulatorXendit(models.AbstractModel):
    """Xendit: payment requests (v3), invoices (v2), refunds, transactions."""

    _name = "payment.simulator.xendit"
    _inherit = "payment.simulator.protocol"
    _description = "Payment Simulator: Xendit"

    _code = "xendit"

    # === OUR CALLS TO IT === #

    def _authenticate(self, call):
        account = self.env["payment.simulator.account"]._find_by_key(
            self._code, call.basic_user()
        )
        if not account:
            raise self._refusal(401, "INVALID_API_KEY", "API key format is invalid")
        return account

    def _get_error_payload(self):
        return {"error_code": "SERVER_ERROR", "message": "Error connecting to server"}

    def _route(self, account, call):
        match call.method, *call.segments:
            case "POST", "v3", "payment_requests":
                return self._create_request(account, call)
            case "GET", "v3", "payment_requests":
                return self._list_requests(account, call.query)
            case "GET", "v3", "payment_requests", ref:
                return Answer(200, self._prepare_request(self._get_order(account, ref)))
            case "POST", "v3", "payment_requests", ref, "cancel":
                return self._cancel_request(self._get_order(account, ref))
            case "POST", "v3", "payment_requests", ref, "simulate":
                return self._simulate(self._get_order(account, ref), self._read(call))
            case "GET", "v3", "payments", ref:
                return Answer(
                    200, self._prepare_payment(self._get_payment(account, ref))
                )
            case "POST", "v2", "invoices":
                return self._create_invoice(account, self._read(call))
            case "GET", "v2", "invoices":
                return self._list_invoices(account, call.query)
            case "GET", "v2", "invoices", ref:
                return Answer(200, self._prepare_invoice(self._get_order(account, ref)))
            case "POST", "invoices", ref, "expire!":
                return self._expire_invoice(self._get_order(account, ref))
            case "POST", "refunds":
                return self._refund(account, self._read(call))
            case "GET", "refunds", ref:
                return Answer(200, self._prepare_refund(self._get_refund(account, ref)))
            case "GET", "transactions":
                return self._list_transactions(account, call.query)
        return self._not_found(call)

    def _not_found(self, call):
        raise self._refusal(404, "NOT_FOUND", f"{call.method} {call.path}: not found")

    def _read(self, call):
        try:
            return call.json()
        except ValueError:
            raise self._refusal(
                400, "INVALID_JSON_FORMAT", "not a JSON object"
            ) from None

    def _refusal(self, status, code, message):
        return Refusal(status, {"error_code": code, "message": message})

    def _invalid(self, message):
        return self._refusal(400, "API_VALIDATION_ERROR", message)

    def _get_order(self, account, ref):
        order = account.order_ids.filtered_domain([("provider_ref", "=", ref)])
        if not order:
            raise self._refusal(404, "DATA_NOT_FOUND", f"{ref} could not be found")
        self._lock_order(order)
        if order.state == "pending" and order._is_over():
            order._expire()
        return order

    def _get_payment(self, account, ref):
        payment = self.env["payment.simulator.payment"].search(
            [("provider_ref", "=", ref), ("order_id.account_id", "=", account.id)]
        )
        if not payment:
            raise self._refusal(404, "DATA_NOT_FOUND", f"{ref} could not be found")
        return payment

    # === PAYMENT REQUESTS (V3) === #

    def _create_request(self, account, call):
        if call.headers.get("api-version") != XENDIT_API_VERSION:
            raise self._invalid(f"header api-version must be {XENDIT_API_VERSION}")
        body = self._read(call)
        self._check_request(body)
        channel, amount = body["channel_code"], body.get("request_amount") or 0
        ref, properties = body["reference_id"], body.get("channel_properties") or {}
        is_reusable = body["type"] == "REUSABLE_PAYMENT_CODE"
        order = self.env["payment.simulator.order"].create(
            {
                "account_id": account.id,
                "order_ref": ref,
                "provider_ref": f"pr-{uuid.uuid4()}",
                "channel": channel,
                "amount": amount,
                "payer_name": properties.get("display_name"),
                "is_reusable": is_reusable,
                "state": "active" if is_reusable else "pending",
                "expires_at": self._get_expiry(body, is_reusable),
                "details": {
                    "product": "request",
                    "repeat": {
                        key: body[key]
                        for key in ("type", "description", "metadata")
                        if body.get(key)
                    },
                    "properties": properties,
                },
                **self._prepare_code(account, channel, properties, amount, ref),
            }
        )
        return Answer(201, self._prepare_request(order))

    def _check_request(self, body):
        """Refuse what the real one refuses.

        :raise Refusal:
        """
        for name in ("reference_id", "type", "country", "currency", "channel_code"):
            if not isinstance(body.get(name), str) or not body[name]:
                raise self._invalid(f"{name} is required")
        if body["type"] not in TYPES:
            raise self._invalid(f"type must be one of {', '.join(TYPES)}")
        if (body["country"], body["currency"]) != ("ID", "IDR"):
            raise self._invalid("country must be ID and currency IDR")
        limits = XENDIT_LIMITS.get(body["channel_code"])
        if not limits:
            raise self._refusal(
                400, "CHANNEL_CODE_NOT_SUPPORTED", f"{body['channel_code']}: unknown"
            )
        properties = body.get("channel_properties") or {}
        if body["channel_code"] == "OVO" and not properties.get(
            "account_mobile_number"
        ):
            raise self._invalid("channel_properties.account_mobile_number is required")
        amount = body.get("request_amount")
        if amount is None and body["type"] == "REUSABLE_PAYMENT_CODE":
            return  # the payer says how much
        if not is_number(amount):
            raise self._invalid("request_amount must be a number")
        if amount != int(amount) or not limits[0] <= amount <= limits[1]:
            raise self._invalid(
                f"request_amount must be whole and {limits[0]} to {limits[1]}"
            )

    def _get_expiry(self, body, is_reusable):
        wanted = (body.get("channel_properties") or {}).get("expires_at")
        now = fields.Datetime.now()
        if body["channel_code"] == "QRIS":
            return now + timedelta(minutes=QRIS_MINUTES)  # cannot be set
        if not wanted:
            return False if is_reusable else now + timedelta(minutes=REQUEST_MINUTES)
        try:
            expires_at = to_naive_utc(parse_time(wanted))
        except ValueError:
            raise self._invalid("channel_properties.expires_at is no time") from None
        if expires_at <= now:
            raise self._invalid("channel_properties.expires_at must be in the future")
        return expires_at

    def _prepare_code(self, account, channel, properties, amount, ref):
        """Return the number or QRIS payload of a new request."""
        if channel == "QRIS":
            code = qris.compose(int(amount), ref, account.company_id.name)
            return {"kind": "qris", "qr_string": code}
        if not channel.endswith("_VIRTUAL_ACCOUNT"):
            return {"kind": "ewallet"}
        prefix = VA_PREFIXES[channel.split("_")[0].lower()]
        number = digits(properties.get("virtual_account_number"))
        return {"kind": "va", "number": self._new_number(account, prefix, number)}

    def _new_number(self, account, prefix, wanted):
        """Return a number of the bank; a wanted one that is taken is refused."""
        live = account.order_ids.filtered_domain(
            [("number", "!=", False), ("state", "in", ("pending", "active"))]
        )
        taken = set(live.mapped("number"))
        if wanted:
            number = wanted if wanted.startswith(prefix) else prefix + wanted
            if number in taken:
                raise self._refusal(
                    409, "DUPLICATE_ERROR", "virtual_account_number is in use"
                )
            return number
        while (number := prefix + f"{uuid.uuid4().int % 10**10:010}") in taken:
            pass
        return number

    def _list_requests(self, account, query):
        orders = account.order_ids.filtered(
            lambda order: (
                order.details["product"] == "request"
                and order.order_ref == query.get("reference_id")
            )
        )
        data = [self._prepare_request(order) for order in orders]
        return Answer(200, {"data": data, "has_more": False})

    def _cancel_request(self, order):
        if order.state not in ("pending", "active"):
            raise self._refusal(
                400, "REQUEST_CANNOT_BE_CANCELED", "the request is final already"
            )
        order.state = "cancelled"
        return Answer(200, self._prepare_request(order))

    def _simulate(self, order, body):
        try:
            order._pay(body.get("amount"))
        except UserError as error:
            raise self._invalid(str(error)) from None
        return Answer(200, {"status": "PENDING", "message": "it is on its way"})

    def _prepare_request(self, order):
        """Return a payment request as its calls show it."""
        if order.details["product"] != "request":
            raise self._refusal(404, "DATA_NOT_FOUND", "no payment request")
        payload = {
            "business_id": self._get_business(order.account_id),
            "reference_id": order.order_ref,
            "payment_request_id": order.provider_ref,
            "country": "ID",
            "currency": "IDR",
            "capture_method": "AUTOMATIC",
            "channel_code": order.channel,
            "channel_properties": order.details["properties"],
            "actions": self._prepare_actions(order),
            "status": REQUEST_STATUSES[order.state],
            "created": self._write_time(order.create_date),
            "updated": self._write_time(order.write_date),
            **order.details["repeat"],
        }
        if order.amount:
            payload["request_amount"] = int(order.amount)
        if order.payment_ids and not order.is_reusable:
            payload["latest_payment_id"] = order._get_payments()[0].provider_ref
        return payload

    def _prepare_actions(self, order):
        if order.number:
            descriptor, value = "VIRTUAL_ACCOUNT_NUMBER", order.number
        elif order.qr_string:
            descriptor, value = "QR_STRING", order.qr_string
        else:
            url = self._get_page(order)
            return [
                {"type": "REDIRECT_CUSTOMER", "descriptor": name, "value": url}
                for name in ("DEEPLINK_URL", "WEB_URL")
            ]
        return [
            {"type": "PRESENT_TO_CUSTOMER", "descriptor": descriptor, "value": value}
        ]

    def _prepare_payment(self, payment):
        """Return a payment as its call and its webhook show it."""
        order = payment.order_id
        paid = payment.state == "paid"
        captures = [
            {
                "capture_id": payment.capture_ref,
                "capture_amount": int(payment.amount),
                "capture_timestamp": self._write_time(payment.paid_at),
            }
        ]
        return {
            "payment_id": payment.provider_ref,
            "payment_request_id": order.provider_ref,
            "business_id": self._get_business(order.account_id),
            "reference_id": order.order_ref,
            "type": order.details.get("repeat", {}).get("type", "PAY"),
            "status": "SUCCEEDED" if paid else "FAILED",
            "country": "ID",
            "currency": "IDR",
            "request_amount": int(order.amount or payment.amount),
            "capture_method": "AUTOMATIC",
            "channel_code": order.channel,
            "captures": captures if paid else [],
            "payment_details": {"receipt_id": payment.bank_reference},
            "metadata": order.details.get("repeat", {}).get("metadata") or {},
            "created": self._write_time(payment.paid_at),
            "updated": self._write_time(payment.write_date),
        }

    # === INVOICES (V2) === #

    def _create_invoice(self, account, body):
        amount = body.get("amount")
        if not body.get("external_id"):
            raise self._invalid("external_id is required")
        if (
            isinstance(amount, bool)
            or not isinstance(amount, int | float)
            or amount < 1
        ):
            raise self._invalid("amount must be a number of 1 or more")
        seconds = body.get("invoice_duration") or INVOICE_MINUTES * 60
        order = self.env["payment.simulator.order"].create(
            {
                "account_id": account.id,
                "order_ref": body["external_id"],
                "provider_ref": uuid.uuid4().hex[:24],
                "kind": "redirect",
                "channel": (body.get("payment_methods") or ["INVOICE"])[0],
                "amount": int(amount),
                "payer_name": (body.get("customer") or {}).get("given_names"),
                "expires_at": fields.Datetime.now() + timedelta(seconds=int(seconds)),
                "details": {
                    "product": "invoice",
                    "url": body.get("success_redirect_url"),
                },
            }
        )
        return Answer(200, self._prepare_invoice(order))

    def _list_invoices(self, account, query):
        orders = account.order_ids.filtered(lambda o: o.details["product"] == "invoice")
        if ref := query.get("external_id"):
            orders = orders.filtered(lambda o: o.order_ref == ref)
        return Answer(200, [self._prepare_invoice(order) for order in orders])

    def _expire_invoice(self, order):
        if order.state == "pending":
            order._expire()
        return Answer(200, self._prepare_invoice(order))

    def _prepare_invoice(self, order, payment=None):
        """Return an invoice as its calls and its webhook show it."""
        if order.details["product"] != "invoice":
            raise self._refusal(404, "INVOICE_NOT_FOUND_ERROR", "no invoice")
        payment = payment or order._get_payments()[:1]
        payload = {
            "id": order.provider_ref,
            "external_id": order.order_ref,
            "user_id": self._get_business(order.account_id),
            "status": INVOICE_STATUSES[order.state],
            "merchant_name": order.company_id.name,
            "amount": int(order.amount),
            "currency": "IDR",
            "expiry_date": self._write_time(order.expires_at),
            "invoice_url": self._get_page(order),
            "created": self._write_time(order.create_date),
            "updated": self._write_time(order.write_date),
        }
        if payment:
            payload.update(
                paid_amount=int(payment.amount),
                paid_at=self._write_time(payment.paid_at),
                payment_id=payment.provider_ref,
                payment_method="QR_CODE",
                payment_channel=self._get_paid_channel(order),
                payment_destination=payment.bank_reference,
            )
        return payload

    # === REFUNDS AND TRANSACTIONS === #

    def _refund(self, account, body):
        order = self._get_refunded(account, body)
        again = order.refund_ids.filtered(
            lambda r: r.refund_key and r.refund_key == body.get("reference_id")
        )
        if again:
            raise self._refusal(409, "DUPLICATE_ERROR", "reference_id is used already")
        payment = order._get_payments("paid")[:1]
        try:
            refund = payment._refund(
                body.get("amount"), body.get("reference_id"), body.get("reason")
            )
        except (TypeError, ValueError, UserError):
            raise self._refusal(
                400, "MAXIMUM_REFUND_AMOUNT_REACHED", "amount is more than what is left"
            ) from None
        self._notify(order, "refund", payment=payment, refund=refund)
        return Answer(200, self._prepare_refund(refund))

    def _get_refund(self, account, ref):
        refund = self.env["payment.simulator.refund"].search(
            [
                ("id", "=", int(digits(ref) or 0)),
                ("order_id.account_id", "=", account.id),
            ]
        )
        if not refund:
            raise self._refusal(404, "DATA_NOT_FOUND", f"{ref} could not be found")
        return refund

    def _get_refunded(self, account, body):
        ref = body.get("payment_request_id") or body.get("invoice_id") or ""
        order = self._get_order(account, ref)
        if not any(payment.state == "paid" for payment in order.payment_ids):
            raise self._refusal(400, "INELIGIBLE_TRANSACTION", "nothing was paid")
        if self._get_paid_channel(order) not in XENDIT_REFUNDABLE:
            raise self._refusal(
                400, "REFUND_NOT_SUPPORTED", f"{order.channel} has no refunds"
            )
        return order

    def _get_paid_channel(self, order):
        """Return the channel of a payment; on Xendit's page it is always QRIS here."""
        return "QRIS" if order.details["product"] == "invoice" else order.channel

    def _prepare_refund(self, refund):
        order = refund.order_id
        return {
            "id": f"rfd-{refund.id}",
            "payment_request_id": order.provider_ref,
            "payment_id": refund.payment_id.provider_ref,
            "reference_id": refund.refund_key or f"rfd-{refund.id}",
            "invoice_id": None,
            "payment_method_type": order.kind.upper(),
            "channel_code": order.channel,
            "currency": "IDR",
            "amount": int(refund.amount),
            "status": "SUCCEEDED",
            "reason": refund.reason,
            "failure_code": None,
            "refund_fee_amount": None,
            "created": self._write_time(refund.create_date),
            "updated": self._write_time(refund.create_date),
            "metadata": None,
        }

    def _list_transactions(self, account, query):
        domain = [("order_id.account_id", "=", account.id), ("state", "=", "paid")]
        for name, operator in (("created[gte]", ">="), ("created[lte]", "<=")):
            if text := query.get(name):
                domain.append(("paid_at", operator, to_naive_utc(parse_time(text))))
        if ref := query.get("reference_id"):
            domain.append(("order_id.order_ref", "=", ref))
        if after := query.get("after_id"):
            domain.append(("id", "<", int(digits(after) or 0)))
        limit = min(int(query.get("limit") or 10), 50)
        payments = self.env["payment.simulator.payment"].search(domain, limit=limit + 1)
        return Answer(
            200,
            {
                "has_more": len(payments) > limit,
                "data": [self._prepare_row(payment) for payment in payments[:limit]],
                "links": [],
            },
        )

    def _prepare_row(self, payment):
        """Return a payment with its fees, as the list of transactions shows it."""
        order = payment.order_id
        terms = XENDIT_FEES["va" if order.kind == "va" else order.kind]
        fee, tax = ChannelFee(*terms).compute(int(payment.amount))
        return {
            "id": f"txn_{payment.id}",
            "product_id": payment.provider_ref,
            "type": "PAYMENT",
            "status": "SUCCESS",
            "channel_category": order.kind.upper(),
            "channel_code": order.channel,
            "reference_id": order.order_ref,
            "account_identifier": order.number or None,
            "currency": "IDR",
            "amount": int(payment.amount),
            "net_amount": int(payment.amount) - fee - tax,
            "cashflow": "MONEY_IN",
            "settlement_status": "SETTLED",
            "estimated_settlement_time": self._write_time(payment.paid_at),
            "business_id": self._get_business(order.account_id),
            "fee": {
                "xendit_fee": fee,
                "value_added_tax": tax,
                "xendit_withholding_tax": 0,
                "third_party_withholding_tax": 0,
                "status": "COMPLETED",
            },
            "product_data": {
                "capture_id": payment.capture_ref,
                "payment_request_id": order.provider_ref,
            },
            "created": self._write_time(payment.paid_at),
            "updated": self._write_time(payment.paid_at),
        }

    # === PAYLOADS === #

    def _get_business(self, account):
        return f"{account.id:024x}"

    def _get_page(self, order):
        """Return the address of the page on which a person pays."""
        base = order.account_id.callback_url.rstrip("/")
        return f"{base}/simulator/order/{order.id}"

    def _write_time(self, moment):
        """Return a naive UTC time as Xendit writes it."""
        if not moment:
            return None
        text = moment.replace(tzinfo=UTC).isoformat(timespec="milliseconds")
        return text.replace("+00:00", "Z")

    # === WHAT PEOPLE DO === #

    def _get_return_actions(self, order):
        return ["refund"] if self._get_paid_channel(order) in XENDIT_REFUNDABLE else []

    def _pay(self, order, amount):
        payment = self.env["payment.simulator.payment"].create(
            {
                "order_id": order.id,
                "provider_ref": f"py-{uuid.uuid4()}",
                "capture_ref": f"cptr-{uuid.uuid4()}",
                "bank_reference": order.number or new_secret(length=12).upper(),
                "amount": amount,
            }
        )
        if order.state == "pending":
            order.state = "paid"  # an expired request stays so, whatever arrives late
        self._notify(order, "paid", payment=payment)
        return payment

    # === NOTICES TO US === #

    def _notify(self, order, event, payment=None, refund=None):
        if order.details["product"] == "invoice":
            return self._notify_invoice(order, event, payment)
        prepared = self._prepare_event(order, event, payment, refund)
        if not prepared:
            return None
        name, data = prepared
        body = {
            "event": name,
            "business_id": self._get_business(order.account_id),
            "created": self._write_time(fields.Datetime.now()),
            "api_version": "v3",
            "data": data,
        }
        return self._queue(order, name, body, payment)

    def _prepare_event(self, order, event, payment, refund):
        """Return name and data of the webhook of an event, None where there is none."""
        if event == "paid":
            return "payment.capture", self._prepare_payment(payment)
        if event == "refund":
            return "refund.succeeded", self._prepare_refund(refund)
        if event == "expire":
            return "payment_request.expiry", self._prepare_request(order)
        return None

    def _notify_invoice(self, order, event, payment):
        if event in ("paid", "expire"):
            body = self._prepare_invoice(order, payment)
            if event == "paid":
                body["status"] = "PAID"
            self._queue(order, f"invoice {body['status']}", body, payment)

    def _queue(self, order, event, body, payment):
        headers = {"webhook-id": str(uuid.uuid4())}
        return self.env["payment.simulator.delivery"]._queue(
            order, event, PATH, body, headers=headers, payment=payment
        )

    def _get_notice_headers(self, account):
        return {"x-callback-token": account.callback_token or ""}

    def _get_retry(self, status, tries):
        return next_xendit(status, tries)


def is_number(value):
    """Return whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)
