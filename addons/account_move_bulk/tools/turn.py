# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The order of transactions that number invoices of one journal side by side.

Each knows the one before it: it takes the numbers that follow, as soon as those are
known, and commits only after it. So the rows are written at the same time, and there is
no gap whichever of them fails.
"""

import threading


class TurnLost(Exception):
    """The transaction before failed: the numbers taken after its are void."""


class Turn:
    """One transaction's place.

    :param Turn | None before: the transaction before it
    """

    def __init__(self, before=None):
        self._before = before
        self._numbered = threading.Event()
        self._ended = threading.Event()
        self._committed = False
        self._numbers = {}

    def get_numbers(self) -> dict[tuple, int]:
        """Return the last number of each sequence used so far; waits for it.

        :return: key of a sequence to its last number
        :raise TurnLost: if the transaction before failed
        """
        if self._before is None:
            return {}
        self._before._numbered.wait()
        self._before._check()
        return self._before._numbers

    def tell_numbers(self, numbers: dict[tuple, int]) -> None:
        """Say which numbers were taken, so that the next transaction may go on."""
        if not self._numbered.is_set():
            self._numbers = {**self.get_numbers(), **numbers}
            self._numbered.set()

    def await_commit(self) -> None:
        """Wait until this transaction may commit.

        :raise TurnLost: if the transaction before failed
        """
        self.tell_numbers({})
        if self._before is not None:
            self._before._ended.wait()
            self._before._check()
            self._before = None  # let go of the whole chain

    def end(self, committed: bool) -> None:
        """Say how the transaction ended."""
        self._committed = committed
        self._ended.set()
        # Whoever waits for the numbers of a failure learns that it failed.
        self._numbered.set()

    def _check(self) -> None:
        if self._ended.is_set() and not self._committed:
            raise TurnLost
