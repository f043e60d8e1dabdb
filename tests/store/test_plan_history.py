"""The plan's versions, its events and what was known of its work: kept whole in few rows, and never changed."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from syncd.records import PlanEvent, PlanVersion
from syncd.store import Store, StoreError
from tests.store.samples import AT, DAY, EVENT, KNOWN, PIECES, TAKEN, TOLD, fill, values

LATER = AT + timedelta(days=1)


def test_versions_are_found_by_their_time(store: Store) -> None:
    """The newest version, the one of an earlier instant, the first; of another plan, or before there was one: none."""
    with store.writing() as writer:
        one = writer.add_version("district", AT, "one", {"": "1", "G1": "g"})
        other = writer.add_version("district", LATER, "two", {"": "2"})
        writer.add_version("school", LATER, "three", {"": "s"})
    with store.reading() as reader:
        first, second = PlanVersion(one, "district", AT, "one"), PlanVersion(other, "district", LATER, "two")
        assert reader.plan_version("district") == second
        assert reader.plan_version("district", LATER) == reader.first_version("district") == first
        assert reader.plan_version("district", LATER + timedelta(microseconds=1)) == second
        assert reader.plan_version("district", AT) is None
        assert (reader.plan_version("nobody"), reader.first_version("nobody")) == (None, None)


def test_a_version_is_made_of_the_newest_pieces_up_to_it(store: Store) -> None:
    """Only what differs is kept, and each version comes back whole: with what stayed, and without what went."""
    with store.writing() as writer:
        writer.add_version("district", AT, "1", {"": "head", "G1": "a", "G2": "b"})
        writer.add_version("district", LATER, "2", {"G1": "c", "G2": None, "G3": "d"})
        writer.add_version("district", LATER + timedelta(days=1), "3", {"G2": "again"})
        writer.add_version("school", LATER, "4", {"": "s"})
    with store.reading() as reader:
        made = [
            reader.plan_pieces(PlanVersion(number, "district", AT, ""))
            for number in sorted(_versions(store, "district"))
        ]
    assert [sorted(each) for each in made] == [["", "G1", "G2"], ["", "G1", "G3"], ["", "G1", "G2", "G3"]]
    assert [each["G1"] for each in made] == ["a", "c", "c"]
    assert made[2]["G2"] == "again"


def _versions(store: Store, plan: str) -> list[int]:
    with store.reading() as reader:
        return [row.id for row in reader._run(text("SELECT id, plan FROM plan_versions")) if row.plan == plan]


_numbers = itertools.count()
pieces = st.dictionaries(st.sampled_from(["", "G1", "G2", "K1/2026-01-01/0"]), st.none() | st.sampled_from("abc"))


@given(st.lists(pieces, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_every_version_comes_back(store: Store, edits: list[dict[str, str | None]]) -> None:
    """Whatever is added, changed and taken out, each version is what it was when it was added."""
    held: dict[str, str] = {}
    expected: list[tuple[PlanVersion, dict[str, str]]] = []
    name = f"plan {next(_numbers)}"
    with store.writing() as writer:
        for number, edit in enumerate(edits):
            held = {name: each for name, each in (held | edit).items() if each is not None}
            at = AT + timedelta(hours=number)
            expected.append((PlanVersion(writer.add_version(name, at, "d", edit), name, at, "d"), held))
        for version, whole in expected:
            assert writer.plan_pieces(version) == whole


def test_events_come_newest_first(store: Store) -> None:
    """The edits of the newest version come first, those of one version in their own order; values are exact."""
    with store.writing() as writer:
        for at in (AT, LATER):
            version = writer.add_version("district", at, "", {})
            writer.add_events("district", version, at, [EVENT | {"number": 1}, EVENT | {"number": 2}])
    with store.reading() as reader:
        found = reader.plan_events("district")
        assert found[0] == PlanEvent(LATER, EVENT | {"number": 1})
        assert [(each.at, each.held["number"]) for each in found] == [(LATER, 1), (LATER, 2), (AT, 1), (AT, 2)]
        assert reader.plan_events("district", since=LATER) == found[:2]
        assert reader.plan_events("district", until=LATER) == found[2:]
        assert reader.plan_events("district", limit=3) == found[:3]
        assert reader.plan_events("school") == []


def test_evidence_is_what_was_last_known(store: Store) -> None:
    """Of each item the newest word counts, up to an instant; what nothing is known of any more is left out."""
    with store.writing() as writer:
        assert writer.evidence_end("district") == 0
        writer.add_evidence("district", AT, {"P1": KNOWN, "P2": {"done": False}})
        writer.add_evidence("district", LATER, {"P2": {"done": True}, "P1": None, "P3": {}})
        end = writer.evidence_end("district")
        writer.add_evidence("school", AT, {"P1": {"done": True}})
        assert writer.evidence_end("school") > writer.evidence_end("district") == end > 0
        writer.add_evidence("school", AT, {})
    with store.reading() as reader:
        assert reader.evidence("district") == {"P2": {"done": True}, "P3": {}}
        assert reader.evidence("district", LATER) == {"P1": KNOWN, "P2": {"done": False}}
        assert reader.evidence("district", AT) == {}


@given(st.dictionaries(st.sampled_from(["a", "b", "$c"]), values))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_what_is_known_comes_back_exactly(store: Store, known: dict[str, object]) -> None:
    """Shares, days, instants and texts of any kind are kept as they are."""
    with store.writing() as writer:
        writer.add_evidence("district", AT, {"P1": known})
        assert writer.evidence("district") == {"P1": known}


def test_the_last_look_of_each_day(store: Store) -> None:
    """A day's look is the newest of that day, or of the day before it without one."""
    with store.writing() as writer:
        writer.put_look("district", DAY, AT)
        writer.put_look("district", DAY, LATER)
        writer.put_look("district", DAY + timedelta(days=2), LATER + timedelta(days=2))
    with store.reading() as reader:
        looks: list[datetime | None] = [
            reader.look("district", DAY + timedelta(days=number)) for number in range(-1, 4)
        ]
    assert looks == [None, LATER, LATER, LATER + timedelta(days=2), LATER + timedelta(days=2)]


@pytest.mark.parametrize("table", ["plan_versions", "plan_pieces", "plan_events", "evidence", "told", "taken"])
@pytest.mark.parametrize("change", ["UPDATE {} SET plan = 'other'", "DELETE FROM {}", "REPLACE"])
def test_it_cannot_be_changed(store: Store, table: str, change: str) -> None:
    """What is added stays: it can neither be changed, nor removed, nor replaced, even by hand."""
    fill(store)
    with store.reading() as reader:
        sqlite = reader._connection.dialect.name == "sqlite"
    around = "REPLACE INTO {0} SELECT * FROM {0}" if sqlite else "TRUNCATE {} CASCADE"
    with pytest.raises(StoreError, match="is append-only"), store.writing() as writer:
        writer._run(text((around if change == "REPLACE" else change).format(table)))
    with store.reading() as reader:
        version = reader.plan_version("district")
        assert version is not None
        assert reader.plan_pieces(version) == PIECES
        assert reader.plan_events("district") == [PlanEvent(AT, EVENT)]
        assert reader.evidence("district") == {"G1.A1.P1": KNOWN}
        assert reader.told("district") == [("G1.O1.K1", TOLD)]
        assert reader.taken("district") == [TAKEN]
