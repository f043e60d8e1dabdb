"""What everybody said last, and what stands by the rules: kept by hand beside syncd, which never sees it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Any, Final

Key = tuple[str, str]
"""An item's id, and what of it."""


class Rule(Enum):
    """Who has the last word."""

    PLAN = "the plan, whatever the team says"
    TEAM = "the team; the plan only says it first"
    SHARED_TEAM = "whoever spoke last, and the team where both did"
    SHARED_PLAN = "whoever spoke last, and the plan where both did"
    SHARED_HOLD = "whoever spoke last, and nobody where both did"


RULES: Final = {
    "title": Rule.PLAN,
    "notes": Rule.PLAN,
    "start": Rule.SHARED_HOLD,
    "due": Rule.SHARED_TEAM,
    "owner": Rule.TEAM,
    "weight": Rule.SHARED_PLAN,
}
"""What the story's configuration says of the plan's keys."""


SECTIONS: Final = frozenset({"G1.A1", "G1.A2"})
"""Actions that are sections on their board, and no tasks."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that the log must have; `who` "" for nobody's own doing, None where nobody can know."""

    item: str
    kind: str
    field: str
    before: Any
    after: Any
    who: str | None = ""


@dataclass(slots=True)
class Ledger:
    """The last words: `plan` in the file, `board` in the tool, `met` what both held when they last met."""

    plan: dict[Key, Any] = field(default_factory=dict)
    board: dict[Key, Any] = field(default_factory=dict)
    met: dict[Key, Any] = field(default_factory=dict)
    seen: dict[Key, Any] = field(default_factory=dict)
    """The board as syncd last saw it."""
    who: dict[Key, str] = field(default_factory=dict)
    """Who spoke last on the board since then."""
    held: set[Key] = field(default_factory=set)
    put_back: dict[Key, tuple[Any, Any]] = field(default_factory=dict)
    """What plan and board held when something was undone: it stays so until one of them says anew."""
    lines: list[Line] = field(default_factory=list)
    """What the log must tell, in order."""
    copied: int = 0
    """How many of these lines were there when the store was last copied."""

    def plan_grows(self, text: str) -> None:
        """The office wrote these items, of which there are no tasks yet."""
        for work in _work(tomllib.loads(text)):
            if work["id"] not in SECTIONS:
                for key in RULES:
                    self.plan[work["id"], key] = work.get(key, 1 if key == "weight" else None)

    def plan_says(self, item: str, key: str, value: Any) -> None:
        """The office's word on something."""
        self.plan[item, key] = value

    def team_says(self, item: str, what: str, value: Any, who: str, was: Any = None) -> None:
        """A person's word on something, on the board; `was` is what stood there, of what no plan speaks of."""
        self.seen.setdefault((item, what), was)
        self.board[item, what] = value
        self.who[item, what] = who

    def meet(self, *, unheard: bool = False) -> None:
        """A pass went through: what each side said since the last one meets. `unheard`: the feed told nobody's name."""
        for key, value in self.board.items():
            if value != self.seen.get(key):
                self.lines.append(
                    Line(key[0], "team", key[1], self.seen.get(key), value, None if unheard else self.who[key])
                )
        for key in list(self.plan):
            if key not in self.met:
                self.board[key] = self.plan[key]
                if key[1] == "title":
                    self.lines.append(Line(key[0], "create", "", None, self.plan[key]))
            else:
                self._merge(key, RULES[key[1]])
            if self.board[key] == self.plan[key]:
                self.met[key] = self.plan[key]
                self.held.discard(key)
        self.seen = dict(self.board)
        self.who.clear()

    def _merge(self, key: Key, rule: Rule) -> None:
        """Let the rule say what stands where the two differ."""
        plan, board = self.plan[key], self.board[key]
        if plan == board or rule is Rule.TEAM or self.put_back.get(key) == (plan, board):
            return
        both = self.met[key] not in (plan, board)
        if both and rule is Rule.SHARED_HOLD:
            if key not in self.held:
                self.lines.append(Line(key[0], "hold", key[1], plan, board))
            self.held.add(key)
        elif rule is Rule.PLAN or (both and rule is Rule.SHARED_PLAN) or (not both and board == self.met[key]):
            self.lines.append(Line(key[0], "update", key[1], board, plan))
            self.board[key] = plan
        else:
            self.lines.append(Line(key[0], "write_back", key[1], plan, board))
            self.plan[key] = board

    def decides(self, item: str, key: str, side: str, who: str) -> None:
        """A person says whose word stands."""
        plan, board = self.plan[item, key], self.board[item, key]
        kept, other = (plan, board) if side == "plan" else (board, plan)
        self.lines.append(Line(item, "decide", key, other, kept, who))
        self.met[item, key] = other
        self.held.remove((item, key))

    def undoes(self, item: str, key: str, back: Any, who: str) -> None:
        """A person has syncd put back what it wrote on the last pass; it stays so until plan or team say anew."""
        wrote = self.lines_about(item, key)[-1]
        self.lines.append(Line(item, "undo", key, wrote.after, back, who))
        if wrote.kind == "write_back":
            self.plan[item, key] = back
        else:
            self.board[item, key] = self.seen[item, key] = back
        self.put_back[item, key] = (self.plan[item, key], self.board[item, key])

    def lines_about(self, item: str, key: str) -> list[Line]:
        """What the log must tell about one field."""
        return [line for line in self.lines if (line.item, line.field) == (item, key)]

    def store_is_copied(self) -> None:
        """What the log has told up to now is safe."""
        self.copied = len(self.lines)

    def store_is_lost(self) -> None:
        """What the log told since the copy is gone; it is told again from what the tool holds, in other words."""
        self.lines[self.copied :] = [
            replace(line, kind="" if line.field else line.kind, who=None) for line in self.lines[self.copied :]
        ]

    def forgets(self, item: str) -> None:
        """The item left the plan: nobody's word on it is asked any more."""
        for kept in (self.plan, self.board, self.met, self.seen, self.who):
            for key in [key for key in kept if key[0] == item]:
                del kept[key]

    def renames(self, old: str, new: str) -> None:
        """The item is called by another id from now on."""
        for kept in (self.plan, self.board, self.met, self.seen, self.who):
            for item, key in [key for key in kept if key[0] == old]:
                kept[new, key] = kept.pop((item, key))


def _work(plan: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The actions and projects in a plan, or in a piece of one."""
    for tier, below in plan.items():
        for child in below if isinstance(below, list) else [below]:
            if isinstance(child, dict):
                if tier in ("actions", "projects") and "id" in child:
                    yield child
                yield from _work(child)


def plain(value: Any) -> Any:
    """A value as the log writes it for programs."""
    return value.isoformat() if isinstance(value, date) else value
