"""Many mappings on one process: `python -m tests.bench.load --mappings 1000 --items 300 --seconds 60`.

The first mapping is pushed for real; what stands in its container then is laid into all others by hand, so that syncd
finds its tasks there by their markers, without a day of creates. Measured are the first look at everything, quiet
passes, and how far the mappings are behind while a daemon looks at each of them once a minute.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx

from connectors.asana.sandbox import Limits, Sandbox
from connectors.asana.sandbox.records import Project
from tests.bench.rows import Row

TOKEN: Final = "2/1200/for-the-bench"
ADMIN: Final = "for-the-bench-1234"
ACTIONS: Final = 10
ROUNDS: Final = 2
QUERIES: Final = 80
"""More statements in a quiet pass would be no small constant; every fourth only begins a transaction."""


@dataclass(frozen=True, slots=True)
class Round:
    """One pass of every mapping: how long it took by the clock, and of a core; what it asked, and what is held then."""

    seconds: float
    cpu: float
    requests: int
    statements: int
    most_statements: int
    megabytes: float


def measure() -> list[Row]:
    """A fiftieth of the load, which takes a minute; its figures for each mapping are those of all of it."""
    return rows(mappings=20, items=300, seconds=0)


def rows(mappings: int, items: int, seconds: int) -> list[Row]:
    """What comes out for so many mappings of so many items, with a daemon watched for so many seconds."""
    with TemporaryDirectory() as name, Sandbox(token=TOKEN, limits=Limits(per_minute=None)) as box:
        folder = Path(name)
        _push_the_first(folder, box, items)
        _lay_out(folder, box, mappings, items)
        few, first, *quiet = _rounds(folder, "few", "all", *["all"] * ROUNDS)
        lags = _lags(folder, seconds) if seconds else []
    return [*_told(mappings, items, few, first, quiet), *_behind(mappings, lags)]


def _told(mappings: int, items: int, few: Round, first: Round, quiet: Sequence[Round]) -> Iterator[Row]:
    what = f"{mappings} mappings × {items} items, one process: "
    cpu = statistics.median(each.cpu for each in quiet) / mappings
    asked = max(each.requests for each in quiet) / mappings
    most = max(each.most_statements for each in quiet)
    yield Row(f"{what}first look, requests a mapping", f"{first.requests / mappings:.1f}", "-", holds=True)
    yield Row(f"{what}quiet passes a second of one core", f"{1 / cpu:.0f}", "-", holds=True)
    yield Row(
        f"{what}quiet passes a second by the clock",
        f"{mappings / statistics.median(each.seconds for each in quiet):.0f}",
        "-",
        holds=True,
    )
    yield Row(f"{what}requests a quiet pass (Asana)", f"{asked:.2f}", "1", asked <= 1)
    yield Row(f"{what}statements a quiet pass, at most", f"{most}", f"{QUERIES}", most <= QUERIES)
    grown = (quiet[-1].megabytes - few.megabytes) / max(1, mappings - 1)
    yield Row(f"{what}memory a mapping", f"{grown:.2f} MB", "-", holds=True)
    yield Row(f"{what}memory in all", f"{quiet[-1].megabytes:.0f} MB", "-", holds=True)


def _behind(mappings: int, lags: Sequence[float]) -> Iterator[Row]:
    if lags:
        cut = statistics.quantiles(lags, n=100)
        told = f"{cut[49]:.0f} / {cut[94]:.0f} / {cut[98]:.0f} s"
        yield Row(f"{mappings} mappings looked at every minute: lag, median / 95 % / 99 %", told, "-", holds=True)


def plan(name: str, items: int) -> str:
    """A plan of so many projects, below ten actions of one goal."""
    lines = [f'[plan]\nid = "{name}"\ntitle = "Plan {name}"\n[[goals]]\nid = "G1"\ntitle = "Every child reads"\n']
    for action in range(ACTIONS):
        lines.append(f'[[goals.actions]]\nid = "G1.A{action}"\ntitle = "Action {action}"\n')
        lines += [
            f'[[goals.actions.projects]]\nid = "G1.A{action}.P{number}"\ntitle = "Project {action}.{number}"\n'
            for number in range(items // ACTIONS)
        ]
    return "".join(lines)


def _write(folder: Path, box: Sandbox, containers: Sequence[str], items: int) -> None:
    """A folder with a file for each district, all of which use one account."""
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(
        f"""\
