"""The formulas and figures of an explanation, with the values put in, so that each can be recomputed. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from syncd.plan.bounds import Over, Under
from syncd.plan.model import Kpi, Reading, Scope
from syncd.progress.attainment import baseline_of, comparable, is_bound, target_of
from syncd.progress.pace import Pace, Verdict
from syncd.progress.rollup import Line
from syncd.scorecard.words import WINDOWS, day, percent, sentence, word

Value = Fraction | Decimal | int | str | date | None
_RESULT = "Result (attainment)"
RULE = (
    "taken together they are off track if at least a third of those with a current reading is (or was when last "
    "known), at risk if any is at risk or off track, and nothing is said where fewer than half have a current reading"
)
"""How a goal or an outcome stands by its KPIs."""
SMALL = "the group is too small to show"
NAMES = {
    "attainment": _RESULT,
    "implementation": "Work (implementation)",
    "progress": "Work (progress)",
}
"""The numbers as the page calls them."""
_MEAN = "the sum of weight × share over the sum of weights, of the work that has a share"
_MOST_TERMS = 12


def exact(value: Value) -> str:
    """A value without rounding: "3/16", "55.5", "30 June 2026"; "–" for unknown."""
    if value is None:
        return "–"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Over | Under):
        return value.written
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def rounded_first(said: str, value: Fraction) -> str:
    """A rounded figure in words with its exact value beside it, where that is a fraction: "65 % (469/720)"."""
    return said if value.denominator == 1 else f"{said} ({value})"


def kpi_figures(kpi: Kpi, verdict: Verdict) -> dict[str, Value]:
    """A KPI's figures by name; those of a group that is too small are left out, with all that follow from them."""
    figures: dict[str, Value] = {"pace": verdict.pace.value, "attainment": verdict.measured.raw}
    if verdict.measured.suppressed:
        return figures
    reading = verdict.measured.reading or verdict.measured.aside
    figures |= {
        "expected": verdict.expected.share if verdict.expected is not None else None,
        "expected_value": verdict.expected.value if verdict.expected is not None else None,
        "held_against": verdict.against.share if verdict.against is not None else None,
        "behind_points": verdict.gap,
        "allowed_on_track": verdict.rule.on_track,
        "allowed_at_risk": verdict.rule.at_risk,
        "measured": reading.value if reading is not None else None,
        "measured_on": reading.on if reading is not None else None,
        "baseline": baseline_of(kpi),
        "baseline_on": kpi.baseline.on if kpi.baseline is not None else None,
        "target": target_of(kpi),
        "target_on": verdict.deadline,
    }
    if kpi.target is not None and (kpi.target.low is not None or kpi.target.high is not None):
        figures |= {"low": kpi.target.low, "high": kpi.target.high}
    if kpi.target is not None and kpi.target.change is not None:
        figures["target_change"] = kpi.target.change
    if kpi.override is not None:
        figures |= {"override": kpi.override.state.value, "override_until": kpi.override.until}
    if verdict.was is not None:
        figures |= {"was": verdict.was.value, "overdue_since": verdict.overdue}
    return figures


def attainment_formula(kpi: Kpi, verdict: Verdict) -> list[str]:
    """Attainment and expected with their values put in; what is not known is said."""
    baseline, target, reading = baseline_of(kpi), target_of(kpi), verdict.measured.reading
    if verdict.measured.suppressed:
        return [f"{_RESULT} is suppressed: {SMALL}"]
    if verdict.measured.band is not None:
        return [f"{_RESULT} has no percentage: the value is held against its band"]
    if reading is not None and is_bound(reading.value):
        return [f"{_RESULT} has no percentage: of what was measured only a bound is known ({exact(reading.value)})"]
    if verdict.measured.raw is None or reading is None or baseline is None or target is None:
        return [f"{_RESULT} = (measured − baseline) / (target − baseline), where all three are known"]
    way = f"({exact(target)} − {exact(baseline)})"
    raw = verdict.measured.raw
    came = f"({exact(reading.value)} − {exact(baseline)}) / {way}"
    found = [f"{_RESULT} = {came} = {rounded_first(percent(raw), raw)}"]
    if verdict.expected is not None:
        wanted = verdict.expected
        shown = f"({exact(wanted.value)} − {exact(baseline)}) / {way}"
        found.append(f"Result expected by today = {shown} = {rounded_first(percent(wanted.share), wanted.share)}")
    return found


def share_formula(name: str, line: Line) -> str:
    """A weighted mean with its numbers put in, "(1·1 + 2·1 + 1·0)/4", of up to twelve terms; in words for more."""
    if line.share is None:
        return f"{NAMES[name]} is not known: no work with a known share stands behind it"
    known = [(term, term.share) for term in line.terms if term.counts and term.share is not None]
    total, mean = sum(term.weight for term, _ in known), _MEAN
    if len(known) <= _MOST_TERMS:
        mean = f"({' + '.join(f'{term.weight}·{share}' for term, share in known)})/{total}"
        mean += f" (of {', '.join(term.item for term, _ in known)})" if name == "implementation" else ""
    return f"{NAMES[name]} = {mean} = {rounded_first(percent(line.share, finished=line.complete), line.share)}"


def reading_note(kpi: Kpi, reading: Reading, *, fits: bool) -> str:
    """A reading's own note, and why it is not held against the target where it is not."""
    why = ""
    if reading.value is None:
        why = "the value is not known"
    elif not fits:
        part = "one school" if reading.scope is Scope.SCHOOL else "a part"
        why = f"about {part}: never stands for the whole"
    elif not comparable(kpi, reading) and reading.window is not None:
        why = f"{WINDOWS[reading.window]}: not held against the target"
    return "; ".join(part for part in (reading.note, why) if part)


def work_sentence(standing: Pace, share: Fraction | None, expected: Fraction | None, *, finished: bool) -> str:
    """How an action or a project stands: "50 % done; expected 75 % by today: behind"."""
    state = word(standing, work=True)
    if share is None:
        return sentence(f"how much is done is not known: {state}")
    wanted = f"; expected {percent(expected)} by today" if expected is not None else ""
    return sentence(f"{percent(share, finished=finished)} done{wanted}: {state}")
