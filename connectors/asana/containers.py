"""Projects, their sections and their marker field: found, and made where they are missing, never twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from connectors.asana import shapes
from connectors.asana.addresses import project_of
from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.fields import Fields
from connectors.asana.markers import MarkerField
from connectors.asana.projects import WORDS, Projects
from connectors.certain import Made, certain
from connectors.clock import Clock
from connectors.errors import Invalid
from connectors.fresh import Fresh
from connectors.names import alike, titled
from connectors.text import line
from connectors.vocabulary import Container, Field, Group

MOST: Final = 1000
"""Fields and options that Asana is made to tell in one answer: a project is told once for each of its sections."""


class Containers:
    """Opens projects. `wait` lets the time pass after which an unanswered request can no longer take effect.

    `marks` says whether the custom field for markers is of use; without it they stand in the notes.
    """

    def __init__(
        self,
        client: Client,
        projects: Projects,
        fields: Fields,
        marker: MarkerField,
        clock: Clock,
        *,
        wait: Callable[[], None],
        marks: Callable[[], bool],
    ) -> None:
        self._client = client
        self._projects = projects
        self._fields = fields
        self._marker = marker
        self._clock = clock
        self._wait = wait
        self._marks = marks
        self._new: dict[str, Fresh[list[Group]]] = {}
        """The sections of projects that were made here a moment ago, and in which nobody has made one yet."""
        self._apart: set[str] = set()
        """Projects that are asked for apart from their sections: that would be too much at once, or was refused."""

    def open(self, reference: str, *, by_name: bool, create: bool) -> Container:
        """The project by id, address or name; with `create` it and its marker field are made where missing."""
        name = line(reference)
        found = self._projects.named(name, create=create) if by_name else project_of(reference)
        raw, groups = self._read(found) if found else self._made(name)
        known = shapes.choice(raw)
        fields = _shaped(self._fields.told(raw))
        if create and self._marks() and shapes.marker_field(fields) is None and self._fields.paid:
            self._marker.put_on(raw)
            fields = _shaped(self._fields.of(known.id))
        return Container(
            id=known.id,
            name=known.name,
            url=known.url,
            groups=tuple(groups),
            fields=fields,
            marker_field=shapes.marker_field(fields) if self._marks() else None,
            archived=bool(raw.get("archived")),
        )

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """The project's sections, after those missing by title were made: first those asked for, titled as asked."""
        new = self._new.pop(container.id, None)
        there = new.get() if new else self._sections(container.id)
        asked: list[Group] = []
        for title in dict.fromkeys(titles):
            held = titled(there, title) or self._new_section(container.id, title)
            asked.append(Group(held.id, title))
        known = {group.id for group in asked}
        return (*asked, *(group for group in there if group.id not in known))

    def rename_group(self, container: Container, group: str, title: str, was: str | None) -> tuple[Group, ...]:
        """The project's sections, after the one with this id was given this title, titled as asked."""
        there = self._sections(container.id)
        held = WORDS.called(there, group, title)
        if not alike(held, title):
            if was is not None and not alike(held, was):
                return tuple(there)
            self._certain(
                lambda: self._client.rename_section(group, line(title)),
                lambda: alike(WORDS.called(self._sections(container.id), group, title), title) or None,
            )
        return tuple(Group(group, title) if one.id == group else one for one in there)

    def _read(self, project: str) -> tuple[Raw, list[Group]]:
        """A project and its sections: in one request, where Asana tells of the one beside the others."""
        rows = self._rows(project)
        raw = self._told(project, rows) or self._client.project(project)
        return raw, list(map(shapes.group, rows)) or self._sections(project)

    def _rows(self, project: str) -> list[Raw]:
        """A project's sections, each with the project; none where that would be too much, or is refused."""
        if project in self._apart:
            return []
        try:
            return self._client.sections_and_project(project)
        except Invalid:
            self._apart.add(project)
            return []

    def _told(self, project: str, rows: Sequence[Raw]) -> Raw | None:
        """The project as its sections tell it; None where that is not to be believed.

        Asana's documents promise no more than its name there. If no custom fields are told, there are none only where
        the account's plan has none.
        """
        told: Any = rows[0].get("project") if rows else None
        if not isinstance(told, dict) or told.get("gid") != project or "archived" not in told:
            return None
        fields = self._client.settings_in(told)
        if len(rows) * sum(1 + len(field.get("enum_options") or ()) for field in fields) > MOST:
            self._apart.add(project)
        return told if fields or not self._fields.paid else None

    def _made(self, name: str) -> tuple[Raw, list[Group]]:
        """A new project and the sections that Asana gave it."""
        raw = self._projects.make(name)
        project = shapes.choice(raw).id
        self._new[project] = Fresh(partial(self._sections, project), self._clock)
        return raw, self._new[project].get()

    def _new_section(self, project: str, title: str) -> Group:
        return self._certain(
            lambda: shapes.group(self._client.create_section(project, line(title))),
            lambda: titled(self._sections(project), title),
        )

    def _sections(self, project: str) -> list[Group]:
        return list(map(shapes.group, self._client.sections(project)))

    def _certain(self, make: Callable[[], Made], look: Callable[[], Made | None]) -> Made:
        return certain(make, look, self._wait)


def _shaped(fields: Mapping[str, Raw]) -> tuple[Field, ...]:
    return tuple(map(shapes.field, fields.values()))
