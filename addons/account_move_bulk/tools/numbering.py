# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which invoice of a batch gets which number."""


def is_range(numbers: list[int]) -> bool:
    """Whether numbers follow each other, each once, in whatever order."""
    low = min(numbers)
    return sorted(numbers) == list(range(low, low + len(numbers)))


def allot(first: int, entries: list[tuple]) -> dict[int, int]:
    """Return the number of each entry, as Odoo hands them out within a batch.

    :param int first: the first free number
    :param list entries: tuples (date, reference, position); Odoo numbers what is posted
        together by date, then reference, then id
    :return: position to number
    """
    return {
        position: number
        for number, (_date, _ref, position) in enumerate(sorted(entries), start=first)
    }


def only_digits(text: str) -> str:
    """Return the digits of a text: Odoo's reference model "number"."""
    return "".join(char for char in text if char.isdigit())
