"""Which schools may have become one, or one several, from one publication to another: their sizes add up. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from typing import Final

from syncd.scorecard.earlier import View

Key = tuple[str, int, str]
"""What tells the people of a part in a publication from any others: its name, its size, and its figure."""
Made = Mapping[Key, tuple[Key, ...]]
"""Of what others some are made up."""
_MOST: Final = 64
"""So many ways are looked through, and among so many parts at once."""
_AT_ONCE: Final = 12


def keys(view: View) -> list[Key]:
    """The parts of a publication; those in no part, if there are any, stand without a name."""
    parts = [(part.name, part.people or 0, part.figure) for part in view.parts]
    return [*parts, *([("", view.rest, "")] if view.rest else ())]


def regroupings(views: Sequence[View]) -> list[Made]:
    """What may be made up of what: nothing of anything, each that may be by itself, and all at once that may."""
    pairs = combinations([keys(view) for view in views if view.parts], 2)
    found = list(dict.fromkeys(islice((each for before, after in pairs for each in _made(before, after)), _MOST)))
    together: dict[Key, tuple[Key, ...]] = {}
    for one, some in found:
        if one not in together and not {key for more in together.values() for key in more}.intersection(some):
            together[one] = some
    return [{}, *({one: some} for one, some in found), together]


def _made(before: Sequence[Key], after: Sequence[Key]) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    """Those of one publication that may be made up of some of the other one: a name came or went with that."""
    gone, come = _changed(before, after), _changed(after, before)
    new = {key[0] for key in before} ^ {key[0] for key in after}
    for ones, others in ((come, gone), (gone, come)):
        for one, many in product(ones, (1, 2, 3)):
            for some in combinations(others[:_AT_ONCE], many):
                # One is another one only where it is in no school any more, or was in none: else it was corrected.
                adds_up = sum(key[1] for key in some) == one[1] and (many > 1 or not one[0])
                if adds_up and any(key[0] and key[0] in new for key in (one, *some)):
                    yield one, some


def _changed(mine: Sequence[Key], theirs: Sequence[Key]) -> list[Key]:
    """Those that are not in the other publication, not with another figure either."""
    known = {key[:2] for key in theirs}
    return [key for key in mine if key[:2] not in known and key[1]]
