"""What whole trips cost against a local Asana: requests, counted by the one that answers them, and start-up time."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from connectors.asana.sandbox import Limits, Sandbox
from syncd.app import App
from syncd.config import load_config
from syncd.examples import example
from tests.bench.rows import Row

_CONFIG = """\
[connections.asana]
kind = "asana"
token = "{token}"
base_url = "{url}"
requests_per_minute = 60000
[plans.district]
source = "{plan}"
[mappings.all]
plan = "district"
connection = "asana"
container = {{ name = "Plan" }}
"""


def measure() -> list[Row]:
    """The rows."""
    with tempfile.TemporaryDirectory() as folder, Sandbox(limits=Limits(per_minute=None), token="bench-token") as box:
        file = Path(folder) / "config.toml"
        text = _CONFIG.format(token=box.token, url=box.base_url, plan=example() / "plan.toml")
        file.write_text(text, encoding="utf-8")
        with App(load_config(file)) as app:
            return [*_trips(app, box), _help(), _demo(Path(folder))]


def _trips(app: App, box: Sandbox) -> list[Row]:
    (first,) = app.sync()
    tasks, beside = first.counts["created"], first.requests - first.counts["created"]
    (quiet,) = app.sync()
    with app.store.reading() as reader:
        task = next(link.task for link in reader.links("all").values())
    box.world.complete(task)
    (edit,) = app.sync()
    (full,) = app.sync(full=True)
    parents = sum(1 for task in box.world.tasks.values() if task.subtasks)
    allowed = -(-tasks // 100) + 1 + parents
    return [
        Row(f"first push of {tasks} tasks", f"{tasks} creates + {beside}", "N + a constant", holds=beside <= 40),
        Row("quiet pass", f"{quiet.requests} request", "1", holds=quiet.requests <= 1),
        Row("one team edit", f"{edit.requests} requests", "2", holds=edit.requests <= 2),
        Row("full read", f"{full.requests} requests", f"{allowed}", holds=full.requests <= allowed),
    ]


def _help() -> Row:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([Path(sys.executable).with_name("syncd"), "--help"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Row("syncd --help (CPU)", f"{spent:.2f} s", "0.3 s", holds=spent < 0.3)


def _demo(folder: Path) -> Row:
    """The whole demonstration without staying, as it runs once everything is installed."""
    began = time.monotonic()
    demo = [str(Path(sys.executable).with_name("syncd")), "demo", "--once", "--out", str(folder / "demo")]
    subprocess.run(demo, check=True, capture_output=True)
    spent = time.monotonic() - began
    return Row("the demonstration, once installed", f"{spent:.1f} s by the clock", "10 s", holds=spent < 10)
