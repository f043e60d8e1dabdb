"""Five hundred projects: what the first push and a second pass cost in requests."""

from __future__ import annotations

from math import ceil

import pytest

from tests.cli.district import District
from tests.process.hurry import Hurried, command, hurried
from tests.process.plans import creates, on_board, plan, wanted

pytestmark = pytest.mark.process

TASKS = 550
SET_UP = 20
"""How many requests a push may send beside its creates: who we are, the container and its fields and sections."""


@pytest.fixture
def clock() -> Hurried:
    """The machine's own time: in a hurried one a task and the news of it would lie too far apart."""
    return hurried(pace=1)


def test_five_hundred_projects(district: District, clock: Hurried) -> None:
    """One create for each task and a constant; then nothing to write, and one request for the one container.

    What the feed tells of the creates is taken in as well, a hundred events a page.
    """
    district.write_plan(plan(actions=50, projects=10))

    first = command(district, clock, "sync", "--json")

    assert (first.code, first.json["passes"][0]["created"]) == (0, TASKS)
    assert on_board(district) == wanted(district)
    assert creates(district) == TASKS
    events = ceil(len(district.box.world.feed.events) / 100)
    assert len(district.box.requests) <= TASKS + SET_UP + events

    before = len(district.box.requests)
    second = command(district, clock, "sync", "--json")

    [figures] = second.json["passes"]
    assert (second.code, figures["requests"]) == (0, 1)
    assert [seen.method for seen in district.box.requests[before:]] == ["GET"]
