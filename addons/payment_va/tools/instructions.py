# Copyright 2026 Scola contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Steps to pay, taken apart so that a payer opens only the way that is theirs."""

from dataclasses import dataclass

from lxml import html
from markupsafe import Markup, escape

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True)
class Section:
    """A way to pay: ``title`` says where, ``body`` is the HTML of its steps."""

    title: str
    body: Markup


def split_steps(text: str | None) -> list[Section]:
    """Return the sections of sanitised steps, one per heading, in their order.

    What stands before the first heading has an empty title; a heading with nothing
    below is left out.
    """
    if not (text or "").strip():
        return []
    found, title, parts = [], "", []
    for node in html.fragments_fromstring(str(text)):
        if getattr(node, "tag", None) in _HEADINGS:
            found.append((title, parts))
            title = " ".join(node.text_content().split())
            parts = [escape(node.tail or "")]
        else:
            parts.append(_serialise(node))
    found.append((title, parts))
    sections = [
        Section(title, Markup("").join(parts).strip()) for title, parts in found
    ]
    return [section for section in sections if section.body]


def _serialise(node) -> Markup:
    if isinstance(node, str):
        return escape(node)
    return Markup(html.tostring(node, encoding="unicode"))
