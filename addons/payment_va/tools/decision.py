# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What to do about an event, whatever order events arrive in."""

from enum import StrEnum

from .event import CLOSING, RETURNING, EventKind


class Action(StrEnum):
    """What an event asks for."""

    BOOK = "book"
    REVERSE = "reverse"
    REFUND = "refund"  # after booking, where the payment is not known yet
    REFUND_FAILED = "refund_failed"
    PENDING = "pending"
    CLOSE = "close"
    HOLD = "hold"
    IGNORE = "ignore"


def decide(kind: EventKind, incoming: str | None, attempt: str | None):
    """Return the action and, where nothing is done, a word that says why.

    :param incoming: state of the payment known under the provider's id: ``booked``,
        ``reversed``; None if there is none
    :param attempt: state of the ``payment.transaction``; None if there is none
    """
    if kind == EventKind.PAID:
        if incoming:
            return Action.IGNORE, incoming
        return Action.BOOK, ""
    if kind in RETURNING:
        if incoming == "reversed":
            return Action.IGNORE, "reversed"
        return Action.REFUND, ""
    if kind == EventKind.DENIED and incoming == "booked":
        return Action.REVERSE, ""
    if kind in CLOSING:
        return _close(incoming, attempt)
    if kind == EventKind.PENDING:
        if incoming or attempt != "draft":
            return Action.IGNORE, "not_waiting"
        return Action.PENDING, ""
    if kind == EventKind.CHALLENGE:
        return (Action.IGNORE, "booked") if incoming else (Action.HOLD, "")
    return Action.IGNORE, "unknown_word"


def _close(incoming, attempt):
    if incoming:
        return Action.IGNORE, incoming
    if attempt not in ("draft", "pending", "authorized"):
        return Action.IGNORE, "not_waiting"
    return Action.CLOSE, ""
