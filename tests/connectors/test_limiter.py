"""The limiter never lets too much through, uses what it may, pauses everything, and learns."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import Quota
from connectors.limiter import BURST, CUT, FLOOR, MINUTE, PATIENCE, Daily, Limiter, Pace
from tests.connectors.clock import ToldClock


def busiest(sent: list[float]) -> int:
    """How many of these moments fall into the busiest minute."""
    return max((sum(start <= moment < start + MINUTE for moment in sent) for start in sent), default=0)


def sending(pace: Pace, now: float, until: float) -> list[float]:
    """When requests go out if somebody always has one more, from now until then."""
    sent = []
    while now < until:
        wait = pace.take(now)
        if not wait:
            sent.append(now)
        now += wait
    return sent


def limiter(clock: ToldClock, per_minute: int = 600, share_left: float = 0.0) -> Limiter:
    """A limiter of an account that may do a good deal."""
    return Limiter(clock, per_minute=per_minute, reads=50, writes=15, share_left=share_left)


# Arithmetic

_LIMITS = st.floats(min_value=1, max_value=1500)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 60)),
        st.tuples(st.just("idle"), st.floats(0, 200)),
        st.tuples(st.just("refused"), st.one_of(st.none(), st.integers(0, 90))),
    ),
    max_size=30,
)


@given(_LIMITS, _STEPS)
def test_no_minute_ever_holds_more_than_the_limit(per_minute: float, steps: list[tuple[str, float | None]]) -> None:
    """Whatever is sent, waited or refused, in whatever order, no window of 60 seconds holds more than allowed."""
    now, sent = 1000.0, []
    pace = Pace(per_minute, now=now)
    for kind, value in steps:
        if kind == "idle":
            now += value or 0
        elif kind == "refused":
            pace.refused(now, sent=now, wait=value)
        else:
            for _ in range(int(value or 0)):
                while wait := pace.take(now):
                    now += wait
                sent.append(now)
    assert busiest(sent) <= per_minute


@given(st.floats(min_value=20, max_value=1500))
def test_nine_tenths_of_the_limit_are_used(per_minute: float) -> None:
    """Whoever always has one more request to send gets at least 90 % of what is allowed, minute after minute."""
    sent = sending(Pace(per_minute, now=0.0), 0.0, 10 * MINUTE)
    assert len(sent) >= 0.9 * per_minute * 10 - 1


@given(st.floats(min_value=1, max_value=1500), st.floats(min_value=0, max_value=1e7))
def test_waits_are_never_too_short_to_matter(per_minute: float, now: float) -> None:
    """After the wait that was told the request goes: nobody waits again and again for nothing."""
    pace = Pace(per_minute, now=now)
    while not (wait := pace.take(now)):
        pass
    assert pace.take(now + wait) == 0 or pace.take(now + wait + 0.001) == 0


def test_only_a_small_burst_goes_at_once() -> None:
    """After a quiet time a twentieth of the minute's requests may go together, the next one has to wait."""
    pace = Pace(600, now=0.0)
    assert [pace.take(500.0) for _ in range(int(600 * BURST))] == [0.0] * 30
    assert pace.take(500.0) == pytest.approx(1 / 9.5)


def test_a_refusal_pauses_for_as_long_as_it_says() -> None:
    """Nothing goes before the time that was named, and then not a burst but one."""
    pace = Pace(600, now=0.0)
    assert pace.refused(10.0, sent=9.0, wait=30.0) == 30.0
    assert pace.take(10.0) == 30.0
    assert pace.take(39.0) == 1.0
    assert pace.take(40.0) == 0.0
    assert pace.take(40.0) > 0.0


def test_a_refusal_without_a_time_is_waited_out_longer_each_time() -> None:
    """The first wait is short, each further one twice as long up to a minute, until something gets through."""
    pace = Pace(600, now=0.0)
    waits = [pace.refused(at, sent=at, wait=None) for at in (1.0, 100.0, 200.0, 300.0, 400.0, 500.0)]
    assert waits == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]
    pace.answered()
    assert pace.refused(600.0, sent=600.0, wait=None) == 5.0


def test_the_rate_is_learnt_down_and_recovers() -> None:
    """A refusal takes a good part of the rate away; quiet minutes give it back bit by bit, all of it in the end."""
    pace = Pace(600, now=0.0)
    full = len(sending(pace, 0.0, 60.0))
    pace.refused(60.0, sent=60.0, wait=0.0)
    assert pace.share == CUT
    assert len(sending(pace, 60.0, 119.0)) <= full * CUT
    assert pace.take(60.0 + 2 * MINUTE) == 0.0
    assert pace.share == pytest.approx(CUT + 0.1)
    pace.take(60.0 + 60 * MINUTE)
    assert pace.share == 1.0


