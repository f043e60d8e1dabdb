"""The queue alone: what is one job, what comes first, who may work at once, and what the dead leave."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import structlog
from psycopg_pool.base import AttemptWithBackoff

from syncd.cluster import rescue
from syncd.cluster.jobs import TOP, Job, Kind, Queue, key_of
from syncd.cluster.queue import RECONNECT, PassQueue
from syncd.cluster.schema import options
from syncd.store.errors import StoreError
from syncd.store.opening import understand
from tests.postgres import server
from tests.service.daemons import PATIENCE, until

Opened = Callable[[], PassQueue]


def quiet(lock: str = "asana", name: str = "academics", kind: Kind = Kind.QUIET) -> Job:
    """A job for one mapping."""
    return Job(kind, lock, key_of(kind, lock, [name]), {"mappings": [name]})


@contextmanager
def raw(url: str) -> Iterator[psycopg.Connection[Any]]:
    """What stands in the database."""
    with psycopg.connect(url, autocommit=True, options=options()) as connection:
        yield connection


class Seen:
    """Notes what it is given to do, and lets go of each job when it is told to."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.at_once: dict[str, int] = {}
        self.go = threading.Event()
        self.go.set()
        self.clashes = 0
        self._lock = threading.Lock()

    def do(self, job: Job, _over: Callable[[], bool]) -> None:
        """Take a job up."""
        with self._lock:
            self.jobs.append(job)
            self.at_once[job.lock] = self.at_once.get(job.lock, 0) + 1
            self.clashes += self.at_once[job.lock] > 1
        self.go.wait(20)
        with self._lock:
            self.at_once[job.lock] -= 1


@contextmanager
def served(queue: PassQueue, seen: Seen, at_once: int = 4, **more: Any) -> Iterator[None]:
    """Hands at work until the block ends."""
    hands = queue.serve(Queue.PASSES, at_once, seen.do, **more)
    try:
        yield
    finally:
        seen.go.set()
        hands.stop()
        hands.end()


def test_two_ticks_are_one_job(opened: Opened) -> None:
    """Two replicas whose clocks reach the same moment make one job, also where the first was done in between."""
    one, other, seen = opened(), opened(), Seen()
    assert one.put_once(quiet(), 7)
    assert not other.put_once(quiet(), 7)
    with served(one, seen):
        until(lambda: seen.jobs)
        assert not other.put_once(quiet(), 7)
        assert other.put_once(quiet(), 8)
        until(lambda: len(seen.jobs) == 2)


def test_many_at_once_fold_into_one(opened: Opened) -> None:
    """Whoever puts what waits already puts nothing."""
    queues, news = [opened(), opened()], []
    threads = [threading.Thread(target=lambda q=queue: news.append(q.put(quiet()))) for queue in queues * 8]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(news) == [False] * 15 + [True]


def test_webhooks_before_polls_before_the_night(opened: Opened) -> None:
    """What is urgent is done first, whatever came first; among equals, what came first."""
    queue, seen = opened(), Seen()
    for kind in reversed(Kind):
        queue.put(quiet(kind=kind, name="second"))
        queue.put(quiet(kind=kind))
    with served(queue, seen, at_once=1):
        until(lambda: len(seen.jobs) == 2 * len(Kind))
    assert [job.kind for job in seen.jobs] == [kind for kind in Kind for _ in range(2)]
    assert [job.what["mappings"][0] for job in seen.jobs] == ["second", "academics"] * len(Kind)


def test_one_at_a_time_of_each_credential(opened: Opened) -> None:
    """Two processes with hands enough never work with one connection at once, and do with two."""
    seen = Seen()
    seen.go.clear()
    one, other = opened(), opened()
    with served(one, seen), served(other, seen):
        for number in range(5):
            one.put(quiet("asana", f"m{number}"))
            other.put(quiet("monday", f"m{number}"))
        until(lambda: {job.lock for job in seen.jobs} == {"asana", "monday"})
        assert seen.at_once == {"asana": 1, "monday": 1}
        seen.go.set()
        until(lambda: len(seen.jobs) == 10)
    assert seen.clashes == 0


