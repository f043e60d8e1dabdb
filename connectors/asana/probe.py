"""What an account in Asana is asked: what its documents leave open, and what this connector rests on."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from connectors.asana.client import Client
from connectors.asana.containers import Containers
from connectors.asana.reading import Reader
from connectors.asana.shapes import MARKER_FIELD
from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import NoAccess, NotFound, PlanTier
from connectors.essentials import Essentials, marker
from connectors.probing import Answer, Probe, Question
from connectors.vocabulary import Container, Task

MARKED: Final = "marker_in_field"
"""Whether the custom field "Plan ID" keeps what it is given in the create."""


class AsanaProbe:
    """Asks one account. The project is private, and its custom field is its own: nothing of either stays behind."""

    def __init__(self, client: Client, containers: Containers, reader: Reader) -> None:
        self._client = client
        self._containers = containers
        self._reader = reader

    def of(self, connector: Connector, clock: Clock) -> Probe:
        """All of it."""
        own = [
            Question(
                "group_in_create",
                "A new task stands in the section that is named in the request that makes it.",
                "A second request puts each new task into its section.",
                self._grouped,
            ),
            Question(
                MARKED,
                "The custom field “Plan ID” keeps what it is given in the request that makes a task.",
                "Plan ids stand on the last line of the notes.",
                self._marked,
            ),
        ]
        essentials = Essentials(connector, clock, self._client.delete_task).questions()
        return Probe(self._make, self._furnish, self._remove, [*own, *essentials])

    def _make(self, name: str) -> str:
        data = self._containers.new_project(name) | {"privacy_setting": "private"}
        return str(self._client.create_project(data)["gid"])

    def _furnish(self, project: str) -> Container:
        """Nothing is needed: as long as it has no field for them, markers stand in the notes."""
        return self._containers.open(project, by_name=False, create=False)

    def _remove(self, project: str) -> None:
        with suppress(NotFound):
            self._client.delete_project(project)

    def _grouped(self, container: Container) -> Answer:
        *_, wanted = self._containers.ensure_groups(container, ["First section", "Second section"])[:2]
        place = {"memberships": [{"project": container.id, "section": wanted.id}]}
        group = self._made(container, "Probe: section", place).group
        return _answer(group == wanted.id, "it stands there", "it stands in another section")

    def _marked(self, container: Container) -> Answer:
        with suppress(PlanTier, NoAccess):
            self._client.attach_field(container.id, {"name": MARKER_FIELD, "resource_subtype": "text"})
        with_field = self._containers.open(container.id, by_name=False, create=False)
        if with_field.marker_field is None:
            return Answer(False, "this account has no such custom field", False)
        wanted = marker()
        kept = self._made(with_field, "Probe: plan id", {"custom_fields": {with_field.marker_field: wanted}}).marker
        return _answer(kept == wanted, "it keeps it", "it comes back without it")

    def _made(self, container: Container, name: str, data: dict[str, Any]) -> Task:
        """A task made with just this, as it is read afterwards."""
        made = self._client.create_task({"name": name, "projects": [container.id], **data})
        return self._reader.task(self._client.task(str(made["gid"])), container)


def _answer(holds: bool, yes: str, no: str) -> Answer:
    return Answer(holds, yes if holds else no, holds)
