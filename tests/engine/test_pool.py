"""The pools: each job is taken when its turn comes, each answer comes back on the caller's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from syncd.engine.pool import InlinePool, Pool, ThreadPool

KINDS: tuple[Callable[[], Pool], ...] = (InlinePool, lambda: ThreadPool(1), lambda: ThreadPool(3))


@pytest.mark.parametrize("kind", KINDS)
def test_every_job_is_answered(kind: Callable[[], Pool]) -> None:
    """Twenty jobs, twenty answers, each with its own job."""
    assert sorted(kind().run(range(20), lambda job: job * job)) == [(job, job * job) for job in range(20)]
    assert list(kind().run([], lambda job: job)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_is_taken_only_when_its_turn_comes(kind: Callable[[], Pool]) -> None:
    """Never more jobs are taken than can be worked on: what is prepared with a job is not prepared long before."""
    taken, most = 0, 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for job in range(20):
            taken += 1
            yield job

    for answered, _ in enumerate(kind().run(jobs(), lambda job: job), start=1):
        most = max(most, taken - answered)
    assert most < 6


def test_jobs_run_at_the_same_time() -> None:
    """Three threads meet: with fewer than three jobs at once nobody would get past the barrier."""
    barrier = threading.Barrier(3)

    assert sorted(job for job, _ in ThreadPool(3).run(range(3), lambda _job: barrier.wait(timeout=10))) == [0, 1, 2]


def test_one_that_hangs_holds_up_no_other() -> None:
    """The others are answered while it hangs."""
    free = threading.Event()
    order: list[int] = []
    for job, _ in ThreadPool(2).run(range(6), lambda job: free.wait(10) if job == 0 else True):
        order.append(job)
        if len(order) == 5:
            free.set()

    assert order == [1, 2, 3, 4, 5, 0]


def test_answers_come_on_the_callers_thread() -> None:
    """Only requests leave the thread that holds the store."""
    here = threading.get_ident()
    worked = {where for _, where in ThreadPool(2).run(range(4), lambda _job: threading.get_ident())}

    assert here not in worked
    assert {where for _, where in InlinePool().run(range(2), lambda _job: threading.get_ident())} == {here}


@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_wrong_is_raised(kind: Callable[[], Pool]) -> None:
    """A job that raises ends the run on the caller's thread, and no thread is left behind."""
    before = threading.active_count()

    def work(job: int) -> int:
        if job == 2:
            raise ValueError("broken")
        return job

    with pytest.raises(ValueError, match="broken"):
        list(kind().run(range(10), work))
    assert threading.active_count() == before
