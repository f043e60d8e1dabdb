"""What requests read and write: values of every kind, places, moves, copies and returns from the bin."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.monday.sandbox import Sandbox
from tests.monday_sandbox.conftest import Client, column

SHOWN = """name group { id } column_values { id type text value
  ... on NumbersValue { number } ... on TimelineValue { from to } ... on PeopleValue { persons_and_teams { id kind } }
  ... on DropdownValue { values { id label } } ... on LinkValue { url url_text } ... on CheckboxValue { checked } }"""
CREATE = f"""mutation($b: ID!, $v: JSON) {{
  create_item(board_id: $b, item_name: "x", column_values: $v) {{ {SHOWN} }} }}"""


@pytest.mark.parametrize(
    ("kind", "value", "text", "more"),
    [
        ("text", "abc", "abc", {"value": '"abc"'}),
        ("long_text", {"text": "a\nb"}, "a\nb", {}),
        ("numbers", "42.50", "42.50", {"number": 42.5, "value": '"42.50"'}),
        ("date", {"date": "2026-11-23"}, "2026-11-23", {}),
        ("timeline", {"from": "2026-09-01", "to": "2027-06-30"}, "2026-09-01 - 2027-06-30", {"to": "2027-06-30"}),
        (
            "dropdown",
            {"labels": ["B", "A"]},
            "A, B",
            {"values": [{"id": "1", "label": "A"}, {"id": "2", "label": "B"}]},
        ),
        ("dropdown", {"ids": ["2"]}, "B", {}),
        ("link", {"url": "https://a.example", "text": "A"}, "A - https://a.example", {"url_text": "A"}),
        ("checkbox", {"checked": "true"}, "v", {"checked": True}),
        ("status", {"label": "Stuck"}, "Stuck", {}),
        ("status", {"index": 1}, "Done", {}),
        ("status", None, None, {"value": None}),
        ("text", "", "", {"value": None}),
        ("dropdown", None, None, {"values": []}),
    ],
)
def test_values_of_every_kind(
    box: Sandbox, api: Client, board: str, *, kind: str, value: Any, text: str | None, more: dict[str, Any]
) -> None:
    """What is written in a kind's own form is read back in its text, its JSON and its typed fields."""
    key = box.world.add_column(board, "Of this kind", kind, options=("A", "B")).id
    made = api.ok(CREATE, b=board, v=json.dumps({key: value}))["create_item"]
    (cell,) = (cell for cell in made["column_values"] if cell["id"] == key)
    assert (cell["text"], cell["type"]) == (text, kind)
    assert {name: cell[name] for name in more} == more


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 7),
        ("long_text", {"text": "x" * 2001}),
        ("numbers", "many"),
        ("numbers", "NaN"),
        ("date", {"date": "tomorrow"}),
        ("date", {"day": "2026-01-01"}),
        ("date", {"date": "2026-01-01", "time": "noon"}),
        ("timeline", {"from": "2026-09-01"}),
        ("timeline", {"from": "2026-09-02", "to": "2026-09-01"}),
        ("people", {"personsAndTeams": "Ada"}),
        ("dropdown", {"labels": ["A"], "ids": ["1"]}),
        ("dropdown", {"labels": ["C"]}),
        ("status", {"label": "done"}),
        ("formula", "1"),
    ],
)
def test_values_that_do_not_fit(box: Sandbox, api: Client, board: str, kind: str, value: Any) -> None:
    """A value in another form is refused, names its column, and leaves no item behind."""
    key = box.world.add_column(board, "Of this kind", kind, options=("A", "B")).id
    error = api.send(CREATE, b=board, v=json.dumps({key: value})).json()["errors"][0]["extensions"]
    assert (error["code"], error["error_data"]["column_id"]) == ("ColumnValueException", key)
    assert box.world.items == {}


def test_people_are_ids_of_active_ones(box: Sandbox, api: Client, board: str) -> None:
    """Persons, teams and agents stand side by side; a person who is unknown or gone is refused."""
    owner = column(box, board, "Owner")
    every = [{"id": int(box.world.person), "kind": "person"}, {"id": 9, "kind": "team"}]
    made = api.ok(CREATE, b=board, v=json.dumps({owner: {"personsAndTeams": every}}))["create_item"]
    cell = next(cell for cell in made["column_values"] if cell["id"] == owner)
    assert (cell["text"], [one["kind"] for one in cell["persons_and_teams"]]) == ("Ada Teacher", ["person", "team"])
    box.world.users[box.world.person].status = "INACTIVE"
    assert (
        api.refused(CREATE, b=board, v=json.dumps({owner: {"personsAndTeams": every}}))[1] == "InvalidUserIdException"
    )


