# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Asking Xendit back what its callbacks, which are not signed, say. Pure."""

from odoo.addons.payment_va.tools.event import EventKind, PaymentEvent

from .. import const
from .parse import PARSERS, Shape, kind_of, shape_of, subject_of
from .wire import error_code, required_id


def question_path(event: PaymentEvent) -> str | None:
    """Return the path of what an event is about, None if there is nothing to ask."""
    if event.refund_id:
        return const.REFUND.format(event.refund_id)
    if not event.payment_id:
        return None
    return _path_of(event).format(event.payment_id)


def _path_of(event):
    prefixes = {
        "py-": const.PAYMENT,
        "pr-": const.PAYMENT_REQUEST,
        "ps-": const.SESSION,
        "ewc_": const.EWALLET_CHARGE,
        "qrpy_": const.QR_PAYMENT,
    }
    for prefix, path in prefixes.items():
        if event.payment_id.startswith(prefix):
            return path
    shape = shape_of(event.raw) if event.raw else Shape.INVOICE
    by_shape = {
        Shape.VA_PAYMENT: const.VA_PAYMENT,
        Shape.EWALLET: const.EWALLET_CHARGE,
        Shape.QR: const.QR_PAYMENT,
        Shape.PAYMENT: const.PAYMENT,
    }
    return by_shape.get(shape, const.INVOICE)


def is_request(event: PaymentEvent) -> bool:
    """Return whether a request or session was asked for, not a payment."""
    return not event.refund_id and _path_of(event) in (
        const.PAYMENT_REQUEST,
        const.SESSION,
    )


_SHAPE_OF_PATH = {
    const.PAYMENT: Shape.PAYMENT,
    const.PAYMENT_REQUEST: Shape.REQUEST,
    const.SESSION: Shape.SESSION,
    const.EWALLET_CHARGE: Shape.EWALLET,
    const.QR_PAYMENT: Shape.QR,
    const.INVOICE: Shape.INVOICE,
    const.VA_PAYMENT: Shape.VA_PAYMENT,
}


def parse_answer(event: PaymentEvent, payload) -> PaymentEvent:
    """Return what the API says about the subject of ``event``.

    :param payload: the JSON of the answer to ``question_path``
    :raise ValueError: if it is not of the documented shape, or about something else
    """
    if not isinstance(payload, dict):
        raise ValueError("answer: no object")
    if event.refund_id:
        answer = PARSERS[Shape.REFUND](payload, kind_of(Shape.REFUND, payload), payload)
        _check_same(event.refund_id, answer.refund_id)
        return answer
    shape = _SHAPE_OF_PATH[_path_of(event)]
    # Payments of QR codes are answered with and without an envelope.
    subject = subject_of(payload) if shape == Shape.QR else payload
    answer = PARSERS[shape](subject, kind_of(shape, subject), payload)
    asked = {Shape.REQUEST: "payment_request_id", Shape.SESSION: "payment_session_id"}
    found = required_id(subject, asked[shape]) if shape in asked else answer.payment_id
    _check_same(event.payment_id, found)
    return answer


def parse_confirmation(event: PaymentEvent, status: int, payload):
    """Return what counts, None if Xendit does not know what ``event`` is about.

    :param int status: of the HTTP answer
    :raise ValueError: if the answer settles nothing, so that it is asked again
    """
    # Whether that path exists is not documented: silence there proves nothing.
    if status == 404 and question_path(event) != _qr_path(event):
        return None
    if status >= 400:
        raise ValueError(f"answer: HTTP {status} {error_code(payload)}")
    answer = parse_answer(event, payload)
    unsettled = answer.kind in (EventKind.PENDING, EventKind.UNKNOWN)
    if unsettled and event.kind != EventKind.PENDING:
        raise ValueError(f"answer: {answer.status}, the callback said {event.status}")
    if answer.kind == EventKind.PAID and answer.amount is None:
        raise ValueError("answer: no amount")
    return answer


def _qr_path(event):
    return const.QR_PAYMENT.format(event.payment_id)


def _check_same(asked, found):
    if asked != found:
        raise ValueError(f"answer: about {found}, not about {asked}")
