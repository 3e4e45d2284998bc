# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.payment_va.tools.amounts import to_naive_utc
from odoo.addons.payment_va.tools.event import EventKind, PaymentEvent
from odoo.addons.payment_va.tools.settlement import SettlementRow

from .. import const
from ..tools import codes, events, signature
from .payment_snap_client import SnapRefused

#: After midnight the report of the day before is looked at for so long.
REPORT_MARGIN = timedelta(hours=1)


class PaymentProvider(models.Model):
    """What the inbox asks of a provider: callbacks, questions, numbers, money back."""

    _inherit = "payment.provider"

    # === CALLBACKS === #

    @api.model
    def _parse_callback(self, delivery):
        """Override of `payment_va`."""
        if delivery.code != "snap":
            return super()._parse_callback(delivery)
        return events.parse_delivery(delivery)

    def _verify_callback(self, delivery, event):
        """Override of `payment_va`."""
        if self.code != "snap":
            return super()._verify_callback(delivery, event)
        return self.env["payment.snap.server"]._is_sent_by(self, delivery)

    def _snap_is_signed(self, delivery, service, token):
        """Return whether the bank of this provider signed a request. Constant-time.

        :param str token: the access token it came with, empty if none
        """
        self.ensure_one()
        headers = delivery.headers
        given, timestamp = (
            headers.get("x-signature", ""),
            headers.get("x-timestamp", ""),
        )
        if service == const.TOKEN:
            text = signature.compose_token_request(
                headers.get("x-client-key", ""), timestamp
            )
            return self._snap_verify_rsa(text, given)
        fits = False
        for hashed in signature.body_hashes(delivery.body):
            if self.snap_bank_id.inbound_signature == "asymmetric":
                text = signature.compose_asymmetric(
                    delivery.method, delivery.path, hashed, timestamp
                )
                fits |= self._snap_verify_rsa(text, given)
            else:
                text = signature.compose_symmetric(
                    delivery.method, delivery.path, token, hashed, timestamp
                )
                fits |= signature.verify_symmetric(
                    self.snap_inbound_secret or "",
                    text,
                    given,
                    self.snap_bank_id.signature_in,
                )
        return fits

    def _snap_verify_rsa(self, text, given):
        if not self.snap_bank_public_key:
            return False
        return signature.verify_rsa(self.snap_bank_public_key, text, given)

    def _refuse_callback(self, delivery, event):
        """Override of `payment_va`: a bank asks before it keeps the money (25)."""
        if self.code != "snap":
            return super()._refuse_callback(delivery, event)
        if event.raw.get("service") != const.PAYMENT:
            return None
        known = self.env["payment.notification"].search(
            [("provider_id", "=", self.id), ("event_key", "=", event.key())], limit=1
        )
        if known:
            same = known.fingerprint == event.fingerprint()
            case = None if same else "18"
        else:
            account = self._snap_find_account(event.va_number)
            case = account._snap_get_case() or account._snap_get_amount_case(event)
        return case and codes.compose(404, const.PAYMENT, case)

    def _snap_find_account(self, number):
        """Return the account with a number: the one in use, else the latest.

        :param str number: digits only
        """
        accounts = self.env["payment.virtual.account"].search(
            [("provider_id", "=", self.id), ("number", "=", number)]
        )
        used = accounts.filtered(lambda account: account.state == "active")
        return (used or accounts.sorted("id", reverse=True))[:1]

    # === ASKING BACK === #

    def _needs_confirmation(self, event):
        """Override of `payment_va`: a payment (25) says it all, a notice does not."""
        if self.code != "snap":
            return super()._needs_confirmation(event)
        service = event.raw.get("service")
        if service == const.PAYMENT:
            return False
        trusted = service == const.NOTIFY_VA and self.snap_bank_id.notify_trusted
        return not (trusted and event.amount)

    def _prepare_poll_event(self, tx):
        """Override of `payment_va`: what to ask about depends on the way of paying."""
        if self.code != "snap":
            return super()._prepare_poll_event(tx)
        is_qr = tx.channel_id.kind == "qris"
        return PaymentEvent(
            EventKind.PENDING,
            order_ref=tx.reference,
            payment_id=tx.provider_reference if is_qr else None,
            channel="qris" if is_qr else tx.payment_method_code,
            va_number=tx.va_number or None,
        )

    def _prepare_confirmation(self, event):
        """Override of `payment_va`; None also while there is no access token."""
        if self.code != "snap":
            return super()._prepare_confirmation(event)
        question = self._snap_prepare_question(event)
        if not question:
            return None
        try:
            return self._snap_prepare_request(*question, hurry=True)
        except UserError:
            return None

    def _snap_prepare_question(self, event):
        """Return service and body with which to ask about an event, None if none."""
        if event.channel == "qris":
            payload = self._snap_prepare_qr_query(event.order_ref, event.payment_id)
            return const.QR_QUERY, payload
        service = self.snap_bank_id.confirm_service
        account = self._snap_find_account(event.va_number)
        if service == "none" or not event.va_number:
            return None
        if service == "report":
            return const.REPORT, self._snap_prepare_report(self._snap_get_day(event))
        try:
            payload = self._snap_compose_va(event.va_number)
        except UserError:
            return None
        if service == "inquiry_va":
            reference = account.reference or event.order_ref or ""
            return const.INQUIRY_VA, {**payload, "trxId": reference}
        request_id = event.payment_id or self._snap_find_inquiry(event.va_number)
        if request_id:
            payload["inquiryRequestId"] = request_id
        if event.payment_id:
            payload["paymentRequestId"] = event.payment_id
        return const.STATUS, {**payload, "additionalInfo": {}}

    def _snap_find_inquiry(self, number):
        """Return the id of the last inquiry of a number: its payment has the same."""
        found = self.env["payment.snap.request"].search(
            [
                ("provider_id", "=", self.id),
                ("service", "=", const.INQUIRY),
                ("va_number", "=", number),
                ("response_code", "=like", "200%"),
            ],
            limit=1,
        )
        return found.request_id

    def _snap_get_day(self, event):
        """Return the day in whose report a payment is looked for."""
        moment = event.paid_at and to_naive_utc(event.paid_at)
        return self.company_id._get_payment_date(
            moment or fields.Datetime.now() - REPORT_MARGIN
        )

    def _parse_confirmation(self, event, status, payload):
        """Override of `payment_va`; which service answered is in the response code."""
        if self.code != "snap":
            return super()._parse_confirmation(event, status, payload)
        code = payload.get("responseCode")
        if codes.is_token_refused(status, code):
            self._snap_forget_token()
        http, service, _case = codes.split(code)
        if http == 404:
            return events.not_found(event)
        if http != 200:
            raise ValueError(f"the bank answered {code}")
        if service == const.QR_QUERY:
            return events.parse_qr_query(event, payload)
        return events.parse_va_answer(event, payload, service)

    # === NUMBERS === #

    def _register_va(self, account):
        """Override of `payment_va`: where the bank asks us, the number is enough."""
        if self.code != "snap":
            return super()._register_va(account)
        self._snap_compose_va(account.number)
        if self.snap_va_flow == "create":
            values = account._snap_prepare_account()
            self._snap_create_va(values)
            return {"snap_registered": True, "snap_amount": values["amount"]}
        return {}

    def _close_va(self, account):
        """Override of `payment_va`."""
        if self.code != "snap":
            return super()._close_va(account)
        if account.snap_registered:
            self._snap_delete_va(account.number, account.reference)
            account.snap_registered = False

    # === REFUNDS === #

    def _can_refund(self, incoming):
        """Override of `payment_va`: only QRIS has a way back."""
        if self.code != "snap":
            return super()._can_refund(incoming)
        is_qr = incoming.channel_id.kind == "qris"
        return "partial" if is_qr and self.snap_bank_id.has_qr_refund else False

    def _request_refund(self, refund):
        """Override of `payment_va`; with the refund's number a repeat is harmless."""
        if self.code != "snap":
            return super()._request_refund(refund)
        incoming = refund.incoming_id
        try:
            answer = self._snap_refund_qr(
                refund.name,
                incoming.order_ref or None,
                incoming.provider_payment_id,
                refund.amount,
                refund.reason,
            )
        except SnapRefused as error:
            if error.code[:3] != "409":
                raise
            # A call whose answer got lost asked for it already.
            return {"provider_refund_id": refund.name, "state": "sent"}
        return {
            "provider_refund_id": str(answer.get("refundNo") or refund.name),
            "state": "confirmed",
        }

    # === SETTLEMENT === #

    def _fetch_settlement(self, date_from, date_to):
        """Override of `payment_va`: the report (35), one day at a time.

        It has neither fees nor payouts: those come with the bank statement.
        """
        if self.code != "snap" or not self.snap_bank_id.has_report:
            return super()._fetch_settlement(date_from, date_to)
        rows = []
        for offset in range((date_to - date_from).days + 1):
            rows += self._snap_fetch_day(date_from + timedelta(days=offset))
        return rows

    def _snap_fetch_day(self, day):
        payload = self._snap_prepare_report(day)
        code, answer = self._snap_call(const.REPORT, payload)
        if code[:3] == "404":
            return []
        if not codes.is_success(code):
            self._snap_raise_refused(const.REPORT, answer)
        return [
            self._snap_prepare_settlement(row)
            for row in events.va_rows(answer)
            if events.is_paid(row, answer, const.REPORT)
        ]

    def _snap_prepare_settlement(self, row):
        event = events.parse_row(row)
        return SettlementRow(
            provider_payment_id=event.payment_id,
            order_ref=event.order_ref or "",
            gross=event.amount,
            fee=Decimal(0),
            tax=Decimal(0),
            net=event.amount,
            settled_at=event.paid_at or datetime.now(UTC),
            paid_at=event.paid_at,
            kind="payment",
            payout_ref="",
            raw=row,
        )
