"""Passes out of the queue, in this process: fair shares, nothing lost at a stop, hints, ticks, what the lead hears."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import psycopg
import pytest
from structlog.testing import capture_logs

from connectors import again
from connectors.asana.sandbox import Fault
from connectors.errors import Refused
from connectors.vocabulary import Budget
from syncd.app import App
from syncd.cluster import rescue
from syncd.cluster.jobs import Job, Kind
from syncd.cluster.queue import PassQueue
from syncd.config import load_config
from syncd.engine.tally import COUNTED, Finding, PassReport
from syncd.records import Outcome
from syncd.service import jobs, lending, share, spread
from syncd.service.hooks import Hookup
from syncd.service.lending import Elsewhere, Lending, Looked
from syncd.service.passes import Passes
from syncd.service.relay import Relay, hear
from syncd.service.share import ASK_EVERY, SLICE, Share
from syncd.service.spread import Spread
from syncd.service.ticks import Ticks
from syncd.service.watch import Watch
from syncd.service.webhooks import Inbox
from syncd.store.errors import StoreError
from tests.cluster.shared import Shared
from tests.cluster.test_queue import Opened, abandon, raw
from tests.postgres import server
from tests.process.plans import creates, on_board, plan, wanted
from tests.service.daemons import until

BOTH = """
[mappings.small]
plan = "district"
connection = "asana"
container = { name = "Small" }
every = "1h"
select = ["G2"]
"""


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection goes from hand to hand without rest."""
    monkeypatch.setattr(lending, "SETTLE", 0.0)
    monkeypatch.setattr(spread, "SETTLE", 0.0)


@contextmanager
def hands(district: Shared, queue: PassQueue) -> Iterator[App]:
    """An application whose passes come out of the queue, until the block ends."""
    with App(load_config(district.config)) as app:
        app.open_store()
        lent = Lending(app, queue)
        try:
            yield app
        finally:
            lent.stop()
            lent.end()


def waiting(url: str) -> list[tuple[str, list[str]]]:
    """The jobs that wait, in the order in which they will be done: their kinds and mappings."""
    query = "SELECT args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id"
    with raw(url) as connection:
        return [(args["kind"], args["what"].get("mappings", [])) for (args,) in connection.execute(query).fetchall()]


@pytest.mark.parametrize(
    "huge",
    [
        jobs.some(Kind.QUIET, "asana", ["academics"]),
        jobs.some(Kind.EDITED, "asana", ["academics"]),
        jobs.hinted(["academics"], "asana", "12", {}),
    ],
    ids=attrgetter("kind"),
)
def test_a_huge_plan_starves_nobody(
    district: Shared, opened: Opened, monkeypatch: pytest.MonkeyPatch, huge: Job
) -> None:
    """Its first push stops where that is safe when another mapping waits, and goes on after that; all is made once."""
    monkeypatch.setattr(share, "SLICE", 0.2)
    monkeypatch.setattr(share, "ASK_EVERY", 0.1)
    small = '[[goals]]\nid = "G2"\ntitle = "Small"\n[[goals.actions]]\nid = "G2.A1"\ntitle = "Action small"\n'
    district.write_plan(plan(actions=8, projects=5) + small)
    district.write_config(mapping='every = "1h"\nselect = ["G1"]', more=BOTH)
    district.box._api.latency = 0.03
    queue = opened()
    with hands(district, queue):
        queue.put(huge)
        until(lambda: creates(district) >= 3)
        queue.put(jobs.some(Kind.QUIET, "asana", ["small"]))
        until(lambda: on_board(district)["Action small"])
        assert on_board(district).total() < 49
        until(lambda: on_board(district).total() == 49, 60)
    assert set(on_board(district).values()) == {1}


