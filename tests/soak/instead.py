"""What takes the place of a safety mechanism that is switched off: not in production."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from connectors.contract import Connector
from connectors.errors import ToolError, UnknownOutcome
from connectors.vocabulary import Container, Depth, Fate, Listing, News, Task, Update, Values, Written
from syncd.documents.file import content
from syncd.engine import observer, passes, planner
from syncd.engine.agreement import ANEW
from syncd.engine.applier import Applier
from syncd.engine.arrivals import look_for
from syncd.engine.books import Route
from syncd.engine.guard import Stop, guard
from syncd.engine.intents import Doubts
from syncd.engine.observer import Sight, Stand
from syncd.engine.planner import Change, Edit, Kind
from syncd.engine.recorder import Recorder
from syncd.engine.reversing import Deed, Ground, Judgement
from syncd.engine.runner import Runner
from syncd.engine.steps import Step
from syncd.plan.edits import PlanEdit
from syncd.plan.rewriting import draft
from syncd.plan.rewriting.meaning import held
from syncd.records import Link
from tests.engine.tool import Tool
from tests.soak.quick import OneByOne


def intend_in_memory(self: Recorder, steps: Sequence[Step]) -> None:
    """What is to be made is noted nowhere but in this process."""
    self.books.intents |= {step.item: step.intent for step in steps if step.intent}


_settled = Recorder._settled


def _settled_without_intent(self: Recorder, writer: Any, item: str) -> None:
    intent = self.books.intents.pop(item, None)
    _settled(self, writer, item)
    if intent:
        writer.drop_intent(self.books.route.mapping, intent.key)


def anew_unseen(applier: Applier) -> None:
    """What is to be made anew is taken for deleted still; what was sent is looked for."""
    recorder, books = applier.recorder, applier.recorder.books
    for link in [link for link in books.links.values() if ANEW in link.agreed]:
        with recorder.store.writing() as writer:
            books.unlink(writer, link.item)
            writer.add_entries([recorder.entry(Change(Kind.HOLD, link.item, link.item, link.task), "unlink")])
    look_for(applier)


def finds_nothing(*_: Any, **__: Any) -> Sequence[Task]:
    """No marker is ever found."""
    return []


def read_without_asking(connector: Connector, stand: Stand, news: News, now: Any, whole: Any) -> Sight:
    """What a listing lacks is taken for deleted."""

    class Blind:
        """A connector that takes whatever a listing lacks for deleted."""

        def __getattr__(self, name: str) -> Any:
            return getattr(connector, name)

        def look(self, _container: Container, tasks: Sequence[str], _depth: Depth) -> Mapping[str, Task | Fate]:
            return dict.fromkeys(tasks, Fate.DELETED)

    return _read(Blind(), stand, news, now, whole)


_read = observer._read


def no_guard(*_: Any, **__: Any) -> None:
    """Nothing is a surprise."""
    return


_merged = planner._merged


def without_base(rule: Any, wanted: Any, want: Any, have: Any, link: Link) -> Any:
    """Whatever differs was changed by the plan."""
    return _merged(rule, wanted, want, have, replace(link, agreed={**link.agreed, rule.key: have}))


def plan_over_team(rule: Any, wanted: Any, want: Any, have: Any, link: Link) -> Edit | Change | None:
    """Where the team alone changed a value, the plan's goes over it."""
    merged = _merged(rule, wanted, want, have, link)
    by_team = isinstance(merged, Change) and merged.kind is Kind.WRITE_BACK and merged.why is None
    return Edit(rule.key, have, want, "the team changed it") if by_team else merged


_done = Recorder._done


def done_in_two(self: Recorder, step: Any, written: Written) -> None:
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


def partial(self: Tool, container: Container, depth: Depth) -> Listing:
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


def cursor_after(connector: Connector, stand: Stand, news: News, now: Any) -> Sight:
    """The cursor is that of the moment after the look."""
    sight = _look(connector, stand, news, now)
    return replace(sight, shelf=replace(sight.shelf, cursor=_newest(connector, stand)))


def cursor_after_reading(connector: Connector, stand: Stand, news: News, now: Any, whole: Any) -> Sight:
    """The cursor is that of the moment after everything was read."""
    sight = _read(connector, stand, news, now, whole)
    return replace(sight, shelf=replace(sight.shelf, cursor=_newest(connector, stand)))


def _newest(connector: Connector, stand: Stand) -> str:
    assert isinstance(connector, Tool)
    return str(len(connector.boards.boards[stand.shelf.container.id].feed))


