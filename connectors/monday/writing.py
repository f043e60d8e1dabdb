"""Writes tasks: several in one request, each answered for itself, and what was refused in one left out and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from connectors.errors import Invalid, NoAccess, NotFound, ToolError, UnknownOutcome
from connectors.monday import documents, shapes
from connectors.monday.answers import Answer
from connectors.monday.client import Client
from connectors.monday.drafting import Drafter
from connectors.monday.failures import BadCell
from connectors.monday.jobs import Job, Step, about
from connectors.monday.points import Points
from connectors.monday.reading import Reader
from connectors.vocabulary import Create, Write, Written

BATCH: Final = 10
"""Writes in one request: monday does them one after the other, a second each, and ends the request after a minute."""

_OPTIONAL: Final = {"order": "its place in the order", "home": "its group"}
"""Steps without which an item is still what it should be."""


class Writer:
    """Makes and changes tasks."""

    def __init__(self, client: Client, reader: Reader, drafter: Drafter, points: Points) -> None:
        self._client = client
        self._reader = reader
        self._drafter = drafter
        self._points = points

    def write(self, writes: Sequence[Write]) -> list[Written | ToolError]:
        """What came of each write, in order."""
        try:
            jobs = self._drafter.jobs(writes)
        except ToolError as error:
            return [error] * len(writes)
        pending = [job for job in jobs if job.error is None and job.steps]
        while pending:
            fit = self._points.room(min(len(pending), BATCH))
            some, pending = pending[:fit], pending[fit:]
            for each in self._send(some):
                self._send([each])
            pending = [job for job in some if self._gave_way(job) or _misplaced(job)] + pending
        return [self._outcome(job) for job in jobs]

    def _send(self, jobs: Sequence[Job]) -> Sequence[Job]:
        """Send the steps of these jobs in one request, and note what came of each.

        Where all were refused for what may be the fault of one, those that can be sent again are given back.
        """
        parts = [step.part(f"w{number}_{step.name}") for number, job in enumerate(jobs) for step in job.steps]
        try:
            answer = self._client.ask("Write", parts, what=_what(jobs), keys=[job.write.key for job in jobs])
        except ToolError as error:
            if isinstance(error, Invalid | NotFound) and len(jobs) > 1:
                return jobs
            for job in jobs:
                job.failed(error.about(about(job.write)))
            return ()
        if answer.vague and len(jobs) > 1:
            return _doubtful(jobs, answer)
        for number, job in enumerate(jobs):
            steps, job.steps = job.steps, []
            for step in steps:
                _note(job, step, answer, f"w{number}_{step.name}")
        return ()

    def _gave_way(self, job: Job) -> bool:
        """Take out of a job what was refused in it; False where nothing of the kind is in it (any more)."""
        refused = job.error
        if not isinstance(refused, BadCell) or not self._drafter.without(job, refused):
            return False
        job.error = None
        return bool(job.steps)

    def _outcome(self, job: Job) -> Written | ToolError:
        if job.error is not None:
            return job.error
        try:
            task = job.now if job.raw is None else self._reader.task(job.raw, job.home)
        except ToolError as error:
            return UnknownOutcome(error.words, what=about(job.write))
        if task is None:
            return Invalid("nothing that monday takes was left of it", what=about(job.write))
        return Written(task, tuple(job.draft.remarks))


def _doubtful(jobs: Sequence[Job], answer: Answer) -> Sequence[Job]:
    """What is to be sent again of writes of which nobody knows which were done: a change, but never a create."""
    words = answer.failures[0].error.words
    for job in jobs:
        if isinstance(job.write, Create):
            job.failed(UnknownOutcome(f"something in the same request was refused: {words}", what=about(job.write)))
    return [job for job in jobs if job.error is None]


def _misplaced(job: Job) -> bool:
    """Whether a new item still is to be put into its group: monday is not known to heed that in every account."""
    create = job.write
    if not isinstance(create, Create) or create.parent or not create.group or job.error or not job.raw or job.placed:
        return False
    job.placed = True
    if shapes.group_of(job.raw) == create.group:
        return False
    job.steps = [Step("home", documents.MOVE, {"item": job.raw["id"], "group": create.group})]
    return True


def _note(job: Job, step: Step, answer: Answer, alias: str) -> None:
    """Take over what came of one step; one that only gives an item its place fails nothing."""
    try:
        job.raw = answer.made(alias)
    except (Invalid, NoAccess, NotFound) as error:
        if step.name in _OPTIONAL:
            job.draft.remarks.append(f"{_OPTIONAL[step.name]} was left out: {error.words}")
        else:
            job.failed(error.about(about(job.write)))
    except ToolError as error:
        job.failed(error.about(about(job.write)))


def _what(jobs: Sequence[Job]) -> str:
    """In words what is being written."""
    first = about(jobs[0].write)
    return first if len(jobs) == 1 else f"{first} and {len(jobs) - 1} more"