[server]
listen = "127.0.0.1:0"
admin_token = "{ADMIN}"
[schedule]
backup = "off"
[connections.agency]
kind = "asana"
token = "{TOKEN}"
base_url = "{box.base_url}"
requests_per_minute = 1000000
share_left = 0
"""
    )
    (folder / "plans").mkdir()
    for number, container in enumerate(containers):
        name = f"d{number}"
        (folder / "plans" / f"{name}.toml").write_text(plan(name, items))
        (folder / f"{name}.toml").write_text(
            f"""\
[plans.{name}]
source = "plans/{name}.toml"
[mappings.{name}]
plan = "{name}"
connection = "agency"
every = "60s"
container = "{container}"
group_by = "action"
action = "none"
project = "task"
"""
        )


def _push_the_first(folder: Path, box: Sandbox, items: int) -> None:
    container = box.world.add_project("Container 0")
    _write(folder / "first", box, [container.gid], items)
    _rounds(folder / "first", "all")


def _lay_out(folder: Path, box: Sandbox, mappings: int, items: int) -> None:
    [pushed] = box.world.projects.values()
    copies = [_copied(box, pushed, number) for number in range(1, mappings)]
    _write(folder / "load", box, [pushed.gid, *copies], items)


def _copied(box: Sandbox, pushed: Project, number: int) -> str:
    """Another container that holds what was pushed, with the markers of another plan."""
    world = box.world
    sections = [world.sections[gid] for gid in pushed.sections]
    copy = world.add_project(f"Container {number}", [section.name for section in sections])
    for section, other in zip(sections, copy.sections, strict=True):
        for gid in section.tasks:
            task = world.tasks[gid]
            notes = task.notes.replace("syncd:d0/", f"syncd:d{number}/")
            world.add_task(task.name, section=other, notes=notes)
    return copy.gid


def _rounds(folder: Path, *which: str) -> list[Round]:
    """What these rounds say, made one after the other by one process of its own: of the first mapping, or of all."""
    place = folder if (folder / "config.toml").exists() else folder / "load"
    command = [sys.executable, "-m", "tests.bench.load_process", str(place), *which]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [Round(**json.loads(line)) for line in done.stdout.splitlines()]


def _lags(folder: Path, seconds: int) -> list[float]:
    """How far each mapping was behind, asked once a second while a daemon runs, after every one had its turn."""
    with _daemon(folder / "load") as address:
        found: list[float] = []
        for second in range(60 + seconds):
            threading.Event().wait(1)
            told = httpx.get(f"{address}/metrics", headers={"Authorization": f"Bearer {ADMIN}"}, trust_env=False).text
            if second >= 60:
                found += [
                    float(line.split()[-1]) for line in told.splitlines() if line.startswith("syncd_lag_seconds{")
                ]
    return found


@contextmanager
def _daemon(folder: Path) -> Iterator[str]:
    """The address of a daemon that runs until the block ends."""
    command = [
        sys.executable,
        "-c",
        "import sys; from syncd.cli import main; sys.exit(main())",
        "--config",
        str(folder),
    ]
    with subprocess.Popen([*command, "run"], stderr=subprocess.PIPE, text=True) as daemon:
        assert daemon.stderr is not None
        for line in daemon.stderr:
            if '"scorecard"' in line:
                break
        reader = threading.Thread(target=daemon.stderr.read, daemon=True)
        reader.start()
        try:
            yield str(json.loads(line)["scorecard"])
        finally:
            daemon.terminate()


def _arguments() -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--mappings", type=int, default=1000)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=60, help="how long a daemon is watched; 0: not at all")
    return vars(parser.parse_args())


if __name__ == "__main__":
    from tests.bench.__main__ import table

    sys.stdout.write(f"{table(rows(**_arguments()))}\n")
