"""Next month's version of a sheet: the same ids for the same things, and what people wrote into the plan stands."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.documents.document import parse
from syncd.errors import PlanError
from syncd.importing.bringing import Brought, bring, existing
from syncd.importing.comparing import Update
from syncd.importing.importer import Settings, propose
from syncd.importing.telling import changes
from syncd.importing.updating import ByHand
from syncd.plan.fitting import fitted
from syncd.plan.model import Plan
from tests.importing.messy import District
from tests.importing.test_corpus import told, without_unknown

HEAD = "Goal,KPI,Baseline,Target,Actual June 2026,Action,Project,Owner,Due,Status\n"
PLAN = '[plan]\nid = "d"\ntitle = "D"\n'
GOALS = ("All read", "Safe halls", "Healthy lives")
ACTIONS = ("Train", "Hire coaches", "Paint", "Open clinics", "Buy books", "Count absences")
PROJECTS = ("Plan", "Choose", "Visit", "Teach", "Mend", "Ask families", "Draw maps", "Weigh", "Sing")
FIRST = (
    f"{HEAD}All read,Proficiency,54%,70%,57%,,,HR,,\n,,,,,Train,Plan it,HR,June 2027,\n,,,,,,Do it,HR,June 2028,\n"
    ",,,,,Hire coaches,,HR,June 2027,\nSafe halls,,,,,Paint,,HR,,\n"
)


def brought(sheet: str, plan: str, memory: str, distinct: frozenset[str] = frozenset()) -> tuple[Brought, Update]:
    """What a sheet does to a plan."""
    there = existing(plan, memory, "plan.toml", "memory")
    done = bring(propose(sheet.encode(), "next.csv", Settings()), Settings(), there, distinct)
    assert done.update is not None
    return done, done.update


def first() -> Brought:
    """The plan as it was made."""
    return bring(propose(FIRST.encode(), "first.csv", Settings()), Settings(), None)


def plan_in(text: str) -> Plan:
    """The plan in a text."""
    found = fitted(parse(text, file="plan.toml", ending=".toml"))
    assert found.problems == ()
    assert found.plan is not None
    return found.plan


def changed(sheet: str, before: str, after: str) -> str:
    """Text with one thing changed that is there once."""
    assert sheet.count(before) == 1, before
    return sheet.replace(before, after)


def test_a_value_that_changed_is_all_that_changes() -> None:
    """Remarks, order and everything else stay byte for byte."""
    made = first()
    by_hand = changed(made.text, 'id = "G1.A2"', '# our flagship\nid = "G1.A2"  # keep\nweight = 3')
    done, update = brought(
        changed(FIRST, "Hire coaches,,HR,June 2027", "Hire coaches,,HR,May 2028"), by_hand, made.memory
    )
    assert [(each.id, each.key) for each in update.edits] == [("G1.A2", "due")]
    assert done.text == by_hand.replace("due = 2027-06-30\n\n[[goals]]", "due = 2028-05-31\n\n[[goals]]")


def test_what_somebody_edited_in_the_plan_stands() -> None:
    """Though the sheet says otherwise by now: that is told, once."""
    made = first()
    by_hand = changed(made.text, "due = 2028-06-30", "due = 2028-03-01")
    done, update = brought(changed(FIRST, "June 2028", "July 2028"), by_hand, made.memory)
    assert done.text == by_hand
    assert [(each.id, each.key) for each in update.kept] == [("G1.A1.P2", "due")]
    _, update = brought(changed(FIRST, "June 2028", "July 2028"), by_hand, done.memory)
    assert update.kept == []


def test_a_rename_in_the_plan_hides_nothing() -> None:
    """The item is known by the title that the sheet has."""
    made = first()
    by_hand = changed(made.text, 'title = "Hire coaches"', 'title = "Thirty new colleagues"')
    done, update = brought(FIRST, by_hand, made.memory)
    assert (done.text, update.added, update.gone) == (by_hand, [], [])


def test_a_rename_in_the_sheet_keeps_the_id() -> None:
    """It is shown; and where a person says that it is another thing, it is one."""
    made = first()
    sheet = changed(FIRST, "Hire coaches", "Hire new coaches")
    done, update = brought(sheet, made.text, made.memory)
    assert [(each.id, each.before, each.after) for each in update.renamed] == [
        ("G1.A2", "Hire coaches", "Hire new coaches")
    ]
    assert plan_in(done.text).items["G1.A2"].item.title == "Hire new coaches"
    done, update = brought(sheet, made.text, made.memory, frozenset({"G1.A2"}))
    assert (update.renamed, update.gone) == ([], ["G1.A2"])
    assert plan_in(done.text).items["G1.A3"].item.title == "Hire new coaches"


def test_other_figures_in_a_title_are_another_thing() -> None:
    """Grade 3 is not grade 4."""
    made = bring(propose(b"Goal,Action\nRead,Train grade 3 teachers\n", "a.csv", Settings()), Settings(), None)
    _, update = brought("Goal,Action\nRead,Train grade 4 teachers\n", made.text, made.memory)
    assert ([each.title for each in update.added], update.gone, update.renamed) == (
        ["Train grade 4 teachers"],
        ["G1.A1"],
        [],
    )


def test_what_moved_keeps_its_id_and_its_remarks() -> None:
    """With all below it, to where it stands now."""
    made = first()
    by_hand = changed(made.text, '[[goals.actions]]\nid = "G1.A1"', '# long agreed\n[[goals.actions]]\nid = "G1.A1"')
    work = ",,,,,Train,Plan it,HR,June 2027,\n,,,,,,Do it,HR,June 2028,\n"
    done, update = brought(FIRST.replace(work, "") + work, by_hand, made.memory)
    assert [(thing.id, under) for thing, under in update.moved] == [("G1.A1", "G1")]
    plan = plan_in(done.text)
    assert (plan.items["G1.A1"].path, plan.items["G1.A1.P2"].path) == (("G2",), ("G2", "G1.A1"))
    assert '# long agreed\n[[goals.actions]]\nid = "G1.A1"' in done.text


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 2), min_size=6, max_size=6), st.lists(st.integers(0, 5), min_size=9, max_size=9))
def test_all_that_moves_at_once_arrives(actions: list[int], projects: list[int]) -> None:
    """Actions to other goals and projects to other actions: each keeps its id, and stands where the sheet has it."""

    def sheet(actions: list[int], projects: list[int]) -> str:
        works = [
            f"{GOALS[goal]},{ACTIONS[at]},{each}\n"
            for goal in range(3)
            for at in range(6)
            if actions[at] == goal
            for each in ["", *(PROJECTS[each] for each in range(9) if projects[each] == at)]
        ]
        return "".join(["Goal,Action,Project\n", *(f"{each},,\n" for each in GOALS), *works])

    def places(text: str) -> dict[str, tuple[str, str]]:
        plan = plan_in(text)
        return {
            each.item.title: (id_, plan.items[each.path[-1]].item.title if each.path else "")
            for id_, each in plan.items.items()
        }

    made = bring(
        propose(sheet([0, 0, 1, 1, 2, 2], [0, 0, 1, 2, 2, 3, 4, 5, 5]).encode(), "a.csv", Settings()), Settings(), None
    )
    done, update = brought(sheet(actions, projects), made.text, made.memory)
    before, after = places(made.text), places(done.text)
    assert {title: id_ for title, (id_, _) in before.items()} == {title: id_ for title, (id_, _) in after.items()}
    for at, goal in enumerate(actions):
        assert after[ACTIONS[at]][1] == GOALS[goal]
    for at, action in enumerate(projects):
        assert after[PROJECTS[at]][1] == ACTIONS[action]
    assert (update.added, update.gone, update.renamed) == ([], [], [])


def test_new_items_go_where_they_belong() -> None:
    """With ids that were never used."""
    made = first()
    sheet = (
        FIRST.replace("Safe halls", ",,,,,,Check it,HR,,\nSafe halls")
        + ",Incidents,12,3,,,,,,\nHealth,,,,,Run,Race,,,\n"
    )
    done, update = brought(sheet, made.text, made.memory)
    found = plan_in(done.text)
    assert [each.id for each in update.added] == ["G1.A2.P1", "G2.K1", "G3", "G3.A1", "G3.A1.P1"]
    assert (found.items["G1.A2.P1"].path, found.items["G3.A1.P1"].path) == (("G1", "G1.A2"), ("G3", "G3.A1"))


@pytest.mark.parametrize(
    "held",
    [
        "readings = [{ value = 57, on = 2026-06-30 }]",
        'readings = [\n  { value = 57, on = 2026-06-30, note = "ours" },\n]',
    ],
)
def test_figures_of_another_day_are_new_readings(held: str) -> None:
    """Those that are there stay; another figure for the same day is told and left alone."""
    made = first()
    by_hand = changed(made.text, "readings = [{ value = 57, on = 2026-06-30 }]", held)
    sheet = changed(changed(FIRST, "Actual June 2026", "Actual Jan 2027"), "57%", "59%")
    done, update = brought(sheet, by_hand, made.memory)
    kpi = plan_in(done.text).items["G1.K1"].item
    assert [str(each.value) for each in kpi.readings] == ["57", "59"]  # type: ignore[union-attr]
    assert update.kept == []
    done, update = brought(changed(FIRST, "57%", "58%"), by_hand, made.memory)
    assert (done.text, [each.key for each in update.kept]) == (by_hand, ["reading of 2026-06-30"])


def test_nothing_is_taken_out() -> None:
    """What the sheet has no more stays, and is named; what people took out of the plan is not put back."""
    made = first()
    done, update = brought(changed(FIRST, ",,,,,Hire coaches,,HR,June 2027,\n", ""), made.text, made.memory)
    assert (done.text, update.gone) == (made.text, ["G1.A2"])
    without = made.text.partition('[[goals.actions]]\nid = "G1.A2"')
    by_hand = without[0] + without[2][without[2].index("[[goals]]") :]
    done, update = brought(FIRST, by_hand, made.memory)
    assert (done.text, [each.id for each in update.left_out]) == (by_hand, ["G1.A2"])


def test_a_plan_that_was_not_imported() -> None:
    """Blanks are filled; where it says something else, it stands."""
    goal, action = '[[goals]]\nid = "READ"\ntitle = "All read"\n', '[[goals.actions]]\nid = "T"\ntitle = "Train"\n'
    plan = f"{PLAN}{goal}{action}due = 2026-01-01\n"
    done, update = brought(f"{HEAD}All read,,,,,Train,,HR,June 2027,\n", plan, "")
    assert done.text == plan + 'owner = "HR"\n'
    assert [(each.id, each.key) for each in update.kept] == [("T", "due")]


def test_what_was_there_goes_below_what_is_new() -> None:
    """However deep: it moves with its id, and nothing that the plan held is told to be new."""
    held = '[[goals]]\nid = "R"\ntitle = "Read"\n\n[[goals.actions]]\nid = "T"\ntitle = "Train"\n\n'
    project = '[[goals.actions.projects]]\nid = "T1"\ntitle = "Train every teacher"\nowner = "HR"\n'
    sheet = "Goal,Action,Project,Due\nSafe halls,Hire,Train every teacher,June 2027\n"
    done, update = brought(sheet, f"{PLAN}{held}{project}", "")
    assert [line.split(" “")[0] for line in changes(done)] == [
        "moved    T1", "added    G1", "added    G1.A1", "changed  T1"
    ]  # fmt: skip
    assert [(thing.id, under) for thing, under in update.moved] == [("T1", "T")]
    found = plan_in(done.text).items["T1"]
    assert (found.path, found.item.owner) == (("G1", "G1.A1"), "HR")


def test_a_plan_in_braces_is_left_to_people() -> None:
    """Rather than spoilt."""
    plan = f'{PLAN}[[goals]]\nid = "G1"\ntitle = "All read"\nactions = [{{ id = "T", title = "Train" }}]\n'
    with pytest.raises(ByHand):
        brought(f"{HEAD}All read,,,,,Train,New one,,,\n", plan, "")


UNTITLED = json.dumps(
    {
        "items of the sheet when it was imported last": {
            "G1": {"under": None, "tier": "goal", "number": "1", "values": {}},
        },
    }
)


@pytest.mark.parametrize(
    ("plan", "memory"),
    [("[plan", ""), (PLAN, "{"), (PLAN, "[]"), (PLAN, UNTITLED)],
)
def test_what_is_broken_is_refused(plan: str, memory: str) -> None:
    """In words, before anything is written."""
    with pytest.raises(PlanError):
        existing(plan, memory, "plan.toml", "memory")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_the_same_plan_in_another_mess_keeps_all_ids(seed: int, other: int) -> None:
    """Nothing is added, gone or renamed, whatever the sheet looks like next month; the plan says the same."""
    district = District(seed)
    name, held, _ = district.file()
    made = bring(propose(held, name, Settings()), Settings(), None)
    district.chance = random.Random(other)
    name, held, _ = district.file()
    there = existing(made.text, made.memory, "plan.toml", "memory")
    done = bring(propose(held, name, Settings()), Settings(), there)
    update = done.update
    assert update is not None
    assert ([each.title for each in update.added], update.gone, update.renamed, update.moved) == ([], [], [], [])
    before, after = plan_in(made.text), plan_in(done.text)
    assert {id_: placed.item.title for id_, placed in before.items.items()} == {
        id_: placed.item.title for id_, placed in after.items.items()
    }
    assert {each[:3] for each in without_unknown(told(before))} == {each[:3] for each in without_unknown(told(after))}