def test_a_tool_out_of_reach_holds_up_nobody(district: Shared, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pass takes a hand until its tries are over: the next one of it waits behind another connection's."""
    monkeypatch.setattr(lending, "AT_ONCE", 1)
    monkeypatch.setattr(again, "BACK_OFF", 0.1)
    other = '[connections.other]\nkind = "asana"\ntoken = "2/1200/of-another"\n'
    other += f'base_url = "{district.base_url}"\n'
    district.write_config(mapping='select = ["G1"]', more=other + BOTH.replace('= "asana"', '= "other"'))
    district.box.faults.append(Fault("", times=2 * again.TRIES, status=503))
    queue = opened()
    with capture_logs() as lines, hands(district, queue):
        queue.put(jobs.by_clock("asana", ["academics"]))
        until(lambda: district.box.requests)
        queue.put(jobs.by_clock("asana", ["academics"]))
        queue.put(jobs.by_clock("other", ["small"]))
        until(lambda: district.box.requests[2 * again.TRIES :])
    begun = [line["mappings"] for line in lines if line["event"] == "job_begins"]
    assert begun[:3] == [["academics"], ["small"], ["academics"]]


def test_what_is_cut_by_a_stop_is_done_by_others(district: Shared, opened: Opened, url: str) -> None:
    """A process that ends in good order leaves in the queue what it did not do, and another one does it."""
    district.box._api.latency = 0.05
    first, second = opened(), opened()
    with hands(district, first):
        first.put(jobs.by_clock("asana", ["academics"]))
        until(lambda: creates(district) >= 2)
    made = creates(district)
    assert made < 5
    assert ("quiet", ["academics"]) in waiting(url)
    with hands(district, second):
        until(lambda: creates(district) == 5)
    assert set(on_board(district).values()) == {1}


def test_a_lost_session_costs_a_moment(district: Shared, opened: Opened, url: str) -> None:
    """All of the database's sessions are cut off in the midst of a first push: it is finished, without another tick."""
    district.write_plan(plan(actions=4, projects=4))
    district.box._api.latency = 0.05
    queue = opened()
    with hands(district, queue):
        queue.put(jobs.by_clock("asana", ["academics"]))
        until(lambda: creates(district) >= 4)
        server().cut_off(url.partition("@/")[2].partition("?")[0])
        until(lambda: on_board(district) == wanted(district), 60)


def test_an_older_version_goes_on_beside_a_newer_one(district: Shared, opened: Opened, url: str) -> None:
    """A newer one has added to the schema: who runs goes on making passes, who begins now does not, and says why."""
    queue = opened()
    with hands(district, queue):
        queue.put(jobs.by_clock("asana", ["academics"]))
        until(lambda: creates(district) == 5)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER TABLE links ADD COLUMN since text NOT NULL DEFAULT ''")
            connection.execute("ALTER TABLE passes ADD COLUMN worker text")
            connection.execute("CREATE TABLE later (id bigint PRIMARY KEY)")
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        district.change_plan(("Hire the family liaison", "Hire two"), ("Open a family office", "Open an office"))
        queue.put(jobs.some(Kind.EDITED, "asana", ["academics"]))
        until(lambda: on_board(district).keys() >= {"Hire two", "Open an office"})
        with App(load_config(district.config)) as late, pytest.raises(StoreError, match="by a newer syncd"):
            late.open_store()


def test_a_fault_is_told(district: Shared, opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks down in syncd itself is told to the daemon that leads, and tried again by the clock alone."""
    queue = opened()

    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(Passes, "quiet", broken)
    with hands(district, queue):
        queue.put(jobs.by_clock("asana", ["academics"]))
        until(lambda: [kind for kind, _ in waiting(url)] == ["report"])
    with raw(url) as connection:
        [(args,)] = connection.execute("SELECT args FROM procrastinate_jobs").fetchall()
    assert args["what"]["told"] == [["failed", "academics", "ZeroDivisionError: oh"]]


def test_hints_go_along(district: Shared, opened: Opened) -> None:
    """What a tool points at is looked at by whoever makes the pass, though its feed tells nothing of it."""
    assert district.run("sync").code == 0
    queue = opened()
    with hands(district, queue), App(load_config(district.config)) as leader:
        task = district.task("Hire the family liaison")
        with leader.store.reading() as reader:
            place = reader.mapping_states()["academics"].container
        district.box.requests.clear()
        Spread(leader, Watch(leader), queue, threading.Event()).hinted(
            ["academics"], {("asana", place): {task.gid: None}}
        )
        until(lambda: any(f"/tasks/{task.gid}" in seen.path for seen in district.box.requests))


@pytest.mark.parametrize(
    ("before", "now", "both"),
    [
        ({}, {}, {}),
        ({"1": None}, {"2": "2026-01-01T00:00:00+00:00"}, {"1": None, "2": "2026-01-01T00:00:00+00:00"}),
        ({"1": "2026-01-01T00:00:00+00:00"}, {"1": "2025-01-01T00:00:00+00:00"}, {"1": "2026-01-01T00:00:00+00:00"}),
        ({"1": None}, {"1": "2025-01-01T00:00:00+00:00"}, {"1": None}),
    ],
)
def test_hints_that_are_joined(before: Any, now: Any, both: Any) -> None:
    """The latest moment of each task holds, and one that is not known stays so."""
    job = {"mappings": ["one"], "hints": {"12": before}}
    other = {"mappings": ["one", "two"], "hints": {"12": now}}
    assert jobs.joined(job, other) == {"mappings": ["one", "two"], "hints": {"12": both}}
    assert jobs.hints_of(Job(Kind.HINTED, "", "", jobs.joined(job, other)), "asana") == {
        ("asana", "12"): {task: moment and datetime.fromisoformat(moment) for task, moment in both.items()}
    }


def test_daemons_tick_once(district: Shared, opened: Opened, url: str) -> None:
    """Two daemons tick: of each group of mappings one quiet pass waits, and one of the night."""
    district.write_config(mapping='every = "1h"', more=BOTH)
    with ExitStack() as stack:
        apps = [stack.enter_context(App(load_config(district.config))) for _ in range(2)]
        for app in apps:
            app.open_store()
            ticks = Ticks(app, Watch(app), opened())
            for due in ticks.schedule.get_jobs():
                due.func()
                due.func()
    both = ["academics", "small"]
    assert waiting(url) == [("quiet", both), ("full", both)]


def test_ticks_come_at_the_same_moments(district: Shared, opened: Opened) -> None:
    """However late a daemon begins, it ticks when the others do."""
    with App(load_config(district.config)) as app:
        app.open_store()
        quiet = Ticks(app, Watch(app), opened()).schedule.get_job("quiet asana 3600")
        assert quiet is not None
        now = datetime.now(UTC)
        dues = {quiet.trigger.get_next_fire_time(None, now + timedelta(minutes=minutes)) for minutes in range(0, 60, 7)}
        assert len(dues) <= 2
        for due in dues:
            assert (due - min(dues)) % timedelta(hours=1) == timedelta()


def test_the_lead_hears_of_passes_made_elsewhere(district: Shared, opened: Opened) -> None:
    """How the mappings stand is told by the daemon that leads, whoever made the passes; and orders are its own."""
    worker, queue = opened(), opened()
    with hands(district, worker), App(load_config(district.config)) as app:
        watch, stop, mine = Watch(app), threading.Event(), threading.Event()
        lead = Spread(app, watch, queue, stop)
        lead.start(Hookup(app, watch, Inbox(app.clock.monotonic), lead.soon, lead.hinted))
        try:
            worker.put(jobs.by_clock("asana", ["academics"]))
            until(lambda: watch.passes == 1)
            assert watch.reached("asana") is True
            lead.later("asana", 0.0, mine.set)
            until(mine.is_set)
        finally:
            stop.set()
            lead.end()


def test_an_order_keeps_its_turn_though_its_process_stood_still(district: Shared, opened: Opened, url: str) -> None:
    """Others take the daemon that leads for dead, and put what it does into the queue again: it takes that as well.

    It is done once, and until its end nobody else begins with its connection.
    """
    queue, other, stop, go = opened(), opened(), threading.Event(), threading.Event()
    done: list[str] = []

    def order() -> None:
        done.append("order")
        go.wait(20)

    def stand() -> set[tuple[str, str]]:
        with raw(url) as connection:
            found = connection.execute("SELECT args ->> 'kind', status::text FROM procrastinate_jobs")
            return set(found.fetchall())

    with App(load_config(district.config)) as app:
        app.open_store()
        watch = Watch(app)
        lead = Spread(app, watch, queue, stop)
        lead.start(Hookup(app, watch, Inbox(app.clock.monotonic), lead.soon, lead.hinted))
        try:
            lead.later("asana", 0.0, order)
            until(lambda: done)
            abandon(url)
            other.put(jobs.by_clock("asana", ["academics"]))
            asyncio.run_coroutine_threadsafe(rescue.rescue(other._opened_app), other._loop).result(10)
            until(lambda: ("here", "todo") not in stand())
            assert stand() == {("here", "doing"), ("quiet", "todo")}
            go.set()
            until(lambda: stand() == {("quiet", "todo")})
            assert (done, lead._waiting) == (["order"], {})
        finally:
            go.set()
            stop.set()
            lead.end()


def test_what_cannot_be_put_is_put_later(
    district: Shared, opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a tool, a person or a command said once is not forgotten because the queue was away just then."""
    monkeypatch.setattr(spread, "AGAIN", 0.1)
    queue = opened()
    with App(load_config(district.config)) as app:
        app.open_store()
        watch, stop = Watch(app), threading.Event()
        lead = Spread(app, watch, queue, stop)
        lead.schedule.start()
        away = [StoreError("it is away", "wait")] * 4
        whole = queue._call

        def call(what: Any) -> Any:
            if away:
                what.close()
                raise away.pop()
            return whole(what)

        monkeypatch.setattr(queue, "_call", call)
        lead.edited("asana", ["academics"])
        lead.hinted(["academics"], {("asana", "12"): {"1": None}})
        lead.later("asana", 0.0, stop.set)
        until(lambda: [kind for kind, _ in waiting(url)] == ["here", "hinted", "edited"])
        until(lambda: "queue" not in watch.troubles._entries)
        stop.set()
        lead.end()


def test_what_is_told_arrives_as_it_was(district: Shared) -> None:
    """The watch of the daemon that leads learns what one beside the pass would have; no secret is on the way."""
    with App(load_config(district.config)) as app:
        app.open_store()
        counts = dict.fromkeys(COUNTED, 0) | {"created": 2}
        finding = Finding("G1", "A title", f"it holds {district.token}", "do something")
        refused = PassReport(
            "academics", Outcome.UNREACHABLE, counts, 3, 0.5, (finding,), message="go away", halted=Refused("go away")
        )
        told: list[Any] = []
        relay, here, there = Relay(told.extend), Watch(app), Watch(app)
        relay.ended(refused)
        relay.failed("academics", "it broke down")
        relay.say("quota of asana", "it runs short")
        relay.spared("academics")
        relay.as_before("academics", timedelta(hours=1))
        here.ended(refused)
        here.failed("academics", "it broke down")
        here.say("quota of asana", "it runs short")
        relay.flush()
        assert district.token not in str(told)
        hear(
            there,
            [*json.loads(json.dumps(told)), ["failed", "strange", "of another configuration"]],
            app.config.mappings,
        )
        assert there.reached("asana") is here.reached("asana") is False
        keys = [sorted(watch.troubles._entries) for watch in (here, there)]
        assert keys[0] == keys[1] == ["passes of academics", "quota of asana", "token of asana"]
        assert (there.passes, relay.over, relay.cut) == (1, {"academics"}, [])


def test_a_pass_tells_of_its_own_plan(district: Shared) -> None:
    """Who leads is told of the pass's plan, and of plans without a mapping, not with each pass of all districts'."""
    text = (district.folder / "plan.toml").read_text(encoding="utf-8")
    for name in ("east", "west"):
        (district.folder / f"{name}.toml").write_text(text.replace('id = "', f'id = "{name}-', 1), encoding="utf-8")
    plans = '[plans.east]\nsource = "./east.toml"\n[plans.west]\nsource = "./west.toml"\n'
    east = BOTH.replace("small", "east").replace('"district"', '"east"').replace("Small", "East")
    district.write_config(more=plans + east)
    told: list[Any] = []
    with App(load_config(district.config)) as app:
        app.open_store()
        for name in app.config.plans:
            app.plan(name)
        relay = Relay(told.extend)
        Passes(app, relay, threading.Event()).some(["academics"], full=False)
        relay.flush()
    assert {about for kind, about, *_ in told if kind == "say"} == {"passes of academics", "plan district", "plan west"}


def test_a_pass_that_was_cut_is_not_over() -> None:
    """So that it is put into the queue again."""
    relay = Relay(lambda _told: None)
    relay.ended(PassReport("academics", Outcome.ABANDONED, dict.fromkeys(COUNTED, 0)))
    assert (relay.over, relay.cut) == (set(), ["academics"])


def test_what_cannot_be_told_is_told_later() -> None:
    """The store is away for a moment: nothing of what happened meanwhile is forgotten."""
    told: list[Any] = []
    away = [StoreError("it is away", "wait")]

    def tell(messages: Sequence[Any]) -> None:
        if away:
            raise away.pop()
        told.extend(messages)

    relay = Relay(tell)
    relay.spared("academics")
    relay.flush()
    assert told == []
    relay.say("quota of asana", "it runs short")
    relay.flush()
    relay.flush()
    assert told == [["spared", "academics"], ["say", "quota of asana", "it runs short"]]


def test_what_the_lead_is_told_of_is_spared_everywhere(district: Shared) -> None:
    """A worker makes no quiet pass of a container of which the leading daemon hears without fail."""
    with App(load_config(district.config)) as app:
        for _ in range(2):  # the second one leaves nothing over
            list(app.sync())
        elsewhere = Elsewhere(app)
        elsewhere.making(["academics"])
        with app.store.reading() as reader:
            place = reader.mapping_states()["academics"].container
        assert not elsewhere.spares("academics")
        keep(app, [place])
        list(app.sync())
        assert elsewhere.spares("academics")
        keep(app, [])
        assert not elsewhere.spares("academics")


def keep(app: App, containers: list[str]) -> None:
    """Have the store hold what the leading daemon relies on."""
    with app.store.writing() as writer:
        writer.put_facts("asana", lending.RELIED_ON, containers)


def test_looks_are_remembered_where_requests_are_few(district: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """By all processes; where a day's requests are not limited, nothing is written for it."""
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    with App(load_config(district.config)) as app, App(load_config(district.config)) as other:
        app.open_store()
        Looked(app)["academics",] = moment
        assert Looked(other).get(("academics",)) is None
        budget = Budget(1000, 0, 1000, moment + timedelta(days=1), 0)
        monkeypatch.setattr(type(app.connector("asana")), "budget", lambda _self: budget)
        Looked(app)["academics",] = moment
        assert Looked(other).get(("academics",)) == moment


class Told:
    """Whether to stop, whether others wait, and the time: as the test says."""

    def __init__(self) -> None:
        self.stopped, self.others, self.now, self.asked = False, False, 0.0, 0

    def waits(self) -> bool:
        """Whether others wait; counted."""
        self.asked += 1
        return self.others

    def share(self) -> Share:
        """A share that begins now."""
        return Share(lambda: self.stopped, self.waits, lambda: self.now)


def test_a_share_alone_has_no_end() -> None:
    """As long as nobody waits; and it is seldom asked."""
    told = Told()
    share_ = told.share()
    share_.written(1)
    for second in range(100):
        told.now = float(second)
        assert not share_.over()
    assert told.asked <= (100 - SLICE) / ASK_EVERY + 1


@pytest.mark.parametrize(("seconds", "over"), [(SLICE - 0.1, False), (SLICE, True)])
def test_a_share_ends_when_others_wait(seconds: float, over: bool) -> None:
    """After its time, wherever something was written, or between two passes."""
    for written in (True, False):
        told = Told()
        told.others, share_ = True, told.share()
        if written:
            share_.written(1)
        else:
            share_.ended()
        told.now = seconds
        assert share_.over() is share_.cut is over


def test_each_share_brings_its_job_forward() -> None:
    """A pass that has long got ready is cut neither before its first write, for it would only read again, nor at it."""
    told = Told()
    told.others, share_ = True, told.share()
    told.now = 10 * SLICE
    assert not share_.over()
    share_.ended()
    told.others = False
    assert not share_.over()
    told.others, told.now = True, 20 * SLICE
    assert not share_.over()
    share_.written(1)
    assert not share_.over()
    told.now += SLICE - 1
    share_.written(2)
    assert (share_.over(), share_.gave_way) == (False, False)
    told.now += 1
    assert share_.over()
    told.others = False
    assert share_.over()
    assert share_.gave_way


def test_a_stop_ends_every_share() -> None:
    """At once."""
    told = Told()
    share_, told.stopped = told.share(), True
    assert share_.over()
    assert (share_.cut, share_.gave_way) == (True, False)
