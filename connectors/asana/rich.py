"""Changes some lines of a formatted description, and leaves the formatting of all the others alone.

A description is one text in two forms, plain and formatted (HTML under one <body>): whoever writes the plain one
takes away bold words, lists and links that people made.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

from connectors.text import plain

_BODY: Final = re.compile(r"\s*<body>(.*)</body>\s*", re.DOTALL)
_BARE_LINK: Final = re.compile(r'<a\s[^>]*href="([^"]*)"[^>]*>\1</a>')
_WIDEST: Final = 5
"""So many unchanged lines around the changed ones are looked at, to find one place and no other."""


def is_formatted(html: str, text: str) -> bool:
    """Whether the formatted form holds more than the text: addresses that Asana made into links do not count."""
    return plain(unescape(_BARE_LINK.sub(r"\1", _inner(html)))) != plain(text)


def patched(html: str, old: str, new: str) -> str | None:
    """The formatted form of `new`, made from that of `old` by exchanging only the lines that differ.

    None where the place of those lines cannot be found for certain.
    """
    if old == new:
        return html
    inner, before, after = _inner(html), old.split("\n"), new.split("\n")
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    for wider in range(_WIDEST):
        first, last = max(0, head - wider), max(0, tail - wider)
        gone, came = before[first : len(before) - last], after[first : len(after) - last]
        anchor = _text(gone)
        found = [at.start() for at in re.finditer(rf"(?<![^\n>])(?={re.escape(anchor)}(?![^\n<]))", inner)]
        if any(gone) and came and len(found) == 1:
            return f"<body>{inner[: found[0]]}{_text(came)}{inner[found[0] + len(anchor) :]}</body>"
    if head == len(before):
        return f"<body>{inner}\n{_text(after[head:])}</body>"
    return None


def _inner(html: str) -> str:
    match = _BODY.fullmatch(html)
    return match.group(1) if match else html


def _text(lines: list[str]) -> str:
    return escape("\n".join(lines), quote=False)


def _common(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
