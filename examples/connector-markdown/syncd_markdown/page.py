"""One Markdown file as headings and check boxes, with everything else in it left as people wrote it."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Final
from urllib.parse import quote, unquote

from connectors.errors import NotFound

_KEPT: Final = r"(?: *<!-- (?P<kept>(?:\w+=\S+ )+)-->)?"
_BOX: Final = re.compile(rf"(?P<indent>\s*)[-*+] \[(?P<tick>[ xX])\] (?P<title>.*?){_KEPT} *")
_HEADING: Final = re.compile(rf"(?P<indent>)##(?P<tick>) (?P<title>.*?){_KEPT} *")
_NOTE: Final = re.compile(r"\s*> ?(.*)")
_OTHER, GROUP, STEP = -2, -1, 2
_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)


@dataclass(slots=True, eq=False)
class Row:
    """A heading, a check box with its notes, or a line of another kind; `level` tells which, and how far indented.

    `kept` is what the comment at the end of its line holds: its id, days, assignee and plan id.
    """

    lines: list[str]
    level: int = _OTHER
    title: str = ""
    ticked: bool = False
    kept: dict[str, str] = field(default_factory=dict)
    notes: str = ""
    id: str = ""
    parent: Row | None = None
    group: Row | None = None

    def rewrite(self) -> None:
        """Write its lines anew; from then on it keeps its id, whatever it is called."""
        self.kept["id"] = self.id
        comment = "".join(f"{name}={quote(value, safe=':/@+')} " for name, value in sorted(self.kept.items()))
        head = "##" if self.level == GROUP else f"{' ' * self.level}- [{'x' if self.ticked else ' '}]"
        below = [f"{' ' * (self.level + STEP)}> {line}".rstrip() for line in self.notes.split("\n") if self.notes]
        self.lines = [f"{head} {self.title} <!-- {comment}-->", *below]


class Page:
    """All rows of a file, in their order; `id` is its name, and `at` when somebody last wrote to it."""

    def __init__(self, text: str, id_: str = "", at: datetime = _LONG_AGO) -> None:
        self.id, self.at = id_, at
        self.rows: list[Row] = []
        for line in text.splitlines():
            self._take(line)
        self._name_rows()
        self._relate_rows()

    def text(self) -> str:
        """The file as it is to stand."""
        return "".join(f"{line}\n" for row in self.rows for line in row.lines)

    @property
    def name(self) -> str:
        """What the first heading of all calls the page."""
        return next((row.lines[0][2:].strip() for row in self.rows if row.lines[0].startswith("# ")), "")

    def groups(self) -> list[Row]:
        """The headings."""
        return [row for row in self.rows if row.level == GROUP]

    def boxes(self) -> list[Row]:
        """The check boxes."""
        return [row for row in self.rows if row.level > GROUP]

    def row(self, id_: str) -> Row:
        """The heading or box of an id. Raises NotFound."""
        for row in self.rows:
            if row.level != _OTHER and row.id == id_:
                return row
        raise NotFound(f"the page has no line with the id {id_} (any more)")

    def below(self, parent: Row | None, group: Row | None = None) -> list[Row]:
        """The boxes right below a box, else those that stand alone under a heading."""
        return [row for row in self.boxes() if row.parent is parent and (parent or row.group is group)]

    def block(self, row: Row) -> list[Row]:
        """A box and all that stands below it."""
        after = self.rows[self.rows.index(row) + 1 :]
        found = [row, *takewhile(lambda one: one.level > row.level or one.level == _OTHER, after)]
        while found[-1].level == _OTHER and not found[-1].lines[0][:1].isspace():
            found.pop()
        return found

    def put(
        self, row: Row, parent: Row | None, group: Row | None, behind: Row | None = None, *, first: bool = False
    ) -> None:
        """Have a box, old or new, stand right behind another one, or first, or else last in its place."""
        block = self.drop(row) if row in self.rows else [row]
        siblings = self.below(parent, group)
        if first and siblings:
            at = self.rows.index(siblings[0])
        elif last := behind or (siblings[-1] if siblings else None):
            at = self.rows.index(self.block(last)[-1]) + 1
        elif home := parent or group:
            at = self.rows.index(home) + 1
        else:
            at = next((at for at, one in enumerate(self.rows) if one.level != _OTHER), len(self.rows))
        deeper = (siblings[0].level if siblings else parent.level + STEP if parent else 0) - row.level
        for one in block if deeper else ():
            if one.level > GROUP:
                one.level += deeper
                one.rewrite()
        self.rows[at:at] = block
        self._relate_rows()

    def drop(self, row: Row) -> list[Row]:
        """Take a box out, and all that stands below it, which is given back."""
        block = self.block(row)
        self.rows = [one for one in self.rows if one not in block]
        return block

    def _take(self, line: str) -> None:
        last = self.rows[-1] if self.rows else None
        if found := _BOX.fullmatch(line) or _HEADING.fullmatch(line):
            level = len(found["indent"].expandtabs(4)) if found["tick"] else GROUP
            row = Row([line], level, found["title"].strip(), found["tick"] in ("x", "X"))
            row.kept = {name: unquote(value) for name, value in re.findall(r"(\w+)=(\S+)", found["kept"] or "")}
            self.rows.append(row)
        elif last and last.level > GROUP and (note := _NOTE.fullmatch(line)):
            last.notes = f"{last.notes}\n{note[1]}" if len(last.lines) > 1 else note[1]
            last.lines.append(line)
        else:
            self.rows.append(Row([line]))

    def _name_rows(self) -> None:
        """A line without an id goes by its title, until it is written to; a copied one is another task."""
        met: Counter[str] = Counter()
        for row in (*self.groups(), *self.boxes()):
            id_ = row.kept.get("id") or f"t{zlib.crc32(row.title.encode()):08x}"
            met[id_] += 1
            row.id = id_ if met[id_] == 1 else f"{id_}-{met[id_]}"

    def _relate_rows(self) -> None:
        """Find each box's heading, and the box that it stands below."""
        above: list[Row] = []
        group = None
        for row in self.rows:
            above = [] if row.level == GROUP else [one for one in above if row.level == _OTHER or one.level < row.level]
            group = row if row.level == GROUP else group
            if row.level > GROUP:
                row.parent, row.group = above[-1] if above else None, group
                above.append(row)
