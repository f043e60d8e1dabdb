"""Makes text comparable: what comes back from a tool must equal what was sent, or it would be sent for ever."""

from __future__ import annotations

from typing import Final

_SPACES: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2028": "\n", "\u2029": "\n", "\ufeff": None})


def plain(text: str) -> str:
    """Text with ordinary spaces and line ends, no blanks at the ends of lines, no blank lines at either end.

    Asana's SDK turns every raw no-break space of an answer into a space, so those can never be told apart.
    """
    lines = text.translate(_SPACES).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(row.rstrip() for row in lines).strip("\n")


def line(text: str) -> str:
    """Text as one line: a title has no line ends, and no blanks around it."""
    return " ".join(plain(text).split("\n")).strip()
