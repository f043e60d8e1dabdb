"""The one place of concurrency: a pool that the applier hands its requests to, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class Pool(Protocol):
    """Runs jobs; the answers come back on the caller's thread, which alone touches the store."""

    def run(self, jobs: Iterable[Job | None], work: Callable[[Job], Result]) -> Iterator[tuple[Job, Result]]:
        """Each job with its result, as they are done. None among them says that the next waits for one under way.

        A job is taken from `jobs` only when it is about to be worked on: what the caller does while producing it
        (putting an intent on disk) is done before its request is sent, and never long before.
        """


class InlinePool:
    """Everything on the caller's thread, in order: for tests, and where one request at a time is enough."""

    def run(self, jobs: Iterable[Job | None], work: Callable[[Job], Result]) -> Iterator[tuple[Job, Result]]:
        """Each job with its result, one after the other: none is ever under way when the next is taken."""
        for job in jobs:
            if job is not None:
                yield job, work(job)


class ThreadPool:
    """Up to `size` jobs at once, each on a thread of its own."""

    def __init__(self, size: int) -> None:
        self._size = size

    def run(self, jobs: Iterable[Job | None], work: Callable[[Job], Result]) -> Iterator[tuple[Job, Result]]:
        """Each job with its result, as they are done; one that hangs holds up none of the others."""
        running: dict[Future[Result], Job] = {}
        with ThreadPoolExecutor(self._size, thread_name_prefix="syncd-write") as threads:
            for job in jobs:
                if job is None:
                    yield from _finished(running)
                    continue
                running[threads.submit(work, job)] = job
                while len(running) >= self._size:
                    yield from _finished(running)
            while running:
                yield from _finished(running)


def _finished(running: dict[Future[Result], Job]) -> Iterator[tuple[Job, Result]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future.result()
