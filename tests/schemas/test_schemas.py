"""What the loaders take is valid by the schemas, and what they refuse for its form is not."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given

from syncd.documents.document import parse
from syncd.plan.model import Plan
from syncd.schemas import DIALECT, MODELS, schema
from tests.cli.district import run
from tests.scorecard.plans_of_years import plans

ROOT = Path(__file__).parents[2]
PLANS = sorted(ROOT.glob("examples/*/plan.toml"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def plain(value: Any) -> Any:
    """A document as editors hand it to a schema: days are texts."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def wrong(name: str, data: Any) -> list[str]:
    """What is wrong with a document."""
    judge = jsonschema_rs.validator_for(schema(name), validate_formats=True)
    return [f"{'.'.join(map(str, error.instance_path))}: {error.message}" for error in judge.iter_errors(plain(data))]


def plan(**more: Any) -> dict[str, Any]:
    """A plan with one KPI, or with more keys in that."""
    kpi = {"id": "K", "title": "k"} | more
    return {"plan": {"id": "d", "title": "t"}, "goals": [{"id": "G", "title": "g", "kpis": [kpi]}]}


def config(**more: Any) -> dict[str, Any]:
    """A configuration with one mapping, or with more keys in that."""
    mapping = {"plan": "d", "connection": "a", "container": 1201} | more
    return {
        "connections": {"a": {"kind": "asana", "token": "t"}},
        "plans": {"d": {"source": "plan.toml"}},
        "mappings": {"m": mapping},
    }


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_example_plans(path: Path) -> None:
    """Every one in the tree."""
    assert wrong("plan", tomllib.loads(path.read_text(encoding="utf-8"))) == []


