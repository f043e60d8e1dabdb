"""What the scorecard says in sentences: a KPI's pace with its figures, the two numbers read together, work counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from syncd.plan.change import parse_change
from syncd.plan.model import Direction, Kpi, KpiKind, Override, PaceRule, Reading
from syncd.progress.attainment import Band, baseline_of, has_way, is_bound, limits, target_of
from syncd.progress.evidence import NOT_PLANNED, is_planned
from syncd.progress.leaf import Leaf, WorkCount, WorkState
from syncd.progress.pace import Pace, Verdict, line_pace
from syncd.progress.rollup import Line
from syncd.progress.together import Overall, Together
from syncd.scorecard.view import Spread
from syncd.scorecard.words import (
    KEPT_BACK,
    TOO_SMALL,
    WINDOWS,
    count,
    day,
    figure,
    figure_beside,
    percent,
    points,
    sentence,
    word,
)

_ON_PACE = frozenset({Pace.ACHIEVED, Pace.ON_TRACK})
_BEHIND = frozenset({Pace.AT_RISK, Pace.OFF_TRACK, Pace.MISSED})
_CORNERS = {
    (True, True): "The work is on pace and so is the result: keep going.",
    (True, False): "The work is on pace, the result is not: question the strategy.",
    (False, True): "The result is on pace although the work is behind: find the cause before claiming it.",
    (False, False): "The work is behind and so is the result: do the work first.",
}
_BAND_WORDS = {Band.INSIDE: "it is", Band.NEAR: "it is just outside", Band.OUTSIDE: "it is not"}
_MOST_DECIMALS = 2
_RESTING = frozenset({Pace.PAUSED, Pace.RETIRED, Pace.NOT_STARTED})


def decimals_of(kpi: Kpi) -> int:
    """How many decimals a KPI's values are shown with: as it asks, else as its own figures need, at most two."""
    if kpi.decimals is not None:
        return kpi.decimals
    given = [baseline_of(kpi), target_of(kpi), *(mark.value for mark in kpi.interim)]
    given += [reading.value for reading in kpi.readings]
    if kpi.target is not None:
        given += [kpi.target.low, kpi.target.high]
    needed = [-int(value.normalize().as_tuple().exponent) for value in given if value is not None and value.is_finite()]
    return min(_MOST_DECIMALS, max([0, *needed]))


def threshold(verdict: Verdict, kpi: Kpi, *, guardrail: bool = False) -> str:
    """The rule beside the colour; "" where there is nothing that it could be held against."""
    if limits(kpi) is None and verdict.pace is Pace.NO_TARGET:
        return ""
    if not has_way(kpi):
        near = f"; up to {_distance(kpi, kpi.tolerance)} outside: at risk; further" if kpi.tolerance else ";"
        good, bad = (word(pace, guardrail=guardrail) for pace in (Pace.ON_TRACK, Pace.OFF_TRACK))
        return f"Rule: {band(kpi)}: {good}{near} outside: {bad}."
    rule: PaceRule = verdict.rule
    return f"Rule: up to {points(rule.on_track)} of the way behind is on track, up to {points(rule.at_risk)} at risk."


def band(kpi: Kpi) -> str:
    """Where a KPI without a way to go should keep: "at least 90 %", "between 20 and 24 days"."""
    target = kpi.target
    if target is None:
        return "no target"
    if kpi.direction is Direction.BETWEEN:
        if target.low is not None and target.high is not None:
            low = figure(target.low, "", _digits(kpi, target.low))
            return f"between {low} and {_value(kpi, target.high)}"
        return f"at least {_value(kpi, target.low)}" if target.high is None else f"at most {_value(kpi, target.high)}"
    falls = kpi.direction in (Direction.AT_MOST, Direction.DECREASE)
    aim = relation(kpi) if target.value is None else ""
    return f"{'at most' if falls else 'at least'} {aim or _value(kpi, target.value)}"


def relation(kpi: Kpi) -> str:
    """A target that is told as a change from the baseline: "10 points more than where it started"; "" if it is not."""
    if kpi.target is None or kpi.target.change is None:
        return ""
    change = parse_change(kpi.target.change)
    size = f"{figure(abs(change.amount), '%', _decimals(change.amount))}" if change.in_percent else ""
    size = size or _distance(kpi, abs(change.amount))
    return f"{size} {'more' if change.amount >= 0 else 'less'} than where it started"


