"""The configuration: config.toml, with environment variables and a folder of secrets laid over it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, SecretStr

from connectors.network import DIRECT, Network
from mappings.rules import DEFAULT_FIELDS, Conflict, FieldRule, GroupBy, Owner, Removed, Rules, Unplanned
from syncd.checking import Hints, fit, in_order, key_of
from syncd.consistency import contradictions, without_credentials
from syncd.documents.document import Document, Unreadable, parse
from syncd.documents.file import content
from syncd.engine.guard import Limits
from syncd.errors import ConfigError, Problem
from syncd.outgoing import way_out
from syncd.overlay import overlaid, variable
from syncd.plan.items import FIGURES
from syncd.plan.linting.subject import Bounds
from syncd.plan.model import Kpi, Plan
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
    Zone,
    absolute_store,
    plain_id,
)

NAME: Final = "config.toml"
_BUILT_IN: Final = {rule.name: rule for rule in DEFAULT_FIELDS}
_SECRET: Final = frozenset({"token", "admin_token", "url", "proxy", "client_secret", "refresh_token"})
_FROM_ELSEWHERE: Final = {"token": "token", "client_secret": "app's secret"}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class StoreConfig(_Section):
    """Where syncd keeps what it knows, and where the copies of an SQLite store go."""

    url: Annotated[StoreUrl, Field(repr=False)] = "sqlite:///syncd.db"
    backups: Text = "backups"


class ScheduleConfig(_Section):
    """When the daemon rests, and what it does beside its passes; `publish` is the folder for public scorecards."""

    quiet_hours: tuple[QuietHours, ...] = ()
    backup: Literal["daily", "off"] = "daily"
    publish: Text | None = None

    def rests(self, moment: datetime) -> bool:
        """Whether quiet hours hold at a moment, given in the district's time zone."""
        return any(hours.cover(moment) for hours in self.quiet_hours)


class NetworkConfig(_Section):
    """How other machines are reached: certificates that are trusted besides the usual ones, and a proxy."""

    ca_file: Text | None = None
    proxy: Proxy | None = None


class ServerConfig(_Section):
    """Where the scorecard can be read while the daemon runs; without a token only health and the public page answer."""

    listen: HostPort = "127.0.0.1:8080"
    public_url: WebAddress | None = None
    admin_token: Secret | None = None


class OAuthConfig(_Section):
    """An app that is registered in a tool, and what a person's sign-in for it gave."""

    client_id: Id
    client_secret: Secret
    refresh_token: Secret | None = None


class ConnectionConfig(_Section):
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


class WaiverConfig(_Section):
    """A finding about an item that somebody has looked at and lets pass, with the reason, and until which day."""

    item: Id
    rule: RuleId
    reason: Text
    until: date | None = None


class LintConfig(_Section):
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


class PlanConfig(_Section):
    """Where a plan is: a path, relative to the configuration, or an address; and how it is looked through."""

    source: Text
    waivers: tuple[WaiverConfig, ...] = ()
    lint: LintConfig = LintConfig()


class ByName(_Section):
    """A container that is found or made by its name."""

    name: Text


class FieldConfig(_Section):
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


class ProgressConfig(_Section):
    """How a project's progress is read: "completed", "subtasks", "status" or "field:TITLE"."""

    project: Progress = "completed"


class LimitsConfig(_Section):
    """What a pass may change on its own."""

    max_changes: Annotated[int, Field(ge=0)] = 10
    max_share: Share = Decimal("0.2")


class MappingConfig(_Section):
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


class NoticeConfig(_Section):
    """A channel that is told when something begins to stand in the way, and when that is over."""

    kind: Literal["slack", "teams", "json"]
    url: Channel


