"""How work went on: sums of what was kept by day, or the days on which projects were done; today's count at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

from syncd.plan.model import Audience
from syncd.records import KpiPoint
from syncd.scorecard.burnup import with_trends
from syncd.scorecard.sparks import burn_up, monthly
from syncd.scorecard.view import Scorecard, WorkPoint
from tests.scorecard.page_sample import TODAY, sample


def kept(item: str, days: int, done: int, total: int) -> KpiPoint:
    """What was kept of an action so many days before today."""
    on = TODAY - timedelta(days=days)
    return KpiPoint(
        "district",
        item,
        on,
        datetime(on.year, on.month, on.day, tzinfo=UTC),
        None,
        None,
        None,
        None,
        "on_track",
        done,
        total,
    )


def trend(card: Scorecard) -> list[tuple[int, int, int]]:
    """The first goal's trend, in days before today."""
    return [((TODAY - point.on).days, point.done, point.total) for point in card.goals[0].trend]


def test_the_newest_counts_of_all_actions_are_added_up_by_day() -> None:
    """Each action keeps its count until it changes; other goals' actions and later days stay out."""
    found = with_trends(
        sample(),
        [
            kept("G1.A1", 40, 0, 4),
            kept("G1.A2", 40, 0, 2),
            kept("G1.A1", 30, 1, 4),
            kept("G2.A1", 30, 1, 2),
            kept("G1.A1.P1", 30, 1, 1),
            kept("G1.A2", 20, 1, 3),
            kept("G1.A1", 10, 0, 5),
            kept("G1.A1", -1, 5, 5),
        ],
    )
    today = found.goals[0].work
    assert trend(found) == [(40, 0, 6), (30, 1, 6), (20, 2, 7), (10, 1, 8), (0, today.done, today.total)]


def test_without_a_history_the_days_of_the_projects_tell() -> None:
    """A board that was filled before syncd came has days on which its tasks were done."""
    card = sample(Audience.INTERNAL)
    done = [project.completed_at for action in card.goals[0].actions for project in action.projects if project.done]
    assert done == [datetime(2026, 11, 12, 15, 4, tzinfo=UTC)] * 2
    total = card.goals[0].work.total
    found = trend(with_trends(card, [kept("G1.A1", 40, 0, 4)]))
    assert found == [((TODAY - date(2025, 7, 1)).days, 0, total), (12, 2, total), (0, 2, total)]
    assert with_trends(replace(card, start=None), []).goals[0].trend[0] == WorkPoint(date(2026, 11, 12), 2, total)
    assert [point.on for point in with_trends(card, []).goals[3].trend] == [TODAY]


def test_the_drawing_keeps_each_count_until_the_next_day() -> None:
    """Two lines of steps inside the frame, the newest counts beside them; nothing is drawn of a single day."""
    points = [WorkPoint(date(2026, 1, 1), 0, 10), WorkPoint(date(2026, 3, 1), 4, 12)]
    svg = burn_up(points, date(2025, 7, 1), date(2029, 6, 30), TODAY, "Work")
    lines = {one.attrib["class"]: one.attrib["points"] for one in ET.fromstring(svg) if "points" in one.attrib}  # noqa: S314
    assert lines["line"].count(",") == lines["scope"].count(",") == 4
    ys = [place.split(",")[1] for place in lines["line"].split()]
    assert (ys[0], ys[2]) == (ys[1], ys[3])
    assert "4 done" in svg
    assert "12 in all" in svg
    assert burn_up(points[:1], None, None, TODAY, "Work") == ""
    assert burn_up([replace(point, total=0) for point in points], None, None, TODAY, "Work") == ""


def test_the_table_has_the_last_count_of_each_month() -> None:
    """A month of many changes takes one line."""
    days = [date(2026, 1, 1), date(2026, 1, 30), date(2026, 3, 2)]
    assert [point.on for point in monthly([WorkPoint(on, 1, 2) for on in days])] == days[1:]
