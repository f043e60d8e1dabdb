"""Stories that once broke a promise, as short as shrinking made them, each with what it found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mappings.rules import Conflict, GroupBy, Owner, Removed
from tests.planner_runs.acts import VALUES, Act
from tests.planner_runs.runs import Setup, Story

_SHARED: Final = (("weight", Owner.SHARED, Conflict.TOOL),)
_ADD: Final = (Act("add", "", ("A1", "G1", {})), Act("add", "", ("P1", "A1", {})))


def _story(
    *lives: tuple[Act, ...], fields: tuple[tuple[str, Owner, Conflict], ...] = (), shares: tuple[float, ...] = (),
    **how: Any,
) -> Story:  # fmt: skip
    """A story of the plainest mapping; `shares` are those of its last life."""
    plain = {"shape": (GroupBy.GOAL, True, True), "keeps": "as it is", "removed": Removed.LEAVE}
    setup = Setup(fields, **{**plain, "unwritable": "", "framed": False, **how})
    return Story(setup, lives, (*[()] * (len(lives) - 1), shares), 0)


STORIES: Final[Mapping[str, Story]] = {
    "After the store was lost, a stale value of the task went into the plan and undid an edit of the plan.": _story(
        _ADD, (Act("lose all"), Act("revalue", "A1", ("weight", VALUES["weight"][1]))), fields=_SHARED,
    ),
    "A value that the tool keeps in its own form, shortened, went into the plan after the store was lost.": _story(
        _ADD, (Act("lose all"),), fields=(("title", Owner.SHARED, Conflict.TOOL),), keeps="with short titles",
    ),
    "An action and its project left the plan, the action's write came first: the project's task was torn from it.":
        _story(_ADD, (Act("drop", "A1"),), removed=Removed.ARCHIVE, shares=(0.5,)),
    "In a tool that ends lines in its own way, each write added an empty line between a team's words and our block.":
        _story(
            (_ADD[0], Act("add", "", ("P1", "A1", {"notes": "All read"}))),
            (Act("edit", "TP1.0", ("notes", "all new")),),
            fields=(("notes", Owner.PLAN, Conflict.HOLD),), keeps="with blanks of its own",
        ),
    "A team took up a project again whose action the plan had cancelled: the plan took that over, and undid it.":
        _story(
            _ADD, (Act("revalue", "A1", ("state", "cancelled")),), (Act("edit", "TP1.0", ("state", "active")),),
            fields=(("state", Owner.SHARED, Conflict.TOOL),),
        ),
    "Teams put an action off and took up its project at once: what the plan then held depended on which came first.":
        _story(
            (_ADD[0], Act("add", "", ("P1", "A1", {"state": "on_hold"}))),
            (Act("edit", "TA1.0", ("state", "deferred")), Act("edit", "TP1.0", ("state", "active"))),
            fields=(("state", Owner.SHARED, Conflict.TOOL),),
        ),
}  # fmt: skip
