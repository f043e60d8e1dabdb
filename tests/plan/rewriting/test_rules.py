"""What is written and what is not: by what values mean, and by what the plan would be with them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from connectors.vocabulary import FieldValue
from syncd.plan.edits import NewItem, PlanChange, PlanEdit, Unwritten
from syncd.plan.rewriting import rewrite
from tests.plan.rewriting.changes import done, reasons, tried

PLAN = """[plan]
id = "p"
title = "t"
[[goals]]
id = "G"
title = "g"
[[goals.kpis]]
id = "K"
title = "k"
driven_by = ["A"]
readings_from = "not/there.csv"
[[goals.actions]]
id = "A"
title = "  a title "
owner = "Ann@Example.org"
start = 2026-01-01
due = "2026-06-30"
weight = 2.0
state = "on_hold"
notes = \"\"\"
one   \\

two
\"\"\"
[[goals.actions.projects]]
id = "P"
title = "p"
start = "TBD"
due = ""
"""
DAY = date(2026, 6, 30)

SAME: list[tuple[str, str, FieldValue]] = [
    ("A", "title", "a title"),
    ("A", "owner", "ann@example.ORG"),
    ("A", "start", date(2026, 1, 1)),
    ("A", "start", "2026-01-01"),
    ("A", "due", DAY),
    ("A", "weight", Decimal(2)),
    ("A", "state", "on_hold"),
    ("A", "notes", "one   two"),
    ("P", "start", None),
    ("P", "start", "N/A"),
    ("P", "due", None),
    ("P", "owner", None),
    ("P", "weight", None),
    ("P", "weight", Decimal(1)),
    ("P", "state", None),
    ("P", "state", "active"),
    ("P", "notes", None),
    ("G", "notes", ""),
]


@pytest.mark.parametrize(("item", "key", "value"), SAME)
def test_what_means_the_same_is_there_already(item: str, key: str, value: FieldValue) -> None:
    """Blanks, line ends, capitals of an owner, quotes, words for unknown, defaults: nothing is written."""
    assert done(PLAN, ".toml", PlanEdit(item, key, "whatever it was", value)) == PLAN


@pytest.mark.parametrize(("item", "key", "value"), SAME)
def test_what_means_the_same_was_not_edited_meanwhile(item: str, key: str, value: FieldValue) -> None:
    """The value before is compared by its meaning as well."""
    other: dict[str, FieldValue] = {"start": date(2025, 1, 1), "due": date(2027, 1, 1), "weight": Decimal(9)}
    other |= {"state": "deferred", "title": "other", "owner": "other", "notes": "other"}
    assert done(PLAN, ".toml", PlanEdit(item, key, value, other[key])) != PLAN


def edit(item: str = "A", key: str = "title", after: FieldValue = "b", before: FieldValue = "a title") -> PlanEdit:
    """An edit of the action's title, but for what is said."""
    return PlanEdit(item, key, before, after)


