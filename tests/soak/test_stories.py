"""What once went wrong in a history, as a short story: acts that can be read, whatever seeds mean by now."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mappings.rules import Conflict, GroupBy, Owner
from tests.soak.lost import Lost
from tests.soak.setting import Setting, setting
from tests.soak.simulator import History, replay
from tests.soak.story import Act
from tests.soak.switches import switched_off

EARLY, LATE = date(2026, 5, 7), date(2026, 5, 21)
FULL, LOOK = Act("full"), Act("look")
SYNC = Act("sync", {"seconds": 300, "approve": ""})
_USUAL = setting(random.Random(0)).rules
_RULES = replace(_USUAL, group_by=GroupBy.GOAL, action_is_task=True, project_is_subtask=True, progress="completed")


def _with_dates(conflict: Conflict) -> Setting:
    """Everything as usual, and both dates shared."""
    dates = {"start", "due"}
    fields = [
        replace(rule, owner=Owner.SHARED, conflict=conflict) if rule.name in dates else rule for rule in _RULES.fields
    ]
    return Setting(replace(_RULES, fields=tuple(fields)))


USUAL, PLAN_WINS = _with_dates(Conflict.TOOL), _with_dates(Conflict.PLAN)
STEPS = Setting(replace(USUAL.rules, progress="subtasks"))

STORIES: dict[str, tuple[Setting, Sequence[Act]]] = {
    "a clock hours ahead, and a create whose answer is lost": (
        USUAL,
        [
            SYNC,
            Act("add_action", {"goal": "G1", "number": 101, "day": EARLY}),
            Act("jump", {"hours": 30}),
            Act("lose_answer", {"outcome": "arrives, but its answer is lost", "spared": 0, "times": 1}),
            SYNC,
            LOOK,
        ],
    ),
    "a store from before the newest subtask": (
        USUAL,
        [
            SYNC,
            Act("back_up"),
            Act("add_project", {"action": "G1.A1", "number": 101, "day": EARLY}),
            SYNC,
            Act("put_back"),
            SYNC,
            LOOK,
        ],
    ),
    "a merged step, counted by the next process": (
        STEPS,
        [SYNC, Act("merge", {"task": "G1.A1.P1#1"}), SYNC, FULL, LOOK],
    ),
    "a plan's edit that no pass heard of before the store was lost": (
        USUAL,
        [SYNC, Act("redate_and_lose", {"item": "G1.A1", "field": "due", "day": EARLY}), SYNC, LOOK],
    ),
    "a team that edits what a pass is about to write": (
        USUAL,
        [SYNC, Act("cross", {"task": "G1.A1#1", "field": "due", "day": EARLY, "other_day": LATE}), LOOK],
    ),
    "a pass that dies with a team's date in the plan": (
        PLAN_WINS,
        [SYNC, Act("cut_off", {"task": "G1.A1#1", "field": "due", "day": EARLY, "other_day": LATE}), LOOK],
    ),
    "a pass that dies with the plan's date in the tool": (
        USUAL,
        [SYNC, Act("send_off", {"task": "G1.A1#1", "field": "due", "day": EARLY, "other_day": LATE}), LOOK],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_it_went_wrong_once(folder: Path, name: str) -> None:
    """Nothing is lost or doubled any more where it once was."""
    given, acts = STORIES[name]

    assert replay(History(given, tuple(acts)), folder) is None


@pytest.mark.parametrize(
    ("name", "switch"),
    [
        ("a clock hours ahead, and a create whose answer is lost", "marker lookup"),
        ("a merged step, counted by the next process", "recalled merges"),
        ("a plan's edit that no pass heard of before the store was lost", "base of the adopted"),
        ("a team that edits what a pass is about to write", "look before write"),
        ("a pass that dies with a team's date in the plan", "on its way into the plan"),
        ("a pass that dies with the plan's date in the tool", "on its way to the task"),
    ],
)
def test_the_story_is_about_its_safety(folder: Path, name: str, switch: str) -> None:
    """Without the mechanism that it is about, the story ends badly: it is no empty one."""
    given, acts = STORIES[name]

    with switched_off(switch):
        assert isinstance(replay(History(given, tuple(acts)), folder), Lost)
