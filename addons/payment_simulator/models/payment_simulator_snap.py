# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import time
import uuid
from datetime import UTC, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.payment_va.tools.amounts import parse_amount, parse_time, to_naive_utc
from odoo.addons.payment_va.tools.va_number import digits

from ..const import SNAP_DRIFT, SNAP_TOKEN_SECONDS, WIB
from ..tools import qris, signing
from ..tools.retries import next_snap
from ..tools.sender import BankKeys
from ..tools.wire import Answer, Refusal

TOKEN, TOKEN_PATH = "73", "access-token/b2b"
#: Operation -> service code and methods.
SERVICES = {
    TOKEN_PATH: (TOKEN, "POST"),
    "transfer-va/status": ("26", "POST"),
    "transfer-va/create-va": ("27", "POST"),
    "transfer-va/update-va": ("28", "PUT"),
    "transfer-va/update-status": ("29", "PUT"),
    "transfer-va/inquiry-va": ("30", "POST"),
    "transfer-va/delete-va": ("31", "DELETE"),
    "transfer-va/report": ("35", "POST GET"),
    "qr/qr-mpm-generate": ("47", "POST"),
    "qr/qr-mpm-query": ("51", "POST"),
    "qr/qr-mpm-cancel": ("77", "POST"),
    "qr/qr-mpm-refund": ("78", "POST"),
}
MESSAGES = {
    "20000": "Successful",
    "40000": "Bad Request",
    "40001": "Invalid Field Format",
    "40002": "Invalid Mandatory Field",
    "40100": "Unauthorized",
    "40101": "Invalid Token (B2B)",
    "40400": "Invalid Transaction Status",
    "40401": "Transaction Not Found",
    "40412": "Invalid Bill/Virtual Account",
    "40413": "Invalid Amount",
    "40418": "Inconsistent Request",
    "40500": "Requested Function Is Not Supported",
    "40900": "Conflict",
    "40901": "Duplicate partnerReferenceNo",
    "50000": "General Error",
}
#: Numbers that take any amount any number of times.
OPEN_TYPES = ("O", "I", "M", "L", "N", "X")
QR_STATES = {"paid": "00", "cancelled": "05", "expired": "06", "refunded": "04"}
VA_PATH = "/v1.0/transfer-va"
QR_PATH = "/v1.0/qr/qr-mpm-notify"


