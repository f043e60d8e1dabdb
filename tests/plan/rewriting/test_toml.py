"""Values in TOML: each in the way of the old one or of its neighbours, every other byte as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from connectors.vocabulary import FieldValue
from syncd.plan.edits import NewItem
from tests.plan.rewriting.changes import done, edited
from tests.plan.rewriting.plans import meant

HEAD = '# title = "a"\n[plan]\nid = "p"\ntitle = "t"\n\n[[goals]]\nid = "G"\ntitle = "g"\n'
DAY = date(2026, 6, 30)

REPLACED = [
    ('title = "a"', "title", "b é", 'title = "b é"'),
    ('title = "a"', "title", 'say "\\"', 'title = "say \\"\\\\\\""'),
    ("title = 'a'", "title", "b\\", "title = 'b\\'"),
    ("title = 'a'", "title", "it's", 'title = "it\'s"'),
    ('title = """a"""', "title", "b", 'title = "b"'),
    ('title="a"#b', "title", "c", 'title="c"#b'),
    ('"title" = "a"  # title = "a"', "title", "b", '"title" = "b"  # title = "a"'),
    ("title\t=\t'a' ", "title", "b", "title\t=\t'b' "),
    ('notes = "a"', "notes", "b\nc", 'notes = """\nb\nc"""'),
    ('notes = "a\\nb"', "notes", "c\nd", 'notes = "c\\nd"'),
    ('notes = "a" # b', "notes", "b\nc", 'notes = "b\\nc" # b'),
    ('notes = """\na\nb\n"""', "notes", "c\n\nd\n", 'notes = """\nc\n\nd\n"""'),
    ('notes = """a\nb"""', "notes", "c\nd", 'notes = """c\nd"""'),
    ('notes = """a\nb"""', "notes", "\nd", 'notes = """\n\nd"""'),
    ("notes = '''\na\nb'''", "notes", "c\n\\", "notes = '''\nc\n\\'''"),
    ("notes = '''\na\nb'''", "notes", "c\nd'", 'notes = """\nc\nd\'"""'),
    ("notes = '''\na\nb'''", "notes", "c\n'''d", 'notes = """\nc\n\'\'\'d"""'),
    ('notes = """\na\nb"""', "notes", 'c\\\n""""d"', 'notes = """\nc\\\\\n""\\""d\\""""'),
    ('notes = """\na\nb"""', "notes", 'c\n"""', 'notes = """\nc\n""\\""""'),
    ('notes = """\na\nb"""', "notes", "c", 'notes = "c"'),
    ("due = 2025-01-01", "due", DAY, "due = 2026-06-30"),
    ("due = 2025-01-01T00:00:00", "due", DAY, "due = 2026-06-30"),
    ("due = '2025-01-01'", "due", DAY, "due = '2026-06-30'"),
    ('due = "TBD"', "due", DAY, "due = 2026-06-30"),
    ('due = ""', "due", DAY, "due = 2026-06-30"),
    ("weight = 2", "weight", Decimal("1.50"), "weight = 1.50"),
    ("weight = 2.0", "weight", Decimal(3), "weight = 3"),
    ("weight = 2", "weight", Decimal("1E+2"), "weight = 100"),
    ('weight = "2"', "weight", Decimal(3), 'weight = "3"'),
    ('state = "active"', "state", "on_hold", 'state = "on_hold"'),
    ("state = 'active'", "state", "deferred", "state = 'deferred'"),
    ('owner = "a@b"', "owner", "c@d", 'owner = "c@d"'),
]


