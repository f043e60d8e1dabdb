"""What is not adopted reaches nobody who does not decide on it; and those who do see all of it, marked as a draft."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.district import PLAN, TASKS, District

PUBLIC = PLAN.replace('audience = "public"\n', "").replace("[plan]", '[plan]\naudience = "public"')
WORDS = {
    "G1": ("Grade 3", "structured literacy", "Train every", "Choose the reading"),
    "G1.O1": ("Grade 3",),
    "G1.O1.K1": ("Grade 3 ELA",),
    "G1.A1": ("structured literacy", "Train every", "Choose the reading"),
    "G1.A1.P1": ("Train every",),
}
"""By branch, words of its items."""


def with_status(branch: str, status: str) -> str:
    """The plan with a status on one of its items, all of it public."""
    return PUBLIC.replace(f'id = "{branch}"\n', f'id = "{branch}"\nstatus = "{status}"\n')


def everything(folder: Path) -> str:
    """All text of a folder's files."""
    return "\n".join(each.read_text(encoding="utf-8") for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize(("branch", "status"), [*((branch, "draft") for branch in WORDS), ("G1", "in_review")])
def test_a_branch_that_is_not_adopted_reaches_nobody(
    district: District, tmp_path: Path, branch: str, status: str
) -> None:
    """No task, no KPI's task, no goal, no page, no data, no folder that is published holds a word of it."""
    goal = district.box.world.add_goal("Reading")
    more = f'[mappings.academics.goals]\n"G1.O1.K1" = "{goal.gid}"'
    district.write_config(mapping='kpi = "task"', more=more)
    district.write_plan(with_status(branch, status))
    assert district.run("sync").code == 0
    tasks = " ".join(f"{task.name} {task.notes}" for task in district.box.world.tasks.values())
    assert district.run("publish", "--out", str(tmp_path / "site")).code == 0
    shown = {"tasks": tasks, "folder": everything(tmp_path / "site")}
    for audience in ("public", "internal"):
        for form in ("text", "html", "json", "csv"):
            shown[f"{audience} {form}"] = district.run("scorecard", "--audience", audience, "--format", form).out
    assert "family office" in tasks
    leaks = {place: word for place, said in shown.items() for word in WORDS[branch] if word in said}
    assert leaks == {}
    assert (goal.metric is None) == (branch in ("G1", "G1.O1", "G1.O1.K1"))


def test_once_it_is_adopted_it_goes_out(district: District) -> None:
    """As if it had never been anything else."""
    district.write_plan(with_status("G1", "draft"))
    district.run("sync")
    assert len(district.box.world.tasks) == 2
    district.write_plan(PUBLIC)
    district.run("sync")
    assert len(district.box.world.tasks) == TASKS


def test_what_was_adopted_once_stays_as_it_is(district: District) -> None:
    """A task of a branch that went back into review is neither changed nor put away."""
    district.write_plan(PUBLIC)
    district.run("sync")
    before = sorted(task.name for task in district.box.world.tasks.values())
    district.write_plan(with_status("G1", "in_review").replace("Train every K-3 teacher", "Train all teachers"))
    assert district.run("sync").code == 0
    assert sorted(task.name for task in district.box.world.tasks.values()) == before


def test_a_review_compares_with_what_was_adopted(district: District, tmp_path: Path) -> None:
    """The version before the review began, however often the draft was noted meanwhile."""
    district.write_plan(PUBLIC)
    district.run("sync")
    draft = with_status("G1", "in_review").replace("value = 70.0", "value = 75.0")
    for title in ("Train all teachers", "Train every teacher"):
        district.write_plan(draft.replace("Train every K-3 teacher", title))
        district.run("sync")
    text = district.run("scorecard", "--draft").out
    assert text.startswith("DRAFT")
    assert "it was called “Train every K-3 teacher”" in text
    assert "target 70.0 % → 75.0 %" in text
    assert "1 renamed, 1 re-targeted." in text
    assert "The adopted plan, as it was last noted on" in text
    data = json.loads(district.run("scorecard", "--draft", "--json").out)
    assert data["changes"] == {"renamed": 1, "re-targeted": 1}
    page = tmp_path / "review.html"
    said = district.run("scorecard", "--draft", "--format", "html", "--out", str(page))
    assert "It is a draft" in said.err
    assert "<title>DRAFT – " in page.read_text(encoding="utf-8")


def test_a_review_before_anything_was_noted(district: District) -> None:
    """A branch is new beside what is adopted; a plan that never was adopted is new as a whole."""
    district.write_plan(with_status("G1.A1.P1", "draft"))
    text = district.run("scorecard", "--draft").out
    assert "1 added." in text
    assert "Project G1.A1.P1: Train every K-3 teacher [draft, new]" in text
    district.change_plan(("[plan]", '[plan]\nstatus = "draft"'))
    assert "There is no adopted plan to compare with: all of it is new." in district.run("scorecard", "--draft").out


def test_a_review_of_what_is_all_adopted_says_how_to_make_a_draft(district: District) -> None:
    """Nobody can know the word for it; where something is a draft, nothing is said."""
    hint = 'write status = "draft" below the id of a goal'
    assert hint in district.run("scorecard", "--draft").err
    assert hint in district.run("scorecard", "--draft", "--json").err
    district.write_plan(with_status("G1", "in_review"))
    assert hint not in district.run("scorecard", "--draft").err


def test_a_draft_beside_another_plan(district: District) -> None:
    """The next plan, in a file of its own, beside the one that is adopted."""
    (district.folder / "next.toml").write_text(
        PLAN.replace('id = "district"', 'id = "next"\nstatus = "draft"').replace("Hire the", "Appoint the"),
        encoding="utf-8",
    )
    district.write_config(more='[plans.next]\nsource = "next.toml"')
    text = district.run("scorecard", "--draft", "--plan", "next", "--against", "district").out
    assert "it was called “Hire the family liaison”" in text
    assert "The adopted part of the plan district" in text


@pytest.mark.parametrize(
    "words",
    [
        ("--draft", "--audience", "public"),
        ("--draft", "--as-of", "2026-01-01"),
        ("--draft", "--format", "csv"),
        ("--against", "district"),
    ],
)
def test_a_draft_is_never_public(district: District, words: tuple[str, ...]) -> None:
    """Nor of the past, nor one of the forms that are published."""
    said = district.run("scorecard", *words)
    assert (said.code, "raft" in said.err) == (2, True)
