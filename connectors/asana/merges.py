"""Tells tasks that were closed by being merged into others: Asana calls them completed, but they are not done work."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.asana.answers import Raw
from connectors.asana.client import Client


class Merges:
    """Which tasks were merged away, as far as the change feed gave reason to ask; thread-safe.

    No listing says it, only a task's history, and one request for every completed task would be too many: so a
    history is read only where something points at it. A full listing knows what was found out before it.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._suspects: set[str] = set()
        self._merged: set[str] = set()

    def suspect(self, tasks: Iterable[str]) -> None:
        """Look into the history of these tasks when they are read next and are completed."""
        self._suspects.update(tasks)

    def holds(self, raw: Raw) -> bool:
        """Whether this task is closed because it was merged into another one."""
        task = str(raw["gid"])
        if not raw.get("completed"):
            self._merged.discard(task)
        elif task in self._suspects:
            (self._merged.add if self._ask(task) else self._merged.discard)(task)
        self._suspects.discard(task)
        return task in self._merged

    def _ask(self, task: str) -> bool:
        """Whether the last thing that closed it was a merge: it may have been opened again, and finished, since."""
        merged = False
        for story in self._client.stories(task):
            if story.get("duplicate_of"):
                merged = True
            elif story.get("resource_subtype") == "marked_incomplete":
                merged = False
        return merged
