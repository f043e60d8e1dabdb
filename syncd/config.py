"""The configuration: config.toml, with environment variables and a folder of secrets laid over it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import PrivateAttr, SecretStr

from connectors.network import DIRECT, Network
from syncd.checking import Hints, fit, in_order, key_of
from syncd.consistency import contradictions, without_credentials
from syncd.documents.document import Document, Unreadable, parse
from syncd.documents.file import content
from syncd.errors import ConfigError, Problem
from syncd.outgoing import way_out
from syncd.overlay import overlaid, variable
from syncd.plan.model import Kpi, Plan
from syncd.sections import (
    ConnectionConfig,
    MappingConfig,
    NetworkConfig,
    NoticeConfig,
    PlanConfig,
    ScheduleConfig,
    Section,
    ServerConfig,
    StoreConfig,
)
from syncd.settings import Text, Zone, absolute_store

NAME: Final = "config.toml"
_SECRET: Final = frozenset({"token", "admin_token", "url", "proxy", "client_secret", "refresh_token"})
_FROM_ELSEWHERE: Final = {"token": "token", "client_secret": "app's secret"}


class Config(Section):
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
