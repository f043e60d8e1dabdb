"""Values and moments as commands print them for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest
from typing import Final

from syncd.scorecard.words import count

_LONGEST: Final = 70
_LINES: Final = 6
"""So many lines of a difference are shown."""
_WIDEST: Final = 110
"""A line of a difference is cut after so many characters."""
_CONTEXT: Final = 20
"""So many characters stand before the place where two long lines differ."""


def said(value: object) -> str:
    """A value of a field in one line: "none", "yes", 2026-06-15, “Train every teacher”, long text cut short."""
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(said, value))
    if not isinstance(value, str):
        return str(value)
    line = " ".join(value.split())
    return f"“{line if len(line) <= _LONGEST else f'{line[: _LONGEST - 2]} …'}”"


def long(*values: object) -> bool:
    """Whether one of the values is too long to be said in one line."""
    return any(isinstance(value, str) and ("\n" in value.strip() or len(value) > _LONGEST) for value in values)


def differing(before: object, after: object) -> list[str]:
    """The lines by which two texts differ, "−" for what goes and "+" for what comes; the first few of many."""
    old, new = ((str(value or "")).splitlines() for value in (before, after))
    found: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found += _changed(old[i1:i2], new[j1:j2])
    rest = len(found) - _LINES
    return found if rest <= 0 else [*found[: _LINES - 1], f"… and {count(rest + 1, 'more line')}"]


def _changed(old: list[str], new: list[str]) -> Iterator[str]:
    """Lines that took the place of others, without the words that a pair of them begins with."""
    pairs = len(old) == len(new)
    for one, other in zip_longest(old, new):
        start = _shared(one, other) - _CONTEXT if pairs else 0
        for mark, text in (("−", one), ("+", other)):
            if text is not None and text.strip():
                yield f"{mark} {_part(text, start)}"


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _part(text: str, start: int) -> str:
    """A long line from shortly before the place where something differs."""
    if len(text) <= _WIDEST:
        return text
    part = text[max(0, start) :]
    return ("… " if start > 0 else "") + (part if len(part) <= _WIDEST else f"{part[: _WIDEST - 2]} …")


def at(moment: datetime | None, zone: tzinfo) -> str:
    """A moment on the district's clock: "2026-11-24 16:09"; "never" without one."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment is not None else "never"
