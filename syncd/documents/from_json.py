"""Reads JSON: values by the standard library, figures as exact decimals; lines by a walk over the tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from syncd.documents.path import Lines, Malformed, Path, exact

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,\n]|[^\s\[\]{}:,"]+')


def read(text: str) -> tuple[Any, Lines]:
    """The values, and the line of each. Raises Malformed, for a key that stands twice too."""
    try:
        data = json.loads(text, parse_float=exact, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise Malformed(f"{error.msg} (column {error.colno})", error.lineno) from None
    except ValueError:
        raise Malformed("a number in it is too long to be read") from None
    tokens, lines = _tokens(text), dict[Path, int]()
    for path, line in _value(next(tokens), tokens, ()):
        if path in lines:
            raise Malformed(f"the key “{path[-1]}” stands twice; it is also in line {lines[path]}", line)
        lines[path] = line
    return data, lines


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
