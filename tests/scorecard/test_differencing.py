"""Whole histories of small districts, and somebody who kept every published file and knows who went to which school.

What they find out of a small school, they must know from one figure of the district alone, or from before the school
was ever named.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncd.plan.model import Audience, Reading, Scope
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.data import as_json
from syncd.scorecard.earlier import About, View
from syncd.scorecard.suppression import Disclosed
from tests.progress.plans import kpi, plan

DAY = date(2026, 5, 1)
MINIMUM = 5
Pupils = frozenset[int]
"""Those who are always together: nobody moves from one school to another without the others."""
Known = tuple[Pupils, int, int]
"""Of some pupils, the fewest and the most that may have passed."""


@dataclass(frozen=True)
class District:
    """What is true when something is published: who is in which school or in none, how many of how many passed."""

    schools: Mapping[str, Pupils] = field(default_factory=dict)
    rest: Pupils = frozenset()
    passed: tuple[tuple[int, int], ...] = ()
    listed: bool = True
    whole: bool = True
    day: int = 0
    day_of_whole: int = 0

    def entered(self, name: str, *counts: tuple[int, int]) -> District:
        """With a school of new pupils, or with other figures of one that there is."""
        pupils = frozenset(range(len(self.passed), len(self.passed) + len(counts)))
        return replace(self, schools={**self.schools, name: pupils}, passed=(*self.passed, *counts))

    def without(self, *names: str) -> District:
        """With these schools gone, and their pupils."""
        return replace(self, schools={name: held for name, held in self.schools.items() if name not in names})

    def told(self) -> Iterator[tuple[Reading, Pupils]]:
        """The readings of the plan, and whom each is about."""
        if self.listed:
            for name, pupils in self.schools.items():
                yield self._reading(name, pupils, self.day), pupils
        everybody = self.rest.union(*self.schools.values())
        if self.whole and everybody:
            yield self._reading("", everybody, self.day_of_whole), everybody

    def _reading(self, where: str, pupils: Pupils, day: int) -> Reading:
        done, people = (sum(self.passed[each][at] for each in pupils) for at in (0, 1))
        value = round(Decimal(100 * done) / people, 6)
        scope = Scope.SCHOOL if where else Scope.DISTRICT
        return Reading(value=value, on=DAY + timedelta(days=30 * day), scope=scope, where=where, n=people)


# What may happen from one publication to the next


def counted(most: int = 8) -> st.SearchStrategy[tuple[int, int]]:
    """How many of how many passed."""
    return st.integers(1, most).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people)))


def added(draw: st.DrawFn, district: District, fresh: str) -> District:
    """A school came."""
    return district.entered(fresh, *draw(st.lists(counted(), min_size=1, max_size=2)))


def corrected(draw: st.DrawFn, district: District, _fresh: str) -> District:
    """Another figure of a school, perhaps of more people or fewer."""
    name = draw(st.sampled_from(sorted(district.schools)))
    return district.entered(name, draw(counted(12)))


def dropped(draw: st.DrawFn, district: District, _fresh: str) -> District:
    """A school and its pupils are not in the district's figure any more."""
    return district.without(draw(st.sampled_from(sorted(district.schools))))


def unlisted(draw: st.DrawFn, district: District, _fresh: str) -> District:
    """A school is not told by itself any more; its pupils are in the district's figure."""
    name = draw(st.sampled_from(sorted(district.schools)))
    return replace(district.without(name), rest=district.rest | district.schools[name])


def renamed(draw: st.DrawFn, district: District, fresh: str) -> District:
    """One or two schools are called otherwise; alike as they may be."""
    names = sorted(district.schools)
    some = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    called = {name: f"{fresh}{draw(st.integers(0, 9))}{at}" for at, name in enumerate(some)}
    return replace(district, schools={called.get(name, name): held for name, held in district.schools.items()})