def test_who_waits_for_a_lock_begins_at_once(opened: Opened) -> None:
    """Hands that could not begin for a lock's sake are told when it is free, though no new job came."""
    one, other, first, second = opened(), opened(), Seen(), Seen()
    first.go.clear()
    with served(one, first, at_once=1):
        one.put(quiet(name="long"))
        until(lambda: first.jobs)
        with served(other, second):
            other.put(quiet(name="short"))
            until(lambda: one.others_wait("asana"))
            assert not second.jobs
            began = time.monotonic()
            first.go.set()
            until(lambda: len(first.jobs + second.jobs) == 2)
            assert time.monotonic() - began < 2, "it was only found by looking from time to time"


def test_whoever_takes_a_lock_over_lets_it_settle(opened: Opened) -> None:
    """The limiter of the next process begins full: so it begins when that of the last one would be full again."""
    one, other, seen = opened(), opened(), Seen()
    times: list[float] = []

    def do(job: Job, over: Callable[[], bool]) -> None:
        times.append(time.monotonic())
        seen.do(job, over)

    with served(one, seen, settle=0.7):
        one.put(quiet(name="first"))
        until(lambda: seen.jobs and not one.others_wait("asana"))
    hands = other.serve(Queue.PASSES, 1, do, settle=0.7)
    other.put(quiet(name="second"))
    other.put(quiet(name="third"))
    began = time.monotonic()
    until(lambda: len(times) == 2)
    hands.stop()
    hands.end()
    assert times[0] - began > 0.3
    assert times[1] - times[0] < 0.5


def test_others_wait(opened: Opened) -> None:
    """Long work learns that somebody waits for its connection, or for any free hand; of what is held up, nothing."""
    queue, seen = opened(), Seen()
    seen.go.clear()
    with served(queue, seen, at_once=1):
        queue.put(quiet())
        until(lambda: seen.jobs)
        assert not queue.others_wait("asana")
        queue.put(quiet("asana", "other"))
        assert queue.others_wait("asana")
        assert not queue.others_wait("elsewhere")
        queue.put(quiet("monday"))
        assert queue.others_wait("elsewhere")


def test_hints_join_what_waits(opened: Opened) -> None:
    """What a tool tells of while a pass waits goes along with that pass."""
    queue, seen = opened(), Seen()

    def joined(before: Any, now: Any) -> Any:
        return {"mappings": [*before["mappings"], *now["mappings"]]}

    job = quiet(kind=Kind.HINTED)
    queue.join(job, joined)
    queue.join(job, joined)
    with served(queue, seen):
        until(lambda: seen.jobs)
    assert [each.what for each in seen.jobs] == [{"mappings": ["academics", "academics"]}]


def abandon(url: str, *, tries: int = 0) -> None:
    """Have whatever waits be under way in a process that died a while ago."""
    with raw(url) as connection:
        beaten = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '16 s') RETURNING id"
        ).fetchone()
        assert beaten is not None
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", beaten)
        connection.execute("UPDATE procrastinate_jobs SET args = jsonb_set(args, '{tries}', to_jsonb(%s))", [tries])


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by himself for what the dead leave: a queue that was opened just now does, a while after that."""

    async def idle(_app: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("syncd.cluster.queue.see_to", idle)


@pytest.mark.usefixtures("by_hand")
def test_what_the_dead_leave_is_done_by_others(opened: Opened, url: str) -> None:
    """Once, with the same arguments; also where several look at once."""
    one, other, seen = opened(), opened(), Seen()
    one.put(quiet())
    abandon(url)
    futures = [asyncio.run_coroutine_threadsafe(rescue.rescue(each._opened_app), each._loop) for each in (one, other)]
    for future in futures:
        future.result(10)
    with raw(url) as connection:
        rows = connection.execute("SELECT status, args -> 'what', args -> 'tries' FROM procrastinate_jobs").fetchall()
    assert rows == [("todo", {"mappings": ["academics"]}, 1)]
    with served(one, seen):
        until(lambda: seen.jobs)
    assert [job.tries for job in seen.jobs] == [1]


def test_what_the_dead_leave_when_the_clock_was_ahead(
    opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was so when a process died, and when a job was passed on: neither holds up anything once it is right."""
    monkeypatch.setattr(rescue, "STALLED", 1.0)
    queue, seen = opened(), Seen()
    queue.put(quiet())
    abandon(url)
    queue.put(quiet("monday"))
    with raw(url) as connection:
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() + interval '30 h'")
        connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '30 h' WHERE status = 'todo'")

    def looked() -> bool:
        asyncio.run_coroutine_threadsafe(rescue.rescue(queue._opened_app), queue._loop).result(10)
        return len(seen.jobs) == 2

    with served(queue, seen):
        until(looked)
    assert {job.lock: job.tries for job in seen.jobs} == {"asana": 1, "monday": 0}


