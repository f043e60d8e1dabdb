"""What is noted of a plan is told again as it was, whoever notes it, and whatever stands in the store besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from syncd.chronicle import Chronicle, Known, NothingKnown
from syncd.plan.model import Plan
from syncd.plan.pieces import assemble, pieces
from syncd.progress.evidence import Evidence
from syncd.progress.team import TeamWork
from syncd.records import KpiPoint
from syncd.scorecard.events import Kind
from syncd.store import Store, StoreError
from tests.progress.plans import task, tasks
from tests.scorecard.plans_of_years import edited, plans, source

ZONE = ZoneInfo("America/New_York")
NOON = datetime(2026, 3, 1, 17, tzinfo=UTC)
FIRST = date(2026, 3, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with closing(Store(f"sqlite:///{tmp_path / 'syncd.db'}")) as opened:
        opened.upgrade()
        yield opened


def chronicle(store: Store) -> Chronicle:
    """A process that knows nothing yet."""
    return Chronicle(lambda: store, ZONE)


def sample(*changes: tuple[str, object]) -> Plan:
    """The sample plan, edited."""
    return Plan.model_validate(edited(source(), *changes))


def test_each_day_as_it_was(store: Store) -> None:
    """The plan, the work, the teams' own and the stamp, as they were at the end of each day; then nothing before."""
    kept = chronicle(store)
    first = Known(sample(), tasks(task("G1.A1.P1", 0)), (), NOON)
    team = TeamWork("G1.A1", Evidence("task:7", Fraction(1, 2), done=False, title="Their own"))
    second = Known(sample(("title", "Anew")), tasks(task("G1.A1.P1", done=True)), (team,), NOON + timedelta(days=2))
    kept.note(first, [], NOON)
    kept.note(second, [], NOON + timedelta(days=2))
    assert [kept.recall(sample(), FIRST + timedelta(days=number)) for number in (0, 1, 2, 9)] == [
        first,
        first,
        second,
        second,
    ]
    with pytest.raises(NothingKnown, match="on 28 February 2026: its history begins on 1 March 2026"):
        kept.recall(sample(), FIRST - timedelta(days=1))
    with pytest.raises(NothingKnown, match="its history begins with the first pass"):
        kept.recall(sample(("id", "other")), FIRST)


def test_a_day_ends_at_midnight_of_the_district(store: Store) -> None:
    """What is noted a minute before midnight belongs to the day, a minute later to the next."""
    kept = chronicle(store)
    midnight = datetime(2026, 3, 2, 5, tzinfo=UTC)
    kept.note(Known(sample(), {}), [], midnight - timedelta(minutes=1))
    kept.note(Known(sample(("organization", "Anew")), {}), [], midnight + timedelta(minutes=1))
    assert kept.recall(sample(), FIRST).plan.organization == ""
    assert kept.recall(sample(), FIRST + timedelta(days=1)).plan.organization == "Anew"
    assert [(edit.on, edit.event.kind) for edit in kept.edits("district")] == []
    kept.note(Known(sample(("organization", "Anew"), ("goals.0.title", "Anew")), {}), [], midnight + timedelta(days=1))
    assert [(edit.on.day, edit.event.kind) for edit in kept.edits("district")] == [(3, Kind.RENAMED)]
    for days, many in ((1, 1), (2, 0)):
        assert len(kept.edits("district", since=FIRST + timedelta(days=days))) == many
        assert len(kept.edits("district", until=FIRST + timedelta(days=days))) == 1 - many


known = st.dictionaries(
    st.sampled_from(["P1", "P2", "P3"]), st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)])
).map(lambda shares: tasks(*(task(item, share) for item, share in shares.items())))
steps = st.lists(st.tuples(st.sampled_from("ABC"), plans(), known, st.booleans()), min_size=1, max_size=6)


@given(steps)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_whoever_notes_it(tmp_path: Path, found: list[tuple[str, Plan, Mapping[str, Evidence], bool]]) -> None:
    """Several processes note by turns, some started anew: every day is told as the last of them noted it."""
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
    with closing(Store(f"sqlite:///{path}")) as store:
        store.upgrade()
        running = {name: chronicle(store) for name in "ABC"}
        noted: dict[date, Known] = {}
        for number, (name, plan, evidence, anew) in enumerate(found):
            if anew:
                running[name] = chronicle(store)
            at = NOON + timedelta(days=number)
            running[name].note(Known(plan, evidence, (), at), [], at)
            noted[FIRST + timedelta(days=number)] = Known(assemble(pieces(plan)), evidence, (), at)
        for day, each in noted.items():
            assert chronicle(store).recall(each.plan, day) == each


