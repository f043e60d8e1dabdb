"""The configuration: config.toml, with environment variables and a folder of secrets laid over it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, EnvSettingsSource, NestedSecretsSettingsSource, SettingsConfigDict

from connectors.registry import kinds
from mappings.rules import DEFAULT_FIELDS, Conflict, Counted, FieldRule, GroupBy, Owner, Rules
from syncd.checking import fit, near
from syncd.documents import Document, Unreadable, parse
from syncd.engine.guard import Limits
from syncd.errors import ConfigError, Problem
from syncd.plan.items import KEYS
from syncd.plan.model import Plan

NAME: Final = "config.toml"
PREFIX: Final = "SYNCD_"
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BUILT_IN: Final = {rule.name: rule for rule in DEFAULT_FIELDS}
_ABSOLUTE: Final = re.compile(r"^sqlite:////")


def _duration(value: Any) -> Any:
    """A time span from "30s", "5m", "2h", "1d"."""
    found = re.fullmatch(r"(\d+)\s*([smhd])", value.strip()) if isinstance(value, str) else None
    if not found or not int(found[1]) or int(found[1]) > 10**6:
        raise ValueError(f"“{value}” is no time span; write a number with s, m, h or d, such as “5m”")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _zone(value: Any) -> Any:
    if value not in available_timezones():
        raise ValueError(f"“{value}” is no time zone{near(str(value), available_timezones())} (as in America/New_York)")
    return value


def _kind(value: Any) -> Any:
    if value not in kinds():
        raise ValueError(f"“{value}” is no tool that is installed{near(str(value), kinds())}")
    return value


def _listen(value: Any) -> Any:
    host, colon, port = str(value).rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"“{value}” is not HOST:PORT, such as 127.0.0.1:8080")
    return value


def _web(value: Any) -> Any:
    parts = urlsplit(str(value))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"“{value}” is no web address; it begins with https://")
    return str(value).rstrip("/")


def _id(value: Any) -> Any:
    """An id as text: people leave the quotes off numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_id), Field(min_length=1)]
