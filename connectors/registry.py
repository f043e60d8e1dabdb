"""Finds a connector by its kind, so that a new tool is a new package and an entry point, with no edit elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from connectors.contract import Factory
from connectors.guide import Guide
from connectors.oauth import Authority

GROUP: Final = "syncd.connectors"
"""The entry-point group in which a connector's package names its Factory."""


class UnknownKind(LookupError):
    """No installed connector goes by that kind; `kinds` are those that do."""

    def __init__(self, kind: str, kinds: tuple[str, ...]) -> None:
        self.kind = kind
        self.kinds = kinds
        known = ", ".join(kinds) or "none is installed"
        super().__init__(f"there is no connector of the kind {kind!r} (known: {known}); install its package")


def kinds() -> tuple[str, ...]:
    """The kinds of connector that are installed, by name."""
    return tuple(sorted(_points()))


def find(kind: str) -> Factory:
    """The factory of connectors of this kind. Raises UnknownKind, which names those there are."""
    points = _points()
    if kind not in points:
        raise UnknownKind(kind, tuple(sorted(points)))
    return cast("Factory", points[kind].load())


def authority(kind: str) -> Authority | None:
    """Where a tool of this kind signs people in; None where it has no such sign-in, or is not installed."""
    point = _points().get(kind)
    return getattr(import_module(point.module), "AUTHORITY", None) if point else None


def needs_token(kind: str) -> bool:
    """Whether a tool of this kind is reached with a credential; taken for granted where its module says nothing."""
    point = _points().get(kind)
    return bool(getattr(import_module(point.module), "NEEDS_TOKEN", True)) if point else True


def guide(kind: str) -> Guide:
    """What people are told who set a tool of this kind up. Raises UnknownKind."""
    points = _points()
    if kind not in points:
        raise UnknownKind(kind, tuple(sorted(points)))
    return cast("Guide", getattr(import_module(points[kind].module), "GUIDE", Guide(kind)))


def _points() -> Mapping[str, EntryPoint]:
    return _points_on(tuple(sys.path))


@lru_cache(maxsize=1)
def _points_on(_path: tuple[str, ...]) -> Mapping[str, EntryPoint]:
    """What is installed there; to find it out, every installed package is looked at."""
    return {point.name: point for point in entry_points(group=GROUP)}
