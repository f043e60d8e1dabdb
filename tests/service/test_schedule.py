"""The schedule: when passes are due, on whose thread, and how few at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler

from connectors.asana.sandbox import Fault
from connectors.vocabulary import Budget
from syncd.app import App
from syncd.config import load_config
from syncd.engine.observer import Sight
from syncd.engine.passes import Pass
from syncd.service.chores import Chores
from syncd.service.passes import Passes, stretched
from syncd.service.schedule import NIGHT, later, reckon_anew, scheduled
from syncd.service.watch import Watch
from syncd.store.errors import StoreError
from tests.cli.district import NAME, TASKS, District
from tests.connectors.clock import ToldClock
from tests.service.daemons import tick
from tests.service.hooked import hooked

ZONE = ZoneInfo("America/New_York")


@contextmanager
def waiting(district: District) -> Iterator[BackgroundScheduler]:
    """The schedule of a district with three mappings, waiting to begin."""
    families = "".join(
        f'[mappings.{name}]\nplan = "district"\nconnection = "asana"\nselect = ["G2"]\ncontainer = "{number}"\n{every}'
        for number, (name, every) in enumerate((("families", ""), ("others", 'every = "10m"\n')), 1201)
    )
    district.write_config(mapping='every = "10m"\nselect = ["G1"]', more=families)
    with App(load_config(district.config)) as app:
        app.open_store()
        schedule = scheduled(Passes(app, Watch(app), threading.Event()), Chores(app, Watch(app)))
        schedule.start(paused=True)
        yield schedule
        schedule.shutdown()


def due_after(job: Job, moment: datetime, times: int = 1) -> list[datetime]:
    """When a job is due, one time after the other."""
    due: list[datetime] = []
    for _ in range(times):
        due.append(job.trigger.get_next_fire_time(due[-1] if due else None, due[-1] if due else moment))
    return due


def test_what_is_due(district: District) -> None:
    """Mappings that are looked at equally often have one quiet pass and one nightly one; late runs count once."""
    with waiting(district) as schedule:
        jobs = {job.id: job for job in schedule.get_jobs() if job.executor == "asana"}
        assert {name: (job.args, job.kwargs) for name, job in jobs.items()} == {
            "quiet asana 600": ((("academics", "others"),), {}),
            "full asana 600": ((("academics", "others"),), {"full": True}),
            "quiet asana 300": ((("families",),), {}),
            "full asana 300": ((("families",),), {"full": True}),
        }
        for job in jobs.values():
            assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)


def test_one_thread_for_a_connection(district: District) -> None:
    """All passes of a connection share one thread, so they never run at once."""
    with waiting(district) as schedule:
        assert {job.id for job in schedule.get_jobs() if job.executor != "asana"} == {"daily", "fetch"}
        assert schedule._executors["asana"]._pool._max_workers == 1


def test_quiet_passes_come_at_once_and_then_with_jitter(district: District) -> None:
    """The first is due right away; the next ones after the interval, up to a tenth of it later."""
    with waiting(district) as schedule:
        job = schedule.get_job("quiet asana 600")
        now = datetime.now(ZONE)
        assert job.next_run_time < now + timedelta(seconds=1)
        nexts = [job.trigger.get_next_fire_time(now, now) - now for _ in range(50)]
    assert timedelta(minutes=10) <= min(nexts) < max(nexts) <= timedelta(minutes=11)


@pytest.mark.parametrize(
    ("day", "what"),
    [((2026, 11, 25), "an ordinary night"), ((2027, 3, 14), "clocks go forward"), ((2026, 11, 1), "clocks go back")],
)
def test_a_full_read_every_night(district: District, day: tuple[int, int, int], what: str) -> None:
    """Once a night in the district's time zone, also when an hour is missing or comes twice."""
    with waiting(district) as schedule:
        [first, second] = due_after(schedule.get_job("full asana 600"), datetime(*day, tzinfo=ZONE), 2)
    assert first.astimezone(ZONE).date() == datetime(*day, tzinfo=ZONE).date(), what
    assert first.astimezone(ZONE).hour in (NIGHT, NIGHT + 1)
    assert second.astimezone(ZONE).date() == first.astimezone(ZONE).date() + timedelta(days=1)


def test_nothing_begins_once_it_is_asked_to_stop(district: District) -> None:
    """A pass that was waiting for its turn when the daemon stops is not begun."""
    stop = threading.Event()
    stop.set()
    with App(load_config(district.config)) as app:
        app.open_store()
        Passes(app, Watch(app), stop).some(["academics"], full=False)
    assert district.box.requests == []


