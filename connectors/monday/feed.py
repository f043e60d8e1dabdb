"""Asks what happened on boards since the last time: one request for all of them where nothing did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from connectors.clock import Clock
from connectors.errors import NoAccess, NotFound, ToolError
from connectors.monday import documents, logs, shapes
from connectors.monday.account import Account
from connectors.monday.answers import Answer, Raw, many, text, understood
from connectors.monday.client import MOST_BOARDS, MOST_USERS, Client, portions
from connectors.monday.cursors import Cursor, Mark, Sight, newest, read
from connectors.monday.documents import Part
from connectors.monday.layout import column, layout
from connectors.monday.layouts import Layouts
from connectors.monday.people import People
from connectors.vocabulary import News

FEW: Final = 25
"""Newest items that are looked at of each board."""
MANY: Final = 500
"""And where that was not enough: beyond it a full listing is quicker."""
LINES: Final = 100
"""Log lines that are looked at of each board."""
_USERS: Final = "users"
_SCHEMAS: Final = "schemas_"


@dataclass(slots=True)
class _Look:
    """A look at one container: its boards, the marks of the last look, and what this one shows."""

    id: str
    before: Cursor | None
    sights: dict[str, Sight] = field(default_factory=dict)
    below: str | None = None
    archived: bool = False
    error: ToolError | None = None

    @property
    def boards(self) -> list[str]:
        """Its own board and that of its subitems, as far as they are known."""
        known = self.before.marks if self.before else {}
        return list(dict.fromkeys((self.id, *known, *([self.below] if self.below else []))))

    def mark(self, board: str) -> Mark | None:
        """What is remembered of a board."""
        return self.before.marks.get(board) if self.before else None


class Feed:
    """News of boards."""

    def __init__(self, client: Client, account: Account, people: People, layouts: Layouts, clock: Clock) -> None:
        self._client = client
        self._layouts = layouts
        self._account = account
        self._people = people
        self._clock = clock

    def changes(self, cursors: Mapping[str, str | None], since: datetime | None) -> Mapping[str, News]:
        """News per board id, as the contract of connectors has it: one that cannot be read is missing.

        When none can be read, or the whole credential is refused, the error is raised.
        """
        looks = [_Look(board, read(cursor)) for board, cursor in cursors.items()]
        self._ask(looks, lambda look: look.boards, FEW)
        edge = None if since is None else f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        more = [look for look in looks if look.error is None and _open(look, edge)]
        if more:
            self._ask(more, lambda look: _open(look, edge), MANY)
        told = {look.id: look for look in looks if look.error is None}
        if not told and looks and (error := looks[-1].error):
            raise error
        if edge is None:
            return {id_: self._news(look) for id_, look in told.items()}
        return {id_: self._swept(look, cursors[id_], edge) for id_, look in told.items()}

    def _ask(self, looks: Sequence[_Look], boards: Callable[[_Look], list[str]], items: int) -> None:
        """Look at these boards of these containers, in one request, and note what it shows."""
        questions = [*self._account.questions(), *self._unknown(looks)]
        parts = [self._part(f"look_{number}", look, boards(look), items) for number, look in enumerate(looks)]
        names = ", ".join(look.id for look in looks)
        answer = self._client.ask("News", [*questions, *parts], what=f"asking what happened on board {names}")
        self._account.learn(answer)
        self._learn(answer)
        for part, look in zip(parts, looks, strict=True):
            try:
                self._note(answer, part, look, items)
            except ToolError as error:
                look.error = error

    def _unknown(self, looks: Sequence[_Look]) -> list[Part]:
        """What a new process would have to ask for as soon as something happened: who is who, and what is where.

        Asked along with the news, it makes no request of its own.
        """
        boards = self._layouts.unknown(board for look in looks for board in look.boards)
        users = [] if self._people.known else [Part(_USERS, documents.USERS, {"limit": MOST_USERS, "page": 1})]
        return users + [
            Part(f"{_SCHEMAS}{number}", documents.SCHEMA, {"ids": list(some), "limit": len(some)})
            for number, some in enumerate(portions(boards, MOST_BOARDS))
        ]

    def _learn(self, answer: Answer) -> None:
        """Take over what came along; what did not, or not all of it, is asked for when it is needed."""
        for alias in answer.data:
            with suppress(ToolError):
                if alias.startswith(_SCHEMAS):
                    for raw in answer.records(alias):
                        self._layouts.keep(layout(raw))
                elif alias == _USERS and len(users := answer.records(alias)) < MOST_USERS:
                    self._people.learn(map(shapes.person, users))

    def _part(self, alias: str, look: _Look, boards: Sequence[str], items: int) -> Part:
        since = newest(mark for board in boards if (mark := look.mark(board)))
        begin = {"from": _moment(since)} if since else {}
        values = {"ids": list(boards), "limit": len(boards), "items": items, "logs": LINES}
        return Part(alias, documents.NEWS, values | begin)

    def _note(self, answer: Answer, part: Part, look: _Look, items: int) -> None:
        """Take over what is shown of a container's boards. Raises NoAccess or NotFound where its own is not there."""
        for raw in answer.records(part.alias):
            if raw["id"] == look.id and raw.get("state") == "deleted":
                raise NotFound("the board was deleted", what=answer.what)
            if raw["id"] == look.id:
                look.archived = raw.get("state") == "archived"
            look.sights[raw["id"]] = _sight(raw, items)
            look.below = _below(raw) or look.below
        if look.id not in look.sights:
            raise NoAccess(f"monday does not show board {look.id} to syncd's account", what=answer.what)

    def _news(self, look: _Look) -> News:
        """What happened since the last look; all may have, where there was none or it cannot be said."""
        today = self._clock.now().date()
        at_last = {board: sight.mark(look.mark(board)) for board, sight in look.sights.items()}
        cursor, before = Cursor(today, at_last, look.archived).text(), look.before
        marks = before.marks if before else {}
        if before is None or before.stale(today) or not marks.keys() <= look.sights.keys():
            return News(frozenset(), cursor, lost=True)
        if look.archived is not before.archived:  # only the board itself tells so, and it is read as a whole
            return News(frozenset(), cursor, lost=True)
        seen = [(sight, marks.get(board, Mark(0))) for board, sight in look.sights.items()]
        if not all(sight.reaches(mark) and sight.explained(mark) for sight, mark in seen):
            return News(frozenset(), cursor, lost=True)
        return self._told(seen, cursor)

    def _told(self, seen: Sequence[tuple[Sight, Mark]], cursor: str) -> News:
        at: dict[str, datetime] = {}
        by: dict[str, dict[str, datetime]] = {}
        for sight, mark in seen:
            for item, changed in sight.changed(mark).items():
                _later(at, item, datetime.fromisoformat(changed))
            for entry in sorted(sight.told(mark), key=lambda entry: entry.at):
                who = "" if entry.user == self._account.id else self._name(entry.user)
                moment = entry.moment if entry.user != self._account.id else entry.moment.replace(microsecond=0)
                for item in entry.items:
                    _later(at, item, moment)
                    if who:
                        _later(by.setdefault(item, {}), who, moment)
        return News(frozenset(at), cursor, at=at, by=by)

    def _name(self, user: str) -> str:
        """What to call whoever did something: an address, else a name; "" for an automation."""
        person = self._people.person(user) if user.isdecimal() else None
        return (person.address or person.name) if person else ""

    def _swept(self, look: _Look, cursor: str | None, edge: str) -> News:
        """All that changed since, by when it was changed."""
        shown = [row for sight in look.sights.values() for row in sight.items]
        at = {item: datetime.fromisoformat(changed) for item, _, changed in shown if changed >= edge}
        lost = bool(_short(look, edge))
        return News(frozenset(at), cursor, lost=lost, at=at)


