"""The demo's stage: a local Asana with a district's people in it, and syncd set up to push the example plan there."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from connectors.asana.sandbox import Limits, Sandbox
from connectors.clock import SystemClock
from syncd.app import App
from syncd.config import load_config
from syncd.demo.story import history
from syncd.plan.model import Audience
from syncd.records import Outcome
from syncd.scorecard.view import Scorecard

MAPPING: Final = "riverbend"
BOARD_PORT: Final = 8090
PAGE_PORT: Final = 8080
_TOKEN: Final = "token-of-the-local-asana"  # noqa: S105  of the local Asana, which forgets it when the demo ends
_CONFIG: Final = """\
timezone = "America/New_York"

[server]
listen = "127.0.0.1:{page}"

[connections.asana]
kind = "asana"
token = "{token}"
base_url = "{asana}"
requests_per_minute = 60000   # the local Asana sets no limit

[plans.district]
source = "plan.toml"

[mappings.{mapping}]
plan = "district"
connection = "asana"
every = "2s"
container = {{ name = "{container}" }}
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
    """Everything that runs: `box` is the local Asana, `app` is syncd."""

    box: Sandbox
    app: App
    clock: StoryClock
    links: dict[str, str] = field(default_factory=dict)

    def task(self, item: str) -> str:
        """The id of an item's task."""
        if item not in self.links:
            with self.app.store.reading() as reader:
                self.links = {name: link.task for name, link in reader.links(MAPPING).items()}
        return self.links[item]

    def sync(self) -> bool:
        """One pass of everything; whether it ended well."""
        return all(report.outcome is Outcome.DONE for report in list(self.app.sync()))

    def card(self) -> Scorecard:
        """The scorecard as those in the district office see it."""
        return self.app.scorecard(audience=Audience.INTERNAL)

    def push(self) -> None:
        """Let the plan become tasks on its first day, or today where that is still to come."""
        first = self.app.plan("district").start or self.app.today()
        self._put_back(min(first, self.app.today() - timedelta(days=1)), 8)
        self.sync()
        self.clock.at = None

    def live_through(self) -> None:
        """Let the teams finish what they have finished by now, then take it in."""
        for number, (day, item) in enumerate(history(self.app.plan("district"), self.app.today())):
            self._put_back(day, 9 + number % 7)
            self.box.world.complete(self.task(item))
        self.clock.at = None
        self.sync()

    def _put_back(self, day: date, hour: int) -> None:
        self.clock.at = datetime.combine(day, time(hour), self.app.config.zone)


@contextmanager
def staged(folder: Path, clock: StoryClock) -> Iterator[Stage]:
    """A stage with everything it needs in a folder that is there for it alone."""
    shutil.copytree(example(), folder, dirs_exist_ok=True)
    box = Sandbox(clock=clock, limits=Limits(per_minute=None), port=free(BOARD_PORT), token=_TOKEN)
    with box:
        text = _CONFIG.format(
            page=free(PAGE_PORT), token=_TOKEN, asana=box.base_url, mapping=MAPPING, container="Strategic plan 2025–29"
        )
        (folder / "config.toml").write_text(text, encoding="utf-8")
        with App(load_config(folder / "config.toml"), clock) as app:
            for placed in app.plan("district").items.values():
                _welcome(box, placed.item.owner)
            yield Stage(box, app, clock)


def example() -> Path:
    """The folder of the example plan: beside this module where syncd is installed, else in the project's tree."""
    installed = Path(str(files("syncd.demo"))) / "riverbend"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "examples" / "riverbend"


def free(port: int) -> int:
    """The port if nothing listens on it, else 0, which takes any that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def _welcome(box: Sandbox, address: str | None) -> None:
    """Let someone into the workspace: "director.literacy@…" becomes "Director Literacy"."""
    known = {user.email for user in box.world.users.values()}
    if address and address not in known:
        box.world.add_user(address.partition("@")[0].replace(".", " ").title(), address)