def split(draw: st.DrawFn, district: District, fresh: str) -> District:
    """A school became two."""
    several = sorted(name for name, held in district.schools.items() if len(held) > 1)
    if not several:
        return district
    name = draw(st.sampled_from(several))
    first, *others = sorted(district.schools[name])
    two = {f"{fresh}1": frozenset([first]), f"{fresh}2": frozenset(others)}
    return replace(district, schools={**district.without(name).schools, **two})


def merged(draw: st.DrawFn, district: District, fresh: str) -> District:
    """Two schools became one, under the name of one of them or a new one."""
    if len(district.schools) < len(["one", "another"]):
        return district
    one, other = draw(st.lists(st.sampled_from(sorted(district.schools)), min_size=2, max_size=2, unique=True))
    both = district.schools[one] | district.schools[other]
    return replace(
        district, schools={**district.without(one, other).schools, draw(st.sampled_from([one, fresh])): both}
    )


def recounted(draw: st.DrawFn, district: District, _fresh: str) -> District:
    """Another figure of the district, since those in no school did otherwise, as many as they are."""
    passed = list(district.passed)
    for each in district.rest:
        people = passed[each][1]
        passed[each] = (draw(st.integers(0, people)), people)
    fresh = [len(passed) + at for at in range(len(district.rest))]
    corrected = (*district.passed, *(passed[each] for each in sorted(district.rest)))
    return replace(district, rest=frozenset(fresh), passed=corrected)


def schools_listed(_draw: st.DrawFn, district: District, _fresh: str) -> District:
    """All schools were taken out of the plan, or came into it after the district's figure."""
    return replace(district, listed=not district.listed, day=district.day if district.listed else district.day_of_whole)


def moved(draw: st.DrawFn, district: District, _fresh: str) -> District:
    """The day of the district's figure was wrong, or that of the schools', or of both."""
    if not (district.listed and district.whole):
        return district
    return replace(district, day=draw(st.integers(0, 2)), day_of_whole=draw(st.integers(0, 2)))


