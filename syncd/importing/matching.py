"""Finds the items of a new version of a sheet in the plan: by their titles, moved, or renamed. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from syncd.importing.tree import Thing, likeness
from syncd.plan.model import Tier

RENAMED: Final = 80.0
"""How alike two titles must be (of 100), for one to be the other's new one."""
_TIERS: Final = (
    (Tier.GOAL,), (Tier.OUTCOME,), (Tier.KPI, Tier.GUARDRAIL), (Tier.ACTION,), (Tier.PROJECT,),
)  # fmt: skip
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Known:
    """An item that the plan holds, or held: `titles` are all that it had, `under` all places where it stood."""

    id: str
    tier: Tier
    titles: tuple[str, ...]
    under: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Renamed:
    """An item that is taken for one that had another title, and how alike the two are (of 100)."""

    id: str
    before: str
    after: str
    likeness: float


def match(things: Iterable[Thing], known: Sequence[Known], distinct: frozenset[str] = frozenset()) -> list[Renamed]:
    """Give the items that are known their ids; which of them are taken for others by new titles.

    Ids that are `distinct` are no other's new names: a person said so.
    """
    by_tier: Mapping[Tier, list[Thing]] = defaultdict(list)
    for thing in things:
        by_tier[thing.tier].append(thing)
    renamed: list[Renamed] = []
    for tiers in _TIERS:
        new = [thing for tier in tiers for thing in by_tier[tier]]
        old = {each.id: each for each in known if each.tier in tiers}
        _alike(new, old)
        _moved(new, old)
        renamed += _renamed(new, {id_: each for id_, each in old.items() if id_ not in distinct})
    return renamed


def _under(thing: Thing) -> str | None:
    return thing.above.id if thing.above else None


def _take(thing: Thing, known: Known, old: dict[str, Known]) -> None:
    thing.id = known.id
    del old[known.id]


def _alike(new: Sequence[Thing], old: dict[str, Known]) -> None:
    """Items with the same title at the same place."""
    places: dict[tuple[str, str | None], list[Known]] = defaultdict(list)
    for each in old.values():
        for title in dict.fromkeys(map(likeness, each.titles)):
            for under in dict.fromkeys(each.under):
                places[title, under].append(each)
    for thing in new:
        found = [each for each in places[likeness(thing.title), _under(thing)] if each.id in old]
        if found and (thing.above is None or thing.above.id):
            _take(thing, found[0], old)


def _moved(new: Sequence[Thing], old: dict[str, Known]) -> None:
    """Items with the same title elsewhere, where no other one has it."""
    titles: dict[str, list[Known]] = defaultdict(list)
    for each in old.values():
        for title in dict.fromkeys(map(likeness, each.titles)):
            titles[title].append(each)
    left: dict[str, list[Thing]] = defaultdict(list)
    for thing in new:
        if not thing.id:
            left[likeness(thing.title)].append(thing)
    for title, things in left.items():
        if len(things) == 1 and len(titles[title]) == 1 and titles[title][0].id in old:
            _take(things[0], titles[title][0], old)


def _renamed(new: Sequence[Thing], old: dict[str, Known]) -> list[Renamed]:
    """Items at the same place whose titles are nearly those of others: the most alike first.

    Titles with other figures in them (grade 3, grade 4) are never the same.
    """
    beside: dict[str | None, list[Known]] = defaultdict(list)
    for each in old.values():
        for under in dict.fromkeys(each.under):
            beside[under].append(each)
    pairs: list[tuple[float, int, str, str]] = []
    for at, thing in enumerate(new):
        if thing.id or (thing.above is not None and not thing.above.id):
            continue
        titles = {(each.id, title): likeness(title) for each in beside[_under(thing)] for title in each.titles}
        found = process.extract(
            likeness(thing.title), titles, scorer=fuzz.token_sort_ratio, score_cutoff=RENAMED, limit=5
        )
        pairs += [(score, at, *key) for _, score, key in found if _figures(key[1]) == _figures(thing.title)]
    out = []
    for score, at, id_, title in sorted(pairs, key=lambda each: (-each[0], each[1])):
        if id_ in old and not new[at].id:
            _take(new[at], old[id_], old)
            out.append(Renamed(id_, title, new[at].title, score))
    return out


def _figures(text: str) -> list[str]:
    return _DIGITS.findall(text)
