"""Reads JSON: values by the standard library, figures as exact decimals; lines by a walk over the tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from syncd.documents.path import LaterLines, Lines, Malformed, Path, exact, plain_ends

_PLAINLY: Final = {
    "Expecting property name enclosed in double quotes": "a key in double quotes should stand here, without a comma "
    "before } and without comments, which JSON does not know",
}
"""What the standard library says only to those who know JSON well."""
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,\n]|[^\s\[\]{}:,"]+')


def read(text: str) -> tuple[Any, Lines]:
    """The values, and the line of each. Raises Malformed, for a key that stands twice too."""
    text = plain_ends(text)
    try:
        return _values(text, object_pairs_hook=_once), LaterLines(partial(_lines, text))
    except _Twice:
        return _values(text), _lines(text)  # what is no JSON at all comes first; then which key it is, and where


def _values(text: str, **how: Any) -> Any:
    try:
        return json.loads(text, parse_float=exact, parse_constant=_refuse, **how)
    except json.JSONDecodeError as error:
        message = _PLAINLY.get(error.msg, error.msg)
        raise Malformed(f"{message} (column {error.colno})", error.lineno) from None
    except ValueError:
        raise Malformed("a number in it is too long to be read") from None


class _Twice(Exception):
    """A key stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice
    return made


def _lines(text: str) -> dict[Path, int]:
    """The line of each value of a valid document. Raises Malformed for a key that stands twice."""
    tokens, lines = _tokens(text), dict[Path, int]()
    for path, line in _value(next(tokens), tokens, ()):
        if path in lines:
            raise Malformed(f"the key “{path[-1]}” stands twice; it is also in line {lines[path]}", line)
        lines[path] = line
    return lines


def _refuse(word: str) -> Any:
    raise Malformed(f"{word} is not a number; write null where it is not known")


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Every token of a valid document with its line."""
    line = 1
    for found in _TOKEN.finditer(text):
        if found[0] == "\n":
            line += 1
        else:
            yield found[0], line


def _value(first: tuple[str, int], tokens: Iterator[tuple[str, int]], path: Path) -> Iterator[tuple[Path, int]]:
    """Everything inside the value that begins with `first`; takes its tokens up to its end."""
    if first[0] == "{":
        for key, line in _until("}", tokens):
            here = (*path, json.loads(key))
            yield here, line
            next(tokens)  # the colon
            yield from _value(next(tokens), tokens, here)
    elif first[0] == "[":
        for number, element in enumerate(_until("]", tokens)):
            yield (*path, number), element[1]
            yield from _value(element, tokens, (*path, number))


def _until(end: str, tokens: Iterator[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """The first token of each member, up to the end; what follows that token is taken meanwhile."""
    for token in tokens:
        if token[0] == end:
            return
        if token[0] != ",":
            yield token