REFUSED: list[tuple[PlanChange, str]] = [
    (edit("Z"), "there is no “Z” in the plan's file any more"),
    (
        edit(before="b title", after="c"),
        "it was edited meanwhile: the plan's file holds “a title” there, not “b title”",
    ),
    (
        edit(key="due", before=None, after=date(2027, 1, 1)),
        "it was edited meanwhile: the plan's file holds “2026-06-30” there, not nothing",
    ),
    (
        edit("P", "due", date(2027, 1, 1), DAY),
        "it was edited meanwhile: the plan's file holds nothing there, not “2026-06-30”",
    ),
    (edit(after=None), "an item must have a title"),
    (edit(after="\t \n"), "the plan cannot hold it: title: it must be one line without tabs, but holds U+0009"),
    (edit(after=" "), "the plan cannot hold it: title: must not be blank"),
    (
        edit(after="x" * 1001),
        f"the plan cannot hold it: title: must not be longer than 1000 characters, not “{'x' * 57}…”",
    ),
    (
        edit(after="a\x1b[2J"),
        "the plan cannot hold it: title: it holds the invisible character U+001B; write the text anew without it",
    ),
    (
        edit(key="state", before="on_hold", after="done"),
        "the plan cannot hold it: state: “done” is not one of active, on_hold, deferred, cancelled",
    ),
    (
        edit(key="weight", before=Decimal(2), after=Decimal(-1)),
        "the plan cannot hold it: weight: must be at least 0, not “-1”",
    ),
    (
        edit(key="owner", before="ann@example.org", after=("a", "b")),
        "the plan cannot hold it: owner: must be text in quotes, not a list",
    ),
    (edit("G", "due", None, DAY), "goals have no “due” that could be written"),
    (edit("A", "id", "A", "B"), "actions have no “id” that could be written"),
    (edit("A", "audience", None, "public"), "actions have no “audience” that could be written"),
    (
        edit(key="due", before=DAY, after=date(2025, 1, 1)),
        "the plan would not be right with it: A.due: it is due on 2025-01-01, before it starts on 2026-01-01",
    ),
    (
        NewItem("N", "action", "Z", {"title": "n"}),
        "there is no “Z” in the plan's file any more, below which it could stand",
    ),
    (NewItem("N", "action", "A", {"title": "n"}), "no action can stand below “A” (action)"),
    (NewItem("N", "project", "K", {"title": "n"}), "no project can stand below “K” (kpi)"),
    (NewItem("N", "kpi", "G", {"title": "n"}), "only actions and projects are put into a plan"),
    (NewItem("P", "action", "G", {"title": "n"}), "the plan has another “P” already; choose another id"),
    (NewItem("N", "action", "G", {}), "an item must have a title"),
    (NewItem("N", "action", "G", {"title": "n", "unit": "%"}), "actions have no “unit” that could be written"),
    (
        NewItem("N N", "action", "G", {"title": "n"}),
        "the plan would not be right with it: N N.id: “N N” must not hold blanks, “/” or “:”",
    ),
]


