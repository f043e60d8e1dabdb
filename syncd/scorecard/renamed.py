"""Which school was which in the publications before: some are called otherwise by now. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, islice, permutations, product
from typing import Final

from syncd.scorecard.earlier import Part, View
from syncd.scorecard.possible import Range

_MOST: Final = 64
"""So many ways in which parts may have been renamed are looked through."""
_Names = Mapping[str, str]
"""What parts were called at first, by what they are called now."""


def by_first_names(views: Sequence[View]) -> list[tuple[View, ...]] | None:
    """The publications with their parts under the names they had first, in every way that may be; None if too many.

    A part is taken for another one that is gone if its size and figure are the same. If several are alike, each may be
    any of them, unless all the same was told of them: then it does not matter.
    """
    found: list[tuple[tuple[View, ...], _Names]] = [((), {})]
    for at, view in enumerate(views):
        before = [each for each in views[:at] if each.parts] if view.parts else []
        found = [
            ((*done, _called(view, now)), now)
            for done, names in found
            for now in (_namings(before, view, done, names) if before else [names])
        ]
        if len(found) > _MOST:
            return None
    return [done for done, _ in found]


def _called(view: View, names: _Names) -> View:
    return replace(view, parts=tuple(replace(part, name=names.get(part.name, part.name)) for part in view.parts))


def _namings(before: Sequence[View], after: View, done: Sequence[View], names: _Names) -> Iterator[_Names]:
    """The names, with those that parts may have taken since the publications before; and as if none had."""
    gone = dict.fromkeys((part.name, (part.people, part.figure)) for view in before for part in _without(view, after))
    come = _without(after, before[-1])
    ways = []
    for figure in dict.fromkeys((part.people, part.figure) for part in come):
        old = list(dict.fromkeys(names.get(name, name) for name, known in gone if known == figure))
        new = [part.name for part in come if (part.people, part.figure) == figure]
        past = [[_told(view, name, figure) for view in done] for name in old]
        ways.append(list(islice(_ways(old, new, alike=all(each == past[0] for each in past)), _MOST + 1)))
    if come and gone:
        yield names
    for way in islice(product(*ways), _MOST + 1):
        yield {**names, **{name: first for each in way for name, first in each.items()}}


def _without(one: View, other: View) -> list[Part]:
    names = {part.name for part in other.parts}
    return [part for part in one.parts if part.name not in names]


def _told(view: View, name: str, figure: tuple[int | None, str]) -> list[tuple[Range | None, bool]]:
    """What a publication told of a part by its first name."""
    return [(part.told, part.bound) for part in view.parts if (part.name, (part.people, part.figure)) == (name, figure)]


def _ways(old: Sequence[str], new: Sequence[str], *, alike: bool) -> Iterator[_Names]:
    """The first names that new ones may stand for; of old ones that are `alike` it does not matter which is which."""
    if len(old) < len(new):
        for some in (combinations if alike else permutations)(new, len(old)):
            yield dict(zip(some, old, strict=True))
    else:
        for each in [old] if alike else permutations(old, len(new)):
            yield dict(zip(new, each, strict=False))
