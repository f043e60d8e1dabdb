"""What is asked of monday, and with which words: the parts of GraphQL documents, and how several make one request.

Nothing outside this module writes GraphQL. Values only ever travel as variables: no text of people's gets into a
document. Each part stands under an alias of its own, so that one request can hold many, and each is answered by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

VERSION: Final = "2026-10"
"""The version of monday's API in which all of this is written."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One field of a document and the types of the variables in it; `writes` tells a mutation from a query."""

    text: str
    types: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False

    @property
    def makes(self) -> bool:
        """Whether doing it twice makes two of something."""
        return self.text.startswith("create_")

    def rolled(self, *, wanted: bool = True) -> Piece:
        """The same for items of a multi-level board, if that is wanted: with what the board computes for them."""
        return replace(self, text=self.text.replace("...Whole", "...Rolled")) if wanted else self


@dataclass(frozen=True, slots=True)
class Part:
    """A piece with its values, under the alias by which its answer is known; a variable left out is not given."""

    alias: str
    piece: Piece
    values: Mapping[str, Any] = field(default_factory=dict)


def joined(name: str, parts: Sequence[Part]) -> tuple[str, dict[str, Any]]:
    """The document that asks for all parts at once, and its variables; it tells what it cost, too."""
    kind = "mutation" if parts[0].piece.writes else "query"
    variables: dict[str, Any] = {}
    types, fields = [], ["complexity { before query after reset_in_x_seconds }"]
    for number, part in enumerate(parts):
        fields.append(f"{part.alias}: {_numbered(part.piece.text, number)}")
        types += [f"${variable}_{number}: {type_}" for variable, type_ in part.piece.types.items()]
        variables |= {f"{variable}_{number}": value for variable, value in part.values.items()}
    asked = "\n".join(fields)
    declared = f"({', '.join(types)})" if types else ""
    return f"{kind} {name}{declared} {{\n{asked}\n}}{_fragments(asked)}", variables


def _numbered(text: str, number: int) -> str:
    """The text of a piece with variables of its own."""
    return _VARIABLE.sub(lambda name: f"{name[0]}_{number}", text)


_VARIABLE: Final = re.compile(r"\$\w+")
_SPREAD: Final = re.compile(r"\.\.\. ?([A-Z]\w+)\b(?! ?{)")

_FRAGMENTS: Final = {
    "Cell": """on ColumnValue {
  id type text value
  ... on StatusValue { index label is_done updated_at }
  ... on BatteryValue { is_leaf battery_value { key count } }
  ... on CheckboxValue { checked updated_at }
  ... on DropdownValue { values { id label } }
  ... on PeopleValue { persons_and_teams { id kind } }
}""",
    "Head": "on Item { id name state url created_at updated_at board { id } group { id } parent_item { id } }",
    "Whole": "on Item { ...Head column_values { ...Cell } }",
    "Rolled": "on Item { ...Head column_values(capabilities: [CALCULATED]) { ...Cell } }",
    "WholeBelow": """on Item {
  subitems { id parent_item { id } column_values(types: [status, checkbox]) { ...Cell } }
}""",
    "RolledBelow": """on Item {
  subitems { id parent_item { id } column_values(types: [status, checkbox], capabilities: [CALCULATED]) { ...Cell } }
}""",
    "Schema": """on Board {
  id name url type state hierarchy_type items_count
  groups { id title archived deleted }
  columns { id title type archived settings }
}""",
}
"""`Rolled` asks for what a multi-level board computes as well; on other boards nothing is said about its effect."""


def _fragments(text: str) -> str:
    """The fragments that this text spreads, and those that they spread."""
    found: dict[str, str] = {}
    wanted = _SPREAD.findall(text)
    while wanted:
        name = wanted.pop()
        if name in _FRAGMENTS and name not in found:
            found[name] = f"\nfragment {name} {_FRAGMENTS[name]}"
            wanted += _SPREAD.findall(_FRAGMENTS[name])
    return "".join(found[name] for name in sorted(found))


# Questions

