# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many invoices go into one transaction."""


def split(items: list, limit: int, lanes: int) -> list[list]:
    """Split a list into consecutive parts of about the same length.

    As few as ``limit`` allows, in a number that keeps all lanes busy to the end: the
    originals that each part needs are what costs most besides the copies.

    :param list items: what is to be split
    :param int limit: the longest part
    :param int lanes: how many parts are worked on side by side
    """
    if not items:
        return []
    rounds = -(-len(items) // (limit * lanes))
    count = min(rounds * lanes, len(items)) if len(items) > limit else 1
    size, rest = divmod(len(items), count)
    parts, start = [], 0
    for index in range(count):
        end = start + size + (index < rest)
        parts.append(items[start:end])
        start = end
    return parts
