# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An Odoo server of one's own, in real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

LAUNCHER = Path(__file__).with_name("odoo_bin.py")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OdooServer:
    """Odoo with worker processes on one database.

    :param config: file with the add-ons' path and the database's address
    :param workers: HTTP worker processes; 0 for one process with threads
    """

    def __init__(self, config: str, database: str, workers: int, log: Path):
        self.port, self.url = free_port(), ""
        self._log = log
        self._command = [
            *(sys.executable, str(LAUNCHER), "-c", config, "-d", database),
            *("--db-filter", f"^{database}$", "--workers", str(workers)),
            *("--http-interface", "127.0.0.1", "--http-port", str(self.port)),
            *("--gevent-port", str(free_port()), "--max-cron-threads", "1"),
            *("--log-level", "warn", "--logfile", ""),
        ]
        self.process = None

    def __enter__(self):
        self.url = f"http://127.0.0.1:{self.port}"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()
        return self

    def _wait(self, seconds: int = 120) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                # Loads the registry, so that the first request measured is not slow.
                urllib.request.urlopen(f"{self.url}/web/login", timeout=60).close()
                return
            except OSError:
                time.sleep(0.2)
        self.__exit__()
        raise RuntimeError(f"Odoo did not start:\n{self.read_log()}")

    def __exit__(self, *error):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def workers(self) -> list[int]:
        """Return the process ids below the server: HTTP, cron and websocket workers."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def first_worker(self) -> int:
        """Return an HTTP worker: Odoo starts them before all others."""
        return min(self.workers())

    def read_log(self) -> str:
        """Return what the server said."""
        return self._log.read_text(errors="replace")
