# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Numbers of virtual accounts."""

import re


def digits(text) -> str:
    """Return the digits of a number, however it was padded or grouped."""
    return re.sub(r"\D", "", str(text or ""))


def compose(prefix: str, customer: str, length: int = 0) -> str:
    """Return bank prefix and customer number, the latter zero-padded to ``length``.

    :param length: of the whole number; 0 leaves the customer number as it is
    :raise ValueError: if there is no customer number, or it does not fit
    """
    prefix, customer = digits(prefix), digits(customer)
    if not customer:
        raise ValueError("no customer number")
    room = length - len(prefix) if length else len(customer)
    if len(customer) > room:
        raise ValueError(f"{customer} has more than {room} digits")
    return prefix + customer.zfill(room)


def group(number: str, size: int = 4) -> str:
    """Return a number in groups, as people read it: ``8808 0123 4567``."""
    return " ".join(number[i : i + size] for i in range(0, len(number), size))
