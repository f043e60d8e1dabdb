"""Each trap into which a sync tool falls with monday is there, and bites."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from connectors.monday.sandbox import Fault, Limits, Sandbox
from connectors.monday.sandbox.records import Label
from tests.monday_sandbox.conftest import STANDARD, Client, column, values
from tests.sandbox.conftest import PATIENCE, Hands

CREATE = (
    "mutation($b: ID!, $n: String!, $v: JSON) { create_item(board_id: $b, item_name: $n, column_values: $v) { id } }"
)
CHANGE = """mutation($b: ID!, $i: ID!, $v: JSON!) {
  change_multiple_column_values(board_id: $b, item_id: $i, column_values: $v) { id updated_at }
}"""
CELLS = """query($i: [ID!]!, $with: [ColumnCapability!]) { items(ids: $i, limit: 100) { id state board { id }
  column_values(capabilities: $with) { id text value ... on StatusValue { index label is_done }
    ... on BatteryValue { is_leaf battery_value { key count } } ... on DateValue { date time }
    ... on MirrorValue { display_value } ... on FormulaValue { display_value } } } }"""


def cells(api: Client, item: str, capabilities: list[str] | None = None) -> dict[str, dict[str, object]]:
    """The cells of one item, by the ids of their columns."""
    (shown,) = api.ok(CELLS, i=[item], **({"with": capabilities} if capabilities else {}))["items"]
    return {cell["id"]: cell for cell in shown["column_values"]}


def test_1_a_success_in_http_may_be_an_error(api: Client, board: str) -> None:
    """A bad alias of a batch is told with HTTP 200 beside the data of the good one, by its path."""
    text = """mutation($b: ID!, $v: JSON) { good: create_item(board_id: $b, item_name: "a") { id }
      bad: create_item(board_id: $b, item_name: "b", column_values: $v) { id } }"""
    reply = api.send(text, b=board, v=values(nonsense="x"))
    body = reply.json()
    assert reply.status_code == 200
    assert body["data"]["good"]["id"]
    assert body["data"]["bad"] is None
    assert [error["path"] for error in body["errors"]] == [["bad"]]
    assert body["errors"][0]["extensions"]["code"] == "InvalidColumnIdException"
    assert body["extensions"]["request_id"] == reply.headers["x-request-id"]


def test_2_the_day_has_so_many_calls_and_refusals_count(hands: Hands) -> None:
    """Over the day's calls everything is refused until midnight UTC; each refusal costs a tenth of a call."""
    with Sandbox(hands, limits=Limits(daily=2)) as box:
        api = Client(box)
        for _ in range(2):
            api.ok("{ me { id } }")
        reply = api.send("{ me { id } }")
        assert reply.status_code == 429
        assert reply.json()["errors"][0]["extensions"]["code"] == "DAILY_LIMIT_EXCEEDED"
        assert "daily" not in reply.headers["ratelimit-policy"].lower()
        assert box.gate.used() == pytest.approx(2.1)
        hands.sleep(16 * 3600 - 1)
        assert api.send("{ me { id } }").status_code == 429
        hands.sleep(1)
        api.ok("{ me { id } }")
        api.http.close()


def test_3_the_limits_stand_in_the_headers(hands: Hands) -> None:
    """Every answer says what is allowed and what is left, by the names of the policies."""
    with Sandbox(hands, limits=Limits(1335, 80, 5_000_000)) as box:
        api = Client(box)
        headers = api.send("{ boards(limit: 1) { id } me { id } }").headers
        assert headers["ratelimit-policy"].startswith('"minuteRate";q=1335;w=60, "concurrency";q=80;qu=')
        assert headers["ratelimit"] == '"minuteRate";r=1334, "concurrency";r=79, "complexityMinute";r=4999990;t=60'
        api.http.close()