def test_a_write_is_all_or_nothing(box: Sandbox, api: Client, board: str) -> None:
    """Where one value of a change is bad, neither the others nor the name are changed; names have a length."""
    item, text = box.world.add_item("x", board), column(box, board, "Plan ID")
    change = """mutation($b: ID!, $i: ID, $v: JSON!) {
      change_multiple_column_values(board_id: $b, item_id: $i, column_values: $v) { name } }"""
    assert api.refused(change, b=board, i=item.id, v=json.dumps({text: "SP-1", "name": "y", "no": 1}))[0] == 200
    assert (item.name, item.cells) == ("x", {})
    assert api.refused(change, b=board, i=item.id, v=json.dumps({"name": "n" * 256}))[1] == "ItemNameTooLongException"
    api.ok(change, b=board, i=item.id, v=json.dumps({text: "SP-1", "name": {"name": "y"}}))
    assert (item.name, item.cells) == ("y", {text: "SP-1"})
    simple = """mutation($b: ID!, $i: ID, $c: String!) {
      change_simple_column_value(board_id: $b, item_id: $i, column_id: $c, value: "z") { id } }"""
    api.ok(simple, b=board, i=item.id, c="name")
    api.ok(simple, b=board, i=item.id, c=text)
    assert (item.name, item.cells) == ("z", {text: "z"})


def test_items_are_put_into_their_places(box: Sandbox, api: Client, board: str) -> None:
    """To the end or the top of a group, before or after another item; never beside one of another board."""
    reading, maths = (group.id for group in box.world.boards[board].groups)
    a, b, c = (box.world.add_item(name, board).id for name in "abc")

    def order(group: str) -> str:
        found = box.world.group_of(board, group)
        return "".join(box.world.items[key].name for key in found.items)

    move = "mutation($i: ID!, $g: String!) { move_item_to_group(item_id: $i, group_id: $g) { group { id } } }"
    place = """mutation($i: ID!, $g: ID, $t: Boolean, $r: ID, $m: PositionRelative) { change_item_position(
      item_id: $i, group_id: $g, group_top: $t, relative_to: $r, position_relative_method: $m) { id } }"""
    api.ok(move, i=a, g=maths)
    assert (order(reading), order(maths)) == ("bc", "a")
    api.ok(place, i=c, g=maths, t=True)
    api.ok(place, i=b, r=a, m="before_at")
    assert (order(reading), order(maths)) == ("", "cba")
    api.ok(place, i=c, r=b, m="after_at")
    api.ok(place, i=b, g=reading)
    assert (order(reading), order(maths)) == ("b", "ca")
    stranger = box.world.add_item("d", box.world.add_board("Other").id).id
    assert api.refused(place, i=a, r=stranger)[1] == "InvalidArgumentException"
    assert api.refused(place, i=a)[1] == "InvalidArgumentException"
    assert api.refused(move, i=a, g="none")[1] == "ResourceNotFoundException"


def test_archive_delete_and_return(box: Sandbox, api: Client, board: str) -> None:
    """What is below goes and comes with its item; what is archived can be deleted, and not be moved."""
    item = box.world.add_item("x", board)
    sub = box.world.add_item("sub", parent=item.id)
    api.ok("mutation($i: ID!) { archive_item(item_id: $i) { state } }", i=item.id)
    assert (item.state, sub.state) == ("archived", "archived")
    assert (
        api.refused('mutation($i: ID!) { move_item_to_group(item_id: $i, group_id: "topics") { id } }', i=item.id)[0]
        == 200
    )
    box.world.restore(item.id)
    assert (item.state, sub.state) == ("active", "active")
    api.ok("mutation($i: ID!) { delete_item(item_id: $i) { state } }", i=item.id)
    assert (
        api.refused("mutation($i: ID!) { delete_item(item_id: $i) { state } }", i=item.id)[1]
        == "ResourceNotFoundException"
    )
    copy = box.world.duplicate(box.world.restore(item.id).id)
    assert (copy.name, copy.subitems) == ("x (copy)", [])


def test_a_move_to_another_board_keeps_what_has_a_column(box: Sandbox, api: Client, board: str) -> None:
    """The item keeps its id, its subitems, and values whose columns are there by title and type."""
    item = box.world.add_item("x", board, values={"Plan ID": "SP-1", "Notes": {"text": "n"}})
    sub = box.world.add_item("sub", parent=item.id)
    other = box.world.add_board("Other", columns=[("Plan ID", "text")])
    text = """mutation($i: ID!, $b: ID!, $g: ID!) {
      move_item_to_board(item_id: $i, board_id: $b, group_id: $g) { id board { id } } }"""
    moved = api.ok(text, i=item.id, b=other.id, g=other.groups[0].id)["move_item_to_board"]
    assert moved == {"id": item.id, "board": {"id": other.id}}
    assert item.cells == {column(box, other.id, "Plan ID"): "SP-1"}
    assert box.world.main_board(box.world.boards[sub.board]) is other


