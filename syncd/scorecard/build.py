"""The scorecard computed: plan and evidence in, the view model of one audience on one day out. Pure.

A public scorecard holds only what is marked public, and no people, remarks of the tool or addresses in it. Figures that
come from work (shares and counts of a KPI or an action) are the same for every audience.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from syncd.plan.model import Action, Audience, Goal, Item, Kpi, Outcome, Plan, Project, Reading, Status, Target
from syncd.progress.aims import resolved
from syncd.progress.attainment import is_small, series
from syncd.progress.evidence import Evidence
from syncd.progress.leaf import Leaf, WorkState, label_of, stricter
from syncd.progress.pace import Frame, Pace, Verdict, action_pace, pace, work_pace
from syncd.progress.rollup import Line, Rollup, rollup
from syncd.progress.together import Stand, together
from syncd.scorecard.offices import title_of
from syncd.scorecard.outlook import outlook
from syncd.scorecard.parts import next_reading, parts_of
from syncd.scorecard.privacy import UNNAMED, check_public
from syncd.scorecard.sentences import (
    action_sentence,
    claim_sentence,
    corner,
    decimals_of,
    kpi_sentence,
    spread,
    threshold,
    together_sentence,
)
from syncd.scorecard.suppression import Disclosed
from syncd.scorecard.view import (
    ActionView,
    ClaimView,
    GoalView,
    KpiView,
    OutcomeView,
    Point,
    ProjectView,
    Scorecard,
    Win,
)
from syncd.scorecard.words import word

LATELY = timedelta(days=30)
"""How long something finished counts as a recent win."""
MOST_WINS = 8
_SILENT = frozenset({Pace.RETIRED, Pace.SUPPRESSED})
"""Of these nobody says how they stand: they are not followed, or it must not be known."""
HIDDEN_TITLE = "Title not published"
"""Stands where a published item hangs below one that is not."""


def build_scorecard(
    plan: Plan,
    evidence: Mapping[str, Evidence],
    *,
    audience: Audience,
    as_of: date,
    tool_read_at: datetime | None,
    shown: Disclosed | None = None,
    passed: Container[str] = (),
) -> Scorecard:
    """The scorecard of a plan for an audience on a day; readings of later days are not known yet.

    `shown` is what may be told in public of its readings; left out, what may be told where nothing was told before.
    `passed` are the items whose texts somebody has looked at.
    Raises Leak if a public scorecard would hold anything that is not public: it is then not built at all.
    """
    if audience is not Audience.PUBLIC:
        return _Builder(plan, evidence, audience, as_of).card(tool_read_at)
    shown = shown or Disclosed(plan)
    card = _Builder(shown.plan, evidence, audience, as_of).card(tool_read_at)
    check_public(card, shown, passed)
    return card


class _Builder:
    """One scorecard in the making."""

    def __init__(self, plan: Plan, evidence: Mapping[str, Evidence], audience: Audience, as_of: date) -> None:
        self._plan, self._evidence, self._audience, self._as_of = resolved(plan), evidence, audience, as_of
        self._public = audience is Audience.PUBLIC
        self._frame = Frame.of(plan, audience)
        self._rollup: Rollup = rollup(self._plan, evidence, as_of)
        self._verdicts: dict[str, Verdict] = {}

    def card(self, tool_read_at: datetime | None) -> Scorecard:
        """The whole scorecard."""
        goals = tuple(view for number, goal in enumerate(self._plan.goals, 1) if (view := self._goal(goal, number)))
        kpis = [kpi for goal in goals for kpi in _kpis_of(goal)]
        measured = [kpi.measured_on for kpi in kpis if kpi.measured_on is not None]
        measured += [kpi.measured_on for goal in goals for kpi in goal.guardrails if kpi.measured_on is not None]
        named = bool(goals) or not self._public
        return Scorecard(
            plan=self._plan.id,
            title=self._plan.title if named else UNNAMED,
            organization=self._plan.organization if named else "",
            start=self._plan.start,
            end=self._plan.end,
            as_of=self._as_of,
            audience=self._audience,
            tool_read_at=tool_read_at,
            measured_on=max(measured, default=None),
            spread=spread(kpi.pace for kpi in kpis),
            work=self._rollup.count(name for name in self._rollup.leaves if self._shows(name)),
            wins=self._wins(goals),
            goals=goals,
        )

    def _shows(self, item: str) -> bool:
        placed = self._plan.items[item]
        if placed.status is not Status.ADOPTED:
            return False
        return not self._public or placed.audience is Audience.PUBLIC

    def _goal(self, goal: Goal, number: int) -> GoalView | None:
        outcomes = [self._outcome(outcome) for outcome in goal.outcomes]
        bare = self._kpis(goal.kpis, guardrail=False)
        views = [OutcomeView("", "", spread(kpi.pace for kpi in bare), bare)] if bare else []
        views += [view for view in outcomes if view is not None]
        guardrails = self._kpis(goal.guardrails, guardrail=True)
        every = [*goal.actions, *(action for outcome in goal.outcomes for action in outcome.actions)]
        actions = tuple(self._action(action) for action in every if self._shows(action.id))
        shown, below = self._shows(goal.id), together(_stands(kpi for view in views for kpi in view.kpis))
        if not shown and not (views or guardrails or actions):
            return None
        return GoalView(
            id=goal.id if shown else f"goal-{number}",
            title=goal.title if shown else HIDDEN_TITLE,
            spread=spread(kpi.pace for view in views for kpi in view.kpis),
            outcomes=tuple(views),
            guardrails=guardrails,
            actions=actions,
            work=self._rollup.count(self._visible_leaves(every)),
            office=self._office(goal) if shown else "",
            together=below,
            standing=together_sentence(below, (rail.pace for rail in guardrails)),
        )

    def _outcome(self, outcome: Outcome) -> OutcomeView | None:
        kpis = self._kpis(outcome.kpis, guardrail=False)
        shown = self._shows(outcome.id)
        if not shown and not kpis:
            return None
        title = outcome.title if shown else HIDDEN_TITLE
        below = together(_stands(kpis))
        return OutcomeView(
            id=outcome.id if shown else "",
            title=title,
            spread=spread(kpi.pace for kpi in kpis),
            kpis=kpis,
            together=below,
            standing=together_sentence(below),
        )

    def _visible_leaves(self, actions: Iterable[Action]) -> list[str]:
        lines = [self._rollup.actions[action.id] for action in actions if action.id in self._rollup.actions]
        return [name for line in lines for name in line.leaves if self._shows(name)]

    def _kpis(self, kpis: Iterable[Kpi], *, guardrail: bool) -> tuple[KpiView, ...]:
        return tuple(self._kpi(kpi, guardrail=guardrail) for kpi in kpis if self._shows(kpi.id))

    def _kpi(self, kpi: Kpi, *, guardrail: bool) -> KpiView:
        line = self._rollup.kpis[kpi.id]
        verdict = pace(kpi, self._as_of, self._frame, line)
        return replace(
            self._figures(kpi, line, verdict, guardrail=guardrail),
            method=kpi.method,
            cadence=kpi.cadence,
            next_reading=next_reading(kpi, verdict, self._frame),
            parts=parts_of(kpi, self._as_of, self._frame),
            office=self._office(kpi),
            owned=bool(kpi.owner),
            was=verdict.was,
            kept_back=verdict.measured.kept_back,
            kind=kpi.kind,
            change=(kpi.target.change or "") if kpi.target else "",
            claim=self._claim(kpi, word(verdict.pace, guardrail=guardrail), open=verdict.pace not in _SILENT),
        )

    def _claim(self, item: Kpi | Action | Project, ruled: str, *, open: bool) -> ClaimView | None:  # noqa: A002
        """What a person says of an item beside what the rule says in a word, from its day on."""
        said = item.override
        if said is None or not open or (said.on is not None and said.on > self._as_of):
            return None
        by, over = title_of(said.by, self._plan.offices) or ("" if self._public else said.by), said.until < self._as_of
        sentence = claim_sentence(said, by, ruled, over=over)
        return ClaimView(Pace(said.state.value), said.note, by, said.until, over=over, sentence=sentence)

    def _figures(self, kpi: Kpi, line: Line, verdict: Verdict, *, guardrail: bool) -> KpiView:
        open_figures = verdict.measured.kept_back or not verdict.measured.suppressed
        reading = verdict.measured.reading or verdict.measured.aside
        shown = self._readings(kpi) if open_figures else []
        told = kpi if open_figures else _veiled(kpi)
        target = told.target or Target()
        return KpiView(
            id=kpi.id,
            title=kpi.title,
            why=kpi.why,
            unit=kpi.unit,
            decimals=decimals_of(told),
            direction=kpi.direction,
            guardrail=guardrail,
            audience=self._plan.items[kpi.id].audience,
            baseline=_point(told.baseline.value, told.baseline.on) if told.baseline else None,
            target=_point(target.value, target.on),
            low=target.low,
            high=target.high,
            interim=tuple(point for mark in told.interim if (point := _point(mark.value, mark.on)) is not None),
            readings=self._points(shown),
            measured=reading.value if reading else None,
            measured_on=reading.on if reading else None,
            attainment=verdict.measured.raw,
            implementation=line.share,
            expected=verdict.expected.share if verdict.expected and open_figures else None,
            pace=verdict.pace,
            sentence=kpi_sentence(kpi, verdict, line.share, self._rollup.count(line.leaves), guardrail=guardrail),
            corner="" if guardrail and not line.terms else corner(verdict.pace, line, self._plan.pace),
            threshold=threshold(verdict, told, guardrail=guardrail),
            owner=self._owner(kpi),
            source=kpi.source,
            work=self._rollup.count(line.leaves),
            driven_by=tuple(term.item for term in line.terms if self._shows(term.item)),
            forecast=outlook(kpi, shown, self._plan.end),
        )

    def _readings(self, kpi: Kpi) -> list[Reading]:
        """Those readings that may be shown, oldest first."""
        least, strict = self._frame.minimum_group, self._frame.strict
        return [each for each in series(kpi, self._as_of) if not is_small(each, least, strict=strict)]

    def _points(self, shown: Iterable[Reading]) -> tuple[Point, ...]:
        return tuple(
            Point(each.value, each.on, each.window, "" if self._public else each.note)
            for each in shown
            if each.value is not None
        )

    def _action(self, action: Action) -> ActionView:
        line = self._rollup.actions[action.id]
        leaves = [self._rollup.leaves[name] for name in line.leaves]
        state = stricter(action.state, label_of(self._evidence.get(action.id)))
        work = self._rollup.count(line.leaves)
        standing = action_pace(line, state, self._as_of, action.start, self._plan.pace)
        return ActionView(
            id=action.id,
            title=action.title,
            progress=line.share,
            pace=standing,
            expected=line.expected,
            due=action.due,
            url=self._url(action.id),
            state=state,
            owner=self._owner(action),
            work=work,
            sentence=action_sentence(line, leaves, self._rollup.tasks(line.leaves), work),
            projects=tuple(
                self._project(project, action)
                for project in action.projects
                if project.id in self._rollup.leaves and self._shows(project.id)
            ),
            start=action.start,
            office=self._office(action),
            owned=bool(action.owner),
            claim=self._claim(action, word(standing, work=True), open=standing is not Pace.RETIRED),
        )

    def _project(self, project: Project, action: Action) -> ProjectView:
        leaf = self._rollup.leaves[project.id]
        above = stricter(action.state, label_of(self._evidence.get(action.id)))
        label = label_of(self._evidence.get(project.id))
        standing = work_pace(leaf, self._as_of, project.start or action.start, self._plan.pace)
        return ProjectView(
            id=project.id,
            title=project.title,
            progress=leaf.share,
            done=leaf.is_done,
            due=leaf.due,
            url=self._url(project.id),
            pace=standing,
            state=stricter(stricter(project.state, above), label),
            owner=self._owner(project),
            remark=self._remark(leaf),
            completed_at=leaf.completed_at,
            start=project.start,
            office=self._office(project),
            owned=bool(project.owner),
            claim=self._claim(project, word(standing, work=True), open=standing is not Pace.RETIRED),
        )

    def _remark(self, leaf: Leaf) -> str:
        """What may surprise about a project; in public only what we say ourselves, never the tool's words."""
        if not self._public:
            return leaf.remark
        return "it has no task yet" if leaf.state is WorkState.NOT_LINKED else ""

    def _owner(self, item: Item) -> str | None:
        return None if self._public else item.owner

    def _office(self, item: Item) -> str:
        """Who is responsible, by title; inside, by whatever the plan calls them where it gives no title."""
        title = title_of(item.owner, self._plan.offices)
        return title or ("" if self._public else item.owner or "")

    def _url(self, item: str) -> str | None:
        seen = self._evidence.get(item)
        return None if self._public or seen is None else seen.url or None

    def _wins(self, goals: Iterable[GoalView]) -> tuple[Win, ...]:
        """What was finished lately: projects, actions without projects, and KPIs whose target was met; newest first."""
        titles = {view.id: view.title for view in goals}
        found: list[tuple[datetime, Win]] = []
        for name, leaf in self._rollup.leaves.items():
            if leaf.is_done and leaf.completed_at is not None and self._shows(name):
                goal = titles.get(self._plan.items[name].goal, "")
                at = leaf.completed_at.replace(tzinfo=None)
                found.append((at, Win(name, leaf.title, at.date(), goal)))
        for view in goals:
            found.extend(
                (
                    datetime.combine(kpi.measured_on, time.min),
                    Win(kpi.id, f"{kpi.title}: target reached", kpi.measured_on, view.title),
                )
                for kpi in _kpis_of(view)
                if kpi.pace is Pace.ACHIEVED and kpi.measured_on is not None
            )
        lately = [each for each in found if self._as_of - LATELY <= each[1].on <= self._as_of + timedelta(days=1)]
        lately.sort(key=lambda each: each[1].title)
        lately.sort(key=lambda each: each[0], reverse=True)
        return tuple(win for _, win in lately[:MOST_WINS])


def _veiled(kpi: Kpi) -> Kpi:
    """The KPI without its baseline, and with changes for what they come to: from both the baseline would follow."""
    interim = tuple(mark.model_copy(update={"value": None}) if mark.change else mark for mark in kpi.interim)
    target = kpi.target
    if target is not None and target.change:
        target = target.model_copy(update={"value": None})
    return kpi.model_copy(update={"baseline": None, "target": target, "interim": interim})


def _stands(kpis: Iterable[KpiView]) -> Iterator[Stand]:
    return (Stand(kpi.pace, kpi.was) for kpi in kpis)


def _kpis_of(goal: GoalView) -> list[KpiView]:
    return [kpi for outcome in goal.outcomes for kpi in outcome.kpis]


def _point(value: Decimal | None, on: date | None) -> Point | None:
    return Point(value, on) if value is not None else None