def test_4_a_create_whose_answer_is_lost_makes_twins(box: Sandbox, api: Client, board: str, hands: Hands) -> None:
    """Sent again without a key there are two; with the key of before the first one is answered, for half an hour."""
    for headers in ({}, {"Idempotency-Key": "k1"}):
        box.faults.append(Fault("create_item", "lost_reply"))
        with pytest.raises(httpx.TransportError):
            api.send(CREATE, headers, b=board, n="twin" if not headers else "single")
        again = api.send(CREATE, headers, b=board, n="twin" if not headers else "single")
        assert again.headers.get("idempotency-replayed") == ("true" if headers else None)
    names = [item.name for item in box.world.items.values()]
    assert sorted(names) == ["single", "twin", "twin"]
    hands.sleep(30 * 60)
    late = api.send(CREATE, {"Idempotency-Key": "k1"}, b=board, n="single")
    assert "idempotency-replayed" not in late.headers
    assert [item.name for item in box.world.items.values()].count("single") == 2


def test_5_lists_end_at_25_even_for_named_ids(box: Sandbox, api: Client, board: str) -> None:
    """Forty ids without a limit are answered by 25, of boards as of items; with one all are."""
    items = [box.world.add_item(str(number), board).id for number in range(40)]
    boards = [box.world.add_board(str(number)).id for number in range(40)]
    assert len(api.ok("query($i: [ID!]) { items(ids: $i) { id } }", i=items)["items"]) == 25
    assert len(api.ok("query($i: [ID!]) { boards(ids: $i) { id } }", i=boards)["boards"]) == 25
    assert len(api.ok("query($i: [ID!]) { items(ids: $i, limit: 40) { id } }", i=items)["items"]) == 40
    assert api.refused("query($i: [ID!]) { items(ids: $i, limit: 500) { id } }", i=items * 3)[0] == 200


def test_6_what_is_missing_is_not_deleted(box: Sandbox, api: Client, board: str) -> None:
    """Archived, deleted, moved and hidden items all vanish from their page; by their ids each says why, or nothing."""
    world = box.world
    other = world.add_board("Other").id
    archived, deleted, moved, hidden, kept = (world.add_item(name, board).id for name in "abcde")
    world.archive(archived)
    world.delete(deleted)
    world.move_away(moved, other)
    world.hide_item(hidden)
    page = "query($b: [ID!]) { boards(ids: $b) { items_page { items { id } } } }"
    assert api.ok(page, b=[board])["boards"][0]["items_page"]["items"] == [{"id": kept}]
    shown = api.ok(CELLS, i=[archived, deleted, moved, hidden])["items"]
    told = {item["id"]: (item["state"], item["board"]["id"]) for item in shown}
    assert told == {archived: ("archived", board), deleted: ("deleted", board), moved: ("active", other)}
    world.remembered = ()
    assert len(api.ok(CELLS, i=[archived, deleted])["items"]) == 1
    state = "query($b: [ID!]) { boards(ids: $b, state: all) { id state } }"
    world.hide_board(other)
    world.delete_board(board)
    assert api.ok(state, b=[board, other])["boards"] == [{"id": board, "state": "deleted"}]
    assert api.ok(CELLS, i=[kept, moved])["items"] == []


def test_7_labels_have_other_ids_than_places(box: Sandbox, api: Client) -> None:
    """The number in a cell and in a write is the id of its label, not its place; a renamed label keeps its id."""
    board = box.world.add_board("Plan", columns=[]).id
    text = """mutation($b: ID!, $d: CreateStatusColumnSettingsInput) {
      create_status_column(board_id: $b, title: "Status", defaults: $d) { id revision settings } }"""
    labels = [
        {"label": "Open", "color": "stuck_red", "index": 2},
        {"label": "Done", "color": "done_green", "index": 0, "is_done": True},
    ]
    made = api.ok(text, b=board, d={"labels": labels})["create_status_column"]
    places = [(one["id"], one["index"], one["label"], one["is_done"]) for one in made["settings"]["labels"]]
    assert places == [(1, 0, "Done", True), (0, 2, "Open", False)]
    item = box.world.add_item("x", board).id
    api.ok(CHANGE, b=board, i=item, v=json.dumps({made["id"]: {"index": 1}}))
    box.world.rename_label(board, made["id"], 1, "Finished")
    cell = cells(api, item)[made["id"]]
    assert (cell["index"], cell["label"], cell["is_done"]) == (1, "Finished", True)
    (now,) = api.ok("query($b: [ID!]) { boards(ids: $b) { columns(types: [status]) { revision } } }", b=[board])[
        "boards"
    ]
    assert now["columns"][0]["revision"] != made["revision"]


