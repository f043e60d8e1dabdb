"""The Markdown connector passes the suite of all connectors, but for what a folder does not have."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import basics
from connectors.editing import place
from markdown_bench import MarkdownBench
from syncd_markdown.page import Page
from tests.connectors.suite import Essential
from tests.docs.shell import blocks

HERE = Path(__file__).parent


class TestMarkdown(Essential):
    """A folder has no webhooks, no limits and no accounts."""

    @pytest.fixture
    def bench(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MarkdownBench:
        """An empty folder."""
        return MarkdownBench(tmp_path, lambda form: monkeypatch.setattr(basics, "FORM", form))


def test_it_stays_small() -> None:
    """An afternoon's work: less than 300 lines, all counted."""
    many = sum(path.read_text(encoding="utf-8").count("\n") for path in (HERE / "syncd_markdown").rglob("*.py"))
    assert 200 < many < 300


PAGE = """# Plan

  - [ ] Plan <!-- id=a -->
    > First line.
    >
    > Third line.

    With words of its own.
\t- [x] Step <!-- id=b -->

A paragraph.

## Later <!-- id=g -->

Words on it.

- [ ] Next <!-- id=c -->
- [ ] Next <!-- id=c -->
"""


def test_a_box_moves_with_all_that_stands_below_it() -> None:
    """Notes, text and steps go along and are indented anew; what does not belong to it stays as people wrote it."""
    page = Page(PAGE, "plan", "", datetime(2026, 9, 1, tzinfo=UTC))
    assert {task.id: (task.notes, task.steps) for task in page.tasks().values()} == {
        "a": ("First line.\n\nThird line.", (1, 1)),
        "b": ("", (0, 0)),
        "c": ("", (0, 0)),
        "c-2": ("", (0, 0)),
    }
    page.move("a", place(page.tasks(), None, "g", ""))
    assert (
        page.text
        == """# Plan


A paragraph.

## Later <!-- id=g -->

Words on it.

- [ ] Plan <!-- id=a -->
  > First line.
  >
  > Third line.

  With words of its own.
  - [x] Step <!-- id=b -->
- [ ] Next <!-- id=c -->
- [ ] Next <!-- id=c -->
"""
    )


def test_a_box_moves_behind_its_own_copy() -> None:
    """The copy goes by another id only as long as the box stands above it."""
    page = Page(PAGE, "plan", "", datetime(2026, 9, 1, tzinfo=UTC))
    page.rewrite("c", lambda task: replace(task, title="The first"))
    page.move("c", place(page.tasks(), None, "g", "c-2"))
    assert page.text.endswith("- [ ] Next <!-- id=c -->\n- [ ] The first <!-- id=c -->\n")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the package is installed, as anybody would install it."""
    site = tmp_path_factory.mktemp("site")
    source = shutil.copytree(HERE, tmp_path_factory.mktemp("source") / "package")
    offline = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", "install", *offline, "--target", site, source], check=True)
    return site


def syncd(site: Path, folder: Path, *words: str) -> str:
    """What a command prints, with the package at hand."""
    command = [Path(sys.executable).with_name("syncd"), *words]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.process
def test_ticking_a_box_completes_the_project(installed: Path, tmp_path: Path) -> None:
    """Found by its entry point, it does what the page beside it says: a ticked box is done work on the scorecard."""
    folder = shutil.copytree(HERE, tmp_path / "district", ignore=shutil.ignore_patterns("syncd_markdown"))
    first, second = ([shlex.split(line, comments=True) for line in each.lines] for each in blocks(HERE / "README.md"))
    assert first[0] == ["pip", "install", "-e", "."]  # which is done: `installed`
    assert [words[0] for words in (*first[1:], *second)] == ["syncd", "syncd", "syncd"]
    syncd(installed, folder, "check", "--online")
    assert "3 created" in syncd(installed, folder, *first[1][1:])
    page = folder / "boards" / "library-plan.md"
    page.write_text(page.read_text().replace("[ ] Give", "[x] Give"))
    said = [syncd(installed, folder, *words[1:]) for words in second]
    assert "1 of 2 projects done" in said[-1]
    goals = json.loads(syncd(installed, folder, "scorecard", "--format", "json"))["goals"]
    projects = {project["id"]: project["done"] for project in goals[0]["actions"][0]["projects"]}
    assert projects == {"G1.A1.P1": True, "G1.A1.P2": False}
    assert json.loads(syncd(installed, folder, "sync", "--json"))["passes"][0]["requests"] == 1
