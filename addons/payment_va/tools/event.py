# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a provider tells, in one vocabulary for all of them."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class EventKind(StrEnum):
    """What happened to a payment at the provider."""

    PENDING = "pending"  # waiting for the payer
    PAID = "paid"  # the money is there
    CHALLENGE = "challenge"  # held by the provider's fraud check
    DENIED = "denied"  # refused, or taken back after it was paid
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUNDED = "refunded"  # in full or in part: refund_amount says
    CHARGEBACK = "chargeback"
    UNKNOWN = "unknown"  # a word the provider did not document: kept, not applied


#: Characters of a reference; the longest documented ones have 128.
MAX_REFERENCE = 255
#: An attempt ended without money.
CLOSING = frozenset(
    {EventKind.DENIED, EventKind.EXPIRED, EventKind.CANCELLED, EventKind.FAILED}
)
#: Money went back to the payer.
RETURNING = frozenset({EventKind.REFUNDED, EventKind.CHARGEBACK})


@dataclass(frozen=True)
class PaymentEvent:
    """One thing that a provider reports about one payment.

    :param order_ref: our own reference: of a transaction or of a virtual account
    :param payment_id: the provider's id of the payment, unique per provider; two
        payments to one virtual account have two
    :param amount: what the payer paid in all, in major units
    :param payer_fee: the part of ``amount`` that the provider itself added to what we
        asked for (Midtrans' "fee imposed on the customer")
    :param paid_at: aware, UTC
    :param channel: code of the ``payment.method``
    :param va_number: digits only, as the payer types them
    :param refund_id: the provider's id of a refund, unique per payment
    :param status: the provider's own word, for people
    :param reference: number of the payment at the payer's bank, for people
    """

    kind: EventKind
    order_ref: str | None = None
    payment_id: str | None = None
    amount: Decimal | None = None
    currency: str = "IDR"
    payer_fee: Decimal = Decimal(0)
    paid_at: datetime | None = None
    channel: str | None = None
    va_number: str | None = None
    refund_id: str | None = None
    refund_amount: Decimal | None = None
    status: str = ""
    reason: str = ""
    reference: str | None = None
    raw: dict = field(default_factory=dict, compare=False, repr=False)

    def check(self) -> None:
        """Refuse what no provider sends and no index holds.

        :raise ValueError: if a reference is too long or holds control characters
        """
        for name in ("order_ref", "payment_id", "refund_id", "va_number", "currency"):
            text = getattr(self, name) or ""
            if len(text) > MAX_REFERENCE or not text.isprintable():
                raise ValueError(f"{name}: no reference")

    def key(self) -> str:
        """Return what makes two deliveries the same event."""
        parts = (self.kind, self.order_ref, self.payment_id, self.refund_id)
        return "|".join(str(part or "") for part in parts)

    def fingerprint(self) -> str:
        """Return a digest of what the event says, to tell a repeat from a change."""
        parts = (
            self.key(),
            self.amount and self.amount.normalize(),
            self.currency,
            self.va_number,
            self.refund_amount and self.refund_amount.normalize(),
        )
        text = "|".join(str(part or "") for part in parts)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Delivery:
    """One HTTP request as it came.

    :param headers: names in lower case
    :param path: of the request, without host, with the query string
    :param address: of the sender, behind the reverse proxy only in proxy mode
    """

    code: str
    body: bytes
    headers: dict[str, str]
    path: str = ""
    method: str = "POST"
    address: str = ""

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What became of a delivery: a stored row, and whether it was seen before.

    :param verdict: ``verified``, or why not: ``malformed``, ``unknown_sender``,
        ``bad_signature``, ``refused``
    :param refusal: the provider's own answer code where it was refused for its content
    """

    notification_id: int
    verdict: str
    event: PaymentEvent | None = None
    provider_id: int | None = None
    duplicate: bool = False
    same_content: bool = True
    refusal: str | None = None

    @property
    def accepted(self) -> bool:
        """Return whether the sender may consider it delivered."""
        return self.verdict == "verified"