def test_nothing_new_adds_nothing(store: Store) -> None:
    """The same plan, read anew, and the same work are one version and one line, however often they are noted."""
    kept, names = chronicle(store), ("plan_versions", "plan_pieces", "plan_events", "evidence")

    def many() -> list[int]:
        with store.reading() as reader:
            return [reader._run(text(f"SELECT count(*) FROM {name}")).scalar() for name in names]  # noqa: S608 ours

    kept.note(Known(sample(), tasks(task("P1", 0))), [], NOON)
    begun = many()
    for number in range(1, 4):
        kept.note(Known(sample(), tasks(task("P1", 0))), [], NOON + timedelta(hours=number))
        chronicle(store).note(Known(sample(), tasks(task("P1", 0))), [], NOON + timedelta(hours=number))
    assert many() == begun
    kept.note(Known(sample(("goals.0.actions.0.projects.0.title", "Anew")), tasks(task("P1", 1))), [], NOON)
    assert [after - before for before, after in zip(begun, many(), strict=True)] == [1, 1, 1, 1]


def test_what_was_not_kept_is_news_again(store: Store) -> None:
    """Where a note is not kept, and what another process notes takes its numbers, it is noted anew as a whole."""

    def failing(point: KpiPoint) -> KpiPoint:
        raise StoreError("the disk is full", "")

    point = KpiPoint("district", "G1.A1.P1", FIRST, NOON, None, Fraction(1), None, None, "achieved", 1, 1)
    kept = chronicle(store)
    first, second, third = (
        Known(sample(("title", f"Edition {share}")), tasks(task("G1.A1.P1", share)), (), NOON) for share in (0, 1, 2)
    )
    kept.note(first, [], NOON)
    with pytest.raises(StoreError, match="the disk is full"):
        kept.note(second, map(failing, [point]), NOON)
    chronicle(store).note(third, [], NOON)
    kept.note(second, [], NOON)
    assert kept.recall(sample(), FIRST) == second


def test_days_from_before_plans_were_kept(store: Store) -> None:
    """Such a day shows its points on the plan as it was first kept, or as it is now, and says so."""
    at = NOON - timedelta(days=10)
    point = KpiPoint("district", "G1.A1.P1", at.date(), at, None, Fraction(1), None, None, "achieved", 1, 1)
    with store.writing() as writer:
        writer.add_point(point)
    kept = chronicle(store)
    found = kept.recall(sample(), FIRST - timedelta(days=3))
    assert (found.plan, found.read_at) == (sample(), at)
    assert found.evidence["G1.A1.P1"].share == 1
    assert "all else is as the plan stands today" in found.caveat
    kept.note(Known(sample(), {}), [], NOON)
    then = kept.recall(sample(("title", "Anew")), FIRST - timedelta(days=3))
    assert (then.plan.title, kept.begins("district")) == ("Every Student Ready", FIRST)
    assert "The plan as it stood on 26 February 2026 was not kept." in then.caveat
    assert "all else is as the plan stood on 1 March 2026" in then.caveat
    with pytest.raises(NothingKnown):
        kept.recall(sample(), at.date() - timedelta(days=1))


def test_points_are_added_where_they_are_news(store: Store) -> None:
    """A point that says what the last one of its item says is not added again."""
    point = KpiPoint("district", "G1.A1.P1", FIRST, NOON, None, Fraction(1), None, None, "achieved", 1, 1)
    kept = chronicle(store)
    for number in range(2):
        kept.note(Known(sample(), {}), [point, replace(point, item="G1.A1")], NOON + timedelta(hours=number))
    with store.reading() as reader:
        assert [each.item for each in reader.points("district")] == ["G1.A1.P1", "G1.A1"]


def test_what_cannot_be_understood(store: Store) -> None:
    """A version that rules of today refuse is told of as damage, and a new one is noted without its edits."""
    with store.writing() as writer:
        number = writer.add_version("district", NOON, "x", {"": "{}"})
        writer.add_events("district", number, NOON, [{"kind": "nonsense"}])
        writer.add_evidence("district", NOON, {"P1": {"nonsense": 1}})
    kept = chronicle(store)
    for ask in (lambda: kept.recall(sample(), FIRST), lambda: kept.edits("district")):
        with pytest.raises(StoreError, match="cannot be understood"):
            ask()
    with pytest.raises(StoreError, match="cannot be understood"):
        kept.note(Known(sample(), {}), [], NOON + timedelta(days=1))
    with store.reading() as reader:
        assert reader.plan_version("district") is not None
        assert len(reader.plan_events("district")) == 1
