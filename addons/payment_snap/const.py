# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Vocabularies of Bank Indonesia's SNAP standard (apidevportal.bi.go.id/snap)."""

#: Service codes: the 4th and 5th digit of each response code.
TOKEN = "73"
INQUIRY, PAYMENT, STATUS = "24", "25", "26"
CREATE_VA, UPDATE_VA, UPDATE_STATUS = "27", "28", "29"
INQUIRY_VA, DELETE_VA = "30", "31"
NOTIFY_VA, REPORT = "34", "35"
QR_GENERATE, QR_QUERY, QR_NOTIFY, QR_REFUND = "47", "51", "52", "78"

#: Paths that banks call at our side, without the prefix some of them put in front.
INBOUND = {
    "/v1.0/access-token/b2b": TOKEN,
    "/v1.0/transfer-va/inquiry": INQUIRY,
    "/v1.0/transfer-va/payment": PAYMENT,
    "/v1.0/transfer-va/status": STATUS,
    "/v1.0/transfer-va/notify-payment-intrabank": NOTIFY_VA,
    "/v1.0/qr/qr-mpm-notify": QR_NOTIFY,
}
PREFIXES = ("", "/snap", "/openapi", "/api")
#: What tells of money: stored in the inbox before it is answered.
INBOX = frozenset({PAYMENT, NOTIFY_VA, QR_NOTIFY})

#: What we call at the banks: method, group of paths of the bank profile, operation.
OUTBOUND = {
    STATUS: ("POST", "va", "status"),
    CREATE_VA: ("POST", "va", "create-va"),
    UPDATE_VA: ("PUT", "va", "update-va"),
    UPDATE_STATUS: ("PUT", "va", "update-status"),
    INQUIRY_VA: ("POST", "va", "inquiry-va"),
    DELETE_VA: ("DELETE", "va", "delete-va"),
    REPORT: ("POST", "va", "report"),
    QR_GENERATE: ("POST", "qr", "qr-mpm-generate"),
    QR_QUERY: ("POST", "qr", "qr-mpm-query"),
    QR_REFUND: ("POST", "qr", "qr-mpm-refund"),
}

#: Seconds before its end that a token of a bank is not used any more.
TOKEN_MARGIN = 30
#: Days that the log of the banks' requests is kept.
LOG_DAYS = 45
#: Bills that the standard lets an inquiry name.
MAX_BILLS = 24
#: First digit behind the prefix of numbers for one checkout: students' numbers begin
#: with a year, so the two do not meet.
ONE_OFF_DIGIT = "9"

ENCODINGS = [("base64", "Base64"), ("hex", "Hexadecimal"), ("either", "Either")]

#: latestTransactionStatus of QR payments; 08 and 09 are Midtrans' additions.
QR_STATUS = {
    "00": "paid",
    "01": "pending",
    "02": "pending",
    "03": "pending",
    "04": "refunded",
    "05": "cancelled",
    "06": "failed",
    "08": "expired",
    "09": "denied",
}

QR_NOT_FOUND = "07"

#: Credentials: for administrators, or from the environment.
SECRET_FIELDS = (
    "snap_client_id",
    "snap_client_secret",
    "snap_private_key",
    "snap_bank_public_key",
    "snap_inbound_client_id",
    "snap_inbound_secret",
)