Share = Annotated[Decimal, Field(ge=0, le=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class StoreConfig(_Section):
    """Where syncd keeps what it knows."""

    url: str = "sqlite:///syncd.db"


class ServerConfig(_Section):
    """Where the scorecard can be read while the daemon runs; without a token only health and the public page answer."""

    listen: Annotated[str, BeforeValidator(_listen)] = "127.0.0.1:8080"
    public_url: Annotated[str, BeforeValidator(_web)] | None = None
    admin_token: SecretStr | None = None


class ConnectionConfig(_Section):
    """One account in one tool. `share_left` (0 up to 1) is what is left for the district's other scripts."""

    kind: Annotated[str, BeforeValidator(_kind)]
    token: SecretStr
    workspace: Id | None = None
    base_url: Annotated[str, BeforeValidator(_web)] | None = None
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    share_left: Annotated[float, Field(ge=0, lt=1)] = 0.2


class PlanConfig(_Section):
    """Where a plan is: a path, relative to the configuration, or an address."""

    source: Annotated[str, Field(min_length=1)]


class ByName(_Section):
    """A container that is found or made by its name."""

    name: Annotated[str, Field(min_length=1)]


class FieldConfig(_Section):
    """One field: who owns it, where it comes from in the plan, where it goes in the tool, who wins a conflict."""

    owner: Owner
    source: Annotated[str | None, Field(alias="from")] = None
    to: str | None = None
    conflict: Conflict = Conflict.TOOL


def _container(value: Any) -> Any:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return _id(value)
    if isinstance(value, Mapping) and set(value) == {"name"}:
        return value
    raise ValueError('must be an id, an address pasted from the browser, or { name = "…" }')


def _worth(value: Any) -> Any:
    if value in list(Counted):
        return Counted(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value <= 1:
        return Decimal(value)
    raise ValueError(f"“{value}” is neither a share from 0 to 1 nor “cancelled” or “deferred”")


def _field(value: Any) -> Any:
    return {"owner": value} if isinstance(value, str) else value


class ProgressConfig(_Section):
    """How a project's progress is read: "completed", "subtasks", "status" or "field:TITLE"."""

    project: Annotated[str, Field(pattern=r"^(completed|subtasks|status|field:.+)$")] = "completed"


class LimitsConfig(_Section):
    """What a pass may change on its own."""

    max_changes: Annotated[int, Field(ge=0)] = 10
    max_share: Share = Decimal("0.2")


class MappingConfig(_Section):
    """Which part of a plan goes to which container, in which shape, and who owns each field."""

    plan: str
    connection: str
    every: Annotated[timedelta, BeforeValidator(_duration)] = timedelta(minutes=5)
    container: Annotated[str | ByName, BeforeValidator(_container)]
    select: tuple[str, ...] = ()
    group_by: GroupBy = GroupBy.GOAL
    action: Literal["task", "none"] = "task"
    project: Literal["subtask", "task"] = "subtask"
    fields: Mapping[str, Annotated[FieldConfig, BeforeValidator(_field)]] = {}
    progress: ProgressConfig = ProgressConfig()
    status: Mapping[str, Annotated[Counted | Decimal, BeforeValidator(_worth)]] = {}
    limits: LimitsConfig = LimitsConfig()

    @property
    def reference(self) -> tuple[str, bool]:
        """What the container is called, and whether that is a name."""
        return (self.container.name, True) if isinstance(self.container, ByName) else (self.container, False)

    @property
    def guard(self) -> Limits:
        """The limits as the engine takes them."""
        return Limits(self.limits.max_changes, self.limits.max_share)

    def rules(self, name: str, plan: str) -> Rules:
        """The mapping's rules for the plan of that id. Without tasks for actions, projects stand by themselves."""
        return Rules(
            mapping=name,
            plan=plan,
            select=self.select,
            group_by=self.group_by,
            action_is_task=self.action == "task",
            project_is_subtask=self.project == "subtask" and self.action == "task",
            fields=tuple(self._field_rules()),
            progress=self.progress.project,
            status=dict(self.status),
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


class Config(_Section):
    """The whole configuration; `path` is its file."""

    timezone: Annotated[str, BeforeValidator(_zone)] = "America/New_York"
    secrets_dir: str | None = None
    store: StoreConfig = StoreConfig()
    server: ServerConfig = ServerConfig()
    connections: Mapping[str, ConnectionConfig] = {}
    plans: Mapping[str, PlanConfig] = {}
    mappings: Mapping[str, MappingConfig] = {}
    _document: Document = PrivateAttr()

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

    def secrets(self) -> Iterator[str]:
        """Everything in it that must never be shown."""
        for connection in self.connections.values():
            yield connection.token.get_secret_value()
        if self.server.admin_token:
            yield self.server.admin_token.get_secret_value()
        if password := urlsplit(self.store.url).password:
            yield from (password, unquote(password))

    def problem(self, message: str, *path: str | int) -> Problem:
        """Something that is wrong at this place of the file."""
        return Problem(self._document.file, message, self._document.line(path), ".".join(map(str, path)))


def load_config(path: Path | None = None) -> Config:
    """The configuration in `path`, else $SYNCD_CONFIG, else ./config.toml.

    Environment variables (SYNCD_SERVER__ADMIN_TOKEN) win over files in `secrets_dir`, and these over the file. Raises
    ConfigError with everything that is wrong.
    """
    path = path or Path(os.environ.get("SYNCD_CONFIG") or NAME)
    document = _read(path)
    data, strangers = _overlaid(document)
    config, problems = fit(Config, data, document)
    problems = [*strangers, *map(_with_advice, problems), *_dangling(data, document)]
    if config is not None:
        problems += _contradictions(config)
        config = config.model_copy(update={"store": StoreConfig(url=_absolute(config.store.url, config.folder))})
    if config is None or problems:
        raise ConfigError(sorted(problems, key=lambda problem: (problem.file, problem.line or 0)))
    return config


def check_selection(config: Config, mapping: str, plan: Plan) -> list[Problem]:
    """What is wrong with the branches that a mapping selects from its plan."""
    return [
        config.problem(f"the plan has no “{item}”{near(item, plan.items)}", "mappings", mapping, "select", number)
        for number, item in enumerate(config.mappings[mapping].select)
        if item not in plan.items
    ]


def _read(path: Path) -> Document:
    try:
        return parse(path.read_text(encoding="utf-8-sig"), file=str(path), form="TOML")
    except FileNotFoundError:
        words = "there is no such file; copy config.example.toml there, or name another with --config"
        raise ConfigError([Problem(str(path), words)]) from None
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError([Problem(str(path), f"it cannot be read: {reason}")]) from None
    except Unreadable as error:
        raise ConfigError([error.problem]) from None


class _Overlay(BaseSettings):
    """The sections in which environment and secret files may set something."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="ignore")

    store: dict[str, Any] = {}
    server: dict[str, Any] = {}
    connections: dict[str, dict[str, Any]] = {}
    plans: dict[str, dict[str, Any]] = {}
    mappings: dict[str, dict[str, Any]] = {}


def _overlaid(document: Document) -> tuple[dict[str, Any], list[Problem]]:
    """The file's data with secret files, then environment variables, laid over it; and variables that fit nowhere."""
    data = dict(document.data)
    folder = data.get("secrets_dir")
    if isinstance(folder, str):
        place = Path(document.file).absolute().parent / folder
        if not place.is_dir():
            words = f"there is no folder {place}"
            return data, [Problem(document.file, words, document.line(("secrets_dir",)), "secrets_dir")]
        source = EnvSettingsSource(_Overlay)
        secrets = NestedSecretsSettingsSource(
            source, secrets_dir=place, secrets_prefix="", secrets_nested_delimiter="__", secrets_case_sensitive=False
        )
        data = _merged(data, secrets())
    sections = list(_Overlay.model_fields)
    strangers = [
        Problem(name, f"this environment variable sets nothing{near(section, sections)}")
        for name in os.environ
        if name.upper().startswith(PREFIX) and "__" in name
        if (section := name[len(PREFIX) :].partition("__")[0].lower()) not in sections
    ]
    return _merged(data, EnvSettingsSource(_Overlay)()), strangers


def _merged(data: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid over `data`; a name that differs only in its letters' case is the same."""
    merged = dict(data)
    for name, value in over.items():
        known = next((key for key in merged if key.lower() == name.lower()), name)
        inside = merged.get(known)
        merged[known] = (
            _merged(inside if isinstance(inside, Mapping) else {}, value) if isinstance(value, Mapping) else value
        )
    return merged


def _with_advice(problem: Problem) -> Problem:
    """For a missing token, both places where it may be put."""
    section, _, key = problem.key.rpartition(".")
    if key != "token" or problem.message != "is missing":
        return problem
    variable = f"{PREFIX}{section.replace('.', '__').upper()}__TOKEN"
    words = f"is missing; put the token into the environment variable {variable} (or into this section)"
    return Problem(problem.file, words, problem.line, problem.key)


def _dangling(data: Mapping[str, Any], document: Document) -> Iterator[Problem]:
    """References of mappings to plans and connections that are not there; read from the raw data, to miss none."""
    mappings = data.get("mappings")
    for name, mapping in mappings.items() if isinstance(mappings, Mapping) else ():
        for key in ("plan", "connection"):
            known = data.get(f"{key}s", {})
            wanted = mapping.get(key) if isinstance(mapping, Mapping) else None
            if isinstance(wanted, str) and isinstance(known, Mapping) and wanted not in known:
                words = f"there is no {key} “{wanted}”{near(wanted, known)}"
                line = document.line(("mappings", name, key))
                yield Problem(document.file, words, line, f"mappings.{name}.{key}")


def _contradictions(config: Config) -> Iterator[Problem]:
    """Settings of a mapping that make no sense together."""
    for name, mapping in config.mappings.items():
        here = ("mappings", name)
        if mapping.action == "none" and mapping.project == "subtask" and "project" in mapping.model_fields_set:
            words = 'with action = "none" there is no task for projects to stand under; write project = "task"'
            yield config.problem(words, *here, "project")
        for rule in mapping.rules(name, mapping.plan).fields:
            if rule.source not in KEYS:
                words = f"“{rule.source}” is nothing that a plan holds{near(rule.source, KEYS)}"
                place = ("from",) if rule.source != rule.name else ()
                yield config.problem(words, *here, "fields", rule.name, *place)


def _absolute(url: str, folder: Path) -> str:
    """The store's address, with a relative path of an SQLite file made absolute."""
    if not url.startswith("sqlite:///") or _ABSOLUTE.match(url):
        return url
    return f"sqlite:///{(folder / url.removeprefix('sqlite:///')).resolve()}"
