"""Why shares of work moved between two days, by a naive calculation: what came, what went, what was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.story.years.naive import Naive
from tests.story.years.work import Mean

Moved = dict[str, tuple[str, str, tuple[str, ...]]]
"""By item: what it was and is in words, and why."""
_WORDS = {"cancelled": "cancelled", "deferred": "put off"}


def moves(before: Naive, after: Naive) -> Moved:
    """All shares of KPIs and actions that are not what they were. Edits of the plan count from the later day on."""
    known = {item["id"] for item in items(before.plan)}
    names = {name: item["id"] for item in items(after.plan) for name in item.get("was", ()) if name in known}
    found = {}
    for kind in ("kpis", "actions"):
        for name, new in getattr(after, kind).items():
            old = getattr(before, kind).get({now: was for was, now in names.items()}.get(name, name))
            if old is not None and old.share != new.share:
                why = tuple(_reasons(before, after, names, kind, name))
                found[name] = (percent(old), percent(new), why)
    return found


def _reasons(before: Naive, after: Naive, names: dict[str, str], kind: str, item: str) -> Iterator[str]:
    olds = {now: was for was, now in names.items()}
    old, new = getattr(before, kind)[olds.get(item, item)], getattr(after, kind)[item]
    there = {names.get(name, name) for name in old.leaves}
    was = {names.get(name, name) for name in old.leaves if before.pieces[name].counts}
    now = {name for name in new.leaves if after.pieces[name].counts}
    scope = list(_scope(before, after, olds, (there, was), (set(new.leaves), now)))
    if not scope and _weights(old, names) != _weights(new, {}):
        scope = ["weights changed"]
    yield from scope
    if scope:
        here = {item["id"] for item in items(after.plan)}
        board = {olds.get(name, name): seen for name, seen in after.board.items() if name in here}
        unmoved = getattr(Naive(before.plan, {**before.board, **board}, after.day), kind)[olds.get(item, item)]
        if unmoved.share != new.share:
            yield f"with the work as it was before it would be {percent(unmoved)}"
    both = [(before.pieces[olds.get(name, name)].done, after.pieces[name].done) for name in was & now]
    if done := both.count((False, True)):
        yield f"{done} more done"
    if opened := both.count((True, False)):
        yield f"{opened} opened again"


def _scope(
    before: Naive, after: Naive, olds: dict[str, str], old: tuple[set[str], set[str]], new: tuple[set[str], set[str]]
) -> Iterator[str]:
    """What came and what went, with the day; what was only moved within the plan has none."""
    (there, was), (here, now), on = old, new, f" on {words(after.day)}"
    came = now - was
    added = {name for name in came if olds.get(name, name) not in before.pieces}
    again = came & there - added
    for verb, many, when in (
        ("added", len(added), on),
        ("taken up again", len(again), on),
        ("counted in", len(came - added - again), ""),
    ):
        if many:
            yield f"{projects(many)} {verb}{when}"
    went: dict[str, int] = {}
    for name in sorted(was - now):
        piece = after.pieces.get(name)
        gone = "taken out of the plan" if piece is None else "no longer counted here"
        verb = _WORDS.get(piece.state, gone) if piece is not None and name in here else gone
        went[verb] = went.get(verb, 0) + 1
    for verb, many in went.items():
        yield f"{projects(many)} {verb}{'' if verb == 'no longer counted here' else on}"


def _weights(mean: Mean, names: dict[str, str]) -> dict[str, Fraction]:
    whole = sum((part[1] for part in mean.parts), Fraction(0)) or Fraction(1)
    return {names.get(part[0], part[0]): part[1] / whole for part in mean.parts}


def items(plan: Any) -> Iterator[dict[str, Any]]:
    """Every item of a plan."""
    for several in plan.values() if isinstance(plan, dict) else ():
        for item in several if isinstance(several, list) else ():
            if isinstance(item, dict) and "title" in item:
                yield item
                yield from items(item)


def percent(mean: Mean) -> str:
    """A share as people read it: half up, 100 only at the end, 0 only at the start."""
    if mean.share is None:
        return "–"
    exact = mean.share * 100
    whole = int((Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP))
    if whole >= 100 and not mean.complete:
        whole = 99
    return "under 1 %" if whole == 0 and exact > 0 else f"{whole} %"


def projects(number: int) -> str:
    """So many projects."""
    return f"{number} project{'' if number == 1 else 's'}"


def words(day: date) -> str:
    """A day in words."""
    return f"{day.day} {day:%B %Y}"
