"""A district whose teams work in the local monday: a folder, a clock that is told the time, and hands for all sides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from connectors.contract import Settings
from connectors.monday.sandbox import Fault, Limits, Sandbox
from connectors.monday.sandbox.records import Board, Item
from connectors.sandbox.exchange import Recorded
from syncd.app import App
from syncd.config import load_config
from tests.cli.district import PLAN, Said, run
from tests.connectors.clock import ToldClock
from tests.contracts.monday import contracts_if_any

NAME = "Strategic plan"
ANN, BOB = "ann@district.example", "bob@district.example"
UNLIMITED = Limits(per_minute=None, concurrency=None, complexity=1_000_000_000, daily=None)
WIDE = "requests_per_minute = 600000\ndaily_calls = 600000"
"""The connection's limits where a test is about something else."""


@dataclass
class Place:
    """Everything one story needs; each command is a new process's, as far as what it remembers goes."""

    folder: Path
    box: Sandbox
    clock: ToldClock
    token: str = ""
    settings: str = WIDE
    timeout: float = 30.0

    def __post_init__(self) -> None:
        self.token = self.token or self.box.token
        self.box.world.add_user("Ann", ANN)
        self.box.world.add_user("Bob", BOB)
        self.write_plan(PLAN)
        self.write_config()

    # The strategy office

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "config.toml"

    @property
    def plan(self) -> str:
        """The plan's file."""
        return (self.folder / "plan.toml").read_text(encoding="utf-8")

    def write_plan(self, text: str) -> None:
        """Make this the plan."""
        (self.folder / "plan.toml").write_text(text, encoding="utf-8")

    def change_plan(self, *changes: tuple[str, str]) -> None:
        """Put one text in the place of another, in the plan."""
        text = self.plan
        for before, after in changes:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        self.write_plan(text)

    def write_config(self, mapping: str = "", *, container: str = f'{{ name = "{NAME}" }}', more: str = "") -> None:
        """A configuration with one mapping, called academics; `mapping` holds more keys of it, `more` more sections."""
        head = (
            self.head() + f'[mappings.academics]\nplan = "district"\nconnection = "monday"\ncontainer = {container}\n'
        )
        self.config.write_text(f"{head}{mapping}\n{more}", encoding="utf-8")

    def head(self) -> str:
        """What stands above the mappings."""
        return (
            f'[connections.monday]\nkind = "monday"\ntoken = "{self.token}"\nbase_url = "{self.box.base_url}"\n'
            f'{self.settings}\n[plans.district]\nsource = "plan.toml"\n'
        )

    # syncd

    def run(self, *arguments: str) -> Said:
        """A command, with five minutes before and after it in which people may do something."""
        self.clock.pass_(minutes=5)
        with (
            patch("syncd.cli.opening.App", partial(App, clock=self.clock, threads=False)),
            patch("syncd.connections.Settings", partial(Settings, timeout=self.timeout)),
        ):
            said = run("--config", str(self.config), *arguments)
        self.clock.pass_(minutes=5)
        assert self.box.token not in said.out + said.err
        assert "Traceback" not in said.out + said.err, said.err
        return said

    def sync(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The figures of the one pass of `sync`, which ends with this code."""
        said = self.run("sync", "--json", *arguments)
        assert said.code == code, said
        [figures] = said.json["passes"]
        return dict(figures)

    def settled(self) -> bool:
        """Whether a further pass asks once and writes nothing."""
        before = len(self.box.requests)
        figures = self.sync()
        return figures["requests"] == len(self.box.requests) - before == 1 and self.wrote(before) == []

    @contextmanager
    def app(self) -> Iterator[App]:
        """Everything wired, to be asked for more than one thing."""
        with App(load_config(self.config), self.clock, threads=False) as app:
            yield app

    def card(self) -> dict[str, Any]:
        """The scorecard: implementation of the KPIs, progress of actions and projects, by id."""
        card = json.loads(self.run("scorecard", "--format", "json").out)
        found: dict[str, Any] = {}
        for goal in card["goals"]:
            found |= {kpi["id"]: kpi["implementation"] for out in goal["outcomes"] for kpi in out["kpis"]}
            for action in goal["actions"]:
                found[action["id"]] = action["progress"]
                found |= {project["id"]: project["progress"] for project in action["projects"]}
        return found

    def log(self, item: str = "") -> str:
        """What the log says of an item, or of everything."""
        return self.run("log", *([item] if item else [])).out

    # monday

    def board(self, name: str = NAME) -> Board:
        """The only live board of that name."""
        [found] = [one for one in self.box.world.boards.values() if one.name == name and one.state == "active"]
        return found

    def item(self, id_: str) -> Item:
        """The only active item that carries a plan item's marker."""
        [found] = self.carriers(id_)
        return found

    def carriers(self, id_: str) -> list[Item]:
        """All active items that carry a plan item's marker."""
        marker = f"syncd:district/{id_}"
        return [one for one in self.box.world.items.values() if one.state == "active" and self.marker(one) == marker]

    def marker(self, item: Item) -> object:
        """What stands in an item's column “Plan ID”."""
        return self.held(item, "Plan ID")

    def held(self, item: Item, title: str) -> Any:
        """What an item's column of that title holds, as people see it."""
        board = self.box.world.boards[item.board]
        column = next((one for one in board.columns if one.title == title), None)
        return item.cells.get(column.id) if column else None

    def once_each(self, many: int) -> bool:
        """Whether that many items are active, and each has a marker of its own."""
        active = [one for one in self.box.world.items.values() if one.state == "active"]
        markers = {self.marker(one) for one in active}
        return len(active) == many == len(markers - {None})

    def group(self, item: Item) -> str:
        """The title of the group in which an item stands."""
        return self.box.world.group_of(item.board, item.group).title

    def write(self, item: Item, title: str, value: Any) -> None:
        """Someone of the team fills in a column."""
        self.box.world.write(item.id, {title: value})

    def fault(self, match: str = "", **fault: Any) -> None:
        """Something is about to go wrong."""
        self.box.faults.append(Fault(match, **fault))

    def wrote(self, since: int = 0) -> list[Recorded]:
        """The requests that write, from a certain one on."""
        return [seen for seen in self.box.requests[since:] if seen.body["query"].startswith("mutation")]


@contextmanager
def place(folder: Path, limits: Limits = UNLIMITED, **how: Any) -> Iterator[Place]:
    """A district that has not pushed anything yet."""
    clock = ToldClock()
    with Sandbox(clock, limits=limits, contracts=contracts_if_any()) as box:
        yield Place(folder, box, clock, **how)
