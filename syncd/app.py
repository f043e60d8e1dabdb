"""The one composition root: wires configuration, plans, store, connectors and engine for commands and daemon."""

from __future__ import annotations

import tempfile
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from connectors.clock import Clock, SystemClock
from connectors.contract import Connector
from connectors.hooks import Touched
from syncd import beginning, logs
from syncd.backups import Backups
from syncd.chronicle import Chronicle
from syncd.config import Config
from syncd.connections import Connections
from syncd.discovering import Discovered, discover
from syncd.engine.books import Route
from syncd.engine.deciding import Choice, NoChoice, Verdict, decide
from syncd.engine.pausing import pause, paused
from syncd.engine.planning import Planning
from syncd.engine.pool import InlinePool, Pool, ThreadPool
from syncd.engine.preview import Preview, preview
from syncd.engine.restoring import Undoing
from syncd.engine.retrying import retry
from syncd.engine.runner import Runner
from syncd.engine.tally import PassReport
from syncd.engine.undo import NoPass, Undo
from syncd.errors import PlanError
from syncd.figures import Figures
from syncd.goals import GoalFigures
from syncd.linting import Linting
from syncd.names import Names
from syncd.parts import Parts
from syncd.plan.edits import Kept, NewItem, PlanEdit
from syncd.plan.keeping import keep
from syncd.plan.model import Audience, Plan
from syncd.plan.sources import ending
from syncd.plans import Plans
from syncd.probing import Asked, Probed, Prober
from syncd.public_record import PublicRecord
from syncd.records import SetAside
from syncd.reviewing import Reviewing
from syncd.routes import Routes
from syncd.scorecard.explain import Explanation
from syncd.scorecard.view import Scorecard
from syncd.store.store import Store
from syncd.taking import Taking
from syncd.withholding import Withholding