def test_8_a_status_is_not_found_by_its_text(box: Sandbox, api: Client, board: str) -> None:
    """`any_of` with a text is an empty page without an error; with the id of the label it finds."""
    status, item = column(box, board, "Status"), box.world.add_item("x", board).id
    box.world.complete(item)
    text = """query($b: [ID!], $c: ID!, $v: CompareValue!) { boards(ids: $b) {
      items_page(query_params: {rules: [{column_id: $c, compare_value: $v, operator: any_of}]}) { items { id } } } }"""
    found = [api.ok(text, b=[board], c=status, v=v)["boards"][0]["items_page"]["items"] for v in (["Done"], [1])]
    assert found == [[], [{"id": item}]]


def test_9_statuses_of_multi_level_boards_are_batteries(box: Sandbox, api: Client) -> None:
    """Without CALCULATED the cell is not there at all; with it, it counts labels of what is below."""
    board = box.world.add_board("Levels", columns=STANDARD, hierarchy="multi_level").id
    status = column(box, board, "Status")
    upper = box.world.add_item("upper", board).id
    below = [box.world.add_item(name, parent=upper).id for name in "abc"]
    box.world.complete(below[0])
    assert status not in cells(api, upper)
    assert status not in cells(api, below[0])
    cell = cells(api, upper, ["CALCULATED"])[status]
    assert cell["is_leaf"] is False
    assert cell["battery_value"] == [{"key": "1", "count": 1}, {"key": "5", "count": 2}]
    assert cells(api, below[0], ["CALCULATED"])[status]["is_leaf"] is True
    assert api.ok("{ boards { id } }")["boards"] == []
    assert len(api.ok("{ boards(hierarchy_types: [classic, multi_level]) { id } }")["boards"]) == 1


def test_10_writes_to_roll_ups_do_nothing(box: Sandbox, api: Client) -> None:
    """A status written to a parent of a multi-level board is a success without effect; to a leaf it is stored."""
    board = box.world.add_board("Levels", columns=STANDARD, hierarchy="multi_level").id
    status, upper = column(box, board, "Status"), box.world.add_item("upper", board).id
    leaf = box.world.add_item("leaf", parent=upper).id
    for item in (upper, leaf):
        api.ok(CHANGE, b=board, i=item, v=json.dumps({status: {"index": 1}}))
    assert status not in box.world.items[upper].cells
    assert box.world.items[leaf].cells[status]["index"] == 1


def test_11_subitems_stand_on_a_board_of_their_own(box: Sandbox, api: Client, board: str) -> None:
    """A subitem has another board with other columns, and a write that names its parent's board is refused."""
    upper = box.world.add_item("upper", board).id
    text = 'mutation($i: ID!) { create_subitem(parent_item_id: $i, item_name: "sub") { id board { id type } } }'
    made = api.ok(text, i=upper)["create_subitem"]
    hidden = made["board"]["id"]
    assert made["board"]["type"] == "sub_items_board"
    ask = "query($b: [ID!]) { boards(ids: $b) { items_count columns(types: [subtasks]) { settings } } }"
    (shown,) = api.ok(ask, b=[board])["boards"]
    assert shown["columns"][0]["settings"]["boardIds"] == [int(hidden)]
    assert shown["items_count"] == 1
    assert api.refused(CHANGE, b=board, i=made["id"], v="{}")[1] == "InvalidArgumentException"
    assert api.refused(CREATE, b=hidden, n="x")[1] == "InvalidArgumentException"
    wrong = values(**{column(box, board, "Status"): {"index": 1}})
    assert api.refused(CHANGE, b=hidden, i=made["id"], v=wrong)[1] == "InvalidColumnIdException"
    assert hidden in [one["id"] for one in api.ok("{ boards { id } }")["boards"]]


