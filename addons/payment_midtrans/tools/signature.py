# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The proof in the body of a notification.

https://docs.midtrans.com/docs/https-notification-webhooks
"""

import hashlib
import hmac

#: The signed text, in this order and without anything between.
SIGNED = ("order_id", "status_code", "gross_amount")


def sign(order_id: str, status_code: str, gross_amount: str, server_key: str) -> str:
    """Return the signature of a notification, in lower-case hexadecimal digits."""
    text = order_id + status_code + gross_amount + server_key
    return hashlib.sha512(text.encode()).hexdigest()


def is_signed(payload: dict, server_key: str) -> bool:
    """Return whether who made the payload knows the key, in constant time.

    The strings are those of the payload as they came: ``100000`` is not ``100000.00``.
    """
    parts = [payload.get(name) for name in SIGNED]
    signature = payload.get("signature_key")
    # Without a key anybody could sign.
    if not server_key or not all(isinstance(x, str) for x in (*parts, signature)):
        return False
    expected = sign(*parts, server_key)
    return hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
