"""The engine with the real Asana connector, over HTTP against the local Asana."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Connector
from mappings.rules import Rules
from mappings.shape import PlanItem
from syncd.engine.books import Route
from syncd.engine.guard import Limits
from syncd.engine.harvest import harvest
from syncd.engine.pool import InlinePool, Pool, ThreadPool
from syncd.engine.runner import Runner
from syncd.engine.tally import PassReport
from syncd.progress.evidence import Evidence, Standing
from syncd.records import Outcome
from tests.asana.bench import AsanaBench, running
from tests.engine.world import MAPPING, Killed, Moments, MortalStore, World, item, long_plan, quiet, small_plan

POOLS: dict[str, Callable[[], Pool]] = {"one by one": InlinePool, "eight at once": lambda: ThreadPool(8)}


@dataclass
class District:
    """A plan, a store and a running Asana. Each pass is made by a new connector, as a new process would."""

    bench: AsanaBench
    store: MortalStore
    plan: dict[str, PlanItem] = field(default_factory=small_plan)
    rules: Rules = field(default_factory=lambda: Rules(MAPPING, "district"))
    reference: str = ""
    pool: Callable[[], Pool] = InlinePool
    keys: int = 0

    @property
    def route(self) -> Route:
        """The mapping."""
        items, limits = tuple(self.plan.values()), Limits(1000)
        return Route(MAPPING, "asana", self.rules, items, self.reference or self.bench.container, limits=limits)

    def run(self, *, full: bool = False, token: str | None = None, **options: Any) -> PassReport:
        """One pass, with minutes before and after it in which people may do something."""
        self.bench.clock.pass_(minutes=5)
        connectors: dict[str, Connector] = {"asana": self.bench.connect(token=token)}
        runner = Runner(
            self.store, connectors, self.bench.clock, self._new_key, lambda _connector: self.pool(), **options
        )
        [report] = runner.run([self.route], full=full)
        self.bench.clock.pass_(minutes=5)
        return report

    def _new_key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def work(self) -> list[str]:
        """The items that have tasks."""
        return [one.id for one in self.plan.values() if one.tier in ("action", "project")]

    def task(self, id_: str) -> str:
        """The task of an item, by its link."""
        with self.store.reading() as reader:
            return reader.links(MAPPING)[id_].task

    def evidence(self) -> dict[str, Evidence]:
        """What the roll-up would hear."""
        with self.store.reading() as reader:
            return harvest(reader, [self.route]).evidence

    def picture(self) -> list[tuple[str, str, str, str, str]]:
        """All live tasks by what people see: title, parent's title, section, due day, assignee."""
        world = self.bench.world
        return sorted(
            (
                task.name,
                world.tasks[task.parent].name if task.parent else "",
                ",".join(sorted(world.sections[place].name for place in task.homes.values())),
                str(task.due_on),
                str(task.assignee),
            )
            for task in world.tasks.values()
            if not task.deleted
        )

    def once_each(self) -> bool:
        """Whether each item has exactly one task, and nothing else is there."""
        return Counter(self.bench.titles()) == Counter(str(self.plan[one].values["title"]) for one in self.work())


@contextmanager
def district(folder: Path, tier: str = "premium", **how: Any) -> Iterator[District]:
    """A district on its first day."""
    with closing(World(folder)) as world, running(tier, None) as bench:
        world._store.moments = Moments()
        for address in ("ann@example.org", "bob@example.org"):
            bench.world.add_user(address.partition("@")[0].title(), address)
        yield District(bench, world._store, **how)


@pytest.fixture(params=["premium", "basic"])
def anywhere(request: pytest.FixtureRequest, folder: Path) -> Iterator[District]:
    """A district, once on a paid plan of Asana and once on the free one."""
    with district(folder, request.param) as made:
        yield made


@pytest.fixture
def paid(folder: Path) -> Iterator[District]:
    """A district on a paid plan of Asana."""
    with district(folder) as made:
        yield made