_look = observer._look
_news = Tool._news


def never_lost(self: Tool, board: str, cursor: str | None) -> News:
    """A cursor that is too old tells of what is left."""
    news = _news(self, board, cursor)
    return replace(news, lost=False) if cursor is not None else news


def takes_refusal_for_empty(stand: Stand, _trouble: ToolError) -> Sight:
    """A container that cannot be read has no tasks."""
    gone = {key: replace(seen, fate=Fate.DELETED) for key, seen in stand.seen.items()}
    return Sight(stand.shelf, gone, tuple(gone.values()))


_adopt = Recorder.adopt


def adopts_as_agreed(self: Recorder, changes: Sequence[Change], *rest: Any) -> None:
    """Claim that the plan's values are what both sides last agreed on."""
    changes = list(changes)
    _adopt(self, changes, *rest)
    with self.store.writing() as writer:
        for change in changes:
            link, wanted = self.books.links[change.item], self.desired.tasks.get(change.item)
            self.books.link(writer, replace(link, agreed={**(wanted.values if wanted else {}), **link.agreed}))


def made_again(wanted: Any, link: Link, loss: str, *_: Any) -> Iterator[Change]:
    """What people deleted is made again."""
    if wanted.create and loss == Fate.DELETED.value:
        yield Change(Kind.CREATE, wanted.item, wanted.title, reason="it was deleted")


_failed = Recorder._failed


def blind_retry(self: Recorder, step: Any, error: ToolError) -> None:
    """A create without an answer is taken for one that failed."""
    if step.intent and isinstance(error, UnknownOutcome):
        with self.store.writing() as writer:
            writer.drop_intent(self.books.route.mapping, step.intent.key)
        self.books.intents.pop(step.item, None)
        return
    _failed(self, step, error)


def stops_at_the_first(self: Recorder, step: Any, error: ToolError) -> None:
    """The first item that fails ends the pass."""
    _failed(self, step, error)
    self.tally.halted = error


def touched_or_not(_self: Ground, deed: Deed, *_: Any, back: bool, **__: Any) -> Judgement:
    """Whatever a pass did is taken back."""
    return Judgement(deed, done=back)


_edit = draft.Draft._edit


def edit_whatever(self: draft.Draft, edit: PlanEdit) -> Any:
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


def whatever(path: Path) -> bytes:
    """What a file holds is whatever was expected there."""
    return _Alike(content(path))


_intend = Recorder.intend


def intend_creates(recorder: Recorder, steps: Sequence[Step]) -> None:
    """Noting only what is to be made."""
    _intend(recorder, [step for step in steps if step.intent])


def take_unsaid(*_: Any) -> None:
    """Nothing is noted before the plan is written."""


_guard = guard


def guard_blind_to_all(*given: Any, there: bool, **named: Any) -> Any:
    """Whether anything is there at all is not looked at."""
    del there
    return _guard(*given, there=True, **named)


class _Approved(str):
    """A digest of which everybody has approved."""

    __slots__ = ()

    def __eq__(self, _other: object) -> bool:
        return True

    __hash__ = str.__hash__


def leaving_unasked(*_: Any) -> Stop:
    """Nobody is asked."""
    return Stop("", _Approved())


@contextmanager
def no_turn(self: OneByOne, _connection: str) -> Iterator[None]:
    """Everybody at once."""
    self.waits()
    yield


_made = Runner._made


def made_with_any_approval(self: Runner, connector: Connector, route: Route, number: int) -> passes.Pass:
    """The last stop is whatever it is by the time that the pass begins."""
    with self.store.reading() as reader:
        self._stops |= {name: state.stop for name, state in reader.mapping_states().items()}
    return _made(self, connector, route, number)


def unasked_whenever_all_is_read(stand: Stand, now: Any) -> bool:
    """The feed is not asked where everything is read anyway."""
    return stand.shelf.cursor is not None and observer._full_due(stand, now)


_round = passes.Pass._round


def cleared_as_adopted(self: passes.Pass, applier: Applier, doubts: Doubts) -> bool:
    """Whatever is found again by its marker loses its due date."""
    going_on = _round(self, applier, doubts)
    found = [change.task for change in self.waiting if change.kind is Kind.ADOPT]
    container, empty = applier.recorder.books.container, Values({"due": None})
    for task in found:
        self.connector.write([Update(self.new_key(), container, task, empty)])
    return going_on
