"""One set-up from the first answer to the finished configuration; every step can be taken again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from connectors.clock import Clock
from connectors.contract import Connector, Settings
from connectors.errors import ToolError
from connectors.guide import Guide
from connectors.network import Network
from connectors.reach import Reach
from connectors.registry import find, guide
from connectors.vocabulary import Container
from syncd import logs
from syncd.app import App
from syncd.config import load_config
from syncd.config_files import NAME
from syncd.discovering import Discovered, discover, inside
from syncd.documents.document import Document
from syncd.documents.path import Path as Place
from syncd.engine.preview import Preview
from syncd.errors import ConfigError, PlanError, Problem
from syncd.examples import example
from syncd.filing import put
from syncd.importing import places
from syncd.importing.bringing import Brought
from syncd.importing.columns_file import lines_of
from syncd.importing.importer import Proposal, propose
from syncd.importing.importer import Settings as Known
from syncd.outgoing import way_out
from syncd.overlay import secret_file, variable
from syncd.plan import sources
from syncd.plan.load import load_plan
from syncd.plan.model import Plan
from syncd.setting_up import answers as answering
from syncd.setting_up.answers import Answers, Keep
from syncd.setting_up.proposing import Fields, offered
from syncd.setting_up.writing import SECRETS, Draft, written

PLANS: Final = ("plan.toml", "plan.yaml", "plan.json")
"""What a plan is looked for as, where nobody said where it is."""
_COLUMNS: Final = "columns.toml"
"""Where it is kept what the columns of a spreadsheet mean, where nobody said."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look through a token: what there is, and what the account may do (None: that was not told)."""

    found: Discovered
    reach: Reach | None


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the configuration, the token's own file if it has one, and a copy of what was there before."""

    config: Path
    secret: Path | None = None
    before: Path | None = None