@pytest.mark.parametrize("progress", ["completed", "subtasks"])
def test_the_second_pass_is_quiet(anywhere: District, progress: str) -> None:
    """On both plan tiers: everything is made once, then one request, then still nothing to do."""
    anywhere.rules = replace(anywhere.rules, progress=progress)
    assert anywhere.run(create_columns=True).outcome is Outcome.DONE
    assert anywhere.once_each()
    for _ in range(2):
        report = anywhere.run()
        assert (quiet(report), report.requests) == (True, 1)
    full = anywhere.run(full=True)
    assert quiet(full)


@pytest.mark.parametrize("pool", POOLS)
def test_a_first_push_costs_one_create_per_task(folder: Path, pool: str) -> None:
    """Sixty tasks: sixty creates and some fifteen requests more at most, however many are sent at once."""
    with district(folder, plan=long_plan(60), pool=POOLS[pool]) as place:
        report = place.run()
        creates = place.bench.sent("POST", "/tasks")
        assert (report.counts["created"], len(creates)) == (60, 60)
        assert report.requests <= 60 + 15
        assert place.once_each()
        assert quiet(place.run())


def test_the_pool_changes_nothing(folder: Path) -> None:
    """Eight at once lead to the same tasks in the same places as one by one."""
    pictures = []
    for pool in POOLS.values():
        with district(folder, pool=pool) as place:
            place.run()
            place.plan["G1.A1"] = replace(place.plan["G1.A1"], path=("G2",))
            place.plan["G1.A2"] = item("G1.A2", "action", "New title", due=date(2026, 7, 1))
            place.plan["G2.A2"] = item("G2.A2", "action")
            place.run()
            pictures.append(place.picture())
            assert quiet(place.run())
    assert pictures[0] == pictures[1]


FAULTS: dict[str, dict[str, Any]] = {
    "reply lost": {"kind": "lost_reply"},
    "connection broken": {"kind": "reset"},
    "429 with a time": {"kind": "rate_limit", "retry_after": "3"},
    "429 without": {"kind": "rate_limit"},
    "500": {"status": 500},
    "502 in HTML": {"status": 502, "body": "html"},
    "JSON cut short": {"kind": "truncated"},
    "500 that took effect": {"status": 500, "effect": True},
}


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_one_bad_answer_to_a_create(folder: Path, fault: str, pool: str) -> None:
    """Whatever one create is answered: the others go through, nothing is doubled, and the next pass has it all."""
    with district(folder, pool=POOLS[pool]) as place:
        place.bench.fault("^POST /tasks", skip=2, **FAULTS[fault])
        report = place.run()
        assert report.outcome in (Outcome.DONE, Outcome.FINDINGS)
        assert sum(report.counts[kind] for kind in ("created", "adopted")) >= len(place.work()) - 2
        assert len(place.bench.titles()) == len(set(place.bench.titles()))
        assert place.run().outcome is Outcome.DONE
        assert place.once_each()


@pytest.mark.parametrize("pool", POOLS)
def test_killed_while_requests_are_under_way(folder: Path, pool: str) -> None:
    """Dead at one of many moments with requests still in the air: the rerun finds them all, and doubles none."""
    moment, alive = 3, True
    while alive:
        with district(folder, pool=POOLS[pool]) as place:
            place.store.moments = Moments(kill_at=moment)
            alive = _killed(place)
            place.store.moments = Moments()
            place.store.close()
            assert place.run().outcome is Outcome.DONE
            assert place.once_each(), moment
        moment += 4
    assert moment > 20


def _killed(place: District) -> bool:
    try:
        place.run()
    except Killed:
        return True
    return False


def test_the_store_is_lost(folder: Path) -> None:
    """Both kinds of marker are found again: in the field of tasks, and in the notes of subtasks."""
    with district(folder) as place:
        place.run(create_columns=True)
        before = place.picture()
        writes = len(place.bench.sent("P"))
        World(folder).close()
        report = place.run()

        assert (report.counts["adopted"], report.counts["created"]) == (6, 0)
        assert len(place.bench.sent("P")) == writes
        assert place.picture() == before
        assert quiet(place.run())


def test_one_tick_moves_the_figures(anywhere: District) -> None:
    """A teacher completes a project: two requests later the evidence says so."""
    anywhere.run()
    anywhere.bench.complete(anywhere.task("G1.A1.P1"))

    report = anywhere.run()

    assert report.requests == 2
    assert anywhere.evidence()["G1.A1.P1"].done
    assert not anywhere.evidence()["G1.A1"].done


