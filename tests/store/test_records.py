"""What is put into the store comes back the same, in both databases, and where it was put."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.vocabulary import Depth
from syncd.records import Entry, Outcome, Seen, Shelf
from syncd.store import Store, StoreError
from syncd.store.rows import words
from tests.store.samples import (
    ASIDE,
    AT,
    CONTAINER,
    DAY,
    ENTRY,
    GROUP_LINK,
    INTENT,
    LINK,
    NASTY,
    POINT,
    SEEN,
    SHELF,
    STATE,
    TASK,
    fill,
    seen_tasks,
)

LATER = AT + timedelta(minutes=5)


def test_an_empty_store_has_nothing(store: Store) -> None:
    """Asked for what was never put, the store answers None, nothing or 0."""
    with store.reading() as reader:
        assert (reader.shelf("asana", "C1"), reader.shelves("asana"), reader.seen("asana", "C1")) == (None, {}, {})
        assert (reader.links("m"), reader.group_links("m"), reader.set_aside("m"), reader.intents("m")) == (
            {},
            {},
            {},
            [],
        )
        assert (reader.mapping_state("m"), reader.mapping_states(), reader.last_pass("m")) == (None, {}, None)
        assert (reader.passes("m"), reader.log(), reader.points("district")) == ([], [], [])
        assert (reader.requests_on("asana", DAY), reader.facts("asana", "me")) == (0, None)


def test_every_record_comes_back_the_same(store: Store) -> None:
    """One filled record of each kind comes back equal from a new transaction."""
    fill(store)
    with store.reading() as reader:
        assert reader.shelf("asana", "C1") == SHELF
        assert reader.shelves("asana") == {"C1": SHELF}
        assert reader.seen("asana", "C1") == {"12": SEEN, "13": Seen(replace(TASK, id="13"), AT)}
        assert reader.links("academics") == {"G1.A1.P1": LINK}
        assert (reader.links_made("academics"), reader.was_undone("academics")) == (1, False)
        assert reader.group_links("academics") == {"G1": GROUP_LINK}
        assert reader.intents("academics") == [INTENT]
        assert reader.set_aside("academics") == {"G1.A1.P3": ASIDE}
        assert reader.mapping_state("academics") == STATE
        assert reader.mapping_states() == {"academics": STATE}
        assert reader.points("district") == [POINT]
        assert reader.requests_on("asana", DAY) == 7
        assert reader.facts("asana", "me") == {"id": "1", "name": NASTY}


def test_records_of_others_stay_apart(store: Store) -> None:
    """Another connection, container, mapping, plan or day does not see them."""
    fill(store)
    with store.reading() as reader:
        assert (reader.shelves("monday"), reader.seen("monday", "C1"), reader.seen("asana", "C2")) == ({}, {}, {})
        assert (reader.links("m"), reader.group_links("m"), reader.intents("m"), reader.set_aside("m")) == (
            {},
            {},
            [],
            {},
        )
        assert (reader.mapping_state("m"), reader.passes("m"), reader.points("other")) == (None, [], [])
        assert (reader.links_made("m"), reader.was_undone("m")) == (0, False)
        assert reader.requests_on("asana", DAY + timedelta(days=1)) == 0
        assert (reader.facts("monday", "me"), reader.facts("asana", "you")) == (None, None)


def test_what_was_undone(store: Store) -> None:
    """One line of the log is enough; of another mapping it says nothing."""
    with store.writing() as writer:
        writer.add_entries([replace(ENTRY, kind="undo"), ENTRY, replace(ENTRY, mapping="other")])
    with store.reading() as reader:
        assert (reader.was_undone("academics"), reader.was_undone("other")) == (True, False)


def test_putting_again_replaces(store: Store) -> None:
    """A second put under the same id replaces the first."""
    fill(store)
    bare = Shelf(replace(CONTAINER, groups=(), fields=()), depth=Depth.TOP)
    with store.writing() as writer:
        writer.put_shelf("asana", bare)
        writer.put_seen("asana", "C1", [Seen(TASK, LATER)])
        writer.put_link("academics", replace(LINK, task="99", agreed={}))
        writer.put_group_link("academics", replace(GROUP_LINK, group="H"))
        writer.put_intent("academics", replace(INTENT, parent=None))
        writer.put_set_aside("academics", replace(ASIDE, tries=4))
        writer.put_mapping_state(replace(STATE, paused=False))
        writer.put_facts("asana", "me", None)
    with store.reading() as reader:
        assert reader.shelf("asana", "C1") == bare
        assert reader.seen("asana", "C1")["12"] == Seen(TASK, LATER)
        assert len(reader.seen("asana", "C1")) == 2
        assert reader.links("academics") == {LINK.item: replace(LINK, task="99", agreed={})}
        assert reader.group_links("academics")["G1"].group == "H"
        assert reader.intents("academics") == [replace(INTENT, parent=None)]
        assert reader.set_aside("academics")[ASIDE.item].tries == 4
        assert reader.mapping_states() == {"academics": replace(STATE, paused=False)}
        assert reader.facts("asana", "me") is None


def test_dropping_forgets_one_record(store: Store) -> None:
    """A drop forgets what it names and nothing else; dropping it again is no error."""
    fill(store)
    with store.writing() as writer:
        writer.put_link("other", LINK)
        for _ in range(2):
            writer.drop_seen("asana", "C1", ["12", "unknown"])
            writer.drop_link("academics", LINK.item)
            writer.drop_group_link("academics", GROUP_LINK.item)
            writer.drop_intent("academics", INTENT.key)
            writer.drop_set_aside("academics", ASIDE.item)
        assert list(writer.seen("asana", "C1")) == ["13"]
        assert (writer.links("academics"), writer.links("other")) == ({}, {LINK.item: LINK})
        assert (writer.group_links("academics"), writer.intents("academics")) == ({}, [])
        assert writer.set_aside("academics") == {}


def test_replacing_what_was_seen_forgets_the_rest(store: Store) -> None:
    """After a full listing, only its tasks count as seen, in that container alone."""
    fill(store)
    with store.writing() as writer:
        writer.put_seen("asana", "C2", [SEEN])
        writer.replace_seen("asana", "C1", seen_tasks(3))
        assert writer.seen("asana", "C1") == {seen.task.id: seen for seen in seen_tasks(3)}
        writer.replace_seen("asana", "C1", [])
        assert (writer.seen("asana", "C1"), len(writer.seen("asana", "C2"))) == ({}, 1)


def test_many_tasks_are_replaced_quickly(store: Store) -> None:
    """5,000 observed tasks are replaced in some seconds of work, not minutes."""
    many = seen_tasks(5_000)
    with store.writing() as writer:
        writer.replace_seen("asana", "C1", many)
    began = time.process_time()
    with store.writing() as writer:
        writer.replace_seen("asana", "C1", many)
    assert time.process_time() - began < 5
    with store.reading() as reader:
        assert len(reader.seen("asana", "C1")) == 5_000


def test_intents_come_oldest_first(store: Store) -> None:
    """Intents are listed in the order they were sent."""
    with store.writing() as writer:
        for number, key in enumerate("cab"):
            writer.put_intent("m", replace(INTENT, key=key, item=key, sent_at=AT - timedelta(seconds=number)))
        assert [intent.key for intent in writer.intents("m")] == ["b", "a", "c"]


def test_passes_are_begun_and_ended(store: Store) -> None:
    """A pass is running until it is ended; the newest comes first, and `ended` leaves the running one out."""
    with store.writing() as writer:
        first = writer.begin_pass("m", AT, full=True)
        writer.end_pass(first, LATER, Outcome.FINDINGS, {"created": 2, "held": 1}, NASTY)
        second = writer.begin_pass("m", LATER, full=False)
    with store.reading() as reader:
        newest, older = reader.passes("m")
        assert (newest.id, newest.outcome, newest.ended_at, newest.full) == (second, Outcome.RUNNING, None, False)
        assert (older.id, older.outcome, older.started_at, older.ended_at) == (first, Outcome.FINDINGS, AT, LATER)
        assert (older.counts, older.message) == ({"created": 2, "held": 1}, words(NASTY))
        assert (reader.last_pass("m"), reader.last_pass("m", ended=True)) == (newest, older)
        assert reader.passes("m", limit=1) == [newest]


def test_a_pass_ends_once(store: Store) -> None:
    """Ending a pass that is over or never was is refused, and its record stays."""
    with store.writing() as writer:
        ended = writer.begin_pass("m", AT, full=True)
        writer.end_pass(ended, AT, Outcome.DONE, {})
    for number in (ended, 99):
        with pytest.raises(StoreError, match="not running"), store.writing() as writer:
            writer.end_pass(number, LATER, Outcome.ABANDONED, {})
    with store.reading() as reader:
        assert [record.outcome for record in reader.passes("m")] == [Outcome.DONE]


def test_what_is_asked_for_with_broken_characters_is_not_there(store: Store) -> None:
    """A name from a terminal with other letters than UTF-8 is no damage to the store."""
    with store.writing() as writer:
        writer.add_entries([Entry(AT, None, "m", "A", "1", "fail")])
    with store.reading() as reader:
        assert reader.log(item="M\udcfcller") == []
        assert len(reader.log(item="A")) == 1


def test_the_log_is_read_newest_first_and_by_what_is_asked(store: Store) -> None:
    """Each way to narrow the log narrows it, alone and together."""
    with store.writing() as writer:
        begun = writer.begin_pass("m", AT, full=True)
        lines = [
            replace(ENTRY, item="A", mapping="m", pass_id=begun, who=""),
            replace(ENTRY, item="B", mapping="m", at=LATER, field="field:Cost", who="ann@example.org, Émile Ö."),
            replace(ENTRY, item="A", mapping="n", at=LATER, before=("x", None), after=NASTY, cause=NASTY, who=NASTY),
        ]
        writer.add_entries(lines)
    first, second, third = lines
    third = replace(third, cause=words(NASTY), who=words(NASTY))
    with store.reading() as reader:
        assert reader.log() == [third, second, first]
        assert reader.log(limit=2) == [third, second]
        assert reader.log(item="A") == [third, first]
        assert reader.log(mapping="m") == [second, first]
        assert reader.log(pass_id=begun) == [first]
        assert reader.log(since=LATER) == [third, second]
        assert reader.log(until=LATER) == [first]
        assert reader.log(field="due") == [third, first]
        assert reader.log(field="Cost") == reader.log(field="field:Cost") == [second]
        assert reader.log(who="ANN@") == reader.log(who="émile ö") == [second]
        assert reader.log(who="%") == reader.log(who="bob") == []
        assert reader.log(item="A", mapping="m", since=LATER) == []
        assert reader.log(who="ann", field="due") == []
        assert reader.newest("m", ["A", "B", "C"]) == {"A": first, "B": second}
        assert reader.newest("m", []) == {}


def test_a_pass_is_found_by_its_number(store: Store) -> None:
    """Whatever mapping it was of; a number that was never given finds none."""
    with store.writing() as writer:
        numbers = [writer.begin_pass(mapping, AT, full=False) for mapping in ("m", "n")]
    with store.reading() as reader:
        found = [reader.pass_record(number) for number in numbers]
        assert [(one.id, one.mapping) for one in found if one] == list(zip(numbers, ("m", "n"), strict=True))
        assert reader.pass_record(99) is None


def test_the_log_from_a_pass_on(store: Store) -> None:
    """Everything of its mapping since its first line, later passes included, the oldest first; nothing of others."""
    with store.writing() as writer:
        passes = [writer.begin_pass("m", AT, full=False) for _ in range(3)]
        writer.begin_pass("n", AT, full=False)
        lines = [
            replace(ENTRY, mapping="m", pass_id=each, after=at) for at, each in enumerate([*passes[:2], passes[0]])
        ]
        writer.add_entries([replace(ENTRY, mapping="m"), *lines[:2], replace(ENTRY, mapping="n"), lines[2]])
        writer.add_entries([replace(ENTRY, mapping="n", pass_id=passes[2])])
    with store.reading() as reader:
        assert reader.log_from(passes[0]) == lines
        assert reader.log_from(passes[1]) == lines[1:]
        assert reader.log_from(passes[2]) == reader.log_from(99) == []


def test_points_are_exact_and_in_order(store: Store) -> None:
    """Points come back digit by digit, unknown ones as unknown, in the order they were added."""
    unknown = replace(POINT, attainment=None, implementation=None, measured=None, expected=None, total=0, done=0)
    with store.writing() as writer:
        writer.add_point(POINT)
        writer.add_point(unknown)
        writer.add_point(POINT)
    with store.reading() as reader:
        assert reader.points("district") == [POINT, unknown, POINT]
        assert str(reader.points("district")[0].measured) == "48.70"
        assert reader.points("district", [POINT.item]) == [POINT, unknown, POINT]
        assert reader.points("district", ["other"]) == []


def test_requests_add_up(store: Store) -> None:
    """Requests of one day are added, those of another day counted apart."""
    with store.writing() as writer:
        for number in (3, 4):
            writer.count_requests("asana", DAY, number)
        writer.count_requests("asana", DAY + timedelta(days=1), 1)
        assert writer.requests_on("asana", DAY) == 7


def test_instants_come_back_in_utc(store: Store) -> None:
    """An instant of another time zone is kept as the same instant, without one it is refused."""
    there = datetime(2026, 11, 1, 1, 30, tzinfo=timezone(timedelta(hours=-5)))
    with store.writing() as writer:
        writer.put_set_aside("m", replace(ASIDE, retry_at=there))
        kept = writer.set_aside("m")[ASIDE.item].retry_at
        assert (kept, kept.tzinfo) == (there, UTC)
    with pytest.raises(TypeError, match="time zone"), store.writing() as writer:
        writer.put_set_aside("m", replace(ASIDE, retry_at=AT.replace(tzinfo=None)))


def test_unstorable_text_for_people_is_kept_as_well_as_it_can_be() -> None:
    """NUL and half a surrogate pair are replaced in messages; everything else stands."""
    assert words("plain") == "plain"
    assert words("caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{GRINNING FACE}") == "café 😀"
    assert words("a\x00b\ud800c") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_nothing_to_add_is_fine(store: Store) -> None:
    """Empty lists of tasks and lines change nothing."""
    nothing: list[Entry] = []
    with store.writing() as writer:
        writer.add_entries(nothing)
        writer.put_seen("asana", "C1", [])
        writer.drop_seen("asana", "C1", [])
        assert (writer.log(), writer.seen("asana", "C1")) == ([], {})
