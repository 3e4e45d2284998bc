# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Numbers and references in the text of a bank statement, however it is broken up."""

import re

_RUN = re.compile(r"\d+|[^\W\d_]+")
#: Pieces a reference may be broken into: ``INV/2026/11/0001`` has four.
MAX_RUNS = 8
#: Below that, a match says nothing.
MIN_LENGTH = 6
MIN_DIGITS = 4
MAX_LENGTH = 40


def reference_key(reference: str | None) -> str:
    """Return what of a reference counts; empty if it is too short to be found.

    :rtype: str
    """
    key = "".join(_RUN.findall((reference or "").lower()))
    return key if _is_telling(key) else ""


def text_keys(text: str) -> frozenset[str]:
    """Return the keys of all references that a text can contain.

    Banks drop slashes, put spaces into long numbers and glue words together. A
    reference is found if it begins and ends where digits and letters change, or where
    there is neither.
    """
    runs = _RUN.findall((text or "").lower())
    keys = set()
    for start in range(len(runs)):
        key = ""
        for run in runs[start : start + MAX_RUNS]:
            key += run
            if len(key) > MAX_LENGTH:
                break
            if _is_telling(key):
                keys.add(key)
    return frozenset(keys)


def _is_telling(key: str) -> bool:
    digits = sum(character.isdigit() for character in key)
    return MIN_LENGTH <= len(key) <= MAX_LENGTH and digits >= MIN_DIGITS
