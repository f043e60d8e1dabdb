"""One district to try the engine in: a plan, mappings, a store on disk, a tool, a clock, and crashes at any moment."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from connectors.contract import Connector
from connectors.vocabulary import FieldValue
from mappings.rules import Rules
from mappings.shape import PlanItem
from syncd.engine.books import Route
from syncd.engine.guard import Limits
from syncd.engine.harvest import harvest
from syncd.engine.planning import Planning
from syncd.engine.pool import InlinePool, Pool
from syncd.engine.preview import Preview, preview
from syncd.engine.runner import Runner
from syncd.engine.tally import PassReport
from syncd.progress.evidence import Evidence
from syncd.progress.team import TeamWork
from syncd.records import Entry, Link
from syncd.store import Store, Writer
from tests.engine.board import Boards
from tests.engine.clock import HandClock
from tests.engine.tool import Tool

BOARD = "B"
MAPPING = "academics"
PEOPLE = ("ann@example.org", "bob@example.org")


class Killed(BaseException):
    """The process is gone: nothing that it still wanted to do happens."""


@dataclass
class Moments:
    """Counts the moments at which the process may die, and lets it die at the one that was chosen."""

    kill_at: int = 0
    passed: int = 0
    dead: bool = False

    def __call__(self, _name: str) -> None:
        """One more moment has come."""
        if not self.dead:
            self.passed += 1
            self.dead = self.passed == self.kill_at
        if self.dead:
            raise Killed


class MortalStore(Store):
    """A store whose process may die before and after each commit."""

    moments = Moments()

    def forget(self) -> None:
        """An empty store in place of whatever there was."""
        self.restore(made().read_bytes())

    def image(self, *, copied: bool) -> bytes:
        """A backup of it; `copied` as syncd copies it, else as a program does that knows nothing of it."""
        if not copied:
            with closing(sqlite3.connect(self._path)) as file:
                image: bytes = file.serialize()
                return image
        path = self._path.with_name("backup.db")
        path.unlink(missing_ok=True)
        self.backup(path)
        return path.read_bytes()

    def restore(self, image: bytes) -> None:
        """Put a backup in place of whatever there was."""
        self.close()
        for old in self._path.parent.glob(f"{self._path.name}*"):
            old.unlink()
        self._path.write_bytes(image)

    @property
    def _path(self) -> Path:
        assert self._address.path is not None
        return self._address.path

    @contextmanager
    def writing(self, *, plan: str = "", whole: bool = False) -> Iterator[Writer]:
        """A transaction; a process that is dead begins none."""
        if self.moments.dead:
            raise Killed
        with super().writing(plan=plan, whole=whole) as writer:
            yield writer
            self.moments("before commit")
        self.moments("after commit")


@cache
def _opened(url: str) -> MortalStore:
    """The store at an address; kept from world to world, because it learns its statements only once."""
    return MortalStore(url, patience=2)


@cache
def made() -> Path:
    """An upgraded store without content, to be copied."""
    path = Path(tempfile.mkdtemp(prefix="syncd-tests-")) / "made.db"
    with closing(Store(f"sqlite:///{path}")) as store:
        store.upgrade()
    return path


def item(id_: str, tier: str, title: str = "", *, active: bool = True, **values: FieldValue) -> PlanItem:
    """A plan item; its place follows from its id: G1.A1.P1 stands under G1.A1, which stands under G1."""
    parts = id_.split(".")
    above = tuple(".".join(parts[:at]) for at in range(1, len(parts)))
    return PlanItem(id_, tier, above, {"title": title or f"Title of {id_}", **values}, active=active)


def small_plan() -> dict[str, PlanItem]:
    """Two goals, three actions, three projects: everything that a first push has to do."""
    due = date(2026, 6, 15)
    items = (
        item("G1", "goal", "Reading"),
        item("G1.A1", "action", owner=PEOPLE[0], notes="Why we do it.", due=due),
        item("G1.A1.P1", "project", due=due),
        item("G1.A1.P2", "project", start=date(2026, 1, 5), due=due),
        item("G1.A2", "action"),
        item("G2", "goal", "Attendance"),
        item("G2.A1", "action", owner="nobody@example.org"),
        item("G2.A1.P1", "project"),
    )
    return {one.id: one for one in items}


def long_plan(actions: int) -> dict[str, PlanItem]:
    """One goal with so many actions."""
    items = (item("G1", "goal", "Reading"), *(item(f"G1.A{at}", "action") for at in range(1, actions + 1)))
    return {one.id: one for one in items}


@dataclass
class World:
    """Everything one story needs. After a death the store's file is opened anew, as a new process would."""

    folder: Path
    plan: dict[str, PlanItem] = field(default_factory=small_plan)
    rules: Rules = field(default_factory=lambda: Rules(MAPPING, "district"))
    limits: Limits = field(default_factory=Limits)
    batch: int = 1
    reference: str = BOARD
    by_name: bool = False
    connection: str = "tool"
    opened: Callable[[str], MortalStore] = _opened

    def __post_init__(self) -> None:
        self.clock = HandClock()
        self.tool = Tool(self.clock, batch=self.batch, people=PEOPLE)
        self.tool.boards.add_board("Strategic plan", id_=BOARD)
        self.moments = Moments()
        self._store = self.opened(self.url)
        self.lose_store()
        self.others: list[Route] = []
        self.keys = 0
        self.planning: defaultdict[str, Planning] = defaultdict(Planning)

    # The plan

    def change(self, id_: str, **values: FieldValue) -> None:
        """Edit an item in the plan."""
        old = self.plan[id_]
        self.plan[id_] = replace(old, values={**old.values, **values})

    def drop(self, id_: str) -> None:
        """Take an item, with what is below it, out of the plan."""
        self.plan = {key: one for key, one in self.plan.items() if key != id_ and id_ not in one.path}

    @property
    def route(self) -> Route:
        """The mapping, as the plan stands now."""
        items = tuple(self.plan.values())
        return Route(self.rules.mapping, self.connection, self.rules, items, self.reference, self.by_name, self.limits)

    # Passes

    def run(self, *, full: bool = False, clock_on: bool = True, **options: Any) -> PassReport:
        """One pass of the mapping, five minutes after whatever was before."""
        if clock_on:
            self.clock.pass_by(minutes=5)
        return self.run_all(full=full, **options)[0]

    def run_all(self, *, full: bool = False, **options: Any) -> list[PassReport]:
        """One pass of this mapping and of the `others`."""
        routes = [self.route, *(replace(other, items=tuple(self.plan.values())) for other in self.others)]
        return self.passes(routes, full=full, **options)

    def passes(self, routes: list[Route], *, full: bool = False, **options: Any) -> list[PassReport]:
        """One pass for each of the routes."""
        self.tool.moment = self.clock.moment = self._store.moments = self.moments
        return list(self.runner(**options).run(routes, full=full))

    def runner(self, **options: Any) -> Runner:
        """A runner, to be watched at work."""
        connectors: Mapping[str, Connector] = {"tool": self.tool, self.connection: self.tool}
        pool: Callable[[Connector], Pool] = lambda _connector: InlinePool()  # noqa: E731
        known = self.planning.__getitem__
        return Runner(self._store, connectors, self.clock, self._new_key, pool, planning=known, **options)

    def _new_key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def die_at(self, moment: int, **options: Any) -> bool:
        """Run until that moment and die there; False if the pass was over before it."""
        self.moments = Moments(kill_at=moment)
        try:
            self.run(**options)
        except Killed:
            return True
        finally:
            self.revive()
        return False

    def revive(self) -> None:
        """Start a new process after a death."""
        self.moments = self.tool.moment = self.clock.moment = self._store.moments = Moments()
        self.tool.merged.clear()
        self.planning.clear()
        self._store.close()

    def foresee(self) -> Preview:
        """What a pass would do."""
        self.tool.moment = self.moments
        with self.store() as store:
            return preview(self.route, store, self.tool, self.clock)

    # What came of it

    @property
    def boards(self) -> Boards:
        """The tool's memory, and the team."""
        return self.tool.boards

    @property
    def url(self) -> str:
        """The store's address."""
        return f"sqlite:///{self.folder / 'syncd.db'}"

    def lose_store(self) -> None:
        """An empty store in place of whatever there was."""
        self._store.forget()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, to be looked into."""
        self._store.moments = Moments()
        yield self._store

    def close(self) -> None:
        """Give back the files."""
        self._store.close()

    def log(self, kind: str = "", mapping: str = MAPPING) -> list[Entry]:
        """The log, the oldest line first."""
        with self.store() as store, store.reading() as reader:
            lines = reader.log(mapping=mapping, limit=10_000)[::-1]
        return [line for line in lines if kind in ("", line.kind)]

    def links(self, mapping: str = MAPPING) -> dict[str, Link]:
        """The links as stored."""
        with self.store() as store, store.reading() as reader:
            return reader.links(mapping)

    def evidence(self) -> dict[str, Evidence]:
        """What the roll-up would hear."""
        with self.store() as store, store.reading() as reader:
            return harvest(reader, [self.route, *self.others]).evidence

    def team(self) -> tuple[TeamWork, ...]:
        """What teams made of their own, as the roll-up would hear of it."""
        with self.store() as store, store.reading() as reader:
            return tuple(harvest(reader, [self.route, *self.others]).team)

    def work(self) -> list[str]:
        """The ids of the items that have tasks of their own in the default shape."""
        return [one.id for one in self.plan.values() if one.tier in ("action", "project")]

    def counts(self) -> dict[str, int]:
        """How many live tasks each item has."""
        return {id_: len(self.boards.marked(id_)) for id_ in self.work()}


def quiet(report: PassReport) -> bool:
    """Whether a pass changed nothing at all."""
    return not any(
        report.counts[kind] for kind in ("created", "updated", "moved", "archived", "adopted", "written_back", "failed")
    )
