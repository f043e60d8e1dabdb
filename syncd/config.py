"""The configuration: config.toml, or a folder of such files, with environment variables and secrets laid over it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import PrivateAttr, SecretStr

from connectors.network import DIRECT, Network
from syncd.checking import NOTHING, Hints, fit, in_order, key_of, step
from syncd.config_files import NAME, LeftOut, apart, astray, left_out_of, only, pieces, toml_files, twins
from syncd.consistency import clashes, contradictions, without_credentials
from syncd.documents.document import Document
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
    _drivers: tuple[str, ...] = PrivateAttr(default=())
    """Secrets that PostgreSQL's driver takes from the environment by itself."""
    _is_folder: bool = PrivateAttr(default=False)
    _is_empty: bool = PrivateAttr(default=False)
    _left_out: tuple[LeftOut, ...] = PrivateAttr(default=())
    _plan_files: frozenset[Path] | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any, /) -> None:
        """Keep the document: problems found later name its lines too."""
        self._document = context

    @property
    def path(self) -> Path:
        """The file it was read from; of a folder, the one that holds for all."""
        return Path(self._document.file)

    @property
    def place(self) -> Path:
        """What it is called: the file, or the folder of files."""
        return self.path.parent if self._is_folder else self.path

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return self._is_folder

    @property
    def is_empty(self) -> bool:
        """Whether its file, of a folder the one that holds for all, is not there or holds nothing."""
        return self._is_empty

    @property
    def names_store(self) -> bool:
        """Whether a file, a secret or a variable says where the store is; else it is the default one."""
        return step(step(self._document.data, "store"), "url") is not NOTHING

    @property
    def files(self) -> list[Path]:
        """The files that it would be read from by now."""
        if not self._is_folder:
            return [self.path]
        if self._plan_files is None:
            folder = self.path.parent
            self._plan_files = frozenset(folder / plan.source for plan in self.plans.values())
        plans = self._plan_files
        return [file for file in toml_files(self.path.parent) if file not in plans]

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The files of a folder that cannot be used: what they hold is not in force, and all else is."""
        return self._left_out

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.absolute().parent

    @property
    def front(self) -> str | None:
        """The plan of the front page: the first; in a folder, the first in what holds for all."""
        return next((name for name in self.plans if self.district("plans", name) is None), None)

    def district(self, section: str, name: str) -> Path | None:
        """The district's file in which this stands; None for what holds for all, and where there is one file only."""
        home = self._document.homes.get((section, name))
        return Path(home) if home else None

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
        yield from parse_qs(urlsplit(self.store.url).query).get("password", ())
        yield from self._drivers

    def origin(self, *path: str) -> str:
        """What sets this: the configuration's file, a file in `secrets_dir`, or "environment variable …"."""
        return self._document.elsewhere.get(path, self._document.home(path))

    def problem(self, message: str, *path: str | int) -> Problem:
        """Something that is wrong at this place of the file."""
        return self._document.problem(path, message, key_of(self._document.data, path))


def _credentials(connection: ConnectionConfig) -> tuple[SecretStr | None, ...]:
    app = connection.oauth
    return (connection.token, *((app.client_secret, app.refresh_token) if app else ()))


def load_config(
    path: Path | None = None, environment: Mapping[str, str] = os.environ, *, signed_in: bool = True
) -> Config:
    """The configuration in `path`, else $SYNCD_CONFIG, else ./config.toml: a file, or a folder of them.

    Environment variables win over files in `secrets_dir`, and these over the file. Without `signed_in` a connection
    may lack what only a sign-in gives. Raises ConfigError with everything that is wrong; of a folder, in what holds for
    all. A district's file with mistakes is left out, and so is what is set for something that no file has.
    """
    read = pieces(path or Path(environment.get("SYNCD_CONFIG") or NAME))
    laid = overlaid(read.whole, environment)
    outgoing, unusable = way_out(laid.document, environment)
    wrong = partial(_wrong, signed_in=signed_in)
    for_all = [*laid.problems, *unusable, *wrong(only(laid.document, ()))]
    strays = list(astray(laid.document, [read.main.file, *(part.file for part in read.parts)]))
    for_all += [each for each in strays if each.file not in {part.file for part in read.parts}]
    left_out = [*read.left_out, *_apart(read.parts, laid.document, wrong, strays)]
    if not read.is_folder:
        for_all += laid.for_one
    elif not read.left_out:  # else it may be for what stands in one of these
        left_out += [LeftOut(each.file, (each,)) for each in laid.for_one]
    good = {part.file for part in read.parts} - {each.file for each in left_out}
    if for_all or (left_out and not good and not read.main.data):
        problems = [*for_all, *(problem for each in left_out for problem in each.problems)]
        raise ConfigError(in_order(problems, read.main.file))
    document = only(laid.document, good)
    config = Config.model_validate(document.data, context=document)
    store = config.store.model_copy(update={"url": absolute_store(config.store.url, config.folder)})
    config = config.model_copy(update={"store": store})
    config._outgoing, config._is_folder, config._left_out = outgoing, read.is_folder, tuple(left_out)  # noqa: SLF001  its own
    config._is_empty = not read.main.data  # noqa: SLF001  its own
    if not store.url.startswith("sqlite:") and (password := environment.get("PGPASSWORD")):
        config._drivers = (password,)  # noqa: SLF001  its own
    return config


def _wrong(document: Document, *, signed_in: bool) -> list[Problem]:
    """What is wrong with a document by itself."""
    stated = [
        *fit(Config, document, secret=_SECRET).problems,
        *without_credentials(document, signed_in=signed_in),
    ]
    doubled = (document.problem(path, words, key_of(document.data, path)) for (path, words), _ in twins(document))
    return [*map(_advised, stated), *contradictions(document), *doubled]


def _apart(
    parts: Sequence[Document],
    whole: Document,
    wrong: Callable[[Document], Sequence[Problem]],
    strays: Sequence[Problem],
) -> Iterator[LeftOut]:
    """The districts' files to be left out: for what is wrong in one, or between two, of which neither is used then."""
    found: dict[str, list[Problem]] = {part.file: [] for part in parts}
    found.update((file, list(wrong(seen))) for file, seen in apart(whole).items())
    for stray in strays:
        found.get(stray.file, []).append(stray)
    good = {file for file, problems in found.items() if not problems}
    used = only(whole, good)
    for one, other in chain(clashes(used), twins(used)):
        for (path, words), (twin, _) in ((one, other), (other, one)):
            if (file := whole.home(path)) in found:
                place = f"{Path(whole.home(twin)).name}:{whole.line(twin)}"
                found[file].append(whole.problem(path, f"{words} ({place})", key_of(whole.data, path)))
    yield from (left_out_of(part, in_order(found[part.file], part.file)) for part in parts if found[part.file])


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