@pytest.mark.usefixtures("by_hand")
def test_a_job_that_kills_its_workers_is_dropped(opened: Opened, url: str) -> None:
    """Three processes are enough; the next tick makes it anew."""
    queue = opened()
    queue.put(quiet())
    abandon(url, tries=2)
    asyncio.run_coroutine_threadsafe(rescue.rescue(queue._opened_app), queue._loop).result(10)
    with raw(url) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)
    assert queue.put(quiet())


BAD = ["[]", '"x"', "null", "5", "{}", '{"tries": "abc"}', '{"kind": "quiet", "what": {}, "priority": 20}']
"""What somebody may have written into the queue by hand, or a fault in another program."""


@pytest.mark.usefixtures("by_hand")
@pytest.mark.parametrize("args", BAD)
def test_a_bad_row_of_the_dead_ends_no_rescue(opened: Opened, url: str, args: str) -> None:
    """It is dropped with a word; the others are done by others, also one that meets it under its own key."""
    one = opened()
    one.put(quiet())
    one.put(quiet("monday"))
    abandon(url)
    one.put(quiet("monday"))
    with raw(url) as connection:
        connection.execute("UPDATE procrastinate_jobs SET args = %s WHERE lock = 'asana' OR status = 'todo'", [args])
        with structlog.testing.capture_logs() as lines:
            for each in (rescue.rescue, rescue.age):
                asyncio.run_coroutine_threadsafe(each(one._opened_app), one._loop).result(10)
        rows = connection.execute("SELECT lock, status FROM procrastinate_jobs").fetchall()
    assert rows == [("monday", "todo")]
    assert [(line["event"], line["lock"]) for line in lines if line["log_level"] == "warning"] == [
        ("job_dropped", "asana"),
        ("job_taken_over", "monday"),
    ]


@pytest.mark.parametrize("args", [*BAD, json.dumps({**quiet().kept(), "what": {"mappings": 5}})])
def test_a_bad_row_holds_up_nobody(opened: Opened, url: str, args: str) -> None:
    """Whoever takes it drops it with a word, and goes on with what waits for the same connection."""
    queue, seen = opened(), Seen()
    queue.put(quiet())
    with raw(url) as connection:
        connection.execute("UPDATE procrastinate_jobs SET args = %s, priority = 90", [args])
    queue.put(quiet(name="other"))

    def parts(job: Job) -> tuple[Job | None, Job | None]:
        return (job if list(job.what["mappings"]) else None), None

    with structlog.testing.capture_logs() as lines, served(queue, seen, parts=parts):
        until(lambda: seen.jobs)
    assert [job.what["mappings"] for job in seen.jobs] == [["other"]]
    assert [line["lock"] for line in lines if line["event"] == "job_dropped"] == ["asana"]


@pytest.mark.parametrize("args", BAD)
def test_hints_replace_what_nobody_could_do(opened: Opened, url: str, args: str) -> None:
    """A bad row that waits under the key of a hint is put right by it."""
    queue, job = opened(), quiet(kind=Kind.HINTED)
    queue.put(job)
    with raw(url) as connection:
        connection.execute("UPDATE procrastinate_jobs SET args = %s", [args])
        queue.join(job, lambda before, now: {**before, **now})
        assert connection.execute("SELECT args FROM procrastinate_jobs").fetchall() == [(job.kept(),)]


