"""The small parts: pieces of a text put in, and styles where no neighbour shows any."""

from __future__ import annotations

import pytest

from syncd.plan.rewriting.in_json import Json
from syncd.plan.rewriting.page import Page, Splice, Table, Tangled, spliced
from tests.plan.rewriting.changes import edited


def test_pieces_are_put_in_by_their_place() -> None:
    """Those for the same place in their order; what goes may overlap."""
    pieces = [
        Splice(3, 4, "D"),
        Splice(1, 1, "x"),
        Splice(1, 1, "y"),
        Splice(0, 1, ""),
        Splice(4, 6, ""),
        Splice(5, 6, ""),
    ]
    assert spliced("abcdef", pieces) == "xybcD"


def test_nothing_is_put_into_what_goes() -> None:
    """Nobody could say where it belongs."""
    with pytest.raises(Tangled):
        spliced("abcdef", [Splice(0, 3, ""), Splice(2, 2, "x")])


def test_json_has_tables_in_braces_only() -> None:
    """There is nothing that a table on lines of its own could stand below."""
    table = Table(0, 2, braces=False, entries=())
    with pytest.raises(Tangled):
        Json().below(Page("{}", {}), table, None, "actions", {})


@pytest.mark.parametrize(
    ("ending", "text", "quoted"),
    [
        (".toml", 'plan = {id = "p", title = "t"}\n[[goals]]\nid = "it\'s"\ntitle = "it\'s"\n', 'owner = "o"'),
        (".yaml", 'plan: {id: p, title: t}\ngoals:\n- id: "1"\n  title: "2"\n', "  owner: o"),
    ],
)
def test_where_all_quotes_are_needed_the_usual_ones_are_written(ending: str, text: str, quoted: str) -> None:
    """None of the neighbours could have been written otherwise."""
    item = "1" if ending == ".yaml" else "it's"
    assert edited(text, ending, item, owner="o") == f"{text}{quoted}\n".replace("\n\n", "\n")


def test_the_first_line_stands_apart_from_nothing() -> None:
    """Nor do remarks at the top of a file part what follows."""
    page = Page("# a\n# b\nc\n\nd\n", {})
    assert [page.apart(at) for at in (0, 4, 8, 11)] == [False, False, False, True]
