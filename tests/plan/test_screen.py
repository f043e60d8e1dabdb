"""The screen over texts: what it finds, and what of usual plans it does not take for a student."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from syncd.plan.model import Override, Reading
from syncd.plan.screen import has_mail, hints, screened, unpublished, without_texts
from tests.progress.plans import action, kpi, plan, project

NAMING = [
    ("Review the IEP for Maria", "a case about somebody by name"),
    ("Suspension of Jamal", "a case about somebody by name"),
    ("Call Maria Lopez, grade 4", "a name with a grade"),
    ("Home visit: Maria L. (4th grade)", "a name with a grade"),
    ("Meet the student Maria Lopez", "a name with a grade"),
    ("Call 4th grader Maria Lopez", "a name with a grade"),
    ("Student ID 120345", "a number like a student's"),
    ("Enrol 90123456", "a number like a student's"),
    ("123-45-6789", "a number like a student's"),
    ("DOB: 3/4/2015", "a date of birth"),
    ("born on 4 March 2015", "a date of birth"),
    ("Support the 4 homeless students", "a group of fewer than 10"),
    ("three English learners", "a group of fewer than 10"),
    ("Reading scores (n = 4)", "a group of fewer than 10"),
]
USUAL = [
    "Train every K-3 teacher",
    "Grade 3 students proficient in reading",
    "Grades 3–8 students below the line",
    "Tier 2 students get more time",
    "Lincoln Elementary, grade 3",
    "At least 5 students in each club",
    "1 laptop for every 2 students per room",
    "12 students join the board",
    "IEP for Students on time",
    "9 in 10 students feel safe",
    "Spend $1200000 by 2027",
    "See https://app.asana.com/0/1201234567890/list and ann.lee1234567@district.example",
    "Suspensions for each 100 students",
    "Every Student Ready 2025–2029",
    "Hire the family liaison",
]


@pytest.mark.parametrize(("text", "hint"), NAMING)
def test_what_may_name_a_student(text: str, hint: str) -> None:
    """Each is found, and told without its words."""
    assert hint in list(hints(text, 10))


@pytest.mark.parametrize("text", USUAL)
def test_what_plans_say_anyway(text: str) -> None:
    """Nothing is found in it."""
    assert list(hints(text, 10)) == []


def test_the_texts_of_an_item() -> None:
    """Each item by its own texts; left out, they stand nowhere, and what is below stays what it is."""
    held = plan(
        actions=(action(project(1, notes="DOB: 3/4/2015"), title="IEP for Maria"),),
        kpis=(kpi(why="two homeless girls"),),
        audience="public",
    )
    found = screened(held)
    assert {item: one.text for item, one in found.items()} == {"A1": "title", "P1": "notes", "K1": "why"}
    assert "Maria" not in found["A1"].message
    cleared = without_texts(held, found)
    assert [cleared.items[item].item.title for item in ("A1", "P1", "G1")] == [
        "Action A1",
        "Project P1",
        "Every child reads",
    ]
    assert not [text for text in ("Maria", "DOB", "homeless") if text in repr(cleared)]
    hidden = unpublished(held, {"A1": found["A1"]})
    assert [hidden.items[item].audience.value for item in ("A1", "P1", "G1")] == ["internal", "public", "public"]
    assert without_texts(held, {}) is held
    assert unpublished(held, {}) is held


def test_what_a_person_says_and_names_of_groups_are_texts_too() -> None:
    """The note of an override and the name of a group stand on the page as they are written."""
    said = {"state": "at_risk", "until": date(2027, 1, 1), "note": "Waits for the IEP for Maria"}
    of_a_child = {"value": 50, "on": date(2026, 1, 1), "scope": "group", "where": "Maria Lopez, grade 3", "n": 40}
    found = screened(
        plan(
            kpis=(
                kpi(readings=(Reading.model_validate(of_a_child),)),
                kpi(id="K2", override=Override.model_validate(said)),
            )
        )
    )
    assert {item: one.text for item, one in found.items()} == {
        "K1": "name of a school or group",
        "K2": "override's note",
    }


def test_the_texts_of_the_plan_itself() -> None:
    """By its own id, whichever of them it is; with it nothing of the plan is public, and no tool gets them."""
    naming: dict[str, Any] = {
        "title": "IEP for Maria",
        "organization": "Home of student Maria Lopez",
        "title of an office": "Suspension of Jamal",
    }
    for name, text in naming.items():
        more = {"offices": {"ann": text}} if name not in ("title", "organization") else {name: text}
        held = plan(actions=(action(project(1)),), audience="public", **more)
        found = screened(held)
        assert {item: one.text for item, one in found.items()} == {"district": name}
        assert not any(placed.public for placed in unpublished(held, found).items.values())
        cleared = without_texts(held, found)
        assert (cleared.title, cleared.organization) == ("district", "")
        assert [placed.item.title for placed in cleared.items.values()][-1] == "Project 1"


@pytest.mark.parametrize("unit", ["of 3 autistic students", "out of 3 students", "homeless children (n = 4)"])
def test_a_unit_is_a_text_too(unit: str) -> None:
    """Also where it counts what the figure is a part of."""
    assert [one.text for one in screened(plan(kpis=(kpi(unit=unit),))).values()] == ["unit"]
    assert not screened(plan(kpis=(kpi(unit="of 300 students"),)))


@pytest.mark.parametrize("text", ["Ask ann.lee@district.example", "(ann@d.example)", "mailto:ann+x@a-b.example.org."])
def test_what_is_an_address_of_somebody(text: str) -> None:
    """Wherever it stands in a text."""
    assert has_mail(text)


@pytest.mark.parametrize(
    "text", ["", "Follow @district", "5 books @ 12.50", "https://video.example/@town", "a@b", "@."]
)
def test_what_is_no_address_of_anybody(text: str) -> None:
    """Signs alone are not."""
    assert not has_mail(text)


def test_an_address_in_what_everybody_reads() -> None:
    """It is found where the public would read it, and neither in what is internal nor in the notes for a team."""
    mail = "Ask ann.lee@district.example"
    override = {"state": "at_risk", "until": date(2027, 1, 1), "note": mail}
    items = (
        kpi(id="K1", source=mail),
        kpi(id="K2", method=mail),
        kpi(id="K3", why=mail),
        kpi(id="K4", override=Override.model_validate(override)),
        kpi(id="K5", title=mail),
        kpi(id="K6", title=mail, audience="internal"),
        kpi(id="K7", notes=mail),
    )
    found = screened(plan(kpis=items, audience="public", organization=mail))
    texts = {"K1": "source", "K2": "method", "K3": "why", "K4": "override's note", "K5": "title"}
    assert {item: one.text for item, one in found.items()} == {"district": "organization"} | texts
    assert found["K1"].message == "its source holds an e-mail address, and everybody would read it"
    assert not screened(plan(kpis=items, organization=mail))


@pytest.mark.parametrize("part", ["x", "-", "x-", "5 ", "a@", "a@b"])
def test_a_long_text_is_looked_through_once(part: str) -> None:
    """A link, a table or what a program wrote, without a space: a hundred thousand letters take no minutes."""
    begun = time.process_time()
    assert list(hints(part * 50_000 + " for 4 homeless students, see a@b.example", 10)) == ["a group of fewer than 10"]
    assert has_mail(part * 50_000 + " a@b.example")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("before", ["in ", "of the top ", "grade ", "plug-in  ", "3–", "tier\n"])
def test_a_word_before_a_number_makes_it_none_of_students(before: str) -> None:
    """However long the text before it is."""
    assert not list(hints("x" * 100 + f" {before}4 students", 10))
