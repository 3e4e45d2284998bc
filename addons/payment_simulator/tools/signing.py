# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Signatures and keys of the providers, from the senders' point of view.

Written apart from the connectors on purpose: what one side gets wrong the other must
not get wrong in the same way.
"""

import base64
import hashlib
import hmac
import json
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


def same(left: str | None, right: str | None) -> bool:
    """Return whether two secrets are the same and not empty, in constant time."""
    left, right = (left or "").encode(), (right or "").encode()
    return bool(left) and hmac.compare_digest(left, right)


def new_secret(prefix: str = "", length: int = 24) -> str:
    """Return a random key: letters and digits behind a prefix."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


# === MIDTRANS === #


def sign_midtrans(order_id: str, status_code: str, gross_amount: str, key: str) -> str:
    """Return the ``signature_key`` of a notification (docs.midtrans.com)."""
    text = order_id + status_code + gross_amount + key
    return hashlib.sha512(text.encode()).hexdigest()


# === SNAP (ASPI, Standar Teknis Keamanan) === #


def new_key_pair() -> tuple[str, str]:
    """Return an RSA private key and its public key, both PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    return private, get_public_key(private)


def get_public_key(private_key: str) -> str:
    """Return the public key of a private one, both PEM."""
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    return (
        key.public_key()
        .public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        .decode()
    )


def sign_rsa(private_key: str, text: str) -> str:
    """Return SHA256withRSA (PKCS#1 v1.5) of a text, base64."""
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()


def verify_rsa(public_key: str, text: str, signature: str) -> bool:
    """Return whether a signature made by ``sign_rsa`` belongs to a text."""
    try:
        key = serialization.load_pem_public_key((public_key or "").encode())
        key.verify(
            base64.b64decode(signature or "", validate=True),
            text.encode(),
            padding.PKCS1v15(),
            hashes.SHA256(),
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def hash_body(body: bytes) -> str:
    """Return the lower-case hexadecimal SHA-256 of a body without idle white space."""
    if body:
        body = json.dumps(
            json.loads(body), separators=(",", ":"), ensure_ascii=False
        ).encode()
    return hashlib.sha256(body).hexdigest()


def sign_hmac(secret, method, path, token, body: bytes, timestamp) -> bytes:
    """Return the HMAC-SHA512 of a SNAP transaction call, as bytes.

    :param path: as it is signed, with the query
    """
    text = ":".join((method.upper(), path, token, hash_body(body), timestamp))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest()


def encode(signature: bytes, encoding: str) -> str:
    """Return a signature as text: ``hex``, else base64."""
    if encoding == "hex":
        return signature.hex()
    return base64.b64encode(signature).decode()


def issue_token(secret: str, issued_at: int) -> str:
    """Return an access token that says by itself when it was issued."""
    proof = hmac.new(secret.encode(), f"{issued_at}".encode(), hashlib.sha256)
    return f"{issued_at:x}.{proof.hexdigest()}"


def is_token_valid(secret: str, token: str, now: int, lifetime: int) -> bool:
    """Return whether ``issue_token`` made a token within ``lifetime`` seconds."""
    try:
        issued_at = int(token.partition(".")[0], 16)
    except ValueError:
        return False
    return now - issued_at < lifetime and same(issue_token(secret, issued_at), token)
