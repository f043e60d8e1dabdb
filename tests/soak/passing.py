"""Passes in a district: what people let through, what both sides agree on after it, and what no pass may ever do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.vocabulary import FieldValue, Task, Update
from mappings.fields import get
from mappings.rules import Owner
from syncd.engine.agreement import ANEW, GONE
from syncd.engine.books import Route
from syncd.engine.tally import PassReport
from syncd.plan.edits import Kept, PlanEdit
from syncd.progress.evidence import Standing
from syncd.records import Link, MappingState, Outcome
from tests.engine.world import Killed, Moments
from tests.soak.document import find, table_of
from tests.soak.lost import standing

if TYPE_CHECKING:
    from tests.soak.district import District


@dataclass(frozen=True, slots=True)
class Lived:
    """How a pass left the tasks and the plan's text; `busy` if it changed what was there before it."""

    number: int
    busy: bool
    after: dict[str, Task]
    text: str


@dataclass(frozen=True, slots=True)
class Before:
    """How everything was before a pass; `empty` if not one of the plan's tasks was there any more.

    `buried` are deleted tasks in whose place others are to be made.
    """

    links: Mapping[str, Link]
    buried: frozenset[str]
    container: str
    empty: bool
    sent: int
    taken: int


def run(d: District, seconds: float, options: Mapping[str, Any]) -> PassReport:
    """A pass, some time after whatever was before."""
    d.world.clock.pass_by(seconds=seconds)
    d.memory.by_word &= d.world.tool.merged  # what another process knew went with it
    since, held, stopped = d.memory.now, _held(d), kept(d).stop
    d.before = before_it(d)
    renewed = lambda _route: d.route()  # noqa: E731
    d.running += 1
    try:
        [report] = d.world.passes([d.route()], renewed=renewed, keep=partial(_keep, d), **options)
    finally:
        d.running -= 1
        _note(d, held)
        _make_way(d, d.before)
        _follow(d, allowed=options.get("approve") is not None and bool(stopped), before=d.before)
    if options.get("approve") is None or not stopped:
        unasked(d, d.before)
    d.before = before_it(d)  # one pass may have waited for the other
    if report.outcome in (Outcome.DONE, Outcome.FINDINGS) and not report.message:
        _agree(d, since, {finding.item for finding in report.findings})
    d.play_late()
    return report


def _keep(d: District, route: Route, edits: Sequence[PlanEdit]) -> Kept:
    """Put edits into the plan, and remember whose values that changed."""
    before = _values(d, edits)
    kept = d.keep(route, edits)
    after = _values(d, edits)
    d.memory.taken += [item for (item, key), value in after.items() if value != before[item, key]]
    return kept


def _values(d: District, edits: Sequence[PlanEdit]) -> dict[tuple[str, str], object]:
    table = table_of(d.text)
    places = {(edit.item, edit.key): find(table, edit.item) for edit in edits}
    return {(item, key): place and place[0].get(key) for (item, key), place in places.items()}


def _held(d: District) -> tuple[dict[str, Task], str]:
    """All tasks, and the plan's text."""
    return {key: row.task for key, row in d.boards.rows.items()}, d.text


def _note(d: District, before: tuple[dict[str, Task], str]) -> None:
    """Remember how a pass left everything."""
    with d.world.store() as store, store.reading() as reader:
        last = reader.last_pass(d.rules.mapping)
    if last is not None and last.id not in {each.number for each in d.lived}:
        after, text = _held(d)
        busy = text != before[1] or any(after[key] != task for key, task in before[0].items())
        d.lived.append(Lived(last.id, busy, after, text))


def _make_way(d: District, before: Before) -> None:
    """A deleted task in whose place another is made, as somebody decided, is one of two should it come back."""
    linked = {link.task for link in d.world.links().values()}
    d.memory.copies |= (before.buried | _buried(d, before.links)) - linked


def kept(d: District) -> MappingState:
    """What is kept of the mapping: what the guard stopped at last, and in which container its links are."""
    with d.world.store() as store, store.reading() as reader:
        return reader.mapping_state(d.rules.mapping) or MappingState(d.rules.mapping)


