"""The demo itself: told once on any day, and on stage until it is told to stop."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from syncd.demo import play
from syncd.demo.stage import PARTS, StoryClock, free
from syncd.demo.towns import TOWNS
from syncd.examples import example
from tests.service.daemons import until


class ToldClock(StoryClock):
    """A story clock on a machine whose date is another one."""

    def __init__(self, today: date) -> None:
        super().__init__()
        began = datetime.now(UTC)
        self._ahead = datetime(today.year, today.month, today.day, 15, tzinfo=UTC) - began

    def now(self) -> datetime:
        """The instant of the story, else that of the other date, which goes on."""
        return self.at or datetime.now(UTC) + self._ahead


@pytest.mark.parametrize(
    ("tool", "today"),
    [
        ("asana", date(2026, 1, 15)),
        ("asana", date(2030, 6, 1)),
        ("monday", date(2026, 1, 15)),
        ("both", date(2030, 6, 1)),
    ],
)
def test_the_story_on_another_day(tmp_path: Path, tool: str, today: date) -> None:
    """Early in the plan and after its end the teams have been at work, and the story moves the scorecard."""
    said: list[str] = []
    play.play_once(tool, tmp_path, said.append, ToldClock(today))
    text = "\n".join(said)
    done, total = map(int, re.search(r"^(\d+) of (\d+) projects done", text, re.MULTILINE).groups())  # type: ignore[union-attr]
    assert 0 < done < total
    assert f"The plan: {done + 1} → {done + 2} of {total} projects done" in text
    assert re.search(r"work \d+ % → \d+ %", text)
    assert "On the board it has 2 steps" in text
    renamed = re.search(r"Someone renames “(.+?)” in \w+ to “reading stuff!!”", text)
    assert renamed
    assert f"On the board it is called “{renamed[1]}”." in text
    before, after = text.split("\nThe scorecard after\n")
    assert f"as of {today.day} {today:%B %Y}" in after
    assert f"{done} of {total} projects done" in before.split("The scorecard before")[1]
    assert f"{done + 2} of {total} projects done" in after


@pytest.mark.process
def test_once_as_a_process(tmp_path: Path) -> None:
    """With nothing prepared and no terminal: the story and both scorecards on stdout, the page in its file, exit 0."""
    command = [sys.executable, "-c", "import sys; from syncd.cli import main; sys.exit(main())", "demo", "--once"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    order = ["110 tasks made", "▸ A team ticks off", "▸ Someone renames", "The scorecard before", "The scorecard after"]
    places = [ran.stdout.index(words) for words in order]
    assert places == sorted(places)
    assert "demo/scorecard.html" in ran.stdout.splitlines()[-1]
    page = (tmp_path / "demo" / "scorecard.html").read_text(encoding="utf-8")
    assert "Every Student Ready 2025–2029" in page
    assert page.rstrip().endswith("</html>")
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


@pytest.mark.parametrize("tool", ["asana", "both"])
def test_on_stage(monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    """The addresses; the story; then a tick on each board, made as a browser makes it, reaches the scorecard."""
    monkeypatch.setattr(play, "_show", lambda *_: None)
    said: list[str] = []
    stop = threading.Event()
    thread = threading.Thread(target=play.play_on, args=(tool, said.append, stop), kwargs={"pause": 0.0})
    thread.start()
    try:
        until(lambda: any("The board in" in line for line in said))
        [addresses] = [line for line in said if "The board in" in line]
        *boards, page = re.findall(r"http://\S+", addresses)
        assert len(boards) == len(PARTS[tool])
        until(lambda: any("Now you: tick a task" in line for line in said))
        for board in boards:
            _ticked(board, page, said)
    finally:
        stop.set()
        thread.join()
    beats = [line for line in said if line.startswith("\n▸")]
    assert len(beats) == 4
    assert all(any(f" in {TOWNS[part.kind].title}" in line for line in beats) for part in PARTS[tool])
    with pytest.raises(httpx.ConnectError):
        httpx.get(page, trust_env=False)


def test_told_to_stop_while_it_begins() -> None:
    """Whoever ends it while the plan is being pushed gets no addresses that no longer answer."""
    said: list[str] = []
    stop = threading.Event()
    stop.set()
    play.play_on("asana", said.append, stop)
    assert not any("http://" in line for line in said)


def test_what_takes_long_is_not_called_unmoved() -> None:
    """Where syncd has not taken in a beat in time, the story says so instead of saying that no figure moves."""
    said: list[str] = []
    with play._staged(StoryClock(), "asana") as stage:
        stage.push()
        play._tell(stage, said.append, lambda: False, threading.Event())
    assert len([line for line in said if "takes longer than usual" in line]) == 4
    assert not any("No figure moves" in line for line in said)


def test_a_beat_is_taken_in_once_every_tool_was_looked_at() -> None:
    """A pass that looked before does not count, nor does one of only one of the tools."""
    with play._staged(StoryClock(), "both") as stage:
        stage.push()
        now = stage.app.clock.now()
        assert not stage.taken_in(now)
        list(stage.app.sync(["academics"]))
        assert not stage.taken_in(now)
        list(stage.app.sync(["operations"]))
        assert stage.taken_in(now)


def _projects(page: str) -> list[dict[str, Any]]:
    """The projects as the scorecard's data show them."""
    goals = httpx.get(f"{page}/scorecard.json", trust_env=False).json()["goals"]
    return [project for goal in goals for action in goal["actions"] for project in action["projects"]]


def _ticked(board: str, page: str, said: list[str]) -> None:
    """Tick an open task on the board, and wait until the scorecard and the story show it."""
    before = _done(page)
    address = next(each["url"] for each in _projects(page) if not each["done"] and _on(board, each["url"]))
    task = address.rstrip("/").rpartition("/")[2]
    ticked = httpx.post(f"{board}/tick", data={"task": task, "done": "yes"}, trust_env=False)
    assert ticked.status_code == 303
    until(lambda: _done(page) == before + 1)
    until(lambda: any(line.startswith(f"  ▸ The plan: {before} → {before + 1} of ") for line in said))


def _on(board: str, address: str | None) -> bool:
    """Whether a task's address is of the tool that shows this board."""
    return address is not None and httpx.URL(address).port == httpx.URL(board).port


def _done(page: str) -> int:
    return sum(project["done"] for project in _projects(page))


def test_the_example_and_free_ports() -> None:
    """The example plan is found; a port that is taken is answered with 0, which takes any."""
    assert (example() / "plan.toml").is_file()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free(port) == 0
    assert free(port) == port
