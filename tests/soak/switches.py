"""Safety mechanisms, each of which can be switched off, to see that the simulator notices: not in production."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from connectors.contract import Connector
from connectors.errors import ToolError, UnknownOutcome
from connectors.vocabulary import Container, Depth, Fate, Listing, News, Task, Written
from syncd.documents.file import content
from syncd.engine import applier, intents, observer, ordering, passes, planner, preview
from syncd.engine.observer import Sight, Stand
from syncd.engine.planner import Change, Kind
from syncd.engine.recorder import Recorder
from syncd.engine.reversing import Deed, Ground, Judgement
from syncd.engine.steps import Step
from syncd.plan import keeping
from syncd.plan.edits import PlanEdit
from syncd.plan.rewriting import draft
from syncd.plan.rewriting.meaning import held
from syncd.records import Link, Seen
from syncd.store import Writer
from tests.engine.tool import Tool


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


# What takes the place of each


def _intend_in_memory(self: Recorder, steps: Sequence[Step]) -> None:
    """What is to be made is noted nowhere but in this process."""
    self.books.intents |= {step.item: step.intent for step in steps if step.intent}


_settled = Recorder._settled


def _settled_without_intent(self: Recorder, writer: Any, item: str) -> None:
    intent = self.books.intents.pop(item, None)
    _settled(self, writer, item)
    if intent:
        writer.drop_intent(self.books.route.mapping, intent.key)


def _finds_nothing(*_: Any, **__: Any) -> Sequence[Task]:
    return []


def _read_without_asking(connector: Connector, stand: Stand, news: News, now: Any, whole: Any) -> Sight:
    class Blind:
        """A connector that takes whatever a listing lacks for deleted."""

        def __getattr__(self, name: str) -> Any:
            return getattr(connector, name)

        def look(self, _container: Container, tasks: Sequence[str], _depth: Depth) -> Mapping[str, Task | Fate]:
            return dict.fromkeys(tasks, Fate.DELETED)

    return _read(Blind(), stand, news, now, whole)


_read = observer._read


def _no_guard(*_: Any, **__: Any) -> None:
    return None


_merged = planner._merged


def _without_base(rule: Any, wanted: Any, want: Any, have: Any, link: Link) -> Any:
    """Whatever differs was changed by the plan."""
    return _merged(rule, wanted, want, have, replace(link, agreed={**link.agreed, rule.key: have}))


_done = Recorder._done


def _done_in_two(self: Recorder, step: Any, written: Written) -> None:
    """The result in one transaction, the log in another."""
    lines, by_team = self._lines, self._by_team
    told: list[Any] = []

    def later(*args: Any, **named: Any) -> list[Any]:
        told.extend(lines(*args, **named))
        return []

    def team_later(*args: Any, **named: Any) -> list[Any]:
        told.extend(by_team(*args, **named))
        return []

    with (
        patch.object(Recorder, "_lines", lambda _self, *a, **n: later(*a, **n)),
        patch.object(Recorder, "_by_team", lambda _self, *a, **n: team_later(*a, **n)),
    ):
        _done(self, step, written)
    with self.store.writing() as writer:
        writer.add_entries(told)


def _partial(self: Tool, container: Container, depth: Depth) -> Listing:
    """What was read until it broke off is taken for all."""
    found: dict[str, Task] = {}
    seen = Tool._seen

    def remembered(tool: Tool, row: Any, board: str) -> Task:
        found[row.task.id] = seen(tool, row, board)
        return found[row.task.id]

    with patch.object(Tool, "_seen", remembered):
        try:
            return _whole(self, container, depth)
        except ToolError:
            return Listing.finished(container.id, dict(found), depth)


_whole = Tool.read


def _cursor_after(connector: Connector, stand: Stand, news: News, now: Any) -> Sight:
    sight = _look(connector, stand, news, now)
    return replace(sight, shelf=replace(sight.shelf, cursor=_newest(connector, stand)))


def _cursor_after_reading(connector: Connector, stand: Stand, news: News, now: Any, whole: Any) -> Sight:
    sight = _read(connector, stand, news, now, whole)
    return replace(sight, shelf=replace(sight.shelf, cursor=_newest(connector, stand)))


def _newest(connector: Connector, stand: Stand) -> str:
    assert isinstance(connector, Tool)
    return str(len(connector.boards.boards[stand.shelf.container.id].feed))


_look = observer._look
_news = Tool._news


def _never_lost(self: Tool, board: str, cursor: str | None) -> News:
    news = _news(self, board, cursor)
    return replace(news, lost=False) if cursor is not None else news


def _takes_refusal_for_empty(stand: Stand, _trouble: ToolError) -> Sight:
    gone = {key: replace(seen, fate=Fate.DELETED) for key, seen in stand.seen.items()}
    return Sight(stand.shelf, gone, tuple(gone.values()))


_adopt = Recorder.adopt


def _adopts_as_agreed(self: Recorder, changes: Sequence[Change], read: Sequence[Task] = ()) -> None:
    """Claim that the plan's values are what both sides last agreed on."""
    changes = list(changes)
    _adopt(self, changes, read)
    with self.store.writing() as writer:
        for change in changes:
            link = self.books.links[change.item]
            self._link(writer, replace(link, agreed={**self.desired.tasks[change.item].values, **link.agreed}))


def _made_again(wanted: Any, link: Link, loss: str, *_: Any) -> Iterator[Change]:
    if wanted.create and loss == Fate.DELETED.value:
        yield Change(Kind.CREATE, wanted.item, wanted.title, reason="it was deleted")


_failed = Recorder._failed


def _blind_retry(self: Recorder, step: Any, error: ToolError) -> None:
    """A create without an answer is taken for one that failed."""
    if step.intent and isinstance(error, UnknownOutcome):
        with self.store.writing() as writer:
            writer.drop_intent(self.books.route.mapping, step.intent.key)
        self.books.intents.pop(step.item, None)
        return
    _failed(self, step, error)


