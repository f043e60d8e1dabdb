"""Whether telling more of a day would give away what must not be known, beside all that was told of it before. Pure.

Whoever kept all of it, knows all sizes, and knows which figures were corrected and which were not, must still find
every count possible for a part that is too small, now or then, and for a coded one every count within its bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from syncd.scorecard.earlier import Part, View
from syncd.scorecard.possible import Range, Sum, determined, fits
from syncd.scorecard.regrouped import Key, Made, keys, regroupings
from syncd.scorecard.renamed import by_first_names


def gives_away(earlier: Sequence[View], now: View, minimum: int) -> bool:
    """Whether a publication, beside all earlier ones, would give away what must not be known."""
    if any(now.tells_no_more(each) for each in earlier):
        return False
    views = [*earlier, now]
    if not earlier or not any(_has_secrets(view, minimum) for view in views):
        return False
    if now.apart or any(part.people is None for view in views for part in view.parts):
        # How they hang together is not known: all that tells no more is a figure of the whole that is out already.
        known = not now.whole_figure or any(now.same_whole(each) for each in earlier)
        return not known or any(part.told is not None for part in now.parts)
    called = by_first_names(views)
    return called is None or any(_tell(each, minimum) for each in called)


def _has_secrets(view: View, minimum: int) -> bool:
    return (0 < view.rest < minimum and not view.apart) or any(part.is_secret(minimum) for part in view.parts)


def _tell(views: Sequence[View], minimum: int) -> bool:
    """Whether several publications give something away together; the newest comes last."""
    *earlier, now = views
    if any(_may_hold(now, each) or _may_hold(each, now) for each in earlier):
        return True
    return any(_System(views, minimum, made).tells() for made in regroupings(views))


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
        self._ranges: dict[Key, Range] = {}
        self._secret: dict[Key, None] = {}
        self._views = [view for view in views if view.parts]
        for view in self._views:
            for key, part in zip(keys(view), (*view.parts, Part("", view.rest, "", None)), strict=False):
                self._add(key, part, secret=part.is_secret(minimum))
        self._wholes = [(_together(self._terms(key) for key in keys(view)), view) for view in self._views]
        sums = [Sum(terms, view.whole) for terms, view in self._wholes]
        self._sums = [*sums, *(Sum(self._terms(key), self._ranges[key]) for key in made)]
        self._plain = {key: within for key, within in self._ranges.items() if key not in made}

    def _add(self, key: Key, part: Part, *, secret: bool) -> None:
        low, high = self._ranges.get(key, (0, key[1]))
        if part.told is not None:
            low, high = max(low, part.told[0]), min(high, part.told[1])
            if not part.bound:
                self._out.add(key)
        self._ranges[key] = (low, high)
        if secret:
            self._secret[key] = None

    def _terms(self, key: Key) -> Counter[Key]:
        """What a part is made up of; itself, if nothing is known of that."""
        return _together(map(self._terms, self._made[key])) if key in self._made else Counter([key])

    def tells(self) -> bool:
        """Whether a part that is secret can be worked out. From what cannot be true, nothing can."""
        shares = {view.is_share for view in self._views}
        if True in shares and not (self._made and not fits(self._plain, self._sums)) and self._tells_a_count():
            return True
        return False in shares and self._tells_a_figure()

    def _tells_a_count(self) -> bool:
        """Whether a count that must stay possible is not, for any of those that are secret."""
        return any(
            not fits(self._plain, [*self._sums, Sum(self._terms(key), (count, count))])
            for key in self._hidden()
            for count in range(self._ranges[key][0], self._ranges[key][1] + 1)
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
