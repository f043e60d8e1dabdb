"""The scorecard for a terminal: plain text, in colour where the terminal takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from textwrap import wrap as wrap_words

from syncd.plan.model import Audience
from syncd.progress.attainment import clamped
from syncd.progress.pace import Pace
from syncd.scorecard.view import ActionView, GoalView, KpiView, OutcomeView, ProjectView, Scorecard, WorkCount
from syncd.scorecard.words import count, day, figure, glyph, moment, percent, rounded, word

_LEAST, _NARROW, _BAR, _SHORT_BAR = 44, 60, 20, 10
_RESET, _BOLD, _DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
_COLOURS = {
    Pace.ACHIEVED: "\x1b[34m",
    Pace.ON_TRACK: "\x1b[32m",
    Pace.AT_RISK: "\x1b[33m",
    Pace.OFF_TRACK: "\x1b[31m",
    Pace.MISSED: "\x1b[31m",
}
_EIGHTHS = " ▏▎▍▌▋▊▉"


def as_text(scorecard: Scorecard, width: int = 100, *, color: bool = False) -> str:
    """The whole scorecard as text of at most so many columns (at least 44), each line without trailing blanks."""
    page = _Page(max(_LEAST, width), color=color)
    lines = [*page.head(scorecard)]
    for goal in scorecard.goals:
        lines += page.goal(goal)
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Page:
    """The lines of one scorecard at one width."""

    def __init__(self, width: int, *, color: bool) -> None:
        self._width, self._color = width, color

    def head(self, card: Scorecard) -> Iterator[str]:
        yield from self._wrapped(card.title, 0, _BOLD)
        yield from self._wrapped(
            " · ".join(filter(None, [card.organization, f"as of {day(card.as_of)}", _for(card)])), 0
        )
        read = moment(card.tool_read_at) if card.tool_read_at is not None else "not yet"
        measured = day(card.measured_on) if card.measured_on is not None else "not yet"
        yield from self._wrapped(f"Tools last read: {read} · KPIs last measured: {measured}", 0, _DIM)
        yield ""
        yield from self._wrapped(card.spread.sentence, 0)
        yield from self._wrapped(work_words(card.work), 0)
        if card.wins:
            yield from ("", self._paint("Recent wins", _BOLD))
            for win in card.wins:
                yield from self._hanging(f"{glyph(Pace.ACHIEVED)} ", f"{win.title} ({day(win.on)})", 2)

    def goal(self, goal: GoalView) -> Iterator[str]:
        yield from ("", self._paint("━" * self._width, _DIM))
        yield from self._wrapped(goal.title, 0, _BOLD)
        yield from self._wrapped(
            " ".join(filter(None, (f"{goal.spread.sentence}.", goal.standing, work_words(goal.work)))), 0, _DIM
        )
        for outcome in goal.outcomes:
            yield from self._outcome(outcome)
        if goal.guardrails:
            yield from ("", *self._wrapped("Guardrails: limits the plan keeps to on its way", 2, _BOLD))
            for kpi in goal.guardrails:
                yield from self._kpi(kpi)
        if goal.actions:
            yield from ("", *self._wrapped("Strategic actions", 2, _BOLD))
            for action in goal.actions:
                yield from self._action(action)

    def _outcome(self, outcome: OutcomeView) -> Iterator[str]:
        yield ""
        if outcome.title:
            yield from self._wrapped(outcome.title, 2, _BOLD)
        for kpi in outcome.kpis:
            yield from self._kpi(kpi)

    def _kpi(self, kpi: KpiView) -> Iterator[str]:
        value = figure(kpi.measured, kpi.unit, kpi.decimals) if kpi.measured is not None else ""
        yield from self._titled(kpi.pace, kpi.title, value, kpi.id, word(kpi.pace, guardrail=kpi.guardrail))
        if kpi.attainment is not None:
            yield from self._bar("result", kpi.attainment, kpi.expected, kpi.pace, percent(kpi.attainment))
        if kpi.implementation is not None:
            said = percent(kpi.implementation, finished=kpi.work.finished)
            counted = f"{kpi.work.done:,} of {kpi.work.total:,} done{_more(_aside(kpi.work))}"
            yield from self._bar("work", kpi.implementation, None, None, f"{said} ({counted})")
        for text in (kpi.sentence, kpi.claim.sentence if kpi.claim else "", kpi.corner):
            yield from self._wrapped(text, 6)
        if kpi.threshold and (kpi.attainment is not None or kpi.measured is not None):
            yield from self._wrapped(kpi.threshold, 6, _DIM)

    def _action(self, action: ActionView) -> Iterator[str]:
        said = percent(action.progress, finished=action.work.finished)
        yield from self._titled(action.pace, action.title, said, action.id, word(action.pace, work=True))
        if action.progress is not None:
            yield from self._bar("work", action.progress, action.expected, action.pace, "")
        due = f" Due {day(action.due)}." if action.due is not None else ""
        yield from self._wrapped(f"{action.sentence}{due}", 6, _DIM)
        if action.claim:
            yield from self._wrapped(action.claim.sentence, 6)
        for project in action.projects:
            yield from self._project(project)

    def _project(self, project: ProjectView) -> Iterator[str]:
        is_open = not project.done and project.pace is not Pace.RETIRED
        due = f", due {day(project.due)}" if project.due is not None and is_open else ""
        gradual = project.progress is not None and 0 < project.progress < 1
        share = f", {percent(project.progress)}" if gradual else ""
        remark = f"; {project.remark}" if project.remark else ""
        paused = project.pace is Pace.PAUSED
        state = project.state.replace("_", " ") if paused else word(project.pace, work=True)
        claim = f". {project.claim.sentence}" if project.claim else ""
        text = f"{project.title} ({state}{share}{due}{remark}){claim}"
        yield from self._hanging(f"{glyph(project.pace)} ", text, 6, _COLOURS.get(project.pace, ""))

    def _titled(self, pace: Pace, title: str, value: str, item: str, state: str) -> Iterator[str]:
        """A shape, a title and, at the right edge, a value; below, the state in a word and the item's id."""
        colour, room = _COLOURS.get(pace, ""), self._width - 6 - len(value)
        first, *rest = wrap(title, max(20, room)) or [""]
        gap = " " * max(1, self._width - 4 - len(first) - len(value))
        yield f"  {self._paint(glyph(pace), colour)} {self._paint(first, _BOLD)}{gap}{value}"
        yield from (f"    {self._paint(line, _BOLD)}" for line in rest)
        yield f"      {self._paint(state, colour)}{self._paint(f' · {item}', _DIM)}"

    def _bar(self, name: str, share: Fraction, due: Fraction | None, pace: Pace | None, said: str) -> Iterator[str]:
        columns = _BAR if self._width >= _NARROW else _SHORT_BAR
        bar = self._paint(drawn(share, due, columns), _COLOURS.get(pace, "") if pace is not None else "")
        indent = 6 + 7 + columns + 1
        first, *rest = wrap(said, self._width - indent) or [""]
        yield f"      {name:<7}{bar} {first}"
        yield from (f"{' ' * indent}{line}" for line in rest)

    def _wrapped(self, text: str, indent: int, style: str = "") -> list[str]:
        lines = wrap(text, self._width - indent) if text else []
        return [f"{' ' * indent}{self._paint(line, style)}" for line in lines]

    def _hanging(self, lead: str, text: str, indent: int, style: str = "") -> Iterator[str]:
        first, *rest = wrap(text, self._width - indent - len(lead))
        yield f"{' ' * indent}{self._paint(lead, style)}{first}"
        yield from (f"{' ' * (indent + len(lead))}{line}" for line in rest)

    def _paint(self, text: str, style: str) -> str:
        return f"{style}{text}{_RESET}" if self._color and style else text


