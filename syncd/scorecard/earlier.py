"""What was told in public of a KPI: of the district, and of its schools and groups. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from typing import Any, Final, NamedTuple

from syncd.scorecard.possible import Range

WHOLE: Final = ""
"""The kind of what is told of the district's figure alone, whatever parts stand beside it."""


APART: Final = "group"
"""The kind of groups of which nobody knows how they hang together."""
_UNTOLD: Final = "untold "


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

    def is_secret(self, minimum: int) -> bool:
        """Whether every figure that it may have must stay possible."""
        return self.bound or (self.told is None and (self.people is None or self.people < minimum))


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

    def untold(self) -> View:
        """What is known where nothing is told, not even of the whole: who is in it."""
        parts = tuple(replace(part, told=None, bound=False) for part in self.parts)
        most = sum(part.people or 0 for part in parts) + self.rest
        return replace(self, parts=parts, whole=(0, most), whole_figure=f"{_UNTOLD}{self.whole_figure}")

    @property
    def is_untold(self) -> bool:
        """Whether nothing is told in it."""
        return self.whole_figure.startswith(_UNTOLD)

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

    def same_whole(self, other: View) -> bool:
        """Whether both tell the same figure of the whole; where one does not say of how many, the other may."""
        mine, _, people = self.whole_figure.partition(" of ")
        theirs, _, others = other.whole_figure.partition(" of ")
        return mine == theirs and (people == others or "None" in (people, others))

    def _figures(self) -> tuple[object, ...]:
        """What it is about, whatever is told of it."""
        parts = sorted((each.name, each.people or -1, each.figure) for each in self.parts)
        return parts, self.whole_figure, self.rest, self.is_share, self.apart


Told = Mapping[str, Mapping[About, Sequence[View]]]
"""All that was told so far, by KPI; of each day the oldest first."""
NOTHING: Final[Mapping[About, Sequence[View]]] = {}


def held(about: About, view: View) -> dict[str, Any]:
    """A view and what it is about, as it is kept."""
    kept = {each.name: getattr(view, each.name) for each in fields(view)}
    return {"about": list(about), **kept, "parts": [list(astuple(part)) for part in view.parts]}


def to_told(kept: Mapping[str, Any]) -> tuple[About, View]:
    """What is kept. Raises ValueError, TypeError or KeyError for anything else."""
    rest = {name: value for name, value in kept.items() if name != "about"}
    return About(*kept["about"]), View(**{**rest, "parts": tuple(Part(*each) for each in kept["parts"])})
