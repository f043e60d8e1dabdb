"""Characters that are not what they seem: that steer a terminal, that nobody sees, that look like others. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""One of them, or half of a broken one; a tab and the end of a line are none."""
_BREAKING: Final = re.compile(rf"{STEERING.pattern}|[\t\n\u2028\u2029]")

_BLANK: Final = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that show nothing: fillers, and those that choose how the letter before them is drawn."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
"""Categories of characters that show nothing, or not the same everywhere."""
_LATIN: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲ",
    "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXoc",
)
"""Letters of Cyrillic and Greek that are drawn like Latin ones."""


def shown(text: str) -> str:
    """The text as it can be shown anywhere: each steering character has become the sign for a broken one."""
    return STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def in_one_line(text: str) -> str:
    """The text with each steering character, and each end of a line, as an escape: a name makes no line of its own."""
    return _BREAKING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def unseen(text: str) -> str | None:
    """The first character of the text that nobody sees; None where all can be seen."""
    return next((each for each in text if unicodedata.category(each) in _UNSEEN or _BLANK.match(each)), None)


def outline(text: str) -> str:
    """What two texts that look alike have in common."""
    return unicodedata.normalize("NFKC", text).translate(_LATIN)
