# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A telephone: Chromium, small and touched, driven over its own protocol."""

import base64
import json
import resource
import sys
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "scripts"))

import screenshots  # noqa: E402

WIDTH, HEIGHT = 360, 800


@contextmanager
def unlimited_memory():
    """Let a process start that reserves more addresses than Odoo allows itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class Phone(screenshots.Page):
    """A telephone: small, and touched instead of clicked."""

    def __init__(self, url, folder):
        with unlimited_memory():
            super().__init__(url)
        self.pictures = folder
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=WIDTH,
            height=HEIGHT,
            deviceScaleFactor=2,
            mobile=True,
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=True)

    def read(self, selector):
        """Return the text of an element, its blanks as ordinary ones."""
        text = self.evaluate(
            f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"
        )
        return text.replace("\u00a0", " ")

    def wait_for_text(self, selector, text):
        """Wait until an element says something."""
        screenshots._wait(lambda: text in self.read(selector))

    def tap(self, selector, then):
        """Tap on an element as a finger does, and wait for what comes of it."""
        self.wait_for(selector)
        self.evaluate(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView()"
        )
        box = self.evaluate(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])"
            f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        )
        point = {"x": box[0], "y": box[1]}
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[point])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.wait_for(then)

    def look(self, name):
        """Keep a picture; nothing may stick out at the side."""
        picture = self.call("Page.captureScreenshot", format="png")["data"]
        (self.pictures / f"{name}.png").write_bytes(base64.b64decode(picture))
        assert self.evaluate("document.documentElement.scrollWidth") <= WIDTH, name

    def fetch(self, selector):
        """Return type and first bytes of what a link leads to."""
        return self.evaluate(
            f"""(async () => {{
                const link = document.querySelector({json.dumps(selector)});
                const answer = await fetch(link.href);
                const text = await answer.text();
                return [answer.headers.get("Content-Type"), text.slice(0, 5)];
            }})()"""
        )
