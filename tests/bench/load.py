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
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx

from connectors.asana.sandbox import Sandbox
from connectors.monday.sandbox import Sandbox as Monday
from tests.bench.districts import ADMIN, WIDE, Account, Layout, accounts, filled
from tests.bench.rows import Row
from tests.monday_loop.large import AT_ONCE
from tests.monday_loop.place import UNLIMITED

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
    return [*rows(mappings=20, items=300, seconds=0), *boards(mappings=20, items=30)]


def rows(mappings: int, items: int, seconds: int) -> list[Row]:
    """What comes out for so many mappings of so many items, with a daemon watched for so many seconds."""
    with TemporaryDirectory() as name, Sandbox(limits=WIDE) as box:
        folder = Path(name)
        full(folder, box, mappings, Layout(accounts(box, 1), items))
        few, first, *quiet = _rounds(folder / "load", "few", "all", *["all"] * ROUNDS)
        lags = _lags(folder, seconds) if seconds else []
    return [*_told(mappings, items, few, first, quiet), *_behind(mappings, lags)]


def boards(mappings: int, items: int) -> list[Row]:
    """The same for boards of one monday account, which are pushed for real; it tells the news of all in one answer."""
    with TemporaryDirectory() as name, Monday(limits=UNLIMITED) as box:
        layout = Layout([Account("monday", box.token, box.base_url)], items)
        layout.write(Path(name), [f'{{ name = "Board {number}" }}' for number in range(mappings)])
        few, first, *quiet = _rounds(Path(name), "few", "together", *["together"] * ROUNDS)
    what = f"monday, {mappings} boards × {items} items, one process: "
    asked, most = max(each.requests for each in quiet), -(-mappings // AT_ONCE)
    cpu = statistics.median(each.cpu for each in quiet) / mappings
    statements = max(each.most_statements for each in quiet)
    grown = (quiet[-1].megabytes - few.megabytes) / max(1, mappings - 1)
    return [
        Row(f"{what}first push, requests a board", f"{first.requests / (mappings - 1):.1f}", "-", holds=True),
        Row(
            f"{what}first push, items a second of one core",
            f"{items * (mappings - 1) / first.cpu:.0f}",
            "-",
            holds=True,
        ),
        Row(f"{what}quiet passes a second of one core", f"{1 / cpu:.0f}", "-", holds=True),
        Row(f"{what}requests of a quiet pass of all", f"{asked}", f"{most}", asked <= most),
        Row(f"{what}statements a board", f"{statements}", f"{QUERIES}", statements <= QUERIES),
        Row(f"{what}memory a board", f"{grown:.2f} MB", "-", holds=True),
    ]


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


def full(folder: Path, box: Sandbox, mappings: int, layout: Layout) -> None:
    """Push the first district's plan for real, and lay out all of them in `folder`."""
    container = box.world.add_project("Container 0")
    first = folder / "first"
    replace(layout, store="sqlite:///first.db").write(first, [f'"{container.gid}"'])
    _rounds(first, "all")
    layout.write(folder / "load", filled(box, box.world.projects[container.gid], mappings))


def _rounds(folder: Path, *which: str) -> list[Round]:
    """What these rounds say, made one after the other by one process of its own: of the first mapping, or of all."""
    command = [sys.executable, "-m", "tests.bench.load_process", str(folder), *which]
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
    parser.add_argument("--monday", action="store_true", help="boards of one monday account, which are pushed for real")
    return vars(parser.parse_args())


if __name__ == "__main__":
    from tests.bench.__main__ import table

    given = _arguments()
    found = boards(given["mappings"], given["items"]) if given.pop("monday") else rows(**given)
    sys.stdout.write(f"{table(found)}\n")