def _stops_at_the_first(self: Recorder, step: Any, error: ToolError) -> None:
    _failed(self, step, error)
    self.tally.halted = error


def _touched_or_not(_self: Ground, deed: Deed, *_: Any, back: bool, **__: Any) -> Judgement:
    return Judgement(deed, done=back)


_edit = draft.Draft._edit


def _edit_whatever(self: draft.Draft, edit: PlanEdit) -> Any:
    """A value is written whatever the plan's file holds by now."""
    placed = self.plan.items.get(edit.item)
    now = held(placed.item, edit.key) if placed else edit.before
    return _edit(self, replace(edit, before=now))


class _Alike(bytes):
    """What a file holds, which passes for whatever is expected there."""

    def __eq__(self, _other: object) -> bool:
        return True

    def __ne__(self, _other: object) -> bool:
        return False

    __hash__ = bytes.__hash__


def _whatever(path: Path) -> bytes:
    return _Alike(content(path))


_intend = Recorder.intend


def _intend_creates(recorder: Recorder, steps: Sequence[Step]) -> None:
    """Noting only what is to be made."""
    _intend(recorder, [step for step in steps if step.intent])


def _take_unsaid(*_: Any) -> None:
    """Nothing is noted before the plan is written."""


SWITCHES: Final[dict[str, Switch]] = {
    "intent journal": Switch(
        "a create is on disk before its request, so that a crash leaves no task that nobody waits for",
        [_off(Recorder, "intend", _intend_in_memory)],
        ("lose_answer", "die"),
        200,
    ),
    "marker lookup": Switch(
        "a create without an answer is looked for by its marker",
        [_off(Tool, "find", _finds_nothing)],
        ("lose_answer",),
        100,
    ),
    "no blind retry": Switch(
        "a create without an answer is not sent again before anybody looked",
        [_off(Recorder, "_failed", _blind_retry)],
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
        [_off(observer, "_read", _read_without_asking)],
        ("hide", "full"),
        50,
    ),
    "complete listing": Switch(
        "a listing that broke off is no listing",
        [_off(Tool, "read", _partial)],
        ("lose_store", "fail_read", "full"),
        300,
    ),
    "unknown is not empty": Switch(
        "a refused container tells nothing about its tasks",
        [_off(observer, "_troubled", _takes_refusal_for_empty)],
        ("close_door",),
        50,
    ),
    "full read after a lost cursor": Switch(
        "what a feed forgot is read as a whole", [_off(Tool, "_news", _never_lost)], ("forget_news",), 100
    ),
    "cursor before the read": Switch(
        "what happens while a container is read is told by the next news",
        [_off(observer, "_look", _cursor_after), _off(observer, "_read", _cursor_after_reading)],
        ("read_on", "sync", "look"),
        100,
    ),
    "recalled merges": Switch(
        "a listing does not say what the feed told once",
        [_off(Seen, "recalled", lambda _seen, now: now)],
        ("merge", "full", "sync"),
        100,
    ),
    "guard": Switch(
        "a pass that would change surprisingly much waits",
        [_off(passes, "guard", _no_guard)],
        ("rename_all", "sync"),
        100,
    ),
    "three-way base": Switch(
        "what both last agreed on tells who changed a value",
        [_off(planner, "_merged", _without_base)],
        ("redate", "move_date"),
        100,
    ),
    "base of the adopted": Switch(
        "nobody knows what both sides last agreed on about a task that was found again",
        [_off(Recorder, "adopt", _adopts_as_agreed)],
        ("redate_and_lose", "sync"),
        100,
    ),
    "look before write": Switch(
        "a task that a team changed since it was read is not written",
        [_off(applier, "_unchanged", lambda *_: True)],
        ("cross", "sync"),
        100,
    ),
    "one transaction": Switch(
        "a result and its line in the log are stored together", [_off(Recorder, "_done", _done_in_two)], ("die",), 50
    ),
    "gone is held": Switch(
        "what people deleted is not made again", [_off(planner, "_gone", _made_again)], ("delete",), 50
    ),
    "content check": Switch(
        "a plan that somebody edited meanwhile is not written over",
        [_off(keeping, "content", _whatever)],
        ("contend", "between", "sync"),
        150,
    ),
    "value check": Switch(
        "a value of the plan that somebody edited meanwhile is not written over",
        [_off(draft.Draft, "_edit", _edit_whatever)],
        ("contend", "sync"),
        50,
    ),
    "on its way into the plan": Switch(
        "what a pass that was cut off put into the plan is nobody's edit of the plan",
        [_off(Recorder, "taking", _take_unsaid)],
        ("cut_off", "sync"),
        200,
    ),
    "on its way to the task": Switch(
        "what a pass that was cut off put into the tool is no team's edit",
        [_off(Recorder, "intend", _intend_creates)],
        ("send_off", "sync"),
        200,
    ),
    "order is counted": Switch(
        "the guard counts what the plan puts into another order like every move",
        [_off(preview, "moves", lambda *_: [])],
        ("turn_round", "add_action", "sync"),
        300,
    ),
    "touched since": Switch(
        "an undo leaves what anybody changed after the pass",
        [_off(Ground, "_judged", _touched_or_not)],
        ("undo", "sync", "redate", "move_date"),
        200,
    ),
    "order of moves": Switch(
        "tasks follow where the plan puts its items into another order",
        [_off(ordering, "places", lambda *_: ())],
        ("put_first",),
        200,
    ),
    "set aside": Switch(
        "one bad item never stops the rest", [_off(Recorder, "_failed", _stops_at_the_first)], ("spoil",), 100
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
