"""Projects, their sections and their marker field: found, and made where they are missing, never twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from connectors.asana import shapes
from connectors.asana.addresses import project_of
from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.fields import Fields
from connectors.asana.shapes import MARKER_FIELD
from connectors.asana.workspace import Workspace
from connectors.certain import Made, certain
from connectors.errors import Invalid, NoAccess, NotFound, PlanTier
from connectors.names import Words, alike, titled
from connectors.text import line
from connectors.vocabulary import Choice, Container, Field, Group

_WORDS: Final = Words("project", "section", "Take it out of the archive in Asana")
_DESCRIPTION: Final = "The item of the strategic plan that this task carries out. Written by syncd; please leave it."


class Containers:
    """Opens projects. `wait` lets the time pass after which an unanswered request can no longer take effect.

    `marks` says whether the custom field for markers is of use; without it they stand in the notes.
    """

    def __init__(
        self,
        client: Client,
        workspace: Workspace,
        fields: Fields,
        wait: Callable[[], None],
        marks: Callable[[], bool],
    ) -> None:
        self._client = client
        self._workspace = workspace
        self._fields = fields
        self._wait = wait
        self._marks = marks

    def discover(self) -> Sequence[Choice]:
        """The projects in use, by name."""
        found = map(shapes.choice, self._client.projects(self._workspace.id()))
        return sorted(found, key=lambda choice: (choice.name.casefold(), choice.id))

    def open(self, reference: str, *, by_name: bool, create: bool) -> Container:
        """The project by id, address or name; with `create` it and its marker field are made where missing."""
        raw = self._named(line(reference), create=create) if by_name else self._client.project(project_of(reference))
        known = shapes.choice(raw)
        project = known.id
        fields = _shaped(self._fields.told(raw))
        if create and self._marks() and shapes.marker_field(fields) is None and self._fields.paid:
            self._add_marker_field(project, raw)
            fields = _shaped(self._fields.again(project))
        return Container(
            id=project,
            name=known.name,
            url=known.url,
            groups=tuple(self._sections(project)),
            fields=fields,
            marker_field=shapes.marker_field(fields) if self._marks() else None,
            archived=bool(raw.get("archived")),
        )

    def ensure_groups(self, container: Container, titles: Sequence[str]) -> tuple[Group, ...]:
        """The project's sections, after those missing by title were made: first those asked for, titled as asked."""
        there = self._sections(container.id)
        asked: list[Group] = []
        for title in dict.fromkeys(titles):
            held = titled(there, title) or self._new_section(container.id, title)
            asked.append(Group(held.id, title))
        known = {group.id for group in asked}
        return (*asked, *(group for group in there if group.id not in known))

    def rename_group(self, container: Container, group: str, title: str, was: str | None) -> tuple[Group, ...]:
        """The project's sections, after the one with this id was given this title, titled as asked."""
        there = self._sections(container.id)
        held = _WORDS.called(there, group, title)
        if not alike(held, title):
            if was is not None and not alike(held, was):
                return tuple(there)
            self._certain(
                lambda: self._client.rename_section(group, line(title)),
                lambda: alike(_WORDS.called(self._sections(container.id), group, title), title) or None,
            )
        return tuple(Group(group, title) if one.id == group else one for one in there)

    def _new_section(self, project: str, title: str) -> Group:
        return self._certain(
            lambda: shapes.group(self._client.create_section(project, line(title))),
            lambda: titled(self._sections(project), title),
        )

    def _sections(self, project: str) -> list[Group]:
        return list(map(shapes.group, self._client.sections(project)))

    def _named(self, name: str, *, create: bool) -> Raw:
        def called(*, archived: bool) -> list[Choice]:
            return list(map(shapes.choice, self._called(name, archived=archived)))

        there = _WORDS.the_one(name, called(archived=False), lambda: called(archived=True), create=create)
        if there is not None:
            return self._client.project(there.id)
        return self._certain(
            lambda: self._client.create_project(self.new_project(name)),
            lambda: next(iter(self._called(name)), None),
        )

    def _called(self, name: str, *, archived: bool = False) -> list[Raw]:
        projects = self._client.projects(self._workspace.id(), archived=archived)
        return [raw for raw in projects if shapes.choice(raw).name.casefold() == name.casefold()]

    def new_project(self, name: str) -> dict[str, Any]:
        """A project's data; it belongs to the account's team where there is just one."""
        workspace = self._workspace.id()
        try:
            teams = self._client.teams(workspace)
        except (Invalid, NoAccess, NotFound):
            teams = []
        team = {"team": str(teams[0]["gid"])} if len(teams) == 1 else {}
        return {"name": name, "workspace": workspace, "default_view": "list"} | team

    def _add_marker_field(self, project: str, raw: Raw) -> None:
        """Put the workspace's field "Plan ID" on the project; where that is not allowed, markers go into the notes."""
        workspace = shapes.workspace_of(raw) or self._workspace.id()
        data = {"workspace": workspace, "name": MARKER_FIELD, "resource_subtype": "text", "description": _DESCRIPTION}
        try:
            field = self._marker_field(workspace) or self._certain(
                lambda: str(self._client.create_field(data)["gid"]), lambda: self._marker_field(workspace)
            )
            self._certain(
                lambda: self._client.attach_field(project, field),
                lambda: self._fields.again(project).get(field),
            )
        except (PlanTier, NoAccess, Invalid):
            return

    def _marker_field(self, workspace: str) -> str | None:
        return shapes.marker_field(map(shapes.field, self._client.fields(workspace)))

    def _certain(self, make: Callable[[], Made], look: Callable[[], Made | None]) -> Made:
        return certain(make, look, self._wait)


def _shaped(fields: Mapping[str, Raw]) -> tuple[Field, ...]:
    return tuple(map(shapes.field, fields.values()))
