"""An explanation as data and as text: the figures of one item in words, each with its exact value beside it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from syncd.plan.model import Tier
from syncd.progress.pace import Pace
from syncd.scorecard.data import number
from syncd.scorecard.formulas import NAMES, Value, exact, rounded_first
from syncd.scorecard.words import day, percent, points, rounded, sentence, word

_DIGITS = 12
_SHARES = frozenset({*NAMES, "expected", "held_against", "coverage", "work_expected"})
_OF_WORK = frozenset({"implementation", "progress"})
_LIMITS = frozenset({"allowed_on_track", "allowed_at_risk"})
_LABELS = NAMES | {
    "pace": "Stands",
    "expected": "Result expected by today",
    "held_against": "Result held against",
    "coverage": "Part of the work that is known",
    "work_expected": "Work expected by today",
    "expected_value": "Value expected by today",
    "behind_points": "Gap to what is expected",
    "allowed_on_track": "On track up to",
    "allowed_at_risk": "At risk up to",
    "low": "Lower end of the band",
    "high": "Upper end of the band",
    "overdue_since": "Reading overdue since",
    "kpis": "KPIs",
    "tasks": "Tasks in all",
    "work_total": "Projects counted",
    "work_done": "Projects done",
    "work_cancelled": "Projects cancelled",
    "work_on_hold": "Projects on hold",
    "work_deferred": "Projects deferred",
    "work_overdue": "Projects overdue",
    "work_unknown": "Projects not known",
}


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One piece of work behind a figure. `share` is None where it is not part of the figure, whatever the reason.

    For an action, `weight` is the plan's; for a KPI, the part of the whole figure that hangs on it. A goal or an
    outcome has no share, and so its work no weight. `expected` is where the work should stand by its dates.
    """

    id: str
    title: str
    weight: Fraction | None
    state: str
    share: Fraction | None
    url: str
    expected: Fraction | None = None
    due: date | None = None
    completed_on: date | None = None
    remark: str = ""
    read: bool = True


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One reading of a KPI; `used` marks the one that the figures come from. The value of a small group is None."""

    value: Decimal | None
    on: date
    window: str | None
    scope: str
    where: str
    n: int | None
    source: str
    note: str
    used: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """An item's figures with all they come from."""

    id: str
    title: str
    tier: str
    figures: Mapping[str, Value]
    formula: str
    sentence: str
    work: tuple[WorkLine, ...] = ()
    readings: tuple[ReadingLine, ...] = ()


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain JSON values; weights and shares to twelve digits, what is unknown is null."""
    return {
        "id": explanation.id,
        "figures": {name: _plain(value) for name, value in explanation.figures.items()},
        "formula": explanation.formula,
        "work": [
            {
                "id": line.id,
                "title": line.title,
                "weight": number(line.weight, _DIGITS),
                "state": line.state,
                "share": number(line.share, _DIGITS),
                "url": line.url or None,
            }
            for line in explanation.work
        ],
        "readings": [
            {name: _plain(getattr(line, name)) for name in ReadingLine.__slots__} for line in explanation.readings
        ],
    }


def as_text(explanation: Explanation) -> str:
    """The explanation for a terminal: each share rounded in words with its exact fraction beside it."""
    lines = [f"{explanation.id}  {explanation.title}  ({explanation.tier})", explanation.sentence, ""]
    lines += [sentence(part) for part in explanation.formula.split(";")]
    rows = list(_figure_rows(explanation))
    width = max((len(label) for label, _ in rows), default=0)
    lines += ["", *(f"  {label:<{width}}  {said}" for label, said in rows)]
    if explanation.work:
        by_plan = explanation.tier not in (Tier.KPI, Tier.GUARDRAIL)
        lines += ["", "Work", *(text for line in explanation.work for text in _work_text(line, by_plan=by_plan))]
    if explanation.readings:
        lines += ["", "Readings", *(_reading_text(line) for line in explanation.readings)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _figure_rows(explanation: Explanation) -> Iterator[tuple[str, str]]:
    """The figures with a name and in words; counts of work of which nothing was read are not shown as 0."""
    unread = bool(explanation.work) and not any(line.read for line in explanation.work)
    known = explanation.figures.get("coverage", 1) == 1
    is_work = explanation.tier in (Tier.ACTION, Tier.PROJECT)
    for name, value in explanation.figures.items():
        label = _LABELS.get(name, name.replace("_", " ").capitalize())
        if is_work and name == "expected":
            label = _LABELS["work_expected"]
        hidden = unread and name.startswith(("work_", "tasks")) and name != "work_total"
        if not hidden:
            aside = ", not read yet" if unread and name == "work_total" else ""
            yield label, f"{_in_words(name, value, is_work=is_work, known=known)}{aside}"


def _in_words(name: str, value: Value, *, is_work: bool, known: bool) -> str:
    if name in ("pace", "was") and isinstance(value, str):
        return word(Pace(value), work=is_work)
    if isinstance(value, Fraction) and name in _SHARES:
        return rounded_first(percent(value, finished=known or name not in _OF_WORK), value)
    if isinstance(value, Fraction) and name == "behind_points":
        return rounded_first(f"{points(value)} {'ahead' if value < 0 else 'behind'}", value)
    if isinstance(value, Decimal) and name in _LIMITS:
        return f"{points(value)} behind"
    if isinstance(value, Fraction) and value.denominator != 1:
        return rounded_first(f"{rounded(value, 1)}", value)
    return exact(value)


def _work_text(line: WorkLine, *, by_plan: bool) -> list[str]:
    facts = [f"{rounded_first(percent(line.share), line.share)} done"] if line.share is not None else []
    if line.weight is not None and (by_plan or line.share is not None):
        part = rounded_first(percent(line.weight), line.weight)
        facts.append(f"weight {line.weight}" if by_plan else f"{part} of the figure")
    facts += [line.state.replace("_", " ")] if line.share != 1 else []
    facts += [f"expected {rounded_first(percent(line.expected), line.expected)}"] if line.expected is not None else []
    facts += [f"due {day(line.due)}"] if line.due is not None else []
    facts += [f"done on {day(line.completed_on)}"] if line.completed_on is not None else []
    facts += [line.remark] if line.remark else []
    text = [f"  {line.id}  {line.title}", f"      {', '.join(facts)}"]
    return [*text, f"      {line.url}"] if line.url else text


def _reading_text(line: ReadingLine) -> str:
    facts = [line.window, line.scope if line.scope != "district" else "", line.where, line.source, line.note]
    said = ", ".join(fact for fact in facts if fact)
    mark = "→" if line.used else " "
    return f"{mark} {day(line.on)}  {exact(line.value)}{f'  ({said})' if said else ''}"


def _plain(value: object) -> Any:
    if isinstance(value, Fraction | Decimal):
        return number(value, _DIGITS)
    return value.isoformat() if isinstance(value, date) else value
