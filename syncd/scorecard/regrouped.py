"""Which schools may have become one, or one several, from one publication to another: their sizes add up. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import Final

from syncd.scorecard.earlier import View
from syncd.scorecard.possible import Range

Key = tuple[str, int, str]
"""What tells the people of a part in a publication from any others: its name, its size, and its figure."""
Made = Mapping[Key, tuple[Key, ...]]
"""Of what others some are made up."""
_Sum = tuple[Key, tuple[Key, ...]]
_MOST: Final = 64
"""So many ways are looked through."""
_AT_ONCE: Final = 60
"""So many parts that changed from one publication to another are taken together."""


def keys(view: View) -> list[Key]:
    """The parts of a publication; of those in no part, if they are one more, the name is empty."""
    return [(part.name, part.people or 0, part.figure) for part in view.parts]


def ranges(views: Sequence[View]) -> dict[Key, Range]:
    """What was told of each part, as the fewest and the most that it may count."""
    found: dict[Key, Range] = {}
    for view in views:
        for key, part in zip(keys(view), view.parts, strict=True):
            low, high = found.get(key, (0, key[1]))
            found[key] = (low, high) if part.told is None else (max(low, part.told[0]), min(high, part.told[1]))
    return found


def regroupings(views: Sequence[View]) -> list[Made] | None:
    """What may be made up of what: nothing of anything, all at once that may be, and each by itself.

    None if there are too many ways to look through.
    """
    told = ranges(views) if all(view.is_share for view in views) else {}
    found: dict[_Sum, None] = {}
    for before, after in combinations(dict.fromkeys(tuple(keys(view)) for view in views), 2):
        gone, come = _changed(before, after), _changed(after, before)
        new = ({key[0] for key in before} ^ {key[0] for key in after}) - {""}
        if new and max(len(gone), len(come)) > _AT_ONCE:
            return None
        for one, some in _made(gone, come, new) if new else ():
            if _may_be(one, some, told):
                found[one, some] = None
            if len(found) > _MOST:
                return None
    together: dict[Key, tuple[Key, ...]] = {}
    for one, some in found:
        if one not in together and not {key for more in together.values() for key in more}.intersection(some):
            together[one] = some
    return [{}, together, *({one: some} for one, some in found)]


def _made(gone: Sequence[Key], come: Sequence[Key], new: AbstractSet[str]) -> Iterator[_Sum]:
    """Those of one publication whose size is that of some of the other one: a name came or went with that."""
    for ones, others in ((come, gone), (gone, come)):
        sized: dict[int, list[Key]] = defaultdict(list)
        for key in ones:
            sized[key[1]].append(key)
        for many in (1, 2, 3):
            # With sixty schools these are some ten thousands: their sizes are added up before anything else is asked.
            sums = map(sum, combinations([key[1] for key in others], many))
            for some, size in zip(combinations(others, many), sums, strict=True):
                for one in sized.get(size, ()):
                    # One is another one only where it is in no school any more, or was in none: else it was corrected.
                    if (many > 1 or not one[0]) and not new.isdisjoint(key[0] for key in (one, *some)):
                        yield one, some


def _may_be(one: Key, some: Sequence[Key], told: Mapping[Key, Range]) -> bool:
    """Whether what was told of them does not speak against it."""
    if not told:
        return True
    low, high = told[one]
    return sum(told[key][0] for key in some) <= high and sum(told[key][1] for key in some) >= low


def _changed(mine: Sequence[Key], theirs: Sequence[Key]) -> list[Key]:
    """Those that are not in the other publication, not with another figure either."""
    known = {key[:2] for key in theirs}
    return [key for key in mine if key[:2] not in known and key[1]]
