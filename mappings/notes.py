"""The block that syncd keeps inside a task's notes: put in, found again, and the team's words around it left alone."""

from __future__ import annotations

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

    A block whose frame was damaged counts as the team's words: nothing that a person may have written is lost.
    """
    lines = notes.split("\n")
    foot = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].strip() == FOOT), None)
    if foot is not None:
        head = next((at for at in range(foot - 1, -1, -1) if lines[at].strip() == HEAD), None)
        if head is not None:
            above, inside, below = lines[:head], lines[head + 1 : foot], lines[foot + 1 :]
            return "\n".join(above).strip("\n"), "\n".join(inside), "\n".join(below).strip("\n")
    return notes.strip("\n"), None, ""
