"""What a process does not know it leaves to others; and what is put back while another of its key waits joins that."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog
from procrastinate.exceptions import ConnectorException

from syncd.cluster import hands as hands_of_queue
from syncd.cluster import passing, rescue
from syncd.cluster.jobs import LAST, Job, Kind, Queue
from syncd.cluster.queue import PassQueue
from syncd.service import jobs, lending
from syncd.service.share import Share
from syncd.store.errors import StoreError
from tests.cluster.shared import Shared
from tests.cluster.test_passes import BOTH, hands, hurried, waiting
from tests.cluster.test_queue import Opened, Seen, abandon, quiet, raw, served
from tests.process.plans import on_board
from tests.service.daemons import until

__all__ = ["hurried"]  # a fixture for each of these tests
NIGHT = ["academics", "small"]
MOMENT = "2026-01-01T00:00:00+00:00"


def held(url: str) -> list[tuple[Any, ...]]:
    """What waits: kind, mappings, priority, how often it was passed on, and whether it waits for its time."""
    query = (
        "SELECT args ->> 'kind', args -> 'what' -> 'mappings', priority, (args -> 'passed')::int, scheduled_at > now() "
        "FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
    )
    with raw(url) as connection:
        return connection.execute(query).fetchall()


def make_strange(url: str) -> None:
    """Have all jobs be of a kind that no version knows."""
    with raw(url) as connection:
        connection.execute("UPDATE procrastinate_jobs SET args = jsonb_set(args, '{kind}', '\"unheard-of\"')")


def test_a_job_of_a_newer_syncd_stays(opened: Opened, url: str) -> None:
    """For one who knows it, behind all others: what is of the same lock is done meanwhile, and it takes no hand."""
    queue, seen = opened(), Seen()
    queue.put(quiet(name="strange", kind=Kind.EDITED))
    make_strange(url)
    with served(queue, seen, at_once=1):
        until(lambda: [passed for *_, passed, _later in held(url)] == [1])
        assert not queue.others_wait("asana")
        queue.put(quiet())
        until(lambda: seen.jobs)
    assert [job.what for job in seen.jobs] == [{"mappings": ["academics"]}]
    assert held(url) == [("unheard-of", ["strange"], LAST, 1, True)]


def test_it_is_passed_on_though_the_database_is_away_just_then(
    opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again; only a process that ends gives up, as then the queue does not hear that the job ended."""
    away, pass_on, seen = [ConnectorException()] * 2, passing.pass_on, Seen()

    async def passed_on(*args: Any, **kwargs: Any) -> None:
        if away:
            if len(away) == 1:
                ignorant.stop()
            raise away.pop()
        await pass_on(*args, **kwargs)

    monkeypatch.setattr(hands_of_queue, "AGAIN", 0.01)
    monkeypatch.setattr(hands_of_queue, "pass_on", passed_on)
    queue = opened()
    queue.put(quiet())
    ignorant = queue.serve(Queue.PASSES, 1, seen.do, parts=lambda job: (None, job))
    ignorant.end()
    assert not away
    queue.put(quiet(name="other"))
    with served(queue, seen, parts=lambda job: (None, job)):
        until(lambda: [passed for *_, passed, _later in held(url)] == [1])
    assert not seen.jobs


def test_what_nobody_knows_is_dropped_after_an_hour(opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the log says so."""
    monkeypatch.setattr(passing, "PAUSE", 0.0)
    monkeypatch.setattr(passing, "MOST", 3)
    queue = opened()
    queue.put(quiet(name="strange"))
    make_strange(url)
    with structlog.testing.capture_logs() as lines, served(queue, Seen()):
        until(lambda: not held(url) and any(line["event"] == "job_dropped" for line in lines))
    assert [line["event"] for line in lines if line["event"].startswith("job")] == ["job_passed_on"] * 3 + [
        "job_dropped"
    ]


def test_a_night_of_another_configuration_is_not_lost(
    district: Shared, opened: Opened, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was not restarted yet makes the passes that it knows; one with the new configuration the rest."""
    monkeypatch.setattr(passing, "PAUSE", 0.1)
    old, new = opened(), opened()
    with hands(district, old):
        old.put(jobs.some(Kind.FULL, "asana", NIGHT))
        until(lambda: on_board(district)["Hire the family liaison"])
        until(lambda: ("full", ["small"]) in [(kind, names) for kind, names, *_ in held(url)])
        assert not on_board(district)["Small"]
    small = '[[goals]]\nid = "G2"\ntitle = "Small"\n[[goals.actions]]\nid = "G2.A1"\ntitle = "Action small"\n'
    plan = district.folder / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('id = "G2', 'id = "G3') + small, encoding="utf-8")
    district.write_config(mapping='every = "1h"\nselect = ["G1"]', more=BOTH)
    with hands(district, new):
        until(lambda: on_board(district)["Action small"])
    assert ("full", ["small"]) not in waiting(url)