def test_steps_of_a_project(paid: District) -> None:
    """Steps that a team adds and ticks below a project become its share."""
    paid.rules = replace(paid.rules, progress="subtasks")
    paid.run()
    project = paid.task("G1.A1.P1")
    steps = [paid.bench.add(title, parent=project) for title in ("one", "two", "three")]
    paid.run()
    assert paid.evidence()["G1.A1.P1"].steps == (0, 3)
    paid.bench.complete(steps[0])
    paid.run()
    assert paid.evidence()["G1.A1.P1"].share == Fraction(1, 3)
    paid.bench.delete(steps[1])
    paid.run()
    assert paid.evidence()["G1.A1.P1"].share == Fraction(1, 2)


@pytest.mark.parametrize(
    ("way", "standing"), [("delete", Standing.GONE), ("move_away", Standing.GONE), ("hide", Standing.NOT_VISIBLE)]
)
@pytest.mark.parametrize("full", [False, True])
def test_gone_tasks_are_told_apart(paid: District, way: str, standing: Standing, full: bool) -> None:
    """Deleted, moved and private: flagged, never made again."""
    paid.run()
    getattr(paid.bench, way)(paid.task("G1.A2"))
    tasks = len(paid.bench.world.tasks)
    # Hiding a task is no event: only a full read finds out.
    report = paid.run(full=full or way == "hide")

    assert report.outcome is Outcome.FINDINGS
    assert [finding.item for finding in report.findings] == ["G1.A2"]
    assert paid.evidence()["G1.A2"].standing is standing
    assert len(paid.bench.world.tasks) == tasks


@pytest.mark.parametrize(("way", "outcome"), [("delete_container", Outcome.WRONG), ("hide_container", Outcome.WRONG)])
def test_a_container_out_of_reach(paid: District, way: str, outcome: Outcome) -> None:
    """A deleted or private project is unknown, not empty: nothing is gone, the words say what to do."""
    paid.run()
    getattr(paid.bench, way)(paid.bench.container)
    for full in (False, True):
        report = paid.run(full=full)
        assert report.outcome is outcome
        assert report.message
        assert all(one.standing is Standing.LIVE for one in paid.evidence().values())


def test_a_wrong_token(paid: District) -> None:
    """Nothing is written anywhere, and the message says how to get a new one."""
    report = paid.run(token="2/1/wrong")

    assert report.outcome is Outcome.UNREACHABLE
    assert "Make a new token" in report.message
    assert paid.bench.titles() == []


def test_strangers_leave_a_remark(paid: District) -> None:
    """An owner without an account: the task is made unassigned, and said so once."""
    report = paid.run()

    assert [remark.item for remark in report.remarks] == ["G2.A1"]
    assert "nobody@example.org" in report.remarks[0].message
    assert paid.run().remarks == ()


def test_expired_pages_of_a_listing(folder: Path) -> None:
    """A listing whose second page fails for good is no listing: nothing is called gone."""
    with district(folder, plan=long_plan(120)) as place:
        place.run()
        place.bench.fail_second_page()
        report = place.run(full=True)

        assert report.outcome is Outcome.UNREACHABLE
        assert all(one.standing is Standing.LIVE for one in place.evidence().values())


def test_a_merged_task_is_never_credited(paid: District) -> None:
    """Only the feed tells of a merge, once: later listings, looks and writes of other processes keep it in mind."""
    paid.run()
    merged, kept = paid.task("G1.A1.P1"), paid.task("G1.A1.P2")
    paid.bench.world.merge(merged, kept)
    paid.run()
    assert paid.evidence()["G1.A1.P1"].share == 0

    paid.run(full=True)
    paid.bench.world.set(merged, due_on="2027-05-05")
    paid.run()
    paid.plan["G1.A1.P1"] = replace(paid.plan["G1.A1.P1"], values={"title": "Another title"})
    assert quiet(paid.run()) is False
    assert paid.bench.world.tasks[merged].name == "Another title"
    assert paid.evidence()["G1.A1.P1"].share == 0

    paid.bench.complete(merged, done=False)
    paid.run()
    paid.bench.complete(merged)
    paid.run()
    assert paid.evidence()["G1.A1.P1"].done