class Config(_Section):
    """The whole configuration; `path` is its file."""

    timezone: Zone = "America/New_York"
    secrets_dir: Text | None = None
    store: StoreConfig = StoreConfig()
    server: ServerConfig = ServerConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    network: NetworkConfig = NetworkConfig()
    connections: Mapping[str, ConnectionConfig] = {}
    plans: Mapping[str, PlanConfig] = {}
    mappings: Mapping[str, MappingConfig] = {}
    notices: Mapping[str, NoticeConfig] = {}
    _document: Document = PrivateAttr()
    _outgoing: Network = PrivateAttr(default=DIRECT)

    def model_post_init(self, context: Any, /) -> None:
        """Keep the document: problems found later name its lines too."""
        self._document = context

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return Path(self._document.file)

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.absolute().parent

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def outgoing(self) -> Network:
        """How other machines are reached, by this file and by the environment it was read in."""
        return self._outgoing

    def secrets(self) -> Iterator[str]:
        """Everything in it that must never be shown."""
        for connection in self.connections.values():
            yield from (each.get_secret_value() for each in _credentials(connection) if each)
        for notice in self.notices.values():
            yield notice.url.get_secret_value()
        if self.server.admin_token:
            yield self.server.admin_token.get_secret_value()
        for address in (self.store.url, self._outgoing.secure, self._outgoing.plain):
            if password := urlsplit(address).password:
                yield from (password, unquote(password))

    def origin(self, *path: str) -> str:
        """What sets this: the configuration's file, a file in `secrets_dir`, or "environment variable …"."""
        return self._document.elsewhere.get(path, self._document.file)

    def problem(self, message: str, *path: str | int) -> Problem:
        """Something that is wrong at this place of the file."""
        return self._document.problem(path, message, key_of(self._document.data, path))


def _credentials(connection: ConnectionConfig) -> tuple[SecretStr | None, ...]:
    app = connection.oauth
    return (connection.token, *((app.client_secret, app.refresh_token) if app else ()))


def load_config(
    path: Path | None = None, environment: Mapping[str, str] = os.environ, *, signed_in: bool = True
) -> Config:
    """The configuration in `path`, else $SYNCD_CONFIG, else ./config.toml.

    Environment variables win over files in `secrets_dir`, and these over the file. Without `signed_in` a connection
    may lack what only a sign-in gives. Raises ConfigError with everything that is wrong.
    """
    document, strangers = overlaid(_read(path or Path(environment.get("SYNCD_CONFIG") or NAME)), environment)
    found = fit(Config, document, secret=_SECRET)
    outgoing, unusable = way_out(document, environment)
    stated = [*found.problems, *without_credentials(document, signed_in=signed_in)]
    problems = [*strangers, *map(_advised, stated), *contradictions(document), *unusable]
    if found.model is None or problems:
        raise ConfigError(in_order(problems, document.file))
    config = found.model
    config._outgoing = outgoing  # noqa: SLF001  its own: pydantic fills private attributes by itself only from defaults
    store = config.store.model_copy(update={"url": absolute_store(config.store.url, config.folder)})
    return config.model_copy(update={"store": store})


def check_selection(config: Config, mapping: str, plan: Plan) -> list[Problem]:
    """What is wrong with the branches that a mapping selects from its plan, and with the KPIs that it has goals for."""
    items, kpis = Hints(plan.items), {id_ for id_, placed in plan.items.items() if isinstance(placed.item, Kpi)}
    named, section = Hints(kpis), config.mappings[mapping]
    return [
        *(
            config.problem(f"the plan has no “{item}”{items.near(item)}", "mappings", mapping, "select", number)
            for number, item in enumerate(section.select)
            if item not in plan.items
        ),
        *(
            config.problem(f"the plan has no KPI “{item}”{named.near(item)}", "mappings", mapping, "goals", item)
            for item in section.goals
            if item not in kpis
        ),
    ]


def _read(path: Path) -> Document:
    try:
        return parse(content(path).decode("utf-8-sig"), file=str(path), ending=".toml")
    except FileNotFoundError:
        words = "there is no such file; `syncd init` makes it, or name another with --config"
        raise ConfigError([Problem(str(path), words)]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError([Problem(str(path), "this is not UTF-8 text; save it as UTF-8", line)]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError([Problem(str(path), f"it cannot be read: {reason}")]) from None
    except Unreadable as error:
        raise ConfigError([error.problem]) from None


def _advised(problem: Problem) -> Problem:
    """For a missing secret, both places where it may be put; for what only a sign-in gives, how to sign in."""
    *section, key = problem.key.split(".")
    if problem.message == "is missing" and key == "refresh_token" and section[-1:] == ["oauth"]:
        name = ".".join(section[1:-1])
        return replace(problem, message=f"is missing; `syncd authorize {name}` gets it, and says where to put it")
    if key not in _FROM_ELSEWHERE or problem.message != "is missing":
        return problem
    name = variable((*section, key))
    words = f'is missing; put the {_FROM_ELSEWHERE[key]} into the environment variable {name}, or here as {key} = "…"'
    return replace(problem, message=words)