class App:
    """Everything wired for one configuration; may be used from several threads.

    Making one touches neither disk nor network, and takes its secrets out of the logs. `threads` False sends one
    request at a time, in order. `after` is the application before: plans that cannot be read now are what they were.
    """

    def __init__(
        self, config: Config, clock: Clock | None = None, *, threads: bool = True, after: App | None = None
    ) -> None:
        self.config, self.clock, self._threads = config, clock or SystemClock(), threads
        self.store = Store(config.store.url)
        self.backups = Backups(self.store, config.folder / config.store.backups)
        copies = config.folder / config.store.backups / "feeds"
        for_all = {name for name in config.plans if config.district("plans", name) is None}
        self.plans = Plans(config.plans, config.folder, self.clock, config.outgoing, copies, for_all=for_all)
        self.on_bad_plan: Callable[[str, PlanError], None] | None = None
        self.parts = Parts(config, self.plan)
        self._names = Names(config, self.plan, self.parts)
        self.connections = Connections(config.connections, config.outgoing, self.clock, self.store, self.known_store)
        card = partial(self.scorecard, audience=Audience.INTERNAL)
        self._goals = GoalFigures(config, self.store, self.clock, self.plan, card)
        self.linting = Linting(config, self.clock, self.plan)
        self.withholding = Withholding(config, self.clock, self.linting)
        self._routes = Routes(config, self.plans, self.plan, card, self.withholding)
        back, route, known = self.withholding, self._routes.without_figures, self.known_store
        self.public_record = told = PublicRecord(known, self.store, self.open_store)
        self.taking = Taking(config, self.clock, known, self._plan_named)
        self.figures = Figures(config, self.clock, self.taking.plan, route, known, withholding=back, record=told)
        self.reviewing = Reviewing(self.linting, Chronicle(self.known_store, config.zone), self._plan_named)
        self._planning: defaultdict[str, Planning] = defaultdict(Planning)
        self._blank: tuple[tempfile.TemporaryDirectory[str], Store] | None = None
        self._upgraded = False
        self._lock = threading.Lock()
        if after is not None:
            self.plans.inherit(after.plans)
            self.on_bad_plan = after.on_bad_plan
        for secret in config.secrets():
            logs.hide(secret)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back connections and files."""
        self.connections.close()
        self.store.close()
        if self._blank:
            self._blank[1].close()
            self._blank[0].cleanup()
            self._blank = None

    # What there is

    def plan(self, name: str) -> Plan:
        """The plan as its files hold it now. Raises PlanError.

        With `on_bad_plan` set, the last good one stays in force instead, and the error goes there.
        """
        try:
            return self.plans.get(name)
        except PlanError as found:
            last, error = self.plans.last(name), self._pointed(name, found)
            if self.on_bad_plan is None or last is None:
                raise error from None
            self.on_bad_plan(name, error)
            return last

    def plan_name(self, item: str | None = None) -> str:
        """The name of the plan that holds the item; without one, of the only plan there is. Raises ConfigError."""
        return self._names.plan_of(item)

    def known_plan(self, name: str) -> str:
        """The name, if one of the plans has it. Raises ConfigError."""
        return self._names.checked(name, self.config.plans, "plan")

    def routes(self, only: Sequence[str] = ()) -> list[Route]:
        """All mappings that can be used, or those named, ready to run. Raises ConfigError or PlanError."""
        return self._routes.of(self._known(only) or self.parts.mappings())

    def connector(self, name: str) -> Connector:
        """The connector of a connection."""
        return self.connections[name]

    def known_store(self) -> Store:
        """The store to read from; as long as nothing was ever stored, an empty one that leaves no trace."""
        with self._lock:
            if self._upgraded or self.store.current() is not None:
                return self.store
            if self._blank is None:
                folder = tempfile.TemporaryDirectory(prefix="syncd-")
                self._blank = (folder, Store(f"sqlite:///{Path(folder.name) / 'empty.db'}"))
                self._blank[1].upgrade()
            return self._blank[1]

    # What can be done

    def sync(
        self,
        only: Sequence[str] = (),
        *,
        full: bool = False,
        approve: str | None = None,
        who: str = "",
        hints: Mapping[tuple[str, str], Touched] = MappingProxyType({}),
        retry_all: bool = False,
        create_columns: bool = False,
        stopping: Callable[[], bool] = lambda: False,
        expect: Callable[[str, int], None] = lambda _mapping, _writes: None,
        progress: Callable[[int], None] = lambda _done: None,
    ) -> Iterator[PassReport]:
        """One pass for each mapping (or those named), then its goals; at last the day's figures for the history.

        `hints` are tasks that a tool itself has pointed at, by connection and container: they are looked at anew.
        Each report comes as soon as its pass ended. Raises ConfigError or PlanError before anything is read or written
        elsewhere, PlanError also between two passes where a plan was edited into nonsense meanwhile, and StoreError.
        """
        routes = {route.mapping: route for route in self.routes(only)}
        self.open_store()
        runner = self._engine()(
            approve=approve,
            who=who,
            hints=hints,
            retry_all=retry_all,
            create_columns=create_columns,
            stopping=self.store.or_overtaken(stopping),
            expect=expect,
            progress=progress,
        )
        done: list[str] = []
        for report in runner.run(list(routes.values()), full=full):
            yield self._after(report, routes[report.mapping])
            done.append(report.mapping)
        for name in {route.connection for route in routes.values()}:
            self.connections.remember(name)
        if done or not routes:
            self.record(done)

    def _after(self, report: PassReport, route: Route) -> PassReport:
        """The report as people are told of it, once the mapping's goals are what the pass made them."""
        told = self.taking.after(self.withholding.in_report(report, route, self.store), route)
        return self._goals.after(told, self.connector(route.connection))

    def open_store(self) -> Path | None:
        """Make the store if it is not there yet, and bring its schema up to date; the copy of it as it was before that.

        Raises StoreError.
        """
        with self._lock:
            if self._upgraded:
                return None
            beginning.tell(self.config)
            copy = self.backups.before_upgrade(self.clock.now().astimezone(self.config.zone))
            self.store.upgrade()
            self._upgraded = True
            return copy

    def record(self, only: Sequence[str] = ()) -> None:
        """Add to the history what is known now of all plans (or those of these mappings), where it is new.

        Raises ConfigError, PlanError, StoreError, Leak.
        """
        named = dict.fromkeys(self.config.mappings[name].plan for name in self._known(only))
        self.figures.record(named or self.parts.plans())
        self.plans.save_copies()

    def discover(self, connection: str, words: str = "") -> Discovered:
        """What there is in the tool of a connection whose name holds these words.

        Raises ConfigError for a name that is no connection's, ToolError, StoreError.
        """
        name = self._names.checked(connection, self.config.connections, "connection")
        with self.connections.counted(name) as connector:
            return discover(connector, words)

    def preview(self, only: Sequence[str] = ()) -> Iterator[Preview]:
        """What a pass of each mapping (or those named) would do now; nothing is written anywhere."""
        for route in self.routes(only):
            with self.connections.counted(route.connection) as connector:
                found = preview(route, self.known_store(), connector, self.clock)
            yield self.withholding.in_preview(found, route)

    def scorecard(self, plan: str | None = None, *, audience: Audience, as_of: date | None = None) -> Scorecard:
        """The scorecard of a plan (the only one) for an audience, today or as things were known on an earlier day.

        Raises ConfigError, PlanError, StoreError, Leak.
        """
        return self.figures.scorecard(plan or self.plan_name(), audience=audience, as_of=as_of)

    def explain(self, item: str, *, plan: str | None = None, as_of: date | None = None) -> Explanation:
        """Where the figures of an item come from. Raises UnknownItem beside what `scorecard` raises."""
        return self.figures.explain(plan or self.plan_name(item), item, as_of=as_of)

    def decide(self, verdict: Verdict, mapping: str | None = None) -> Choice:
        """Let one side's value of a field stand in the first mapping (or the one named) where both differ.

        Raises NoChoice with all that can be decided, ConfigError, PlanError, StoreError.
        """
        there: list[Choice] = []
        for name in [mapping] if mapping else self.config.mappings:
            with self._turn(name) as route:
                try:
                    return decide(route, self.known_store(), self.clock, verdict)
                except NoChoice as none:
                    there += none.choices
        raise NoChoice(tuple(there))

    def retry(self, items: Sequence[str] = (), only: Sequence[str] = ()) -> list[tuple[str, SetAside]]:
        """Have these items, or all that is set aside in the mappings (or those named), be due for the next pass.

        Each comes with its mapping. Raises NotAside, ConfigError, StoreError.
        """
        return retry(self.known_store(), self._known(only) or self.config.mappings, items, self.clock.now())

    def pause(self, only: Sequence[str], *, paused: bool) -> list[str]:
        """Have these mappings get no passes by the clock, or get them again; those of which that was not so already.

        Raises ConfigError, StoreError.
        """
        names = self._known(only)
        self.open_store()
        return pause(self.store, names, paused=paused)

    def paused(self, only: Sequence[str] = ()) -> list[str]:
        """Those of the mappings (or of those named) that are paused. Raises ConfigError, StoreError."""
        names = self._known(only) or self.config.mappings
        with self.known_store().reading() as reader:
            return paused(reader, names)

    def undo(
        self,
        number: int,
        *,
        who: str = "",
        dry_run: bool = False,
        stopping: Callable[[], bool] = lambda: False,
        expect: Callable[[str, int], None] = lambda _mapping, _tasks: None,
        progress: Callable[[int], None] = lambda _done: None,
    ) -> Undoing:
        """Take back what a pass did, where nobody touched it since; with `dry_run` only find out what that would be.

        Raises NoPass, ConfigError where its mapping is gone, PlanError, StoreError.
        """
        with self.known_store().reading() as reader:
            record = reader.pass_record(number)
            lasts = [last.id for name in self.config.mappings if (last := reader.last_pass(name))]
        if record is None:
            raise NoPass(number, max(lasts, default=0))
        with self._turn(record.mapping) as route:
            return Undo(
                route=route,
                store=self.known_store(),
                connector=self.connector(route.connection),
                clock=self.clock,
                new_key=lambda: uuid.uuid4().hex,
                who=who,
                keep=self._keep,
                stopping=self.known_store().or_overtaken(stopping),
                expect=lambda tasks: expect(route.mapping, tasks),
                progress=progress,
            ).run(record, dry_run=dry_run)

    def probe(
        self, connection: str, *, stopping: Callable[[], bool] = lambda: False, told: Callable[[Asked], None]
    ) -> Probed:
        """Ask an account what its tool's documents leave open, in a container of its own, and keep the answers.

        Each is `told` as it comes. Raises ConfigError for a name that is no connection's, StoreError.
        """
        name = self._names.checked(connection, self.config.connections, "connection")
        self.open_store()
        with self.store.turn(name), self.connections.unbiased(name) as connector:
            ends = self.store.or_overtaken(stopping)
            return Prober(name, connector, self.store, self.clock, ends, told).run()

    def keep(self, plan: str, edits: Sequence[PlanEdit], additions: Sequence[NewItem] = ()) -> Kept:
        """Put values and new items into a plan's file, as far as it still holds what they were decided on.

        Raises ConfigError for a name that is no plan's.
        """
        source = self.config.plans[self._names.checked(plan, self.config.plans, "plan")].source
        kept = keep(self.plans.place(plan), ending(source), edits, additions)
        if kept.done:
            # What was last read holds the old values: with them, what a team set would look like an edit to be undone.
            self.plans.forget(plan)
            with suppress(PlanError):
                self.plans.get(plan)
        return kept

    # Within

    def _engine(self) -> partial[Runner]:
        """What makes passes, but for how they are to be made this time."""
        return partial(
            Runner,
            store=self.store,
            connectors=self.connections,
            clock=self.clock,
            new_key=lambda: uuid.uuid4().hex,
            pool=self._pool,
            planning=self._planning.__getitem__,
            renewed=lambda route: self._routes.current(route.mapping),
            keep=self._keep,
            uncounted=lambda connection, _sent: self.connections.uncounted(connection),
        )

    @contextmanager
    def _turn(self, mapping: str) -> Iterator[Route]:
        """A mapping, as its plan stands once nobody else works with its connection; until the block ends nobody does.

        Raises ConfigError, PlanError, StoreError.
        """
        [name] = self._known([mapping])
        with self.known_store().turn(self.config.mappings[name].connection):
            [route] = self.routes([name])
            yield route

    def _keep(self, route: Route, edits: Sequence[PlanEdit]) -> Kept:
        return self.keep(self.config.mappings[route.mapping].plan, edits)

    def _known(self, only: Sequence[str]) -> list[str]:
        """The names without repetition. Raises ConfigError for one that is no mapping."""
        return [self._names.checked(name, self.config.mappings, "mapping") for name in dict.fromkeys(only)]

    def _pointed(self, name: str, error: PlanError) -> PlanError:
        """The error; of a plan whose file is not there, with the place where the configuration names it."""
        if self.plans.there(name):
            return error
        return PlanError([self.config.problem(str(problem), "plans", name, "source") for problem in error.problems])

    def _plan_named(self, name: str) -> Plan:
        return self.plan(self._names.checked(name, self.config.plans, "plan"))

    def _pool(self, connector: Connector) -> Pool:
        parallel = connector.capabilities().parallel
        return ThreadPool(parallel) if self._threads and parallel > 1 else InlinePool()
