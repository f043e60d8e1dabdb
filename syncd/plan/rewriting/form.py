"""How values are written: what TOML, YAML and JSON have in common, and the style of a table, to write others alike."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from syncd.documents.path import Path
from syncd.plan.rewriting.page import Entry, Page, Splice, Table, Tangled

Value = str | Decimal | date

HEAD_REMARK: Final = re.compile(r"[|>][-+0-9]*([ \t]+#[^\r\n]*)")
"""A remark in the first line of a value that is a block of lines, which only YAML has."""
_QUOTES: Final = ("'", '"')
_DAY: Final = re.compile(r"""(["']?)\d{4}-\d\d-\d\d\1""")


class Form(ABC):
    """What differs between TOML, YAML and JSON."""

    gap: ClassVar[str]
    """What parts a key from its value, where no neighbour shows it."""
    braces: ClassVar[tuple[str, str]]
    """How a table in braces opens and closes, where no neighbour shows it."""
    day_quote: ClassVar[str] = ""
    """The quotes around a day, where no neighbour shows them."""

    @abstractmethod
    def tables(self, text: str, wanted: Collection[Path]) -> Mapping[Path, Table]:
        """Those of the wanted tables that are found in a valid text."""

    @abstractmethod
    def words(self, words: str, style: Style, old: str) -> str:
        """Words as this form writes them, in the style of the old value ("": there is none), or else of its table."""

    def below(self, page: Page, parent: Table, sibling: Table | None, key: str, values: Mapping[str, Value]) -> Splice:  # noqa: ARG002
        """A table on lines of its own, as the last in the list that the parent has under `key`, or the first of it.

        Raises Tangled where the form has no such tables.
        """
        raise Tangled


@dataclass(frozen=True, slots=True)
class Style:
    """The way of one table.

    `tokens` are its simple values as they are written, by key; the id is the last, for that is often written otherwise.
    `column` is where all of them begin, counted from their keys, where that is always the same; else `gap` is what
    parts a key from its value. `ended` says whether the last line of the text has an end.
    """

    form: Form
    newline: str
    ended: bool
    ascii: bool
    indent: str
    braces: bool
    quote: str
    gap: str
    column: int | None
    tokens: Mapping[str, str]

    def pair(self, name: str, value: Value) -> str:
        """A key with its value."""
        return self.entry(name, self.value(name, value))

    def entry(self, name: str, written: str) -> str:
        """A key with a value that is written already."""
        key = f"{self.quote}{name}{self.quote}"
        if self.column is None:
            return f"{key}{self.gap}{written}"
        sign = self.form.gap.strip()
        before = max(self.column - len(sign) - 1, len(key) + self.gap[0].isspace()) if self.form.gap[0] == " " else 0
        start = f"{key:<{before}}{sign} "
        return f"{start:<{self.column}}{written}"

    def value(self, name: str, value: Value) -> str:
        """A value as the old one of that key is written, or else its neighbours."""
        old = self.tokens.get(name, "")
        if isinstance(value, str):
            return self.form.words(value, self, old)
        if isinstance(value, Decimal):
            return _quoted(f"{value:f}", old)
        like = next((each for each in (old, *self.tokens.values()) if _DAY.fullmatch(each)), self.form.day_quote)
        return _quoted(value.isoformat(), like)


def style_of(form: Form, page: Page, table: Table) -> Style:
    """The way in which a table is written."""
    simple = sorted((entry for entry in table.entries if entry.simple), key=lambda entry: entry.name == "id")
    telling = [entry for entry in simple if _tells(page, entry)]
    last = max(telling or simple, key=lambda entry: entry.start)
    return Style(
        form=form,
        newline=page.newline,
        ended=page.text.endswith("\n"),
        ascii=page.ascii,
        indent=page.indent(table.entries[0].start),
        braces=table.braces,
        quote=page.text[last.start] if page.text[last.start] in _QUOTES else "",
        gap=page.text[last.key_end : last.value] if telling else form.gap,
        column=None if table.braces else _column(telling),
        tokens={entry.name: page.text[entry.value : entry.end] for entry in simple},
    )


def _tells(page: Page, entry: Entry) -> bool:
    """Whether there is a value behind the key, in its line."""
    return entry.value < entry.end and "\n" not in page.text[entry.key_end : entry.value]


def _column(entries: Sequence[Entry]) -> int | None:
    """How far from their keys all values stand, if keys of different lengths show that this is meant."""
    columns = {entry.value - entry.start for entry in entries}
    lengths = {entry.key_end - entry.start for entry in entries}
    return columns.pop() if len(columns) == 1 and len(lengths) > 1 else None


def _quoted(words: str, like: str) -> str:
    quote = like[:1] if like[:1] in _QUOTES else ""
    return f"{quote}{words}{quote}"
