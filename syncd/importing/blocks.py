"""Finds the tables in a sheet: their headings, repeated or two lines deep, and what stands around them. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Final

from syncd.importing.days import Calendar, stretches
from syncd.importing.grid import Line, Sheet
from syncd.importing.headings import heading
from syncd.importing.splitting import named

_LONGEST: Final = 45
"""Letters of a heading."""
_MANY: Final = 4
"""So many headings in one line make it the heading of a table, however many others there are."""
_FOOT: Final = re.compile(
    r"(?:\*+|†|‡|¹|²|³|©|notes?\s*:|sources?\s*:|legend\b|key\s*:|updated\b|last updated|revised\b|prepared\b|printed\b"
    r"|as of\b|draft\b|approved\b|adopted (?:by|on)\b|page \d|confidential\b|see (?:also|appendix)|continued\b"
    r"|(?:action|implementation|improvement|work) plans?\s*$|(?:sub|grand )?totals?\b|nm\s*=|ip\s*=|m\s*=)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its place, and its heading as people know it (made unlike the others')."""

    at: int
    name: str


@dataclass
class Block:
    """A table: its columns, and the lines below its heading."""

    columns: tuple[Column, ...]
    lines: list[Line] = field(default_factory=list)


@dataclass
class Layout:
    """What a sheet holds: tables, lines that are skipped (with the reason), and lines above that head what follows."""

    sheet: Sheet
    blocks: list[Block] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)
    above: list[Line] = field(default_factory=list)
    title: str = ""


def layout(sheet: Sheet, calendar: Calendar, names: Container[str] = ()) -> Layout:
    """The tables of a sheet; `names` are headings that are known to be some, whatever they say."""
    found = Layout(sheet)
    words = _Words(calendar, names)
    lines = sheet.lines
    at = 0
    while at < len(lines):
        line = lines[at]
        deep = _depth(lines, at, words)
        if deep:
            _begin(found, lines[at : at + deep])
        elif _is_foot(line, found):
            found.skipped[line.number] = "a title, footnote or sum"
        elif found.blocks:
            found.blocks[-1].lines.append(line)
        elif len(set(_texts(line))) == 1 and named(_texts(line)[0]).word:
            found.above.append(line)
        else:
            found.skipped[line.number] = "it stands above the first table"
            _title(found, line)
        at += deep or 1
    return found


def _title(found: Layout, line: Line) -> None:
    """Take a line above all tables for the title: the first, or the first that says “plan”."""
    texts = set(_texts(line))
    better = "plan" in " ".join(texts).lower() and "plan" not in found.title.lower()
    if len(texts) == 1 and (not found.title or better):
        found.title = texts.pop()


def _begin(found: Layout, head: Sequence[Line]) -> None:
    """Begin a table; a heading that is repeated goes on with the same one."""
    columns = tuple(_columns(head))
    for line in head:
        found.skipped[line.number] = "the heading of a table"
    if not found.blocks or found.blocks[-1].columns != columns:
        found.blocks.append(Block(columns))


def _texts(line: Line) -> list[str]:
    return [cell.text for cell in line.cells if cell.text]


def _columns(head: Sequence[Line]) -> list[Column]:
    """The columns that a heading names, each name once."""
    size = max(len(line.cells) for line in head)
    names: list[str] = []
    group = ""
    for at in range(size):
        texts = [" ".join(line.cell(at).text.split()) for line in head]
        if len(head) == 2:
            group = texts[0] or (group if texts[1] else "")
            texts = [group, texts[1]] if texts[0] != texts[1] else texts[:1]
        names.append(" ".join(text for text in texts if text))
    columns: list[Column] = []
    seen: dict[str, int] = {}
    for at, name in enumerate(names):
        if name:
            seen[name] = seen.get(name, 0) + 1
            columns.append(Column(at, name if seen[name] == 1 else f"{name} ({seen[name]})"))
    return columns


@dataclass(frozen=True, slots=True)
class _Words:
    """Which texts are headings of columns."""

    calendar: Calendar
    names: Container[str]

    def know(self, text: str) -> bool:
        """Whether a text is one."""
        return text in self.names or bool(heading(text, self.calendar).word)


def _depth(lines: Sequence[Line], at: int, words: _Words) -> int:
    """How many lines from here on are the heading of a table: 0, 1 or 2."""
    one = _known(lines[at], words)
    below = lines[at + 1] if at + 1 < len(lines) else None
    if one is None:
        return 0
    if below is not None and one and _goes_below(lines[at], below, words):
        both = _columns(lines[at : at + 2])
        if sum(words.know(column.name) for column in both) >= 2:
            return 2
    return 1 if _is_heading(lines[at], one, words, first=at == 0) else 0


def _known(line: Line, words: _Words) -> int | None:
    """How many of the line's texts are headings; None where one of them can be none."""
    texts = _texts(line)
    if any(len(text) > _LONGEST for text in texts):
        return None
    if any(cell.number is not None and not _is_year(cell.text) for cell in line.cells):
        return None
    return len({text for text in texts if words.know(text)})


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", text))


def _is_heading(line: Line, known: int, words: _Words, *, first: bool) -> bool:
    """Whether enough of a line are headings, for it to be one."""
    texts = set(_texts(line))
    if len(texts) == 1:
        (text,) = texts
        sure = text in words.names or heading(text, words.calendar).word not in ("", "title", "dates")
        return first and known == 1 and sure
    return known >= _MANY or (known >= 2 and known * 2 >= len(texts))


def _goes_below(line: Line, below: Line, words: _Words) -> bool:
    """Whether the next line is the second half of a heading: only years, days and headings, some under nothing."""
    size = max(len(line.cells), len(below.cells))
    texts = [below.cell(at).text for at in range(size) if below.cell(at).text]
    own = [text for text in texts if text not in _texts(line)]
    if not own or any(len(text) > _LONGEST for text in texts):
        return False
    blank = any(
        below.cell(at).text and (not line.cell(at).text or line.cell(at).spread or line.cell(at).width > 1)
        for at in range(size)
    )
    return blank and all(_is_year(text) or stretches(text, words.calendar) or words.know(text) for text in own)


def _is_foot(line: Line, found: Layout) -> bool:
    """Whether a line is no part of a table: one text, or a sum."""
    texts = _texts(line)
    if re.match(r"(?:sub|grand )?totals?\b", texts[0], re.IGNORECASE) and len(texts) > 1:
        return not re.match(r"totals? \w+", texts[0], re.IGNORECASE) and bool(found.blocks)
    return len(set(texts)) == 1 and bool(_FOOT.match(texts[0]))
