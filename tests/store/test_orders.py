"""Orders and troubles: placed, taken, ended, withdrawn; put, told, over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.records import Order, Trouble
from syncd.store import Store
from tests.store.samples import AT, NASTY, TROUBLE

WHAT = {"mappings": ["academics"], "full": True, "approve": None}
LATER = AT + timedelta(seconds=2)


def test_an_order_from_its_placing_to_its_end(store: Store) -> None:
    """It is open until it has ended, and holds what was asked and what became of it exactly."""
    with store.writing() as writer:
        first = writer.place_order(AT, "Ann", "sync", WHAT)
        second = writer.place_order(LATER, NASTY, "sync", {})
    with store.reading() as reader:
        placed, other = reader.orders()
        assert placed == Order(first, AT, "Ann", "sync", WHAT) == reader.order(first)
        assert (other.id, other.what, second > first) == (second, {}, True)
    with store.writing() as writer:
        assert writer.take_order(first, LATER)
        assert writer.note_order(first, {"reports": []}, taken_at=LATER)
    with store.reading() as reader:
        assert reader.orders()[0] == replace(placed, taken_at=LATER, result={"reports": []})
    with store.writing() as writer:
        assert writer.note_order(first, {"reports": [{"mapping": NASTY[:9]}]}, taken_at=LATER, ended_at=LATER)
    with store.reading() as reader:
        assert [order.id for order in reader.orders()] == [second]
        ended = reader.order(first)
        assert ended is not None
        assert (ended.ended_at, ended.result) == (LATER, {"reports": [{"mapping": NASTY[:9]}]})


def test_a_withdrawn_order(store: Store) -> None:
    """Who works on it learns that it is gone; withdrawing it again is no error."""
    with store.writing() as writer:
        number = writer.place_order(AT, "Ann", "sync", WHAT)
        for _ in range(2):
            writer.drop_order(number)
        assert not writer.take_order(number, AT)
        assert not writer.note_order(number, {}, taken_at=AT)
        assert (writer.orders(), writer.order(number)) == ([], None)


def test_an_order_that_another_has_taken(store: Store) -> None:
    """Whoever had it before changes nothing any more: neither ends it, nor opens what the other one has ended."""
    with store.writing() as writer:
        number = writer.place_order(AT, "Ann", "sync", WHAT)
        writer.take_order(number, AT)
        assert writer.take_order(number, LATER)
        assert not writer.note_order(number, {"error": "lost"}, taken_at=AT, ended_at=LATER)
        assert [(order.taken_at, order.result) for order in writer.orders()] == [(LATER, {})]
        assert writer.note_order(number, {}, taken_at=LATER, ended_at=LATER)
        assert not writer.note_order(number, {}, taken_at=AT)
        assert not writer.take_order(number, AT)
        assert writer.orders() == []


def test_results_that_nobody_fetched_are_forgotten(store: Store) -> None:
    """After a day, when the next order is placed; those that are open stay."""
    with store.writing() as writer:
        ended = writer.place_order(AT, "Ann", "sync", WHAT)
        writer.take_order(ended, AT)
        writer.note_order(ended, {}, taken_at=AT, ended_at=AT)
        still = writer.place_order(AT, "Ann", "sync", WHAT)
        writer.place_order(AT + timedelta(hours=24), "Ann", "sync", WHAT)
        assert writer.order(ended) is not None
        writer.place_order(AT + timedelta(hours=25), "Ann", "sync", WHAT)
        assert (writer.order(ended), writer.order(still) is None) == (None, False)


def test_troubles(store: Store) -> None:
    """Each is kept under what it is about until it is over."""
    other = Trouble("store", AT, "full")
    with store.writing() as writer:
        writer.put_trouble(replace(TROUBLE, told=False))
        writer.put_trouble(other)
        writer.put_trouble(TROUBLE)
    shown = TROUBLE.message.replace("\x00", "\N{REPLACEMENT CHARACTER}").replace("\ud800", "\N{REPLACEMENT CHARACTER}")
    with store.writing() as writer:
        assert writer.troubles() == {TROUBLE.key: replace(TROUBLE, message=shown), "store": other}
        for _ in range(2):
            writer.drop_trouble(TROUBLE.key)
        assert writer.troubles() == {"store": other}
