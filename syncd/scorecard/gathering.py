"""Takes a KPI's readings together: the parts of a day, the whole they belong to, and what was told of both. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from syncd.scorecard.cells import Cell
from syncd.scorecard.earlier import APART, WHOLE, About, View
from syncd.scorecard.families import Family
from syncd.scorecard.moved import hidden_elsewhere, mark, marks_of, moves

_Day = tuple[date, str]
"""A day and a window."""


class Gathered:
    """The readings of one KPI on their way to being published, with as much hidden as must be.

    What was told of a day that is not there any more counts for those days on which its figures may stand now.
    """

    def __init__(
        self, cells: Sequence[Cell], minimum: int, earlier: Mapping[About, Sequence[View]], *, is_share: bool
    ) -> None:
        self._minimum, self._is_share, self._earlier = minimum, is_share, earlier
        self._parts: dict[About, list[Cell]] = defaultdict(list)
        self._wholes: dict[_Day, list[Cell]] = defaultdict(list)
        for cell in cells:
            about = cell.about()
            if cell.reading.value is not None:
                (self._wholes[about[:2]] if about.kind == WHOLE else self._parts[about]).append(cell)
        parts = {about: frozenset(mark(cell.part()) for cell in found) for about, found in self._parts.items()}
        wholes = {about: marks_of((self._alone(about, cell) for cell in found), about) for about, found in self._days()}
        self._moves = moves({**parts, **wholes}, earlier)
        moved = hidden_elsewhere(parts, earlier)
        for cell in (cell for found in self._parts.values() for cell in found):
            cell.hidden |= mark(cell.part()) in moved
        self._families = list(self._found())
        self._protect(cells)

    def _protect(self, cells: Iterable[Cell]) -> None:
        """Hide what must be; where that is not enough, the whole day, and that of its whole."""
        for family in self._families:
            family.protect()
        closed: set[_Day] = set()
        for family in self._families:
            if family.closed:
                closed |= {family.about[:2]} | ({family.whole.when()} if family.whole else set())
        for family in self._families:
            family.closed = family.about[:2] in closed
        for cell in cells:
            cell.closed = cell.when() in closed
            cell.hidden |= cell.closed

    def tellings(self, until: date) -> dict[About, list[View]]:
        """What is told of days up to this one that was not told before."""
        found: dict[About, list[View]] = defaultdict(list)
        for about, view in self._told():
            known = (*self._earlier.get(about, ()), *found.get(about, ()))
            if about.on <= until and not any(view.tells_no_more(one) for one in known):
                found[about].append(view)
        return dict(found)

    def _told(self) -> Iterator[tuple[About, View]]:
        """Parts for their day and their whole's; each whole for its day and the one it may have been moved from."""
        for family in self._families:
            if family.cells:
                view = family.view().untold() if family.closed else family.view()
                on, window = family.whole.when() if family.whole else family.about[:2]
                yield family.about, view
                if (on, window) != family.about[:2]:
                    yield About(on, window, family.about.kind), view
        for about, wholes in self._days():
            for whole in wholes:
                if not whole.hidden:
                    for day in (about, *(before for before, now in self._moves if now == about)):
                        yield day, self._alone(about, whole)

    def _days(self) -> Iterator[tuple[About, list[Cell]]]:
        return ((About(*day, WHOLE), wholes) for day, wholes in self._wholes.items())

    def _found(self) -> Iterator[Family]:
        for about, cells in self._parts.items():
            yield self._family(about, cells, self._whole(about))
        # Parts that were taken out of the plan are in the whole all the same.
        moved = {before for before, _ in self._moves}
        for about in self._earlier.keys() - self._parts.keys() - moved:
            whole = self._whole(about)
            if about.kind != WHOLE and whole is not None:
                yield self._family(about, [], whole)

    def _family(self, about: About, cells: Sequence[Cell], whole: Cell | None) -> Family:
        return Family(about, cells, whole, self._minimum, self._is_share, self._before(about, cells, whole))

    def _whole(self, about: About) -> Cell | None:
        """The figure of the whole: of that day, of the one they were moved from, or of the one it was moved to."""
        here = [about[:2], *(before[:2] for before, now in self._moves if now == about)]
        there = [now[:2] for before, now in self._moves if before.kind == WHOLE and before[:2] in here]
        return next((self._wholes[day][0] for day in (*here, *there) if day in self._wholes), None)

    def _before(self, about: About, cells: Sequence[Cell], whole: Cell | None) -> list[View]:
        """All that was told of them: of the whole, where nobody could know its parts, then of the parts."""
        came = [before for before, now in self._moves if now == about]
        parts = [view for each in (*came, about) for view in self._earlier.get(each, ())]
        mine = [view for each in (*came, about) if each.kind == about.kind for view in self._earlier.get(each, ())]
        now = [self._alone(about, whole)] if cells and whole else []
        known = [] if about.kind == APART else [*mine, *now]
        return [*(view for view in self._of_whole(about, whole) if not any(map(view.same_whole, known))), *parts]

    def _of_whole(self, about: About, whole: Cell | None) -> Iterator[View]:
        """What was told of the whole alone, and what else the plan says of it."""
        came = [before[:2] for before, now in self._moves if now[:2] == about[:2]]
        days: list[_Day] = [about[:2], *came, *([whole.when()] if whole else ())]
        for day in dict.fromkeys(days):
            yield from self._earlier.get(About(*day, WHOLE), ())
        for cell in self._wholes.get(about[:2], ())[1:]:
            yield self._alone(about, cell)

    def _alone(self, about: About, whole: Cell) -> View:
        """What is told of a whole, whatever its parts are."""
        return Family(About(about.on, about.window, WHOLE), [], whole, self._minimum, self._is_share, ()).view()