class Setup:
    """The set-up of one configuration; `answers` are what is known by now. It asks nothing and prints nothing."""

    def __init__(self, config: Path, clock: Clock, environment: Mapping[str, str]) -> None:
        self.config = config
        self.answers = Answers()
        self._clock = clock
        self._environment = environment
        self._named: dict[str, str] = {}
        self._fields = Fields()

    # Answers

    def resume(self) -> Answers:
        """Take up what was answered last time. Raises ConfigError."""
        self.answers = answering.kept(self.config)
        return self.answers

    def answer(self, **given: Any) -> None:
        """Note some answers, and keep them for the next time. Raises OSError."""
        self.answers = replace(self.answers, **given)
        answering.keep(self.config, self.answers)

    @property
    def folder(self) -> Path:
        """Where the configuration is to stand."""
        return self.config.absolute().parent

    @property
    def secrets(self) -> str:
        """The folder beside it for the token: what another configuration has there would name nothing in this one."""
        return SECRETS if self._is_usual else f"{SECRETS}-{self.config.stem}"

    @property
    def _is_usual(self) -> bool:
        """Whether the configuration has the usual name; beside that, others keep what is theirs under their own."""
        return self.config.name == NAME

    @property
    def guide(self) -> Guide:
        """What people are told of the tool. Raises UnknownKind."""
        return guide(self.answers.tool or "")

    # The tool

    @property
    def place(self) -> Place:
        """Where in the configuration the token belongs."""
        return ("connections", self.answers.tool or "", "token")

    def known_token(self) -> str:
        """The token that the environment, or the folder of secrets, holds already; "" where there is none."""
        given = self._environment.get(variable(self.place), "").strip()
        folder = self.folder / self.secrets
        file = secret_file(folder, self.place) if not given and folder.is_dir() else None
        return file.read_text(encoding="utf-8").strip() if file and file.is_file() else given

    def look(self, token: str) -> Looked:
        """Look through the token. Raises Refused for one that does not hold, Transient without a way there."""
        logs.hide(token)
        with self._connected(token) as connector:
            found = discover(connector, most=0)
            try:
                reach = connector.reach()
            except ToolError:  # what the account may do is told where it is known; it is no hindrance
                reach = None
        self._named |= {choice.id: choice.name for choice in found.workspaces}
        self._named |= {place.choice.id: place.choice.name for place in found.places}
        return Looked(found, reach)

    def offers(self, token: str) -> Fields:
        """What the chosen container offers and lacks; one that is still to be made lacks nothing. Raises ToolError."""
        self._fields = Fields()
        if self.answers.container:
            with self._connected(token) as connector:
                container = inside(connector, self.answers.container)
                if not isinstance(container, Container):
                    raise container
                self._named[self.answers.container] = container.name
                below = self.answers.action == "task" and self.answers.project == "subtask"
                mark = connector.capabilities().notes_mark
            self._fields = offered(container, self.guide, notes_mark=mark, below=below)
        return self._fields

    @contextmanager
    def _connected(self, token: str) -> Iterator[Connector]:
        answers = self.answers
        kind = answers.tool or ""
        settings = Settings(
            kind, token, answers.base_url, answers.workspace, hide=logs.hide_passing, network=self._network()
        )
        connector = find(kind)(settings, self._clock)
        try:
            yield connector
        finally:
            connector.close()

    def _network(self) -> Network:
        """The way out, by the environment. Raises ConfigError."""
        network, problems = way_out(Document(str(self.config), {}), self._environment)
        if problems:
            raise ConfigError(problems)
        return network

    @property
    def in_environment(self) -> bool:
        """Whether the token stands in the environment already."""
        return bool(self._environment.get(variable(self.place), "").strip())

    # The plan

    def plans(self) -> list[str]:
        """The files in the folder that look like a plan."""
        return [name for name in PLANS if (self.folder / name).is_file()]

    def write_example(self) -> Path:
        """Write a small plan to begin with, where no plan is. Raises OSError, ConfigError where one is there."""
        self._require_no_plan("it is there already, so no example is written over it; name it with --plan")
        file = self.folder / PLANS[0]
        put((example("small") / PLANS[0]).read_text(encoding="utf-8"), file)
        return file

    def plan(self) -> Plan:
        """The plan. Raises PlanError."""
        return load_plan(self.answers.plan or "", self.folder, self._network())

    @property
    def from_sheet(self) -> bool:
        """Whether the plan is still to be made of a spreadsheet."""
        plan = self.answers.plan or ""
        return not sources.is_address(plan) and sources.ending(plan) in places.ENDINGS

    def sheet(self) -> tuple[Proposal, Known]:
        """The spreadsheet with what its columns seem to mean, and what is known of them by now.

        Raises PlanError, ConfigError where a plan is there already.
        """
        self._require_no_plan("it is there already; name it with --plan, or bring it up to date with `syncd import`")
        known, name = places.settings(self.columns), self.answers.plan or ""
        return propose(places.sheet(self.folder / name), name, known), known

    def keep_columns(self, proposal: Proposal, known: Known) -> list[str]:
        """Keep what the columns mean, so that it need not be said again; the lines that are new there.

        Raises PlanError, OSError.
        """
        new = lines_of(places.new_columns(proposal, known))
        if not places.keep_columns(proposal, known, self.columns):
            words = "it is written in a way that is not safe to change; put into it by hand, below [columns]: "
            raise PlanError([Problem(str(self.columns), words + "; ".join(new))])
        self.answer(columns=self.columns.name if self.answers.columns is None else self.answers.columns)
        return new

    def write_imported(self, brought: Brought) -> Path:
        """Write the plan that was made of the spreadsheet, and go on with it. Raises PlanError, OSError."""
        file = self.folder / PLANS[0]
        places.write(brought, file, None)
        self.answer(plan=file.name)
        return file

    @property
    def columns(self) -> Path:
        """The file that says what the columns of a spreadsheet mean."""
        return self.folder / (self.answers.columns or _COLUMNS)

    def _require_no_plan(self, words: str) -> None:
        file = self.folder / PLANS[0]
        if file.exists():
            raise ConfigError([Problem(str(file), words)])

    # The configuration

    def draft(self, plan: Plan, token: str) -> Draft:
        """What the configuration is written from."""
        store = "syncd.db" if self._is_usual else f"{self.config.stem}.db"
        today = self._clock.now().date()
        return Draft(self.answers, self.guide, plan, today, store, self.secrets, self._fields, self._named, token)

    def text(self, plan: Plan, token: str) -> str:
        """The configuration as it is to be written."""
        return written(self.draft(plan, token))

    def preview(self, plan: Plan, token: str) -> Preview:
        """What the first pass would do; nothing is written anywhere that stays. Raises FileError, StoreError."""
        draft = self.draft(plan, token)
        text = written(replace(draft, answers=replace(self.answers, keep=Keep.ENVIRONMENT)))
        environment = {**self._environment, variable(self.place): token}
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=f".{self.config.name}.", suffix=".toml")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            with App(load_config(Path(name), environment), self._clock) as app:
                [found] = app.preview()
        finally:
            Path(name).unlink(missing_ok=True)
        return found

    def write(self, plan: Plan, token: str) -> Written:
        """Write the configuration and, where it gets a file of its own, the token; what was there before is kept.

        The answers are forgotten then. Raises OSError.
        """
        text, secret, before = self.text(plan, token), None, None
        if self.answers.keep is Keep.SECRETS:
            folder = self.folder / self.secrets
            folder.mkdir(mode=0o700, exist_ok=True)
            secret = secret_file(folder, self.place)
            _put_secret(f"{token}\n", secret)
        if self.config.exists():
            before = self.config.with_name(f"{self.config.name}.before")
            _put_secret(self.config.read_text(encoding="utf-8"), before)
        if self.answers.keep is Keep.CONFIG:
            _put_secret(text, self.config)
        else:
            put(text, self.config)
        answering.forget(self.config)
        return Written(self.config, secret, before)


def _put_secret(text: str, file: Path) -> None:
    """Write a file that nobody else may read, whoever could read it before."""
    if file.exists():
        file.chmod(0o600)
    put(text, file, 0o600)
