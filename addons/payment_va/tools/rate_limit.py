# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many requests a sender may make in a minute."""

import threading
import time
from collections import OrderedDict


class RateLimiter:
    """Count per key in windows of a minute, in the memory of one worker process.

    A flood costs a lookup here, and neither a query nor a row. With several workers the
    limit holds for each of them.

    :param clock: returns seconds; for tests
    :param max_keys: keys remembered, the least recently seen are forgotten
    """

    WINDOW = 60

    def __init__(self, clock=time.monotonic, max_keys=10_000):
        self._clock = clock
        self._max_keys = max_keys
        self._windows = OrderedDict()
        self._lock = threading.Lock()

    def allow(self, key, limit: int) -> bool:
        """Count one request of ``key`` and return whether it is within ``limit``.

        A limit of 0 or less means none.
        """
        if limit <= 0:
            return True
        now = self._clock()
        with self._lock:
            start, count = self._windows.pop(key, (now, 0))
            if now - start >= self.WINDOW:
                start, count = now, 0
            self._windows[key] = (start, count + 1)
            while len(self._windows) > self._max_keys:
                self._windows.popitem(last=False)
        return count < limit

    def clear(self):
        """Forget everything; for tests."""
        with self._lock:
            self._windows.clear()