def test_what_sees_to_the_dead_goes_on_whatever_happens(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is said, once."""
    monkeypatch.setattr(rescue, "LOOK", 0.01)
    looks: list[object] = []

    async def broken(app: object) -> None:
        looks.append(app)
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(rescue, "rescue", broken)
    with structlog.testing.capture_logs() as lines:
        opened()
        until(lambda: len(looks) > 2)
    assert [line["message"] for line in lines if line["event"] == "queue_not_seen_to"] == ["ZeroDivisionError: oh"]


def test_a_live_process_keeps_its_job(opened: Opened, url: str) -> None:
    """However long it takes: only a missing sign of life counts."""
    queue, seen = opened(), Seen()
    seen.go.clear()
    with served(queue, seen):
        queue.put(quiet())
        until(lambda: seen.jobs)
        with raw(url) as connection:
            connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '14 s'")
        asyncio.run_coroutine_threadsafe(rescue.rescue(queue._opened_app), queue._loop).result(10)
        with raw(url) as connection:
            assert connection.execute("SELECT status FROM procrastinate_jobs").fetchall() == [("doing",)]


@pytest.mark.parametrize(("minutes", "priority"), [(9, 10), (10, 20), (25, 30), (600, TOP)])
def test_what_waits_for_long_becomes_urgent(opened: Opened, url: str, minutes: int, priority: int) -> None:
    """Nothing waits for ever behind what is more urgent, and looking twice changes nothing more."""
    queue = opened()
    queue.put(quiet(kind=Kind.FULL))
    with raw(url) as connection:
        ago = timedelta(minutes=minutes, seconds=1)
        connection.execute("UPDATE procrastinate_events SET at = now() - %s", [ago])
    for _ in range(2):
        asyncio.run_coroutine_threadsafe(rescue.age(queue._opened_app), queue._loop).result(10)
    with raw(url) as connection:
        assert connection.execute("SELECT priority FROM procrastinate_jobs").fetchone() == (priority,)


def test_it_goes_on_when_the_database_comes_back(opened: Opened, url: str) -> None:
    """All sessions cut off: jobs are put and taken again."""
    queue, seen = opened(), Seen()
    with served(queue, seen, 2):
        queue.put(quiet())
        until(lambda: seen.jobs)
        with raw(url) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        until(lambda: _put(queue, "monday"))
        until(lambda: len(seen.jobs) > 1)


def test_it_goes_on_as_soon_as_the_database_answers(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """However long it was away, and though all who waited for it wait since then; no try is logged of its own."""
    monkeypatch.setattr(AttemptWithBackoff, "INITIAL_DELAY", 60.0)  # so long is the pause after a minute's outage
    queue, seen = opened(), Seen()
    connector: Any = queue._opened_app.connector
    with served(queue, seen, 2), ThreadPoolExecutor() as waiting:
        with server().away():
            asyncio.run_coroutine_threadsafe(connector.pool.check(), queue._loop).result(PATIENCE)
            puts = [waiting.submit(_put, queue, name) for name in ("asana", "monday")]
            time.sleep(2 * RECONNECT)
        began = time.monotonic()
        assert all(put.result(PATIENCE) for put in puts)
        assert time.monotonic() - began < 3 * RECONNECT
        until(lambda: len(seen.jobs) == 2)
    assert not [record for record in caplog.records if record.name.startswith("psycopg")]


def test_what_others_took_up_is_told_to_end(opened: Opened, url: str) -> None:
    """Its process was silent for too long, and they gave it up: it must not work beside them."""
    queue, began, overs = opened(), threading.Event(), []

    def do(_job: Job, over: Callable[[], bool]) -> None:
        began.set()
        until(over)
        overs.append(over())

    hands = queue.serve(Queue.PASSES, 2, do)
    queue.put(quiet())
    until(began.is_set)
    with raw(url) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    until(lambda: overs)
    hands.stop()
    hands.end()


def _put(queue: PassQueue, lock: str) -> bool:
    try:
        return queue.put(quiet(lock))
    except StoreError:
        return False


def test_a_queue_that_is_away() -> None:
    """It says what is wrong, and hides the password."""
    queue = PassQueue(understand("postgresql://ann:hush@localhost:1/nowhere"))
    with pytest.raises(StoreError, match=r"the queue in .* cannot be reached") as told:
        queue.open()
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    ("who", "database", "what", "next_step"),
    [
        ("postgres:hush", "nowhere", "has no such database", "CREATE DATABASE"),
        ("stranger:hush", "postgres", "does not let this user in", "CREATE ROLE"),
    ],
)
def test_a_queue_that_lets_nobody_in(who: str, database: str, what: str, next_step: str) -> None:
    """It says why, and what to do, in the words that the store has for it."""
    address = server().url(database).replace("postgres@", f"{who}@")
    for use in (PassQueue(understand(address)).open, PassQueue(understand(address)).check):
        with pytest.raises(StoreError, match=what) as told:
            use()
        assert told.value.words.startswith("the queue in ")
        assert next_step in told.value.next_step
        assert "hush" not in told.value.in_full
