"""Checks a document against a pydantic model, and says in words for people all that does not fit, with its lines."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from syncd.documents import Document, Path
from syncd.errors import Problem

Model = TypeVar("Model", bound=BaseModel)

_KINDS: Final = {
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "finite_number": "must be a number",
    "date_type": "must be a day such as 2026-06-30",
    "date_parsing": "must be a day such as 2026-06-30",
    "date_from_datetime_parsing": "must be a day such as 2026-06-30",
    "date_from_datetime_inexact": "must be a day such as 2026-06-30, without a time",
    "tuple_type": "must be a list in [ ]",
    "list_type": "must be a list in [ ]",
    "dict_type": "must be a table of its own, with keys",
    "model_type": "must be a table of its own, with keys",
    "model_attributes_type": "must be a table of its own, with keys",
}


def fit(model: type[Model], data: Mapping[str, Any], document: Document) -> tuple[Model | None, list[Problem]]:
    """The model filled with the data, or None with every problem there is; the document is its validation context."""
    try:
        return model.model_validate(data, context=document), []
    except ValidationError as error:
        found = [_problem(model, data, document, detail) for detail in error.errors(include_url=False)]
        return None, sorted(dict.fromkeys(found), key=lambda problem: (problem.line or 0, problem.key))


def near(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest of the known words: `; did you mean "due"?`, or else which there are."""
    names = list(known)
    close = get_close_matches(word, names, n=1)
    if close:
        return f"; did you mean “{close[0]}”?"
    return f"; there are: {', '.join(names)}" if 0 < len(names) <= 12 else ""


def key_of(data: Any, path: Path) -> str:
    """A path in words: after the id of the nearest item that has one, else from the top of the file."""
    words, here = "", data
    for part in path:
        here = _step(here, part)
        if isinstance(here, Mapping) and isinstance(here.get("id"), str) and here["id"]:
            words = str(here["id"])
        elif isinstance(part, int):
            words += f"[{part + 1}]"
        else:
            words += f".{part}" if words else str(part)
    return words


def _problem(model: type[BaseModel], data: Any, document: Document, detail: ErrorDetails) -> Problem:
    path = _real(data, detail["loc"])
    return Problem(document.file, _words(model, detail, path), document.line(path), key_of(data, path))


def _words(model: type[BaseModel], detail: ErrorDetails, path: Path) -> str:
    """What is wrong with a value, in a sentence that goes on after the key."""
    kind, value = detail["type"], detail.get("input")
    context = detail.get("ctx", {})
    match kind:
        case "extra_forbidden":
            words = f"there is no key “{path[-1]}” here{near(str(path[-1]), _fields(model, path[:-1]))}"
        case "missing":
            words = "is missing"
        case "enum" | "literal_error":
            allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            words = f"{_shown(value)} is not one of {', '.join(allowed)}{_close(value, allowed)}"
        case "value_error":
            words = str(context.get("error", detail["msg"]))
        case "string_too_short":
            words = "must not be empty"
        case "string_pattern_mismatch" if path[-1] == "id":
            words = f"{_shown(value)} must not hold blanks, “/” or “:”"
        case _ if kind in _KINDS:
            words = f"{_KINDS[kind]}, not {_shown(value)}"
        case _:
            words = f"{detail['msg'].replace('Input should', 'must')}, not {_shown(value)}"
    return words


def _close(value: Any, allowed: Iterable[str]) -> str:
    found = get_close_matches(str(value), list(allowed), n=1)
    return f"; did you mean “{found[0]}”?" if found else ""


def _shown(value: Any) -> str:
    """A value as people would say it, short."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"“{text if len(text) <= 60 else text[:57] + '…'}”"


def _real(data: Any, place: tuple[str | int, ...]) -> Path:
    """Pydantic's place without the parts that it adds for the branches of a union."""
    path: Path = ()
    here = data
    for number, part in enumerate(place):
        last = number == len(place) - 1
        inside = _step(here, part)
        if inside is _NOTHING and not (last and isinstance(here, Mapping) and isinstance(part, str)):
            continue
        path = (*path, part)
        here = inside
    return path


_NOTHING: Final = object()


def _step(here: Any, part: str | int) -> Any:
    if isinstance(here, Mapping):
        return here.get(part, _NOTHING)
    if isinstance(here, list) and isinstance(part, int) and part < len(here):
        return here[part]
    return _NOTHING


def _fields(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand at a path."""
    here: type[BaseModel] | None = model
    for part in path:
        if here is None:
            return []
        if isinstance(part, str) and part in here.model_fields:
            here = next(_models(here.model_fields[part].annotation), None)
    return list(here.model_fields) if here else []


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inside in typing.get_args(annotation):
        yield from _models(inside)
