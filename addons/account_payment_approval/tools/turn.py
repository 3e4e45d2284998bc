# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whose turn it is: levels, four eyes and delegation, as one pure function."""

from collections import namedtuple
from collections.abc import Collection, Iterable

# key: any, to find the review again; level: int, lowest first; is_open: bool;
# reviewers and deciders: sets of users, who may decide and who had a part in deciding.
Review = namedtuple("Review", "key level is_open reviewers deciders")
# key: of the review, or None; person: in whose name; reason: why not, or None.
Turn = namedtuple("Turn", "key person reason")

CLOSED = "closed"
OWN = "own"
PRINCIPAL = "principal"
AGAIN = "again"
NOT_ASKED = "not_asked"


def find_turn(
    reviews: Iterable[Review],
    user: int,
    delegators: Collection[int],
    barred: Collection[int],
) -> Turn:
    """Return which review a user may decide on now, and in whose name.

    Only the lowest open level is decided on. Nobody decides who had a hand in the
    document, neither himself nor through another, and nobody decides twice, neither
    in his own name nor in another's.

    :param delegators: who asked the user to decide for them today
    :param barred: who had a hand in the document
    """
    reviews = list(reviews)
    pending = [review for review in reviews if review.is_open]
    if not pending:
        return Turn(None, None, CLOSED)
    if user in barred:
        return Turn(None, None, OWN)
    level = min(review.level for review in pending)
    used = {person for review in reviews for person in review.deciders}
    reason = NOT_ASKED
    for review in (review for review in pending if review.level == level):
        for person in (user, *sorted(set(delegators) - {user})):
            if person not in review.reviewers:
                continue
            reason = find_reason(user, person, barred, used)
            if not reason:
                return Turn(review.key, person, None)
    return Turn(None, None, reason)


def find_reason(
    user: int, person: int, barred: Collection[int], used: Collection[int]
) -> str | None:
    """Return why a user may not decide in the name of a person, or None."""
    if person in barred:
        return PRINCIPAL
    if user in used or person in used:
        return AGAIN
    return None
