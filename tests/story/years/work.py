"""The work of a plan rolled up a second time, from the plan's file and the board alone, one rule after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

OUT = ("cancelled", "deferred")
STRICT = ("cancelled", "deferred", "on_hold", "active")


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
class Work:
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
        return {
            "total": sum(piece.counts for piece in found),
            "done": sum(piece.done for piece in found),
            "cancelled": states.count("cancelled"),
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


def map_ids(items: Iterable[Mapping[str, Any]]) -> set[str]:
    """Their ids."""
    return {each["id"] for each in items}
