"""Whether telling more of a day would give away what must not be known, beside all that was told of it before. Pure.

Whoever kept all of it, knows all sizes, and knows which figures were corrected and which were not, must still find
every count possible for a part that is too small, now or then, and for a coded one every count within its bound. What
cannot be looked through, as too much may be what came of what, is taken to give something away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from syncd.scorecard.earlier import View
from syncd.scorecard.possible import Sum, determined, fits, impossible
from syncd.scorecard.regrouped import Key, Made, keys, ranges, regroupings
from syncd.scorecard.renamed import by_first_names
from syncd.scorecard.rests import with_rests


@dataclass(slots=True)
class Patience:
    """How many questions are answered about a day; whatever is asked after that is taken to give something away."""

    left: int = 1000

    def is_out(self) -> bool:
        """Whether one question more is one too many."""
        self.left -= 1
        return self.left < 0


def gives_away(earlier: Sequence[View], now: View, minimum: int, patience: Patience | None = None) -> bool:
    """Whether a publication, beside all earlier ones, would give away what must not be known."""
    patience = patience or Patience()
    if any(now.tells_no_more(each) for each in earlier):
        return False
    views = [*earlier, now]
    if not earlier or not any(_has_secrets(view, minimum) for view in views):
        return False
    if now.apart or any(part.people is None for view in views for part in view.parts):
        # How they hang together is not known: all that tells no more is a figure of the whole that is out already.
        known = not now.whole_figure or any(now.same_whole(each) for each in earlier)
        return not known or any(part.told is not None for part in now.parts)
    if patience.left < 0:
        return True
    called = by_first_names(views)
    return called is None or any(_tell(each, minimum, patience) for each in called)


def _has_secrets(view: View, minimum: int) -> bool:
    return (0 < view.rest < minimum and not view.apart) or any(part.is_secret(minimum) for part in view.parts)


def _tell(views: Sequence[View], minimum: int, patience: Patience) -> bool:
    """Whether several publications give something away together, or may, for all that can be looked through.

    The newest comes last.
    """
    *earlier, now = views
    if any(_may_hold(now, each) or _may_hold(each, now) for each in earlier):
        return True
    ways = with_rests(views)
    return ways is None or any(_tell_so(each, minimum, patience) for each in ways)


def _tell_so(views: Sequence[View], minimum: int, patience: Patience) -> bool:
    """Whether they do, if it is known who of them is in no part."""
    ways = regroupings(views)
    return ways is None or any(_System(views, minimum, made).tells(patience) for made in ways)


def _may_hold(one: View, other: View) -> bool:
    """Whether people of a part that another one kept back may be in no part here, and the whole is another one too."""
    if (one.parts and not one.rest) or one.same_whole(other):
        return False
    kept_back = {part.name for part in other.parts if part.told is None or part.bound}
    return not kept_back <= {part.name for part in one.parts}


class _System:
    """All that follows from several publications of one day: unknown numbers, and their sums.

    `made` says what some parts are made up of.
    """

    def __init__(self, views: Sequence[View], minimum: int, made: Made) -> None:
        self._made, self._out = made, set[Key]()
        self._ranges = ranges(views)
        self._secret: dict[Key, None] = {}
        self._views = views
        for view in views:
            for key, part in zip(keys(view), view.parts, strict=True):
                if part.told is not None and not part.bound:
                    self._out.add(key)
                if part.is_secret(minimum):
                    self._secret[key] = None
        self._wholes = [(_together(self._terms(key) for key in keys(view)), view) for view in self._views]
        sums = [Sum(terms, view.whole) for terms, view in self._wholes]
        self._sums = [*sums, *(Sum(self._terms(key), self._ranges[key]) for key in made)]
        self._plain = {key: within for key, within in self._ranges.items() if key not in made}

    def _terms(self, key: Key) -> Counter[Key]:
        """What a part is made up of; itself, if nothing is known of that."""
        return _together(map(self._terms, self._made[key])) if key in self._made else Counter([key])

    def tells(self, patience: Patience) -> bool:
        """Whether a part that is secret can be worked out. From what cannot be true, nothing can."""
        shares = {view.is_share for view in self._views}
        if True in shares and not self._cannot_be(patience) and self._tells_a_count(patience):
            return True
        return False in shares and self._tells_a_figure()

    def _cannot_be(self, patience: Patience) -> bool:
        """Whether nothing can be made up so, by all that was told."""
        return bool(self._made) and not patience.is_out() and impossible(self._plain, self._sums)

    def _tells_a_count(self, patience: Patience) -> bool:
        """Whether a count that must stay possible is not, for any of those that are secret."""
        asked = [(self._terms(key), self._ranges[key]) for key in self._hidden()]
        ends = [(terms, count) for terms, ends in asked for count in dict.fromkeys(ends)]
        within = ((terms, count) for terms, (low, high) in asked for count in range(low + 1, high))
        return any(
            patience.is_out() or not fits(self._plain, [*self._sums, Sum(terms, (count, count))])
            for terms, count in (*ends, *within)
        )

    def _tells_a_figure(self) -> bool:
        """Whether any of those that are secret follows, taken as sums or as means over people."""
        told = [terms for terms, view in self._wholes if not view.is_untold]
        told += [self._terms(key) for key in self._made if key in self._out]
        left = [{key: times for key, times in each.items() if key not in self._out} for each in told]
        return any(
            determined([_weighted(each, weight) for each in left], _weighted(self._terms(key), weight))
            for key in self._hidden()
            for weight in (False, True)
        )

    def _hidden(self) -> Iterator[Key]:
        """What is secret, and was never told."""
        return (key for key in self._secret if key not in self._out)


def _together(terms: Iterable[Counter[Key]]) -> Counter[Key]:
    return sum(terms, Counter[Key]())


def _weighted(terms: Mapping[Key, int], weight: bool) -> Mapping[Hashable, int]:
    """How often numbers are in a sum; if they are means over people, each stands for as many."""
    return {key: times * (key[1] if weight else 1) for key, times in terms.items()}
