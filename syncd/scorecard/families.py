"""The schools or groups of a day, and their whole: hides as many as it takes to keep the small ones hidden. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from syncd.scorecard.cells import Cell
from syncd.scorecard.coding import counts, ranged
from syncd.scorecard.differencing import Patience, gives_away
from syncd.scorecard.earlier import APART, About, Part, View
from syncd.scorecard.possible import Range


@dataclass(slots=True)
class Family:
    """The parts of one day, window and kind, and the whole that they belong to.

    `earlier` is what was published of them before. Of a `closed` day nothing is told, not even the whole.
    """

    about: About
    cells: Sequence[Cell]
    whole: Cell | None
    minimum: int
    is_share: bool
    earlier: Sequence[View]
    closed: bool = False
    _patience: Patience = field(default_factory=Patience)

    @property
    def apart(self) -> bool:
        """Whether nobody knows which of the parts make up the whole."""
        return self.about.kind == APART

    def protect(self) -> None:
        """Hide more, the smallest first, until nothing that is hidden or coded can be worked out.

        Where that is not enough beside what was published before, the day is closed; it stays so as long as nothing is
        corrected. By itself, a day with all parts hidden says no more of them than the figure of the whole alone does.
        """
        if self.view().untold() in self.earlier:
            self.closed = True
            return
        out = {(part.name, part.people, part.figure) for view in self.earlier for part in view.parts if part.told}
        for cell in self.cells:
            cell.out = (cell.name(), cell.people, cell.figure()) in out
        self._repeat()
        shown = [cell for cell in self.cells if not (cell.hidden or cell.out)]
        shown.sort(key=lambda cell: (cell.people or 0, cell.reading.where))
        for cell in shown:
            if not (self._is_open() or self._gives_away()):
                return
            cell.hidden = True
        self.closed = self._gives_away()

    def _repeat(self) -> None:
        """Hide what was hidden when just this was published last: then nothing needs to be worked out anew."""
        if not self.earlier:
            return
        now = self.view()
        before = next((found for each in reversed(self.earlier) if (found := each.hidden(now))), frozenset[Part]())
        hidden = {(part.name, part.people, part.figure) for part in before}
        for cell in self.cells:
            cell.hidden |= (cell.name(), cell.people, cell.figure()) in hidden

    def _gives_away(self) -> bool:
        """Whether it would give something away beside what was published before."""
        return gives_away(self.earlier, self.view(), self.minimum, self._patience)

    def view(self) -> View:
        """What is told of a day that is not closed."""
        figure = "" if self.whole is None else f"{self.whole.figure()} of {self.whole.people}"
        parts = tuple(cell.part() for cell in self.cells)
        return View(parts, self._total(ranged), figure, self._rest(), self.is_share, self.apart, self.minimum)

    def _is_open(self) -> bool:
        """Whether something that must not be known might be worked out from what is published."""
        rest = self._rest()
        touched = [cell for cell in self.cells if cell.is_hidden() or cell.is_coded()]
        if self.apart:
            return bool(touched) or any(0 < left < self.minimum for left in map(self._beside, self.cells))
        if not touched and not 0 < rest < self.minimum:
            return False
        if any(cell.people is None for cell in self.cells) or 0 < rest + self._kept_back() < self.minimum:
            return True
        if not self.is_share:
            return sum(cell.is_hidden() for cell in self.cells) + (rest > 0) == 1
        return not all(self._is_free(cell, rest) for cell in (*touched, None))

    def _kept_back(self) -> int:
        """How many people those that are hidden are about, together: their figure follows from all the others."""
        return sum(cell.people or 0 for cell in self.cells if cell.is_hidden())

    def _beside(self, cell: Cell) -> int:
        """How many people of the whole are not in this part, as far as that is known."""
        if self.whole is None or self.whole.people is None or cell.people is None:
            return 0
        return self.whole.people - cell.people

    def _rest(self) -> int:
        """How many people of the whole are in none of the parts, as far as that is known."""
        if self.whole is None or self.whole.people is None:
            return 0
        return max(0, self.whole.people - sum(cell.people or 0 for cell in self.cells))

    def _is_free(self, cell: Cell | None, rest: int) -> bool:
        """Whether every count that a part (None: the rest) may have is still possible beside all that is published."""
        if not (cell.small or cell.is_coded() if cell else 0 < rest < self.minimum):
            return True  # what is hidden for the others' sake must only not be known exactly, and is not while they are
        low, high = cell.range() if cell else (0, rest)
        others = [each.range() for each in self.cells if each is not cell] + ([(0, rest)] if cell else [])
        least, most = self._total(counts)
        return least - sum(up for _, up in others) <= low and most - sum(down for down, _ in others) >= high

    def _total(self, measure: Callable[[Decimal, int], Range]) -> Range:
        """The fewest and the most that the whole stands for; where no figure of it is known here, it is elsewhere.

        By itself, a figure is taken as exactly as may be (`counts`). Several publications are held together only as
        far as their figures go (`ranged`): taken more exactly than they were told, they might contradict each other.
        """
        if self.whole is not None and self.whole.told is not None and self.whole.people is not None:
            return measure(self.whole.told, self.whole.people)
        known = [measure(cell.reading.value or Decimal(0), cell.people or 0) for cell in self.cells]
        return sum(least for least, _ in known), sum(most for _, most in known) + self._rest()
