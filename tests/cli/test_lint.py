"""`syncd lint`: findings with their places, as text, JSON and SARIF; and what `strict` keeps back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.asana.sandbox import Sandbox
from tests.cli.district import PLAN, TASKS, TOKEN, District, run

EXAMPLE = Path(__file__).parents[2] / "examples" / "small" / "plan.toml"
KPI = """
[[goals.kpis]]
id = "G1.K1"
title = "Children who read"
unit = "%"
target = { value = 70, on = 2029-06-30 }
driven_by = ["G1.A1"]
"""


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """One with a plan that leaves something to be wished for."""
    with Sandbox(token=TOKEN) as box:
        yield District(tmp_path, box)


def said(district: District, *words: str) -> tuple[int, str]:
    """How a command ends, and what it prints."""
    found = run("--config", str(district.config), *words)
    return found.code, found.out


def findings(district: District) -> list[dict[str, object]]:
    """What is found, as programs read it."""
    held: list[dict[str, object]] = json.loads(said(district, "lint", "--json")[1])["findings"]
    return held


def test_a_file_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its findings name file and line, and the command ends with 1."""
    monkeypatch.chdir(EXAMPLE.parent)
    found = run("lint", EXAMPLE.name)
    # The line of its own table: the key that is missing has none.
    line = EXAMPLE.read_text(encoding="utf-8").splitlines().index('id = "G1"')
    assert (found.code, f"W PL04 G1 (plan.toml:{line}" in found.out) == (1, True)
    assert found.out.count("→ Name one person or role as its owner.") == 1


@pytest.mark.parametrize("more", [(), ("--summary",)])
def test_a_plan_without_goals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]) -> None:
    """That nothing is found in it says nothing: there was nothing to look through."""
    (tmp_path / "plan.toml").write_text('[plan]\nid = "p"\ntitle = "t"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = run("lint", "plan.toml", *more)
    assert found.code == 0
    assert found.out.endswith("\nplan p: There is no goal in it yet, and so nothing to look through.\n")


def test_code_hosts_find_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an address, also where its name holds a blank."""
    (tmp_path / "our plan.toml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    [first, *_] = json.loads(run("lint", "our plan.toml", "--format", "sarif").out)["runs"][0]["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "our%20plan.toml"}
    assert "(our plan.toml:" in run("lint", "our plan.toml").out


def test_what_programs_read(district: District) -> None:
    """The keys are a promise."""
    found = findings(district)
    assert found
    assert all(list(each) == ["rule", "severity", "item", "message", "fix", "waived"] for each in found)
    log = json.loads(said(district, "lint", "district", "--format", "sarif")[1])
    assert [each["ruleId"] for each in log["runs"][0]["results"]] == [each["rule"] for each in found]


def test_one_page(district: District) -> None:
    """Clear, measurable, actionable, and what to do."""
    code, words = said(district, "lint", "--summary")
    assert code == 1
    assert [word for word in ("Clear", "Measurable", "Actionable", "Most worth doing now") if word not in words] == []


def test_waivers(district: District) -> None:
    """One that holds lets pass, one that ended is named; a rule that is not there is refused with its line."""
    before = [each for each in findings(district) if each["rule"] == "PL04"]
    item = before[0]["item"]
    entry = f'[[plans.district.waivers]]\nitem = "{item}"\nrule = "PL04"\nreason = "it is vacant"\n'
    whole = district.config.read_text(encoding="utf-8")
    district.config.write_text(f"{whole}\n{entry}", encoding="utf-8")
    assert [each["waived"] for each in findings(district) if each["item"] == item and each["rule"] == "PL04"] == [True]
    assert "waived: it is vacant" in said(district, "lint")[1]
    district.config.write_text(f"{whole}\n{entry}until = 2020-01-01\n", encoding="utf-8")
    assert [each["waived"] for each in findings(district) if each["item"] == item and each["rule"] == "PL04"] == [False]
    assert "ended on 1 January 2020: it counts no more" in said(district, "lint")[1]
    district.config.write_text(f"{whole}\n{entry.replace('PL04', 'PL99')}", encoding="utf-8")
    refused = run("--config", str(district.config), "lint")
    assert (refused.code, "there is no rule “PL99”" in refused.err) == (2, True)


def test_strict_keeps_back_what_must_be_corrected(district: District) -> None:
    """Projects without an owner are no tasks until somebody is named; without `strict` they are."""
    held = [each["item"] for each in findings(district) if each["severity"] == "E"]
    assert held
    whole = district.config.read_text(encoding="utf-8")
    district.config.write_text(f"{whole}\n[plans.district.lint]\nstrict = true\n", encoding="utf-8")
    code, words = said(district, "check")
    assert (code, "(PL04)" in words, "Name one person or role as its owner." in words) == (1, True, True)
    assert said(district, "sync")[0] == 1
    names = [task.name for task in district.box.world.tasks.values()]
    assert len(names) == TASKS - len(held)
    district.config.write_text(whole, encoding="utf-8")
    assert said(district, "sync")[0] == 0
    assert len(district.box.world.tasks) == TASKS


def test_strict_publishes_no_kpi_without_a_baseline(district: District) -> None:
    """Inside it stays to be seen."""
    district.write_plan(PLAN.replace("[plan]", '[plan]\naudience = "public"') + KPI)
    whole = district.config.read_text(encoding="utf-8")
    public = ("scorecard", "--audience", "public")
    assert "Children who read" in said(district, *public)[1]
    district.config.write_text(f"{whole}\n[plans.district.lint]\nstrict = true\n", encoding="utf-8")
    assert "Children who read" not in said(district, *public)[1]
    assert "Children who read" in said(district, "scorecard")[1]


def test_a_plan_that_is_not_there(district: District) -> None:
    """Its name is no plan's, and it is no file either."""
    found = run("--config", str(district.config), "lint", "distrct")
    assert (found.code, "did you mean “district”" in found.err) == (2, True)
