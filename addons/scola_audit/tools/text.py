# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Values of fields as an auditor reads and searches them."""

import re
from decimal import Decimal

GROUPED = re.compile(r"(\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?")
PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")


def number_text(value):
    """Return a number without grouping and without zeros at its end.

    :param value: int, float or Decimal
    :rtype: str
    """
    # Adding zero makes of minus zero what people write.
    return format(Decimal(str(value)).normalize() + 0, "f")


def amount_query(text):
    """Return the number somebody wrote as an amount, as ``number_text`` writes it.

    ``Rp 1.500.000``, ``1,500,000.00`` and ``1500000`` are all ``1500000``.

    :param str text: what was typed into the search box
    :return: None where it is no amount
    :rtype: str | None
    """
    text = re.sub(r"^rp\.?", "", text.strip(), flags=re.IGNORECASE).strip()
    text = text.removesuffix(",-")
    found = GROUPED.fullmatch(text) or PLAIN.fullmatch(text)
    if not found:
        return None
    whole = re.sub(r"\D", "", found[1])
    return number_text(Decimal(f"{whole}.{found[2] or 0}"))


def readable(ttype, value, labels=None):
    """Return what is stored in the log for one value of a field.

    :param str ttype: type of the field
    :param value: as ``read`` returns it; relations to many as (id, name) pairs
    :param dict labels: of a selection or boolean field, by value
    :return: None where the field is empty
    :rtype: str | None
    """
    if labels is not None:
        return labels.get(value, str(value) if value else None)
    if ttype in ("float", "integer", "monetary") and value is not None:
        return number_text(value or 0)
    if not value:
        return None
    if ttype == "many2one":
        return str(value[1]) if isinstance(value, tuple | list) else str(value)
    if ttype == "many2many":
        return ", ".join(
            str(item[1]) if isinstance(item, tuple | list) else str(item)
            for item in value
        )
    return str(value)
