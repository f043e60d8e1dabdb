"""Passes a job on that nobody here knows to those who may: it is of a newer syncd, or of another configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import structlog
from procrastinate import App

from syncd.cluster.jobs import LAST

PAUSE: Final = 10.0
"""Seconds until it is taken again, with luck by one who knows it."""
MOST: Final = 360
"""So often it is passed on, for an hour: then nobody knows it any more."""
JOINED: Final = """
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO UPDATE
SET args = CASE WHEN jsonb_typeof(procrastinate_jobs.args) <> 'object' THEN EXCLUDED.args ELSE
    jsonb_set(procrastinate_jobs.args, '{also}', coalesce(procrastinate_jobs.args -> 'also', '[]')
        || jsonb_build_array(EXCLUDED.args -> 'what') || coalesce(EXCLUDED.args -> 'also', '[]')) END
WHERE EXCLUDED.args -> 'what' IS DISTINCT FROM procrastinate_jobs.args -> 'what' OR EXCLUDED.args -> 'also' IS NOT NULL
"""
"""Where one of its key waits already, that one is to do as well what this one was to do; if it is one at all."""
_PASS_ON: Final = f"""
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
VALUES (%(queue)s, %(task)s, %(priority)s, %(lock)s, %(key)s, %(kept)s, now() + make_interval(secs => %(pause)s))
{JOINED}
"""  # noqa: S608  all of it is constant
_log = structlog.get_logger(__name__)


async def pass_on(
    app: App, task: str, queue: str, *, lock: str | None, key: str | None, kept: Mapping[str, Any]
) -> None:
    """Have a job wait behind all others, for a while; `kept` is what is kept of it. Raises ConnectorException.

    While it waits it must not be the most urgent of its lock: no other of that lock would be begun.
    """
    passed = kept.get("passed", 0)
    if passed >= MOST:
        message = "for an hour nobody knew what it is about: it is of another configuration, or of another version"
        _log.info("job_dropped", lock=lock, kind=kept.get("kind"), message=message)
        return
    kept = {**kept, "passed": passed + 1, "last": True, "priority": LAST}
    _log.debug("job_passed_on", lock=lock, kind=kept.get("kind"))
    await app.connector.execute_query_async(
        _PASS_ON, queue=queue, task=task, priority=LAST, lock=lock, key=key, kept=kept, pause=PAUSE
    )