def test_the_example_configuration() -> None:
    """As it stands, and with all that is commented out in it that goes beside the rest."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    assert wrong("config", tomllib.loads(text)) == []
    keys = re.sub(
        r"^# (?=(?:secrets_dir|waivers|lint|select|goals|removed|unplanned|quiet_hours|publish) = )",
        "",
        text,
        flags=re.MULTILINE,
    )
    assert keys != text
    assert wrong("config", tomllib.loads(keys)) == []


def test_whole_examples_of_the_pages() -> None:
    """Plans in all three forms, and configurations."""
    found = 0
    fence = re.compile(r"^```(toml|yaml|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for page in PAGES:
        for form, text in fence.findall(page.read_text(encoding="utf-8")):
            data = parse(text, file=page.name, ending=f".{form}").data
            if isinstance(data, dict) and isinstance(data.get("plan"), dict) and "goals" in data:
                assert wrong("plan", data) == []
                found += 1
    assert found >= 2


@pytest.mark.parametrize(
    "status", ["TBD", "n/a", "N / A", "54 %", "1,200", "-3.5", "", "—", "__%", "1e3", "−2", 54, 54.5]
)
def test_figures_as_people_write_them(status: object) -> None:
    """What is read as a figure is one by the schema."""
    assert wrong("plan", plan(baseline={"value": status, "on": "TBD"})) == []
    Plan.model_validate(plan()["plan"] | {"goals": plan(baseline={"value": status, "on": "TBD"})["goals"]})


@pytest.mark.parametrize(
    "more",
    [
        {"was": "A"},
        {"was": ["A", "B"]},
        {"driven_by": ["A", {"id": "B", "weight": 2}]},
        {"target": {"change": "+10 points"}},
        {"target": {"change": 10}},
        {"target": {"value": 1, "on": date(2026, 6, 30)}},
        {"readings": [{"value": ">95", "on": "2026-06-30"}]},
    ],
)
def test_short_forms_of_a_plan(more: dict[str, Any]) -> None:
    """Where one word stands for a table, and numbers for texts."""
    assert wrong("plan", plan(**more)) == []


@pytest.mark.parametrize(
    "more",
    [
        {"container": "https://app.asana.com/0/1/list"},
        {"container": {"name": "Plan"}},
        {"every": "15m"},
        {"fields": {"due": "shared", "cost": {"owner": "tool", "from": "notes", "conflict": "hold"}}},
        {"status": {"Working on it": 0.5, "Stuck": "deferred"}},
        {"limits": {"max_share": 0.5}},
        {"goals": {"K": 1209}},
    ],
)
def test_short_forms_of_a_configuration(more: dict[str, Any]) -> None:
    """Where one word stands for a table, and numbers for texts."""
    assert wrong("config", config(**more)) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"titel": "k"}, "titel"),
        ({"title": ""}, "title"),
        ({"id": "a b"}, "id"),
        ({"direction": "up"}, "direction"),
        ({"baseline": {"value": "a lot"}}, "baseline"),
        ({"baseline": {"value": True}}, "baseline"),
        ({"baseline": {"on": "soon"}}, "baseline"),
        ({"baseline": {"on": "2026-13-01"}}, "baseline"),
        ({"readings": [{"value": 1}]}, "on"),
        ({"readings": {"value": 1, "on": "2026-01-01"}}, "readings"),
        ({"driven_by": [{"weight": 1}]}, "driven_by"),
        ({"status": "done"}, "status"),
        ({"decimals": 9}, "decimals"),
    ],
)
def test_broken_plans(more: dict[str, Any], words: str) -> None:
    """Found at their place."""
    found = wrong("plan", plan(**more))
    assert found
    assert any(words in each for each in found)


@pytest.mark.parametrize(
    "broken",
    [
        {"mapping": 1},
        config(every="often"),
        config(every="0m"),
        config(fields={"due": "teams"}),
        config(status={"Stuck": 2}),
        config(status={"Stuck": "never"}),
        config(container={"titel": "x"}),
        config(action="subtask"),
        {"plans": {"d": {}}},
        {"plans": {"d": {"source": "p", "waivers": [{"item": "K", "rule": "PL99", "reason": "r"}]}}},
        {"plans": {"d": {"source": "p", "lint": {"goals": 0}}}},
        {"connections": {"a": {"kind": "trello"}}},
    ],
)
def test_broken_configurations(broken: dict[str, Any]) -> None:
    """None of them is valid."""
    assert wrong("config", broken)


def test_goals_stand_beside_the_plan() -> None:
    """As the loader asks for."""
    assert wrong("plan", {"plan": {"id": "d", "title": "t", "goals": []}})
    assert wrong("plan", {"goals": []})


@given(plans())
def test_every_plan_that_loads_is_valid(held: Plan) -> None:
    """As it would be written."""
    data = held.model_dump(mode="json", exclude_defaults=True)
    assert wrong("plan", {"goals": data.pop("goals", []), "plan": data}) == []


@pytest.mark.parametrize("name", MODELS)
def test_schemas_are_schemas(name: str) -> None:
    """By the rules of their dialect, with defaults as they are written; and the command prints them."""
    made = schema(name)
    assert jsonschema_rs.meta.is_valid(made)
    assert json.loads(run("schema", name).out) == json.loads(json.dumps(made))
    assert not any(isinstance(each, Decimal) for each in made.values())
    if name == "config":
        assert made["$defs"]["MappingConfig"]["properties"]["every"]["default"] == "5m"
        assert made["$defs"]["MappingConfig"]["properties"]["limits"]["default"]["max_share"] == 0.2


def test_written_to_a_file(tmp_path: Path) -> None:
    """With the line that names it."""
    said = run("schema", "plan", "--out", str(tmp_path / "plan.schema.json"))
    assert (said.code, "#:schema ./plan.schema.json" in said.err) == (0, True)
    assert json.loads((tmp_path / "plan.schema.json").read_text(encoding="utf-8")) == schema("plan")


def test_a_newer_one_takes_its_place_and_nothing_elses(tmp_path: Path) -> None:
    """Over a plan or a picture nothing is written."""
    (tmp_path / "old.json").write_text(json.dumps({"$schema": DIALECT, "title": "older"}), encoding="utf-8")
    assert run("schema", "plan", "--out", str(tmp_path / "old.json")).code == 0
    assert json.loads((tmp_path / "old.json").read_text(encoding="utf-8")) == schema("plan")
    for number, held in enumerate((b"[plan]\n", b"\xff\xd8", b"[]", b'{"$schema": "sarif"}', b"[" * 100_000)):
        file = tmp_path / f"{number}.json"
        file.write_bytes(held)
        said = run("schema", "plan", "--out", str(file))
        assert (said.code, "is no schema of syncd's" in said.err, file.read_bytes()) == (2, True, held)
