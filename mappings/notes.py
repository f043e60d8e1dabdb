"""The block that syncd keeps inside a task's notes: put in, found again, and the team's words around it left alone."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

HEAD: Final = "──── from the strategic plan ────"
FOOT: Final = "──── kept up to date by syncd: please write above or below ────"
_FRAME: Final = re.compile(
    rf"^[^\S\n]*(?:(?P<head>{HEAD})|(?P<foot>{FOOT}))[^\S\n]*$".replace(" ", "[ \u00a0]"), re.MULTILINE
)
"""A line of a frame, also where a tool or its editor put no-break spaces into it."""


def embed(notes: str, block: str) -> str:
    """The notes with `block` in place of the old one, or below the team's words where there was none.

    An empty block takes the old one out.
    """
    before, _, after = split(notes)
    framed = f"{HEAD}\n{block}\n{FOOT}" if block else ""
    return "\n\n".join(part for part in (before, framed, after) if part)


def extract(notes: str) -> str | None:
    """The block as it stands in the notes; None where there is none, or where its frame was broken."""
    return split(notes)[1]


def split(notes: str) -> tuple[str, str | None, str]:
    """The team's words above, the block, the team's words below.

    The block is the last head that a foot follows with no other line of a frame between them. A block whose frame was
    damaged counts as the team's words: nothing that a person may have written is lost.
    """
    for head, foot in reversed(list(pairwise(_FRAME.finditer(notes)))):
        if head["head"] and foot["foot"]:
            block = notes[head.end() + 1 : foot.start() - 1]
            return notes[: head.start()].strip("\r\n"), block, notes[foot.end() :].strip("\r\n")
    return notes.strip("\r\n"), None, ""


def whole(notes: str) -> bool:
    """Whether the frame stands there once, as it was put: of any other nobody knows which words are the block's."""
    return [line.lastgroup for line in _FRAME.finditer(notes)] == ["head", "foot"]


def unframed(block: str) -> str:
    """A block without what would be taken for its frame: somebody copied a task's notes into the plan."""
    return _FRAME.sub("", block)