def before_it(d: District) -> Before:
    """How everything is before a pass."""
    links = d.world.links()
    empty = not any(one.marker and standing(d, one.id) is Standing.LIVE for one in d.boards.live())
    return Before(
        links=links,
        buried=_buried(d, links),
        container=kept(d).container,
        empty=empty and d.is_calm() and not d.blind,
        sent=len(d.world.tool.writes),
        taken=len(d.memory.taken),
    )


def _buried(d: District, links: Mapping[str, Link]) -> frozenset[str]:
    tasks = (link.task for link in links.values() if ANEW in link.agreed)
    return frozenset(task for task in tasks if not d.boards.alive(task))


def unasked(d: District, before: Before) -> None:
    """Promise 4: a pass that nobody approved of changes only so many items, and takes no whole container for gone.

    An item changes where its task is written to, and where the plan takes over what its team set.
    """
    now = d.world.links()
    links = max(len(before.links), len(now))
    changed = {write.task for write in d.world.tool.writes[before.sent :] if isinstance(write, Update)}
    changed |= {now[item].task if item in now else item for item in d.memory.taken[before.taken :]}
    limits = d.setting.limits
    if len(changed) > limits.max_changes and len(changed) > limits.max_share * links:
        d.surprise = f"a pass that nobody approved of changed {len(changed)} of {links} items"
    marked = {item for item, link in now.items() if GONE in link.agreed}
    fresh = marked - {item for item, link in before.links.items() if GONE in link.agreed}
    if before.empty and fresh and marked >= before.links.keys():
        d.surprise = f"a pass that nobody approved of took all tasks for gone, {sorted(fresh)} among them"


def _follow(d: District, *, allowed: bool, before: Before) -> None:
    """The mapping's tasks stand where its last pass left them."""
    now = kept(d).container
    if now not in ("", before.container) and before.container and before.links and not allowed:
        d.surprise = f"a pass that nobody approved of left {before.container} with {len(before.links)} links"
    if now not in ("", d.board):
        _settle_in(d, now)


def _settle_in(d: District, board: str) -> None:
    """The mapping's tasks are those of another container by now; what nobody finds again in the last one is a copy."""
    d.memory.copies |= d.unseen()
    d.board = board
    d.memory.lines.clear()
    left_standing(d)
    d.cloud(d.reached())


def left_standing(d: District) -> None:
    """Nobody knows any more how the container's tasks came to hold what they hold: that may stand beside the plan's."""
    for item in d.reached():
        for task in d.tasks(item):
            for rule in d.rules.fields if d.boards.home(task.id) == d.board else ():
                d.memory.stood(item, rule.key, get(rule, task, d.container))


def _agree(d: District, since: int, troubled: set[str]) -> None:
    if told := d.world.tool.merged:
        seen = (one for one in d.world.evidence().values() if one.standing is Standing.LIVE and not one.done)
        d.memory.learned |= {one.task for one in seen if one.task in told}
    desired, container = d.desired(), d.container
    for item, link in d.world.links().items():
        wanted, row = desired.tasks.get(item), d.boards.rows.get(link.task)
        if wanted and wanted.touch and item not in troubled and row and d.boards.alive(link.task):
            held = {
                rule.key: (wanted.values[rule.key], get(rule, row.task, container))
                for rule in d.rules.fields
                if rule.key in wanted.values
            }
            _denied(d, item, link.task, held, since)
            d.memory.agreed(item, link.task, held, since)


def _denied(d: District, item: str, task: str, held: Mapping[str, tuple[FieldValue, FieldValue]], since: int) -> None:
    """Promise 2: in a field that is not the plan's alone, plan and tool never agree on something else than a team said.

    To be seen where it happens: once both agree, what the team said is over, and is not looked for any more.
    """
    for key, both in held.items():
        rule, said = d.rules.rule(key), d.memory.passed_over(item, task, key, both, since)
        if said and rule and rule.owner is not Owner.PLAN:
            words = f"{item} ({task}): plan and tool agree that the {key} is {both[0]!r}"
            d.surprise = f"{words}, and the team said {said.value!r}"


def die(d: District, moments: Moments, seconds: float) -> None:
    """A pass that ends in the middle, when these moments have it so."""
    d.cloud(set(d.reached()) - set(d.world.links()))
    d.world.moments = moments
    try:
        d.run(seconds=seconds, approve="")
    except Killed:
        pass
    finally:
        d.world.revive()
        d.calm()
        d.play_late()