def kpi_sentence(
    kpi: Kpi, verdict: Verdict, implementation: Fraction | None, work: WorkCount, *, guardrail: bool = False
) -> str:
    """How a KPI stands, with the figures it comes from."""
    if work_based(kpi, verdict) and verdict.pace not in _RESTING:
        done = "how much of it is done is not known" if implementation is None else ""
        done = done or f"{percent(implementation, finished=work.finished)} of it is done"
        return sentence(f"this KPI is the work itself, and {done}: {word(verdict.pace, work=True)}")
    parts = [sentence(_standing(kpi, verdict, guardrail=guardrail)), sentence(_milestone(kpi, verdict))]
    if verdict.pace is Pace.NOT_MEASURED and implementation is not None:
        parts.append(f"So far {percent(implementation, finished=work.finished)} of the work is done.")
    return " ".join(part for part in parts if part)


def work_based(kpi: Kpi, verdict: Verdict) -> bool:
    """Whether a KPI goes by the work behind it: it is work-based, and nothing was measured of it."""
    return kpi.kind is KpiKind.IMPLEMENTATION and verdict.measured.reading is None and limits(kpi) is None


def _standing(kpi: Kpi, verdict: Verdict, *, guardrail: bool) -> str:
    if verdict.pace is Pace.SUPPRESSED:
        return f"suppressed: {KEPT_BACK if verdict.measured.kept_back else TOO_SMALL}"
    if verdict.pace in (Pace.PAUSED, Pace.RETIRED):
        return f"this KPI is {word(verdict.pace)}"
    if verdict.measured.reading is None or verdict.pace is Pace.NOT_STARTED:
        return _without_reading(kpi, verdict, guardrail=guardrail)
    if verdict.pace is Pace.STALE:
        return f"{_held(kpi, verdict, verdict.was, guardrail=guardrail)}{_overdue(verdict)}"
    return _held(kpi, verdict, verdict.pace, guardrail=guardrail)


def _without_reading(kpi: Kpi, verdict: Verdict, *, guardrail: bool) -> str:
    aside = verdict.measured.aside
    if aside is not None and aside.value is not None:
        window = WINDOWS[aside.window] if aside.window is not None else "other"
        return (
            f"{_value(kpi, aside.value)} on {day(aside.on)} is a {window} reading{_a_year_before(kpi, verdict)}, "
            "which is not held against the target: there is no reading yet to compare with it"
        )
    way = f"{_way(kpi)}: " if verdict.pace is not Pace.NO_TARGET else ""
    said = {
        Pace.BASELINE_PENDING: "where it started is not known yet",
        Pace.NO_TARGET: "there is no target and no reading yet",
        Pace.NOT_STARTED: "its time has not come yet",
    }
    return f"{way}{said.get(verdict.pace, 'not yet measured' if guardrail else 'outcome not yet measured')}"


def _a_year_before(kpi: Kpi, verdict: Verdict) -> str:
    """How a reading that meets no target differs from its like of the year before."""
    aside, before = verdict.measured.aside, verdict.measured.before
    if aside is None or before is None or aside.value is None or before.value is None:
        return ""
    if is_bound(aside.value) or is_bound(before.value):
        return f" ({_value(kpi, before.value)} on {day(before.on)})"
    return f" ({_difference(kpi, aside.value - before.value)} {day(before.on)})"


def _difference(kpi: Kpi, by: Decimal) -> str:
    if by == 0:
        return "the same as on"
    return f"{_distance(kpi, abs(by))} {'more' if by > 0 else 'less'} than on"


def _held(kpi: Kpi, verdict: Verdict, state: Pace | None, *, guardrail: bool) -> str:
    """The newest reading held against its target, with the state that follows."""
    reading, measured = verdict.measured.reading, verdict.measured
    if reading is None or state is None:
        return ""
    said = _measured(kpi, reading, target_of(kpi))
    start = kpi.baseline
    known = reading.value is not None and not is_bound(reading.value)
    if limits(kpi) is None and start is not None and start.value is not None and known:
        moved = _difference(kpi, (reading.value or 0) - start.value).removesuffix(" on")
        said += f", {moved} {f'on {day(start.on)}' if start.on is not None else 'where it started'}"
    if verdict.pace is Pace.BASELINE_PENDING and limits(kpi) is None:
        return f"{said}; the target is {relation(kpi)}, which is not known yet"
    if verdict.pace is Pace.NO_TARGET:
        return f"{said}: there is no target, or no day for it, to hold it against"
    if measured.band is not None:
        past = f" as of {day(reading.on)}" if verdict.pace is Pace.STALE else ""
        return (
            f"{said}; it should be {band(kpi)}: {_BAND_WORDS[measured.band]}, {word(state, guardrail=guardrail)}{past}"
        )
    if measured.raw is None:
        met = "the target is met" if measured.met else "the target is not met yet"
        unknown = f"{said}; {met} ({_value(kpi, target_of(kpi))}); where it started is not known: {word(state)}"
        return unknown if known else _of_bound(kpi, said, state)
    return f"{_way(kpi)}: {said}, {_on_the_way(verdict, measured.raw, state, reading)}"


