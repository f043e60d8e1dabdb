"""Markers in plain text: found in a field or in the notes, hidden from the notes, written as their last line."""

from __future__ import annotations

import re
from typing import Final

_MARKER: Final = re.compile(r"syncd:[^\s/]+/\S+")


def read(held: object) -> str | None:
    """The marker that this value is, if it is one."""
    if not isinstance(held, str):
        return None
    text = held.strip()
    return text if _MARKER.fullmatch(text) else None


def split(notes: str) -> tuple[str, str | None]:
    """The notes without their marker line, and the marker.

    It is looked for from the end, because a person may have written below it.
    """
    lines = notes.split("\n")
    for at in range(len(lines) - 1, -1, -1):
        marker = read(lines[at])
        if marker:
            return "\n".join((*lines[:at], *lines[at + 1 :])).strip("\n"), marker
    return notes, None


def join(notes: str, marker: str | None) -> str:
    """The notes with the marker as their last line."""
    return "\n\n".join(part for part in (notes, marker) if part)
