"""A school week with both tools, and everything that may come between: no edit is lost, no quota overdrawn."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from syncd.service.hearing import DEBOUNCE
from tests.school.campus import DAILY, EVERY, TOOLS, TRIP, campus
from tests.school.week import Edit, Week

NEIGHBOURS = date(2026, 3, 4)
"""The day on which the district's other script takes half of monday's requests: then syncd looks less often."""
APRIL, MAY = date(2026, 4, 15), date(2026, 5, 20)


def lived(week: Week) -> None:
    """The week from Monday morning until the Monday after it, which begins an hour earlier."""
    here, at = week.here, week.at
    at("Mon 07:30", here.starts)
    at("Mon 08:15", week.ticks("G1.A1.P1"), week.ticks("G2.A1.P1"))
    at("Mon 10:02", week.moves("G1.A1.P2", APRIL), week.moves("G2.A1.P2", APRIL))
    at("Mon 11:40", week.renames("G1.A1.P3", "Choose the books"), week.renames("G2.A1.P3", "Call the families"))
    at("Mon 15:10", week.puts_off("G1.A2.P1", MAY), week.puts_off("G2.A2.P1", MAY))
    at("Mon 18:30", week.ticks("G1.A1.P4"), week.ticks("G2.A1.P4"))  # in quiet hours
    at("Tue 09:00", week.ticks("G1.A2.P1"), week.moves("G2.A2.P1", APRIL))
    at("Tue 09:30", here.is_cut_off)
    at("Tue 10:00", week.ticks("G1.A2.P2"), week.ticks("G2.A2.P2"), week.renames("G1.A2.P3", "Meet the tutors"))
    at("Tue 12:15", week.moves("G1.A2.P3", APRIL), week.renames("G2.A2.P3", "Ride the bus"))
    here.office_hears("troubles")
    at("Tue 13:30", here.is_back)
    at("Tue 14:30", week.ticks("G1.A2.P3"), week.ticks("G2.A2.P3"))
    here.office_hears("well_again")
    at("Wed 08:00", week.neighbour(DAILY // 2))
    at("Wed 09:20", week.ticks("G2.A2.P4"), week.ticks("G1.A2.P4"))
    at("Wed 13:05", week.moves("G2.A3.P1", MAY), week.moves("G1.A3.P1", MAY))
    at("Thu 08:40", here.stops, week.adds("G1.A3.P5"), week.adds("G1.A3.P6"), week.ticks("G1.A3.P1"))
    here.dies("POST /tasks", 2)
    at("Thu 08:50", week.ticks("G2.A3.P1"), here.starts)
    at("Thu 11:11", week.ticks("G1.A3.P2"), week.moves("G2.A3.P2", APRIL))
    at("Fri 07:10", here.stops, lambda: here.is_of_yesteryear("0002"), week.ticks("G2.A3.P2"))
    at("Fri 07:20", here.starts)
    at("Fri 12:00", week.ticks("G1.A3.P3"), week.renames("G2.A3.P3", "Thank the drivers"))
    at("Sun 12:00", week.ticks("G2.A3.P3"))  # the clocks went forward that night
    week.until("next Mon 09:00")


def promised(edit: Edit, told: str) -> timedelta:
    """How long an edit may take where its tool tells: one pause, and what both tools are asked for on its way.

    Else two looks, as every hour one sees no subtasks. Where requests are short, there are fewer looks.
    """
    tool = TOOLS[edit.item.partition(".")[0]]
    if tool == told and not edit.by_office:
        return timedelta(seconds=DEBOUNCE + TRIP * edit.asked)
    return EVERY * (4 if tool == "monday" and edit.made.date() == NEIGHBOURS else 2.4)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("told", TOOLS.values())
def test_a_school_week(tmp_path: Path, told: str) -> None:
    """Webhooks from one tool, none from the other; a cut, a death, an upgrade; every word stands, and in good time."""
    with campus(tmp_path, told) as here:
        week = Week(here)
        lived(week)
        sys.stdout.write("\n".join([*week.lines(), ""]))

        plan = week.plan()
        for edit in week.edits:
            assert edit.lag is not None, edit
            assert edit.by_office or week.is_told(edit), edit
        for edit in {(edit.item, edit.what): edit for edit in week.edits}.values():
            assert here.holds(edit.item, edit.what) == edit.value, edit
            assert edit.what == "done" or str(plan[edit.item][edit.what]) == edit.value, edit
        assert len([*tmp_path.glob("backups/syncd-before-*-2026-03-06-*.db")]) == 1
        assert len(here.titles()) == len({*here.titles()}) == 3 * 2 * 5 + 2

        assert not [edit for edit in week.edits if edit.in_time and edit.lag and edit.lag > promised(edit, told)]
        quick = week.lags(told, by_office=False)
        assert quick[len(quick) // 2] <= timedelta(seconds=1.5)
        assert quick[-1] <= timedelta(seconds=5)
        assert (max(week.used().values()) <= DAILY, week.refused) == (True, 0)
        assert week.ready == [True, False, True]
        assert here.notices("troubles") == here.notices("well_again") == [*TOOLS.values()]
        untold = {*TOOLS.values()} - {told}
        assert {trouble.partition(",")[0] for trouble in week.troubles()} == {f"webhooks of {tool}" for tool in untold}
        assert week.well_since() < 2 * EVERY