def test_11b_only_the_subitems_board_moves(box: Sandbox, api: Client, board: str, hands: Hands) -> None:
    """A change of a subitem moves the time of the hidden board, not of the board people see."""
    sub = box.world.add_item("sub", parent=box.world.add_item("upper", board).id)
    hands.sleep(60)
    box.world.rename(sub.id, "renamed")
    ask = "query($b: [ID!]) { boards(ids: $b) { updated_at } }"
    times = [one["updated_at"] for one in api.ok(ask, b=[board, sub.board])["boards"]]
    assert times == ["2026-09-01T08:00:00Z", "2026-09-01T08:01:00Z"]


def test_12_mirrors_and_formulas_have_no_text(box: Sandbox, api: Client, board: str) -> None:
    """`text` and `value` of a mirror are never there; it shows what it shows elsewhere, and cannot be written."""
    mirror = box.world.add_column(board, "Progress", "mirror").id
    item = box.world.add_item("x", board).id
    box.world.display(item, "Progress", "40 %")
    cell = cells(api, item)[mirror]
    assert (cell["text"], cell["value"], cell["display_value"]) == (None, None, "40 %")
    assert api.refused(CHANGE, b=board, i=item, v=values(**{mirror: "50 %"}))[1] == "ColumnValueException"


def test_13_strings_where_strings_are_asked_objects_where_objects(api: Client, board: str) -> None:
    """`column_values` is a string of JSON, `defaults` an object; the other way round both are refused."""
    assert api.refused(CREATE, b=board, n="x", v={"a": 1})[1] == "InvalidArgumentException"
    assert api.refused(CREATE, b=board, n="x", v="{")[1] == "InvalidArgumentException"
    text = """mutation($b: ID!, $d: JSON) {
      create_column(board_id: $b, title: "D", column_type: dropdown, defaults: $d) { settings } }"""
    assert api.refused(text, b=board, d='{"labels": []}')[1] == "InvalidArgumentException"
    made = api.ok(text, b=board, d={"labels": [{"label": "A"}]})
    assert [one["label"] for one in made["create_column"]["settings"]["labels"]] == ["A"]


def test_14_times_are_shown_in_the_zone_of_who_asks(box: Sandbox, api: Client, board: str) -> None:
    """A time is stored in UTC and read in the token owner's zone, perhaps on another day; a day alone stays."""
    box.world.users[box.world.me].zone = "America/New_York"
    due, item = column(box, board, "Due"), box.world.add_item("x", board).id
    api.ok(CHANGE, b=board, i=item, v=values(**{due: {"date": "2026-11-23", "time": "03:30:00"}}))
    cell = cells(api, item)[due]
    assert (cell["text"], cell["date"], cell["time"]) == ("2026-11-22 22:30", "2026-11-22", "22:30")
    assert json.loads(str(cell["value"]))["date"] == "2026-11-23"
    api.ok(CHANGE, b=board, i=item, v=values(**{due: {"date": "2026-11-23"}}))
    assert cells(api, item)[due]["text"] == "2026-11-23"


def test_15_cursors_live_for_an_hour(box: Sandbox, api: Client, board: str, hands: Hands) -> None:
    """A cursor of an hour ago is refused, as is one with a filter beside it; its field takes the answer with it."""
    for name in "abc":
        box.world.add_item(name, board)
    first = "query($b: [ID!]) { boards(ids: $b) { items_page(limit: 1) { cursor items { name } } } }"
    after = "query($c: String!) { next_items_page(cursor: $c, limit: 1) { cursor items { name } } }"
    cursor = api.ok(first, b=[board])["boards"][0]["items_page"]["cursor"]
    second = api.ok(after, c=cursor)["next_items_page"]
    assert [item["name"] for item in second["items"]] == ["b"]
    hands.sleep(3599)
    assert api.ok(after, c=second["cursor"])["next_items_page"]["cursor"] is None
    hands.sleep(2)
    reply = api.send(after, c=cursor)
    assert reply.json()["errors"][0]["extensions"]["code"] == "CursorException"
    assert reply.json()["data"] is None
    assert api.refused(after, c="made up")[1] == "CursorException"
    both = 'query($b: [ID!]) { boards(ids: $b) { items_page(cursor: "x", query_params: {ids: [1]}) { cursor } } }'
    assert api.refused(both, b=[board])[1] == "InvalidArgumentException"


