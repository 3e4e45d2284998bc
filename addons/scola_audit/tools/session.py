# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sessions are told apart in the trail, and cannot be taken over with it."""

from hashlib import sha256

#: The part of a session's ID that stays when Odoo renews the rest of it.
LASTING = 42
#: Hexadecimal digits that are stored. No ID of a session is as short.
DIGITS = 16


def fingerprint(sid):
    """Return what is stored of a session, the same as long as its login lasts.

    :param sid: the ID as it is in the cookie, or a fingerprint, or None
    :rtype: str
    """
    sid = sid or ""
    if len(sid) <= DIGITS:
        return sid
    return sha256(sid[:LASTING].encode()).hexdigest()[:DIGITS]
