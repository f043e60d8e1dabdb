"""Safety mechanisms, each of which can be switched off, to see that the simulator notices: not in production."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from syncd.engine import applier, guard, intents, observer, ordering, passes, planner, preview, proposals, teams
from syncd.engine.including import Includer
from syncd.engine.planner import Kind
from syncd.engine.recorder import Recorder
from syncd.engine.reversing import Ground
from syncd.engine.runner import Runner
from syncd.plan import keeping
from syncd.plan.rewriting import draft
from syncd.records import Seen
from syncd.store import Writer
from tests.engine.tool import Tool
from tests.soak import instead
from tests.soak.quick import OneByOne


@dataclass(frozen=True)
class Switch:
    """One mechanism: what it is for, what takes its place when it is off, and within how many histories that shows.

    These are histories in which the acts that it is for happen `often`.
    """

    purpose: str
    patches: Sequence[Any]
    often: tuple[str, ...]
    within: int


def _off(of: Any, name: str, instead: Any) -> Any:
    return patch.object(of, name, instead)


SWITCHES: Final[dict[str, Switch]] = {
    "intent journal": Switch(
        "a create is on disk before its request, so that a crash leaves no task that nobody waits for",
        [_off(Recorder, "intend", instead.intend_in_memory)],
        ("lose_answer", "die", "add_action"),
        200,
    ),
    "marker lookup": Switch(
        "a create without an answer is looked for by its marker",
        [_off(Tool, "find", instead.finds_nothing)],
        ("lose_answer",),
        100,
    ),
    "no blind retry": Switch(
        "a create without an answer is not sent again before anybody looked",
        [_off(Recorder, "_failed", instead.blind_retry)],
        ("lose_answer",),
        100,
    ),
    "settle wait": Switch(
        "a create without an answer may still arrive for a while",
        [_off(intents, "_waited", lambda *_: True)],
        ("lose_answer",),
        100,
    ),
    "confirm by id": Switch(
        "a task that a listing lacks is asked for by its id",
        [_off(observer, "_read", instead.read_without_asking)],
        ("hide", "full"),
        50,
    ),
    "complete listing": Switch(
        "a listing that broke off is no listing",
        [_off(Tool, "read", instead.partial)],
        ("lose_store", "fail_read", "full"),
        300,
    ),
    "unknown is not empty": Switch(
        "a refused container tells nothing about its tasks",
        [_off(observer, "_troubled", instead.takes_refusal_for_empty)],
        ("close_door",),
        50,
    ),
    "full read after a lost cursor": Switch(
        "what a feed forgot is read as a whole", [_off(Tool, "_news", instead.never_lost)], ("forget_news",), 100
    ),
    "cursor before the read": Switch(
        "what happens while a container is read is told by the next news",
        [_off(observer, "_look", instead.cursor_after), _off(observer, "_read", instead.cursor_after_reading)],
        ("read_on", "sync", "look"),
        100,
    ),
    "recalled merges": Switch(
        "a listing does not say what the feed told once",
        [_off(Seen, "recalled", lambda _seen, now: now)],
        ("merge", "full", "sync"),
        200,
    ),
    "guard": Switch(
        "a pass that would change surprisingly much waits",
        [_off(passes, "guard", instead.no_guard)],
        ("rename_all", "sync"),
        100,
    ),
    "guard of the plan": Switch(
        "what the plan would take over counts for the guard like what would change in the tool",
        [_off(guard, "_GUARDED", guard._GUARDED - {Kind.WRITE_BACK})],
        ("move_date",),
        200,
    ),
    "three-way base": Switch(
        "what both last agreed on tells who changed a value",
        [_off(planner, "_merged", instead.without_base)],
        ("redate", "move_date"),
        100,
    ),
    "the team's own edit": Switch(
        "what the team alone changed goes into the plan, and the plan's earlier value never over it",
        [_off(planner, "_merged", instead.plan_over_team)],
        ("move_date", "sync"),
        50,
    ),
    "base of the adopted": Switch(
        "nobody knows what both sides last agreed on about a task that was found again",
        [_off(Recorder, "adopt", instead.adopts_as_agreed)],
        ("redate_and_lose", "sync"),
        100,
    ),
    "left as found": Switch(
        "a task that is found again keeps what it holds, whoever had set that",
        [_off(passes.Pass, "_round", instead.cleared_as_adopted)],
        ("lose_store", "full"),
        50,
    ),
    "look before write": Switch(
        "a task that a team changed since it was read is not written",
        [_off(applier, "_unchanged", lambda *_: True)],
        ("cross", "sync"),
        100,
    ),
    "one transaction": Switch(
        "a result and its line in the log are stored together",
        [_off(Recorder, "_done", instead.done_in_two)],
        ("die",),
        50,
    ),
    "gone is held": Switch(
        "what people deleted is not made again", [_off(planner, "_gone", instead.made_again)], ("delete",), 50
    ),
    "content check": Switch(
        "a plan that somebody edited meanwhile is not written over",
        [_off(keeping, "content", instead.whatever)],
        ("contend", "between", "sync"),
        150,
    ),
    "value check": Switch(
        "a value of the plan that somebody edited meanwhile is not written over",
        [_off(draft.Draft, "_edit", instead.edit_whatever)],
        ("contend", "sync"),
        50,
    ),
    "on its way into the plan": Switch(
        "what a pass that was cut off put into the plan is nobody's edit of the plan",
        [_off(Recorder, "taking", instead.take_unsaid)],
        ("cut_off", "sync"),
        200,
    ),
    "on its way to the task": Switch(
        "what a pass that was cut off put into the tool is no team's edit",
        [_off(Recorder, "intend", instead.intend_creates)],
        ("send_off", "sync"),
        200,
    ),
    "unheard of": Switch(
        "where a pass that was cut off sent something, the next one looks",
        [_off(passes, "look_for", lambda *_: None)],
        ("send_off", "sync"),
        500,
    ),
    "deleted for certain": Switch(
        "what is to be made anew is looked at by its id first",
        [_off(passes, "look_for", instead.anew_unseen)],
        ("regret", "sync"),
        200,
    ),
    "order is counted": Switch(
        "the guard counts what the plan puts into another order like every move",
        [_off(preview, "moves", lambda *_, **__: [])],
        ("turn_round", "split", "sync"),
        300,
    ),
    "touched since": Switch(
        "an undo leaves what anybody changed after the pass",
        [_off(Ground, "_judged", instead.touched_or_not)],
        ("undo", "sync", "move_date", "retitle"),
        200,
    ),
    "order of moves": Switch(
        "tasks follow where the plan puts its items into another order",
        [_off(ordering, "places", lambda *_, **__: ())],
        ("put_first", "split", "sync"),
        200,
    ),
    "place of moves": Switch(
        "a task that the plan moves is put behind the sibling behind which it stands in the plan",
        [_off(applier, "behind", lambda *_: None)],
        ("move_project", "move_action", "put_first", "sync"),
        100,
    ),
    "set aside": Switch(
        "one bad item never stops the rest", [_off(Recorder, "_failed", instead.stops_at_the_first)], ("spoil",), 100
    ),
    "whole container": Switch(
        "a pass that finds all tasks gone waits, however few they are",
        [_off(passes, "guard", instead.guard_blind_to_all)],
        ("empty", "sync"),
        100,
    ),
    "left behind": Switch(
        "a mapping that names another container asks before it leaves its tasks behind",
        [_off(passes, "leaving", instead.leaving_unasked)],
        ("point_to", "point_by_name", "sync"),
        100,
    ),
    "turn": Switch(
        "whoever decides waits until no pass is under way",
        [_off(OneByOne, "turn", instead.no_turn)],
        ("decide_meanwhile", "sync"),
        50,
    ),
    "approval of what was seen": Switch(
        "an approval is of what the last pass before it stopped at",
        [_off(Runner, "_made", instead.made_with_any_approval)],
        ("approve_late",),
        100,
    ),
    "cursor of the evening": Switch(
        "what a night's edits are, everything that is read says; whose they are, only the feed",
        [_off(observer, "_unasked", instead.unasked_whenever_all_is_read)],
        ("overnight", "sync"),
        100,
    ),
    "marker before the plan": Switch(
        "a team's task that goes into the plan carries its marker before the plan holds it",
        [_off(Includer, "mark", lambda *_: [])],
        ("grow", "take_up"),
        100,
    ),
    "what was begun": Switch(
        "a team's task that was about to go into the plan is proposed again",
        [_off(teams, "_begun", lambda *_: {})],
        ("grow_and_die",),
        100,
    ),
    "as proposed": Switch(
        "a team's task that was changed since it was proposed is left out",
        [_off(Includer, "_is_as_proposed", lambda *_: True)],
        ("outgrow",),
        200,
    ),
    "no id twice": Switch(
        "a team's task gets no id that a task or a figure ever had",
        [_off(proposals, "_used", lambda *_: ())],
        ("succeed",),
        200,
    ),
    "fence": Switch(
        "an older pass makes nothing once a newer one has begun",
        [_off(Writer, "require_newest", lambda *_: None)],
        ("overtake", "add_action"),
        100,
    ),
}
"""Every mechanism by its name."""


@contextmanager
def switched_off(name: str) -> Iterator[None]:
    """Do without a mechanism until the block ends."""
    patches = SWITCHES[name].patches
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in reversed(patches):
            each.stop()
