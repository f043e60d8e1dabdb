"""What an account in Asana is asked: what its documents leave open, and what this connector rests on."""

from __future__ import annotations

import uuid
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from connectors.asana.client import Client
from connectors.asana.containers import Containers
from connectors.asana.projects import Projects
from connectors.asana.reading import Reader
from connectors.asana.shapes import MARKER_FIELD
from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import Invalid, NoAccess, NotFound, PlanTier, ToolError
from connectors.essentials import FIRST, SECOND, Essentials, marker
from connectors.probing import Answer, Probe, Question
from connectors.vocabulary import Container, FieldValue, Task, Update, Values

MARKED: Final = "marker_in_field"
"""Whether the custom field "Plan ID" keeps what it is given in the create."""

_KINDS: Final = {"Probe: text": "text", "Probe: number": "number", "Probe: day": "date"}
"""Custom fields of the scratch project's own, by name, with their types."""


class AsanaProbe:
    """Asks one account. The project is private, and its custom field is its own: nothing of either stays behind."""

    def __init__(self, client: Client, projects: Projects, containers: Containers, reader: Reader) -> None:
        self._client = client
        self._projects = projects
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
        own += [
            Question(
                "fields",
                "Custom fields keep what they are given: a text, a number, a day.",
                "What is not kept differs from the plan for good: let the team own that field in the mapping.",
                lambda container: self._filled(connector, clock, container),
            ),
            Question(
                "external",
                "A personal token gives tasks no id of its own (“external”): that is for apps.",
                "Nothing rests on it: tasks are found by their plan id.",
                self._external,
            ),
        ]
        essentials = Essentials(connector, clock, self._client.delete_task).questions()
        return Probe(self._make, self._furnish, self._remove, [*own, *essentials])

    def _make(self, name: str) -> str:
        data = self._projects.new(name) | {"privacy_setting": "private"}
        return str(self._client.create_project(data)["gid"])

    def _furnish(self, project: str) -> Container:
        """Nothing is needed: as long as it has no field for them, markers stand in the notes."""
        return self._containers.open(project, by_name=False, create=False)

    def _remove(self, project: str) -> None:
        with suppress(NotFound):
            self._client.delete_project(project)

    def _grouped(self, container: Container) -> Answer:
        *_, wanted = self._containers.ensure_groups(container, [FIRST, SECOND])[:2]
        place = {"memberships": [{"project": container.id, "section": wanted.id}]}
        group = self._made(container, "Probe: section", place).group
        holds = group == wanted.id
        return Answer(holds, "it stands there" if holds else "it stands in another section")

    def _marked(self, container: Container) -> Answer:
        with suppress(PlanTier, NoAccess):
            self._client.attach_field(container.id, {"name": MARKER_FIELD, "resource_subtype": "text"})
        with_field = self._containers.open(container.id, by_name=False, create=False)
        if with_field.marker_field is None:
            return Answer(False, "this account has no such custom field", False)
        wanted = marker()
        kept = self._made(with_field, "Probe: plan id", {"custom_fields": {with_field.marker_field: wanted}}).marker
        holds = kept == wanted
        return Answer(holds, "it keeps it" if holds else "it comes back without it", holds)

    def _filled(self, connector: Connector, clock: Clock, container: Container) -> Answer:
        for title, kind in _KINDS.items():
            more = {"precision": 1} if kind == "number" else {}
            self._client.attach_field(container.id, {"name": title, "resource_subtype": kind, **more})
        there = self._containers.open(container.id, by_name=False, create=False)
        given: dict[str, FieldValue] = {"text": "Two words", "number": Decimal("2.5"), "date": clock.now().date()}
        wanted = {field.id: given[_KINDS[field.title]] for field in there.fields if field.title in _KINDS}
        made = self._made(there, "Probe: fields", {})
        [done] = connector.write([Update(uuid.uuid4().hex, there, made.id, Values(fields=wanted))])
        if isinstance(done, ToolError):
            raise done
        kept = self._reader.task(self._client.task(made.id), there).fields
        lost = [field.title for field in there.fields if field.id in wanted and kept.get(field.id) != wanted[field.id]]
        holds = not lost and len(wanted) == len(_KINDS)
        return Answer(
            holds, "all of it is kept" if holds else f"not kept: {', '.join(lost) or 'the fields themselves'}"
        )

    def _external(self, container: Container) -> Answer:
        key = uuid.uuid4().hex
        with suppress(Invalid, NoAccess, NotFound):
            self._made(container, "Probe: external", {"external": {"gid": key}})
            self._client.task(f"external:{key}")
            return Answer(False, "the task is found by it")
        return Answer(True, "no task is found by it")

    def _made(self, container: Container, name: str, data: dict[str, Any]) -> Task:
        """A task made with just this, as it is read afterwards."""
        made = self._client.create_task({"name": name, "projects": [container.id], **data})
        return self._reader.task(self._client.task(str(made["gid"])), container)