def _of_bound(kpi: Kpi, said: str, state: Pace) -> str:
    """What follows where only a bound was published."""
    if state is Pace.NOT_MEASURED:
        aim = f"the target ({_value(kpi, target_of(kpi))})" if has_way(kpi) else f"what it should be ({band(kpi)})"
        return f"{said}; no more is known of it, so that it cannot be held against {aim}"
    return f"{said}; no more is known of it: {word(state)}"


def _on_the_way(verdict: Verdict, raw: Fraction, state: Pace, reading: Reading) -> str:
    below = ", below where we started" if raw < 0 else ""
    come = f"{percent(raw)} of the way{below}"
    if state in (Pace.ACHIEVED, Pace.MISSED):
        return f"{come}: {word(state)}"
    if verdict.against is None:
        return f"{come}; there is no day to hold it against: {word(state)}"
    if verdict.pace is Pace.STALE:
        past = f"{word(state)} as of {day(reading.on)}"
        return f"{come}; expected {percent(verdict.against.share)} by then: {past}{_allowance(verdict)}"
    early = ", the target is reached early" if verdict.measured.met else ""
    return f"{come}; expected {percent(verdict.against.share)} by today: {word(state)}{_allowance(verdict)}{early}"


def _allowance(verdict: Verdict) -> str:
    gap, rule = verdict.gap, verdict.rule
    if gap is None or gap <= 0:
        return ""
    if gap <= Fraction(rule.on_track):
        return f", {points(gap)} behind where {_plain(rule.on_track)} are allowed"
    limit = rule.on_track if gap <= Fraction(rule.at_risk) else rule.at_risk
    return f", {points(gap, limit)} behind, more than {_plain(limit)}"


def _plain(limit: Decimal) -> str:
    return points(limit).removesuffix(" points").removesuffix(" point")


def _overdue(verdict: Verdict) -> str:
    return f", a new reading is overdue since {day(verdict.overdue)}" if verdict.overdue is not None else ""


def _milestone(kpi: Kpi, verdict: Verdict) -> str:
    """Whether the district's own interim target that binds now is met: boards ask exactly that."""
    against, wanted, reading = verdict.against, verdict.expected, verdict.measured.reading
    settled = verdict.pace in (Pace.ACHIEVED, Pace.MISSED)
    if against is None or reading is None or reading.value is None or is_bound(reading.value) or settled:
        return ""
    if wanted is not None and wanted.milestone != against.milestone and wanted.milestone is not None:
        return f"the reading for {day(wanted.milestone.on)} ({_value(kpi, wanted.milestone.value)}) is not in yet"
    stone = against.milestone
    if stone is None:
        return "the way is our straight line, not the district's" if against.ours else ""
    if against.ours:
        return "the way is our straight line, not the district's"
    baseline, target = baseline_of(kpi), target_of(kpi)
    rising = baseline is not None and target is not None and target > baseline
    value = Fraction(reading.value)
    met = value >= stone.value if rising else value <= stone.value
    return f"target for {day(stone.on)} ({_value(kpi, stone.value)}): {'met' if met else 'not met'}"


def _measured(kpi: Kpi, reading: Reading, target: Decimal | None) -> str:
    value = reading.value if reading.value is not None else Decimal(0)
    shown = figure_beside(value, target if target is not None else value, kpi.unit, _digits(kpi, value))
    return f"measured {shown} on {day(reading.on)}"


def _way(kpi: Kpi) -> str:
    if not has_way(kpi):
        return band(kpi)
    by = kpi.target.on if kpi.target is not None else None
    until = f" by {day(by)}" if by is not None else ""
    aim = relation(kpi) if target_of(kpi) is None else ""
    return f"{_value(kpi, baseline_of(kpi), unknown='?')} → {aim or _value(kpi, target_of(kpi), unknown='?')}{until}"


def _value(kpi: Kpi, value: Decimal | Fraction | None, unknown: str = "–") -> str:
    return unknown if value is None else figure(value, kpi.unit, _digits(kpi, value))


def _distance(kpi: Kpi, size: Decimal) -> str:
    """How far two values are apart; percents differ by points."""
    return points(size) if kpi.unit.strip() == "%" else _value(kpi, size)


def _decimals(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))


def _digits(kpi: Kpi, value: Decimal | Fraction) -> int:
    """A whole value needs no decimals in a sentence, unless the plan asks for them."""
    return 0 if kpi.decimals is None and Fraction(value).denominator == 1 else decimals_of(kpi)


