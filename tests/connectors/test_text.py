"""Text as tools give it back: cut where there is no room, and known again all the same."""

from __future__ import annotations

import pytest

from connectors.text import LEAST_ROOM, cut, ended, stands_for

LONG = "Every child reads by grade three " * 20


@pytest.mark.parametrize("room", [LEAST_ROOM, LEAST_ROOM + 55])
def test_what_was_cut_stands_for_the_whole(room: int) -> None:
    """It has the room that there is, and tells that there was more; nothing else begins like it."""
    shown = cut(LONG, room)
    assert len(shown) <= room
    assert shown.endswith("…")
    assert stands_for(shown, LONG)
    assert not stands_for(shown, f"No, {LONG}")
    assert cut("Reading", room) == "Reading"


def test_a_short_text_with_dots_was_written_so() -> None:
    """Every tool has room for more than that: it is a name of its own, not the beginning of another."""
    assert not stands_for("Reading…", "Reading and writing")
    assert stands_for("Reading…", "Reading…")


@pytest.mark.parametrize("words", ["Done.", "Done!", "Done?"])
def test_a_sentence_ends_once(words: str) -> None:
    """Only what has no end gets one."""
    assert (ended(words), ended("Done")) == (words, "Done.")
