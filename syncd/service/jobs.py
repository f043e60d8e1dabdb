"""The jobs that passes are made by where several processes make them; a floor below knows how they are queued."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any

from syncd.cluster.jobs import Job, Kind, Queue, key_of
from syncd.service.hearing import Waiting
from syncd.service.passes import Hints

_MOST_TOLD = 50
"""A report of so much takes up no more: it is written anew with each that joins it."""
_BY_CLOCK = " by the clock"
"""What ends the key of passes that are made only if they are worth it: they are never one with those that must be."""


class Full(Exception):
    """A report that waits takes up no more."""


def lock_of(connection: str) -> str:
    """The lock of everything that works with a connection's tool."""
    return f"connection {connection}"


def some(kind: Kind, connection: str, mappings: Sequence[str], **more: Any) -> Job:
    """A pass of each of these mappings of one connection."""
    lock = lock_of(connection)
    return Job(kind, lock, key_of(kind, lock, mappings), {"mappings": list(mappings), **more})


def by_clock(connection: str, mappings: Sequence[str]) -> Job:
    """The same, if it is worth one now."""
    job = some(Kind.QUIET, connection, mappings, by_clock=True)
    return Job(job.kind, job.lock, f"{job.key}{_BY_CLOCK}", job.what)


def hinted(mappings: Sequence[str], connection: str, container: str, tasks: Mapping[str, datetime | None]) -> Job:
    """A pass of the mappings on a container, with the tasks that its tool pointed at."""
    hints = {container: {task: moment and moment.isoformat() for task, moment in tasks.items()}}
    job = some(Kind.HINTED, connection, mappings, hints=hints)
    return Job(job.kind, job.lock, key_of(job.kind, job.lock, [container]), job.what)


def joined(before: Mapping[str, Any], now: Mapping[str, Any]) -> Mapping[str, Any]:
    """What two jobs of hints about one container are to do together."""
    mappings = list(dict.fromkeys([*before["mappings"], *now["mappings"]]))
    hints: dict[str, Any] = {}
    for container in dict.fromkeys([*before["hints"], *now["hints"]]):
        waiting = Waiting()
        for each in (before, now):
            waiting.add(_touched(each["hints"].get(container, {})))
        hints[container] = {task: moment and moment.isoformat() for task, moment in waiting.tasks.items()}
    return {"mappings": mappings, "hints": hints}


def together(job: Job) -> Job:
    """The job, doing as well what those of its key were to do that were put back while it waited."""
    return replace(job, what=reduce(joined, job.also, job.what), also=()) if job.also else job


def part(job: Job, mappings: Sequence[str]) -> Job | None:
    """The job for these of its mappings, if it is about any."""
    if not mappings or list(mappings) == job.what["mappings"]:
        return job if mappings else None
    what = {**job.what, "mappings": list(mappings)}
    key = f"{key_of(job.kind, job.lock, mappings)}{_BY_CLOCK if what.get('by_clock') else ''} of another"
    return replace(job, what=what, key=job.key if "hints" in what else key)


def rest(job: Job, connection: str, mappings: Sequence[str], *, behind: bool = False) -> Job:
    """What is left of a job: the same for these mappings, at the end of those that are as urgent.

    With `behind`, one that an edit began is left as one by the clock, so that it does not go before those who wait;
    one that needs its hints stays.
    """
    if behind and job.kind is Kind.EDITED:
        return some(Kind.QUIET, connection, mappings)
    more = {"hints": job.what["hints"]} if "hints" in job.what else {}
    left = some(job.kind, connection, mappings, **more)
    return Job(left.kind, left.lock, job.key if more else left.key, left.what)


def hints_of(job: Job, connection: str) -> Hints:
    """The hints of a job, as passes take them."""
    return {(connection, at): _touched(tasks) for at, tasks in job.what.get("hints", {}).items()}


def report(told: Sequence[Any], lock: str) -> Job:
    """What became of passes, for the daemon that leads; of those made under one lock it hears one after the other."""
    lock = f"reports of {lock}"
    return Job(Kind.REPORT, lock, lock, {"told": list(told)}, Queue.LEAD)


def told_together(before: Mapping[str, Any], now: Mapping[str, Any]) -> Mapping[str, Any]:
    """What two reports are together. Raises Full where the first takes up no more, and from then on nothing at all.

    Else something short would go before what did not fit in.
    """
    told = before.get("told", ())
    if len(told) >= _MOST_TOLD:
        raise Full
    return {"told": [*told, *now["told"]]}


def apart(job: Job) -> Job:
    """The report as one of its own, whatever else waits under its lock."""
    return replace(job, key=f"{job.key} {uuid.uuid4().hex}")


def here(connection: str, token: str) -> Job:
    """Something that the daemon that leads does itself, in its turn with a connection."""
    return Job(Kind.HERE, lock_of(connection), f"here {token}", {"token": token}, Queue.LEAD)


def _touched(tasks: Mapping[str, str | None]) -> dict[str, datetime | None]:
    return {task: datetime.fromisoformat(moment) if moment else None for task, moment in tasks.items()}