@pytest.mark.parametrize(("line", "key", "after", "wanted"), REPLACED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_value_is_written_like_the_old_one(line: str, key: str, after: FieldValue, wanted: str, end: str) -> None:
    """Quotes, blocks, blanks and remarks stay; a block's lines end as the file's do."""
    title = "" if key == "title" else 'title = "a"\n'
    text = f'{HEAD}\n[[goals.actions]]\nid = "A"\n{title}|\n\n# due = 2026-06-30'
    old, new = (text.replace("|", each).replace("\n", end) for each in (line, wanted))
    assert edited(old, ".toml", "A", **{key: after}) == new


@pytest.mark.parametrize("old", ['"a"', "'a'", '"""\na\nb"""', "'''\na\nb'''", '"""a\nb"""', '"a\\nb"'])
def test_any_quotes_are_written(old: str) -> None:
    """Also three in a row, at the end of a line or of all, as many as a block's own."""
    text = f"{HEAD}notes = {old}\n"
    for ends in product(("", '"', '""', '"""', "'''", '""""', "\\", " "), repeat=2):
        words = "x{}\ny{}".format(*ends)
        assert meant(edited(text, ".toml", "G", notes=words), ".toml").items["G"].item.notes == words


ADDED = [
    ('id = "A"\ntitle = "a"', 'id = "A"\ntitle = "a"\ndue = 2026-06-30\nowner = "o"'),
    ("id = 'A'\ntitle = 'a' # b", "id = 'A'\ntitle = 'a' # b\ndue = 2026-06-30\nowner = 'o'"),
    ("id='A'\n  title=\"it's\"", "id='A'\n  title=\"it's\"\ndue=2026-06-30\nowner='o'"),
    ('\tid = "A"\n\ttitle = "a"', '\tid = "A"\n\ttitle = "a"\n\tdue = 2026-06-30\n\towner = "o"'),
    ('"id" = "A"\n"title" = "a"', '"id" = "A"\n"title" = "a"\n"due" = 2026-06-30\n"owner" = "o"'),
    ('id      = "A"\ntitle   = "a"', 'id      = "A"\ntitle   = "a"\ndue     = 2026-06-30\nowner   = "o"'),
    (
        'id    = "A"\ntitle = "a"\nstate = "active"\n',
        'id    = "A"\ntitle = "a"\nstate = "active"\ndue   = 2026-06-30\nowner = "o"\n',
    ),
    ('id   = "A"\ntitle= "a"', 'id   = "A"\ntitle= "a"\ndue  = 2026-06-30\nowner= "o"'),
    ('id = "A"\ntitle = """\\\n  a"""', 'id = "A"\ntitle = """\\\n  a"""\ndue = 2026-06-30\nowner = "o"'),
    (
        "id = 'A'\ntitle = 'a'\nstart = '2026-01-01'",
        "id = 'A'\ntitle = 'a'\nstart = '2026-01-01'\ndue = '2026-06-30'\nowner = 'o'",
    ),
    (
        'id = "A"\ntitle = "a"\nprojects = [ { id = "P", title = "p" } ]\n',
        'id = "A"\ntitle = "a"\ndue = 2026-06-30\nowner = "o"\nprojects = [ { id = "P", title = "p" } ]\n',
    ),
    (
        'id = "A"\ntitle = "a"\n\n[[goals.actions.projects]]\nid = "P"\ntitle = "p"',
        'id = "A"\ntitle = "a"\ndue = 2026-06-30\nowner = "o"\n\n[[goals.actions.projects]]\nid = "P"\ntitle = "p"',
    ),
]


@pytest.mark.parametrize(("before", "wanted"), ADDED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_new_key_stands_behind_the_last_simple_one(before: str, wanted: str, end: str) -> None:
    """In the style of its neighbours, before tables and lists, also where the last line has no end."""
    old, new = (f"{HEAD}[[goals.actions]]\n{each}".replace("\n", end) for each in (before, wanted))
    assert edited(old, ".toml", "A", owner="o", due=DAY) == new


def test_a_key_that_goes_takes_its_line_along() -> None:
    """But no remark, on it or around it; the rest of the file keeps its end."""
    head = f"{HEAD}[[goals.actions]]\n"
    block = 'notes = """\na\nb""" # b\n'
    text = f'{head}due = 2026-01-01 # why\n# who\nid = "A"\ntitle = "a"\n{block}weight = 2\nstart = 2025-01-01'
    wanted = f'{head}# why\n# who\nid = "A"\ntitle = "a"\n# b\nweight = 2'
    assert edited(text, ".toml", "A", due=None, notes=None, start=None) == wanted
    text, wanted = (each.replace("\n", "\r\n") for each in (text, wanted))
    assert edited(text, ".toml", "A", due=None, notes=None, start=None) == wanted
    text, wanted = (each.replace("\r\n", "\n") for each in (text, wanted))
    assert edited(text, ".toml", "A", weight=None, start=None).endswith(block)
    assert edited(text, ".toml", "A", start=None, weight=None, state="on_hold").endswith(f'{block}state = "on_hold"\n')


IN_BRACES: list[tuple[str, str, dict[str, FieldValue]]] = [
    ('{ id = "A", title = "a", due = 2026-01-01 }', '{ id = "A", title = "a", due = 2026-06-30 }', {"due": DAY}),
    ('{ id = "A", title = "a", due = 2026-01-01 }', '{ id = "A", title = "a" }', {"due": None}),
    ('{due=2026-01-01,id="A",title="a"}', '{id="A",title="a"}', {"due": None}),
    ('{start=2025-01-01,due=2026-01-01,id="A",title="a"}', '{id="A",title="a"}', {"due": None, "start": None}),
    ('{id="A",due=2026-01-01,title="a",weight=2}', '{id="A",title="a"}', {"due": None, "weight": None}),
    (
        '{id="A",title="a",due=2026-01-01,weight=2}',
        '{id="A",title="a",start=2026-06-30}',
        {"due": None, "weight": None, "start": DAY},
    ),
    ("{ id = 'A', title = 'a' }", "{ id = 'A', title = 'a', due = 2026-06-30 }", {"due": DAY}),
    ("{ id = 'A', title = 'a' }", "{ id = 'A', title = 'a', notes = \"b\\nc\" }", {"notes": "b\nc"}),
    ('{id="A",title="a",projects=[]}', '{id="A",title="a",due=2026-06-30,projects=[]}', {"due": DAY}),
]


@pytest.mark.parametrize(("before", "wanted", "values"), IN_BRACES)
def test_tables_in_braces_stay_in_their_line(before: str, wanted: str, values: dict[str, FieldValue]) -> None:
    """Values change, keys come and go, with their commas."""
    old, new = (f'{HEAD}actions = [ # all\n  {each}, # "A"\n]\n' for each in (before, wanted))
    assert edited(old, ".toml", "A", **values) == new


def test_a_plan_of_dotted_keys_and_braces() -> None:
    """Items may stand in braces from the top down, and other keys in parts."""
    text = 'plan.id = "p"\nplan.title = "t"\n'
    text += 'goals = [{id = "G", title = "g", kpis = [{id = "K", title = "k", baseline.value = 3}]}]'
    wanted = text.replace('title = "k"', 'title = "K", owner = "o"').replace('title = "g"', 'title = "G", notes = "n"')
    assert edited(edited(text, ".toml", "K", title="K", owner="o"), ".toml", "G", title="G", notes="n") == wanted


SECTIONS = f"""{HEAD}
  [[goals.kpis]]
  id = "K"
  title = "k"
  [goals.kpis.target]
  value = 3

  # the first action
  [[ goals . actions ]]
  id    = "A"
  title = "a"

  [[goals.actions.projects]]
  id    = "P"
  title = "p"
  # due = 2026-06-30

# the second goal
[[goals]]
id = "H"
title = "h"
"""


def test_new_items_have_headers_like_their_siblings() -> None:
    """Behind all that belongs to the last sibling, apart from it as it is from what stands above."""
    first = '\n  [[ goals . actions ]]\n  id    = "B"\n  title = "b"\n  due   = 2026-06-30\n'
    second = '\n  [[goals.actions.projects]]\n  id    = "Q"\n  title = "q"\n'
    new = (
        NewItem("Q", "project", "A", {"title": "q"}),
        NewItem("B", "action", "G", {"due": DAY, "title": "b", "notes": None}),
    )
    wanted = SECTIONS.replace("# due = 2026-06-30\n", f"# due = 2026-06-30\n{second}{first}")
    assert done(SECTIONS, ".toml", *new) == wanted


def test_first_items_have_headers_below_that_of_their_parent() -> None:
    """With what will stand below them, in one go."""
    new = (
        NewItem("B", "action", "H", {"title": "b"}),
        NewItem("R", "project", "B", {"title": "r", "notes": "a\nb"}),
        NewItem("S", "project", "B", {"title": "s"}),
    )
    wanted = '\n[[goals.actions]]\nid = "B"\ntitle = "b"\n'
    wanted += '\n[[goals.actions.projects]]\nid = "R"\ntitle = "r"\nnotes = """\na\nb"""\n'
    wanted += '\n[[goals.actions.projects]]\nid = "S"\ntitle = "s"\n'
    assert done(SECTIONS, ".toml", *new) == SECTIONS + wanted


LISTS = [
    ("[]", '[{ id = "N", title = "n" }]'),
    ("[ # none\n]", '[ # none\n{ id = "N", title = "n" }]'),
    ('[{ id = "A", title = "a" }]', '[{ id = "A", title = "a" }, { id = "N", title = "n" }]'),
    ('[ {id="A",title="a"} ]', '[ {id="A",title="a"}, {id="N",title="n"} ]'),
    ('[{id="A",title="a"},{id="B",title="b"}]', '[{id="A",title="a"},{id="B",title="b"},{id="N",title="n"}]'),
    (
        '[\n  { id = "A", title = "a" }, # A\n]',
        '[\n  { id = "A", title = "a" }, # A\n  { id = "N", title = "n" },\n]',
    ),
    ('[\n  { id = "A", title = "a" } # A\n]', '[\n  { id = "A", title = "a" }, # A\n  { id = "N", title = "n" }\n]'),
    ('[\n  { id = "A", title = "a" },\n]', '[\n  { id = "A", title = "a" },\n  { id = "N", title = "n" },\n]'),
]


@pytest.mark.parametrize(("before", "wanted"), LISTS)
def test_new_items_stand_in_the_list_that_is_there(before: str, wanted: str) -> None:
    """Behind the last, and behind its remark, with or without a comma of its own."""
    old, new = (f"{HEAD}actions = {each} # all\n" for each in (before, wanted))
    assert done(old, ".toml", NewItem("N", "action", "G", {"title": "n"})) == new