def test_a_paused_mapping_is_left_alone(district: District) -> None:
    """Neither quiet nor full passes are made of it, and no request is sent; resumed, it gets them again."""
    with App(load_config(district.config)) as app:
        app.pause(["academics"], paused=True)
        passes = Passes(app, Watch(app), threading.Event())
        passes.quiet(("academics",))
        passes.some(["academics"], full=True)
        assert district.box.requests == []
        app.pause(["academics"], paused=False)
        passes.some(["academics"], full=True)
    assert len(district.box.world.tasks) == TASKS


def test_a_store_that_fails_is_said_of_those_alone_that_it_kept_from_their_pass(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of one that had its pass, nor of one that is paused; what was said of that is over once it is."""
    more = "".join(
        f'[mappings.{name}]\nplan = "district"\nconnection = "asana"\ncontainer = {{ name = "{name}" }}\n'
        for name in ("before", "behind", "resting")
    )
    district.write_config(more=more)
    real, names = Pass.run, ["before", "academics", "behind", "resting"]

    def run(self: Pass, sight: Sight) -> None:
        if self.route.mapping == "academics":
            raise StoreError("the store is locked by another program", "See whether a second syncd runs.")
        real(self, sight)

    monkeypatch.setattr(Pass, "run", run)
    with App(load_config(district.config)) as app, structlog.testing.capture_logs() as lines:
        watch = Watch(app)
        watch.failed("resting", "it failed before")
        app.pause(["resting"], paused=True)
        Passes(app, watch, threading.Event()).some(names, full=False)
    told = [(line["event"], line["about"].removeprefix("passes of ")) for line in lines if "about" in line]
    assert told == [
        ("trouble", "resting"),
        ("well_again", "resting"),
        ("trouble", "academics"),
        ("trouble", "behind"),
    ]


def test_quiet_hours(district: District) -> None:
    """No look by the clock or for an edited plan, which is as good as one; what webhooks tell is read, all at night."""
    district.write_config(more='[schedule]\nquiet_hours = ["00:00-12:00", "tue"]\n')
    clock = ToldClock()
    with App(load_config(district.config), clock) as app:
        app.open_store()
        watch = Watch(app)
        passes = Passes(app, watch, threading.Event())
        clock.pass_(minutes=9)
        passes.quiet(("academics",))
        passes.edited(["academics"])
        assert district.box.requests == []
        assert watch.well_since("academics") == clock.now()
        clock.pass_(minutes=11)
        passes.quiet(("academics",))
        assert watch.well_since("academics") == clock.now() - timedelta(minutes=11)
        passes.some(["academics"], full=True)
        assert len(district.box.world.tasks) == TASKS
        asked = len(district.box.requests)
        clock.pass_(days=1)
        passes.quiet(("academics",))
        assert len(district.box.requests) == asked
        passes.hinted(["academics"], {})
        assert len(district.box.requests) > asked
        asked = len(district.box.requests)
        clock.pass_(hours=12)
        passes.quiet(("academics",))
        assert len(district.box.requests) > asked


@pytest.mark.parametrize("day", [(2026, 11, 25), (2027, 3, 14), (2026, 11, 1)])
def test_the_chores_are_due_at_once_and_then_each_day(district: District, day: tuple[int, int, int]) -> None:
    """Also on the days on which the clocks change, and once each."""
    with waiting(district) as schedule:
        job = schedule.get_job("daily")
        assert job.next_run_time <= datetime.now(ZONE)
        dates = [each.astimezone(ZONE).date() for each in due_after(job, datetime(*day, tzinfo=ZONE), 3)]
    assert dates == [datetime(*day).date() + timedelta(days=number) for number in range(3)]  # noqa: DTZ001


def test_the_clock_is_put_back(district: District) -> None:
    """Nothing waits for the time that the clock has left: what was far away is due now, the night's read next night."""
    with waiting(district) as schedule:
        far = datetime.now(ZONE) + timedelta(days=400)
        for job in schedule.get_jobs():
            job.modify(next_run_time=far)
        later(schedule)("asana", 3600.0, lambda: None)
        reckon_anew(schedule)
        now = datetime.now(ZONE)
        due = {job.id: job.next_run_time for job in schedule.get_jobs()}
    assert {name for name, when in due.items() if when > now} == {"full asana 600", "full asana 300", "daily"}
    assert max(due.values()) < now + timedelta(days=1, hours=2)


NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC)
FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("budget", "rounds", "every"),
    [
        (None, 1, FIVE),
        (Budget(1000, 100, 700, MIDNIGHT), 1, FIVE),
        (Budget(1000, 656, 144, MIDNIGHT), 1, timedelta(minutes=10)),
        (Budget(1000, 656, 144, MIDNIGHT), 2, timedelta(minutes=20)),
        (Budget(1000, 799, 1, MIDNIGHT), 1, timedelta(hours=12)),
        (Budget(1000, 800, 0, MIDNIGHT), 1, timedelta(hours=12)),
    ],
)
def test_looks_are_stretched_where_the_days_requests_run_short(
    budget: Budget | None, rounds: int, every: timedelta
) -> None:
    """Half of what is left goes into looking, evenly until midnight UTC; never more often than configured."""
    assert stretched(FIVE, budget, NOON, rounds) == every


