"""Every command for a shell that the documents show is run, or says why it is not."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest

from connectors.asana.sandbox import Limits, Sandbox
from syncd.app import App
from syncd.cli.entry import COMMANDS
from tests.cli.district import PLAN, TOKEN, District, Said
from tests.connectors.clock import ToldClock
from tests.docs.shell import PAGES, ROOT, Block, blocks
from tests.house.test_docs import wrong

ELSEWHERE: Final = {
    ROOT / "docs" / "tutorial.md": "tests/cli/test_tutorial.py runs it against both tools",
    ROOT / "examples" / "connector-markdown" / "README.md": "its test_markdown.py runs it with the package installed",
}
"""Pages whose blocks another test runs, as their reader would."""
ALL: Final = {page: blocks(page) for page in PAGES}
RUN: Final = {page: [each for each in found if not each.why] for page, found in ALL.items() if page not in ELSEWHERE}
NEXT: Final = '[plans.next]\nsource = "next.toml"\n'
HELD: Final = [each for found in ALL.values() for each in found if each.why]


@dataclass
class Office:
    """A folder in which the commands of a page are typed one after the other, in the summer after a first pass."""

    district: District
    clock: ToldClock

    def type(self, line: str) -> Said:
        """What a line says; `syncd` is run in this process, whatever else by a shell."""
        words = shlex.split(line, comments=True)
        if words[1:] == ["run"]:
            return self.started_and_stopped()
        if words[0] in ("syncd", ".venv/bin/syncd") and not {"|", ">"} & set(words):
            self.district.write_config(more=NEXT if "next" in words else "")
            with patch("syncd.cli.opening.App", partial(App, clock=self.clock, threads=False)):
                return self.district.run(*words[1:])
        there = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        environment = {**os.environ, "PATH": there, "SYNCD_CONFIG": str(self.district.config)}
        done = subprocess.run(
            ["sh", "-ec", line], cwd=self.district.folder, env=environment, capture_output=True, text=True, check=False
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def started_and_stopped(self) -> Said:
        """What the daemon says until it can be visited, and how it ends when it is told to."""
        with self.district.started("run") as process:
            assert process.stderr
            told = next((line for line in process.stderr if "http://" in line), "")
            process.send_signal(signal.SIGINT)
            _, rest = process.communicate(timeout=30)
            assert told, rest
            return Said(process.returncode, "", told + rest)


@contextmanager
def working(place: Path, clock: ToldClock) -> Iterator[Office]:
    """A district with its local Asana, as the place holds them."""
    with Sandbox(clock=clock, token=TOKEN, limits=Limits(per_minute=None), state=place / "asana.json") as box:
        district = District(place / "district", box)
        (district.folder / "next.toml").write_text(
            PLAN.replace('"district"', '"next"\nstatus = "draft"', 1), encoding="utf-8"
        )
        yield Office(district, clock)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a district holds that made its first pass in February."""
    place, clock = tmp_path_factory.mktemp("year"), ToldClock()
    (place / "district").mkdir()
    clock.pass_(days=-190)
    with working(place, clock) as office:
        office.district.box.world.add_user("Ann", "ann@district.example")
        assert office.type("syncd sync").code == 0
    return place


@pytest.fixture
def office(year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The same in the summer."""
    shutil.copytree(year, tmp_path, dirs_exist_ok=True)
    clock = ToldClock()
    clock.pass_(days=-60)
    monkeypatch.chdir(tmp_path / "district")
    with working(tmp_path, clock) as made:
        yield made


def prepare(page: str, office: Office) -> None:
    """What a page takes for granted."""
    folder = office.district.folder
    if page == "import.md":
        (folder / "plan.toml").unlink()
        for sheet in (ROOT / "examples" / "spreadsheet").glob("*.csv"):
            shutil.copy(sheet, folder)


@pytest.mark.parametrize("page", [page for page, found in RUN.items() if found], ids=lambda page: page.name)
def test_every_command_of_a_page_does_what_it_says(page: Path, office: Office) -> None:
    """In its order, in one folder: done, perhaps with something to look at."""
    prepare(page.name, office)
    for block in RUN[page]:
        for line in block.lines:
            said = office.type(line)
            assert said.code in (0, 1), (f"{block.page}:{block.line}", line, said)


@pytest.mark.parametrize("block", HELD, ids=lambda block: f"{block.page}:{block.line}")
def test_what_is_not_run_can_be_typed(block: Block) -> None:
    """The shell can read it, and syncd, wherever it is called from, has the commands and options."""
    read = subprocess.run(["sh", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")
    for line in block.lines:
        words = shlex.split(line, comments=True)
        called = [
            words[at + 1 :] for at, word in enumerate(words[:-1]) if word == "syncd" and words[at + 1] in COMMANDS
        ]
        assert [(each, why) for each in called if (why := wrong(each))] == []


def test_a_reason_is_given_in_words() -> None:
    """And nothing is left out without one: the pages hold blocks of both kinds."""
    assert all(len(each.why.split()) > 2 for each in HELD)
    assert sum(map(len, RUN.values())) > 10
    assert set(ELSEWHERE) <= set(PAGES)
