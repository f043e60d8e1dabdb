"""The workspace's projects by name, listed once for all that are opened in a row; and new ones, never made twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from connectors.asana import shapes
from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.workspace import Workspace
from connectors.certain import certain
from connectors.clock import Clock
from connectors.errors import Invalid, NoAccess, NotFound
from connectors.fresh import Fresh
from connectors.names import Words
from connectors.vocabulary import Choice

WORDS: Final = Words("project", "section", "Take it out of the archive in Asana")


class Projects:
    """Names to projects. `wait` lets the time pass after which an unanswered request can no longer take effect."""

    def __init__(self, client: Client, workspace: Workspace, clock: Clock, wait: Callable[[], None]) -> None:
        self._client = client
        self._workspace = workspace
        self._wait = wait
        self._in_use = Fresh(lambda: self._listed(archived=False), clock)
        self._archive = Fresh(lambda: self._listed(archived=True), clock)
        self._teams = Fresh(self._own_teams, clock)

    def discover(self) -> Sequence[Choice]:
        """The projects in use, by name."""
        return sorted(self._in_use.again(), key=lambda choice: (choice.name.casefold(), choice.id))

    def named(self, name: str, *, create: bool) -> str | None:
        """The id of the project in use of this name; None where there is none, and one may be made."""
        there = WORDS.the_one(
            name, _called(name, self._in_use.get()), lambda: _called(name, self._archive.get()), create=create
        )
        return there.id if there else None

    def make(self, name: str) -> Raw:
        """A new project of this name."""
        made = certain(lambda: self._client.create_project(self.new(name)), lambda: self._found(name), self._wait)
        known = shapes.choice(made)
        self._in_use.amend(lambda listed: [*(one for one in listed if one.id != known.id), known])
        return made

    def new(self, name: str) -> dict[str, Any]:
        """A project's data; it belongs to the account's team where there is just one."""
        teams = self._teams.get()
        team = {"team": str(teams[0]["gid"])} if len(teams) == 1 else {}
        return {"name": name, "workspace": self._workspace.id(), "default_view": "list"} | team

    def _found(self, name: str) -> Raw | None:
        """The project that an unanswered request made after all."""
        there = _called(name, self._in_use.again())
        return self._client.project(there[0].id) if there else None

    def _listed(self, *, archived: bool) -> list[Choice]:
        return list(map(shapes.choice, self._client.projects(self._workspace.id(), archived=archived)))

    def _own_teams(self) -> list[Raw]:
        try:
            return self._client.teams(self._workspace.id())
        except (Invalid, NoAccess, NotFound):
            return []


def _called(name: str, choices: Sequence[Choice]) -> list[Choice]:
    return [choice for choice in choices if choice.name.casefold() == name.casefold()]
