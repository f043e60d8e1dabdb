"""The vocabulary's own promises, and the clock's."""

from __future__ import annotations

from datetime import UTC

import pytest

from connectors.clock import SystemClock
from connectors.errors import Invalid, Quota, ToolError, Transient, UnknownOutcome
from connectors.vocabulary import Credit, Depth, Listing, Task


def test_only_a_pager_makes_a_listing() -> None:
    """Nobody makes up a listing: without the pager's proof there is none."""
    assert Listing.finished("1", {}, Depth.TOP).tasks == {}
    with pytest.raises(TypeError, match="finished"):
        Listing("1", {}, Depth.TOP, proof=None)


@pytest.mark.parametrize("credit", list(Credit))
def test_done_is_completed_work_that_counts(credit: Credit) -> None:
    """What is closed counts as done only where it is worth something."""
    assert Task("1", "2", "T", "", completed=True, credit=credit).done is (credit is Credit.COUNTS)
    assert not Task("1", "2", "T", "", credit=credit).done


def test_errors_say_what_it_was_about() -> None:
    """The item, the tool's words, what to do next, and whether it may simply be tried again."""
    error = Invalid("too long", what="making task “A”")
    assert str(error) == "making task “A”: too long"
    assert (error.words, error.retryable) == ("too long", False)
    assert "plan" in error.next_step
    assert str(ToolError("words", next_step="Do this.")) == "words"
    assert ToolError("words", next_step="Do this.").next_step == "Do this."
    assert (Transient("x").retryable, Quota("x", wait=3).retryable, UnknownOutcome("x").retryable) == (
        True,
        True,
        False,
    )


def test_the_machines_clock() -> None:
    """Aware, in UTC, and only ever growing."""
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0)
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() >= before
