# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from dataclasses import dataclass, field
from datetime import UTC

from odoo import fields, models

from odoo.addons.payment_va.tools.event import Delivery, Receipt

from .. import const
from ..tools import answers, codes, requests, signature, va
from ..tools.codes import Refusal

_logger = logging.getLogger(__name__)

#: Seconds a request's time may differ from ours as long as nobody knows whose it is.
DEFAULT_WINDOW = 300


@dataclass
class Call:
    """One request of a bank on its way through the checks."""

    delivery: Delivery
    service: str
    provider: object = None
    body: dict | None = None
    log: object = None
    account: object = None

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers, names in lower case."""
        return self.delivery.headers

    @property
    def token(self) -> str:
        """Return the access token that came with it, empty if none did."""
        kind, _space, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""


@dataclass(frozen=True)
class SnapReceipt(Receipt):
    """What became of a request, and the body with which it is answered."""

    answer: dict = field(default_factory=dict, compare=False, repr=False)


class PaymentSnapServer(models.AbstractModel):
    """What banks ask us: checks in the order of the standard, and the answers.

    All of a request is one transaction: an answer is given when it is committed.
    """

    _name = "payment.snap.server"
    _description = "SNAP Server"

    def _serve(self, delivery, receive):
        """Check a request, store it if it tells of money, and answer it.

        :param Delivery delivery:
        :param receive: the inbox, takes a delivery and returns its ``Receipt``
        :rtype: SnapReceipt
        """
        call = Call(delivery, requests.find_service(delivery.path))
        try:
            self._check(call)
            if call.service in const.INBOX:
                return self._answer_stored(call, receive(delivery))
            handler = {
                const.TOKEN: self._answer_token,
                const.INQUIRY: self._answer_inquiry,
                const.STATUS: self._answer_status,
            }[call.service]
            answer = handler(call)
        except Refusal as refusal:
            return self._refuse(call, refusal)
        self._log(call, answer)
        return self._with_answer(call, Receipt(0, "answered"), answer)

    # === CHECKS === #

    def _check(self, call):
        """Check everything that does not depend on what is asked.

        :raise Refusal: on the first thing that is wrong
        """
        senders = self._find_senders(call)
        signs_alone = bool(senders) and not call.token
        requests.check_headers(call.service, call.headers, needs_token=not signs_alone)
        self._check_time(call, senders)
        if not senders:
            self._refuse_stranger(call)
        call.provider = self._find_signer(call, senders)
        if not call.provider._is_address_allowed(call.delivery.address):
            raise Refusal(401, "00", "Unknown client", "unknown_sender")
        if call.service != const.TOKEN:
            self._check_external_id(call)
        call.body = requests.parse_body(call.delivery.body)
        requests.check_fields(call.service, call.body)

    def _find_senders(self, call):
        """Return the providers whose bank may have sent a request.

        Those who come with a token are known by it, those who want one by their id, the
        others sign with a key of their own.
        """
        if call.service == const.TOKEN:
            client_id = call.headers.get("x-client-key", "")
            return self._find_providers().filtered(
                lambda p: client_id and p.snap_inbound_client_id == client_id
            )
        if call.headers.get("authorization"):
            return self.env["payment.snap.token"]._find_provider(call.token)
        return self._find_providers().filtered(
            lambda p: p.snap_bank_id.inbound_signature == "asymmetric"
        )

    def _find_providers(self):
        return self.env["payment.provider"]._find_senders("snap")

    def _check_time(self, call, senders):
        """Check X-TIMESTAMP: what was recorded cannot be sent again later."""
        try:
            moment = signature.parse_timestamp(call.headers["x-timestamp"])
        except ValueError as error:
            raise Refusal(400, "01", "X-TIMESTAMP", "malformed") from error
        sender = senders[:1]
        window = sender.snap_bank_id.replay_window or sender.replay_window
        now = fields.Datetime.now().replace(tzinfo=UTC)
        if not signature.is_fresh(moment, now, window or DEFAULT_WINDOW):
            raise Refusal(401, "00", "X-TIMESTAMP", "bad_signature")

    def _refuse_stranger(self, call):
        if call.service == const.TOKEN:
            raise Refusal(401, "00", "Unknown client", "unknown_sender")
        raise Refusal(401, "01", verdict="unknown_sender")

    def _find_signer(self, call, senders):
        for provider in senders:
            if self._is_signed(provider, call):
                return provider
        call.provider = senders[:1]
        raise Refusal(401, "00", "Signature", "bad_signature")

    def _is_signed(self, provider, call):
        try:
            return provider._snap_is_signed(call.delivery, call.service, call.token)
        except ValueError as error:
            _logger.error("key of provider %s: %s", provider.id, error)
            return False

    def _is_sent_by(self, provider, delivery):
        """Return whether a provider's bank sent a request: its token and signature."""
        call = Call(delivery, requests.find_service(delivery.path))
        return provider in self._find_senders(call) and self._is_signed(provider, call)

    def _check_external_id(self, call):
        """Check that X-EXTERNAL-ID was not used today, and take note of it."""
        external_id = call.headers["x-external-id"]
        bank = call.provider.snap_bank_id
        if bank.external_id_numeric and not external_id.isdigit():
            raise Refusal(400, "01", "X-EXTERNAL-ID", "malformed")
        log, is_new = self.env["payment.snap.request"]._take_note(
            call.provider, call.service, external_id
        )
        if is_new:
            call.log = log
            return
        call.body = self._read_body(call)
        if bank.external_id_repeat == "inconsistent" and self._is_repeat(call, log):
            taken = codes.is_success(log.response_code)
            raise Refusal(404, "18", status="00" if taken else "01")
        raise Refusal(409, "00")

    def _read_body(self, call):
        try:
            return requests.parse_body(call.delivery.body)
        except Refusal:
            return None

    def _is_repeat(self, call, log):
        request_id = requests.request_id(call.service, call.body)
        return (
            call.service == log.service == const.PAYMENT
            and request_id == log.request_id
        )

    # === ANSWERS === #

    def _answer_token(self, call):
        """Issue an access token (73)."""
        bank = call.provider.snap_bank_id
        token = self.env["payment.snap.token"]._issue(
            call.provider, bank.token_lifetime
        )
        code = codes.compose(200, const.TOKEN, "00")
        return answers.answer_token(code, token, bank.token_type, bank.token_lifetime)

    def _answer_inquiry(self, call):
        """Tell what a number owes (24)."""
        account = call.account = self._find_account(call)
        case = account._snap_get_case()
        if case:
            raise Refusal(404, case, "Not Found" if case == "12" else "")
        presented = account._snap_present()
        call.log.amount = float(presented.total)
        return answers.answer_inquiry(
            codes.compose(200, const.INQUIRY, "00"),
            call.body,
            presented,
            call.provider.snap_bank_id.sub_company,
        )

    def _find_account(self, call):
        company = call.provider.company_id
        provider = call.provider.with_company(company).with_context(
            lang=company.partner_id.lang or self.env.lang
        )
        return provider._snap_find_account(va.read_number(call.body))

    def _answer_status(self, call):
        """Tell what became of a payment (26)."""
        request_id = call.body.get("paymentRequestId") or call.body.get(
            "inquiryRequestId"
        )
        found = self.env["payment.snap.request"]._find_payment(
            call.provider, str(request_id)
        )
        if not found:
            raise Refusal(404, "01")
        payment = requests.parse_body(found.notification_id._get_body())
        return answers.answer_status(
            codes.compose(200, const.STATUS, "00"),
            call.body,
            payment,
            codes.is_success(found.response_code),
        )

    def _answer_stored(self, call, receipt):
        """Answer what went into the inbox (25, 34, 52)."""
        if receipt.refusal:
            answer = self._answer_refused_payment(call, receipt)
        elif not receipt.accepted:
            answer = self._answer_unread(call, receipt)
        elif call.service != const.PAYMENT:
            code = codes.compose(200, call.service, "00")
            answer = answers.answer_notification(code, call.body)
        else:
            answer = self._answer_payment(call, receipt)
        self._log(call, answer, receipt)
        return self._with_answer(call, receipt, answer)

    def _answer_payment(self, call, receipt):
        """Answer a payment (25) that is stored: the first time, and again."""
        body, code = call.body, codes.compose(200, const.PAYMENT, "00")
        if receipt.duplicate:
            if not receipt.same_content:
                self._alert(call, receipt)
                code = codes.compose(404, const.PAYMENT, "18")
                return answers.answer_refusal(code, body)
            code = call.provider.snap_bank_id.repeat_answer
            if not codes.is_success(code):
                return answers.answer_refusal(code, body)
            body = self._get_first_body(receipt) or body
        name = self._find_account(call).partner_id.name or ""
        return answers.answer_payment(code, body, name)

    def _answer_unread(self, call, receipt):
        """Answer what passed all checks here and yet none in the inbox."""
        malformed = receipt.verdict == "malformed"
        refusal = Refusal(400, "00") if malformed else Refusal(401, "00", "Signature")
        code = refusal.code(call.service)
        return answers.answer_refusal(code, call.body, refusal.detail)

    def _get_first_body(self, receipt):
        """Return the body of the delivery that a repeat repeats."""
        notification = self.env["payment.notification"].browse(receipt.notification_id)
        first = notification.duplicate_of_id
        return first and requests.parse_body(first._get_body())

    def _answer_refused_payment(self, call, receipt):
        code = receipt.refusal
        if codes.split(code)[2] == "18":
            self._alert(call, receipt)
        detail = "Not Found" if codes.split(code)[2] == "12" else ""
        return answers.answer_refusal(code, call.body, detail)

    def _refuse(self, call, refusal):
        """Answer a request that is refused; most of them are kept in the inbox.

        An inquiry of a number that is paid or mistyped is no attack.
        """
        code = refusal.code(call.service)
        answer = answers.answer_refusal(code, call.body, refusal.detail, refusal.status)
        receipt = Receipt(0, refusal.verdict, refusal=code)
        everyday = call.account is not None or call.service == const.STATUS
        if refusal.verdict != "refused" or not everyday:
            receipt = self.env["payment.notification"]._reject(
                call.delivery, refusal.verdict, call.provider, None, code
            )
        self._log(call, answer, receipt)
        return self._with_answer(call, receipt, answer)

    def _with_answer(self, call, receipt, answer):
        """Return the receipt with an answer in the bank's own codes."""
        if call.provider:
            code = call.provider.snap_bank_id._translate_code(answer["responseCode"])
            answer["responseCode"] = code
        return SnapReceipt(**vars(receipt), answer=answer)

    def _log(self, call, answer, receipt=None):
        """Complete the row of a request: what it was about and what it was told."""
        if not call.log:
            return
        body = call.body or {}
        values = {
            "request_id": requests.request_id(call.service, body)[:128],
            "va_number": va.read_number(body)[:28],
            "response_code": answer["responseCode"],
        }
        if receipt and receipt.notification_id:
            values["notification_id"] = receipt.notification_id
        event = receipt and receipt.event
        if event and event.amount:
            values["amount"] = float(event.amount)
        call.log.write(values)

    # === STAFF === #

    def _alert(self, call, receipt):
        """Tell the treasurers of a payment id that came with other content.

        The bank counts the answer as a success, so nobody else will look at it.
        """
        event = receipt.event
        account = self._find_account(call)
        incoming = self.env["payment.incoming"].search(
            [
                ("provider_id", "=", call.provider.id),
                ("provider_payment_id", "=", event.payment_id),
            ],
            limit=1,
        )
        target = incoming.payment_id or account.partner_id
        summary = self.env._(
            "%(provider)s: payment %(payment)s came again with other content",
            provider=call.provider.name,
            payment=event.payment_id,
        )
        _logger.warning("provider %s: %s", call.provider.id, summary)
        if target:
            for user in self._find_treasurers(call.provider.company_id):
                target.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=summary,
                    note=self.env._("Ask the bank what was paid."),
                    user_id=user.id,
                )

    def _find_treasurers(self, company):
        group = self.env.ref("payment_va.group_payment_manager")
        return group.all_user_ids.filtered(
            lambda user: not user.share and company in user.company_ids
        )
