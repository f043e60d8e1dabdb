"""Every figure of a scorecard a second time, from the plan's file and the board alone, one rule after the other.

Written from docs/scorecard.md; nothing of syncd computes here. What is shared with it is the model of a plan's KPI, by
which words become figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from syncd.plan.model import Kpi, Reading
from tests.progress.naive import START, counted, due_at, goes, in_steps, naive, told, way
from tests.story.years.work import Mean, Work, actions_of, day_of

KNOWN = ("missed", "off_track", "at_risk", "on_track", "achieved")
HIDDEN = "Title not published"


class Naive(Work):
    """The scorecard of a plan and a board on a day."""

    def card(self, *, public: bool) -> dict[str, Any]:
        """What `syncd scorecard --format json` is to print."""
        goals = [self._goal(goal, number, public=public) for number, goal in enumerate(self.plan["goals"], 1)]
        return {"plan": self.plan["plan"]["id"], "as_of": self.day.isoformat(), "goals": [g for g in goals if g]}

    def _goal(self, goal: Mapping[str, Any], number: int, *, public: bool) -> dict[str, Any]:
        shown = self.public if public else self.adopted
        outcomes: list[dict[str, Any]] = []
        if bare := self._views(goal.get("kpis", ()), public=public):
            outcomes.append({"id": "", "title": "", "kpis": [view for view, _ in bare], "together": None})
        stands = [stand for _, stand in bare]
        for outcome in goal.get("outcomes", ()):
            views = self._views(outcome.get("kpis", ()), public=public)
            if views or outcome["id"] in shown:
                here = outcome["id"] in shown
                named = {"id": outcome["id"] if here else "", "title": outcome["title"] if here else HIDDEN}
                kpis = [view for view, _ in views]
                outcomes.append({**named, "kpis": kpis, "together": together(stand for _, stand in views)})
            stands += [stand for _, stand in views]
        rails = [view for view, _ in self._views(goal.get("guardrails", ()), public=public, rail=True)]
        actions = [self._action(action, shown, public=public) for action in actions_of(goal) if action["id"] in shown]
        if goal["id"] not in shown and not (outcomes or rails or actions):
            return {}
        found = {
            "id": goal["id"] if goal["id"] in shown else f"goal-{number}",
            "title": goal["title"] if goal["id"] in shown else HIDDEN,
            "outcomes": outcomes,
            "actions": actions,
            "together": together(stands),
        }
        return found | ({"guardrails": rails} if rails else {})

    def _views(
        self, kpis: Iterable[Mapping[str, Any]], *, public: bool, rail: bool = False
    ) -> list[tuple[dict[str, Any], tuple[str, str | None]]]:
        shown = self.public if public else self.adopted
        return [self._kpi(kpi, public=public, rail=rail) for kpi in kpis if kpi["id"] in shown]

    def _kpi(
        self, given: Mapping[str, Any], *, public: bool, rail: bool
    ) -> tuple[dict[str, Any], tuple[str, str | None]]:
        rule = self.plan["plan"].get("pace", {})
        kpi, mean = Kpi.model_validate({"pace": rule, **given}), self.kpis[given["id"]]
        if public:
            kpi = kpi.model_copy(update={"readings": tuple(self._published(kpi, each) for each in kpi.readings)})

        start, aim, _ = told(kpi)
        alike, newest = counted(kpi, self.day)
        hidden = self.hidden(public=public)
        found = naive(kpi, self.day, hidden)
        pace = found.pace
        if pace == "no_target" and given.get("kind") == "implementation" and aim is None and not given.get("target"):
            pace = self._by_work(mean)
        veiled = newest is not None and hidden(newest)
        reading = None if veiled else newest
        raw = None
        if reading in alike and reading and reading.value is not None and goes(kpi) and start is not None and aim:
            raw = (Fraction(reading.value) - start) / (aim - start)
        open_ = pace not in ("paused", "retired", "suppressed") and self.day >= START and aim is not None
        view = {
            "id": kpi.id,
            "title": kpi.title,
            "unit": kpi.unit,
            "direction": limit(kpi.direction.value) if rail else kpi.direction.value,
            "baseline": None if veiled else number(start),
            "target": number(aim) if kpi.direction != "between" else None,
            "measured": number(reading.value if reading else None),
            "measured_on": reading.on.isoformat() if reading else None,
            "attainment": number(raw),
            "implementation": number(mean.share),
            "expected": number(due_part(kpi, self.day)) if open_ else None,
            "pace": pace,
            "work": self.work(mean.leaves),
        }
        return view | self._more(given, kpi, view, reading, rail=rail, public=public), (pace, found.was)

    def _more(
        self,
        given: Mapping[str, Any],
        kpi: Kpi,
        view: dict[str, Any],
        reading: Reading | None,
        *,
        rail: bool,
        public: bool,
    ) -> dict[str, Any]:
        """What only some KPIs have."""
        more: dict[str, Any] = {}
        if given.get("kind", "lagging") != "lagging":
            more["kind"] = given["kind"]
        if reading is not None and isinstance(reading.value, Bound):
            more["measured_bound"] = reading.value.side
        if rail:
            stand = {"achieved": "kept", "on_track": "kept", "at_risk": "at_risk"}
            more["guardrail"] = stand.get(view["pace"], "breached" if view["pace"] in ("off_track", "missed") else None)
        if kpi.target and kpi.target.change:
            more["target_change"] = kpi.target.change
        if view["pace"] not in ("retired", "suppressed"):
            more |= self._claim(given, public=public)
        if kpi.target and None not in (kpi.target.low, kpi.target.high):
            more |= {"low": number(kpi.target.low), "high": number(kpi.target.high)}
        return more

    @property
    def minimum(self) -> int:
        """The smallest group that may be shown."""
        return int(self.plan["plan"].get("minimum_group", 10))

    def hidden(self, *, public: bool) -> Callable[[Reading], bool]:
        """Which readings are about too few; in public also a part whose size nobody knows."""

        def is_small(reading: Reading) -> bool:
            if reading.n is None:
                return public and reading.scope != "district"
            return reading.n < self.minimum

        return is_small

    def _published(self, kpi: Kpi, reading: Reading) -> Reading:
        """A reading as everybody may know it: coded near none and all, and hidden where a target lies beyond."""
        people = reading.n
        if people is None and reading.scope == "district":
            schools = [each for each in kpi.readings if each.scope == "school"]
            people = sum(each.n or 0 for each in schools if (each.on, each.window) == (reading.on, reading.window))
        small = people is not None and reading.n is not None and people < self.minimum
        if reading.value is None or not people or kpi.unit != "%" or small:
            return reading
        margin = 1 if people >= 300 else 2 if people >= 100 else 5 if people >= 40 else 10
        aims = [*(mark.value for mark in kpi.interim)]
        if kpi.target:
            aims += [kpi.target.value, kpi.target.low, kpi.target.high]
        known = [aim for aim in aims if aim is not None]
        if reading.value >= 100 - margin:
            beyond, value = any(aim > 100 - margin for aim in known), Bound(100 - margin, "at_least")
        elif reading.value <= margin:
            beyond, value = any(aim < margin for aim in known), Bound(margin, "at_most")
        else:
            return reading
        return reading.model_copy(update={"n": 0} if beyond else {"value": value})

    def _by_work(self, mean: Mean) -> str:
        if mean.share is None:
            return "not_measured"
        if mean.complete:
            return "achieved"
        return "no_target" if mean.expected is None else self.by_gap((mean.expected - mean.share) * 100)

    def _claim(self, item: Mapping[str, Any], *, public: bool) -> dict[str, Any]:
        said = item.get("override")
        if not said or (day_of(said.get("on")) or self.day) > self.day:
            return {}
        offices = self.plan["plan"].get("offices", {})
        by = offices.get(said["by"], "" if public and "@" in said["by"] else said["by"])
        over = date.fromisoformat(said["until"]) < self.day
        return {
            "override": {"state": said["state"], "note": said["note"], "by": by, "until": said["until"], "over": over}
        }

    def _action(self, action: Mapping[str, Any], shown: set[str], *, public: bool) -> dict[str, Any]:
        mean, state = self.actions[action["id"]], action.get("state", "active")
        pace = self._work_pace(mean, None, state, day_of(action.get("start")))
        view = {
            "id": action["id"],
            "title": action["title"],
            "progress": number(mean.share),
            "pace": pace,
            "projects": [
                self._project(each, action, public=public)
                for each in action.get("projects", ())
                if each["id"] in self.pieces and each["id"] in shown
            ],
        }
        return view | (self._claim(action, public=public) if pace != "retired" else {})

    def _project(self, project: Mapping[str, Any], action: Mapping[str, Any], *, public: bool) -> dict[str, Any]:
        piece, seen = self.pieces[project["id"]], self.board.get(project["id"])
        return {
            "id": project["id"],
            "title": project["title"],
            "progress": number(piece.share),
            "done": piece.done,
            "due": piece.due.isoformat() if piece.due else None,
            "url": seen.url if seen and not public else None,
        }


class Bound(Decimal):
    """A percentage of which only an end is told."""

    side: str

    def __new__(cls, value: int, side: str) -> Self:
        """A bound with the end that it is."""
        made = super().__new__(cls, value)
        made.side = side
        return made


def due_part(kpi: Kpi, day: date) -> Fraction | None:
    """The part of a KPI's way that is due on a day."""
    if not goes(kpi) or not (points := way(kpi)):
        return None
    first, last = points[0][1], points[-1][1]
    return (due_at(day, points, step=in_steps(kpi)) - first) / (last - first)


def limit(direction: str) -> str:
    """A guardrail leads nowhere: it is a limit."""
    return {"increase": "at_least", "decrease": "at_most"}.get(direction, direction)


def number(value: Decimal | Fraction | None) -> int | float | None:
    """As JSON has it: whole figures whole, all others with six digits."""
    if value is None:
        return None
    exact = Fraction(value)
    return int(exact) if exact.denominator == 1 else round(float(exact), 6)


def together(stands: Iterable[tuple[str, str | None]]) -> dict[str, Any] | None:
    """How KPIs stand together: by those with a current reading, and what was bad about the others."""
    awaited = [each for each in stands if each[0] not in ("not_started", "paused", "retired")]
    if not awaited:
        return None
    current = [pace for pace, _ in awaited if pace in KNOWN]
    kept = [was for _, was in awaited if was in ("missed", "off_track", "at_risk")]
    known = current + kept
    off = sum(pace in ("missed", "off_track") for pace in known)
    if 2 * len(current) < len(awaited):
        state = "not_enough_data"
    elif off and 3 * off >= len(known):
        state = "off_track"
    else:
        state = "at_risk" if off or "at_risk" in known else "on_track"
    return {"state": state, "current": len(current), "awaited": len(awaited)}
