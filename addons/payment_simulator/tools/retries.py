# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When a provider sends a notice again that we did not take."""

#: Minutes between the tries, and how many tries by our answer (docs.midtrans.com).
MIDTRANS_MINUTES = (2, 10, 30, 90, 210)
MIDTRANS_TRIES = {500: 1, 503: 4, 400: 2, 404: 2, 301: 0, 302: 0, 303: 0}
#: Minutes between the tries (docs.xendit.co).
XENDIT_MINUTES = (15, 45, 120, 180, 360, 720)
#: Banks differ; this is short, for somebody who is watching.
SNAP_MINUTES = (1, 2, 5)


def next_midtrans(status: int | None, tries: int) -> int | None:
    """Return the minutes until the next try, None if there is none.

    :param status: of our answer, None if there was none
    :param tries: made so far
    """
    if status and 200 <= status < 300:
        return None
    allowed = MIDTRANS_TRIES.get(status, len(MIDTRANS_MINUTES))
    return MIDTRANS_MINUTES[tries - 1] if tries <= allowed else None


def next_xendit(status: int | None, tries: int) -> int | None:
    """Return the minutes until the next try, None if there is none."""
    if status and 200 <= status < 300 or tries > len(XENDIT_MINUTES):
        return None
    return XENDIT_MINUTES[tries - 1]


def next_snap(status: int | None, tries: int) -> int | None:
    """Return the minutes until the next try: only where nobody knows what happened."""
    unknown = status is None or status >= 500 or status == 202
    if not unknown or tries > len(SNAP_MINUTES):
        return None
    return SNAP_MINUTES[tries - 1]