def drawn(share: Fraction, due: Fraction | None = None, columns: int = _BAR) -> str:
    """A share as a bar of so many columns, clamped, with a mark where it should stand; full only at the end."""
    eighths = int(rounded(clamped(share) * columns * 8))
    if share < 1:
        eighths = min(eighths, columns * 8 - 1)
    if share > 0:
        eighths = max(eighths, 1)
    cells = ["█"] * (eighths // 8) + ([_EIGHTHS[eighths % 8]] if eighths % 8 else [])
    cells += ["·"] * (columns - len(cells))
    if due is not None:
        cells[min(columns - 1, int(clamped(due) * columns))] = "┃"
    return "".join(cells)


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most so many columns; a percent sign stays with its figure."""
    return [
        line.replace("\N{NO-BREAK SPACE}%", " %")
        for line in wrap_words(text.replace(" %", "\N{NO-BREAK SPACE}%"), width)
    ]


def work_words(work: WorkCount) -> str:
    """Work counted in a sentence: "11 of 70 projects done, 2 cancelled, 1 overdue."."""
    if not work.total and not work.cancelled and not work.deferred:
        return "No work yet."
    if work.is_unread:
        return f"The work is not read yet ({count(work.total, 'project')})."
    late = (work.overdue, "overdue")
    return f"{work.done:,} of {count(work.total, 'project')} done{_more((*_aside(work), late))}."


def _aside(work: WorkCount) -> Iterator[tuple[int, str]]:
    """What must be known beside a count to make the share of it."""
    yield work.cancelled, "cancelled"
    yield work.on_hold, "on hold"
    yield work.deferred, "deferred"
    yield work.unknown, "not known"


def _more(parts: Iterable[tuple[int, str]]) -> str:
    return "".join(f", {number:,} {said}" for number, said in parts if number)


def _for(card: Scorecard) -> str:
    return "public" if card.audience is Audience.PUBLIC else "internal"
