# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which deliveries come of an event, with the faults that were asked for."""

from dataclasses import dataclass

#: Seconds after which an event that waits to be overtaken is sent all the same.
HOLD_SECONDS = 30


@dataclass(frozen=True)
class Faults:
    """What is to go wrong on the way to us.

    :param delay: seconds between an event and its notice
    :param duplicates: how often each notice comes again
    :param reorder: whether the newest notice of an order overtakes the one before
    :param drop: how many of the next notices get lost
    """

    delay: int = 0
    duplicates: int = 0
    reorder: bool = False
    drop: int = 0


@dataclass(frozen=True)
class Sending:
    """One delivery to make: when, and whether it gets lost on the way.

    :param after: seconds from now
    :param copy: 0 for the first delivery of the event
    :param held: whether it waits to be overtaken
    """

    after: int
    copy: int = 0
    dropped: bool = False
    held: bool = False


def plan(faults: Faults, overtakes: bool = False) -> list[Sending]:
    """Return the deliveries of one event.

    :param overtakes: whether an earlier notice of the order waits for this one
    """
    if faults.drop > 0:
        return [Sending(0, dropped=True)]
    held = faults.reorder and not overtakes
    after = faults.delay + (HOLD_SECONDS if held else 0)
    return [
        Sending(after, copy, held=held) for copy in range(1 + max(faults.duplicates, 0))
    ]
