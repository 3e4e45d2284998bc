# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import const

_OVERRIDE = re.compile(r"(\d{7})\s*=\s*(\d{7})")


class PaymentSnapBank(models.Model):
    """How one bank reads the standard, as data: a new bank needs a record, no code."""

    _name = "payment.snap.bank"
    _description = "SNAP Bank Profile"
    _order = "name"

    name = fields.Char(required=True)
    code = fields.Char(
        required=True,
        help="Short and in capitals: BRI. Keys of the environment are in the section "
        "[payment_provider.snap.bri].",
    )
    active = fields.Boolean(default=True)
    payment_method_id = fields.Many2one(
        "payment.method",
        required=True,
        ondelete="restrict",
        help="What payers choose for a virtual account of this bank.",
    )
    note = fields.Text(help="What was compared with the bank's contract, and when.")

    # === Calls to the bank
    host_sandbox = fields.Char(string="Test Host", help="https://, without a path.")
    host_production = fields.Char(string="Live Host", help="https://, without a path.")
    path_token = fields.Char(
        string="Path of Tokens", required=True, default="/v1.0/access-token/b2b"
    )
    path_va = fields.Char(
        string="Path of Virtual Accounts", required=True, default="/v1.0/transfer-va"
    )
    path_qr = fields.Char(string="Path of QRIS", required=True, default="/v1.0/qr")
    signature_out = fields.Selection(
        [("base64", "Base64"), ("hex", "Hexadecimal")],
        string="Our Signature",
        required=True,
        default="base64",
    )
    timestamp_milliseconds = fields.Boolean(
        string="Milliseconds", help="In the X-TIMESTAMP of our calls."
    )
    channel_id_code = fields.Char(
        string="CHANNEL-ID", size=5, help="Unless the provider has its own."
    )
    partner_id_width = fields.Integer(
        string="Width of the Company Code",
        default=8,
        required=True,
        help="Blanks are put in front of the company code up to this width.",
    )
    report_method = fields.Selection(
        [("POST", "POST"), ("GET", "GET")], required=True, default="POST"
    )

    # === Virtual accounts
    va_flow = fields.Selection(
        [
            ("inquiry", "The bank asks us what is owed (inquiry)"),
            ("create", "We register each number at the bank (create-va)"),
        ],
        string="Virtual Accounts",
        required=True,
        default="inquiry",
    )
    va_length = fields.Integer(
        string="Digits of a Number",
        default=16,
        required=True,
        help="Company code and customer number together.",
    )
    fixed_days = fields.Integer(
        string="Days of Fixed Numbers",
        help="Expiry that banks want for numbers that do not expire; 0: none is sent.",
    )
    max_bills = fields.Integer(string="Bills per Inquiry", default=24, required=True)
    sub_company = fields.Char(size=5, default="00000", required=True)

    # === Calls of the bank
    inbound_signature = fields.Selection(
        [("symmetric", "Shared secret and token"), ("asymmetric", "Private key")],
        string="The Bank Signs with",
        required=True,
        default="symmetric",
    )
    signature_in = fields.Selection(
        const.ENCODINGS, string="Its Signature", required=True, default="either"
    )
    token_lifetime = fields.Integer(
        default=900, required=True, help="Seconds that a token we issue is valid."
    )
    token_type = fields.Selection(
        [("BearerToken", "BearerToken"), ("Bearer", "Bearer")],
        required=True,
        default="BearerToken",
    )
    replay_window = fields.Integer(
        help="Seconds that X-TIMESTAMP may differ from ours; 0: as the provider says."
    )
    external_id_numeric = fields.Boolean(
        string="X-EXTERNAL-ID is Digits only",
        help="As it was before version 1.0.2 of the standard.",
    )
    external_id_scope = fields.Selection(
        [("day", "In a day"), ("service", "In a day at a service")],
        string="X-EXTERNAL-ID is Unique",
        required=True,
        default="day",
    )
    external_id_repeat = fields.Selection(
        [
            ("conflict", "Conflict (409xx00)"),
            ("inconsistent", "First result (404xx18)"),
        ],
        string="X-EXTERNAL-ID and Payment Repeated",
        required=True,
        default="conflict",
        help="The answer when a payment comes twice with one X-EXTERNAL-ID.",
    )
    repeat_answer = fields.Selection(
        [("2002500", "Success again (2002500)"), ("4042514", "Paid bill (4042514)")],
        string="Payment Repeated",
        required=True,
        default="2002500",
        help="The answer when a payment comes again with a new X-EXTERNAL-ID.",
    )
    notify_trusted = fields.Boolean(
        string="Notification has the Amount",
        help="Of notify-payment-intrabank: book paidAmount as it is told. Else the "
        "bank is asked first.",
    )
    confirm_service = fields.Selection(
        [
            ("none", "Nothing"),
            ("status", "Status (26)"),
            ("inquiry_va", "Inquiry of the number (30)"),
            ("report", "Report (35)"),
        ],
        string="Asked for Payments",
        required=True,
        default="none",
        help="How to ask whether a number was paid.",
    )
    has_report = fields.Boolean(
        string="Settlement from Report", help="The report (35) lists what was paid."
    )
    response_overrides = fields.Text(
        string="Other Response Codes",
        help="One per line, ours = the bank's: 4042412 = 4042411.",
    )

    # === QRIS
    has_qr = fields.Boolean(string="QRIS", help="Dynamic QR codes (qr-mpm-generate).")
    has_qr_refund = fields.Boolean(string="QRIS Refunds")

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Code: there is such a bank already."
    )
    _numbers_sane = models.Constraint(
        "CHECK(partner_id_width BETWEEN 1 AND 8 AND va_length BETWEEN 4 AND 28"
        " AND max_bills BETWEEN 1 AND 24 AND token_lifetime BETWEEN 60 AND 86400"
        " AND replay_window >= 0 AND fixed_days >= 0)",
        "Width of the Company Code: 1 to 8. Digits of a Number: 4 to 28. Bills per "
        "Inquiry: 1 to 24. Token Lifetime: 60 to 86400 seconds.",
    )

    @api.constrains("response_overrides")
    def _check_response_overrides(self):
        for bank in self:
            for line in (bank.response_overrides or "").splitlines():
                if line.strip() and not _OVERRIDE.fullmatch(line.strip()):
                    raise ValidationError(
                        self.env._(
                            "Other Response Codes: %(line)s is no pair of codes. Write "
                            "one such as 4042412 = 4042411 per line.",
                            line=line,
                        )
                    )

    @api.constrains("host_sandbox", "host_production")
    def _check_hosts(self):
        for bank in self:
            for host in (bank.host_sandbox, bank.host_production):
                if host and not re.fullmatch(r"https://[\w.-]+(:\d+)?", host):
                    raise ValidationError(
                        self.env._(
                            "Host: %(host)s is none. Write https:// and the name only.",
                            host=host,
                        )
                    )

    def _translate_code(self, code):
        """Return a response code as this bank wants it.

        :param str code: as in the standard
        """
        overrides = dict(_OVERRIDE.findall(self.response_overrides or ""))
        return overrides.get(code, code)

    def _get_path(self, service):
        """Return HTTP method and path of a service at this bank."""
        self.ensure_one()
        method, group, operation = const.OUTBOUND[service]
        if service == const.REPORT:
            method = self.report_method
        base = self.path_qr if group == "qr" else self.path_va
        return method, f"{base.rstrip('/')}/{operation}"
