"""Makes text comparable: what comes back from a tool must equal what was sent, or it would be sent for ever."""

from __future__ import annotations

from typing import Final

MORE: Final = "…"
LEAST_ROOM: Final = 200
"""Characters for which every tool has room: what is shorter, and ends in “…”, was written so by somebody."""
_SPACES: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2028": "\n", "\u2029": "\n", "\ufeff": None})


def plain(text: str) -> str:
    """Text with ordinary spaces and line ends, no blanks at the ends of lines, no blank lines at either end.

    Asana's SDK turns every raw no-break space of an answer into a space, so those can never be told apart.
    """
    lines = text.translate(_SPACES).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(row.rstrip() for row in lines).strip("\n")


def cut(text: str, most: int) -> str:
    """Text of at most so many characters; a last “…” tells that there was more."""
    return text if len(text) <= most else text[: most - 1].rstrip() + MORE


def stands_for(shown: str, whole: str) -> bool:
    """Whether `shown` is the whole text, or what is left of it where a tool has no room for more."""
    return shown == whole or (
        len(shown) >= LEAST_ROOM and shown.endswith(MORE) and whole.startswith(shown.removesuffix(MORE))
    )


def ended(text: str) -> str:
    """Text that another sentence can follow: with a full stop where it has no end of its own."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def line(text: str) -> str:
    """Text as one line: a title has no line ends, and no blanks around it."""
    return " ".join(plain(text).split("\n")).strip()
