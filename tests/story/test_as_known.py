"""Half a year of edits, day by day: of every day that is past, exactly what was said on it can be told again.

`python -m tests.story.test_as_known --days 365 --seed 7` lives through a longer one, with other edits.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.asana.sandbox import Limits, Sandbox
from syncd.app import App
from syncd.chronicle import NothingKnown
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.scorecard.explain import Explanation
from syncd.scorecard.view import Scorecard
from tests.cli.district import TOKEN, District
from tests.connectors.clock import START, ToldClock
from tests.scorecard.plans_of_years import edited, source

ZONE = ZoneInfo("America/New_York")
DAYS = 183
KPI = "goals.0.outcomes.0.kpis.0"
ACTION = "goals.0.actions.0"


@dataclass
class Year:
    """A district on whose plan and board something happens now and then, with what was said at the end of each day."""

    district: District
    clock: ToldClock
    chance: random.Random
    plan: dict[str, Any] = field(default_factory=source)
    said: dict[date, tuple[Scorecard, Scorecard, Explanation]] = field(default_factory=dict)
    app: App = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.write()
        self.start()

    def start(self) -> None:
        """A process that knows nothing but what is on the disk."""
        self.app = App(load_config(self.district.config), self.clock, threads=False)

    def write(self) -> None:
        """Make this the plan's file, of another size each time."""
        head = {key: value for key, value in self.plan.items() if key != "goals"}
        text = json.dumps({"plan": head, "goals": self.plan["goals"]}) + " " * (len(self.said) % 50)
        (self.district.folder / "plan.json").write_text(text, encoding="utf-8")

    def live(self) -> None:
        """A day: sometimes the plan is edited, sometimes the board, sometimes no pass is made; and then it is told."""
        busy = self.chance.random() < 0.4
        if busy:
            for _ in range(self.chance.randint(1, 3)):
                self.edit()
            self.write()
            self.work()
            list(self.app.sync())
        self.clock.sleep((self.midnight() - self.clock.now()).total_seconds() - self.chance.randint(1, 3600))
        self.said[self.app.figures.today()] = self.tell()
        if self.chance.random() < 0.05:
            self.app.close()
            self.start()
        self.clock.sleep((self.midnight() - self.clock.now()).total_seconds() + self.chance.randint(0, 3600))

    def midnight(self) -> datetime:
        """The end of the district's day."""
        return datetime.combine(self.app.figures.today() + timedelta(days=1), time.min, ZONE)

    def tell(self, as_of: date | None = None) -> tuple[Scorecard, Scorecard, Explanation]:
        """What is said of a day to the office and to the public, and where a figure came from."""
        one, other = (self.app.scorecard(audience=audience, as_of=as_of) for audience in Audience)
        return one, other, self.app.explain("G1", as_of=as_of)

    def edit(self) -> None:
        """One edit of the plan."""
        self.number += 1
        goal, chance = self.plan["goals"][0], self.chance
        kpi, action = goal["outcomes"][0]["kpis"][0], goal["actions"][0]
        new = {"id": f"N{self.number}", "title": f"New work {self.number}", "audience": chance.choice(list(Audience))}
        readings = kpi["readings"]
        today = self.app.figures.today().isoformat()
        edits: list[tuple[str, Any]] = [
            (f"{ACTION}.projects.{len(action['projects'])}", new),
            (f"{KPI}.readings.{chance.randrange(len(readings))}.value", str(chance.randint(400, 700) / 10)),
            (f"{KPI}.title", f"Grade {chance.randint(3, 5)} reading"),
            (f"{KPI}.target.value", chance.randint(65, 80)),
            (f"{KPI}.baseline.value", chance.randint(50, 56)),
            (f"{KPI}.state", chance.choice(["active", "paused", "retired"])),
            (f"{KPI}.audience", chance.choice(["public", "internal"])),
            (f"{KPI}.owner", chance.choice(["Pat Example", "Chief Academic Officer"])),
            (f"{ACTION}.weight", chance.randint(1, 4)),
            (f"{ACTION}.title", f"Adopt the curriculum, edition {self.number}"),
            ("goals.1.title", f"Every family is heard {self.number}"),
            ("minimum_group", chance.choice([5, 10, 20])),
        ]
        if all(reading["on"] != today for reading in readings):
            edits.append((f"{KPI}.readings.{len(readings)}", {"value": str(54 + self.number / 8), "on": today}))
        if projects := action["projects"]:
            which = chance.randrange(len(projects))
            place = f"{ACTION}.projects.{which}"
            edits += [
                (f"{place}.state", chance.choice(["active", "on_hold", "deferred", "cancelled"])),
                (f"{place}.due", (self.app.figures.today() + timedelta(days=chance.randint(-30, 60))).isoformat()),
                (place, {**projects[which], "id": f"R{self.number}", "was": projects[which]["id"]}),
            ]
            if len(projects) > 2:
                edits.append((place, None))
        self.plan = edited(self.plan, chance.choice(edits))

    def work(self) -> None:
        """What teams do on the board."""
        world = self.district.box.world
        tasks = [task for task in world.tasks.values() if not task.deleted and task.parent]
        for task in self.chance.sample(tasks, min(2, len(tasks))):
            deed = self.chance.random()
            if deed < 0.6:
                world.complete(task.gid, done=self.chance.random() < 0.7)
            elif deed < 0.7:
                world.delete(task.gid)
            elif deed < 0.8 and self.chance.random() < 0.5:
                world.set(task.gid, due_on=self.app.figures.today() + timedelta(days=self.chance.randint(1, 90)))


@contextmanager
def founded(folder: Path) -> Iterator[District]:
    """A district with a local Asana; its mapping counts teams' own tasks."""
    with Sandbox(token=TOKEN, limits=Limits(per_minute=None)) as box:
        made = District(folder, box)
        made.write_config(
            mapping='unplanned = "count"\nremoved = "leave"\n[mappings.academics.limits]\nmax_changes = 10000\n'
        )
        text = made.config.read_text(encoding="utf-8").replace("plan.toml", "plan.json")
        made.config.write_text(text, encoding="utf-8")
        yield made


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [3])
def test_every_day_is_told_again_as_it_was(tmp_path: Path, seed: int) -> None:
    """Whatever is edited, done, deleted and corrected later: each day is told as it was."""
    live_through(tmp_path, DAYS, seed)


def live_through(folder: Path, days: int, seed: int) -> None:
    """Live so many days in a new district, and look back at each of them."""
    with founded(folder) as district:
        year = Year(district, ToldClock(), random.Random(seed))
        list(year.app.sync())
        for _ in range(days):
            year.live()
        assert len(year.said) == days
        told = {card.goals for card, _, _ in year.said.values()}
        assert len(told) > days / 4, "enough has happened"
        for day, said in year.said.items():
            assert year.tell(day) == said, day
        with pytest.raises(NothingKnown, match="its history begins on"):
            year.app.scorecard(audience=Audience.INTERNAL, as_of=START.date() - timedelta(days=1))
        year.app.close()


def main() -> None:
    """Live for longer than the tests do."""
    asked = argparse.ArgumentParser(prog="python -m tests.story.test_as_known")
    asked.add_argument("--days", type=int, default=365)
    asked.add_argument("--seed", type=int, default=3, help="what is edited, and what teams do")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        live_through(Path(folder), given.days, given.seed)
    sys.stdout.write(f"{given.days} days were told, and all of them are told again as they were.\n")


if __name__ == "__main__":
    main()