def corner(result: Pace, line: Line, rule: PaceRule) -> str:
    """The two numbers read together, never blended; "" where the result is no result yet."""
    judged, work = result in _ON_PACE or result in _BEHIND, line_pace(line, rule)
    if work is None:
        if not judged:
            return ""
        why = "it has no dates to be held against" if line.share is not None else "how far it is, is not known"
        why = why if line.terms else "none is linked to it"
        return f"The result is {'on pace' if result in _ON_PACE else 'behind'}; of the work nothing can be said: {why}."
    busy = work in _ON_PACE
    if judged:
        return _CORNERS[busy, result in _ON_PACE]
    if result in (Pace.NOT_MEASURED, Pace.BASELINE_PENDING, Pace.STALE):
        unknown = "has no fresh reading" if result is Pace.STALE else "is not measured yet"
        return f"The work is {'on pace' if busy else 'behind'}; the result {unknown}."
    return ""


def spread(paces: Iterable[Pace], noun: str = "KPI") -> Spread:
    """How many KPIs (or guardrails) stand in each state, in the order of the states and in words."""
    found = list(paces)
    counts = tuple((pace, found.count(pace)) for pace in Pace if pace in found)
    if not found:
        return Spread((), "No KPIs yet")
    rails: Counter[str] = Counter()
    for pace, number in counts:
        rails[word(pace, guardrail=noun == "guardrail")] += number
    said = ", ".join(f"{number} {each}" for each, number in rails.items())
    return Spread(counts, f"{count(len(found), noun)}: {said}")


def together_sentence(found: Together, rails: Iterable[Pace] = ()) -> str:
    """How several KPIs stand together, on how many current readings, and what limits are not kept meanwhile.

    One KPI speaks for itself.
    """
    breached = sum(pace in (Pace.OFF_TRACK, Pace.MISSED) for pace in rails)
    limits_said = f"{count(breached, 'guardrail')} breached" if breached else ""
    if found.overall is None or found.every == 1:
        return sentence(limits_said)
    known = f"{found.current} of {count(found.every, 'KPI')} with a current reading"
    said = f"{_TOGETHER[found.overall]}: {', '.join([*_bad(found), known])}"
    return sentence("; ".join(filter(None, (said, limits_said))))


def _bad(found: Together) -> Iterator[str]:
    """What is bad about them, in the words of the spread beside it; how much of that is overdue is said."""
    off = "missed" if found.missed == found.off else "missed or off track" if found.missed else "off track"
    for number, said, overdue in (
        (found.off, off, found.off_overdue),
        (found.at_risk, "at risk", found.at_risk_overdue),
    ):
        aside = "its reading is overdue" if number == overdue == 1 else f"{overdue} of them overdue"
        if number:
            yield f"{number} {said}{f' ({aside})' if overdue else ''}"


_TOGETHER = {
    Overall.ON_TRACK: "taken together on track",
    Overall.AT_RISK: "taken together at risk",
    Overall.OFF_TRACK: "taken together off track",
    Overall.NOT_ENOUGH_DATA: "not enough data to say how they stand together",
}


def claim_sentence(override: Override, by: str, ruled: str, *, over: bool) -> str:
    """What a person says of how something stands, beside what the rule says (`ruled`, in a word)."""
    who, said = by or "the office responsible", override.state.value.replace("_", " ")
    if over:
        return sentence(f"{who} said {said} until {day(override.until)}, which is past: the rule alone stands")
    rule = "the rule says the same" if said == ruled else f"the rule says {ruled}"
    return f"{sentence(f'{who} says {said} until {day(override.until)}: “{override.note}”; {rule}')}"


def action_sentence(line: Line, leaves: list[Leaf], tasks: tuple[int, int], work: WorkCount) -> str:
    """The work behind an action, counted in tasks: "11 of 102 tasks done, 1 cancelled"."""
    done, every = tasks
    nothing = "not read yet" if work.is_unread else "no work linked"
    parts = [f"{done:,} of {count(every, 'task')} done"] if every else [nothing]
    for state, said in _ASIDE.items():
        number = 0 if work.is_unread else sum(leaf.state is state for leaf in leaves)
        if number:
            parts.append(f"{number} {said}")
    if work.overdue:
        parts.append(f"{work.overdue} overdue")
    parts += filter(None, (line.remark, "" if is_planned(line.item) else NOT_PLANNED))
    return sentence(", ".join(parts))


_ASIDE = {
    WorkState.CANCELLED: "cancelled",
    WorkState.ON_HOLD: "on hold",
    WorkState.DEFERRED: "deferred",
    WorkState.NOT_LINKED: "without a task yet",
    WorkState.NOT_VISIBLE: "not visible to us",
    WorkState.GONE: "deleted in the tool",
    WorkState.UNKNOWN: "not known",
}