class PaymentSimulatorSnap(models.AbstractModel):
    """A bank by Bank Indonesia's SNAP standard, as its profile describes it."""

    _name = "payment.simulator.snap"
    _inherit = "payment.simulator.protocol"
    _description = "Payment Simulator: SNAP Bank"

    _code = "snap"

    # === OUR CALLS TO IT === #

    def _serve(self, call):
        """Override to answer by the standard whatever is wrong about a call."""
        service, _methods = self._find_service(call)
        return super(PaymentSimulatorSnap, self.with_context(snap=service))._serve(call)

    def _find_service(self, call):
        """Return service code and methods of a path, whatever prefix the bank has."""
        operation = "/".join(call.segments[-2:])
        return SERVICES.get(operation, ("00", ""))

    def _refusal(self, http, case, detail=""):
        """Return a refusal in the words of the standard."""
        service = self.env.context["snap"]
        message = MESSAGES[f"{http}{case}"] + (f" {detail}" if detail else "")
        return Refusal(
            http, {"responseCode": f"{http}{service}{case}", "responseMessage": message}
        )

    def _answer(self, **values):
        service = self.env.context["snap"]
        return Answer(
            200,
            {
                "responseCode": f"200{service}00",
                "responseMessage": "Successful",
                **values,
            },
        )

    def _get_error_payload(self):
        return self._refusal(500, "00").answer.payload

    def _authenticate(self, call):
        accounts = self.env["payment.simulator.account"].search(
            [("code", "=", self._code), ("bank", "=", call.segments[0])]
        )
        service, methods = self._find_service(call)
        if not accounts or not methods:
            raise self._refusal(404, "01", call.path)
        if call.method not in methods.split():
            raise self._refusal(405, "00", call.method)
        self._check_headers(call, service)
        if service == TOKEN:
            return self._authenticate_token(accounts, call)
        return self._authenticate_signed(accounts, call)

    def _check_headers(self, call, service):
        names = ["x-timestamp", "x-signature"]
        if service == TOKEN:
            names.append("x-client-key")
        else:
            names += ["authorization", "x-partner-id", "x-external-id", "channel-id"]
        for name in names:
            if not call.headers.get(name):
                raise self._refusal(400, "02", name.upper())
        try:
            moment = parse_time(call.headers["x-timestamp"], WIB)
        except ValueError:
            raise self._refusal(400, "01", "X-TIMESTAMP") from None
        if abs((datetime.now(tz=UTC) - moment).total_seconds()) > SNAP_DRIFT:
            raise self._refusal(401, "00", "[X-TIMESTAMP]")

    def _authenticate_token(self, accounts, call):
        key, now = call.headers["x-client-key"], call.headers["x-timestamp"]
        for account in accounts:
            if signing.same(account.client_id, key) and signing.verify_rsa(
                account.partner_public_key, f"{key}|{now}", call.headers["x-signature"]
            ):
                return account
        raise self._refusal(401, "00", "[Signature]")

    def _authenticate_signed(self, accounts, call):
        token = call.bearer()
        account = accounts.filtered(
            lambda account: signing.is_token_valid(
                account.client_secret, token, int(time.time()), SNAP_TOKEN_SECONDS
            )
        )[:1]
        if not account:
            raise self._refusal(401, "01")
        self._check_signature(account, call, token)
        self._check_external_id(account, call)
        return account

    def _check_signature(self, account, call, token):
        """Compare the signature, which is over the path as it was called."""
        encoding = account.provider_id.snap_bank_id.signature_out
        try:
            digest = signing.sign_hmac(
                account.client_secret,
                call.method,
                call.full_path,
                token,
                call.body,
                call.headers["x-timestamp"],
            )
        except ValueError:
            raise self._refusal(400, "00") from None
        expected = signing.encode(digest, encoding)
        if not signing.same(expected, call.headers["x-signature"]):
            raise self._refusal(401, "00", "[Signature]")

    def _check_external_id(self, account, call):
        calls = self.env["payment.simulator.call"]
        used = [
            ("account_id", "=", account.id),
            ("day", "=", calls._get_day()),
            ("external_id", "=", call.headers["x-external-id"]),
        ]
        if calls.search_count(used, limit=1):
            raise self._refusal(409, "00")

    def _prepare_log(self, account, call, answer):
        """Override to remember X-EXTERNAL-ID, once it was accepted."""
        values = super()._prepare_log(account, call, answer)
        if account:
            values["external_id"] = call.headers.get("x-external-id")
        return values

    def _route(self, account, call):
        service, _methods = self._find_service(call)
        handler = getattr(self, f"_serve_{service}")
        return handler(account, self._read(call))

    def _read(self, call):
        if call.method == "GET":
            return call.query
        try:
            return call.json()
        except ValueError:
            raise self._refusal(400, "00") from None

    def _need(self, body, *names):
        """Check that mandatory fields are there."""
        for name in names:
            if not body.get(name):
                raise self._refusal(400, "02", f"{{{name}}}")

    def _serve_73(self, account, body):
        """Access token."""
        if body.get("grantType") != "client_credentials":
            raise self._refusal(400, "01", "{grantType}")
        token = signing.issue_token(account.client_secret, int(time.time()))
        return self._answer(
            accessToken=token, tokenType="Bearer", expiresIn=str(SNAP_TOKEN_SECONDS)
        )

    # === VIRTUAL ACCOUNTS === #

    def _serve_27(self, account, body):
        """Register a number."""
        self._need(body, "virtualAccountNo", "virtualAccountName", "trxId")
        if body["virtualAccountNo"] != body.get("partnerServiceId", "") + body.get(
            "customerNo", ""
        ):
            raise self._refusal(400, "01", "{virtualAccountNo}")
        number = digits(body["virtualAccountNo"])
        if self._search_va(account, number, ("pending", "active")):
            raise self._refusal(409, "01")
        self.env["payment.simulator.order"].create(
            {
                "account_id": account.id,
                "order_ref": body["trxId"],
                "provider_ref": f"va-{uuid.uuid4()}",
                "kind": "va",
                "channel": account.bank,
                "number": number,
                **self._prepare_va(body),
            }
        )
        return self._answer(virtualAccountData=body)

    def _prepare_va(self, body):
        """Return the fields of an order that a registration or a change sets."""
        is_open = body.get("virtualAccountTrxType") in OPEN_TYPES
        return {
            "payer_name": body["virtualAccountName"],
            "amount": 0 if is_open else self._read_money(body, "totalAmount"),
            "is_reusable": is_open,
            "expires_at": self._read_expiry(body, "expiredDate"),
            "state": "active" if is_open else "pending",
            "details": {"flow": "create", "body": body},
        }

    def _read_money(self, body, name):
        value = body.get(name) or {}
        text = value.get("value") if isinstance(value, dict) else None
        if not isinstance(text, str) or len(text.partition(".")[2]) != 2:
            raise self._refusal(400, "01", f"{{{name}.value}}")
        try:
            return int(parse_amount(text))
        except ValueError:
            raise self._refusal(400, "01", f"{{{name}.value}}") from None

    def _read_expiry(self, body, name):
        if not body.get(name):
            return False
        try:
            return to_naive_utc(parse_time(body[name], WIB))
        except ValueError:
            raise self._refusal(400, "01", f"{{{name}}}") from None

    def _serve_28(self, account, body):
        """Change amount, name or expiry of a number."""
        order = self._get_va(account, body)
        self._need(body, "virtualAccountName")
        order.write(self._prepare_va(body))
        return self._answer(virtualAccountData=body)

    def _serve_29(self, account, body):
        """Take note that a number was paid elsewhere, or is to be paid again."""
        order = self._get_va(account, body)
        if body.get("paidStatus") not in ("Y", "N"):
            raise self._refusal(400, "01", "{paidStatus}")
        order.state = "paid" if body["paidStatus"] == "Y" else "pending"
        return self._answer(virtualAccountData=body)

    def _serve_30(self, account, body):
        """Tell what is known about a number."""
        order = self._get_va(account, body)
        is_paid = order.state == "paid" or bool(order._get_paid_amount())
        return self._answer(
            virtualAccountData={
                **order.details["body"],
                **(self._prepare_row(self._get_last(order)) if is_paid else {}),
            },
            additionalInfo={"paidStatus": "Y" if is_paid else "N"},
        )

    def _serve_31(self, account, body):
        """Forget a number."""
        self._get_va(account, body).state = "cancelled"
        return self._answer(virtualAccountData=body)

    def _serve_26(self, account, body):
        """Tell whether a number was paid."""
        order = self._get_va(account, body)
        payment = self._get_last(order)
        if not payment:
            raise self._refusal(404, "01")
        row = self._prepare_row(payment)
        return self._answer(
            virtualAccountData={
                **row,
                "inquiryRequestId": body.get("inquiryRequestId", ""),
                "paymentFlagStatus": "00",
                "paymentFlagReason": {"english": "Success", "indonesia": "Sukses"},
                "transactionDate": row["trxDateTime"],
            }
        )

    def _serve_35(self, account, body):
        """List the payments of a span of time."""
        self._need(body, "startDate")
        start = self._read_moment(body, "start", "00:00")
        end = self._read_moment(body, "end", "23:59") + timedelta(minutes=1)
        payments = self.env["payment.simulator.payment"].search(
            [
                ("order_id.account_id", "=", account.id),
                ("order_id.kind", "=", "va"),
                ("state", "=", "paid"),
                ("paid_at", ">=", to_naive_utc(start)),
                ("paid_at", "<", to_naive_utc(end)),
            ]
        )
        if not payments:
            raise self._refusal(404, "01")
        return self._answer(virtualAccountData=[self._prepare_row(p) for p in payments])

    def _read_moment(self, body, name, default):
        day = body.get(f"{name}Date") or body["startDate"]
        text = f"{day}T{(body.get(f'{name}Time') or default)[:5]}:00"
        try:
            return parse_time(text, WIB)
        except ValueError:
            raise self._refusal(400, "01", f"{{{name}Date}}") from None

    def _search_va(self, account, number, states):
        return account.order_ids.filtered_domain(
            [("kind", "=", "va"), ("number", "=", number), ("state", "in", states)]
        )[:1]

    def _get_va(self, account, body):
        """Return the number that a call is about, the newest under it.

        :raise Refusal: if the bank does not have it
        """
        self._need(body, "virtualAccountNo")
        number = digits(body["virtualAccountNo"])
        states = ("pending", "active", "paid", "expired")
        order = self._search_va(account, number, states)
        if not order or body.get("trxId") not in (None, "", order.order_ref):
            raise self._refusal(404, "12")
        return self._lock_order(order)

    def _get_last(self, order):
        return order._get_payments("paid")[:1]

    def _prepare_row(self, payment):
        """Return a payment as status, report and inquiry of a number show it."""
        if not payment:
            return {}
        order = payment.order_id
        return {
            **self._compose_number(order),
            "virtualAccountName": order.payer_name or "-",
            "trxId": order.order_ref,
            "paymentRequestId": payment.provider_ref,
            "paidAmount": self._write_money(payment.amount),
            "totalAmount": self._write_money(payment.amount),
            "trxDateTime": self._write_time(payment.paid_at),
            "referenceNo": payment.bank_reference,
        }

    # === QRIS === #

    def _serve_47(self, account, body):
        """Make a dynamic QR code."""
        self._need(body, "partnerReferenceNo", "amount")
        ref, amount = body["partnerReferenceNo"], self._read_money(body, "amount")
        if account.order_ids.filtered_domain([("order_ref", "=", ref)]):
            raise self._refusal(409, "01")
        order = self.env["payment.simulator.order"].create(
            {
                "account_id": account.id,
                "order_ref": ref,
                "provider_ref": f"{uuid.uuid4().int % 10**20:020}",
                "kind": "qris",
                "channel": "qris",
                "qr_string": qris.compose(amount, ref, account.company_id.name),
                "amount": amount,
                "expires_at": self._read_expiry(body, "validityPeriod")
                or fields.Datetime.now() + timedelta(minutes=30),
                "details": {"flow": "qr", "body": body},
            }
        )
        return self._answer(
            referenceNo=order.provider_ref,
            partnerReferenceNo=ref,
            qrContent=order.qr_string,
            merchantName=account.company_id.name,
            storeId=body.get("storeId", ""),
            terminalId=body.get("terminalId", ""),
        )

    def _serve_51(self, account, body):
        """Tell what became of a QR code."""
        order, payment = self._get_qr(account, body)
        state = "00" if payment.state == "paid" and payment._get_left() else None
        state = state or QR_STATES.get(order.state, "03")
        values = {
            "originalReferenceNo": (payment or order).provider_ref,
            "originalPartnerReferenceNo": order.order_ref,
            "serviceCode": "47",
            "latestTransactionStatus": state,
            "transactionStatusDesc": order.state,
            "amount": self._write_money((payment or order).amount),
        }
        if payment:
            values["paidTime"] = self._write_time(payment.paid_at)
        return self._answer(**values)

    def _serve_77(self, account, body):
        """End a QR code that nobody paid."""
        order, _payment = self._get_qr(account, body)
        if order.state != "pending":
            raise self._refusal(404, "00")
        order.state = "cancelled"
        return self._answer(
            originalReferenceNo=order.provider_ref,
            cancelTime=self._write_time(fields.Datetime.now()),
        )

    def _serve_78(self, account, body):
        """Give money of a QR payment back."""
        order, payment = self._get_qr(account, body)
        self._need(body, "partnerRefundNo", "refundAmount")
        if payment.state != "paid":
            raise self._refusal(404, "00")
        key = body["partnerRefundNo"]
        if payment.refund_ids.filtered(lambda refund: refund.refund_key == key):
            raise self._refusal(409, "01")
        try:
            refund = payment._refund(
                self._read_money(body, "refundAmount"), key, body.get("reason")
            )
        except UserError:
            raise self._refusal(404, "13") from None
        self._notify(order, "refund", payment=payment, refund=refund)
        return self._answer(
            originalReferenceNo=payment.provider_ref,
            originalPartnerReferenceNo=order.order_ref,
            partnerRefundNo=key,
            refundNo=self._get_refund_no(refund),
            refundAmount=body["refundAmount"],
            refundTime=self._write_time(refund.create_date),
        )

    def _get_refund_no(self, refund):
        return refund.refund_key or f"RF{refund.id:010}"

    def _get_qr(self, account, body):
        """Return the QR code that a call is about, and its payment if there is one."""
        own, ref = (
            body.get("originalReferenceNo"),
            body.get("originalPartnerReferenceNo"),
        )
        orders = account.order_ids.filtered_domain([("kind", "=", "qris")])
        payment = self.env["payment.simulator.payment"].search(
            [("provider_ref", "=", own or "-"), ("order_id", "in", orders.ids)]
        )
        order = (
            payment.order_id
            or orders.filtered(
                lambda order: order.provider_ref == own or order.order_ref == ref
            )[:1]
        )
        if not order:
            raise self._refusal(404, "01")
        return self._lock_order(order), payment or order._get_payments()[-1:]

    # === WHAT PEOPLE DO === #

    def _get_return_actions(self, order):
        return ["refund"] if order.kind == "qris" else []

    @api.model
    def _ask(self, account, number):
        """Type a number at the bank: it asks us about it, and fills in what we answer.

        :param str number: as the payer types it
        :rtype: payment.simulator.order
        """
        number = digits(number)
        known = self._search_va(account, number, ("asking", "pending", "active"))
        if known and known.details.get("flow") == "create":
            return known
        order = known or self.env["payment.simulator.order"].create(
            {
                "account_id": account.id,
                "order_ref": f"INQ-{number}",
                "provider_ref": f"inq-{uuid.uuid4()}",
                "kind": "va",
                "channel": account.bank,
                "number": number,
                "state": "asking",
                "details": {"flow": "inquiry", "body": {}},
            }
        )
        request_id = self._new_request_id()
        order.write({"state": "asking", "details": {**order.details, "id": request_id}})
        body = {
            **self._compose_number(order),
            "trxDateInit": self._write_time(fields.Datetime.now()),
            "channelCode": 6011,
            "inquiryRequestId": request_id,
            "additionalInfo": {},
        }
        self.env["payment.simulator.delivery"]._queue(
            order, "inquiry", f"{VA_PATH}/inquiry", body
        )
        return order

    def _pay(self, order, amount):
        payment = self.env["payment.simulator.payment"].create(
            {
                "order_id": order.id,
                "provider_ref": self._get_payment_ref(order),
                "bank_reference": f"{uuid.uuid4().int % 10**11:011}",
                "amount": amount,
                "state": "asking" if self._asks_first(order) else "paid",
            }
        )
        if payment.state == "paid" and order.state == "pending":
            order.state = "paid"
        deliveries = self._notify(order, "paid", payment=payment)
        if "dropped" in deliveries.mapped("state"):
            self._settle(payment)  # the bank has the money, only we do not know
        return payment

    def _asks_first(self, order):
        """Return whether the bank takes money only if we say yes (25)."""
        return order.kind == "va" and order.details["flow"] == "inquiry"

    def _get_payment_ref(self, order):
        """Return the id of a new payment: that of the inquiry, or of the QR code."""
        used = order.payment_ids.mapped("provider_ref")
        wanted = order.provider_ref if order.kind == "qris" else order.details.get("id")
        return wanted if wanted and wanted not in used else self._new_request_id()

    def _new_request_id(self):
        now = datetime.now(tz=WIB)
        return f"{now:%Y%m%d%H%M%S}{uuid.uuid4().int % 10**10:010}"

    def _settle(self, payment):
        payment.state = "paid"
        if payment.order_id.state == "pending":
            payment.order_id.state = "paid"

    # === NOTICES TO US === #

    def _notify(self, order, event, payment=None, refund=None):
        prepare = {
            ("va", "paid"): self._prepare_va_notice,
            ("qris", "paid"): self._prepare_qr_notice,
            ("qris", "refund"): self._prepare_qr_notice,
        }.get((order.kind, event))
        if not prepare:
            return self.env["payment.simulator.delivery"]
        name, path, body = prepare(order, payment, refund)
        return self.env["payment.simulator.delivery"]._queue(
            order, name, path, body, payment=payment
        )

    def _prepare_va_notice(self, order, payment, _refund):
        """Return name, path and body: the payment (25), or the notice of it (34)."""
        body = {
            **self._compose_number(order),
            "paymentRequestId": payment.provider_ref,
            "trxDateTime": self._write_time(payment.paid_at),
        }
        if not self._asks_first(order):
            if order.account_id.provider_id.snap_bank_id.notify_trusted:
                body["paidAmount"] = self._write_money(payment.amount)
            body.update(trxId=order.order_ref, additionalInfo={})
            return "notify", f"{VA_PATH}/notify-payment-intrabank", body
        body.update(
            virtualAccountName=order.payer_name or "-",
            channelCode=6011,
            paidAmount=self._write_money(payment.amount),
            totalAmount=self._write_money(order.amount or payment.amount),
            referenceNo=payment.bank_reference,
            flagAdvise="N",
            billDetails=[],
            freeTexts=[],
            additionalInfo={},
        )
        return "payment", f"{VA_PATH}/payment", body

    def _prepare_qr_notice(self, order, payment, refund):
        body = {
            "originalReferenceNo": payment.provider_ref,
            "originalPartnerReferenceNo": order.order_ref,
            "latestTransactionStatus": "04" if refund else "00",
            "transactionStatusDesc": "Refunded" if refund else "Success",
            "customerNumber": "6281380000000",
            "amount": self._write_money(payment.amount),
            "bankCode": "002",
            "paidTime": self._write_time(payment.paid_at),
            "additionalInfo": {},
        }
        if refund:
            body["refundNo"] = self._get_refund_no(refund)
            body["refundAmount"] = self._write_money(refund.amount)
        return "qr refund" if refund else "qr payment", QR_PATH, body

    def _prepare_body(self, delivery):
        """Override to say that a payment is told again (flagAdvise)."""
        body = json.loads(delivery.body)
        if "flagAdvise" in body and (delivery.tries > 1 or delivery.is_copy):
            body["flagAdvise"] = "Y"
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()

    def _get_bank_keys(self, account):
        bank = account.provider_id.snap_bank_id
        valid = (account.access_token_until or datetime.min) > fields.Datetime.now()
        return BankKeys(
            client_id=account.bank_client_id,
            private_key=account.bank_private_key,
            secret=account.bank_secret,
            encoding="hex" if bank.signature_in == "hex" else "base64",
            token=account.access_token or "" if valid else "",
            is_asymmetric=bank.inbound_signature == "asymmetric",
        )

    def _get_retry(self, status, tries):
        return next_snap(status, tries)

    def _get_end(self, outcome):
        """Override: an answer by the standard was delivered, also when it says no."""
        if outcome.json().get("responseCode"):
            return "delivered"
        return super()._get_end(outcome)

    def _after_notice(self, delivery, outcome, is_final):
        account = delivery.account_id
        if outcome.token:
            seconds = max(outcome.token_seconds - 30, 0)
            until = fields.Datetime.now() + timedelta(seconds=seconds)
            account.write({"access_token": outcome.token, "access_token_until": until})
        answer = outcome.json()
        code = str(answer.get("responseCode") or "")
        if delivery.event == "inquiry":
            self._after_inquiry(delivery.order_id, code, answer)
        elif delivery.event == "payment" and delivery.payment_id.state == "asking":
            if code in ("2002500", "4042518"):
                self._settle(delivery.payment_id)
            elif is_final:
                delivery.payment_id.state = "refused"

    def _after_inquiry(self, order, code, answer):
        """Fill in what we said a number owes."""
        if code != "2002400":
            order.state = "unknown"
            return
        data = answer.get("virtualAccountData") or {}
        is_open = data.get("virtualAccountTrxType") in OPEN_TYPES
        total = (data.get("totalAmount") or {}).get("value") or "0"
        order.write(
            {
                "payer_name": data.get("virtualAccountName"),
                "amount": int(parse_amount(total)),
                "is_reusable": is_open,
                "state": "active" if is_open else "pending",
            }
        )

    # === PAYLOADS === #

    def _compose_number(self, order):
        """Return the three keys that all services of a number have in common."""
        body = order.details["body"]
        names = ("partnerServiceId", "customerNo", "virtualAccountNo")
        if all(body.get(name) for name in names):
            return {name: body[name] for name in names}
        provider = order.account_id.provider_id
        company = provider.snap_company_code or ""
        service_id = company.rjust(provider.snap_bank_id.partner_id_width)
        customer = order.number.removeprefix(company)
        return {
            "partnerServiceId": service_id,
            "customerNo": customer,
            "virtualAccountNo": service_id + customer,
        }

    def _write_money(self, amount):
        return {"value": f"{int(amount)}.00", "currency": "IDR"}

    def _write_time(self, moment):
        """Return a naive UTC time as SNAP writes it."""
        return moment.replace(tzinfo=UTC).astimezone(WIB).isoformat(timespec="seconds")
