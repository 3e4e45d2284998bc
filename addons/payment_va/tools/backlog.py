# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whether requests come faster than one at a time can be worked off."""

import threading
import time
from contextlib import contextmanager


class Backlog:
    """Notice when requests of one key follow each other without a pause.

    A worker process sees no queue: the next request is there as soon as it is done with
    the last one, and that is how a queue looks from inside.

    :param streak: so many in a row are a backlog
    :param pause: seconds between two requests after which a streak is over
    :param clock: returns seconds; for tests
    """

    def __init__(self, streak=4, pause=0.05, clock=time.monotonic):
        self._streak, self._pause, self._clock = streak, pause, clock
        self._seen = {}
        self._lock = threading.Lock()

    @contextmanager
    def working(self, key):
        """Hold while a request is worked on; yields whether there is a backlog."""
        now = self._clock()
        with self._lock:
            ended, count, active = self._seen.get(key, (None, 0, 0))
            follows = active or (ended is not None and now - ended < self._pause)
            count = count + 1 if follows else 0
            self._seen[key] = (ended, count, active + 1)
        try:
            yield count >= self._streak
        finally:
            with self._lock:
                _ended, count, active = self._seen[key]
                self._seen[key] = (self._clock(), count, active - 1)

    def clear(self):
        """Forget everything; for tests."""
        with self._lock:
            self._seen.clear()
