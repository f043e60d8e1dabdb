"""The sections of a configuration: what each may hold, what stands for what is left out, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mappings.rules import DEFAULT_FIELDS, Conflict, FieldRule, GroupBy, Owner, Removed, Rules, Unplanned
from syncd.engine.guard import Limits
from syncd.plan.items import FIGURES
from syncd.plan.linting.subject import Bounds
from syncd.settings import (
    Branches,
    Channel,
    Duration,
    HostPort,
    Id,
    Progress,
    Proxy,
    QuietHours,
    RuleId,
    Secret,
    Share,
    StoreUrl,
    Text,
    Tool,
    WebAddress,
    Worth,
    plain_id,
)

_BUILT_IN: Final = {rule.name: rule for rule in DEFAULT_FIELDS}


class Section(BaseModel):
    """A table of a configuration: no keys but its own, and never changed once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class StoreConfig(Section):
    """Where syncd keeps what it knows, and where the copies of an SQLite store go."""

    url: Annotated[StoreUrl, Field(repr=False)] = "sqlite:///syncd.db"
    backups: Text = "backups"


class ScheduleConfig(Section):
    """When the daemon rests, and what it does beside its passes; `publish` is the folder for public scorecards."""

    quiet_hours: tuple[QuietHours, ...] = ()
    backup: Literal["daily", "off"] = "daily"
    publish: Text | None = None

    def rests(self, moment: datetime) -> bool:
        """Whether quiet hours hold at a moment, given in the district's time zone."""
        return any(hours.cover(moment) for hours in self.quiet_hours)


class NetworkConfig(Section):
    """How other machines are reached: certificates that are trusted besides the usual ones, and a proxy."""

    ca_file: Text | None = None
    proxy: Proxy | None = None


class ServerConfig(Section):
    """Where the scorecard can be read while the daemon runs; without a token only health and the public page answer."""

    listen: HostPort = "127.0.0.1:8080"
    public_url: WebAddress | None = None
    admin_token: Secret | None = None


class OAuthConfig(Section):
    """An app that is registered in a tool, and what a person's sign-in for it gave."""

    client_id: Id
    client_secret: Secret
    refresh_token: Secret | None = None


class ConnectionConfig(Section):
    """One account in one tool, by a token or by a sign-in, never both.

    `share_left` (0 up to 1) is what is left for the district's other scripts.
    """

    kind: Tool
    token: Secret | None = None
    oauth: OAuthConfig | None = None
    workspace: Id | None = None
    base_url: WebAddress | None = None
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    daily_calls: Annotated[int, Field(ge=1)] | None = None
    share_left: Annotated[float, Field(ge=0, lt=1)] = 0.2


class WaiverConfig(Section):
    """A finding about an item that somebody has looked at and lets pass, with the reason, and until which day."""

    item: Id
    rule: RuleId
    reason: Text
    until: date | None = None


class LintConfig(Section):
    """How much is too much in a plan, and whether what must be corrected (E) is kept back until it is."""

    goals: Annotated[int, Field(ge=1)] = 6
    kpis: Annotated[int, Field(ge=1)] = 7
    elements: Annotated[int, Field(ge=1)] = 60
    projects: Annotated[int, Field(ge=1)] = 10
    words: Annotated[int, Field(ge=1)] = 25
    strict: bool = False

    @property
    def bounds(self) -> Bounds:
        """What is too much, as the rules take it."""
        return Bounds(self.goals, self.kpis, self.elements, self.projects, self.words)


class PlanConfig(Section):
    """Where a plan is: a path, relative to the configuration, or an address; and how it is looked through."""

    source: Text
    waivers: tuple[WaiverConfig, ...] = ()
    lint: LintConfig = LintConfig()


class ByName(Section):
    """A container that is found or made by its name."""

    name: Text


class FieldConfig(Section):
    """One field: who owns it, where it comes from in the plan, where it goes in the tool, who wins a conflict."""

    owner: Owner
    source: Annotated[str | None, Field(alias="from")] = None
    to: Text | None = None
    conflict: Conflict = Conflict.TOOL


def _container(value: Any) -> Any:
    """An id or an address, or a table that holds nothing but a name."""
    table = isinstance(value, Mapping)
    named = value.get("name") if table and len(value) == 1 else plain_id(value)
    if not isinstance(named, str) or not named.strip():
        raise ValueError('must be an id, an address pasted from the browser, or { name = "…" }')
    return {"name": named.strip()} if table else named.strip()


def _field(value: Any) -> Any:
    return {"owner": value} if isinstance(value, str) else value


class ProgressConfig(Section):
    """How a project's progress is read: "completed", "subtasks", "status" or "field:TITLE"."""

    project: Progress = "completed"


class LimitsConfig(Section):
    """What a pass may change on its own."""

    max_changes: Annotated[int, Field(ge=0)] = 10
    max_share: Share = Decimal("0.2")


class MappingConfig(Section):
    """Which part of a plan goes to which container, in which shape, and who owns each field."""

    plan: str
    connection: str
    every: Duration = timedelta(minutes=5)
    container: Annotated[str | ByName, BeforeValidator(_container, json_schema_input_type=str | int | ByName)]
    select: Branches = ()
    group_by: GroupBy = GroupBy.GOAL
    action: Literal["task", "none"] = "task"
    project: Literal["subtask", "task", "none"] = "subtask"
    kpi: Literal["task", "none"] = "none"
    readings: Text | None = None
    fields: Mapping[
        str, Annotated[FieldConfig, BeforeValidator(_field, json_schema_input_type=Owner | FieldConfig)]
    ] = {}
    progress: ProgressConfig = ProgressConfig()
    status: Mapping[str, Worth] = {}
    limits: LimitsConfig = LimitsConfig()
    goals: Mapping[str, Id] = {}
    removed: Removed = Removed.LEAVE
    unplanned: Unplanned = Unplanned.IGNORE

    @property
    def reference(self) -> tuple[str, bool]:
        """What the container is called, and whether that is a name."""
        return (self.container.name, True) if isinstance(self.container, ByName) else (self.container, False)

    @property
    def guard(self) -> Limits:
        """The limits as the engine takes them."""
        free = frozenset(rule.key for rule in self._field_rules() if rule.source in FIGURES)
        return Limits(self.limits.max_changes, self.limits.max_share, free)

    def rules(self, name: str, plan: str) -> Rules:
        """The mapping's rules for the plan of that id. Without tasks for actions, projects stand by themselves."""
        return Rules(
            mapping=name,
            plan=plan,
            select=self.select,
            group_by=self.group_by,
            action_is_task=self.action == "task",
            project_is_task=self.project != "none",
            project_is_subtask=self.project == "subtask" and self.action == "task",
            kpi_is_task=self.kpi == "task",
            fields=tuple(self._field_rules()),
            progress=self.progress.project,
            status=dict(self.status),
            removed=self.removed,
            unplanned=self.unplanned,
        )

    def _field_rules(self) -> Iterator[FieldRule]:
        for name, rule in _BUILT_IN.items():
            given = self.fields.get(name)
            if given is None:
                yield rule
            else:
                yield FieldRule(name, given.owner, given.source or rule.source, given.to or "", given.conflict)
        for name, given in self.fields.items():
            if name not in _BUILT_IN:
                yield FieldRule(name, given.owner, given.source or name, given.to or name, given.conflict)


class NoticeConfig(Section):
    """A channel that is told when something begins to stand in the way, and when that is over."""

    kind: Literal["slack", "teams", "json"]
    url: Channel
