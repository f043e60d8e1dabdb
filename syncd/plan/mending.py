"""Cuts what is wrong in form out of a plan's data, so that the rest can be checked as well. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

Path = tuple[str | int, ...]

_BELOW: Final = frozenset({"goals", "outcomes", "kpis", "guardrails", "actions", "projects"})
STANDS_IN: Final = "?"
"""How ids begin that stand in for missing ones; nothing should be said about such an item."""


def mended(data: Mapping[str, Any], wrong: Iterable[Path]) -> dict[str, Any]:
    """A copy of the data without what stands at the wrong places.

    Nothing that hangs on it is left to be blamed: of an item a whole key goes, of a list one element.
    """
    cuts = {cut for place in wrong for cut in _cuts(place)}
    copy = _copied(data, (), cuts)
    copy.setdefault("plan", {"id": STANDS_IN, "title": STANDS_IN})
    return dict(copy)


def _cuts(place: Path) -> Iterator[Path]:
    """What goes when something at this place is wrong."""
    item = _item(place)
    key = place[: item + 1]
    yield place[: item + 2] if place[item + 1 : item + 2] and isinstance(place[item + 1], int) else key
    if place[item : item + 1] == ("direction",):
        yield (*place[:item], "target")


def _item(place: Path) -> int:
    """How many parts of a path lead to the innermost item on it."""
    length = 1 if place[:1] == ("plan",) else 0
    while len(place) > length + 1 and place[length] in _BELOW and isinstance(place[length + 1], int):
        length += 2
    return length


def _copied(value: Any, path: Path, cuts: set[Path]) -> Any:
    if isinstance(value, Mapping):
        copy = {key: _copied(each, (*path, key), cuts) for key, each in value.items() if (*path, key) not in cuts}
        if path and _item(path) == len(path):
            copy.setdefault("id", STANDS_IN + ".".join(map(str, path)))
            copy.setdefault("title", STANDS_IN)
        return copy
    if isinstance(value, list):
        return [_copied(each, (*path, at), cuts) for at, each in enumerate(value) if (*path, at) not in cuts]
    return value
