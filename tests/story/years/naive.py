"""Every figure of a scorecard a second time, from the plan's file and the board alone, one rule after the other.

Written from docs/scorecard.md; nothing of syncd computes here. What is shared with it is the model of a plan's KPI, by
which words become figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

from syncd.plan.model import Kpi, Reading
from tests.progress.naive import START, counted, due_at, goes, in_steps, naive, told, way

OUT = ("cancelled", "deferred")
STRICT = ("cancelled", "deferred", "on_hold", "active")
KNOWN = ("missed", "off_track", "at_risk", "on_track", "achieved")


@dataclass(frozen=True)
class Seen:
    """What the board says of an item's task. `steps` are (done, all) of those below it, where these count."""

    url: str
    done: bool
    due: date | None
    steps: tuple[int, int] | None = None
    gone: bool = False

    @property
    def share(self) -> Fraction:
        """How much of it is done."""
        if self.done or not self.steps or not self.steps[1]:
            return Fraction(int(self.done))
        return Fraction(*self.steps)


@dataclass(frozen=True)
class Piece:
    """A piece of work as it stands."""

    item: Mapping[str, Any]
    state: str
    share: Fraction | None
    due: date | None
    late: bool
    expected: Fraction | None
    unlinked: bool

    @property
    def counts(self) -> bool:
        """Whether it belongs into a mean."""
        return self.state not in OUT

    @property
    def done(self) -> bool:
        """Whether it counts and is done."""
        return self.counts and self.share == 1


@dataclass(frozen=True)
class Mean:
    """A weighted mean with its parts: (id, weight, share, expected, whether it counts)."""

    parts: tuple[tuple[str, Fraction, Fraction | None, Fraction | None, bool], ...]
    leaves: tuple[str, ...]

    @cached_property
    def _known(self) -> list[tuple[Fraction, Fraction, Fraction | None]]:
        return [(weight, share, due) for _, weight, share, due, counts in self.parts if counts and share is not None]

    @cached_property
    def share(self) -> Fraction | None:
        """The mean, None where nothing is known."""
        whole = sum(weight for weight, _, _ in self._known)
        return sum((weight * share for weight, share, _ in self._known), Fraction(0)) / whole if whole else None

    @property
    def coverage(self) -> Fraction:
        """The part of the counted weight whose share is known."""
        every = sum((weight for _, weight, _, _, counts in self.parts if counts), Fraction(0))
        return sum((weight for weight, _, _ in self._known), Fraction(0)) / every if every else Fraction(0)

    @property
    def expected(self) -> Fraction | None:
        """Where what is known should stand; what has no day stands where it stands."""
        whole = sum(weight for weight, _, _ in self._known)
        if not whole or all(due is None for _, _, due in self._known):
            return None
        return (
            sum((weight * (share if due is None else due) for weight, share, due in self._known), Fraction(0)) / whole
        )

    @property
    def complete(self) -> bool:
        """Whether all that counts is known to be done."""
        return self.share == 1 and self.coverage == 1


