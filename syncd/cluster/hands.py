"""Takes jobs out of the queue and has each done on a thread of its own, until it is asked to stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final

import structlog
from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Row

from syncd.cluster.jobs import Job, Queue, is_whole
from syncd.cluster.passing import pass_on
from syncd.cluster.rescue import BEAT, STALLED

AGAIN: Final = 1.0
"""Seconds until the queue is asked again after it could not be reached."""
POLL: Final = 2.0
"""Seconds between two looks for jobs; word of new ones comes at once, once it is listened for."""
_STILL: Final = BEAT / 2
"""Seconds between two questions whether a job that is under way is still ours."""
_OURS: Final = """
SELECT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS job JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.id = %(number)s AND worker.last_heartbeat > now() - make_interval(secs => %(quiet)s)
) AS found
"""
_HELD: Final = """
SELECT extract(epoch FROM clock_timestamp() - ended_at)::float AS ago FROM holders
WHERE lock = %(lock)s AND holder <> %(holder)s
"""
_ENDED: Final = """
INSERT INTO holders (lock, holder, ended_at) VALUES (%(lock)s, %(holder)s, clock_timestamp())
ON CONFLICT (lock) DO UPDATE SET holder = EXCLUDED.holder, ended_at = EXCLUDED.ended_at
"""
Do = Callable[[Job, Callable[[], bool]], None]
"""Does a job, and ends early where the function says so. Nothing that it raises is heard by anybody."""
Parts = Callable[[Job], tuple[Job | None, Job | None]]
"""What of a job is known here, and what is not and is passed on to others."""
_log = structlog.get_logger(__name__)


class Hands:
    """What serves one queue. Started once, stopped once; its coroutines run on the queue's thread."""

    def __init__(
        self,
        app: App,
        holder: str,
        queue: Queue,
        *,
        at_once: int,
        do: Do,
        settle: float,
        parts: Parts,
        poll: float | None,
    ) -> None:
        self._app, self._holder, self._queue, self._at_once = app, holder, queue, at_once
        self._do, self._settle, self._parts = do, settle, parts
        self._poll = POLL if poll is None else poll
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=f"hand for {queue.value}")
        self._stopped = threading.Event()
        self._serving: asyncio.Task[None] | None = None
        self._said = False
        """Whether it was told that the queue is lost, since a job came out of it last."""
        self._ended: Future[None] = Future()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to take jobs."""
        self._loop = loop
        asyncio.run_coroutine_threadsafe(self._serve(), loop).add_done_callback(lambda _: self._ended.set_result(None))

    def stop(self) -> None:
        """Take no more, and have what is under way end at its next safe point; this does not wait for it."""
        self._stopped.set()
        self._loop.call_soon_threadsafe(lambda: self._serving.cancel() if self._serving else None)

    def end(self) -> None:
        """Wait until nothing is under way any more, after `stop`."""
        self._ended.result()
        self._threads.shutdown()

    @staticmethod
    async def work(context: JobContext, /, **kept: Any) -> None:
        """One job, on its way from the queue to a thread."""
        hands: Hands = context.additional_context["hands"]
        row = context.job
        if not is_whole(kept):
            _drop(row, kept, "what is kept of it is not whole")
            return
        job = Job.of(kept, lock=row.lock, key=row.queueing_lock, queue=row.queue)
        if job is None:
            await hands._pass_on(row, row.queueing_lock, kept)
            return
        try:
            known, strange = hands._parts(job)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            _drop(row, kept, f"what it is about cannot be understood ({type(error).__name__}: {error})")
            return
        if strange is not None:
            await hands._pass_on(row, strange.key, strange.kept())
        if known is not None:
            await hands._one(known, row.id)
        elif strange is None:
            _drop(row, kept, "it is about nothing")

    async def _pass_on(self, row: Row, key: str | None, kept: Mapping[str, Any]) -> None:
        """Leave it to others before it ends here."""
        while True:
            try:
                await pass_on(self._app, row.task_name, row.queue, lock=row.lock, key=key, kept=kept)
            except ConnectorException:
                if self._stopped.is_set():
                    return  # nor will the queue hear that it ended: it is rescued
                await asyncio.sleep(AGAIN)
            else:
                return

    async def _one(self, job: Job, number: int | None) -> None:
        taken = threading.Event()
        self._said = False
        if job.lock and self._settle:
            with suppress(ConnectorException):  # then the job finds out itself
                await self._take_over(job.lock)
        over = partial(_any_set, self._stopped, taken)
        doing = asyncio.get_running_loop().run_in_executor(self._threads, self._do, job, over)
        while not (await asyncio.wait({doing}, timeout=_STILL))[0]:
            if not await self._is_ours(number):
                taken.set()
        await doing
        if job.lock and self._settle:
            with suppress(ConnectorException):
                await self._app.connector.execute_query_async(_ENDED, lock=job.lock, holder=self._holder)

    async def _is_ours(self, number: int | None) -> bool:
        """Whether nobody else takes up that job: the database answers, and our signs of life arrive there.

        A worker that could not give one gives no more of them, and waits for what is under way before it ends.
        """
        try:
            row = await self._app.connector.execute_query_one_async(_OURS, number=number, quiet=2 * BEAT)
        except ConnectorException:
            return False
        return bool(row["found"])

    async def _take_over(self, lock: str) -> None:
        """Let the one who held it last have left it alone for a while."""
        found = await self._app.connector.execute_query_all_async(_HELD, lock=lock, holder=self._holder)
        if found and (rest := self._settle - found[0]["ago"]) > 0:
            await asyncio.sleep(min(rest, self._settle))

    async def _serve(self) -> None:
        """Serve until it is asked to stop, and begin again whenever the database was away."""
        while not self._stopped.is_set():
            self._serving = asyncio.get_running_loop().create_task(self._run())
            [trouble] = await asyncio.gather(self._serving, return_exceptions=True)
            if self._stopped.is_set():
                return
            if not self._said:
                what = "a session was lost" if trouble is None else type(trouble).__name__
                _log.warning("queue_lost", message=f"{what}; it is asked again every second")
            self._said = True
            await asyncio.sleep(AGAIN)

    async def _run(self) -> None:
        """Take jobs until it is cancelled, and then wait for those under way; or until the database is lost."""
        await self._app.run_worker_async(
            queues=[self._queue.value],
            name=self._queue.value,
            concurrency=self._at_once,
            install_signal_handlers=False,
            delete_jobs="always",
            additional_context={"hands": self},
            update_heartbeat_interval=BEAT,
            stalled_worker_timeout=STALLED,
            fetch_job_polling_interval=self._poll,
        )


def _drop(row: Row, kept: Mapping[str, Any], why: str) -> None:
    _log.warning("job_dropped", lock=row.lock, kind=kept.get("kind"), message=why)


def _any_set(*events: threading.Event) -> bool:
    return any(event.is_set() for event in events)
