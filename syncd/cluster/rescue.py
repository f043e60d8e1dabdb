"""Sees to what dead processes leave in the queue, and to what has waited for too long."""

from __future__ import annotations

import asyncio
from typing import Final

import psycopg
import structlog
from procrastinate import App

from syncd.cluster.jobs import STEP, TOP, TRIES
from syncd.cluster.passing import JOINED, PAUSE

BEAT: Final = 5.0
"""Seconds between two signs of life of a process."""
STALLED: Final = 15.0
"""Seconds without one after which it counts as dead; never less than three times the other."""
LOOK: Final = 5.0
"""Seconds between two looks for what the dead leave."""
LONG: Final = 600.0
"""Seconds of waiting after which a job is as urgent as the next kind above its own."""
_NUMBER: Final = "^[0-9]{1,6}$"
"""What a number looks like that can be reckoned with: one row that somebody wrote by hand must not end it for all."""
_RESCUE: Final = f"""
WITH dead AS (
    SELECT job.id FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
    AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(stalled)s))
    FOR UPDATE OF job SKIP LOCKED
), gone AS (
    DELETE FROM procrastinate_jobs AS job USING dead WHERE job.id = dead.id
    RETURNING job.*, CASE WHEN job.args ->> 'tries' ~ %(number)s THEN (job.args ->> 'tries')::int + 1 END AS tries
), put AS (
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args)
    SELECT queue_name, task_name, priority, lock, queueing_lock,
        jsonb_set(args, '{{tries}}', to_jsonb(tries))
    FROM gone WHERE tries < %(tries)s
    {JOINED}
)
SELECT lock, args ->> 'kind' AS kind, tries FROM gone
"""  # noqa: S608  all of it is constant
"""One statement, so that whoever dies in the midst of it changes nothing, and two who look at once do it once."""
_IN_TIME: Final = """
WITH workers AS (
    UPDATE procrastinate_workers SET last_heartbeat = now()
    WHERE last_heartbeat > now() + make_interval(secs => %(stalled)s)
)
UPDATE procrastinate_jobs SET scheduled_at = now()
WHERE status = 'todo' AND scheduled_at > now() + make_interval(secs => %(longest)s)
"""
"""Where the clock of the database was ahead and is right again: a process that died then would pass for a live one, and
what waits would wait, until that time comes. Who lives gives the next sign of life soon."""
_AGE: Final = """
UPDATE procrastinate_jobs AS job
SET priority = aged.priority
FROM (
    SELECT waiting.id, least(%(top)s, (waiting.args ->> 'priority')::int
        + %(step)s * floor(extract(epoch FROM now() - min(event.at)) / %(long)s)::int) AS priority
    FROM procrastinate_jobs AS waiting JOIN procrastinate_events AS event ON event.job_id = waiting.id
    WHERE waiting.status = 'todo' AND event.type = 'deferred' AND waiting.args ->> 'priority' ~ %(number)s
    GROUP BY waiting.id
) AS aged
WHERE job.id = aged.id AND job.priority < aged.priority
"""
_log = structlog.get_logger(__name__)


async def see_to(app: App) -> None:
    """Do both now and then until it is cancelled, whatever happens; while the database is away, nothing."""
    said = ""
    while True:
        trouble = await _tried(app)
        if trouble and trouble != said:
            _log.warning("queue_not_seen_to", message=trouble)
        said = trouble
        await asyncio.sleep(LOOK)


async def _tried(app: App) -> str:
    """Do both; what is wrong, if somebody is to know it, as those do already whose database is away."""
    try:
        await rescue(app)
        await age(app)
    except Exception as error:  # noqa: BLE001  nobody else would see to it from then on
        cause = error.__cause__ or error
        if not isinstance(cause, (psycopg.OperationalError, OSError)):
            return f"{type(cause).__name__}: {cause}".partition("\n")[0]
        _log.debug("queue_not_seen_to", message=type(cause).__name__)
    return ""


async def rescue(app: App) -> None:
    """Put what was under way in processes that died into the queue again; what cannot be done again is dropped."""
    await app.connector.execute_query_async(_IN_TIME, stalled=STALLED, longest=2 * PAUSE)
    found = await app.connector.execute_query_all_async(_RESCUE, stalled=STALLED, tries=TRIES, number=_NUMBER)
    for row in found:
        again = row["tries"] is not None and row["tries"] < TRIES
        event = "job_taken_over" if again else "job_dropped"
        _log.warning(event, lock=row["lock"], kind=row["kind"], tries=row["tries"])


async def age(app: App) -> None:
    """Let what has waited for long be as urgent as what is above it, so that nothing waits for ever."""
    await app.connector.execute_query_async(_AGE, top=TOP, step=STEP, long=LONG, number=_NUMBER)
