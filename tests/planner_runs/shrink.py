"""Shrinking: the smallest story that still breaks the same promise, found by leaving out one thing after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mappings.rules import GroupBy, Removed
from tests.planner_runs.acts import Act
from tests.planner_runs.runs import Failed, Setup, Story, replay
from tests.planner_runs.witness import Broken


def shrunk(failed: Failed) -> Failed:
    """The same failure with as short a story as leaving out finds."""
    while (shorter := next(_failing(failed), None)) is not None:
        failed = shorter
    return failed


def _failing(failed: Failed) -> Iterator[Failed]:
    for story in _shorter(failed.story):
        try:
            replay(story)
        except Broken as broken:
            if broken.promise == failed.broken.promise:
                yield Failed(story, broken)


def _shorter(story: Story) -> Iterator[Story]:
    """Stories with one thing less, the boldest cuts first."""
    for at in range(len(story.lives)):
        rest = story.lives[:at] + story.lives[at + 1 :]
        yield replace(story, lives=rest, shares=story.shares[:at] + story.shares[at + 1 :])
        if at and not story.shares[at - 1]:
            joined = (*story.lives[: at - 1], story.lives[at - 1] + story.lives[at], *story.lives[at + 1 :])
            yield replace(story, lives=joined, shares=story.shares[: at - 1] + story.shares[at:])
    for at, acts in enumerate(story.lives):
        for number in range(len(acts)):
            yield _with(story, at, acts[:number] + acts[number + 1 :])
    for at, shares in enumerate(story.shares):
        for less in ((), shares[:-1], (0.0,)):
            if len(less) < len(shares) or less < shares:
                yield replace(story, shares=(*story.shares[:at], less, *story.shares[at + 1 :]))
    for setup in _plainer(story.setup):
        yield replace(story, setup=setup)
    yield from _emptier(story)


def _with(story: Story, at: int, acts: tuple[Act, ...]) -> Story:
    return replace(story, lives=(*story.lives[:at], acts, *story.lives[at + 1 :]))


def _plainer(setup: Setup) -> Iterator[Setup]:
    for at in range(len(setup.fields)):
        yield replace(setup, fields=setup.fields[:at] + setup.fields[at + 1 :])
    plain = replace(setup, keeps="as it is", removed=Removed.LEAVE, unwritable="", framed=False)
    for name in ("keeps", "removed", "unwritable", "framed"):
        if getattr(setup, name) != getattr(plain, name):
            yield replace(setup, **{name: getattr(plain, name)})
    for shape in ((GroupBy.GOAL, True, True), (GroupBy.NONE, *setup.shape[1:])):
        if setup.shape not in (shape, (GroupBy.GOAL, True, True)):
            yield replace(setup, shape=shape)


def _emptier(story: Story) -> Iterator[Story]:
    """New items with one value less."""
    for at, acts in enumerate(story.lives):
        for number, act in enumerate(acts):
            for key in act.how[2] if act.name == "add" else ():
                values = {name: value for name, value in act.how[2].items() if name != key}
                less = replace(act, how=(*act.how[:2], values))
                yield _with(story, at, (*acts[:number], less, *acts[number + 1 :]))
