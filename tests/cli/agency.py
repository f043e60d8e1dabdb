"""An agency for tests: one folder with a file for all and one for each of two districts, which have an Asana each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.asana.sandbox import Limits, Sandbox
from tests.cli.district import PLAN, PatientClock, Said, run

DISTRICTS = ("lakeside", "riverbend")


def token(district: str) -> str:
    """The token of a district's account."""
    return f"2/1200/nobody-may-see-what-is-{district}s"


@dataclass(frozen=True, slots=True)
class Agency:
    """The folder, and each district's local Asana."""

    folder: Path
    boxes: dict[str, Sandbox]

    def __post_init__(self) -> None:
        for name in DISTRICTS:
            (self.folder / name).mkdir()
            self.write_plan(name)
            self.write(name, self.own(name))
        self.write("config", '[store]\nurl = "sqlite:///all.db"\n[server]\nlisten = "127.0.0.1:0"\n')

    def own(self, name: str) -> str:
        """What stands in a district's file."""
        return f"""\
[connections.{name}]
kind = "asana"
token = "{token(name)}"
base_url = "{self.boxes[name].base_url}"
[plans.{name}]
source = "{name}/plan.toml"
[mappings.{name}-academics]
plan = "{name}"
connection = "{name}"
container = {{ name = "Plan of {name}" }}
"""

    @property
    def config(self) -> Path:
        """The configuration: the folder."""
        return self.folder

    def write(self, name: str, text: str) -> None:
        """Make this a file of the configuration."""
        (self.folder / f"{name}.toml").write_text(text, encoding="utf-8")

    def write_plan(self, name: str, more: str = "") -> None:
        """Make this a district's plan: the usual one under an id of its own, with more at the end."""
        text = PLAN.replace('id = "district"', f'id = "{name}"') + more
        (self.folder / name / "plan.toml").write_text(text, encoding="utf-8")

    def tasks(self, name: str) -> int:
        """How many tasks a district's Asana holds."""
        return len(self.boxes[name].world.tasks)

    def run(self, *arguments: str) -> Said:
        """The command line in this process, with the folder as its configuration."""
        said = run("--config", str(self.folder), *arguments)
        for name, box in self.boxes.items():
            assert token(name) not in said.out + said.err
            assert isinstance(box.world.clock, PatientClock)
            box.world.clock.pass_by()
        return said


@contextmanager
def agency_in(folder: Path) -> Iterator[Agency]:
    """An agency with two districts, of which nothing was pushed yet; Ann works in both."""
    folder.mkdir()
    with ExitStack() as opened:
        boxes = {
            name: opened.enter_context(Sandbox(clock=PatientClock(), token=token(name), limits=Limits(per_minute=None)))
            for name in DISTRICTS
        }
        for box in boxes.values():
            box.world.add_user("Ann", "ann@district.example")
        yield Agency(folder, boxes)