@pytest.mark.parametrize(("asked", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_cannot_be_is_not_written_and_says_why(asked: PlanChange, reason: str) -> None:
    """In words for people; the text stays as it is, and all else that is asked for is written."""
    assert reasons(PLAN, ".toml", asked) == [reason]
    other = edit("K", "title", "new", "k")
    found = tried(PLAN, ".toml", asked, other)
    assert found.unwritten == (Unwritten(asked, reason),)
    assert (found.text, found.done) == (PLAN.replace('"k"', '"new"'), (other,))


def test_two_values_that_are_only_right_together_are_written_together() -> None:
    """A piece of work that is put off has another start and another end."""
    start = edit(key="start", before=date(2026, 1, 1), after=date(2027, 1, 1))
    due = edit(key="due", before=DAY, after=date(2027, 6, 30))
    wanted = PLAN.replace("start = 2026-01-01", "start = 2027-01-01").replace("2026-06-30", "2027-06-30")
    assert done(PLAN, ".toml", start, due) == wanted


def test_one_bad_value_of_an_item_does_not_stop_its_others() -> None:
    """Nor those of any other item."""
    bad = edit(key="due", before=DAY, after=date(2025, 1, 1))
    good = [
        edit(),
        edit(key="weight", before=Decimal(2), after=None),
        edit("P", "title", "q", "p"),
        edit("G", "title", "h", "g"),
    ]
    found = tried(PLAN, ".toml", good[2], good[0], bad, good[1], good[3])
    assert [each.what for each in found.unwritten] == [bad]
    assert found.done == (good[2], good[0], good[1], good[3])
    assert found.text == PLAN.replace('"  a title "', '"b"').replace("weight = 2.0\n", "").replace(
        '"p"\nstart', '"q"\nstart'
    ).replace('"g"', '"h"')


def test_of_two_values_for_one_key_only_the_first_is_written() -> None:
    """Nobody is told that a value stands in the plan where another one does."""
    found = tried(PLAN, ".toml", edit(), edit(after="c"))
    assert found.done == (edit(),)
    assert [each.reason for each in found.unwritten] == ["another value was set for it at the same moment"]
    assert 'title = "b"' in found.text


def test_an_item_of_the_same_id_and_another_title_is_another_item() -> None:
    """What somebody else put there meanwhile does not count as what was asked for."""
    assert reasons(PLAN, ".toml", NewItem("P", "project", "A", {"title": "quite different"})) == [
        "the plan has another “P” already; choose another id"
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[plan\n", "the plan's file has a mistake, which must be repaired first (line 1: this is not valid TOML: "),
        (
            PLAN.replace('"TBD"', '"soon"'),
            "the plan's file has a mistake, which must be repaired first (line 28, P.start: ",
        ),
        (
            PLAN + '[[goals]]\nid = "A"\ntitle = "b"\n',
            "the plan's file has a mistake, which must be repaired first (line 31, A.id: ",
        ),
        ("", "the plan's file has a mistake, which must be repaired first (plan: is missing)"),
    ],
)
def test_nothing_is_written_into_a_file_that_is_no_plan(text: str, reason: str) -> None:
    """Somebody is in the middle of editing it; the mistake is named."""
    (said, other) = reasons(text, ".toml", edit(), NewItem("N", "action", "G", {"title": "n"}))
    assert said.startswith(reason)
    assert other == said


def test_nothing_is_written_into_other_forms() -> None:
    """Spreadsheets are made by other programs."""
    assert reasons("a,b", ".csv", edit()) == ["values are written into .toml, .yaml, .yml, .json files only"]


def test_nothing_asked_is_nothing_done() -> None:
    """Whatever the text is."""
    for text in (PLAN, "\ufeff" + PLAN, "", "no plan"):
        assert rewrite(text, ".toml", []).text == text


TWINS = """# id = "A", title = "a"
plan = {id = "p", title = 'id = "A"'}
[[goals]]
title = '''
[[goals.actions]]
id = "A"
title = "a"'''
id = "G"
""".replace("title = '''", "notes = '''").replace('id = "G"', 'id = "G"\ntitle = "A"')


def test_an_id_counts_only_where_it_is_one() -> None:
    """Neither in a remark, nor in a text, nor as a driver, a title or a key."""
    text = TWINS + '[[goals.kpis]]\nid = "K"\ntitle = "A"\ndriven_by = ["A", { id = "P" }]\n'
    text += (
        '[[goals.actions]]\nid = "A"\ntitle = "a" # title = "a"\n[[goals.actions.projects]]\nid = "P"\ntitle = "a"\n'
    )
    wanted = text.replace('title = "a" #', 'title = "b" #').removesuffix('"a"\n') + '"c"\n'
    assert done(text, ".toml", edit(before="a"), edit("P", before="a", after="c")) == wanted


def test_keys_of_a_table_may_be_named_like_ids() -> None:
    """An item may be called “title”, or “goals”."""
    text = "plan: {id: p, title: id}\ngoals: [{title: goals, id: title, actions: [{id: goals, title: actions}]}]\n"
    asked = edit("title", before="goals", after="id"), edit("goals", before="actions", after="title")
    assert done(text, ".yaml", *asked) == text.replace("title: goals", "title: id").replace(
        "title: actions", "title: title"
    )


@pytest.mark.parametrize(
    "action", ["? id\n  : A\n  ? title\n  : a title\n  ? due\n  : 2026-06-30", "{id: A, title: a title, due}"]
)
def test_what_cannot_be_changed_safely_is_left_to_people(action: str) -> None:
    """A key that is written in a way that nobody needs; all else in the file is written."""
    text = f"plan: {{id: p, title: t}}\ngoals:\n- id: G\n  title: g\n  actions:\n  - {action}\n"
    if "?" in action:
        text = text.replace("\n  :", "\n    :").replace("\n  ?", "\n    ?")
    other = edit("G", "title", "h", "g")
    gone = edit(key="due", before=DAY, after=None) if "?" in action else edit(key="due", before=None, after=DAY)
    found = tried(text, ".yaml", gone, other)
    assert found.unwritten == (
        Unwritten(gone, "the file is written there in a way that is not safe to change; please change it by hand"),
    )
    assert (found.text, found.done) == (text.replace("title: g\n", "title: h\n"), (other,))


def test_a_weight_of_nothing_is_said_as_what_it_is() -> None:
    """0 is a value, not nothing."""
    head = '[plan]\nid = "p"\ntitle = "t"\n[[goals]]\nid = "G"\ntitle = "g"\n'
    text = f'{head}[[goals.actions]]\nid = "A"\ntitle = "a"\nweight = 0\n'
    [left] = rewrite(text, ".toml", [PlanEdit("A", "weight", Decimal(2), Decimal(3))]).unwritten
    assert left.reason == "it was edited meanwhile: the plan's file holds “0” there, not “2”"