def test_boards_groups_and_columns_are_made(box: Sandbox, api: Client) -> None:
    """A new board has the usual columns, groups come first or beside another one, an id is used once."""
    make = (
        'mutation($e: Boolean) { create_board(board_name: "New", board_kind: private, empty: $e) { id items_count } }'
    )
    assert api.ok(make, e=False)["create_board"]["items_count"] == 3
    board = api.ok(make, e=True)["create_board"]
    assert board["items_count"] == 0
    group = """mutation($b: ID!, $n: String!, $r: String, $m: PositionRelative) {
      create_group(board_id: $b, group_name: $n, relative_to: $r, position_relative_method: $m) { id position } }"""
    top = api.ok(group, b=board["id"], n="Top")["create_group"]["id"]
    api.ok(group, b=board["id"], n="Second", r=top, m="after_at")
    rename = """mutation($b: ID!, $g: String!) {
      update_group(board_id: $b, group_id: $g, group_attribute: title, new_value: "First") { title } }"""
    api.ok(rename, b=board["id"], g=top)
    assert [one.title for one in box.world.boards[board["id"]].groups] == ["First", "Second", "Group Title"]
    make = (
        'mutation($b: ID!) { create_column(board_id: $b, id: "plan_id", title: "Plan ID", column_type: text) { id } }'
    )
    assert api.ok(make, b=board["id"])["create_column"]["id"] == "plan_id"
    assert api.refused(make, b=board["id"])[1] == "InvalidArgumentException"
    box.world.drop_group(board["id"], top)
    assert [one.title for one in box.world.boards[board["id"]].groups if not one.deleted] == ["Second", "Group Title"]


def test_a_column_for_subitems_leads_to_their_board(box: Sandbox, api: Client, board: str) -> None:
    """Its settings name the hidden board at once, or with `lazy_subitems` only after the first subitem."""
    make = 'mutation($b: ID!) { create_column(board_id: $b, title: "Subitems", column_type: subtasks) { settings } }'
    box.world.lazy_subitems = True
    assert api.ok(make, b=board)["create_column"]["settings"]["boardIds"] == []
    hidden = box.world.add_item("sub", parent=box.world.add_item("x", board).id).board
    ask = "query($b: [ID!]) { boards(ids: $b) { columns(types: [subtasks]) { settings } } }"
    assert api.ok(ask, b=[board])["boards"][0]["columns"][0]["settings"]["boardIds"] == [int(hidden)]
    box.world.lazy_subitems = False
    other = box.world.add_board("Other").id
    assert len(api.ok(make, b=other)["create_column"]["settings"]["boardIds"]) == 1


def test_what_may_only_be_seen_is_not_written(box: Sandbox, api: Client, board: str) -> None:
    """On a board with a right to look only, and on a full one, creates are refused by their own codes."""
    box.world.boards[board].items_limit = 1
    api.ok(CREATE, b=board)
    assert api.refused(CREATE, b=board)[1] == "ItemsLimitationException"
    box.world.lock_board(board)
    assert api.refused(CREATE, b=board)[1] == "UserUnauthorizedException"
    access = api.ok("query($b: [ID!]) { boards(ids: $b) { access_level } }", b=[board])
    assert access["boards"] == [{"access_level": "view"}]


def test_a_marker_is_found_in_any_case(box: Sandbox, api: Client, board: str) -> None:
    """Texts are compared as a whole and letter case aside; archived items are not found; mirrors not searched."""
    marker = column(box, board, "Plan ID")
    items = [box.world.add_item(text, board, values={"Plan ID": text}).id for text in ("SP-1", "sp-1", "SP-10")]
    find = """query($b: ID!, $c: String!, $v: [String]!) { items_page_by_column_values(
      board_id: $b, columns: [{column_id: $c, column_values: $v}], limit: 10) { items { id } } }"""

    def found() -> list[str]:
        page = api.ok(find, b=board, c=marker, v=["SP-1"])["items_page_by_column_values"]
        return [item["id"] for item in page["items"]]

    assert found() == items[:2]
    box.world.archive(items[0])
    assert found() == items[1:2]
    mirror = box.world.add_column(board, "M", "mirror").id
    assert api.refused(find, b=board, c=mirror, v=["x"])[1] == "InvalidColumnTypeException"
