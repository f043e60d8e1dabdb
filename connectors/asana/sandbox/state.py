"""Everything the sandbox holds in memory: records by id, who may see what, the event log, saving and loading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from threading import RLock
from typing import Any

from connectors.asana.sandbox.feed import Feed
from connectors.asana.sandbox.records import (
    Event,
    Field,
    Goal,
    Metric,
    Option,
    Project,
    Ref,
    Section,
    Setting,
    Story,
    Task,
    Token,
    User,
    Webhook,
    stamp,
)
from connectors.asana.sandbox.ways import Ways
from connectors.clock import Clock

_FIRST_ID = 1_200_000_000_000_001


class State:
    """One workspace. `lock` guards it: requests and tests may come from different threads.

    `arranged` counts what was put into another order: that is told in no event. `ways` is what documents leave open.
    """

    def __init__(self, clock: Clock, tier: str = "premium") -> None:
        self.clock = clock
        self.tier = tier
        self.site = "https://app.asana.com"
        self.lock = RLock()
        self.feed = Feed()
        self.ways = Ways()
        self.users: dict[str, User] = {}
        self.projects: dict[str, Project] = {}
        self.sections: dict[str, Section] = {}
        self.tasks: dict[str, Task] = {}
        self.fields: dict[str, Field] = {}
        self.stories: dict[str, list[Story]] = {}
        self.tokens: dict[str, Token] = {}
        self.hooks: dict[str, Webhook] = {}
        self.goals: dict[str, Goal] = {}
        self.heard: Callable[[Event], None] = lambda _event: None
        """Told of each event."""
        self.restricted: set[str] = set()
        self.arranged = 0
        self._last_id = _FIRST_ID
        self.workspace = self.new_id()
        self.workspace_name = "Riverbend Unified"
        self.elsewhere: dict[str, str] = {}
        """Further workspaces of the account, their names by id; nothing is in them."""
        self.team = self.new_id()
        self.team_name = "Strategy office"

    @property
    def premium(self) -> bool:
        """True where the workspace pays: custom fields exist."""
        return self.tier != "basic"

    def new_id(self) -> str:
        """A gid nobody has yet: 16 digits, growing."""
        self._last_id += 1
        return str(self._last_id)

    def now(self) -> str:
        """This instant, as Asana writes it."""
        return stamp(self.clock.now())

    def find(self, kind: str, gid: str) -> Any:
        """The live record of that kind ("task", "project" …) and id, or None."""
        if kind == "task":
            return self._live_task(gid)
        if kind == "project":
            project = self.projects.get(gid)
            return None if project is None or project.deleted else project
        if kind == "section":
            section = self.sections.get(gid)
            return section if section and self.find("project", section.project) else None
        if kind == "story":
            return next((story for stories in self.stories.values() for story in stories if story.gid == gid), None)
        shelves: dict[str, dict[str, Any]] = {"user": self.users, "custom_field": self.fields, "goal": self.goals}
        return shelves[kind].get(gid)

    def _live_task(self, gid: str) -> Task | None:
        task = self.tasks.get(gid)
        upper = task
        while upper is not None and not upper.deleted and upper.parent:
            upper = self.tasks.get(upper.parent)
        return None if task is None or upper is None or upper.deleted else task

    def user_by(self, key: str, me: str) -> User | None:
        """The active user behind a gid, an e-mail or "me"."""
        user = self.users.get(me if key == "me" else key)
        if user is None and "@" in key:
            user = next((u for u in self.users.values() if u.email.lower() == key.lower()), None)
        return user if user and user.active else None

    def can_see(self, kind: str, gid: str) -> bool:
        """False for what was put out of reach: a project and what stands only in it, a task and what is below it."""
        if gid in self.restricted:
            return False
        if kind == "section":
            return self.sections[gid].project not in self.restricted
        if kind != "task":
            return True
        task = self.tasks[gid]
        if any(home not in self.restricted for home in task.homes):
            return True
        if task.parent:
            return self.can_see("task", task.parent)
        return not task.homes

    def tasks_in(self, project: str) -> Iterator[Task]:
        """The tasks that stand in a project itself, section by section."""
        for section in self.projects[project].sections:
            for gid in self.sections[section].tasks:
                yield self.tasks[gid]

    def streams(self, task: Task) -> tuple[str, ...]:
        """The resources whose event feeds carry what happens to a task: it, those above it, and their projects."""
        found: dict[str, None] = {}
        upper: Task | None = task
        while upper is not None:
            found[upper.gid] = None
            found.update(dict.fromkeys(upper.homes))
            upper = self.tasks.get(upper.parent) if upper.parent else None
        return tuple(found)

    def emit(
        self,
        by: str | None,
        action: str,
        resource: Ref,
        streams: tuple[str, ...],
        *,
        parent: Ref | None = None,
        field: str | None = None,
        change: str | None = None,
        value: Ref | None = None,
    ) -> Event:
        """Write one event to the feed."""
        event = self.feed.add(
            self.now(),
            streams,
            user=by,
            action=action,
            resource=resource,
            parent=parent,
            field=field,
            change=change,
            value=value,
        )
        self.heard(event)
        return event

    def dump(self) -> dict[str, Any]:
        """The whole state as plain JSON."""
        with self.lock:
            shelves = {name: {gid: asdict(r) for gid, r in shelf.items()} for name, shelf in self._shelves().items()}
            stories = [asdict(story) for told in self.stories.values() for story in told]
            names = ("tier", "workspace", "workspace_name", "team", "team_name", "_last_id")
            own = {name: getattr(self, name) for name in names}
            return {**own, **shelves, "stories": stories, "restricted": sorted(self.restricted)} | {
                "feed": self.feed.dump()
            }

    def load(self, saved: dict[str, Any]) -> None:
        """Take up a state that `dump` wrote. Raises KeyError or TypeError for anything else."""
        with self.lock:
            for name in ("workspace", "workspace_name", "team", "team_name", "_last_id"):
                setattr(self, name, saved[name])
            self.users = {gid: User(**r) for gid, r in saved["users"].items()}
            self.tokens = {name: Token(**r) for name, r in saved["tokens"].items()}
            self.sections = {gid: Section(**r) for gid, r in saved["sections"].items()}
            self.tasks = {gid: Task(**r) for gid, r in saved["tasks"].items()}
            self.projects = {gid: _project(r) for gid, r in saved["projects"].items()}
            self.fields = {gid: _field(r) for gid, r in saved["fields"].items()}
            hooks, started = saved.get("hooks", {}), {"beat": self.clock.monotonic(), "failing_since": None}
            self.hooks = {gid: Webhook(**{**r, **started}) for gid, r in hooks.items()}
            self.goals = {gid: _goal(r) for gid, r in saved.get("goals", {}).items()}
            self.stories = {}
            for story in saved["stories"]:
                self.stories.setdefault(story["task"], []).append(Story(**story))
            self.restricted = set(saved["restricted"])
            self.feed = Feed()
            self.feed.load(saved["feed"])

    def _shelves(self) -> dict[str, dict[str, Any]]:
        names = ("users", "projects", "sections", "tasks", "fields", "tokens", "hooks", "goals")
        return {name: getattr(self, name) for name in names}


def _project(saved: dict[str, Any]) -> Project:
    return Project(**{**saved, "settings": [Setting(**setting) for setting in saved["settings"]]})


def _goal(saved: dict[str, Any]) -> Goal:
    return Goal(**{**saved, "metric": saved["metric"] and Metric(**saved["metric"])})


def _field(saved: dict[str, Any]) -> Field:
    return Field(**{**saved, "options": [Option(**option) for option in saved["options"]]})