def test_16_the_last_update_sorts_and_does_not_filter(box: Sandbox, api: Client, board: str, hands: Hands) -> None:
    """Sorting by the last update works, in whole seconds; comparing with it is refused."""
    old, new = (box.world.add_item(name, board).id for name in ("old", "new"))
    hands.sleep(5.7)
    box.world.rename(new, "newer")
    text = """query($b: [ID!]) { boards(ids: $b) { items_page(
      query_params: {order_by: [{column_id: "__last_updated__", direction: desc}]}) { items { id updated_at } } } }"""
    found = api.ok(text, b=[board])["boards"][0]["items_page"]["items"]
    assert found == [
        {"id": new, "updated_at": "2026-09-01T08:00:05Z"},
        {"id": old, "updated_at": "2026-09-01T08:00:00Z"},
    ]
    text = """query($b: [ID!]) { boards(ids: $b) { items_page(query_params: {rules: [{column_id: "__last_updated__",
      compare_value: "2026-09-01", operator: greater_than}]}) { cursor } } }"""
    assert api.refused(text, b=[board])[1] == "InvalidArgumentException"


def test_17_our_own_writes_come_back_as_news(box: Sandbox, api: Client, board: str, hands: Hands) -> None:
    """A write moves `updated_at` and stands in the log, by the account whose token it was."""
    item = box.world.add_item("x", board).id
    hands.sleep(60)
    made = api.ok(CHANGE, b=board, i=item, v=values(name="y"))["change_multiple_column_values"]
    assert made["updated_at"] == "2026-09-01T08:01:00Z"
    text = "query($b: [ID!]) { boards(ids: $b) { activity_logs(limit: 1) { event user_id created_at data } } }"
    ((line,),) = (one["activity_logs"] for one in api.ok(text, b=[board])["boards"])
    assert (line["event"], line["user_id"]) == ("update_name", box.world.me)
    assert len(line["created_at"]) == 17
    assert datetime.fromtimestamp(int(line["created_at"]) / 10_000_000, UTC).minute == 1
    assert json.loads(line["data"])["pulse_id"] == int(item)


def test_18_a_busy_board_is_locked(box: Sandbox, api: Client, board: str) -> None:
    """Several writers at once can be answered 423, without effect; the aliases of one request go in order."""
    box.faults.append(Fault("create_item", status=423, code="ResourceLocked", message="Resource is currently locked"))
    assert api.refused(CREATE, b=board, n="x")[0] == 423
    assert box.world.items == {}
    fields = " ".join(f'i{n}: create_item(board_id: $b, item_name: "{n}") {{ id }}' for n in range(10))
    api.ok(f"mutation($b: ID!) {{ {fields} }}", b=board)
    assert [item.name for item in box.world.items_on(box.world.boards[board])] == [str(n) for n in range(10)]


