"""What a tool has no field for is kept in a text, and comes back the same."""

from __future__ import annotations

from datetime import UTC, date, datetime

from connectors.tags import tagged, tags
from connectors.vocabulary import Task

HELD = {
    "id": "two words",
    "marker": "syncd:plan/G1=é",
    "start": date(2026, 9, 1),
    "due": date(2027, 6, 30),
    "assignee": "o'neil+plan@example.org",
    "completed_at": datetime(2027, 6, 1, 12, 30, tzinfo=UTC),
}


def test_what_is_written_comes_back() -> None:
    """Blanks, signs and other alphabets too; each value is one word."""
    text = tags(Task(container="", title="Buy books", url="", **HELD))  # type: ignore[arg-type]
    assert len(text.split(" ")) == len(HELD)
    assert tagged(text) == HELD


def test_what_is_empty_is_not_written() -> None:
    """A task with nothing but an id."""
    assert tags(Task("a", "", "Buy books", "")) == "id=a"
    assert tagged("") == {}


def test_what_was_spoilt_by_hand_is_left_out() -> None:
    """No day, and a word of somebody else's: the rest counts."""
    assert tagged("due=tomorrow colour=red start=2026-09-01") == {"start": date(2026, 9, 1)}
