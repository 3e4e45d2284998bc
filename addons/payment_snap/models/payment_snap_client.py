# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import json
import logging
import secrets
import threading
import time
from datetime import UTC, timedelta
from urllib.parse import quote, urlencode, urlsplit

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.payment_va.models.payment_provider import (
    API_TIMEOUT,
    ProviderUnavailable,
)

from .. import const
from ..tools import answers, codes, signature, va

_logger = logging.getLogger(__name__)

#: Seconds to wait for a token while a bank's own call or a whole batch waits for us,
#: and to leave a bank alone that gave none.
HURRY_TIMEOUT, HURRY_PAUSE = 4, 30

_tokens = {}
_failures = {}
_tokens_lock = threading.Lock()


class SnapRefused(UserError):
    """A bank said no.

    :param str code: its response code
    """

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


class PaymentSnapClient(models.AbstractModel):
    """Our calls to a bank; mixed into ``payment.provider``."""

    _name = "payment.snap.client"
    _description = "SNAP Client"

    # === ACCESS TOKEN === #

    def _snap_token_key(self):
        """Return what a token belongs to: another key or host needs another token."""
        parts = (self._snap_get_host(), self.snap_client_id, self.snap_private_key)
        digest = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
        return self.env.cr.dbname, self.id, digest

    def _snap_get_token(self, hurry=False):
        """Return an access token (73), from memory until shortly before it ends.

        Each worker process has its own; in the database it would have to be kept in the
        clear.

        :param bool hurry: ask once and briefly, and not at all if that just failed
        :rtype: str
        :raise UserError: if the bank gives none
        """
        key, now = self._snap_token_key(), time.monotonic()
        with _tokens_lock:
            token, ends = _tokens.get(key, ("", 0))
            failed = hurry and now < _failures.get(key, 0)
        if now < ends:
            return token
        if failed:
            self._snap_raise_unfinished()
        try:
            token, lifetime = self._snap_request_token(hurry)
        except UserError:
            with _tokens_lock:
                _failures[key] = now + HURRY_PAUSE
            raise
        with _tokens_lock:
            _tokens[key] = token, now + max(lifetime - const.TOKEN_MARGIN, 0)
        return token

    def _snap_forget_token(self):
        """Ask for a new access token next time."""
        with _tokens_lock:
            _tokens.pop(self._snap_token_key(), None)

    def _snap_request_token(self, hurry):
        """Return a new token and its lifetime in seconds."""
        timestamp = self._snap_format_time()
        text = signature.compose_token_request(self.snap_client_id or "", timestamp)
        headers = {
            "Content-Type": "application/json",
            "X-TIMESTAMP": timestamp,
            "X-CLIENT-KEY": self.snap_client_id or "",
            "X-SIGNATURE": self._snap_sign_rsa(text),
        }
        status, answer = self._call_api(
            "POST",
            self.snap_bank_id.path_token,
            data=_encode({"grantType": "client_credentials"}),
            headers=headers,
            retry=not hurry,
            timeout=HURRY_TIMEOUT if hurry else API_TIMEOUT,
        )
        if status != 200 or not answer.get("accessToken"):
            self._snap_raise_refused(const.TOKEN, answer)
        lifetime = str(answer.get("expiresIn") or "")
        return answer["accessToken"], int(lifetime) if lifetime.isdigit() else 0

    def _snap_sign_rsa(self, text):
        try:
            return signature.sign_rsa(self.snap_private_key, text)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "Our Private Key of %(provider)s: %(reason)s. Paste the PEM file "
                    "of an RSA key.",
                    provider=self.name,
                    reason=error,
                )
            ) from error

    # === REQUESTS === #

    def _snap_get_host(self):
        """Return where the bank listens, for test or live as the state says.

        :raise UserError: if the profile of the bank does not have it
        """
        bank = self.snap_bank_id
        live = self.state == "enabled"
        host = self.api_url or (bank.host_production if live else bank.host_sandbox)
        if not host:
            raise UserError(
                self.env._(
                    "%(bank)s: the profile has no host. Enter the one in the bank's "
                    "contract.",
                    bank=bank.name or self.name,
                )
            )
        return host.rstrip("/")

    def _snap_format_time(self, moment=None, milliseconds=None):
        """Return a time in the company's zone as this bank wants it.

        :param datetime moment: naive UTC; now if there is none
        :param bool milliseconds: as the profile says if not given
        """
        if milliseconds is None:
            milliseconds = self.snap_bank_id.timestamp_milliseconds
        moment = (moment or fields.Datetime.now()).replace(tzinfo=UTC)
        zone = self.company_id._get_payment_zone()
        return signature.format_timestamp(moment, zone, milliseconds)

    def _snap_new_external_id(self):
        """Return an X-EXTERNAL-ID: digits, as the standard had it at first.

        The time to the second and 64 random bits: unique in a day.
        """
        return f"{fields.Datetime.now():%Y%m%d%H%M%S}{secrets.randbits(64):020d}"

    def _snap_prepare_request(self, service, payload, hurry=False):
        """Return the ``requests.request`` arguments of a signed call.

        The bytes are made here, because they are what is signed.

        :param str service: one of ``const.OUTBOUND``
        :param dict payload: the body, or the query of a GET
        :param bool hurry: see ``_snap_get_token``
        :raise UserError: if there is no access token to be had
        """
        self.ensure_one()
        token, host = self._snap_get_token(hurry), self._snap_get_host()
        method, path = self.snap_bank_id._get_path(service)
        path = urlsplit(host).path + path
        body = b""
        if method == "GET":
            path += "?" + urlencode(payload, quote_via=quote)
        else:
            body = _encode(payload)
        timestamp = self._snap_format_time()
        text = signature.compose_symmetric(
            method, path, token, signature.body_hash(body), timestamp
        )
        signed = signature.sign_symmetric(
            self.snap_client_secret or "", text, self.snap_bank_id.signature_out
        )
        return {
            "method": method,
            "url": host.removesuffix(urlsplit(host).path) + path,
            "data": body or None,
            "headers": {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {token}",
                "X-TIMESTAMP": timestamp,
                "X-SIGNATURE": signed,
                "X-PARTNER-ID": self.snap_partner_id or self.snap_client_id or "",
                "X-EXTERNAL-ID": self._snap_new_external_id(),
                "CHANNEL-ID": self._snap_get_channel_id(),
            },
        }

    def _snap_get_channel_id(self):
        return self.snap_channel_id or self.snap_bank_id.channel_id_code or ""

    def _snap_call(self, service, payload):
        """Call a service of the bank and return what it answered.

        Sent once: what came of a call without an answer is asked with another one. Only
        a refused token is replaced, because then nothing was done.

        :return: ``(response code, answer)``; the code is empty if there is none
        :rtype: tuple
        :raise ProviderUnavailable: on no connection, timeout, or 5xx
        """
        for last in (False, True):
            request = self._snap_prepare_request(service, payload)
            method, url = request.pop("method"), request.pop("url")
            endpoint = url.removeprefix(self._snap_get_host())
            status, answer = self._call_api(method, endpoint, retry=False, **request)
            answer = answer if isinstance(answer, dict) else {}
            code = str(answer.get("responseCode") or "")
            if last or not codes.is_token_refused(status, code):
                break
            self._snap_forget_token()
        return code, answer

    def _snap_request(self, service, payload):
        """Call a service that has to say yes, and return its answer.

        :rtype: dict
        :raise SnapRefused: if the bank says no
        :raise ProviderUnavailable: if it says neither yes nor no
        """
        code, answer = self._snap_call(service, payload)
        if codes.is_success(code):
            return answer
        if codes.is_unknown(code):
            self._snap_raise_unfinished()
        self._snap_raise_refused(service, answer)

    def _snap_raise_unfinished(self):
        raise ProviderUnavailable(
            self.env._(
                "%(provider)s has not finished. Try again in a few minutes.",
                provider=self.name,
            )
        )

    def _snap_raise_refused(self, service, answer):
        code = str(answer.get("responseCode") or "")
        _logger.warning("service %s of provider %s: %s", service, self.id, code)
        raise SnapRefused(
            self.env._(
                "%(provider)s refused (%(code)s %(message)s). Choose another payment "
                "method or tell us.",
                provider=self.name,
                code=code or "-",
                message=str(answer.get("responseMessage") or "")[:100],
            ),
            code,
        )

    # === VIRTUAL ACCOUNTS === #

    def _snap_compose_va(self, number):
        """Return the three keys of a number.

        :raise UserError: if it does not begin with the company code
        """
        company = self.snap_company_code or ""
        try:
            customer = va.split(number, company)
            return va.compose(company, customer, self.snap_bank_id.partner_id_width)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "Number: %(reason)s. Let the Number Prefix of the channel begin "
                    "with the Company Code of %(provider)s.",
                    reason=error,
                    provider=self.name,
                )
            ) from error

    def _snap_prepare_va(self, account):
        """Return the body of create-va and update-va.

        :param dict account: ``number``, ``name``, ``reference``, ``trx_type``,
            ``amount`` and ``expires_at`` (naive UTC or False), ``description``
        """
        payload = {
            **self._snap_compose_va(account["number"]),
            "virtualAccountName": answers.clean(account["name"], 255) or "-",
            "trxId": account["reference"],
            "totalAmount": answers.money(account["amount"]),
            "virtualAccountTrxType": account["trx_type"],
            "additionalInfo": {
                "description": answers.clean(account["description"], 40)
            },
        }
        expires_at = account["expires_at"] or self._snap_get_fixed_expiry()
        if expires_at:
            payload["expiredDate"] = self._snap_format_time(expires_at, False)
        return payload

    def _snap_get_fixed_expiry(self):
        days = self.snap_bank_id.fixed_days
        return days and fields.Datetime.now() + timedelta(days=days)

    def _snap_create_va(self, account):
        """Register a number (27). If the bank leaves open whether it did, it is asked.

        :param dict account: see ``_snap_prepare_va``
        :raise UserError: if the number is not there in the end
        """
        payload = self._snap_prepare_va(account)
        try:
            self._snap_request(const.CREATE_VA, payload)
        except ProviderUnavailable:
            if not self._snap_is_registered(payload):
                raise
        except SnapRefused as error:
            # The same number and trxId were registered by a call whose answer got lost.
            again = error.code[:3] == "409" or error.code[5:] == "18"
            if not again or not self._snap_is_registered(payload):
                raise

    def _snap_is_registered(self, payload):
        """Return whether a number is at the bank (30) under our own trxId."""
        code, answer = self._snap_call(const.INQUIRY_VA, self._snap_key(payload))
        data = answer.get("virtualAccountData")
        trx_id = data.get("trxId") if isinstance(data, dict) else None
        return codes.is_success(code) and trx_id == payload["trxId"]

    def _snap_key(self, payload):
        names = ("partnerServiceId", "customerNo", "virtualAccountNo", "trxId")
        return {name: payload[name] for name in names}

    def _snap_update_va(self, account):
        """Tell the bank a new amount, name or expiry of a number (28)."""
        self._snap_request(const.UPDATE_VA, self._snap_prepare_va(account))

    def _snap_update_status(self, number, reference, paid):
        """Tell the bank that a number is paid, or is to be paid again (29)."""
        payload = {
            **self._snap_compose_va(number),
            "trxId": reference,
            "paidStatus": "Y" if paid else "N",
        }
        self._snap_request(const.UPDATE_STATUS, payload)

    def _snap_delete_va(self, number, reference):
        """Have the bank forget a number (31); one it does not know is forgotten."""
        payload = {
            **self._snap_compose_va(number),
            "trxId": reference,
            "additionalInfo": {},
        }
        try:
            self._snap_request(const.DELETE_VA, payload)
        except SnapRefused as error:
            if error.code[:3] != "404":
                raise

    # === REPORT === #

    def _snap_prepare_report(self, day):
        """Return the body of a report (35) on a day of the company's zone.

        One day at a time is what every bank takes.
        """
        service_id = va.pad(
            self.snap_company_code or "", self.snap_bank_id.partner_id_width
        )
        return {
            "partnerServiceId": service_id,
            "startDate": day.isoformat(),
            "startTime": "00:00",
            "endDate": day.isoformat(),
            "endTime": "23:59",
        }

    # === QRIS === #

    def _snap_prepare_merchant(self):
        names = {
            "merchantId": self.snap_merchant_id,
            "storeId": self.snap_store_id,
            "terminalId": self.snap_terminal_id,
        }
        return {name: value for name, value in names.items() if value}

    def _snap_generate_qr(self, reference, amount, expires_at):
        """Have the bank make a dynamic QR code (47) and return its answer.

        :param datetime expires_at: naive UTC
        """
        payload = {
            "partnerReferenceNo": reference,
            "amount": answers.money(amount),
            **self._snap_prepare_merchant(),
            "validityPeriod": self._snap_format_time(expires_at, False),
            "additionalInfo": {},
        }
        return self._snap_request(const.QR_GENERATE, payload)

    def _snap_prepare_qr_query(self, reference, original_reference):
        """Return the body of a query (51)."""
        payload = {
            "originalPartnerReferenceNo": reference,
            "originalReferenceNo": original_reference,
            "serviceCode": const.QR_GENERATE,
            **self._snap_prepare_merchant(),
            "additionalInfo": {},
        }
        return {name: value for name, value in payload.items() if value is not None}

    def _snap_refund_qr(self, refund_no, reference, original_reference, amount, reason):
        """Have the bank give money of a QR payment back (78) and return its answer."""
        payload = {
            "originalPartnerReferenceNo": reference,
            "originalReferenceNo": original_reference,
            "partnerRefundNo": refund_no,
            "refundAmount": answers.money(amount),
            "reason": answers.clean(reason, 200) or "-",
            **self._snap_prepare_merchant(),
        }
        payload = {name: value for name, value in payload.items() if value is not None}
        return self._snap_request(const.QR_REFUND, payload)


def _encode(payload):
    """Return JSON as it is signed: without white space, in the order it was made."""
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()


def forget_all_tokens():
    """Forget the access tokens of all banks; for tests."""
    with _tokens_lock:
        _tokens.clear()
        _failures.clear()