def test_refusals_of_requests_under_way_together_cut_once() -> None:
    """Ten requests that were refused at once are one lesson, not ten; and it never goes below the floor."""
    pace = Pace(600, now=0.0)
    for _ in range(10):
        pace.refused(10.0, sent=9.0, wait=1.0)
    assert pace.share == CUT
    for minute in range(30):
        pace.refused(20.0 + minute, sent=20.0 + minute, wait=0.0)
    assert pace.share == FLOOR


def test_another_limit_holds_from_then_on() -> None:
    """Once the account's plan is known, its limit is used."""
    pace = Pace(150, now=0.0)
    slow = len(sending(pace, 0.0, 60.0))
    pace.allow(1500)
    assert len(sending(pace, 60.0, 120.0)) >= 9 * slow
    pace.allow(150)
    assert len(sending(pace, 120.0, 180.0)) <= 150


# Sharing


def test_a_share_is_left_for_others() -> None:
    """Of the rate and of the places at once, the part that is left for other scripts is never used."""
    clock = ToldClock()
    ours = limiter(clock, per_minute=100, share_left=0.2)
    assert (ours.reads, ours.writes) == (40, 12)
    sent = []
    while clock.monotonic() < 5 * MINUTE:
        with ours.slot(writes=False) as moment:
            sent.append(moment)
    assert 0.9 * 80 <= busiest(sent) <= 80


def test_a_pause_holds_for_everything_that_uses_the_credential() -> None:
    """Reads and writes alike stay away after one of them was refused."""
    clock = ToldClock()
    ours = limiter(clock)
    ours.refused(sent=0.0, wait=50.0)
    with ours.slot(writes=True) as moment:
        assert moment >= 50.0
    ours.refused(sent=clock.monotonic(), wait=50.0)
    with ours.slot(writes=False) as moment:
        assert moment >= 100.0


def test_a_pause_too_long_is_reported() -> None:
    """Nobody hangs for an hour: the pause comes back as Quota with the time that is left."""
    clock = ToldClock()
    ours = limiter(clock)
    ours.refused(sent=0.0, wait=PATIENCE + 1)
    with pytest.raises(Quota) as told, ours.slot(writes=True):
        pass
    assert told.value.wait == PATIENCE + 1
    clock.pass_(seconds=2)
    with ours.slot(writes=True):
        assert clock.monotonic() >= PATIENCE + 1


def test_no_more_than_so_many_at_once() -> None:
    """Writers beyond the places there are wait for one; readers have places of their own."""
    ours = Limiter(ToldClock(), per_minute=60_000, reads=5, writes=5, share_left=0.2)
    free, most, inside = threading.Event(), [0], [0]
    lock, full = threading.Lock(), threading.Event()

    def write() -> None:
        with ours.slot(writes=True):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                if inside[0] == 4:
                    full.set()
            free.wait(10)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=write) for _ in range(12)]
    for thread in threads:
        thread.start()
    assert full.wait(10)
    with ours.slot(writes=False):
        free.set()
    for thread in threads:
        thread.join(10)
    assert most[0] == 4


# A day's requests


def taken(daily: Daily) -> bool:
    """Whether a request was let through."""
    try:
        daily.take()
    except Quota:
        return False
    return True


@given(
    st.integers(1, 60),
    st.floats(0, 0.9),
    st.lists(st.one_of(st.just("send"), st.integers(0, 40), st.floats(0, 90_000)), max_size=80),
)
def test_no_day_ever_holds_more_than_is_left_for_us(limit: int, left: float, deeds: list[str | float]) -> None:
    """Whatever is sent, told by others or slept through: a day holds our share, and a new day begins at nothing."""
    clock = ToldClock()
    daily = Daily(clock, limit, left)
    sent: Counter[date] = Counter()
    for deed in deeds:
        if deed == "send":
            sent[clock.now().date()] += taken(daily)
        elif isinstance(deed, int):
            daily.spent(deed)
        else:
            clock.pass_(seconds=float(deed))
    assert all(count <= limit * (1 - left) for count in sent.values())
    rest = daily.budget().resets_at - clock.now()
    clock.pass_(seconds=rest.total_seconds())
    assert (clock.now().time(), daily.budget().used) == (time(), 0)


def test_what_others_sent_comes_off_the_day() -> None:
    """Our share is what the limit leaves after the others and what they send unheard."""
    clock = ToldClock()
    daily = Daily(clock, 10, 0.2)
    daily.take()
    today = clock.now().date()
    daily.told(today, limit=20, usage=13)
    daily.told(today - timedelta(days=1), limit=None, usage=999)
    budget = daily.budget()
    assert (budget.limit, budget.used, budget.others) == (20, 1, 12)
    assert budget.resets_at == datetime(2026, 9, 2, tzinfo=UTC)
    for _ in range(6):
        daily.take()
    with pytest.raises(Quota, match=r"7 of the day's 20 requests .* 16 hours"):
        daily.take()


def test_calls_of_other_processes_count() -> None:
    """What the store counted is taken over, and a smaller number is no news."""
    daily = Daily(ToldClock(), 10, 0.0)
    daily.spent(9)
    daily.spent(3)
    daily.take()
    with pytest.raises(Quota):
        daily.take()
