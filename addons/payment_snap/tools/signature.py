# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Signatures and times of SNAP (ASPI, Standar Teknis Keamanan 1.0.2)."""

import base64
import binascii
import hashlib
import hmac
import re
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509 import load_pem_x509_certificate

from odoo.addons.payment_va.tools.amounts import parse_time

_STRING_OR_SPACE = re.compile(rb'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', re.DOTALL)
_EXTENDED = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d(:?\d\d)?)"
)
_BASIC = re.compile(r"\d{8}T\d{6}(Z|[+-]\d\d(:?\d\d)?)")


# === BODY === #


def minify(body: bytes) -> bytes:
    """Return JSON without insignificant white space; strings and order stay."""
    return _STRING_OR_SPACE.sub(lambda match: match[1] or b"", body)


def body_hash(body: bytes) -> str:
    """Return the SHA-256 of the bytes in lower case hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def body_hashes(body: bytes) -> tuple[str, ...]:
    """Return the hashes a sender may have signed: of the bytes, and of the minified."""
    return tuple(dict.fromkeys((body_hash(body), body_hash(minify(body)))))


# === SYMMETRIC === #


def compose_symmetric(method, path, token, hashed, timestamp) -> str:
    """Return what is signed with the shared secret.

    :param str path: without host, with the query string
    :param str hashed: hash of the body, of the empty string where there is none
    """
    return ":".join((method.upper(), path, token, hashed, timestamp))


def sign_symmetric(secret: str, text: str, encoding: str = "base64") -> str:
    """Return the HMAC-SHA512 of ``text``, in ``base64`` or ``hex``."""
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest()
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


def verify_symmetric(secret: str, text: str, signature: str, encoding: str) -> bool:
    """Return whether a signature fits; ``either`` takes both encodings."""
    if not secret or not signature:
        return False
    encodings = ("base64", "hex") if encoding == "either" else (encoding,)
    fits = False
    for name in encodings:
        given = signature.lower() if name == "hex" else signature
        expected = sign_symmetric(secret, text, name)
        fits |= hmac.compare_digest(expected.encode(), given.encode())
    return fits


# === ASYMMETRIC === #


def compose_asymmetric(method, path, hashed, timestamp) -> str:
    """Return what senders without a token sign with their private key."""
    return ":".join((method.upper(), path, hashed, timestamp))


def compose_token_request(client_id: str, timestamp: str) -> str:
    """Return what is signed to get an access token."""
    return f"{client_id}|{timestamp}"


def sign_rsa(private_key: str, text: str) -> str:
    """Return the SHA256withRSA signature (PKCS #1 v1.5) of ``text`` in base64.

    :raise ValueError: if the key is none
    """
    signature = load_private_key(private_key).sign(
        text.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    return base64.b64encode(signature).decode()


def verify_rsa(public_key: str, text: str, signature: str) -> bool:
    """Return whether a SHA256withRSA signature in base64 fits.

    :raise ValueError: if the key is none
    """
    key = load_public_key(public_key)
    try:
        raw = base64.b64decode(signature, validate=True)
        # The last character of base64 has spare bits: only one spelling is taken.
        if base64.b64encode(raw).decode() != signature:
            return False
        key.verify(raw, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def normalize_pem(text: str) -> bytes:
    """Return a key as PEM has it, also when it came on one line of an environment."""
    return (text or "").replace("\\n", "\n").strip().encode() + b"\n"


def load_private_key(pem: str) -> rsa.RSAPrivateKey:
    """Return our key.

    :raise ValueError: if it is no RSA key without a pass phrase
    """
    try:
        key = load_pem_private_key(normalize_pem(pem), password=None)
    except TypeError as error:  # encrypted
        raise ValueError("the key has a pass phrase") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the key is not an RSA key")
    return key


def load_public_key(pem: str) -> rsa.RSAPublicKey:
    """Return the bank's key, from a public key or a certificate.

    :raise ValueError: if it is no RSA key
    """
    data = normalize_pem(pem)
    if b"BEGIN CERTIFICATE" in data:
        key = load_pem_x509_certificate(data).public_key()
    else:
        key = load_pem_public_key(data)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("the key is not an RSA key")
    return key


# === TIMES === #


def parse_timestamp(text: str) -> datetime:
    """Return the time of an X-TIMESTAMP, aware, in UTC.

    The standard's mask has milliseconds and an offset, its samples have none or the
    basic form; an offset is always there.

    :raise ValueError: if it is none of these
    """
    if not (_EXTENDED.fullmatch(text or "") or _BASIC.fullmatch(text or "")):
        raise ValueError(f"{text!r} is no time with an offset")
    return parse_time(text)


def format_timestamp(moment: datetime, zone, milliseconds: bool = False) -> str:
    """Return an aware time as SNAP writes it, in the local time of ``zone``."""
    form = "milliseconds" if milliseconds else "seconds"
    return moment.astimezone(zone).isoformat(timespec=form)


def is_fresh(moment: datetime, now: datetime, window: int) -> bool:
    """Return whether a request's time is within ``window`` seconds of ours."""
    return abs((now - moment).total_seconds()) <= window