def test_19_labels_are_not_made_up_and_required_cells_insist(box: Sandbox, api: Client, board: str) -> None:
    """An unknown or retired label is refused and named with its column; a required cell refuses a create without it."""
    status = column(box, board, "Status")
    reply = api.send(CREATE, b=board, n="x", v=values(**{status: {"label": "Dnoe"}}))
    error = reply.json()["errors"][0]["extensions"]
    assert error["code"] == "ColumnValueException"
    assert (error["error_data"]["column_id"], error["error_data"]["column_type"]) == (status, "status")
    box.world.drop_label(board, status, 1)
    assert api.refused(CREATE, b=board, n="x", v=values(**{status: {"index": 1}}))[1] == "ColumnValueException"
    assert len(box.world.boards[board].column(status).labels) == 3  # type: ignore[union-attr]
    text = CREATE.replace("column_values: $v", "column_values: $v, create_labels_if_missing: true")
    api.ok(text, b=board, n="x", v=values(**{status: {"label": "Dnoe"}}))
    assert box.world.boards[board].column(status).labels[-1] == Label(3, "Dnoe", 3)  # type: ignore[union-attr]
    box.world.add_column(board, "Why", "text", required=True)
    assert api.refused(CREATE, b=board, n="x")[1] == "RecordInvalidException"


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("2026-10", "2026-10"),
        ("2026-07", "2026-07"),
        ("2027-01", "2027-01"),
        ("2024-10", "2026-07"),
        ("2024-02", "2026-10"),
        (None, "2026-10"),
    ],
)
def test_20_another_version_may_answer_without_a_word(box: Sandbox, asked: str | None, answers: str) -> None:
    """A version that ended is answered by another one; only the header of the answer says so."""
    headers = {"Authorization": box.token} | ({"API-Version": asked} if asked else {})
    reply = httpx.post(box.base_url, json={"query": "{ me { id } }"}, headers=headers, timeout=PATIENCE)
    assert (reply.status_code, reply.headers["api-version"]) == (200, answers)


def test_20b_a_version_that_is_none(api: Client) -> None:
    """What is no version at all is refused, and fields of older versions are unknown."""
    reply = api.send("{ me { id } }", {"API-Version": "newest"})
    assert reply.json()["errors"][0]["extensions"]["code"] == "InvalidVersionException"
    assert api.refused("{ me { is_guest } }")[1] == "undefinedField"


def test_addresses_are_compared_letter_by_letter(box: Sandbox, api: Client) -> None:
    """`users(emails:)` does not find another case, nor who was deactivated; 200 are given unless more are asked for."""
    text = "query($e: [String!]) { users(emails: $e) { id kind status } }"
    found = api.ok(text, e=["ada@riverbend.example"])["users"]
    assert found == [{"id": box.world.person, "kind": "member", "status": "ACTIVE"}]
    assert api.ok(text, e=["Ada@Riverbend.example"])["users"] == []
    box.world.users[box.world.person].status = "INACTIVE"
    assert api.ok(text, e=["ada@riverbend.example"])["users"] == []
    for number in range(250):
        box.world.add_user(f"Teacher {number}")
    assert len(api.ok("{ users { id } }")["users"]) == 200
    assert len(api.ok("{ users(limit: 1000) { id } }")["users"]) == 251


def test_false_ticks_a_box(box: Sandbox, api: Client, board: str) -> None:
    """Whatever is written into a checkbox ticks it; only null takes the tick away."""
    box_ = box.world.add_column(board, "Ready", "checkbox").id
    item = box.world.add_item("x", board)
    api.ok(CHANGE, b=board, i=item.id, v=values(**{box_: {"checked": "false"}}))
    assert item.cells[box_]["checked"] is True
    api.ok(CHANGE, b=board, i=item.id, v=values(**{box_: None}))
    assert box_ not in item.cells


def test_the_first_one_below_takes_values_over(box: Sandbox) -> None:
    """On a multi-level board the first item below a parent copies its values, marker included; the next does not."""
    board = box.world.add_board("Levels", columns=STANDARD, hierarchy="multi_level").id
    upper = box.world.add_item("upper", board, values={"Plan ID": "SP-1"})
    first, second = (box.world.add_item(name, parent=upper.id) for name in "ab")
    assert list(first.cells.values()) == ["SP-1"]
    assert second.cells == {}


def test_the_log_reaches_back_ten_thousand_lines(
    box: Sandbox, api: Client, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines beyond the newest ten thousand of a board cannot be reached on any page."""
    monkeypatch.setattr("connectors.monday.sandbox.views.MOST_LOGS", 3)
    for name in "abcde":
        box.world.add_item(name, board)
    text = "query($b: [ID!], $p: Int) { boards(ids: $b) { activity_logs(limit: 2, page: $p) { data } } }"
    pages = [api.ok(text, b=[board], p=page)["boards"][0]["activity_logs"] for page in (1, 2, 3)]
    names = [[json.loads(line["data"])["pulse_name"] for line in page] for page in pages]
    assert names == [["e", "d"], ["c"], []]
