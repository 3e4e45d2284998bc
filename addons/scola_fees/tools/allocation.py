# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Paying one amount from two purses. Amounts are ``int``, whole rupiah."""


def split_sources(amounts: dict[int, int], first: int) -> tuple[dict, dict]:
    """Split each part over two purses, emptying the first one before the second.

    :param amounts: part by key, in the order in which they are served
    :param first: what is in the first purse (the family's deposit)
    :return: the parts taken from the first and from the second purse, without zeros
    :raise ValueError: if the first purse holds more than all the parts together
    """
    if not 0 <= first <= sum(amounts.values()):
        raise ValueError(f"{first} of {sum(amounts.values())}")
    from_first, from_second = {}, {}
    for key, part in amounts.items():
        taken = min(first, part)
        first -= taken
        if taken:
            from_first[key] = taken
        if part > taken:
            from_second[key] = part - taken
    return from_first, from_second
