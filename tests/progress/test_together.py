"""Together: how KPIs add up to a goal without a mean, and that what is not known never flatters it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.progress.pace import Pace
from syncd.progress.together import Overall, Stand, Together, together

ON, RISK, OFF, UNKNOWN = Pace.ON_TRACK, Pace.AT_RISK, Pace.OFF_TRACK, Pace.NOT_MEASURED
KNOWN = st.sampled_from([Pace.ACHIEVED, ON, RISK, OFF, Pace.MISSED])
BLIND = st.sampled_from([UNKNOWN, Pace.BASELINE_PENDING, Pace.NO_TARGET, Pace.STALE, Pace.SUPPRESSED])
STANDS = st.lists(st.builds(Stand, KNOWN | BLIND | st.sampled_from([Pace.PAUSED, Pace.RETIRED, Pace.NOT_STARTED])))
ORDER = [Overall.ON_TRACK, Overall.AT_RISK, Overall.OFF_TRACK]


@pytest.mark.parametrize("was", [UNKNOWN, Pace.BASELINE_PENDING, Pace.NO_TARGET, Pace.NOT_STARTED])
def test_what_was_not_known_before_says_nothing(was: Pace) -> None:
    """An overdue reading that could not be held against a target was neither good nor bad."""
    assert together([Stand(Pace.STALE, was), Stand(ON)]) == Together(2, 1, 0, 0, Overall.ON_TRACK, ON)


@pytest.mark.parametrize(
    ("paces", "overall", "worst"),
    [
        ([], None, None),
        ([Pace.PAUSED, Pace.RETIRED, Pace.NOT_STARTED], None, None),
        ([ON, Pace.ACHIEVED], Overall.ON_TRACK, ON),
        ([ON, ON, ON, RISK], Overall.AT_RISK, RISK),
        ([ON, ON, ON, OFF], Overall.AT_RISK, OFF),
        ([ON, ON, OFF], Overall.OFF_TRACK, OFF),
        ([ON, ON, Pace.MISSED], Overall.OFF_TRACK, Pace.MISSED),
        ([ON, ON, OFF, UNKNOWN, UNKNOWN], Overall.OFF_TRACK, OFF),
        ([ON, UNKNOWN], Overall.ON_TRACK, ON),
        ([ON, UNKNOWN, UNKNOWN], Overall.NOT_ENOUGH_DATA, ON),
        ([UNKNOWN], Overall.NOT_ENOUGH_DATA, None),
        ([ON, Pace.NOT_STARTED, Pace.NOT_STARTED], Overall.ON_TRACK, ON),
    ],
)
def test_how_kpis_stand_together(paces: list[Pace], overall: Overall | None, worst: Pace | None) -> None:
    """A third off track is off track; anything bad is at risk; under half with a reading is not enough."""
    found = together(map(Stand, paces))
    assert (found.overall, found.worst) == (overall, worst)


def test_coverage_is_counted() -> None:
    """3 of 5 have a current reading."""
    assert together(map(Stand, [ON, OFF, RISK, UNKNOWN, Pace.STALE])) == Together(5, 3, 1, 1, Overall.OFF_TRACK, OFF)


def test_what_was_missed_or_known_long_ago_is_counted_apart() -> None:
    """Of what is off track some is missed, and some of it all was so when it was last known."""
    stands = [Stand(ON), Stand(OFF), Stand(Pace.MISSED), Stand(RISK), Stand(ON), Stand(ON)]
    late = [Stand(Pace.STALE, was) for was in (OFF, RISK, RISK, ON)]
    found = together([*stands, *late])
    assert (found.off, found.missed, found.off_overdue) == (3, 1, 1)
    assert (found.at_risk, found.at_risk_overdue) == (3, 2)


def test_what_was_bad_stays_bad_when_its_reading_is_overdue() -> None:
    """Not to measure any more does not help."""
    before = together(map(Stand, [ON, ON, OFF]))
    after = together([Stand(ON), Stand(ON), Stand(Pace.STALE, was=OFF)])
    assert after.overall is before.overall is Overall.OFF_TRACK
    assert together([Stand(ON), Stand(ON), Stand(Pace.STALE, was=ON)]).overall is Overall.ON_TRACK


@given(STANDS, BLIND)
def test_unknowns_never_improve(stands: list[Stand], blind: Pace) -> None:
    """One more that is not known leaves the state as it is, or makes it say less."""
    before, after = together(stands), together([*stands, Stand(blind)])
    assert after.overall in (before.overall, Overall.NOT_ENOUGH_DATA)


@given(STANDS, KNOWN)
def test_losing_a_reading_never_improves(stands: list[Stand], was: Pace) -> None:
    """A KPI whose reading falls overdue never makes its goal look better."""
    known, lost = ([*stands, Stand(was)], [*stands, Stand(Pace.STALE, was=was)])
    before, after = together(known).overall, together(lost).overall
    if after in ORDER and before in ORDER:
        assert ORDER.index(after) >= ORDER.index(before)


@given(STANDS)
def test_the_order_does_not_matter(stands: list[Stand]) -> None:
    """KPIs are counted, whatever the order of the plan."""
    assert together(stands) == together(reversed(stands))
