# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Today, where somebody is."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def today_at(moment: datetime, *names: str | None) -> date:
    """Return the date of a moment at the first time zone that is known.

    :param moment: in UTC, without a time zone
    :param names: of time zones, as "Asia/Jakarta"; empty ones are passed over
    """
    return moment.replace(tzinfo=timezone.utc).astimezone(find_zone(*names)).date()


def find_zone(*names: str | None) -> ZoneInfo | timezone:
    """Return the first time zone that is known, else UTC."""
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return timezone.utc
