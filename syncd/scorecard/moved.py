"""What was told of one day and stands on another by now, as a day, a window or a kind was corrected. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from syncd.scorecard.earlier import WHOLE, About, Part, View

_NEAR: Final = timedelta(days=300)
"""Days further apart are those of two years of measuring."""
Marks = frozenset[Hashable]
"""What figures are known by that may stand on another day."""
Moves = tuple[tuple[About, About], ...]
"""What was told and is not there any more, each with what may have come of it."""


def moves(present: Mapping[About, Marks], earlier: Mapping[About, Sequence[View]]) -> Moves:
    """Where what was told and is not there any more may stand now.

    That is where some of its figures stand, or did once; or on a day not far from its own of which nothing was told.
    """
    lost = {about: marks_of(views, about) for about, views in earlier.items() if about not in present}
    if not lost:
        return ()
    known = {about: marks | marks_of(earlier.get(about, ()), about) for about, marks in present.items()}
    return tuple(
        (before, now)
        for before, gone in lost.items()
        for now, marks in known.items()
        if (before.kind == WHOLE) is (now.kind == WHOLE)
        and (gone & marks or (now not in earlier and abs(now.on - before.on) < _NEAR))
    )


def marks_of(views: Iterable[View], about: About) -> Marks:
    """What the figures of what was told are known by."""
    if about.kind == WHOLE:
        return frozenset(view.whole_figure for view in views)
    return frozenset(mark(part) for view in views for part in view.parts)


def mark(part: Part) -> tuple[str, int | None, str]:
    """What a part keeps that stands on another day or in another kind."""
    return part.name.rpartition(":")[2].strip(), part.people, part.figure


def hidden_elsewhere(present: Mapping[About, Marks], earlier: Mapping[About, Sequence[View]]) -> Marks:
    """What was hidden on a day, in a window or as of a kind, was never told there, and is not there any more."""
    moved: set[Hashable] = set()
    for about, views in earlier.items():
        parts = [part for view in views for part in view.parts]
        hidden = {mark(part) for part in parts if part.told is None}
        moved |= hidden - {mark(part) for part in parts if part.told is not None} - present.get(about, frozenset())
    return frozenset(moved)
