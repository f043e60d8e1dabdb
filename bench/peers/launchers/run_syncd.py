"""syncd, as its users run it: `run_syncd.py prepare|read|full|push|picture FOLDER`."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

HEAD = """\
[connections.asana]
kind = "asana"
token = "{token}"
base_url = "{root}/api/1.0"
requests_per_minute = {rate}
[plans.district]
source = "plan.toml"
"""
MAPPING = """\
[mappings.m{number}]
plan = "district"
connection = "asana"
container = {{ name = "Container {number}" }}
select = ["G{number}"]
group_by = "goal"
action = "none"
project = "task"
"""


def prepare(folder: Path) -> int:
    """Write the configuration: a mapping for each container, so many requests a minute as the tool allows."""
    count = int(os.environ["PEERS_CONTAINERS"])
    rate = os.environ.get("PEERS_RATE") or "60000"
    head = HEAD.format(token=os.environ["PEERS_TOKEN"], root=os.environ["PEERS_ROOT"], rate=rate)
    mappings = "".join(MAPPING.format(number=number) for number in range(1, count + 1))
    (folder / "config.toml").write_text(head + mappings, encoding="utf-8")
    return 0


def run(folder: Path, *words: str) -> int:
    """One command of syncd's."""
    from syncd.cli import main  # noqa: PLC0415  to prepare it, none of it is needed

    return main(["--config", str(folder / "config.toml"), *words])


def picture(folder: Path) -> int:
    """What the scorecard shows of each task: whether it is done."""
    said = io.StringIO()
    with redirect_stdout(said):
        code = run(folder, "scorecard", "--format", "json")
    actions = (action for goal in json.loads(said.getvalue())["goals"] for action in goal["actions"])
    shown = {one["title"]: one["done"] for action in actions for one in action["projects"] if one["url"]}
    sys.stdout.write(json.dumps(shown))
    return code


if __name__ == "__main__":
    verb, place = sys.argv[1], Path(sys.argv[2])
    deeds = {"prepare": prepare, "picture": picture}
    options = {"read": (), "full": ("--full",), "push": ("--create-columns",)}
    sys.exit(deeds[verb](place) if verb in deeds else run(place, "sync", *options[verb]))