def test_a_mapping_that_is_elsewhere_now_is_left_alone(district: Shared, opened: Opened, url: str) -> None:
    """Also by who knows both, its name and the connection: their lock is not that of the job."""
    queue = opened()
    with hands(district, queue):
        queue.put(jobs.some(Kind.QUIET, "asana", ["strange"]))
        queue.put(jobs.some(Kind.QUIET, "elsewhere", ["academics"]))
        until(
            lambda: [(names, passed) for _, names, _, passed, _ in held(url)] == [(["strange"], 1), (["academics"], 1)]
        )
    assert not district.box.requests


def test_what_may_be_spared_is_never_one_with_what_must_be_made() -> None:
    """Nor is it where both are passed on: what they are to do cannot be joined."""
    may, must = jobs.by_clock("asana", ["one", "two"]), jobs.some(Kind.QUIET, "asana", ["one", "two"])
    passed_on = [jobs.part(job, ["two"]) for job in (may, must)]
    assert len({job.key for job in (may, must, *passed_on) if job}) == 4


@pytest.mark.parametrize("behind", [True, False])
@pytest.mark.parametrize("kind", [Kind.EDITED, Kind.QUIET, Kind.FULL])
def test_the_rest_of_what_gave_way_goes_before_nobody_who_waits(kind: Kind, *, behind: bool) -> None:
    """An edit's passes are then made like those by the clock; where it was only stopped, they are as urgent as ever."""
    left = jobs.rest(jobs.some(kind, "asana", ["one", "two"]), "asana", ["two"], behind=behind)
    assert left == jobs.some(Kind.QUIET if behind and kind is Kind.EDITED else kind, "asana", ["two"])


def hinted(task: str, mappings: tuple[str, ...] = ("academics",)) -> Job:
    """A tool pointed at a task."""
    return jobs.hinted(mappings, "asana", "12", {task: None})


def looked_at(seen: Seen) -> list[tuple[list[str], set[str]]]:
    """The mappings and tasks of each job that was done."""
    done = [jobs.together(job) for job in seen.jobs]
    return [(job.what["mappings"], set(jobs.hints_of(job, "asana")["asana", "12"])) for job in done]


def rescued(queue: PassQueue) -> None:
    """Look for what dead processes left."""
    asyncio.run_coroutine_threadsafe(rescue.rescue(queue._opened_app), queue._loop).result(10)


def test_hints_of_the_dead_join_what_waits(opened: Opened, url: str) -> None:
    """Their process died, and the tool had pointed at another task since then: one pass looks at all of them."""
    queue, seen = opened(), Seen()
    for number in ("1", "2"):
        queue.join(hinted(number), jobs.joined)
        abandon(url)
        queue.join(hinted(f"{number}0", ("academics", "small")), jobs.joined)
        rescued(queue)
    assert len(held(url)) == 1
    with served(queue, seen):
        until(lambda: seen.jobs)
    assert looked_at(seen) == [(["academics", "small"], {"1", "10", "2", "20"})]


def test_what_the_dead_leave_twice_is_done_once(opened: Opened, url: str) -> None:
    """A quiet pass that waits does already all that the dead process was to do."""
    queue = opened()
    queue.put(quiet())
    abandon(url)
    queue.put(quiet())
    rescued(queue)
    with raw(url) as connection:
        [(args,)] = connection.execute("SELECT args FROM procrastinate_jobs").fetchall()
    assert "also" not in args


def test_hints_that_are_passed_on_join_what_waits(opened: Opened, url: str) -> None:
    """Nobody here knows their mapping, and more of them came meanwhile: whoever knows it looks at all of them."""
    queue, elsewhere, seen = opened(), opened(), Seen()
    queue.join(hinted("1"), jobs.joined)

    def strange(job: Job) -> tuple[Job | None, Job | None]:
        elsewhere.join(hinted("2"), jobs.joined)
        ignorant.stop()
        return None, job

    ignorant = queue.serve(Queue.PASSES, 1, seen.do, parts=strange)
    ignorant.end()
    assert not seen.jobs
    with served(elsewhere, seen):
        until(lambda: seen.jobs)
    assert looked_at(seen) == [(["academics"], {"1", "2"})]


def test_what_was_cut_is_put_back_though_the_queue_is_away_just_then(
    district: Shared, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again as long as the job is this process's own; its pass goes on with what is left then."""
    monkeypatch.setattr(lending, "AGAIN", 0.05)
    away, go_on = [StoreError("it is away", "wait")] * 3, Share.over

    def cut(share: Share) -> bool:
        share.cut = bool(away) or go_on(share)
        return share.cut

    monkeypatch.setattr(Share, "over", cut)
    queue = opened()
    whole = queue.put

    def put(job: Job) -> bool:
        if away:
            raise away.pop()
        return whole(job)

    with hands(district, queue):
        whole(jobs.by_clock("asana", ["academics"]))
        monkeypatch.setattr(queue, "put", put)
        until(lambda: not away and on_board(district)["Hire the family liaison"])
