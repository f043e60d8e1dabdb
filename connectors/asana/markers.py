"""The custom field "Plan ID": the workspace's, found or made once, and put on the projects that lack it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from connectors.asana import shapes
from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.fields import Fields
from connectors.asana.shapes import MARKER_FIELD
from connectors.asana.workspace import Workspace
from connectors.certain import certain
from connectors.clock import Clock
from connectors.errors import Invalid, NoAccess, NotFound, PlanTier
from connectors.fresh import Fresh

_DESCRIPTION: Final = "The item of the strategic plan that this task carries out. Written by syncd; please leave it."


class MarkerField:
    """Puts the field on projects. `wait` lets the time pass after which a request can no longer take effect."""

    def __init__(
        self, client: Client, workspace: Workspace, fields: Fields, clock: Clock, wait: Callable[[], None]
    ) -> None:
        self._client = client
        self._workspace = workspace
        self._fields = fields
        self._clock = clock
        self._wait = wait
        self._there: dict[str, Fresh[str | None]] = {}
        """The field's id, by workspace; None where there is none yet."""

    def put_on(self, project: Raw) -> None:
        """Put the field on a project; where that is not allowed, markers go into the notes."""
        gid, workspace = str(project["gid"]), shapes.workspace_of(project) or self._workspace.id()
        there = self._there.setdefault(workspace, Fresh(partial(self._find, workspace), self._clock))
        try:
            field = there.get() or self._made(workspace, there)
            try:
                self._attach(gid, field)
            except (NotFound, Invalid):
                now = there.again()
                if now == field:
                    raise
                self._attach(gid, now or self._made(workspace, there))  # somebody deleted the one before
        except (PlanTier, NoAccess, Invalid):
            return

    def _attach(self, project: str, field: str) -> None:
        certain(lambda: self._fields.attach(project, field), lambda: self._fields.again(project).get(field), self._wait)

    def _made(self, workspace: str, there: Fresh[str | None]) -> str:
        field = certain(lambda: self._make(workspace), there.again, self._wait)
        there.put(field)
        return field

    def _find(self, workspace: str) -> str | None:
        return shapes.marker_field(map(shapes.field, self._client.fields(workspace)))

    def _make(self, workspace: str) -> str:
        data = {"workspace": workspace, "name": MARKER_FIELD, "resource_subtype": "text", "description": _DESCRIPTION}
        return str(self._client.create_field(data)["gid"])
