"""What was told in public of a KPI's schools and groups, and whether telling more would give any of it away. Pure.

Each time that something else is published of one day, it is held against all that was published of that day before.
Whoever kept all of it, knows all sizes, and knows which figures were corrected and which were not, must still find
every count possible for a part that is too small, now or then, and for a coded one every count within its bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any, Final, NamedTuple

from syncd.scorecard.possible import Range, Sum, determined, fits

_ENDLESS: Final = 10**9
"""More people than there are in any district: stands for a size that is not known."""


class About(NamedTuple):
    """What is held together: the day and the window of readings, and the kind of their parts."""

    on: date
    window: str
    kind: str


@dataclass(frozen=True, slots=True)
class Part:
    """A school or group in a publication: its size, what its true figure is known by, and what was told of it.

    `told` is the range of the counts that the published figure may stand for; None where none was published. A `bound`
    is all that was told of what was coded.
    """

    name: str
    people: int | None
    figure: str
    told: Range | None
    bound: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What one publication told of a day: its parts, and the `whole` as the range of its counts.

    `rest` are the people of the whole in no part. Of parts that stand `apart` nobody knows which make up the whole.
    `whole_figure` is what the true figure of the whole is known by, `minimum` the size below which a part was small.
    """

    parts: tuple[Part, ...]
    whole: Range
    whole_figure: str
    rest: int
    is_share: bool
    apart: bool
    minimum: int

    def hidden(self, now: View) -> frozenset[Part]:
        """Of what another one by the same rule is about too, the parts that this one hid."""
        alike = self.minimum == now.minimum and self._figures() == now._figures()
        return frozenset(part for part in self.parts if part.told is None) if alike else frozenset()

    def tells_no_more(self, other: View) -> bool:
        """Whether it is about the same figures as another one, and tells nothing that that did not."""
        if self._figures() != other._figures() or self.whole != other.whole:
            return False
        told = Counter((each.name, each.figure, each.told, each.bound) for each in other.parts)
        mine = Counter((each.name, each.figure, each.told, each.bound) for each in self.parts if each.told is not None)
        return mine <= told

    def may_hold(self, other: View) -> bool:
        """Whether people of a part that another one hid may be in no part here, and the whole is another one too."""
        figure, _, people = self.whole_figure.partition(" of ")
        same = {self.whole_figure, f"{figure} of None"} if people != "None" else {self.whole_figure}
        if (self.parts and not self.rest) or other.whole_figure in same:
            return False
        return not {part.name for part in other.parts if part.told is None} <= {part.name for part in self.parts}

    def _figures(self) -> tuple[object, ...]:
        """What it is about, whatever is told of it."""
        parts = sorted((each.name, each.people or -1, each.figure) for each in self.parts)
        return parts, self.whole_figure, self.rest, self.is_share, self.apart


Told = Mapping[str, Mapping[About, Sequence[View]]]
"""All that was told so far, by KPI; of each day the oldest first."""
NOTHING: Final[Mapping[About, Sequence[View]]] = {}


def gives_away(earlier: Sequence[View], now: View, minimum: int) -> bool:
    """Whether a publication, beside all earlier ones, would give away what must not be known."""
    if any(now.tells_no_more(each) for each in earlier):
        return False
    views = [each for each in (*earlier, now) if each.is_share is now.is_share]
    if not any(_is_secret(part, minimum) for view in views for part in view.parts) and not any(
        0 < view.rest < minimum for view in views
    ):
        return False
    if now.apart or any(part.people is None for view in views for part in view.parts):
        # How they hang together is not known: all that tells no more is a figure of the whole that is out already.
        wholes = {each.whole_figure for each in earlier}
        return any(part.told is not None for part in now.parts) or now.whole_figure not in wholes | {""}
    if any(now.may_hold(each) or each.may_hold(now) for each in views if each is not now):
        return True
    system = _System(views, minimum)
    return system.tells_a_count() if now.is_share else system.tells_a_figure()


def named(before: View, after: View) -> dict[str, str]:
    """By their new names, the old ones of parts that are called otherwise: alike, one gone and one come."""
    gone = [each for each in before.parts if each.name not in {part.name for part in after.parts}]
    come = [each for each in after.parts if each.name not in {part.name for part in before.parts}]
    found = {}
    for part in come:
        alike = [each.name for each in gone if (each.people, each.figure) == (part.people, part.figure)]
        if len(alike) == 1:
            found[part.name] = alike[0]
    return found


class _System:
    """All that follows from several publications of one day: unknown numbers, and their sums."""

    def __init__(self, views: Sequence[View], minimum: int) -> None:
        self._ranges: dict[Hashable, Range] = {}
        self._out: set[Hashable] = set()
        self._secret: dict[Hashable, None] = {}
        self._people: dict[Hashable, int] = {}
        self._sums: list[Sum] = []
        names: dict[str, str] = {}
        for before, view in zip((None, *views), views, strict=False):
            found = named(before, view) if before is not None else {}
            names.update({new: names.get(old, old) for new, old in found.items()})
            times: Counter[Hashable] = Counter()
            for part in view.parts:
                key = (names.get(part.name, part.name), part.people, part.figure)
                times[key] += 1
                self._add(key, part, secret=_is_secret(part, minimum))
            if view.rest:
                times["", view.rest] += 1
                self._ranges["", view.rest] = (0, view.rest)
                self._people["", view.rest] = view.rest
                if view.rest < minimum:
                    self._secret["", view.rest] = None
            self._sums.append(Sum(times, view.whole))

    def _add(self, key: Hashable, part: Part, *, secret: bool) -> None:
        low, high = self._ranges.get(key, (0, part.people or 0))
        if part.told is not None:
            low, high = max(low, part.told[0]), min(high, part.told[1])
            if not part.bound:
                self._out.add(key)
        self._ranges[key] = (low, high)
        self._people[key] = part.people or 0
        if secret:
            self._secret[key] = None

    def tells_a_count(self) -> bool:
        """Whether a count that must stay possible is not, for any of those that are secret."""
        return any(
            not fits({**self._ranges, key: (count, count)}, self._sums)
            for key in self._hidden()
            for count in _each(self._ranges[key])
        )

    def tells_a_figure(self) -> bool:
        """Whether any of those that are secret follows, taken as sums or as means over people."""
        plain = [{key: times for key, times in each.times.items() if key not in self._out} for each in self._sums]
        weighted = [{key: times * self._people[key] for key, times in each.items()} for each in plain]
        return any(determined(sums, key) for key in self._hidden() for sums in (plain, weighted))

    def _hidden(self) -> Iterator[Hashable]:
        """What is secret, and was never told."""
        return (key for key in self._secret if key not in self._out)


def _is_secret(part: Part, minimum: int) -> bool:
    """Whether every figure that a part may have must stay possible."""
    return part.bound or (part.told is None and (part.people is None or part.people < minimum))


def _each(within: Range) -> Iterable[int]:
    return range(within[0], within[1] + 1)


def held(about: About, view: View) -> dict[str, Any]:
    """A view and what it is about, as it is kept."""
    kept = {each.name: getattr(view, each.name) for each in fields(view)}
    return {"about": list(about), **kept, "parts": [list(astuple(part)) for part in view.parts]}


def to_told(kept: Mapping[str, Any]) -> tuple[About, View]:
    """What is kept. Raises ValueError, TypeError or KeyError for anything else."""
    rest = {name: value for name, value in kept.items() if name != "about"}
    return About(*kept["about"]), View(**{**rest, "parts": tuple(Part(*each) for each in kept["parts"])})
