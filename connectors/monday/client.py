"""Monday's questions and deeds as this connector uses them: what is sent under which name, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from connectors.errors import Transient
from connectors.monday import documents, shapes
from connectors.monday.answers import Answer, Raw
from connectors.monday.documents import Part, Piece
from connectors.monday.transport import Transport

MOST_USERS: Final = 1000
"""Users a page: the most there is."""
MOST_BOARDS: Final = 100
"""Boards that are listed, or asked for by id, at once."""
MOST_IDS: Final = 100
"""Items that monday gives by id under one alias."""
MOST_ALIASES: Final = 5
"""Such aliases in one request."""
FOUND: Final = 100
"""Items with one marker that are looked at; more than one is a mistake of somebody's already."""

Held = TypeVar("Held")


class Client:
    """Requests by name. Listings are complete or raise. `most` items are asked for by their ids in one request."""

    def __init__(self, transport: Transport, most: Callable[[], int] = lambda: MOST_IDS * MOST_ALIASES) -> None:
        self._transport = transport
        self._most = most

    def ask(self, name: str, parts: Sequence[Part], *, what: str, keys: Sequence[str] = ()) -> Answer:
        """Several parts in one request; `keys` are those of the writes in it."""
        return self._transport.ask(name, parts, what=what, keys=keys)

    def users(self) -> list[Raw]:
        """Everyone in the account who is active or invited."""
        return list(self._pages("Users", documents.USERS, MOST_USERS, what="listing the people of the account"))

    def workspaces(self) -> list[Raw]:
        """The workspaces in use, also those of others that are open to all."""
        return list(self._pages("Workspaces", documents.WORKSPACES, MOST_BOARDS, what="listing the workspaces"))

    def boards(self) -> list[Raw]:
        """The boards that the account can see, in whatever state; no hidden ones of subitems, and no documents."""
        listed = self._pages("Boards", documents.BOARDS, MOST_BOARDS, what="listing the boards", state="all")
        return [raw for raw in listed if shapes.kind_of(raw) == "board"]

    def schemas(self, boards: Sequence[str], *, what: str = "") -> list[Raw]:
        """These boards with their groups and columns, in whatever state; those out of sight are missing."""
        found: list[Raw] = []
        for some in portions(boards, MOST_BOARDS):
            part = Part("boards", documents.SCHEMA, {"ids": list(some), "limit": len(some)})
            asked = what or f"reading board {', '.join(some)}"
            found += self.ask("Schemas", [part], what=asked).records("boards")
        return found

    def items(self, ids: Sequence[str], *, below: bool, rolled: bool, what: str) -> dict[str, Raw]:
        """These items by id, archived ones too; those that monday does not answer are missing."""
        found: dict[str, Raw] = {}
        piece = documents.ITEMS.rolled(wanted=rolled)
        most = self._most()
        for some in portions(portions(ids, min(most, MOST_IDS)), max(1, most // MOST_IDS)):
            parts = [
                Part(f"items_{number}", piece, {"ids": list(part), "limit": len(part), "below": below})
                for number, part in enumerate(some)
            ]
            answer = self.ask("Items", parts, what=what)
            found |= {raw["id"]: raw for part in parts for raw in answer.records(part.alias)}
        return found

    def marked(self, board: str, column: str, marker: str, *, rolled: bool) -> list[Raw]:
        """The items of a board whose text column holds this, in whatever case."""
        columns = [{"column_id": column, "column_values": [marker]}]
        piece = documents.FIND.rolled(wanted=rolled)
        part = Part("found", piece, {"board": board, "columns": columns, "limit": FOUND})
        what = f"looking for the marker {marker} on board {board}"
        found, more = self.ask("Find", [part], what=what).page("found")
        if more:
            raise Transient(f"more than {FOUND} items carry it", what=what)
        return found

    def children(self, parent: str) -> list[Raw]:
        """The subitems of an item; none where it is gone."""
        part = Part("items", documents.CHILDREN, {"ids": [parent]})
        found = self.ask("Children", [part], what=f"listing the subitems of item {parent}").records("items")
        return [step for raw in found for step in raw.get("subitems") or []]

    def siblings(self, items: Sequence[str]) -> dict[str, list[str]]:
        """The subitems among which each of these stands, from the first to the last."""
        if not items:
            return {}
        part = Part("items", documents.SIBLINGS, {"ids": list(items), "limit": len(items)})
        found = self.ask("Siblings", [part], what="reading the order of subitems").records("items")
        return {raw["id"]: [one["id"] for one in (raw.get("parent_item") or {}).get("subitems") or []] for raw in found}

    def history(self, boards: Sequence[str], items: Sequence[str]) -> list[Raw]:
        """What the boards' activity logs tell of these items."""
        values = {"ids": list(boards), "limit": len(boards), "items": list(items), "logs": MOST_IDS}
        part = Part("boards", documents.HISTORY, values)
        answer = self.ask("History", [part], what="asking what became of items that are gone")
        return [entry for board in answer.records("boards") for entry in board.get("activity_logs") or []]

    def create_board(self, name: str, workspace: str | None) -> Raw:
        """A new board without items, with the groups and columns that monday gives it."""
        values = {"name": name} | ({"workspace": workspace} if workspace else {})
        (made,) = self._done(
            "CreateBoard", [Part("board", documents.CREATE_BOARD, values)], what=f"making board “{name}”"
        )
        return made

    def delete_board(self, board: str) -> None:
        """Delete a board, with its items."""
        self._done(
            "DeleteBoard", [Part("board", documents.DELETE_BOARD, {"board": board})], what=f"deleting board {board}"
        )

    def delete_item(self, item: str) -> None:
        """Delete an item."""
        self._done("DeleteItem", [Part("item", documents.DELETE_ITEM, {"item": item})], what=f"deleting item {item}")

    def create_groups(self, board: str, names: Sequence[str], after: str | None, *, spare: bool = False) -> list[Raw]:
        """New groups in this order, below the group `after`, which gets the first name itself where it is `spare`.

        UnknownOutcome where not all of them were answered.
        """
        given, new = (names[:1], names[1:]) if spare else ([], names)
        place = {"after": after, "method": "after_at"} if after else {}
        parts = [
            *(_renaming(board, str(after), name) for name in given),
            *(
                Part(f"group_{number}", documents.CREATE_GROUP, {"board": board, "name": name} | place)
                for number, name in enumerate(reversed(new) if after else new)
            ),
        ]
        made = self._done("CreateGroups", parts, what=f"making the groups {', '.join(f'“{name}”' for name in names)}")
        head, rest = made[: len(given)], made[len(given) :]
        return [*head, *(reversed(rest) if after else rest)]

    def rename_group(self, board: str, group: str, title: str) -> None:
        """Give a group another title."""
        self._done("RenameGroup", [_renaming(board, group, title)], what=f"calling group {group} “{title}”")

    def create_columns(self, board: str, columns: Sequence[tuple[Piece, Mapping[str, Any]]]) -> list[Raw]:
        """New columns."""
        parts = [
            Part(f"column_{number}", piece, {"board": board, **values})
            for number, (piece, values) in enumerate(columns)
        ]
        titles = ", ".join(f"“{values['title']}”" for _, values in columns)
        return self._done("CreateColumns", parts, what=f"making the columns {titles} on board {board}")

    def _pages(self, name: str, piece: Piece, size: int, *, what: str, **more: str) -> Iterator[Raw]:
        """All rows of a listing with numbered pages: the last one is not full."""
        number, full = 0, True
        seen: set[str] = set()
        while full:
            number += 1
            part = Part("rows", piece, {"limit": size, "page": number, **more})
            found = self.ask(name, [part], what=what).records("rows")
            if found and seen.issuperset(raw["id"] for raw in found):
                raise Transient("the listing does not come to an end: a page came again", what=what)
            seen.update(raw["id"] for raw in found)
            yield from found
            full = len(found) >= size

    def _done(self, name: str, parts: Sequence[Part], *, what: str) -> list[Raw]:
        answer = self.ask(name, parts, what=what)
        return [answer.made(part.alias) for part in parts]


def _renaming(board: str, group: str, title: str) -> Part:
    return Part("renamed", documents.RENAME_GROUP, {"board": board, "group": group, "title": title})


def portions(held: Sequence[Held], size: int) -> list[Sequence[Held]]:
    """These in their order, so many at a time."""
    return [held[at : at + size] for at in range(0, len(held), size)]


def cells(values: Mapping[str, Any]) -> str:
    """Column values as monday takes them: JSON, in a text."""
    return json.dumps(values, ensure_ascii=False)
