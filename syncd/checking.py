"""Checks a document against a pydantic model, and says in words for people all that does not fit, with its lines."""

from __future__ import annotations

import re
import typing
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from syncd.documents.document import Document
from syncd.documents.path import Path
from syncd.errors import Problem

Model = TypeVar("Model", bound=BaseModel)

_DAY: Final = "must be a day such as 2026-06-30"
_TABLE: Final = "must be a table of its own, with keys"
_KINDS: Final = {
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "finite_number": "must be a number",
    "decimal_max_digits": "must be a number of at most 40 digits",
    "decimal_max_places": "must be a number of at most 20 decimals",
    "decimal_whole_digits": "must be a number of at most 20 digits",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": f"{_DAY}, without a time",
    "tuple_type": "must be a list in [ ]",
    "dict_type": _TABLE,
    "mapping_type": _TABLE,
    "model_type": _TABLE,
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "missing": "is missing",
    "string_too_short": "must not be blank",
    "string_too_long": "must not be longer than {max_length} characters",
    "string_unicode": "must be text without broken characters",
}

_PLAIN: Final = frozenset({"missing", "string_too_short", "dict_type", "mapping_type", "model_type"})
"""Where repeating what stands there says nothing, or might say a secret that stands in the wrong place."""


@dataclass(frozen=True, slots=True)
class Fit(Generic[Model]):
    """The model filled with the data, or None; `problems` are all reasons, and `places` the paths they are about."""

    model: Model | None
    problems: tuple[Problem, ...] = ()
    places: tuple[Path, ...] = ()


def fit(model: type[Model], document: Document, *, secret: Container[str] = ()) -> Fit[Model]:
    """The model filled with the document's data; the document is its validation context.

    What stands under a key that is `secret` is never repeated in a message.
    """
    data = document.data
    try:
        return Fit(model.model_validate(data, context=document))
    except ValidationError as error:
        details = error.errors(include_url=False)
    places = [_real(data, detail["loc"]) for detail in details]
    found = [
        document.problem(place, _words(model, dict(detail), place, secret), key_of(data, place))
        for detail, place in zip(details, places, strict=True)
    ]
    return Fit(None, tuple(dict.fromkeys(found)), tuple(places))


def in_order(problems: Iterable[Problem], file: str) -> list[Problem]:
    """Each problem once, those of the main file first, from its top down."""
    return sorted(dict.fromkeys(problems), key=lambda each: (each.file != file, each.file, each.line or 0))


def near(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest of the known words: `; did you mean “due”?`, or else which there are."""
    names = list(known)
    return _close(word, names) or (f"; there are: {', '.join(names)}" if 0 < len(names) <= 12 else "")


class Hints:
    """Hints as of `near` for the first few of many words: nobody reads more, and all would take minutes."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known, self._left = list(known), 20

    def near(self, word: str) -> str:
        """The hint, or nothing where enough were given."""
        self._left -= 1
        return near(word, self._known) if self._left >= 0 else ""


def key_of(data: Any, path: Path) -> str:
    """A path in words: after the id of the nearest item of a list that has one, else from the top of the file."""
    words, here = "", data
    for part in path:
        here = step(here, part)
        if isinstance(part, int) and isinstance(here, Mapping) and isinstance(here.get("id"), str) and here["id"]:
            words = str(here["id"])
        elif isinstance(part, int):
            words += f"[{part + 1}]"
        else:
            words += f".{part}" if words else str(part)
    return words


def step(here: Any, part: str | int) -> Any:
    """What stands at a key of a table, or at a number of a list; NOTHING where there is no such thing."""
    if isinstance(here, Mapping):
        return here.get(part, NOTHING)
    if isinstance(here, list) and isinstance(part, int) and part < len(here):
        return here[part]
    return NOTHING


NOTHING: Final = object()
"""That there is nothing, not even null."""


def _words(model: type[BaseModel], detail: Mapping[str, Any], path: Path, secret: Container[str]) -> str:
    """What is wrong with a value, in a sentence that goes on after the key."""
    kind, context = detail["type"], detail.get("ctx", {})
    value = "" if path[-1] in secret else as_written(detail.get("input"))
    words = _KINDS[kind].format_map(context) if kind in _KINDS else f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"
    match kind:
        case "extra_forbidden":
            words = f"there is no key “{path[-1]}” here{near(str(path[-1]), _fields(model, path[:-1]))}"
        case "enum" | "literal_error":
            allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            words = f"{value} is not one of {', '.join(allowed)}{_close(value.strip('“”'), allowed)}"
        case "value_error":
            words = str(context.get("error", detail["msg"]))
        case "string_pattern_mismatch" if path[-1] == "id":
            words = f"{value} must not hold blanks, “/” or “:”"
        case "tuple_type" if isinstance(detail.get("input"), Mapping):
            header = ".".join(part for part in path if isinstance(part, str))
            words = f"{words}, not a table; where it is a line in brackets, there are two of them: [[{header}]]"
        case "model_type" | "model_attributes_type" if keys := _fields(model, path):
            words = f"{words}, such as {{ {keys[0]} = … }}; there are: {', '.join(keys)}"
        case _ if value and kind not in _PLAIN:
            words = f"{words}, not {value}"
    return words


def _close(word: str, known: Iterable[str]) -> str:
    names = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), names, n=1)
    return f"; did you mean “{names[found[0]]}”?" if found else ""


def as_written(value: Any) -> str:
    """A value as people would say it, short."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"“{text if len(text) <= 60 else text[:57] + '…'}”"


def _real(data: Any, place: tuple[str | int, ...]) -> Path:
    """Pydantic's place without the parts that it adds for the branches of a union."""
    path: Path = ()
    here = data
    for number, part in enumerate(place):
        last = number == len(place) - 1
        inside = step(here, part)
        if inside is NOTHING and not (last and isinstance(here, Mapping) and isinstance(part, str)):
            continue
        path = (*path, part)
        here = inside
    return path


def _fields(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand at a path."""
    here: type[BaseModel] | None = model
    for part in path:
        if here is None:
            return []
        if isinstance(part, str) and part in here.model_fields:
            here = next(_models(here.model_fields[part].annotation), None)
    return [each.alias or name for name, each in here.model_fields.items()] if here else []


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inside in typing.get_args(annotation):
        yield from _models(inside)
