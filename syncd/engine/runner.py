"""Runs the passes of several mappings: one look per connection, then one pass after the other, each with its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from typing import Final

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import Invalid, NoAccess, NotFound, Quota, ToolError
from connectors.hooks import Touched
from connectors.vocabulary import Container, Depth
from mappings.fields import missing_fields
from syncd.engine.books import Route, items_of_tasks, opened_shelf, shelf_of
from syncd.engine.bounds import begin, end
from syncd.engine.observer import Sight, Stand, observe
from syncd.engine.passes import Pass, findings
from syncd.engine.planner import Change, Kind, Why
from syncd.engine.planning import Planning
from syncd.engine.pool import Pool
from syncd.engine.takeover import Keep
from syncd.engine.tally import COUNTED, PassReport, Tally
from syncd.plan.edits import Kept
from syncd.records import Entry, Outcome, Shelf
from syncd.store.store import Store

_FEW: Final = 10
"""So many containers are looked at before the passes of their mappings, or more where one answer tells of more."""


@dataclass(slots=True)
class Runner:
    """Everything that passes share. `create_columns` has each container opened anew, and its marker field made.

    `approve` is None, a digest, or "" for whatever the guard had stopped at last before this run: nobody can have
    approved of what another process stops at meanwhile.
    `renewed` gives a route as plan and configuration stand now: others may have had their turn since it was made.
    `planning` gives what is known of a mapping from earlier passes, to plan only for what changed since.

    Requests are counted by the day in UTC: there the days begin on which tools count theirs.
    """

    store: Store
    connectors: Mapping[str, Connector]
    clock: Clock
    new_key: Callable[[], str]
    pool: Callable[[Connector], Pool]
    renewed: Callable[[Route], Route] = lambda route: route
    keep: Keep = lambda _route, _edits: Kept()
    uncounted: Callable[[str, int], int] = lambda _connection, sent: sent
    """How many requests of a connection are to be counted when a pass of it has sent so many."""
    planning: Callable[[str], Planning] = lambda _mapping: Planning()
    approve: str | None = None
    who: str = ""
    hints: Mapping[tuple[str, str], Touched] = field(default_factory=dict)
    """By connection and container, the tasks that the tool itself has pointed at."""
    retry_all: bool = False
    create_columns: bool = False
    stopping: Callable[[], bool] = lambda: False
    expect: Callable[[str, int], None] = lambda _mapping, _writes: None
    progress: Callable[[int], None] = lambda _done: None
    _counted: dict[str, int] = field(default_factory=dict)
    _newest: dict[str, int] = field(default_factory=dict)
    """The newest pass of each mapping when its container was looked at."""
    _stops: dict[str, str] = field(default_factory=dict)
    """The digests of what the guard had stopped at before this run, by mapping."""

    def run(self, routes: Sequence[Route], *, full: bool = False) -> Iterator[PassReport]:
        """One pass for each route, connection by connection, those last whose boards show figures of the others.

        Each report comes as soon as its pass ended. Nothing that a tool does is raised: it stands in the report.
        Raises StoreError.
        """
        with self.store.reading() as reader:
            states = [reader.mapping_state(route.mapping) for route in routes]
        self._stops |= {state.mapping: state.stop for state in states if state}
        found = {state.mapping: state.scope for state in states if state}
        late = {route.connection for route in routes if route.rules.kpi_is_task}
        order = sorted(routes, key=lambda route: (route.connection in late, route.connection))
        for name, group in groupby(order, lambda route: route.connection):
            with self.store.turn(name):
                self._counted[name] = self.connectors[name].requests()
                together = max(_FEW, self.connectors[name].capabilities().feeds)
                for portion in _portions(group, found, together):
                    if self.stopping():
                        return
                    yield from self._portion(self.connectors[name], portion, full=full)

    def _portion(self, connector: Connector, routes: Sequence[Route], *, full: bool) -> Iterator[PassReport]:
        started = self.clock.monotonic()
        shelves: dict[str, Shelf | ToolError] = {route.mapping: self._open(connector, route) for route in routes}
        stands = self._stands(routes, shelves, full=full)
        looks = zip(stands, observe(connector, list(stands.values()), self.clock.now()), strict=True)
        sights: dict[str, Sight] = {}
        for route in routes:
            if self.stopping():
                return
            shelf = shelves[route.mapping]
            if isinstance(shelf, ToolError):
                yield self._pass(connector, self.renewed(route), shelf, started)
            else:
                while shelf.container.id not in sights:
                    sights.update([next(looks)])
                # last of all, as another process may have written into the plan while this one waited for the tool
                yield self._pass(connector, self.renewed(route), sights[shelf.container.id], started)
                sights[shelf.container.id] = self._kept(route, sights[shelf.container.id])
            started = self.clock.monotonic()

    def _open(self, connector: Connector, route: Route) -> Shelf | ToolError:
        """What is known of the route's container; the tool is asked where its reference is new or a field missing."""
        with self.store.reading() as reader:
            known, last = shelf_of(reader, route), reader.last_pass(route.mapping)
        self._newest[route.mapping] = last.id if last else 0
        reference, by_name = route.reference, route.by_name
        if known is not None:
            if not self.create_columns and not any(missing_fields(route.rules, known.container)):
                return known
            reference, by_name = known.container.id, False
        try:
            if by_name and (self.approve is not None or not self._linked(route)):
                container = self._named(connector, route)
            else:
                container = connector.open(reference, by_name=by_name, create=self.create_columns and not by_name)
        except ToolError as error:
            return error
        with self.store.reading() as reader:
            return opened_shelf(reader, route, container)

    def _linked(self, route: Route) -> bool:
        with self.store.reading() as reader:
            return bool(reader.links(route.mapping))

    def _named(self, connector: Connector, route: Route) -> Container:
        """The container of the route's name, made where there is none: what people made gets no fields unasked.

        What is being made is noted first, so that the next process finishes what this one could not.
        """
        making = f"making/{route.mapping}"
        with self.store.reading() as reader:
            ours = reader.facts(route.connection, making) == route.reference
        try:
            found = connector.open(route.reference, by_name=True)
        except NotFound:
            with self.store.writing() as writer:
                writer.put_facts(route.connection, making, route.reference)
            made, ours = connector.open(route.reference, by_name=True, create=True), True
        else:
            made = connector.open(found.id, create=True) if ours or self.create_columns else found
        if ours:
            with self.store.writing() as writer:
                writer.put_facts(route.connection, making, "")
                writer.add_entries([self._tells_made(route.mapping, made.name)])
        return made

    def _tells_made(self, mapping: str, name: str) -> Entry:
        """The line about a container that was made; no pass has begun yet."""
        cause = "the mapping names it, and there was none"
        return Entry(self.clock.now(), None, mapping, "", "", "make", "container", after=name, cause=cause)

    def _stands(
        self, routes: Sequence[Route], shelves: Mapping[str, Shelf | ToolError], *, full: bool
    ) -> dict[str, Stand]:
        """Each container once, as deep as the deepest of the mappings on it reads."""
        stands: dict[str, Stand] = {}
        with self.store.reading() as reader:
            for route in routes:
                shelf = shelves[route.mapping]
                if not isinstance(shelf, Shelf):
                    continue
                at = shelf.container.id
                known = stands.get(at)
                depth = max(route.rules.depth, known.depth if known else Depth.TOP, key=attrgetter("level"))
                below = route.rules.project_is_subtask or bool(known and known.below)
                linked = items_of_tasks(reader, at).keys()
                seen, hints = reader.seen(route.connection, at), self.hints.get((route.connection, at), {})
                stands[at] = Stand(shelf, seen, linked, depth, full, below, hints)
        return stands

    def _kept(self, route: Route, sight: Sight) -> Sight:
        """A sight whose news are in the store already, for the next mapping on the same container."""
        with self.store.reading() as reader:
            shelf = reader.shelf(route.connection, sight.shelf.container.id) or sight.shelf
        return replace(sight, shelf=shelf, full=False, news=(), dropped=frozenset(), logged=True)

    def _pass(self, connector: Connector, route: Route, sight: Sight | ToolError, started: float) -> PassReport:
        full = isinstance(sight, Sight) and sight.full
        with self.store.writing() as writer:
            writer.require_newest(route.mapping, self._newest[route.mapping])
            number = begin(writer, route.mapping, self.clock.now(), full=full)
        done = self._made(connector, route, number)
        outcome = Outcome.ABANDONED
        try:
            if isinstance(sight, Sight):
                done.run(sight)
            else:
                done.tally.halted = sight
            outcome = _outcome(done)
        finally:
            report = self._report(connector, done, outcome, self.clock.monotonic() - started, full=full)
            with self.store.writing() as writer:
                proposals = len({change.item for change in report.changes if change.kind is Kind.WRITE_BACK})
                counts = {**report.counts, "requests": report.requests, "proposals": proposals}
                now = self.clock.now()
                end(writer, route.mapping, number, now, outcome=outcome, counts=counts, message=report.message)
                writer.count_requests(route.connection, now.date(), self.uncounted(route.connection, report.requests))
        return report

    def _made(self, connector: Connector, route: Route, number: int) -> Pass:
        """The pass with this number, ready to run."""
        return Pass(
            route=route,
            store=self.store,
            connector=connector,
            pool=self.pool(connector),
            clock=self.clock,
            id=number,
            new_key=self.new_key,
            approve=self._stops.get(route.mapping, "") if self.approve == "" else self.approve or "",
            who=self.who,
            retry_all=self.retry_all,
            keep=self.keep,
            stopping=self.stopping,
            expect=lambda due: self.expect(route.mapping, due),
            progress=self.progress,
            planning=self.planning(route.mapping),
        )

    def _report(self, connector: Connector, done: Pass, outcome: Outcome, seconds: float, *, full: bool) -> PassReport:
        name, sent = done.route.connection, connector.requests()
        requests, self._counted[name] = sent - self._counted[name], sent
        return PassReport(
            mapping=done.route.mapping,
            outcome=outcome,
            counts=_counts(done.tally, done.waiting),
            requests=requests,
            seconds=seconds,
            findings=findings(done),
            remarks=tuple(done.tally.remarks),
            changes=tuple(done.waiting),
            stop=done.stopped,
            message=_message(done),
            full=full,
            halted=done.tally.halted,
        )


