"""The history of the figures: only news is kept, and an earlier day is told as it was known then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from syncd.plan.model import Audience
from syncd.progress.evidence import Evidence
from syncd.scorecard.build import build_scorecard
from syncd.scorecard.history import evidence_on, news, points
from tests.scorecard.cards import DAY, READ_AT, card, sample, seen

AT = datetime(2026, 7, 1, 9, 31, tzinfo=UTC)
LATER = AT + timedelta(days=30)
WORK = ("G1.A1.P1", "G1.A1.P2", "G1.A1.P4", "G1.A2")


def test_every_item_with_figures_has_a_point() -> None:
    """KPIs, guardrails, actions and projects are kept with the very figures that the scorecard shows."""
    kept = {point.item: point for point in points(card(), AT)}
    assert {"G1.K1", "G1.O1.K1", "G1.R1", "G1.A1", "G1.A1.P1", "G1.A1.P3", "G1.A2"} <= kept.keys()
    kpi, action, project = kept["G1.O1.K1"], kept["G1.A1"], kept["G1.A1.P2"]
    assert (str(kpi.measured), kpi.on, kpi.at, kpi.pace) == ("60.4", DAY, AT, "on_track")
    assert (action.implementation, action.done, action.total) == (Fraction(5, 6), 2, 3)
    assert (project.implementation, project.done, project.total) == (Fraction(1, 2), 0, 1)


def test_only_news_is_added() -> None:
    """The same figures on a later day are no news; a figure that moved is, and nothing else with it."""
    first = {point.item: point for point in points(card(), AT)}
    same = [replace(point, on=DAY + timedelta(days=1), at=LATER) for point in first.values()]
    assert news(iter(same), first) == []
    moved = build_scorecard(
        sample(),
        seen() | {"G1.A2": Evidence("G1.A2", Fraction(0), done=False)},
        audience=Audience.INTERNAL,
        as_of=DAY,
        tool_read_at=READ_AT,
    )
    assert {point.item for point in news(points(moved, LATER), first)} == {"G1.A2", "G1.O1.K1", "G1.K1"}
    assert len(news(points(card(), AT), {})) == len(first)


def test_what_was_unknown_then_is_unknown() -> None:
    """An item without a share has no evidence on that day, even if there is some now."""
    kept = {point.item: replace(point, implementation=None) for point in points(card(), AT)}
    assert evidence_on(kept, seen()) == {}
    assert evidence_on({}, seen()) == {}


@given(st.lists(st.fractions(0, 1), min_size=4, max_size=4))
def test_an_earlier_day_shows_its_own_figures(shares: list[Fraction]) -> None:
    """Whatever happened since, the scorecard of an earlier day has the work's shares of that day."""
    then = {item: Evidence(item, share, done=share == 1) for item, share in zip(WORK, shares, strict=True)}

    def figures(evidence: dict[str, Evidence]) -> list[tuple[str, Fraction | None, int, int]]:
        shown = build_scorecard(sample(), evidence, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
        return [(point.item, point.implementation, point.done, point.total) for point in points(shown, AT)]

    shown = build_scorecard(sample(), then, audience=Audience.INTERNAL, as_of=DAY, tool_read_at=None)
    kept = {point.item: point for point in points(shown, AT)}
    assert figures(evidence_on(kept, seen())) == figures(then)


def test_no_point_before_the_beginning() -> None:
    """A scorecard of another day is kept under that day."""
    assert {point.on for point in points(card(day=date(2026, 1, 1)), AT)} == {date(2026, 1, 1)}
