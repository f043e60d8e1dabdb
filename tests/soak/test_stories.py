"""What once went wrong in a history, as a short story: acts that can be read, whatever seeds mean by now."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mappings.rules import Conflict, GroupBy, Owner, Unplanned
from syncd.engine.guard import Limits
from tests.soak.lost import Lost
from tests.soak.setting import Setting, setting
from tests.soak.simulator import History, replay
from tests.soak.story import Act
from tests.soak.switches import switched_off

EARLY, LATE = date(2026, 5, 7), date(2026, 5, 21)
FULL, LOOK = Act("full"), Act("look")
SYNC = Act("sync", {"seconds": 300, "approve": ""})
UNASKED = Act("sync", {"seconds": 300, "approve": None})
_USUAL = setting(random.Random(0)).rules
_RULES = replace(_USUAL, group_by=GroupBy.GOAL, action_is_task=True, project_is_subtask=True, progress="completed")


def _with_dates(conflict: Conflict) -> Setting:
    """Everything as usual, and both dates shared."""
    dates = {"start", "due"}
    fields = [
        replace(rule, owner=Owner.SHARED, conflict=conflict) if rule.name in dates else rule for rule in _RULES.fields
    ]
    return Setting(replace(_RULES, fields=tuple(fields)))


def _sent_off(task: str, minutes: int, other_day: date | None = LATE) -> Act:
    """A due date is on its way to a task as the pass dies, and the plan is edited before the next one."""
    dates = {"field": "due", "day": EARLY, "other_day": other_day}
    return Act("send_off", {"task": task, "minutes": minutes, **dates})


USUAL, PLAN_WINS = _with_dates(Conflict.TOOL), _with_dates(Conflict.PLAN)
STEPS = Setting(replace(USUAL.rules, progress="subtasks"))
BOTH_HELD = _with_dates(Conflict.HOLD)
OWN = Setting(replace(USUAL.rules, unplanned=Unplanned.PROPOSE))

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
            Act("back_up", {"copier": "another program"}),
            Act("add_project", {"action": "G1.A1", "number": 101, "day": EARLY}),
            SYNC,
            Act("put_back"),
            SYNC,
            LOOK,
        ],
    ),
    "a copy of the store that syncd made, and news that nobody tells again": (
        USUAL,
        [
            SYNC,
            Act("back_up", {"copier": "syncd itself"}),
            Act("add_project", {"action": "G1.A1", "number": 101, "day": EARLY}),
            SYNC,
            Act("lose_news", {"events": 3}),
            LOOK,
            Act("put_back"),
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
    "a date that only the team changes": (
        USUAL,
        [SYNC, Act("move_date", {"task": "G1.A1#1", "field": "due", "day": EARLY}), SYNC, LOOK],
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
        [SYNC, _sent_off("G1.A1#1", 1), LOOK],
    ),
    "a pass that dies with the plan's date in the tool, right before a sweep": (
        USUAL,
        [SYNC, _sent_off("G1.A1.P2#1", 70), LOOK],
    ),
    "a pass that dies with a date in the tool that the plan then takes back, right before a sweep": (
        USUAL,
        [SYNC, _sent_off("G2.A1.P1#1", 70, None), LOOK],
    ),
    "a pass that hangs before its first look while another makes all tasks, and a team deletes them": (
        USUAL,
        [Act("meanwhile", {"after": 6, "inner": Act("empty")}), Act("overtake", {"moment": 2}), LOOK],
    ),
    "a night in which only Bob was at work": (
        USUAL,
        [SYNC, Act("overnight", {"task": "G1.A1#1", "field": "due", "day": EARLY}), LOOK],
    ),
    "an approval that waits for its turn while another pass stops": (
        Setting(USUAL.rules, Limits(2)),
        [SYNC, Act("approve_late", {"number": 101}), LOOK],
    ),
    "a step that is done is moved below another task": (
        STEPS,
        [
            SYNC,
            Act("move_project", {"project": "G1.A1.P1", "action": "G1.A2"}),
            Act("tick", {"task": "G1.A1.P1#1"}),
            LOOK,
        ],
    ),
    "a decision in the midst of a pass": (
        BOTH_HELD,
        [
            SYNC,
            Act("decide_meanwhile", {"task": "G1.A1#1", "contended": "due", "number": 101, "after": 1}),
            LOOK,
        ],
    ),
    "a team's own task that goes into the plan": (
        OWN,
        [SYNC, Act("grow", {"task": "G1.A1.P1#1", "number": 101, "day": EARLY}), SYNC, LOOK],
    ),
    "a team's own task that is about to go into the plan when all ends": (
        OWN,
        [SYNC, Act("grow_and_die", {"task": "G1.A1.P1#1", "number": 101, "moment": 9}), LOOK],
    ),
    "a mapping that is pointed to another container": (
        USUAL,
        [SYNC, Act("point_to", {"number": 101}), UNASKED, LOOK],
    ),
    "a task that is out of the bin before it was made anew, untold": (
        USUAL,
        [SYNC, Act("regret", {"known": "G1.A1.P2#1", "number": 101}), SYNC, LOOK],
    ),
    "a container that is deleted": (
        USUAL,
        [SYNC, Act("delete_container"), SYNC, LOOK],
    ),
    "a container that is emptied": (
        USUAL,
        [SYNC, Act("empty"), UNASKED, LOOK],
    ),
    "a container that is emptied before everything in it is called anew, right before a sweep": (
        USUAL,
        [SYNC, Act("wait", {"minutes": 70}), Act("empty"), Act("rename_all", {"number": 101}), UNASKED, LOOK],
    ),
    "a task that comes back with what is below it": (
        USUAL,
        [SYNC, Act("empty"), FULL, Act("restore"), LOOK],
    ),
    "a private task whose item leaves the plan": (
        OWN,
        [SYNC, Act("hide", {"known": "G1.A1.P2#1"}), Act("succeed", {"project": "G1.A1.P2", "number": 101}), LOOK],
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
        ("a date that only the team changes", "the team's own edit"),
        ("a team that edits what a pass is about to write", "look before write"),
        ("a pass that dies with a team's date in the plan", "on its way into the plan"),
        ("a pass that dies with the plan's date in the tool", "on its way to the task"),
        ("a pass that dies with a date in the tool that the plan then takes back, right before a sweep", "unheard of"),
        ("a night in which only Bob was at work", "cursor of the evening"),
        ("an approval that waits for its turn while another pass stops", "approval of what was seen"),
        ("a decision in the midst of a pass", "turn"),
        ("a team's own task that goes into the plan", "marker before the plan"),
        ("a team's own task that is about to go into the plan when all ends", "what was begun"),
        ("a mapping that is pointed to another container", "left behind"),
        ("a container that is emptied", "whole container"),
        ("a task that is out of the bin before it was made anew, untold", "deleted for certain"),
    ],
)
def test_the_story_is_about_its_safety(folder: Path, name: str, switch: str) -> None:
    """Without the mechanism that it is about, the story ends badly: it is no empty one."""
    given, acts = STORIES[name]

    with switched_off(switch):
        assert isinstance(replay(History(given, tuple(acts)), folder), Lost)
