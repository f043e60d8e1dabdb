"""What text in a plan must not hold: what steers a terminal, and in titles and ids what nobody sees. Pure."""

from __future__ import annotations

import re
import unicodedata

from syncd.characters import STEERING, unseen


def lines(text: str) -> str:
    """Text of several lines, however they end, without what is not seen."""
    text = text.replace("\r\n", "\n")
    if found := STEERING.search(text):
        raise ValueError(f"it holds the invisible character U+{ord(found[0]):04X}; write the text anew without it")
    return text


def line(text: str) -> str:
    """Text of one line, without what is not seen."""
    if found := re.search(r"[\t\n]", text):
        raise ValueError(f"it must be one line without tabs, but holds U+{ord(found[0]):04X}")
    return lines(text)


def title(text: str) -> str:
    """Text of one line of which something can be seen."""
    text = line(text)
    if all(map(unseen, text)):
        raise ValueError("must not be blank")
    return text


def code(text: str) -> str:
    """An id: the tools must give it back as it is, and people must tell it from others."""
    if found := unseen(text):
        raise ValueError(f"it holds the invisible character U+{ord(found):04X}; write the text anew without it")
    if text != (composed := unicodedata.normalize("NFC", text)):
        raise ValueError(f"“{text}” is put together from letters and accents apart; write it anew as “{composed}”")
    return text
