"""A small district for tests of the command line: a local Asana, a configuration and a plan in a folder, and `run`."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.asana.sandbox import Sandbox
from connectors.asana.sandbox.records import Task
from connectors.clock import SystemClock
from syncd.cli import main

TOKEN = "2/1200/a-token-that-nobody-may-see"
NAME = "Strategic plan"

PLAN = """\
[plan]
id = "district"
title = "Every Student Ready"
organization = "Riverbend Unified"
start = 2025-07-01
end = 2029-06-30

[[goals]]
id = "G1"
title = "Every child reads by grade three"

[[goals.outcomes]]
id = "G1.O1"
title = "Grade 3 proficiency rises in every school"

[[goals.outcomes.kpis]]
id = "G1.O1.K1"
title = "Grade 3 ELA proficiency"
unit = "%"
direction = "increase"
baseline = { value = 54.0, on = 2025-06-30 }
target = { value = 70.0, on = 2029-06-30 }
readings = [ { value = 55.5, on = 2026-01-31 } ]
audience = "public"

[[goals.actions]]
id = "G1.A1"
title = "Adopt structured literacy"
owner = "ann@district.example"
due = 2027-06-30

[[goals.actions.projects]]
id = "G1.A1.P1"
title = "Train every K-3 teacher"
due = 2027-01-15

[[goals.actions.projects]]
id = "G1.A1.P2"
title = "Choose the reading books"
due = 2027-02-15

[[goals]]
id = "G2"
title = "Every family is heard"

[[goals.actions]]
id = "G2.A1"
title = "Open a family office"

[[goals.actions.projects]]
id = "G2.A1.P1"
title = "Hire the family liaison"
"""
"""Two goals, one KPI, two actions and three projects: five tasks."""
TASKS = 5


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it said to other programs."""
        return json.loads(self.out)


def run(*arguments: str) -> Said:
    """The command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
    return Said(code, out.getvalue(), err.getvalue())


class PatientClock(SystemClock):
    """A tool's clock on which a second passes after every command: nobody edits in the instant of our own write."""

    def __init__(self) -> None:
        self._passed = timedelta()

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        return super().now() + self._passed

    def pass_by(self) -> None:
        """A second passes."""
        self._passed += timedelta(seconds=1)


@dataclass(slots=True)
class District:
    """A folder with a configuration and a plan, and the local Asana that it names."""

    folder: Path
    box: Sandbox
    base_url: str = ""
    token: str = TOKEN

    def __post_init__(self) -> None:
        self.base_url = self.base_url or self.box.base_url
        self.write_plan(PLAN)
        self.write_config()

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "config.toml"

    @property
    def store(self) -> Path:
        """The file of the store; there is none before the first pass."""
        return self.folder / "syncd.db"

    def write_plan(self, text: str) -> None:
        """Make this the plan."""
        (self.folder / "plan.toml").write_text(text, encoding="utf-8")

    def change_plan(self, *changes: tuple[str, str]) -> None:
        """Put one text in the place of another, in the plan."""
        text = (self.folder / "plan.toml").read_text(encoding="utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        self.write_plan(text)

    def write_config(self, *, container: str = f'{{ name = "{NAME}" }}', mapping: str = "", more: str = "") -> None:
        """A configuration with one mapping, called academics; `mapping` holds more keys of it, `more` more sections."""
        self.config.write_text(
            f"""\
timezone = "America/New_York"
[store]
url = "sqlite:///syncd.db"
[server]
listen = "127.0.0.1:0"
[connections.asana]
kind = "asana"
token = "{self.token}"
base_url = "{self.base_url}"
[plans.district]
source = "plan.toml"
[mappings.academics]
plan = "district"
connection = "asana"
container = {container}
{mapping}
{more}""",
            encoding="utf-8",
        )

    def run(self, *arguments: str) -> Said:
        """The command line in this process, with this district's configuration."""
        said = run("--config", str(self.config), *arguments)
        assert TOKEN not in said.out + said.err
        if isinstance(clock := self.box.world.clock, PatientClock):
            clock.pass_by()
        return said

    @contextmanager
    def started(self, *arguments: str, **settings: Any) -> Iterator[subprocess.Popen[str]]:
        """The command line as a process of its own, which does not outlive the block."""
        command = [sys.executable, "-c", "import sys; from syncd.cli import main; sys.exit(main())"]
        environment = {**os.environ, "SYNCD_CONFIG": str(self.config), **settings.pop("env", {})}
        settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
        with subprocess.Popen(
            [*command, *arguments], text=True, env=environment, cwd=self.folder, **settings
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def task(self, title: str) -> Task:
        """The task of that title, as it stands on the board."""
        [found] = [task for task in self.box.world.tasks.values() if task.name == title and not task.deleted]
        return found

    def left(self) -> set[str]:
        """The names of the files in the folder."""
        return {path.name for path in self.folder.iterdir()}
