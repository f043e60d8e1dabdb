"""Messy spreadsheets by chance: nothing is lost, nothing invented, every line accounted for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.documents.document import parse
from syncd.importing.bringing import Brought, bring, existing
from syncd.importing.importer import Settings, propose
from syncd.plan.fitting import fitted
from syncd.plan.model import Action, Kpi, Plan, Project, State, Work
from tests.importing.messy import District, Fact

SEEDS = st.integers(min_value=0, max_value=2**32)


def imported(district: District) -> tuple[Brought, Plan, list[list[int]]]:
    """What comes of a district's file, the plan that is written, and the lines that hold anything."""
    name, held, lines = district.file()
    done = bring(propose(held, name, Settings()), Settings(), None)
    plan = fitted(parse(done.text, file="plan.toml", ending=".toml")).plan
    assert plan is not None
    return done, plan, lines


def told(plan: Plan) -> Counter[tuple[Any, ...]]:
    """The items of a plan with all that the corpus says of them."""
    found: Counter[tuple[Any, ...]] = Counter()
    for placed in plan.walk():
        item = placed.item
        above = tuple(plan.items[id_].item.title for id_ in placed.path)
        work = (item.start, item.due, item.state.value) if isinstance(item, Work) else None
        kpi = None
        if isinstance(item, Kpi):
            baseline = item.baseline and (item.baseline.value, item.baseline.on)
            target = item.target and (item.target.value, item.target.on)
            readings = tuple((each.value, each.on) for each in item.readings)
            kpi = (baseline, target, tuple((each.on, each.value) for each in item.interim), readings)
        owner = item.owner if isinstance(item, Kpi | Action | Project) else None
        found[above, placed.tier.value, item.title, owner, work, kpi] += 1
    return found


def meant(district: District) -> Counter[tuple[Any, ...]]:
    """The items of a district as they are meant."""
    found: Counter[tuple[Any, ...]] = Counter()
    for goal in district.goals:
        for above, fact in goal.walk():
            found[above, fact.tier, fact.title, fact.owner, _work(fact), _kpi(fact)] += 1
    return found


def _work(fact: Fact) -> tuple[Any, ...] | None:
    if fact.tier not in ("action", "project"):
        return None
    return fact.start, fact.due, fact.state or State.ACTIVE.value


def _kpi(fact: Fact) -> tuple[Any, ...] | None:
    if fact.tier != "kpi":
        return None
    return fact.baseline, fact.target, tuple(fact.interim.items()), (fact.reading,) if fact.reading else ()


def without_unknown(items: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Not known and not there are the same."""

    def plain(kpi: Any) -> Any:
        if kpi is None:
            return None
        marks = [None if mark is None or mark[0] is None else mark for mark in kpi[:2]]
        return (*marks, *kpi[2:])

    out: Counter[tuple[Any, ...]] = Counter()
    for (*rest, kpi), many in items.items():
        out[(*rest, plain(kpi))] += many
    return out


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_nothing_is_lost_and_nothing_invented(seed: int) -> None:
    """The plan holds the items that the sheets hold, with the very same figures, days, owners and states."""
    district = District(seed)
    _, plan, _ = imported(district)
    found, wanted = without_unknown(told(plan)), without_unknown(meant(district))
    assert found - wanted == Counter()
    assert wanted - found == Counter()


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_every_line_is_accounted_for(seed: int) -> None:
    """Each line that holds anything once, and no other; the report adds up."""
    district = District(seed)
    done, _, lines = imported(district)
    accounts = Counter((each.place, each.line) for each in done.imported.found.accounts)
    places = sorted({place for place, _ in accounts})
    assert sorted(accounts.elements()) == sorted(
        (place, line) for place, numbers in zip(places, lines, strict=True) for line in numbers
    )
    report = done.imported.report()["lines"]
    assert report["read"] == report["used"] + report["skipped"] + report["unreadable"] == len(list(accounts.elements()))


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_the_same_sheet_again_changes_nothing(seed: int) -> None:
    """With the same ids, and with no word of change."""
    district = District(seed)
    name, held, _ = district.file()
    proposal = propose(held, name, Settings())
    first = bring(proposal, Settings(), None)
    again = bring(proposal, Settings(), existing(first.text, first.memory, "plan.toml", "memory"))
    assert again.update is not None
    assert not again.update.writes
    assert (again.update.kept, again.update.gone) == ([], [])
    assert (again.update.left_out, again.update.renamed) == ([], [])
    assert again.memory == first.memory
