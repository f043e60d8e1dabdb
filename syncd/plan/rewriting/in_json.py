"""Where the tables of a JSON text stand, and how JSON writes words. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from syncd.documents.path import Path
from syncd.plan.rewriting.form import Form, Style
from syncd.plan.rewriting.page import Entry, Table

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')

Token = re.Match[str]


class Json(Form):
    """All tables are in braces, all texts in double quotes, and days are texts."""

    gap = ": "
    braces = ("{", "}")
    day_quote = '"'

    def tables(self, text: str, wanted: Collection[Path]) -> Mapping[Path, Table]:
        """Those of the wanted tables that are found in a valid text."""
        tokens, found = _TOKEN.finditer(text), dict[Path, Table]()
        _end(next(tokens), tokens, (), frozenset(wanted), found)
        return found

    def words(self, words: str, style: Style, old: str) -> str:  # noqa: ARG002
        """Words in quotes; with letters beyond ASCII escaped if that is how the text is written."""
        return json.dumps(words, ensure_ascii=style.ascii)


def _end(first: Token, tokens: Iterator[Token], path: Path, wanted: Collection[Path], found: dict[Path, Table]) -> int:
    """Where the value ends that begins with `first`; takes its tokens, and keeps the wanted tables in it."""
    end = first.end()
    if first[0] == "[":
        number = 0
        while (token := next(tokens))[0] != "]":
            if token[0] != ",":
                _end(token, tokens, (*path, number), wanted, found)
                number += 1
        end = token.end()
    elif first[0] == "{":
        entries: list[Entry] = []
        while (key := next(tokens))[0] != "}":
            if key[0] != ",":
                name = json.loads(key[0])
                next(tokens)  # the colon
                value = next(tokens)
                simple = value[0] not in ("[", "{")
                ended = _end(value, tokens, (*path, name), wanted, found)
                entries.append(Entry(name, key.start(), key.end(), value.start(), ended, simple))
        end = key.end()
        if path in wanted:
            found[path] = Table(first.start(), end, braces=True, entries=tuple(entries))
    return end
