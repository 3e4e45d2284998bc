# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Take the pictures in docs/ of the demo that scripts/run serves.

Usage: scripts/screenshots [--url http://localhost:8069] [--db scola] [NAME ...]

Run in the project's environment; Chromium is driven over its own protocol.
"""

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psycopg2
import websocket

DOCS = Path(__file__).resolve().parent.parent / "docs"
WIDTH, HEIGHT = 1366, 768
PASSWORD = "demo"
TIMEOUT = 60

BILLING_RUN = """
    SELECT id FROM scola_billing_run WHERE state = 'done' ORDER BY id LIMIT 1"""
STUDENT = """
    SELECT s.id FROM scola_student s JOIN res_partner p ON p.id = s.partner_id
     WHERE s.company_id = (SELECT company_id FROM res_users WHERE login = 'kasir.smp')
       AND EXISTS (SELECT 1 FROM scola_student t JOIN res_partner o
                       ON o.id = t.partner_id
                    WHERE o.parent_id = p.parent_id AND t.id != s.id)
     ORDER BY s.id LIMIT 1"""
# A family with bills that are still open at the school of the cashier.
PAYER = """
    SELECT s.nis FROM account_move m JOIN scola_student s ON s.id = m.student_id
     WHERE m.payment_state = 'not_paid' AND m.state = 'posted'
       AND m.company_id = (SELECT company_id FROM res_users WHERE login = 'kasir.smp')
     GROUP BY s.id HAVING count(*) > 2 ORDER BY s.id LIMIT 1"""
RECEIPT = """
    SELECT r.id FROM scola_cash_receipt r WHERE state = 'posted' AND r.company_id = (
           SELECT company_id FROM res_users WHERE login = 'kasir.smp')
     ORDER BY r.deposit_amount DESC, r.id LIMIT 1"""
BUDGET = "SELECT id FROM account_budget WHERE state = 'active' ORDER BY id LIMIT 1"
ALLOCATION = "SELECT id FROM bos_fund_allocation ORDER BY id LIMIT 1"


class Page:
    """One page of a headless Chromium."""

    def __init__(self, url):
        self.url = url
        self.folder = tempfile.mkdtemp(prefix="scola-screenshots-")
        self.browser = subprocess.Popen(
            [
                shutil.which("chromium") or shutil.which("google-chrome") or "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--remote-allow-origins=*",
                "--remote-debugging-port=0",
                f"--user-data-dir={self.folder}",
                f"--window-size={WIDTH},{HEIGHT}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.socket = websocket.create_connection(self._find_socket(), timeout=TIMEOUT)
        self.number = 0
        self.call("Page.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=HEIGHT,
            deviceScaleFactor=1,
            mobile=False,
        )

    def _find_socket(self):
        port_file = Path(self.folder, "DevToolsActivePort")
        _wait(lambda: port_file.exists() and port_file.read_text().count("\n"))
        port = port_file.read_text().splitlines()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            targets = json.load(answer)
        return next(
            target["webSocketDebuggerUrl"]
            for target in targets
            if target["type"] == "page"
        )

    def close(self):
        """End the browser."""
        self.browser.terminate()
        self.browser.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, **parameters):
        """Call a method of the browser and return its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def evaluate(self, expression):
        """Return the value of a JavaScript expression in the page."""
        result = self.call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        return result["result"].get("value")

    def log_in(self, database, login):
        """Start a session as one of the users of the demo."""
        body = {
            "jsonrpc": "2.0",
            "params": {"db": database, "login": login, "password": PASSWORD},
        }
        request = urllib.request.Request(
            f"{self.url}/web/session/authenticate",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            if "error" in json.load(answer):
                sys.exit(f"screenshots: {login} cannot log in at {self.url}")
            cookie = answer.headers["Set-Cookie"].split(";")[0].partition("=")
        self.call("Network.setCookie", name=cookie[0], value=cookie[2], url=self.url)

    def open(self, path, selector):
        """Go to a page and wait for what makes it complete."""
        self.call("Page.navigate", url=self.url + path)
        self.wait_for(selector)

    def wait_for(self, selector):
        """Wait for an element."""
        _wait(
            lambda: self.evaluate(f"!!document.querySelector({json.dumps(selector)})")
        )
        time.sleep(1.5)  # fonts, pictures and the last animation

    def type_text(self, text, key="Enter"):
        """Type into the focused field and press a key."""
        self.call("Input.insertText", text=text)
        time.sleep(1.5)
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=13,
            )

    def save(self, name):
        """Write what is seen to docs/."""
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        path = DOCS / f"{name}.png"
        path.write_bytes(base64.b64decode(picture))
        print(f"{path.relative_to(DOCS.parent)}  {path.stat().st_size // 1024} kB")


def _wait(condition):
    end = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the page did not become what it should be")
        time.sleep(0.2)


class Pictures:
    """The pictures by name; each begins with its user's log-in."""

    def __init__(self, page, database):
        self.page = page
        self.database = database

    def _id(self, query):
        with psycopg2.connect(dbname=self.database) as connection:
            cursor = connection.cursor()
            cursor.execute(query)
            return cursor.fetchone()[0]

    def billing_run(self):
        """A billing run that is done, as the treasurer sees it."""
        self.page.log_in(self.database, "bendahara")
        path = (
            f"/odoo/action-scola_fees.action_scola_billing_run/{self._id(BILLING_RUN)}"
        )
        self.page.open(path, ".o_form_view .o_form_sheet")

    def cash_desk(self):
        """A family at the window."""
        self.page.log_in(self.database, "kasir.smp")
        self.page.open(
            "/odoo/action-scola_fees.scola_cash_desk_action",
            ".o_scola_cash_desk[data-screen=search]",
        )
        self.page.type_text(self._id(PAYER))
        self.page.wait_for(".o_scola_cash_desk[data-screen=pay]")

    def student(self):
        """A student with a sibling, as the school's administrator sees them."""
        self.page.log_in(self.database, "tatausaha")
        path = f"/odoo/action-scola_school.scola_student_action/{self._id(STUDENT)}"
        self.page.open(path, ".o_form_view .o_form_sheet")

    def receipt(self):
        """The receipt that the family takes home."""
        self.page.log_in(self.database, "kasir.smp")
        report = "scola_fees.report_cash_receipt_a5"
        self.page.open(f"/report/html/{report}/{self._id(RECEIPT)}", ".article")
        # As wide as the paper, in the middle of the window.
        self.page.evaluate(
            "document.body.style.cssText = 'zoom: 1.4; width: 640px; margin: 20px auto'"
        )
        time.sleep(0.5)

    def books(self):
        """What an accountant sees first."""
        self.page.log_in(self.database, "bendahara")
        self.page.open(
            "/odoo/action-scola_account.action_scola_books",
            ".o_scola_books section[data-tile=closing] tbody tr td",
        )

    def statement(self):
        """The position of the school, this year and the year before."""
        self.page.log_in(self.database, "bendahara")
        self.page.open(
            "/odoo/action-scola_account.action_scola_statement_wizard",
            "button[name=action_open]",
        )
        self.page.evaluate("document.querySelector('button[name=action_open]').click()")
        self.page.wait_for(".mis_builder a.mis_builder_drilldown")

    def budget(self):
        """The plan of the BOS fund and what is left of it."""
        self.page.log_in(self.database, "bendahara")
        path = f"/odoo/action-scola_budget.action_account_budget/{self._id(BUDGET)}"
        self.page.open(path, ".o_form_view .o_form_sheet .o_data_row")

    def bos(self):
        """What a school is given by BOS, by component."""
        self.page.log_in(self.database, "bendahara")
        path = (
            f"/odoo/action-scola_bos.action_bos_fund_allocation/{self._id(ALLOCATION)}"
        )
        self.page.open(path, ".o_form_view .o_form_sheet .o_data_row")


NAMES = (
    "billing_run",
    "cash_desk",
    "student",
    "receipt",
    "books",
    "statement",
    "budget",
    "bos",
)


def main():
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots")
    parser.add_argument("--url", default="http://localhost:8069")
    parser.add_argument("--db", default="scola")
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME")
    arguments = parser.parse_args()
    DOCS.mkdir(exist_ok=True)
    os.environ.setdefault("HOME", tempfile.gettempdir())
    for name in arguments.names or NAMES:
        page = Page(arguments.url)
        try:
            getattr(Pictures(page, arguments.db), name)()
            page.save(name)
        finally:
            page.close()


if __name__ == "__main__":
    main()
