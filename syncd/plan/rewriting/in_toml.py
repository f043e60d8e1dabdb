"""Where the tables of a TOML text stand, and how TOML writes words and tables. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from tree_sitter import Node, Point

from syncd.documents.from_toml import members, names, sections
from syncd.documents.path import Path
from syncd.plan.rewriting.form import Form, Style, Value, style_of
from syncd.plan.rewriting.page import Entry, Page, Splice, Table

_QUOTES: Final = re.compile(r'"""|"\Z')
"""Quotes that would end a block."""
_BLOCKS: Final = ('"""', "'''")


class Toml(Form):
    """Tables have headers, or stand in braces in one line."""

    gap = " = "
    braces = ("{ ", " }")

    def tables(self, text: str, wanted: Collection[Path]) -> Mapping[Path, Table]:
        """Those of the wanted tables that are found in a valid text."""
        return _Finder(text, wanted).found

    def words(self, words: str, style: Style, old: str) -> str:
        """Words in the quotes of the old ones or of their neighbours; several lines as a block, unless in braces."""
        quote = _quote((old, *style.tokens.values()))
        in_line = old[:3] not in _BLOCKS and "\\n" in old
        if "\n" in words and not style.braces and not in_line:
            return _block(words, quote * 3, style.newline, old)
        plain = quote == "'" and not {"'", "\n"} & {*words}
        return f"'{words}'" if plain else json.dumps(words, ensure_ascii=False)

    def below(self, page: Page, parent: Table, sibling: Table | None, key: str, values: Mapping[str, Value]) -> Splice:
        """A table with a header like its sibling's, or like that of the table above with the key behind it."""
        above = sibling or parent
        style = style_of(self, page, above)
        head = sibling.head if sibling else f"{parent.head.removesuffix(']]').rstrip()}.{key}]]"
        lines = [f"{style.indent}{style.pair(name, value)}" for name, value in values.items()]
        lines = [*([""] if page.apart(above.start) else []), page.indent(above.start) + head, *lines]
        at = page.behind(above.end)
        return Splice(at, at, "".join(page.newline + line for line in lines))


def _quote(values: Sequence[str]) -> str:
    """The quotes around the first value that could as well have others."""
    for value in values:
        if value[:1] == "'" or (value[:1] == '"' and "'" not in value):
            return value[0]
    return '"'


def _block(words: str, marks: str, newline: str, old: str) -> str:
    """Several lines between marks; the first on a line of its own, unless the old ones stood otherwise."""
    if marks == "'''" and (marks in words or words.endswith("'")):
        marks = '"""'
    if marks == '"""':
        words = _QUOTES.sub(lambda found: f'{found[0][:-1]}\\"', words.replace("\\", "\\\\"))
    tight = old[:3] in _BLOCKS and old[3] not in "\r\n" and words[0] != "\n"
    first = "" if tight else newline
    return marks + first + words.replace("\n", newline) + marks


class _Finder:
    """Looks for tables. tree-sitter counts a line's bytes, and a text has characters."""

    def __init__(self, text: str, wanted: Collection[Path]) -> None:
        self.found: dict[Path, Table] = {}
        self._text, self._wanted = text, frozenset(wanted)
        self._lines = text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        self._ways = {path[:length] for path in wanted for length in range(len(path) + 1)}
        for section in sections(text):
            within = [section.path[:length] for length in range(len(section.path) + 1)]
            if any(path in self._wanted for path in within) or section.path in self._ways:
                entries = self._entries(section.pairs, section.path)
                if section.header is not None:
                    self._section(section.path, section.header, entries)
                    self._extend(within, entries[-1].end if entries else self._at(section.header.end_point) + 2)

    def _section(self, path: Path, header: Node, entries: tuple[Entry, ...]) -> None:
        whole, closing = header.parent, header.next_sibling
        if path in self._wanted and whole is not None and closing is not None:
            start, end = self._at(whole.start_point), self._at(closing.end_point)
            self.found[path] = Table(start, end, braces=False, entries=entries, head=self._text[start:end])

    def _extend(self, within: Sequence[Path], end: int) -> None:
        """The tables that a section belongs to end with it, so far."""
        for path in within:
            if path in self.found and not self.found[path].braces:
                self.found[path] = replace(self.found[path], end=end)

    def _entries(self, pairs: Sequence[Node], above: Path) -> tuple[Entry, ...]:
        return tuple(self._entry(pair, above) for pair in pairs)

    def _entry(self, pair: Node, above: Path) -> Entry:
        key, value = members(pair)[0], members(pair)[-1]
        parts = names(key)
        self._look(value, (*above, *parts))
        simple = len(parts) == 1 and value.type not in ("array", "inline_table")
        start, key_end = self._at(key.start_point), self._at(key.end_point)
        return Entry(parts[0], start, key_end, self._at(value.start_point), self._at(value.end_point), simple)

    def _look(self, value: Node, path: Path) -> None:
        """Look into a value on the way to something wanted."""
        if path not in self._ways:
            return
        if value.type == "array":
            for number, element in enumerate(members(value)):
                self._look(element, (*path, number))
        elif value.type == "inline_table":
            entries = self._entries(members(value), path)
            if path in self._wanted:
                start, end = self._at(value.start_point), self._at(value.end_point)
                self.found[path] = Table(start, end, braces=True, entries=entries)

    def _at(self, point: Point) -> int:
        line = self._lines[point.row]
        column = point.column if line.isascii() else len(line.encode()[: point.column].decode())
        return self._starts[point.row] + column
