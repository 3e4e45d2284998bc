# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import uuid
from datetime import UTC, datetime, timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.payment_va.tools.amounts import to_naive_utc
from odoo.addons.payment_va.tools.va_number import digits

from ..const import (
    MANDIRI_BILLER_CODE,
    MIDTRANS_BANKS,
    MIDTRANS_EXPIRY,
    MIDTRANS_REFUNDABLE,
    VA_PREFIXES,
    WIB,
)
from ..tools import qris
from ..tools.retries import next_midtrans
from ..tools.signing import new_secret, sign_midtrans
from ..tools.wire import Answer, Refusal

#: State of the order -> (transaction_status, status_code).
STATUSES = {
    "pending": ("pending", "201"),
    "paid": ("settlement", "200"),
    "expired": ("expire", "407"),
    "cancelled": ("cancel", "200"),
    "denied": ("deny", "202"),
    "refunded": ("refund", "200"),
}
CHARGE_MESSAGES = {
    "bank_transfer": "Success, Bank Transfer transaction is created",
    "echannel": "OK, Mandiri Bill transaction is successful",
    "gopay": "GO-PAY transaction is created",
    "qris": "QRIS transaction is created",
    "shopeepay": "ShopeePay transaction is created",
}


class PaymentSimulatorMidtrans(models.AbstractModel):
    """Midtrans: Core API and Snap."""

    _name = "payment.simulator.midtrans"
    _inherit = "payment.simulator.protocol"
    _description = "Payment Simulator: Midtrans"

    _code = "midtrans"

    # === OUR CALLS TO IT === #

    def _authenticate(self, call):
        account = self.env["payment.simulator.account"]._find_by_key(
            self._code, call.basic_user()
        )
        if not account:
            message = "Unknown Merchant server_key/id"
            if call.path.startswith("/snap/"):
                raise Refusal(401, {"error_messages": [message]})
            raise Refusal(401, self._status("401", message))
        return account

    def _get_error_payload(self):
        return self._status("500", "Sorry, we encountered internal server error")

    def _route(self, account, call):
        match call.method, *call.segments:
            case "POST", "v2", "charge":
                return self._charge(account, self._read(call))
            case "GET", "v2", ref, "status":
                return self._answer(*self._get_status(account, ref))
            case "POST", "v2", ref, ("cancel" | "expire") as action:
                return self._close(account, ref, action)
            case "POST", "v2", ref, "refund":
                return self._refund(account, ref, self._read(call))
            case "POST", "v2", ref, "refund", "online", "direct":
                return self._refund(account, ref, self._read(call))
            case "POST", "snap", "v1", "transactions":
                return self._create_snap(account, call)
            case "POST", "snap", "v1", "transactions", token, "cancel":
                return self._cancel_snap(account, token)
        return self._not_found(call)

    def _read(self, call):
        try:
            return call.json()
        except ValueError:
            raise self._refusal("413", "Syntax error in the request") from None

    def _refusal(self, code, message):
        """Return a refusal. Midtrans answers HTTP 200 and says the rest in the body."""
        return Refusal(200, self._status(code, message))

    def _status(self, code, message, **values):
        return {"status_code": code, "status_message": message, **values}

    def _answer(self, code, payload):
        return Answer(200, {"status_code": code, **payload})

    # === CHARGE === #

    def _charge(self, account, body):
        payment_type = body.get("payment_type")
        if payment_type not in CHARGE_MESSAGES:
            raise self._refusal("402", "Payment channel is not activated.")
        ref, amount = self._check_details(account, body)
        order = self.env["payment.simulator.order"].create(
            {
                **self._prepare_order(account, body, payment_type, ref, amount),
                **getattr(self, f"_prepare_{payment_type}")(account, body, ref, amount),
            }
        )
        self._notify(order, "pending")
        payload = self._prepare_transaction(order)
        payload.update(status_message=CHARGE_MESSAGES[payment_type])
        if actions := self._prepare_actions(order):
            payload["actions"] = actions
        return self._answer("201", payload)

    def _check_details(self, account, body):
        """Return order id and amount of a charge.

        :raise Refusal: if they are not as documented, or the order id is used already
        """
        details = body.get("transaction_details") or {}
        ref, amount = details.get("order_id"), details.get("gross_amount")
        if not ref or not isinstance(ref, str) or len(ref) > 50:
            raise self._refusal("400", "transaction_details.order_id is required")
        if isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
            raise self._refusal(
                "400", "transaction_details.gross_amount is not a number"
            )
        items = body.get("item_details")
        if items and sum(i["price"] * i.get("quantity", 1) for i in items) != amount:
            raise self._refusal(
                "400",
                "transaction_details.gross_amount is not equal to the sum of"
                " item_details",
            )
        if account.order_ids.filtered_domain(
            [("order_ref", "=", ref), ("state", "!=", "cancelled")]
        ):
            raise self._refusal(
                "406",
                "The request could not be completed due to a conflict with the"
                " current state of the target resource, please try again",
            )
        return ref, amount

    def _prepare_order(self, account, body, payment_type, ref, amount):
        customer = body.get("customer_details") or {}
        name = f"{customer.get('first_name') or ''} {customer.get('last_name') or ''}"
        return {
            "account_id": account.id,
            "order_ref": ref,
            "provider_ref": str(uuid.uuid4()),
            "amount": amount,
            "payer_name": name.strip(),
            "expires_at": self._get_expiry(body, payment_type),
            "details": {
                "payment_type": payment_type,
                "custom": {
                    key: body[key]
                    for key in ("custom_field1", "custom_field2", "custom_field3")
                    if body.get(key)
                },
            },
        }

    def _get_expiry(self, body, payment_type):
        now = fields.Datetime.now()
        wanted = body.get("custom_expiry") or {}
        duration = wanted.get("expiry_duration")
        if not duration:
            return now + timedelta(minutes=MIDTRANS_EXPIRY[payment_type])
        unit = wanted.get("unit", "minute")
        try:
            length = timedelta(**{f"{unit}s": int(duration)})
            start = self._read_time(wanted.get("order_time")) or now
        except (TypeError, ValueError):
            raise self._refusal("400", "custom_expiry is not valid") from None
        if not timedelta(seconds=20) <= length <= timedelta(days=180):
            raise self._refusal("400", "custom_expiry.expiry_duration is not valid")
        return start + length

    def _read_time(self, text):
        """Return a time such as ``2026-07-10 09:15:00 +0700``, naive UTC."""
        if not text:
            return None
        return to_naive_utc(datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z"))

    def _prepare_bank_transfer(self, account, body, ref, amount):
        wanted = body.get("bank_transfer") or {}
        bank = wanted.get("bank")
        if bank not in MIDTRANS_BANKS:
            raise self._refusal("400", "bank_transfer.bank is not valid")
        number = digits(wanted.get("va_number"))
        return {
            "kind": "va",
            "channel": bank,
            "number": self._new_number(account, VA_PREFIXES[bank], number),
        }

    def _prepare_echannel(self, account, body, ref, amount):
        if not (body.get("echannel") or {}).get("bill_info1"):
            raise self._refusal("400", "echannel.bill_info1 is required")
        return {
            "kind": "va",
            "channel": "mandiri",
            "biller_code": MANDIRI_BILLER_CODE,
            "number": self._new_number(account, "99", ""),
        }

    def _prepare_qris(self, account, body, ref, amount):
        acquirer = (body.get("qris") or {}).get("acquirer") or "gopay"
        code = self._prepare_qr(account, ref, amount)
        return {"kind": "qris", "channel": acquirer, **code}

    def _prepare_gopay(self, account, body, ref, amount):
        code = self._prepare_qr(account, ref, amount)
        return {"kind": "ewallet", "channel": "gopay", **code}

    def _prepare_shopeepay(self, account, body, ref, amount):
        return {"kind": "ewallet", "channel": "shopeepay"}

    def _prepare_qr(self, account, ref, amount):
        return {"qr_string": qris.compose(amount, ref, account.company_id.name)}

    def _new_number(self, account, prefix, wanted):
        """Return a number that nobody else has now.

        A wanted one that is taken is replaced by another, without a word: as Midtrans.
        """
        live = account.order_ids.filtered_domain(
            [("number", "!=", False), ("state", "in", ("pending", "active"))]
        )
        taken = set(live.mapped("number"))
        if wanted and (number := prefix + wanted) not in taken:
            return number
        while (number := prefix + f"{uuid.uuid4().int % 10**11:011}") in taken:
            pass
        return number

    # === SNAP === #

    def _create_snap(self, account, call):
        try:
            body = call.json()
            ref, amount = self._check_details(account, body)
        except ValueError:
            raise Refusal(400, {"error_messages": ["the body is no JSON"]}) from None
        except Refusal as refusal:
            message = refusal.answer.payload["status_message"]
            raise Refusal(400, {"error_messages": [message]}) from None
        order = self.env["payment.simulator.order"].create(
            {
                **self._prepare_order(account, body, "snap", ref, amount),
                "kind": "redirect",
                "channel": "snap",
                "state": "created",
            }
        )
        expiry = body.get("expiry") or {}
        if expiry.get("duration"):
            order.expires_at = self._get_expiry(
                {
                    "custom_expiry": {
                        "order_time": expiry.get("start_time"),
                        "expiry_duration": expiry["duration"],
                        "unit": (expiry.get("unit") or "minute").rstrip("s"),
                    }
                },
                "snap",
            )
        return Answer(
            201, {"token": order.provider_ref, "redirect_url": self._get_page(order)}
        )

    def _cancel_snap(self, account, token):
        order = account.order_ids.filtered_domain(
            [("provider_ref", "=", token), ("state", "=", "created")]
        )
        if not order:
            raise Refusal(404, {"error_messages": ["token not found"]})
        order.state = "cancelled"
        return Answer(200, {"status_code": "200", "status_message": "canceled"})

    def _get_page(self, order):
        """Return the address of the page on which a person pays."""
        base = order.account_id.callback_url.rstrip("/")
        return f"{base}/simulator/order/{order.id}"

    # === STATUS AND CHANGES === #

    def _find(self, account, ref):
        """Return an order and, where the id of a payment was asked for, that one."""
        orders = account.order_ids.filtered_domain([("order_ref", "=", ref)])
        order = orders.filtered(lambda o: o.state != "cancelled")[:1] or orders[:1]
        order = order or account.order_ids.filtered_domain([("provider_ref", "=", ref)])
        payment = self.env["payment.simulator.payment"].search(
            [("provider_ref", "=", ref), ("order_id.account_id", "=", account.id)]
        )
        order = order or payment.order_id
        if not order or order.state == "created":
            raise self._refusal("404", "Transaction doesn't exist.")
        return self._lock_order(order), payment

    def _get_status(self, account, ref):
        order, payment = self._find(account, ref)
        if order.state == "pending" and order._is_over():
            order._expire()
        payload = self._prepare_transaction(order, payment or self._get_first(order))
        message = "Success, transaction is found"
        return payload["status_code"], {**payload, "status_message": message}

    def _get_first(self, order):
        """Return the payment that the order id stands for."""
        return order.payment_ids.filtered(
            lambda p: p.provider_ref == order.provider_ref
        )

    def _close(self, account, ref, action):
        order, _payment = self._find(account, ref)
        if order.state != "pending":
            raise self._refusal(
                "412", "Merchant cannot modify the status of the transaction"
            )
        if action == "expire":
            order._expire()
        else:
            order.state = "cancelled"
            self._notify(order, "cancel")
        payload = self._prepare_transaction(order)
        return self._answer(
            payload["status_code"],
            {**payload, "status_message": f"Success, transaction is {action}ed"},
        )

    def _refund(self, account, ref, body):
        order, payment = self._find(account, ref)
        payment = payment or self._get_first(order)
        self._check_refund(order, payment)
        amount, key = body.get("amount"), body.get("refund_key")
        if key and key in payment.refund_ids.mapped("refund_key"):
            raise self._refusal("406", "Duplicate refund_key")
        try:
            refund = payment._refund(amount, key, body.get("reason"))
        except (TypeError, ValueError, UserError):
            raise self._refusal("414", "Refund request is rejected") from None
        self._notify(order, "refund", payment=payment, refund=refund)
        payload = self._prepare_transaction(order, payment)
        return self._answer(
            "200",
            {
                **payload,
                "status_message": "Success, refund request is approved",
                "refund_amount": f"{int(refund.amount)}.00",
                "refund_key": refund.refund_key or str(refund.id),
            },
        )

    def _check_refund(self, order, payment):
        if order.details["payment_type"] not in MIDTRANS_REFUNDABLE:
            raise self._refusal("412", "Payment type does not support refund")
        if payment.state != "paid":
            raise self._refusal("412", "Transaction status cannot be updated")

    # === PAYLOADS === #

    def _prepare_transaction(self, order, payment=None):
        """Return a transaction as the status call and the notices show it, signed."""
        status, code = self._get_words(order, payment)
        amount = f"{int(payment.amount if payment else order.amount)}.00"
        payload = {
            "transaction_time": self._write_time(order.create_date),
            "transaction_status": status,
            "transaction_id": (payment or order).provider_ref,
            "status_message": "midtrans payment notification",
            "status_code": code,
            "signature_key": sign_midtrans(
                order.order_ref, code, amount, order.account_id.server_key
            ),
            "payment_type": order.details["payment_type"],
            "order_id": order.order_ref,
            "merchant_id": f"G{order.account_id.id:09}",
            "gross_amount": amount,
            "fraud_status": "accept",
            "currency": "IDR",
            **order.details["custom"],
            **self._prepare_channel(order),
        }
        if order.expires_at:
            payload["expiry_time"] = self._write_time(order.expires_at)
        if payment:
            payload["settlement_time"] = self._write_time(payment.paid_at)
            payload.update(self._prepare_refunds(payment))
        return payload

    def _get_words(self, order, payment):
        """Return transaction_status and status_code of an order or of one payment."""
        if not payment:
            return STATUSES[order.state]
        if payment.state == "denied":
            return STATUSES["denied"]
        if not payment.refund_ids:
            return STATUSES["paid"]
        return "partial_refund" if payment._get_left() else "refund", "200"

    def _prepare_channel(self, order):
        """Return what the payer needs: number, bill, or QRIS payload."""
        if order.biller_code:
            return {"biller_code": order.biller_code, "bill_key": order.number}
        if order.channel == "permata":
            return {"permata_va_number": order.number}
        if order.number:
            numbers = [{"bank": order.channel, "va_number": order.number}]
            return {"va_numbers": numbers, "payment_amounts": []}
        if order.kind == "qris":
            return {"qr_string": order.qr_string, "acquirer": order.channel}
        return {}

    def _prepare_actions(self, order):
        """Return the addresses that a charge by QRIS or e-wallet offers."""
        if order.kind not in ("qris", "ewallet"):
            return []
        page = self._get_page(order)
        actions = [{"name": "deeplink-redirect", "method": "GET", "url": page}]
        if order.kind == "qris":
            actions = []
        if order.qr_string:
            url = f"{page}/qr-code"
            actions.insert(0, {"name": "generate-qr-code", "method": "GET", "url": url})
        return actions

    def _prepare_refunds(self, payment):
        if not payment.refund_ids:
            return {}
        return {
            "refund_amount": f"{int(sum(payment.refund_ids.mapped('amount')))}.00",
            "refunds": [
                {
                    "refund_chargeback_id": refund.id,
                    "refund_amount": f"{int(refund.amount)}.00",
                    "created_at": self._write_time(refund.create_date),
                    "reason": refund.reason or "",
                    "refund_key": refund.refund_key or str(refund.id),
                    "refund_method": "online",
                    "bank_confirmed_at": self._write_time(refund.create_date),
                }
                for refund in payment.refund_ids.sorted("id")
            ],
        }

    def _write_time(self, moment):
        """Return a naive UTC time as Midtrans writes it: Jakarta, without offset."""
        return moment.replace(tzinfo=UTC).astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")

    # === WHAT PEOPLE DO === #

    def _get_return_actions(self, order):
        refund = (
            ["refund"] if order.details["payment_type"] in MIDTRANS_REFUNDABLE else []
        )
        return [*refund, "deny"]

    def _pay(self, order, amount):
        if order.state == "created":
            # The payer picks the channel on Midtrans' page; here it is always QRIS.
            order.details = {**order.details, "payment_type": "qris"}
        is_first = not order.payment_ids
        payment = self.env["payment.simulator.payment"].create(
            {
                "order_id": order.id,
                # A second payment is a transaction of its own with the same order id.
                "provider_ref": order.provider_ref if is_first else str(uuid.uuid4()),
                "bank_reference": new_secret(length=12).upper(),
                "amount": amount,
            }
        )
        order.state = "paid"
        self._notify(order, "paid", payment=payment)
        return payment

    # === NOTICES TO US === #

    def _notify(self, order, event, payment=None, refund=None):
        if order.state == "created" or order.details["payment_type"] == "snap":
            return  # nobody has chosen a channel: there is no transaction yet
        payload = self._prepare_transaction(order, payment)
        queue = self.env["payment.simulator.delivery"]._queue
        path = "/payment/callback/midtrans"
        if refund:
            # Midtrans tells twice: when it was asked for, and when the bank confirmed.
            queue(order, "refund asked", path, self._without_confirmation(payload))
        queue(
            order,
            payload["transaction_status"],
            path,
            payload,
            payment=payment,
            # The merchant reads the answer to the charge first.
            after=2 if event == "pending" else 0,
        )

    def _without_confirmation(self, payload):
        refunds = [dict(refund) for refund in payload["refunds"]]
        refunds[-1].pop("bank_confirmed_at")
        return {**payload, "refunds": refunds}

    def _get_retry(self, status, tries):
        return next_midtrans(status, tries)
