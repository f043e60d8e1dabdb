"""Markers in plain text: found in a field or in the notes, hidden from the notes, written on a line of their own."""

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


def split(notes: str, own: str | None = None) -> tuple[str, str | None]:
    """The notes without the lines that are the task's own marker, and that marker if it stood there.

    `own` is the marker in the task's field, which outweighs the notes. Without it the first marker is the task's own:
    it was there before a team could paste another task's notes, and their marker, below it. To take that one would
    leave this task's item without a task, and after a lost store it would be made a second time. What was pasted stays
    in the notes as what it is: a line of the team's.
    """
    lines = notes.split("\n")
    found = [read(line) for line in lines]
    own = own or next(filter(None, found), None)
    if own is None or own not in found:
        return notes, None
    return "\n".join(line for line, marker in zip(lines, found, strict=True) if marker != own).strip("\n"), own


def join(notes: str, marker: str | None) -> str:
    """The notes with the marker as their last line, or above the first other marker, so that it is read again."""
    lines = notes.split("\n")
    at = next((at for at, line in enumerate(lines) if read(line)), None)
    if marker and at is not None:
        return "\n".join((*lines[:at], marker, *lines[at:]))
    return "\n\n".join(part for part in (notes, marker) if part)