ME: Final = Piece("me { id name email }")
KIND: Final = Piece("me { kind }")
TIER: Final = Piece("account { tier }")
QUOTA: Final = Piece(
    "platform_api { daily_limit { base total } daily_analytics { last_updated by_day { day usage } } }"
)
USERS: Final = Piece(
    "users(limit: $limit, page: $page) { id name email }",
    {"limit": "Int!", "page": "Int!"},
)
WORKSPACES: Final = Piece(
    "workspaces(limit: $limit, page: $page) { id name }",
    {"limit": "Int!", "page": "Int!"},
)
BOARDS: Final = Piece(
    "boards(limit: $limit, page: $page, state: $state, hierarchy_types: [classic, multi_level]) "
    "{ id name url type state }",
    {"limit": "Int!", "page": "Int!", "state": "State!"},
)
SCHEMA: Final = Piece(
    "boards(ids: $ids, limit: $limit, state: all) { ...Schema }",
    {"ids": "[ID!]!", "limit": "Int!"},
)
FIRST: Final = Piece(
    "boards(ids: $ids, limit: 1, state: all) { ...Schema "
    "items_page(limit: $limit, hierarchy_scope_config: $scope) { cursor items { ...Whole } } }",
    {"ids": "[ID!]!", "limit": "Int!", "scope": "String"},
)
NEXT: Final = Piece(
    "next_items_page(cursor: $cursor, limit: $limit) { cursor items { ...Whole } }",
    {"cursor": "String!", "limit": "Int!"},
)
ITEMS: Final = Piece(
    "items(ids: $ids, limit: $limit) { ...Whole ...WholeBelow @include(if: $below) }",
    {"ids": "[ID!]!", "limit": "Int!", "below": "Boolean!"},
)
FIND: Final = Piece(
    "items_page_by_column_values(board_id: $board, columns: $columns, limit: $limit) { cursor items { ...Whole } }",
    {"board": "ID!", "columns": "[ItemsPageByColumnValuesQuery!]", "limit": "Int!"},
)
CHILDREN: Final = Piece(
    "items(ids: $ids, limit: 1) { id subitems { ...Whole } }",
    {"ids": "[ID!]!"},
)
SIBLINGS: Final = Piece(
    "items(ids: $ids, limit: $limit) { id parent_item { id subitems { id } } }",
    {"ids": "[ID!]!", "limit": "Int!"},
)
_LOG: Final = "{ id event user_id created_at data }"
HISTORY: Final = Piece(
    "boards(ids: $ids, limit: $limit, state: all) "
    f"{{ id activity_logs(item_ids: $items, limit: $logs, page: 1) {_LOG} }}",
    {"ids": "[ID!]!", "limit": "Int!", "items": "[ID!]", "logs": "Int!"},
)
_NEWEST: Final = 'query_params: {order_by: [{column_id: "__last_updated__", direction: desc}]}'
NEWS: Final = Piece(
    f"""boards(ids: $ids, limit: $limit, state: all) {{
  id state items_count
  columns(types: [subtasks]) {{ id title type archived settings }}
  items_page(limit: $items, {_NEWEST}) {{ items {{ id created_at updated_at }} }}
  activity_logs(from: $from, limit: $logs, page: 1) {_LOG}
}}""",
    {"ids": "[ID!]!", "limit": "Int!", "items": "Int!", "logs": "Int!", "from": "ISO8601DateTime"},
)
HOOKS: Final = Piece("webhooks(board_id: $board) { id }", {"board": "ID!"})

# Deeds

CREATE_ITEM: Final = Piece(
    "create_item(board_id: $board, group_id: $group, item_name: $name, column_values: $cells) { ...Whole }",
    {"board": "ID!", "group": "String", "name": "String!", "cells": "JSON"},
    writes=True,
)
CREATE_SUBITEM: Final = Piece(
    "create_subitem(parent_item_id: $parent, item_name: $name, column_values: $cells) { ...Whole }",
    {"parent": "ID!", "name": "String!", "cells": "JSON"},
    writes=True,
)
CHANGE: Final = Piece(
    "change_multiple_column_values(board_id: $board, item_id: $item, column_values: $cells) { ...Whole }",
    {"board": "ID!", "item": "ID!", "cells": "JSON!"},
    writes=True,
)
MOVE: Final = Piece(
    "move_item_to_group(item_id: $item, group_id: $group) { ...Whole }",
    {"item": "ID!", "group": "String!"},
    writes=True,
)
PUT: Final = Piece(
    "change_item_position(item_id: $item, relative_to: $other, position_relative_method: $method) { ...Whole }",
    {"item": "ID!", "other": "ID!", "method": "PositionRelative!"},
    writes=True,
)
PUT_FIRST: Final = Piece(
    "change_item_position(item_id: $item, group_id: $group, group_top: true) { ...Whole }",
    {"item": "ID!", "group": "ID!"},
    writes=True,
)
DELETE_ITEM: Final = Piece("delete_item(item_id: $item) { id }", {"item": "ID!"}, writes=True)
DELETE_BOARD: Final = Piece("delete_board(board_id: $board) { id }", {"board": "ID!"}, writes=True)
CREATE_BOARD: Final = Piece(
    "create_board(board_name: $name, board_kind: public, workspace_id: $workspace, empty: true) { ...Schema }",
    {"name": "String!", "workspace": "ID"},
    writes=True,
)
CREATE_GROUP: Final = Piece(
    "create_group(board_id: $board, group_name: $name, relative_to: $after, position_relative_method: $method) "
    "{ id title }",
    {"board": "ID!", "name": "String!", "after": "String", "method": "PositionRelative"},
    writes=True,
)
RENAME_GROUP: Final = Piece(
    "update_group(board_id: $board, group_id: $group, group_attribute: title, new_value: $title) { id title }",
    {"board": "ID!", "group": "String!", "title": "String!"},
    writes=True,
)
CREATE_COLUMN: Final = Piece(
    "create_column(board_id: $board, title: $title, column_type: $type, description: $text) "
    "{ id title type archived settings }",
    {"board": "ID!", "title": "String!", "type": "ColumnType!", "text": "String"},
    writes=True,
)
CREATE_STATUS: Final = Piece(
    "create_status_column(board_id: $board, title: $title, defaults: $labels) { id title type archived settings }",
    {"board": "ID!", "title": "String!", "labels": "CreateStatusColumnSettingsInput!"},
    writes=True,
)
CREATE_HOOK: Final = Piece(
    "create_webhook(board_id: $board, url: $url, event: $event) { id }",
    {"board": "ID!", "url": "String!", "event": "WebhookEventType!"},
    writes=True,
)
DELETE_HOOK: Final = Piece("delete_webhook(id: $hook) { id }", {"hook": "ID!"}, writes=True)