def _open(look: _Look, edge: str | None) -> list[str]:
    """The boards of a container at which a closer look is needed: new ones, and those with more changes than shown."""
    new = [board for board in look.boards if board not in look.sights and board == look.below]
    return new + (_unreached(look) if edge is None else _short(look, edge))


def _unreached(look: _Look) -> list[str]:
    return [
        board for board, sight in look.sights.items() if look.before and not sight.reaches(look.mark(board) or Mark(0))
    ]


def _short(look: _Look, edge: str) -> list[str]:
    return [
        board
        for board, sight in look.sights.items()
        if not sight.whole and all(changed >= edge for _, _, changed in sight.items)
    ]


@understood("board")
def _sight(raw: Raw, asked: int) -> Sight:
    rows = [_row(row) for row in many((raw.get("items_page") or {})["items"])]
    entries = [logs.entry(row) for row in many(raw.get("activity_logs"))]
    return Sight(int(raw.get("items_count") or 0), rows, entries, whole=len(rows) < asked)


@understood("item")
def _row(raw: Raw) -> tuple[str, str, str]:
    """An item's id, and when it was made and last changed, in monday's words."""
    made = text(raw.get("created_at"))
    changed = text(raw.get("updated_at")) or made
    if shapes.instant(changed) is None:
        raise ValueError("nothing says when it was changed")
    return text(raw["id"]), made, changed


@understood("board")
def _below(raw: Raw) -> str | None:
    """The board of the subitems, if it is another one."""
    found = next((one.below for one in map(column, many(raw.get("columns"))) if one.below), None)
    return None if found == raw["id"] else found


def _later(moments: dict[str, datetime], of: str, moment: datetime) -> None:
    """Note a moment of something, unless a later one is known."""
    moments[of] = max(moment, moments.get(of, moment))


def _moment(ticks: int) -> str:
    return datetime.fromtimestamp(ticks // logs.TICKS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