Step = Callable[[st.DrawFn, District, str], District]
STEPS: Sequence[Step] = (
    added, corrected, corrected, dropped, unlisted, recounted, renamed, split, merged, schools_listed, schools_listed,
    moved
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[District]:
    """Up to four publications of a district with up to five schools."""
    district = District(listed=draw(st.booleans()), whole=draw(st.sampled_from([True, True, False])))
    for name in "ABCDE"[: draw(st.integers(1, 5))]:
        district = district.entered(name, *draw(st.lists(counted(), min_size=1, max_size=2)))
    if draw(st.booleans()):
        district = district.entered("in no school", *draw(st.lists(counted(), min_size=1, max_size=2)))
        district = replace(district.without("in no school"), rest=district.schools["in no school"])
    states = [district]
    for number in range(draw(st.integers(1, 3))):
        after = states[-1]
        step = draw(st.sampled_from(STEPS))
        states.append(step(draw, after, f"N{number}") if after.schools else added(draw, after, f"N{number}"))
    return states


# Whoever kept everything


class Reader:
    """Keeps every published file, and knows whom each figure is about."""

    def __init__(self, *, forgetful: bool = False) -> None:
        self.forgetful = forgetful
        self.record: dict[str, dict[About, list[View]]] = {}
        self.known: list[Known] = []
        self.wholes: list[Known] = []
        self.small: dict[Pupils, list[Known]] = {}
        """The small schools that were ever named, and what was known before."""
        self.people: dict[int, int] = {}

    def read(self, district: District) -> None:
        """What is published of it."""
        self.people.update(enumerate(people for _, people in district.passed))
        held, before = list(district.told()), list(self.known)
        if not held:
            return
        kpi_now = published([reading for reading, _ in held], self.record, forgetful=self.forgetful)
        parts = {part["where"]: part for part in kpi_now.get("parts", ())}
        for reading, pupils in held:
            seen = parts[reading.where] if reading.where else kpi_now
            if seen["measured"] is not None:
                self.known.append((pupils, *ends(seen, reading.n or 0)))
                self.wholes += [] if reading.where else self.known[-1:]
            elif reading.where and (reading.n or 0) < MINIMUM:
                self.small.setdefault(pupils, before)

    def worked_out(self) -> list[Pupils]:
        """The small schools of which all files together say more than the district's figures do one by one."""
        return [
            school
            for school, before in self.small.items()
            if self.possible(school, self.known)
            < self.possible(school, before).intersection(*(self.possible(school, [each]) for each in self.wholes))
        ]

    def possible(self, school: Pupils, known: Sequence[Known]) -> set[int]:
        """How many of a school's pupils may have passed."""
        people = sum(self.people[each] for each in school)
        return {count for count in range(people + 1) if self._fits([*known, (school, count, count)])}

    def _fits(self, known: Sequence[Known]) -> bool:
        """Whether all of it can be true; pupils who are told of together at all times are taken as one."""
        alike: dict[tuple[bool, ...], int] = defaultdict(int)
        for each, people in self.people.items():
            alike[tuple(each in pupils for pupils, _, _ in known)] += people
        return fits(list(alike.items()), [(least, most) for _, least, most in known])


def fits(groups: Sequence[tuple[tuple[bool, ...], int]], left: Sequence[tuple[int, int]]) -> bool:
    """Whether counts of these groups, each in some of the sums, can bring all sums into their ranges: by trying."""
    rest = [sum(people for within, people in groups if within[at]) for at in range(len(left))]
    if any(most < 0 or least > many for (least, most), many in zip(left, rest, strict=True)):
        return False
    if not groups:
        return True
    (within, people), *others = groups
    return any(
        fits(others, [(least - count * at, most - count * at) for (least, most), at in zip(left, within, strict=True)])
        for count in range(people + 1)
    )


def published(
    readings: Sequence[Reading], record: dict[str, dict[About, list[View]]], *, forgetful: bool = False
) -> dict[str, Any]:
    """The KPI in the published file."""
    held = plan(kpis=(kpi(readings=tuple(readings)),), audience=Audience.PUBLIC, minimum_group=MINIMUM)
    shown, day = Disclosed(held, {} if forgetful else record), DAY + timedelta(days=200)
    for name, news in shown.tellings(day).items():
        for about, views in news.items():
            record.setdefault(name, {}).setdefault(about, []).extend(views)
    card = build_scorecard(held, {}, audience=Audience.PUBLIC, as_of=day, tool_read_at=None, shown=shown)
    [found] = json.loads(json.dumps(as_json(card)))["goals"][0]["outcomes"][0]["kpis"]
    return dict(found)


def ends(seen: Mapping[str, Any], people: int) -> tuple[int, int]:
    """The fewest and the most of so many people that a figure in a file may stand for."""
    exact = Fraction(str(seen["measured"])) * people / 100
    bound = seen.get("measured_bound")
    if bound is None:
        return round(exact), round(exact)
    return (ceil(exact), people) if bound == "at_least" else (0, floor(exact))


@given(histories())
def test_no_small_school_is_worked_out_from_all_files(states: list[District]) -> None:
    """Whatever came, went, was corrected, renamed, split, merged or moved, and whatever was told first."""
    reader = Reader()
    for district in states:
        reader.read(district)
    assert reader.worked_out() == []


def test_who_keeps_no_record_gives_a_small_school_away() -> None:
    """The reader does find it: first the district alone, then its schools and one more."""
    schools = District(listed=False).entered("Elm", (30, 60)).entered("Ash", (16, 40))
    careless, careful = Reader(forgetful=True), Reader()
    for reader in (careless, careful):
        reader.read(schools)
        reader.read(replace(schools.entered("Oak", (2, 4)), listed=True))
    assert careless.worked_out() == [frozenset([2])]
    assert careful.worked_out() == []