def test_to_look_less_often_is_no_lag(tmp_path: Path) -> None:
    """What is left of the day's requests must last: no pass is made, which is said and is no trouble of the service."""
    clock = ToldClock()
    with hooked(tmp_path, clock) as place, App(load_config(place.district.config), clock) as app:
        app.open_store()
        watch = Watch(app)
        passes = Passes(app, watch, threading.Event())
        passes.quiet(("families",))
        budget = app.connector("monday").budget()
        assert budget is not None
        with app.store.writing() as writer:
            writer.count_requests("monday", clock.now().date(), budget.left - 2)
        asked = place.asked()
        for _ in range(3):
            clock.pass_(hours=1)
            passes.quiet(("families",))
        assert place.asked() == asked
        assert watch.well_since("families") == clock.now()


def test_a_broken_plan_stops_its_own_mappings_only(district: District) -> None:
    """Mappings that are looked at together do not depend on each other's plans."""
    more = (
        '[plans.other]\nsource = "other.toml"\n'
        '[mappings.other]\nplan = "other"\nconnection = "asana"\ncontainer = { name = "Other" }\n'
    )
    district.write_config(more=more)
    (district.folder / "other.toml").write_text("nonsense", encoding="utf-8")
    with App(load_config(district.config)) as app:
        app.open_store()
        Passes(app, Watch(app), threading.Event()).some(["other", "academics"], full=False)
        with app.store.reading() as reader:
            assert reader.links("academics")
            assert reader.last_pass("other") is None


def test_what_a_tool_pointed_at_is_read_though_another_plan_is_broken(district: District) -> None:
    """A webhook told of a task that the feed lost: the mapping beside it, which is held up, loses no hint."""
    more = (
        '[plans.other]\nsource = "other.toml"\n'
        f'[mappings.other]\nplan = "other"\nconnection = "asana"\ncontainer = {{ name = "{NAME}" }}\n'
    )
    district.write_config(more=more)
    (district.folder / "other.toml").write_text("nonsense", encoding="utf-8")
    with App(load_config(district.config)) as app:
        app.open_store()
        passes = Passes(app, Watch(app), threading.Event())
        passes.some(["other", "academics"], full=False)
        tick(district, "Train every K-3 teacher")
        task = district.task("Train every K-3 teacher").gid
        district.box.faults.append(Fault("^GET /events", kind="drop_events", rows=10))
        passes.hinted(["other", "academics"], {("asana", next(iter(district.box.world.projects))): {task: None}})
        with app.store.reading() as reader:
            project = reader.mapping_states()["academics"].container
            assert reader.seen("asana", project)[task].task.done


def test_a_fault_in_one_pass_stops_no_other(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mappings that are looked at together do not depend on each other, and those that were through are not again."""
    more = (
        f'[mappings.{name}]\nplan = "district"\nconnection = "asana"\ncontainer = {{ name = "{name}" }}\n'
        for name in ("before", "behind")
    )
    district.write_config(more="".join(more))
    real = Pass.run

    def run(self: Pass, sight: Sight) -> None:
        if self.route.mapping == "academics":
            raise RuntimeError("nobody thought of this")
        real(self, sight)

    monkeypatch.setattr(Pass, "run", run)
    with App(load_config(district.config)) as app:
        app.open_store()
        Passes(app, Watch(app), threading.Event()).some(["before", "academics", "behind"], full=False)
        with app.store.reading() as reader:
            tasks = [len(reader.links(name)) for name in ("before", "academics", "behind")]
            passes = [len(list(reader.passes(name))) for name in ("before", "behind")]
    assert (tasks, passes) == ([TASKS, 0, TASKS], [1, 1])