def _outcome(done: Pass) -> Outcome:
    """How the pass ended, the gravest first."""
    halted = done.tally.halted
    if done.stopped:
        return Outcome.STOPPED
    if done.wrong or isinstance(halted, NotFound | Invalid | NoAccess):
        return Outcome.WRONG
    if halted and not isinstance(halted, Quota):
        return Outcome.UNREACHABLE
    if done.stopping():
        return Outcome.ABANDONED
    return Outcome.FINDINGS if halted or findings(done) else Outcome.DONE


def _message(done: Pass) -> str:
    """Why the pass did not end as it should, in a sentence or two; "" if it did."""
    if done.stopped:
        command = f"syncd sync --mapping {done.route.mapping} --approve={done.stopped.digest}"
        return f"{done.stopped.why}. Look at `syncd diff`; if it is meant, let it through with `{command}`."
    if done.wrong:
        return ". ".join(done.wrong) + ". Make it in the tool, or correct the name in the mapping."
    if done.tally.halted:
        return f"{done.tally.halted}. {done.tally.halted.next_step}"
    return "it was asked to stop; the next pass goes on where this one ended" if done.stopping() else ""


def _counts(tally: Tally, waiting: Sequence[Change]) -> dict[str, int]:
    """The figures of `sync --json`, counting tasks; and for people how much of what is held is no conflict."""
    counts = {key: tally.counts[key] for key in COUNTED}
    counts["conflicts"] += len({change.item for change in waiting if change.why is Why.CONFLICT})
    counts["held"] = len({change.item for change in waiting if change.kind is Kind.HOLD})
    counts["waiting"] = len({change.item for change in waiting if _waits(change)})
    counts["renamed"] = tally.counts["renamed"]
    counts["failed"] = len(tally.failed)
    return counts


def _waits(change: Change) -> bool:
    """Whether it waits for a person for another reason than a conflict."""
    return change.kind is Kind.HOLD and change.why is not Why.CONFLICT


def _portions(routes: Iterable[Route], found: Mapping[str, str], together: int) -> Iterator[list[Route]]:
    """So many at a time that who stops soon has looked at little in vain: a few that are new, `together` that are not.

    `found` says by what a container was found.
    """
    portion: list[Route] = []
    cost = 0
    for route in routes:
        portion.append(route)
        cost += _FEW if found.get(route.mapping) == route.scope else together
        if cost >= _FEW * together:
            yield portion
            portion, cost = [], 0
    if portion:
        yield portion
