# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Requests and answers as plain values, so that they need no HTTP to be tested."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Call:
    """A request that came in.

    :param path: below the prefix of the provider, with the query: ``/v2/charge``
    :param headers: names in lower case
    :param full_path: with the prefix, as the sender addressed it
    """

    method: str
    path: str
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    full_path: str = ""

    @property
    def segments(self) -> list[str]:
        """Return the parts of the path."""
        return urlsplit(self.path).path.strip("/").split("/")

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters of the query, the last one of a name."""
        return {k: v[-1] for k, v in parse_qs(urlsplit(self.path).query).items()}

    def json(self) -> dict:
        """Return the body as a JSON object.

        :raise ValueError: if it is none
        """
        value = json.loads(self.body or b"{}")
        if not isinstance(value, dict):
            raise ValueError("the body is no JSON object")
        return value

    def basic_user(self) -> str:
        """Return the user of Basic authentication, "" if none or with a password."""
        scheme, _blank, text = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return ""
        try:
            text = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
        user, _colon, password = text.partition(":")
        return "" if password else user

    def bearer(self) -> str:
        """Return the token of Bearer authentication, "" if there is none."""
        scheme, _blank, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""


@dataclass(frozen=True)
class Answer:
    """What is sent back: HTTP status and JSON."""

    status: int
    payload: dict | list


class Refusal(Exception):
    """Ends the handling of a call with an answer."""

    def __init__(self, status: int, payload: dict):
        super().__init__(status)
        self.answer = Answer(status, payload)
