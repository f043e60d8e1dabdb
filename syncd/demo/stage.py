"""The demo's stage: local tools with a district's people in them, and syncd set up to push the example plan there."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from connectors.clock import SystemClock
from syncd.app import App
from syncd.config import load_config
from syncd.demo.story import history
from syncd.demo.towns import TOWNS, Town
from syncd.examples import example
from syncd.plan.model import Audience
from syncd.records import Outcome
from syncd.scorecard.view import Scorecard

BOARD_PORT: Final = 8090
PAGE_PORT: Final = 8080


class Part(NamedTuple):
    """What one mapping pushes to one kind of tool: some goals of the plan, or with none named all of it."""

    mapping: str
    kind: str
    goals: tuple[str, ...] = ()


PARTS: Final[Mapping[str, tuple[Part, ...]]] = {
    "asana": (Part("riverbend", "asana"),),
    "monday": (Part("riverbend", "monday"),),
    "both": (Part("academics", "asana", ("G1", "G2")), Part("operations", "monday", ("G3", "G4"))),
}
"""What goes where, by the tool that the demo is asked for."""

_CONFIG: Final = """\
timezone = "America/New_York"

[server]
listen = "127.0.0.1:{page}"

[plans.district]
source = "plan.toml"
"""
_MAPPING: Final = """
[connections.{kind}]
kind = "{kind}"
token = "{token}"
base_url = "{address}"
requests_per_minute = 60000   # the local tool sets no limit
daily_calls = 10000000

[mappings.{mapping}]
plan = "district"
connection = "{kind}"
every = "2s"
container = {{ name = "Strategic plan 2025–29" }}
{branches}{shape}
"""


class StoryClock(SystemClock):
    """The machine's clock, which can be put back to tell what happened earlier."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def now(self) -> datetime:
        """The instant of the story, else the real one."""
        return self.at or super().now()


@dataclass
class Stage:
    """Everything that runs: `towns` are the local tools by the mapping that pushes there, `app` is syncd."""

    towns: Mapping[str, Town]
    app: App
    clock: StoryClock
    links: dict[str, tuple[Town, str]] = field(default_factory=dict)

    def sync(self) -> bool:
        """One pass of everything; whether it ended well."""
        return all(report.outcome is Outcome.DONE for report in list(self.app.sync()))

    def card(self) -> Scorecard:
        """The scorecard as those in the district office see it."""
        return self.app.scorecard(audience=Audience.INTERNAL)

    def push(self) -> None:
        """Let the plan become tasks on its first day, or today where that is still to come."""
        first = self.app.plan("district").start or self.app.figures.today()
        self._put_back(min(first, self.app.figures.today() - timedelta(days=1)), 8)
        self.sync()
        self.clock.at = None
        with self.app.store.reading() as reader:
            for mapping, town in self.towns.items():
                self.links |= {item: (town, link.task) for item, link in reader.links(mapping).items()}

    def live_through(self) -> None:
        """Let the teams finish what they have finished by now, then take it in."""
        for number, (day, item) in enumerate(history(self.app.plan("district"), self.app.figures.today())):
            self._put_back(day, 9 + number % 7)
            town, task = self.links[item]
            town.complete(task)
        self.clock.at = None
        self.sync()

    def taken_in(self, since: datetime) -> bool:
        """Whether of every mapping a pass has ended that looked at its tool after this instant."""
        with self.app.store.reading() as reader:
            for name in self.towns:
                last = reader.last_pass(name, ended=True)
                shelves = reader.shelves(self.app.config.mappings[name].connection).values()
                looked_at = min((shelf.looked_at for shelf in shelves if shelf.looked_at), default=since)
                # A pass looks first and is entered in the store then: the one that looked began no earlier than that.
                if last is None or not last.started_at >= looked_at > since:
                    return False
        return True

    def _put_back(self, day: date, hour: int) -> None:
        self.clock.at = datetime.combine(day, time(hour), self.app.config.zone)


@contextmanager
def staged(folder: Path, clock: StoryClock, tool: str) -> Iterator[Stage]:
    """A stage with everything it needs in a folder that is there for it alone; `tool` is one of `PARTS`."""
    shutil.copytree(example(), folder, dirs_exist_ok=True)
    with ExitStack() as closing:
        towns: dict[str, Town] = {}
        text = _CONFIG.format(page=free(PAGE_PORT))
        for number, part in enumerate(PARTS[tool]):
            town = TOWNS[part.kind](clock, free(BOARD_PORT + number), f"token-of-the-local-{part.kind}")
            closing.enter_context(town.box)
            towns[part.mapping] = town
            text += _written(part, town)
        (folder / "config.toml").write_text(text, encoding="utf-8")
        app = closing.enter_context(App(load_config(folder / "config.toml"), clock))
        for town in towns.values():
            _welcome(app, town)
        yield Stage(towns, app, clock)


def _written(part: Part, town: Town) -> str:
    """A connection and a mapping as the configuration has them."""
    return _MAPPING.format(
        kind=part.kind,
        token=town.box.token,
        address=town.box.base_url,
        mapping=part.mapping,
        branches=f"select = {list(part.goals)}\n" if part.goals else "",
        shape=town.shape,
    )


def _welcome(app: App, town: Town) -> None:
    """Let everyone in who owns something: "director.literacy@…" becomes "Director Literacy"."""
    owners = (placed.item.owner for placed in app.plan("district").items.values())
    for address in dict.fromkeys(filter(None, owners)):
        town.welcome(address.partition("@")[0].replace(".", " ").title(), address)


def free(port: int) -> int:
    """The port if nothing listens on it, else 0, which takes any that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
