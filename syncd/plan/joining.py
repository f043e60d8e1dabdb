"""Joins the readings that stand in files of their own to the KPIs that name them."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.network import Network
from syncd.checking import Hints
from syncd.errors import Problem
from syncd.plan import sources
from syncd.plan.checks import Fault, contradicting, differ
from syncd.plan.feeds import Feeds
from syncd.plan.model import Kpi, Plan, Reading
from syncd.plan.readings import Row, read_readings
from syncd.plan.taken import with_readings


def join(
    plan: Plan, place: str, network: Network, until: float, feeds: Feeds
) -> tuple[Plan, list[Fault], list[Problem]]:
    """The plan (which stands at `place`) with all its readings, what is wrong in it, and what is wrong in the files.

    What is at an address must come before `until`, a `sources.deadline`; `feeds` has a copy where it does not.
    """
    kpis = [placed.item for placed in plan.walk() if isinstance(placed.item, Kpi) and placed.item.readings_from]
    held: dict[str, dict[str, tuple[Reading, ...]]] = {}
    faults: list[Fault] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(str(kpi.readings_from) for kpi in kpis):
        named = [kpi.id for kpi in kpis if kpi.readings_from == name]
        at = sources.beside(place, name)
        try:
            rows, wrong = read_readings(feeds.read(at, network, place, until), at)
        except sources.NoText as error:
            faults += [(kpi, "readings_from", str(error)) for kpi in named]
            continue
        if not wrong:
            feeds.good(at)
        by_kpi: dict[str, list[Row]] = {}
        for row in rows:
            by_kpi.setdefault(row.kpi, []).append(row)
        problems += [*wrong, *_strangers(rows, named, plan, at)]
        held[name] = {}
        for kpi in (kpi for kpi in kpis if kpi.readings_from == name):
            its = by_kpi.get(kpi.id, []) + (by_kpi.get("", []) if len(named) == 1 else [])
            problems += _contradictions(kpi, its, at)
            held[name][kpi.id] = tuple(row.reading for row in its)
    return with_readings(plan, lambda kpi: held.get(str(kpi.readings_from), {}).get(kpi.id, ())), faults, problems


def _strangers(rows: list[Row], named: list[str], plan: Plan, at: str) -> list[Problem]:
    """A problem for each row that would be lost, because no KPI takes it."""
    problems = []
    takers, hints = frozenset(named), Hints(named)
    for row in rows:
        if row.kpi and row.kpi not in takers:
            known = row.kpi in plan.items
            words = f"“{row.kpi}” does not name this file; add readings_from to it" if known else None
            words = words or f"there is no KPI “{row.kpi}” that names this file{hints.near(row.kpi)}"
            problems.append(Problem(at, words, row.line, "kpi"))
        elif not row.kpi and len(named) > 1:
            problems.append(Problem(at, f"which KPI is it? {', '.join(named)} name this file", row.line, "kpi"))
    return problems


def _contradictions(kpi: Kpi, rows: list[Row], at: str) -> Iterator[Problem]:
    """A problem for each row that says something else than the plan, or than a row above it."""
    readings = [*kpi.readings, *(row.reading for row in rows)]
    for before, number in contradicting(readings):
        if number >= len(kpi.readings):
            above = before - len(kpi.readings)
            where = "the other stands in the plan" if above < 0 else f"the other is in line {rows[above].line}"
            words = f"{differ(readings[before], readings[number])}; {where}"
            yield Problem(at, words, rows[number - len(kpi.readings)].line, "value")
