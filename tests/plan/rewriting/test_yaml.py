"""Values in YAML: each in the way of the old one or of its neighbours, every other byte as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from textwrap import indent

import pytest

from connectors.vocabulary import FieldValue
from syncd.plan.edits import NewItem
from tests.plan.rewriting.changes import done, edited

HEAD = "# title: a\nplan: {id: p, title: t}\ngoals:\n- id: G\n  title: g\n  actions:\n"
DAY = date(2026, 6, 30)

REPLACED = [
    ("title: a", "title", "b é, c", "title: b é, c"),
    ("title: a  # title: a", "title", "it's", "title: it's  # title: a"),
    ("title:\ta", "title", "b", "title:\tb"),
    ("title:\n        a", "title", "b", "title:\n        b"),
    ("title: a\n        b", "title", "c", "title: c"),
    ("title: 'a'", "title", "it's", "title: 'it''s'"),
    ("title: 'a'", "title", "a\u2028b", 'title: "a\\u2028b"'),
    ('title: "a"', "title", 'b "\\', 'title: "b \\"\\\\"'),
    ("title: |-\n        a", "title", "b", "title: b"),
    ('title: "no"', "title", "yes please", "title: yes please"),
    *((f"title: {word}", "title", "b", "title: b") for word in ("no", "a#b", "<a>")),
    *(
        ("title: a", "title", word, f'title: "{word}"')
        for word in (
            "no",
            "Off",
            "~",
            "null",
            "2026",
            "1e5",
            "0x1f",
            "1_0",
            "12:30",
            "2026-06-30",
            "=",
            "<<",
            "a: b",
            "a #b",
        )
    ),
    *(
        ("title: a", "title", word, f'title: "{word}"')
        for word in (
            "# a",
            "- a",
            "? a",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            "`a",
            "[a]",
            "{a",
            "'a",
            "> a",
            "a:",
            "| a",
        )
    ),
    ("notes: a", "notes", "b\nc", "notes: |-\n        b\n        c"),
    ("notes: a", "notes", "b\n\n  c\n", "notes: |\n        b\n\n          c"),
    ("notes: a # b", "notes", "b\nc", 'notes: "b\\nc" # b'),
    ("notes: a", "notes", " b\nc", 'notes: " b\\nc"'),
    ("notes: a", "notes", "b\n\n", 'notes: "b\\n\\n"'),
    (
        "notes: |  # why\n            a\n            b\n",
        "notes",
        "c\n\nd",
        "notes: |-  # why\n            c\n\n            d\n",
    ),
    ("notes: >-\t# why\n        a", "notes", "b", "notes: b\t# why"),
    ("notes: |+\n        a\n\n", "notes", "b\nc", "notes: |-\n        b\n        c"),
    ("notes: >-\n        a\n        b\n\n        c\n\n", "notes", "d", "notes: d\n\n"),
    ("due: 2025-01-01", "due", DAY, "due: 2026-06-30"),
    ("due: '2025-01-01'", "due", DAY, "due: '2026-06-30'"),
    ("due: TBD", "due", DAY, "due: 2026-06-30"),
    ("due:", "due", DAY, "due: 2026-06-30"),
    ("due:  # to be said", "due", DAY, "due: 2026-06-30  # to be said"),
    ("due: ~", "due", DAY, "due: 2026-06-30"),
    ("weight: 2", "weight", Decimal("2.50"), "weight: 2.50"),
    ('weight: "2"', "weight", Decimal(3), 'weight: "3"'),
    ("state: active", "state", "on_hold", "state: on_hold"),
    ("state: 'active'", "state", "on_hold", "state: 'on_hold'"),
    ('"owner": o', "owner", "a@b", '"owner": a@b'),
]


@pytest.mark.parametrize(("line", "key", "after", "wanted"), REPLACED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_value_is_written_like_the_old_one(line: str, key: str, after: FieldValue, wanted: str, end: str) -> None:
    """Quotes, blanks and remarks stay; what would be read as something else is quoted."""
    title = "" if key == "title" else "\n      title: a"
    text = f"{HEAD}    - id: A{title}\n      |\n    # due: 2026-06-30\n    - {{id: B, title: b}}\n"
    old, new = (text.replace("|", each, 1).replace("\n", end) for each in (line, wanted))
    assert edited(old, ".yaml", "A", **{key: after}) == new


ADDED = [
    ("- id: A\n  title: a", "- id: A\n  title: a\n  due: 2026-06-30\n  owner: o"),
    ("-   id: 'A'\n    title: 'a'  # b", "-   id: 'A'\n    title: 'a'  # b\n    due: 2026-06-30\n    owner: 'o'"),
    (
        "-\n   id: A\n   title: >-\n     a\n     b\n\n",
        "-\n   id: A\n   title: >-\n     a\n     b\n   due: 2026-06-30\n   owner: o\n\n",
    ),
    ("- id:     A\n  title:  a", "- id:     A\n  title:  a\n  due:    2026-06-30\n  owner:  o"),
    ("- id: A\n  title: a\n  start:", "- id: A\n  title: a\n  start:\n  due: 2026-06-30\n  owner: o"),
    ('- "id": A\n  "title": a', '- "id": A\n  "title": a\n  "due": 2026-06-30\n  "owner": o'),
    (
        "- id: A\n  title: 'a'\n  start: '2026-01-01'",
        "- id: A\n  title: 'a'\n  start: '2026-01-01'\n  due: '2026-06-30'\n  owner: 'o'",
    ),
    (
        "- id: A\n  title: a\n  projects:\n  - id: P\n    title: p",
        "- id: A\n  title: a\n  due: 2026-06-30\n  owner: o\n  projects:\n  - id: P\n    title: p",
    ),
    ("- {id: A, title: a}", "- {id: A, title: a, due: 2026-06-30, owner: o}"),
    ("- {id: A, title: a, }", "- {id: A, title: a, due: 2026-06-30, owner: o, }"),
    (
        "- {\n  id: A, # A\n  title: a # a\n  }",
        "- {\n  id: A, # A\n  title: a, # a\n  due: 2026-06-30,\n  owner: o\n  }",
    ),
    (
        "- {\n  id: A,\n  title: a, # a\n  projects: [] # none\n  }",
        "- {\n  id: A,\n  title: a, # a\n  due: 2026-06-30,\n  owner: o,\n  projects: [] # none\n  }",
    ),
]


@pytest.mark.parametrize(("before", "wanted"), ADDED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_new_key_stands_behind_the_last_simple_one(before: str, wanted: str, end: str) -> None:
    """In the style of its neighbours and behind their remarks, also where the last line has no end."""
    old, new = ((HEAD + indent(each, "  ")).replace("\n", end) for each in (before, wanted))
    assert edited(old, ".yaml", "A", owner="o", due=DAY) == new


def test_a_last_line_without_an_end_is_no_line_of_a_block() -> None:
    """Its end would be missing in the text that the block means."""
    text = f"{HEAD}  - id: A\n    title: a"
    assert edited(text, ".yaml", "A", notes="b\nc\n") == f'{text}\n    notes: "b\\nc\\n"'
    assert edited(f"{text}\n", ".yaml", "A", notes="b\nc\n") == f"{text}\n    notes: |\n      b\n      c\n"


GONE = [
    ("- id: A\n  title: a\n  due: 2026-01-01 # due\n  # b\n", "- id: A\n  title: a\n  # due\n  # b\n"),
    ("- due: 2026-01-01\n\n  # my id\n  id: A\n  title: a\n", "- # my id\n  id: A\n  title: a\n"),
    ("- due: 2026-01-01 # due\n  id: A\n  title: a\n", "- # due\n  id: A\n  title: a\n"),
    (
        "- due: 2026-01-01 # due\n  start: 2025-01-01 # start\n\n  # my id\n  id: A\n  title: a\n",
        "- # due\n  # start\n\n  # my id\n  id: A\n  title: a\n",
    ),
    ("- id: A\n  due: # due\n    2026-01-01\n  title: a\n", "- id: A\n  # due\n  title: a\n"),
    ("- id: A\n  notes: |- # why\n    a\n    # b\n  title: a\n", "- id: A\n  # why\n  title: a\n"),
    ("- id: A\n  title: a\n  due: 2026-01-01  # due", "- id: A\n  title: a\n  # due"),
    ("- {due: 2026-01-01, # due\n   # my id\n   id: A, title: a}", "- { # due\n   # my id\n   id: A, title: a}"),
    (
        "- { id: A,\n    due: 2026-01-01, # due\n    start: 2025-01-01, # start\n    title: a}",
        "- { id: A,\n    # due\n    # start\n    title: a}",
    ),
    ("- {id: A, title: a,\n   due: 2026-01-01 # due\n   }", "- {id: A, title: a # due\n   }"),
    (
        "- {id: A, title: a, # a\n   start: 2025-01-01, # start\n   due: 2026-01-01 # due\n   }",
        "- {id: A, title: a # a\n   # start\n    # due\n   }",
    ),
    ("- due: 2026-01-01\n  start: 2025-01-01\n  id: A\n  title: a", "- id: A\n  title: a"),
    ("-\n  due: 2026-01-01\n  id: A\n  title: a", "-\n  id: A\n  title: a"),
    (
        "- id: A\n  notes: |\n    a\n\n    b\n\n  title: a\n  start: 2025-01-01\n  due: 2026-01-01",
        "- id: A\n\n  title: a\n",
    ),
    ("- {id: A, title: a, due: 2026-01-01}", "- {id: A, title: a}"),
    ("- {due: 2026-01-01, id: A, title: a}", "- {id: A, title: a}"),
    ("- {id: A, title: a, # b, c\n   due: 2026-01-01, }", "- {id: A, title: a # b, c\n   , }"),
]


@pytest.mark.parametrize(("before", "wanted"), GONE)
def test_a_key_that_goes_takes_its_line_along(before: str, wanted: str) -> None:
    """But not the dash before it, nor any remark."""
    assert edited(HEAD + indent(before, "  "), ".yaml", "A", due=None, start=None, notes=None) == HEAD + indent(
        wanted, "  "
    )


NEW = NewItem("N", "action", "G", {"title": "no", "due": DAY})
SIBLINGS = [
    ("- id: A\n  title: a", '\n- id: N\n  title: "no"\n  due: 2026-06-30'),
    (
        "  -   id: A\n      title: a\n\n  -   id: B\n      title: b # b\n      # end\n",
        '\n  -   id: N\n      title: "no"\n      due: 2026-06-30\n',
    ),
    ("-\n  id: A\n  title: 'a'\n", "-\n  id: N\n  title: 'no'\n  due: 2026-06-30\n"),
    ("- {id: A, title: a}\n", '- {id: N, title: "no", due: 2026-06-30}\n'),
    ("- # A\n  id: A\n  title: a\n", '- id: N\n  title: "no"\n  due: 2026-06-30\n'),
    (
        "- id: A\n  title: a\n  projects:\n  - id: P\n    title: p\n    notes: |\n      a\n",
        '- id: N\n  title: "no"\n  due: 2026-06-30\n',
    ),
]


@pytest.mark.parametrize(("before", "more"), SIBLINGS)
def test_a_new_item_has_a_dash_like_its_sibling(before: str, more: str) -> None:
    """Behind all that belongs to the last one, apart from it as the others are."""
    assert done(HEAD + indent(before, "  "), ".yaml", NEW) == HEAD + indent(before + more, "  ")


def test_a_new_item_stands_before_what_follows() -> None:
    """Before the blank line, and the remark on the next goal."""
    text = f"{HEAD}  - id: A\n    title: a\n    # of A\n\n# the next\n- id: H\n  title: h\n"
    wanted = text.replace("# of A\n", '# of A\n  - id: N\n    title: "no"\n    due: 2026-06-30\n')
    assert done(text, ".yaml", NEW) == wanted


def test_a_first_item_makes_the_list() -> None:
    """In lines of its own below the key, or in the brackets that are there, or in those of its goal."""
    head = "plan: {id: p, title: t}\ngoals:\n- id: G\n  title: g"
    block = '\n  actions:\n    - id: N\n      title: "no"\n      due: 2026-06-30'
    assert done(head, ".yaml", NEW) == head + block
    assert done(f"{head}\n", ".yaml", NEW) == f"{head}{block}\n"
    flow = '{id: N, title: "no", due: 2026-06-30}'
    assert done(f"{head}\n  actions: [ ]\n", ".yaml", NEW) == f"{head}\n  actions: [{flow}]\n"
    assert done(f"{head}\n  actions: [ # none\n  ]\n", ".yaml", NEW) == f"{head}\n  actions: [ # none\n  {flow}]\n"
    braces = "plan: {id: p, title: t}\ngoals: [{id: G, title: g}]"
    assert done(braces, ".yaml", NEW) == braces.replace("title: g", f"title: g, actions: [{flow}]")
