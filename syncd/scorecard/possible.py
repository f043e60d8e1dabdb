"""Whether unknown whole numbers can be what somebody guesses, given what is known of their sums. Pure.

Exact, but bounded: where an answer would take too long, it is no, whichever way it was asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

Range = tuple[int, int]
"""The least and the most that a number may be, both included."""
_STEPS: Final = 400
"""Cases that are told apart before an answer is given up."""
_ROUNDS: Final = 40
"""How often ranges are narrowed by each other before two cases are told apart."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What is known of a sum: how often each number is in it, and its range."""

    times: Mapping[Any, int]
    range: Range


def fits(ranges: Mapping[Any, Range], sums: Sequence[Sum]) -> bool:
    """Whether some whole numbers within their ranges have sums within theirs; no, where that takes long to find out."""
    return _tried(ranges, sums) is True


def impossible(ranges: Mapping[Any, Range], sums: Sequence[Sum]) -> bool:
    """Whether no whole numbers within their ranges have sums within theirs; no, where that takes long to find out."""
    return _tried(ranges, sums) is False


def _tried(ranges: Mapping[Any, Range], sums: Sequence[Sum]) -> bool | None:
    """Whether some numbers fit; None where that takes long to find out."""
    held, equations = _together(ranges, sums)
    cases, steps = [held], 0
    while cases and steps < _STEPS:
        steps += 1
        found = _narrowed(cases.pop(), equations)
        if found is None:
            continue
        wide = [at for at, (low, high) in enumerate(found) if low < high]
        if not wide or _absorbed(found, equations):
            return True
        split = min(wide, key=lambda at: found[at][1] - found[at][0])
        low, high = found[split]
        middle = (low + high) // 2
        halves = ((middle + 1, high), (low, middle))
        cases += [[half if at == split else each for at, each in enumerate(found)] for half in halves]
    return None if cases else False


def determined(sums: Sequence[Mapping[Hashable, int]], asked: Mapping[Hashable, int]) -> bool:
    """Whether a sum of numbers without ranges follows from other sums of them, be they what they may."""
    return _rank([*sums, asked]) == _rank(sums)


_Equation = tuple[tuple[tuple[int, int], ...], Range]
"""The numbers in a sum by their place, each with how often it is in it, and the sum's range."""


def _together(ranges: Mapping[Any, Range], sums: Sequence[Sum]) -> tuple[list[Range], list[_Equation]]:
    """Numbers that are in the same sums are as good as one with the range of all of them."""
    alike: dict[tuple[int, ...], Range] = {}
    for name, (low, high) in ranges.items():
        sign = tuple(each.times.get(name, 0) for each in sums)
        # Of what is in a sum more than once not every whole number comes about: it stays by itself.
        key = sign if max(sign, default=0) <= 1 else (*sign, len(alike))
        least, most = alike.get(key, (0, 0))
        alike[key] = (least + low, most + high)
    signs = list(alike)
    equations = [
        (tuple((at, sign[row]) for at, sign in enumerate(signs) if sign[row]), each.range)
        for row, each in enumerate(sums)
    ]
    return list(alike.values()), equations


def _narrowed(ranges: Sequence[Range], equations: Sequence[_Equation]) -> list[Range] | None:
    """The ranges as far as the sums leave them; None where nothing is left of one."""
    found = list(ranges)
    for _ in range(_ROUNDS):
        before = list(found)
        for terms, (least, most) in equations:
            low = sum(found[at][0] * times for at, times in terms)
            high = sum(found[at][1] * times for at, times in terms)
            if low > most or high < least:
                return None
            for at, times in terms:
                down, up = found[at]
                others_low, others_high = low - down * times, high - up * times
                found[at] = (max(down, -((others_high - least) // times)), min(up, (most - others_low) // times))
                if found[at][0] > found[at][1]:
                    return None
                low, high = others_low + found[at][0] * times, others_high + found[at][1] * times
        if found == before:
            break
    return found


def _absorbed(ranges: Sequence[Range], equations: Sequence[_Equation]) -> bool:
    """Whether some choice, each number as low as may be but for one to fill each sum, keeps to all of them."""
    chosen = [low for low, _ in ranges]
    for terms, (least, _) in equations:
        missing = least - sum(chosen[at] * times for at, times in terms)
        for at, times in terms:
            room = min(max(0, -(-missing // times)), ranges[at][1] - chosen[at])
            chosen[at] += room
            missing -= room * times
    return all(least <= sum(chosen[at] * times for at, times in terms) <= most for terms, (least, most) in equations)


def _rank(rows: Iterable[Mapping[Hashable, int]]) -> int:
    """How many of the sums say something that the others do not."""
    done: list[dict[Hashable, Fraction]] = []
    for given in rows:
        row: dict[Hashable, Fraction] = defaultdict(Fraction, {name: Fraction(times) for name, times in given.items()})
        for each in done:
            first = next(iter(each))
            if factor := row.get(first, Fraction(0)) / each[first]:
                for name, times in each.items():
                    row[name] -= factor * times
        if left := {name: times for name, times in row.items() if times}:
            done.append(left)
    return len(done)
