"""One request as the handlers see it: who asks, for what, with which body; and how they look things up and answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.asana.sandbox.paging import Pager
from connectors.asana.sandbox.problems import missing, no_access, not_an_id, unknown, wrong
from connectors.asana.sandbox.records import Project, Section, Task, Token, day_of, instant_of
from connectors.asana.sandbox.select import parse, split
from connectors.asana.sandbox.shapes import render
from connectors.asana.sandbox.world import World
from connectors.sandbox.exchange import Reply

_SHELVES = {"story": "stories"}
"""Where records of a kind are found, unless that is the kind with an s."""


@dataclass(slots=True)
class Call:
    """One request under way, and the helpers every handler uses."""

    world: World
    pager: Pager
    token: Token
    method: str
    path: str
    query: dict[str, str]
    data: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)

    @property
    def me(self) -> str:
        """The gid of who asks."""
        return self.token.user

    def in_path(self, kind: str) -> Any:
        """The record that the path names as {kind}. Raises Problem 404 or 403."""
        gid = self.params[kind]
        if kind == "task" and gid.startswith("external:"):
            return self._external(gid.partition(":")[2])
        return self._seen(kind, kind, gid, 404)

    def in_query(self, name: str) -> Any:
        """The record that query parameter `name` (also its kind) names. Raises Problem 404 or 403."""
        return self._seen(name, name, self.query[name], 404)

    def in_body(self, name: str, kind: str | None = None, gid: Any = None) -> Any:
        """The record that the body's `name` names. Raises Problem 400 where it is missing or unknown, or 403."""
        value = self.data.get(name) if gid is None else gid
        if value is None:
            raise missing(name)
        return self._seen(name, kind or name, str(value), 400)

    def _seen(self, name: str, kind: str, gid: str, status: int) -> Any:
        if not gid.isdigit():
            raise not_an_id(name, gid)
        record = self.world.find(kind, gid)
        if record is None:
            hidden = kind == "task" and gid in self.world.tasks and not self.world.ways.calls_deleted
            raise no_access(kind) if hidden else unknown(name, gid, status)
        if not self.world.can_see(kind, gid):
            raise no_access(kind)
        return record

    def _external(self, key: str) -> Task:
        found = (t for t in self.world.tasks.values() if t.external and t.external.get("gid") == key)
        allowed = self.token.oauth or self.world.ways.external_kept
        task = next((t for t in found if self.world.find("task", t.gid)), None) if allowed else None
        if task is None:
            raise unknown("task", f"external:{key}", 404)
        return task

    def workspace(self, name: str = "workspace") -> None:
        """Check the workspace that the path or the query names. Raises Problem."""
        gid = self.params.get(name) or self.query[name]
        if not gid.isdigit():
            raise not_an_id(name, gid)
        if gid != self.world.workspace:
            raise unknown(name, gid, 404)

    def flag(self, name: str) -> bool | None:
        """A true/false query parameter, None where it was not given."""
        value = self.query.get(name)
        return None if value is None else value.lower() == "true"

    def instant(self, name: str) -> str | None:
        """A query parameter that is a time, as a stamp. Raises Problem 400."""
        value = self.query.get(name)
        try:
            return self.world.now() if value == "now" else value and instant_of(value)
        except ValueError:
            raise wrong(name, f"Not a valid date: {value}") from None

    def day(self, name: str) -> str | None:
        """A date in the body. Raises Problem 400."""
        value = self.data.get(name)
        try:
            return None if value is None else day_of(value)
        except (TypeError, ValueError):
            raise wrong(name, f"Not a valid date: {value}") from None

    def text(self, name: str) -> str:
        """A text in the body. Raises Problem 400 where it is missing or something else."""
        value = self.data.get(name)
        if value is None:
            raise missing(name)
        if not isinstance(value, str):
            raise wrong(name, "Not a string")
        return value

    def beside(self) -> tuple[str | None, str | None]:
        """`insert_before` and `insert_after` of the body. Raises Problem 400 for both."""
        before, after = self.data.get("insert_before"), self.data.get("insert_after")
        if before and after:
            raise wrong("insert_before", "You may only specify one of insert_before or insert_after")
        return before, after

    @property
    def tree(self) -> Any:
        """What `opt_fields` (query) or `options.fields` (body) ask for, or None."""
        paths = self.options.get("fields") or split(self.query.get("opt_fields", ""))
        return parse(paths) if paths else None

    def one(self, kind: str, record: Any, status: int = 200) -> Reply:
        """The answer that is one record; 201 says where the new one is."""
        body = {"data": render(self.world, kind, record, self.tree)}
        headers = {"Location": f"/api/1.0/{_SHELVES.get(kind, f'{kind}s')}/{record.gid}"} if status == 201 else {}
        return Reply(status, body, headers)

    def many(self, kind: str, records: Sequence[Any], keep: Callable[[Any], bool] = bool) -> Reply:
        """The answer that is one page of records; rows `keep` refuses are left out of the page."""
        rows, next_page = self.pager.page(self, records)
        tree = self.tree
        body: dict[str, Any] = {"data": [render(self.world, kind, r, tree, compact=True) for r in rows if keep(r)]}
        if "limit" in self.query:
            body["next_page"] = next_page
        return Reply(200, body)

    def nothing(self) -> Reply:
        """The answer to a deletion, or to putting one thing into another."""
        return Reply(200, {"data": {}})

    def task(self) -> Task:
        """The task that the path names."""
        found: Task = self.in_path("task")
        return found

    def project(self) -> Project:
        """The project that the path names."""
        found: Project = self.in_path("project")
        return found

    def section(self) -> Section:
        """The section that the path names."""
        found: Section = self.in_path("section")
        return found