@dataclass
class Naive:
    """A plan, as its file holds it with all readings, and a board, on a day."""

    plan: Mapping[str, Any]
    board: Mapping[str, Seen]
    day: date
    adopted: set[str] = field(default_factory=set)
    public: set[str] = field(default_factory=set)
    pieces: dict[str, Piece] = field(default_factory=dict)
    actions: dict[str, Mean] = field(default_factory=dict)
    kpis: dict[str, Mean] = field(default_factory=dict)

    def __post_init__(self) -> None:
        head = self.plan["plan"]
        for goal in self.plan["goals"]:
            self._place(goal, head.get("status", "adopted"), head.get("audience", "internal"))
        for goal in self.plan["goals"]:
            for action in actions_of(goal):
                if action["id"] in self.adopted:
                    self._roll(action)
        for goal in self.plan["goals"]:
            for kpi, above in [*kpis_of(goal), *((rail, ()) for rail in goal.get("guardrails", ()))]:
                if kpi["id"] in self.adopted:
                    self.kpis[kpi["id"]] = self._mean(drivers(kpi, above))

    def _place(self, item: Mapping[str, Any], status: str, audience: str) -> None:
        order = ("draft", "in_review", "adopted")
        status = min(item.get("status", status), status, key=order.index)
        audience = item.get("audience", audience)
        if status == "adopted":
            self.adopted.add(item["id"])
            if audience == "public":
                self.public.add(item["id"])
        for tier in ("outcomes", "kpis", "guardrails", "actions", "projects"):
            for below in item.get(tier, ()):
                self._place(below, status, audience)

    # Work

    def _roll(self, action: Mapping[str, Any]) -> None:
        projects = [each for each in action.get("projects", ()) if each["id"] in self.adopted]
        linked = any(each["id"] in self.board for each in projects)
        for work in projects or [action]:
            self.pieces[work["id"]] = self._piece(work, action, linked=linked)
        parts = [self._part(each["id"], weight_of(each)) for each in projects]
        names = tuple(each["id"] for each in projects) or (action["id"],)
        self.actions[action["id"]] = Mean(tuple(parts or [self._part(action["id"], Fraction(1))]), names)

    def _piece(self, work: Mapping[str, Any], action: Mapping[str, Any], *, linked: bool) -> Piece:
        state = min(work.get("state", "active"), action.get("state", "active"), key=STRICT.index)
        seen = self.board.get(work["id"])
        share = seen.share if seen else Fraction(0) if linked and state == "on_hold" else None
        due = (seen and seen.due) or day_of(work.get("due")) or day_of(action.get("due"))
        if state not in OUT:
            if seen and seen.gone:
                state = "gone"
            elif share == 1:
                state = "done"
        rests = state in (*OUT, "on_hold") or (seen is None and share is None)
        return Piece(
            item=work,
            state=state,
            share=None if state == "cancelled" else share,
            due=due,
            late=due is not None and due < self.day and share != 1 and not rests,
            expected=self._due_share(work.get("start") or action.get("start"), due, seen, share),
            unlinked=seen is None,
        )

    def _due_share(
        self, start: str | None, due: date | None, seen: Seen | None, share: Fraction | None
    ) -> Fraction | None:
        if due is None:
            return None
        if self.day > due:
            return Fraction(1)
        gradual = (seen and seen.steps and seen.steps[1]) or (share is not None and 0 < share < 1)
        begins = day_of(start)
        if not gradual or begins is None or self.day <= begins:
            return Fraction(0)
        return Fraction((self.day - begins).days, (due - begins).days)

    def _part(self, name: str, weight: Fraction) -> tuple[str, Fraction, Fraction | None, Fraction | None, bool]:
        piece = self.pieces[name]
        return name, weight, piece.share, piece.expected, piece.counts

    def _mean(self, names: Mapping[str, Fraction]) -> Mean:
        parts: list[tuple[str, Fraction, Fraction | None, Fraction | None, bool]] = []
        leaves: list[str] = []
        for name, weight in names.items():
            if action := self.actions.get(name):
                parts.append((name, weight, action.share, action.expected, any(part[4] for part in action.parts)))
                leaves += action.leaves
            elif name in self.pieces:
                parts.append(self._part(name, weight))
                leaves.append(name)
        return Mean(tuple(parts), tuple(dict.fromkeys(leaves)))

    def work(self, leaves: Iterable[str]) -> dict[str, int]:
        """Pieces of work counted."""
        found = [self.pieces[name] for name in leaves]
        states = [piece.state for piece in found]
        cancelled = states.count("cancelled")
        return {
            "total": len(found) - cancelled,
            "done": sum(piece.done for piece in found),
            "cancelled": cancelled,
            "on_hold": states.count("on_hold"),
            "deferred": states.count("deferred"),
            "overdue": sum(piece.late for piece in found),
        }

    def _work_pace(self, mean: Mean | None, piece: Piece | None, state: str, start: date | None) -> str:
        if state in ("cancelled", *OUT, "on_hold"):
            return "retired" if state == "cancelled" else "paused"
        share = mean.share if mean else piece.share if piece else None
        expected = mean.expected if mean else piece.expected if piece else None
        if piece and piece.late:
            return "not_measured" if share is None else "off_track"
        if share is None:
            return "not_measured"
        if mean.complete if mean else share == 1:
            return "achieved"
        if share == 0 and not expected and not (start and self.day >= start):
            return "not_started"
        return "no_target" if expected is None else self.by_gap((expected - share) * 100)

    def by_gap(self, gap: Fraction) -> str:
        """The state for a gap in points."""
        rule = self.plan["plan"].get("pace", {"on_track": 10, "at_risk": 25})
        if gap <= Fraction(str(rule["on_track"])):
            return "on_track"
        return "at_risk" if gap <= Fraction(str(rule["at_risk"])) else "off_track"

    # The scorecard

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

    def project_pace(self, name: str) -> str:
        """How a project stands by its dates."""
        action = next(
            each
            for goal in self.plan["goals"]
            for each in actions_of(goal)
            if name in map_ids(each.get("projects", ()))
        )
        project = next(each for each in action["projects"] if each["id"] == name)
        start = day_of(project.get("start")) or day_of(action.get("start"))
        return self._work_pace(None, self.pieces[name], self.pieces[name].state, start)


HIDDEN = "Title not published"


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


def map_ids(items: Iterable[Mapping[str, Any]]) -> set[str]:
    """Their ids."""
    return {each["id"] for each in items}


def limit(direction: str) -> str:
    """A guardrail leads nowhere: it is a limit."""
    return {"increase": "at_least", "decrease": "at_most"}.get(direction, direction)


def number(value: Decimal | Fraction | None) -> int | float | None:
    """As JSON has it: whole figures whole, all others with six digits."""
    if value is None:
        return None
    exact = Fraction(value)
    return int(exact) if exact.denominator == 1 else round(float(exact), 6)


def day_of(text: Any) -> date | None:
    """A day as the plan's file has it."""
    return date.fromisoformat(str(text)) if text and str(text)[0].isdigit() else None


def weight_of(item: Mapping[str, Any]) -> Fraction:
    """What an item weighs."""
    return Fraction(str(item.get("weight", 1)))


def actions_of(goal: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All actions below a goal, its own first."""
    yield from goal.get("actions", ())
    for outcome in goal.get("outcomes", ()):
        yield from outcome.get("actions", ())


def kpis_of(goal: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]]:
    """Each KPI below a goal with what stands above it, the nearest first."""
    for kpi in goal.get("kpis", ()):
        yield kpi, (goal,)
    for outcome in goal.get("outcomes", ()):
        for kpi in outcome.get("kpis", ()):
            yield kpi, (outcome, goal)


def drivers(kpi: Mapping[str, Any], above: tuple[Mapping[str, Any], ...]) -> dict[str, Fraction]:
    """What drives a KPI: what it names, else the actions of its outcome, else those of its goal, else all below it."""
    if named := kpi.get("driven_by"):
        each = [{"id": one} if isinstance(one, str) else one for one in named]
        return {one["id"]: weight_of(one) for one in each}
    for item in above:
        if own := item.get("actions"):
            return {action["id"]: weight_of(action) for action in own}
    if len(above) == 1:
        return {action["id"]: weight_of(action) for action in actions_of(above[0])}
    return {}


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
