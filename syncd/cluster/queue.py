"""The queue: what is due is put into it, and hands take it out again. Every call is safe from every thread."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import uuid
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import TimeoutError as TooLong
from contextlib import suppress
from typing import Any, Final, TypeVar

import psycopg
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job as Row
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

from syncd.cluster import schema
from syncd.cluster.hands import Do, Hands, Parts
from syncd.cluster.jobs import Job, Queue, is_whole
from syncd.cluster.rescue import see_to
from syncd.store.errors import StoreError
from syncd.store.opening import Address
from syncd.store.trouble import as_queue_error

TASK: Final = "syncd"
"""The one task there is; what it is about stands in its arguments."""
PATIENCE: Final = 15.0
"""Seconds to wait for the database."""
RECONNECT: Final = 1.0
"""Seconds between two tries to reach a database that is away; the pool itself would take ever longer pauses."""
_A_GLANCE: Final = 0.01
_CONNECTIONS: Final = 4
_OTHERS: Final = """
SELECT EXISTS (
    SELECT 1 FROM procrastinate_jobs AS job
    WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now() AND (
        job.lock = %(lock)s
        OR (job.queue_name = %(queue)s AND NOT EXISTS (
            SELECT 1 FROM procrastinate_jobs AS other WHERE other.lock = job.lock AND other.status = 'doing'
        ))
    )
) AS found
"""
"""Whether somebody waits for this lock, or could begin at once if only a hand were free."""
_WAITING: Final = "SELECT id, args FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo' FOR UPDATE"
_CHANGED: Final = "UPDATE procrastinate_jobs SET args = %s WHERE id = %s"
_log = structlog.get_logger(__name__)
Result = TypeVar("Result")
Joined = Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]
"""What two jobs that are one are to do, of what each of them was to do."""


class PassQueue:
    """The jobs that wait beside a PostgreSQL store. Opened once, closed once; StoreError where it cannot be reached."""

    def __init__(self, address: Address) -> None:
        self._place = address.place
        self._uri = address.reached.set(drivername="postgresql").render_as_string(hide_password=False)
        self._holder = uuid.uuid4().hex
        for talkative in ("procrastinate", "psycopg.pool"):  # of jobs, and of a database that is away, we tell in words
            logging.getLogger(talkative).setLevel(logging.CRITICAL)
        self._app: App | None = None
        self._rescue: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Make it where it is not there yet, and see from now on to what dead processes leave."""
        try:
            schema.make(self._uri)
        except psycopg.Error as error:
            raise self._away(error) from error
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_unheard)
        self._thread = threading.Thread(target=self._loop.run_forever, name="queue", daemon=True)
        self._thread.start()
        try:
            self._call(self._opened())
        except StoreError:
            self.close()
            raise

    def check(self) -> None:
        """StoreError unless the account may work with it; makes nothing, and need not be opened."""
        try:
            allowed = schema.may_use(self._uri)
        except psycopg.Error as error:
            raise self._away(error) from error
        if not allowed:
            raise StoreError(
                f"syncd's account may not use the queue in {self._place.name} (its schema is {schema.NAME}): "
                "`syncd run` and `syncd worker` cannot work there",
                "Make the account the owner of its database. If the schema is another's, stop syncd and run "
                f"DROP SCHEMA {schema.NAME} CASCADE: it is made anew, and nothing is lost.",
            )

    def close(self) -> None:
        """Give back its connections; of a queue that was opened."""
        with suppress(StoreError):  # whoever is not answered at the end need not be told so
            self._call(self._closed())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        if not self._thread.is_alive():
            self._loop.close()

    def put(self, job: Job) -> bool:
        """Have the job done; False where one with its key waits already."""
        return self._call(self._put(job))

    def put_once(self, job: Job, slot: int) -> bool:
        """The same, once for all who put a job with this key into this slot; slots only grow."""
        return self._call(self._put_once(job, slot))

    def join(self, job: Job, joined: Joined) -> None:
        """Have the job done, together with the one of its key where one waits. Raises what `joined` raises."""
        while not self._call(self._join(job, joined)) and not self.put(job):
            pass  # the one that waited was begun in between, or another came: one of the two will do

    def others_wait(self, lock: str) -> bool:
        """Whether anybody else waits for this lock, or for a free hand."""
        return self._call(self._others_wait(lock))

    def serve(
        self,
        queue: Queue,
        at_once: int,
        do: Do,
        *,
        settle: float = 0.0,
        parts: Parts = lambda job: (job, None),
        poll: float | None = None,
    ) -> Hands:
        """Take up to so many jobs of a queue at once, and `do` each on a thread, until the hands are stopped.

        Whoever takes over a lock from another process waits until that one has left it alone for `settle` seconds.
        What of a job is not known here, `parts` says: it waits for others. A job that waited for a lock is found by
        looking again, every `poll` seconds (None: two), as nobody says that the lock is free by now.
        """
        hands = Hands(
            self._opened_app, self._holder, queue, at_once=at_once, do=do, settle=settle, parts=parts, poll=poll
        )
        hands.start(self._loop)
        return hands

    # Within

    @property
    def _opened_app(self) -> App:
        if self._app is None:
            raise AssertionError("unreachable: it is opened before it is used")
        return self._app

    async def _opened(self) -> None:
        uri = make_conninfo(self._uri, options=schema.options())
        connector = PsycopgConnector(
            conninfo=uri,
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=PATIENCE,
            reconnect_timeout=RECONNECT,
            reconnect_failed=_try_again,
            json_loads=_object,
        )
        self._app = App(connector=connector)
        self._app.task(name=TASK, pass_context=True)(Hands.work)
        await self._app.open_async()
        self._rescue = asyncio.get_running_loop().create_task(see_to(self._app))

    async def _closed(self) -> None:
        if self._rescue:
            self._rescue.cancel()
            await asyncio.gather(self._rescue, return_exceptions=True)
        if self._app:
            await self._app.close_async()

    def _row(self, job: Job, **more: Any) -> Row:
        lock, key = job.lock or None, job.key or None
        kwargs = {**job.kept(), **more}
        return Row(
            queue=job.queue.value,
            priority=job.priority,
            lock=lock,
            queueing_lock=key,
            task_name=TASK,
            task_kwargs=kwargs,
        )

    async def _put(self, job: Job) -> bool:
        try:
            await self._opened_app.job_manager.defer_job_async(self._row(job))
        except AlreadyEnqueued:
            return False
        return True

    async def _put_once(self, job: Job, slot: int) -> bool:
        row = self._row(job, timestamp=slot)
        try:
            number = await self._opened_app.job_manager.defer_periodic_job(
                row, periodic_id=job.key, defer_timestamp=slot
            )
        except AlreadyEnqueued:
            return False
        return number is not None

    async def _join(self, job: Job, joined: Joined) -> bool:
        connector = self._opened_app.connector
        if not isinstance(connector, PsycopgConnector):
            raise TypeError(connector)
        async with connector.pool.connection() as connection:
            found = await (await connection.execute(_WAITING, [job.key])).fetchone()
            if found is None:
                return False
            number, kept = found
            if isinstance(kept, dict) and is_whole(kept):
                kept["what"] = dict(joined(kept["what"], job.what))
            else:  # nobody could do it
                kept = job.kept()
            await connection.execute(_CHANGED, [psycopg.types.json.Jsonb(kept), number])
            return True

    async def _others_wait(self, lock: str) -> bool:
        row = await self._opened_app.connector.execute_query_one_async(_OTHERS, lock=lock, queue=Queue.PASSES.value)
        return bool(row["found"])

    def _call(self, what: Coroutine[Any, Any, Result]) -> Result:
        """Have the queue's own thread do it."""
        future = asyncio.run_coroutine_threadsafe(what, self._loop)
        try:
            return future.result(PATIENCE + 5)
        except (ConnectorException, psycopg.Error, OSError, TooLong) as error:
            future.cancel()
            raise self._away(error) from error

    def _away(self, error: Exception) -> StoreError:
        return as_queue_error(self._place, error.__cause__ or error)


def _object(text: str | bytes) -> dict[str, Any]:
    """What is kept of a job; of what is no object, nothing: procrastinate would never end such a job."""
    found = json.loads(text)
    return found if isinstance(found, dict) else {}


async def _try_again(pool: AsyncConnectionPool[Any]) -> None:
    """Have a pool that gave up try anew: whoever waits for it by now would wait until another one asks for more."""
    if not pool.get_stats()["pool_size"]:
        with suppress(psycopg.Error):
            async with pool.connection(timeout=_A_GLANCE):
                pass


def _unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Whoever lost the database cannot say there that a job is done: others took it up by then. None need know."""
    error = context.get("exception")
    if isinstance(error, ConnectorException):
        _log.debug("job_not_ended", message=str(error.__cause__ or error).partition("\n")[0])
    else:
        loop.default_exception_handler(context)
