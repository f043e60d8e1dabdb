"""The block that syncd keeps inside a task's notes: put in, found again, and the team's words around it left alone."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

HEAD: Final = "──── from the strategic plan ────"
FOOT: Final = "──── kept up to date by syncd: please write above or below ────"


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
    lines = notes.split("\n")
    frame = [at for at, line in enumerate(lines) if _frames(line)]
    for head, foot in reversed(list(pairwise(frame))):
        if (_frames(lines[head]), _frames(lines[foot])) == (HEAD, FOOT):
            above, inside, below = lines[:head], lines[head + 1 : foot], lines[foot + 1 :]
            return "\n".join(above).strip("\n"), "\n".join(inside), "\n".join(below).strip("\n")
    return notes.strip("\n"), None, ""


def unframed(block: str) -> str:
    """A block without lines that would be taken for its frame: somebody copied a task's notes into the plan."""
    return "\n".join(line for line in block.split("\n") if not _frames(line))


def _frames(line: str) -> str:
    """The line of the frame that this one is, as we write it; "" for any other."""
    text = line.replace("\u00a0", " ").strip()
    return text if text in (HEAD, FOOT) else ""
