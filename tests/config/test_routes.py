"""What mappings of one plan share: its items are made once for all of them, and anew once the plan is edited."""

from __future__ import annotations

from pathlib import Path

from syncd.app import App
from syncd.config import load_config
from tests.engine.clock import HandClock

PLAN = """[plan]
id = "district"
title = "A plan"
[[goals]]
id = "G1"
title = "Reading"
[[goals.actions]]
id = "G1.A1"
title = "Train teachers"
[[goals.actions]]
id = "G1.A2"
title = "Buy books"
"""
CONFIG = """[connections.asana]
kind = "asana"
token = "secret-token"
workspace = "12"
[plans.district]
source = "plan.toml"
[mappings.one]
plan = "district"
connection = "asana"
container = "120"
select = ["G1.A1"]
[mappings.other]
plan = "district"
connection = "asana"
container = "121"
select = ["G1.A2"]
"""


def test_items_are_made_once_for_all_mappings_of_a_plan(tmp_path: Path) -> None:
    """A thousand mappings of one plan cost its items once, and each edit of the plan is seen by all of them."""
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "config.toml").write_text(CONFIG)
    with App(load_config(tmp_path / "config.toml"), HandClock()) as app:
        one, other = app.routes()
        assert one.items is other.items is app.routes()[0].items
        (tmp_path / "plan.toml").write_text(PLAN.replace("Train teachers", "Train all teachers"))
        one, other = app.routes()

    assert one.items is other.items
    assert [item.values["title"] for item in one.items] == ["Reading", "Train all teachers", "Buy books"]
