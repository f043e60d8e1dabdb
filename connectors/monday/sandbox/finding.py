"""What a listing of items is made of: filters and orders as `query_params` names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors.monday.sandbox.cells import cell
from connectors.monday.sandbox.problems import Problem, wrong
from connectors.monday.sandbox.records import Board, Column, Item
from connectors.monday.sandbox.state import State

UPDATED = "__last_updated__"
_NOT_FILTERED = ("mirror", "formula", "progress")
_BY_VALUE = ("text", "long_text", "status", "date", "dropdown", "numbers", "people", "checkbox", "timeline", "link")
"""The columns in which `items_page_by_column_values` looks."""


def chosen(state: State, board: Board, items: Iterable[Item], query: Mapping[str, Any] | None) -> list[Item]:
    """The items that a query picks, in the order it asks for. Raises Problem for what it may not ask."""
    asked = query or {}
    ids = asked.get("ids")
    found = [item for item in items if (ids is None or item.id in ids) and _group_fits(state, board, item, asked)]
    for order in reversed(asked.get("order_by") or []):
        found.sort(key=_order_key(state, board, order["column_id"]), reverse=order.get("direction") == "desc")
    return found


def with_values(state: State, board: Board, items: Iterable[Item], columns: Iterable[Mapping[str, Any]]) -> list[Item]:
    """The items whose cells read as one of the given texts in each of the columns, letter case aside."""
    found = list(items)
    for asked in columns:
        column, texts = _column(board, asked["column_id"]), {(text or "").lower() for text in asked["column_values"]}
        if column.type not in (*_BY_VALUE, "name"):
            raise _no_filter(column)
        found = [item for item in found if text_of(state, item, column).lower() in texts]
    return found


def text_of(state: State, item: Item, column: Column) -> str:
    """What people read in a cell."""
    if column.type == "name":
        return item.name
    shown = cell(state, item, column, calculated=False)
    return (shown and shown["text"]) or ""


def _group_fits(state: State, board: Board, item: Item, asked: Mapping[str, Any]) -> bool:
    tests = [_fits(state, board, item, rule) for rule in asked.get("rules") or []]
    tests += [_group_fits(state, board, item, group) for group in asked.get("groups") or []]
    return any(tests) if tests and asked.get("operator") == "or" else all(tests)


def _fits(state: State, board: Board, item: Item, rule: Mapping[str, Any]) -> bool:
    operator, given = rule.get("operator") or "any_of", rule["compare_value"]
    values = given if isinstance(given, list) else [given]
    if rule["column_id"] == UPDATED:
        raise Problem("InvalidArgumentException", "no_operator_config: not an operator for the last update", 200)
    if rule["column_id"] == "group":
        return (item.group in values) is (operator == "any_of")
    column = _column(board, rule["column_id"])
    if column.type in _NOT_FILTERED:
        raise _no_filter(column)
    text = text_of(state, item, column)
    if operator in ("any_of", "not_any_of"):
        return _among(item, column, text, values) is (operator == "any_of")
    test = _TESTS.get(operator)
    if test is None:
        raise wrong(f"The local monday does not filter by {operator}")
    return test(text.lower(), str(values[0]).lower() if values else "")


def _among(item: Item, column: Column, text: str, values: list[Any]) -> bool:
    """Statuses are compared by label id only, so the text of a label finds nothing; other cells by their text."""
    if column.type != "status":
        return text in values
    stored = item.cells.get(column.id)
    label = column.label(stored["index"]) if stored else None
    done = label is not None and label.is_done and "done_labels" in values
    return done or (stored["index"] if stored else 5) in values


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "is_empty": lambda text, _: not text,
    "is_not_empty": lambda text, _: bool(text),
    "contains_text": lambda text, part: part in text,
    "not_contains_text": lambda text, part: part not in text,
    "contains_terms": lambda text, terms: all(term in text for term in terms.split()),
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def _order_key(state: State, board: Board, key: str) -> Callable[[Item], Any]:
    if key == UPDATED:
        return lambda item: item.updated_at
    if key == "__creation_log__":
        return lambda item: int(item.id)
    column = _column(board, key)
    return lambda item: text_of(state, item, column)


def _column(board: Board, key: str) -> Column:
    column = board.column(key)
    if column is None:
        raise Problem("InvalidColumnIdException", f"The board has no column {key}", 200, column_id=key)
    return column


def _no_filter(column: Column) -> Problem:
    text = f"Columns of type {column.type} cannot be searched"
    return Problem("InvalidColumnTypeException", text, 200, column_id=column.id)
