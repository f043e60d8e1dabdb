"""Who is in no part of a publication: the same as in another one, or others. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from syncd.scorecard.earlier import Part, View
from syncd.scorecard.possible import Sum, impossible
from syncd.scorecard.regrouped import keys, ranges

_MOST: Final = 5
"""Of so many publications with people in no part it is looked through who may be the same: in 52 ways."""


def with_rests(views: Sequence[View]) -> list[list[View]] | None:
    """The publications that have parts, with those in no part as one part more, in every way that is to be looked at.

    They are the same wherever they are as many, unless what was told cannot be true then: where the district's figure
    was corrected and no part's, theirs was. Then any of them may be the same, as far as that can be. None if there are
    too many ways to look through.
    """
    listed = [view for view in views if view.parts]
    same = _labelled(listed, [0] * len(listed))
    if not (all(view.is_share for view in listed) and _cannot_be(same)):
        return [same]
    known = list(dict.fromkeys((view.whole, tuple(keys(view))) for view in listed if view.rest))
    if len(known) > _MOST:
        return None
    places = [known.index(each) if (each := (view.whole, tuple(keys(view)))) in known else 0 for view in listed]
    ways = (_labelled(listed, [labels[at] for at in places]) for labels in _labels(len(known)) if labels)
    return [way for way in ways if not _cannot_be(way)] or [same]


def _labelled(views: Sequence[View], labels: Sequence[int]) -> list[View]:
    """Those in no part as a part that is the same one where its label is."""
    return [
        replace(view, parts=(*view.parts, Part("", view.rest, str(label), None)), rest=0) if view.rest else view
        for view, label in zip(views, labels, strict=True)
    ]


def _labels(number: int) -> Iterator[tuple[int, ...]]:
    """Every way to tell so many apart, or not."""
    if not number:
        yield ()
        return
    for before in _labels(number - 1):
        for label in range(max(before, default=-1) + 2):
            yield (*before, label)


def _cannot_be(views: Sequence[View]) -> bool:
    """Whether no counts have the sums that were told."""
    return impossible(ranges(views), [Sum(Counter(keys(view)), view.whole) for view in views])
