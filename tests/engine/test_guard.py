"""The guard at its limits: what stops a pass, what does not, and what an approval stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.vocabulary import FieldValue
from syncd.engine.agreement import GONE
from syncd.engine.guard import Limits, Stop, guard, leaving
from syncd.engine.planner import Change, Edit, Kind, Why

LIMITS = Limits()
GUARDED = (Kind.UPDATE, Kind.MOVE, Kind.ARCHIVE, Kind.WRITE_BACK)
FREE = tuple(kind for kind in Kind if kind not in GUARDED)


def changes(kind: Kind, number: int, first: int = 0) -> list[Change]:
    """So many changes of a kind, each of another item."""
    return [
        Change(kind, f"A{at}", "Title", f"T{at}", (Edit("title", "a", "b", ""),)) for at in range(first, first + number)
    ]


def gone(number: int, *, fresh: bool = True) -> list[Change]:
    """So many items whose tasks are gone, newly or since long."""
    edit = Edit(GONE, None, "deleted", "")
    return [Change(Kind.HOLD, f"A{at}", "Title", f"T{at}", (edit,), "", Why.GONE, fresh) for at in range(number)]


def look(changes: Sequence[Change], links: int, limits: Limits = LIMITS) -> Stop | None:
    """What the guard says where all tasks but those that wait as gone are there."""
    return guard(changes, links, limits, there=links > sum(change.why is Why.GONE for change in changes))


def stop_of(changes: Sequence[Change], links: int, limits: Limits = LIMITS) -> Stop:
    """The stop that there must be."""
    stop = look(changes, links, limits)
    assert stop is not None
    return stop


@pytest.mark.parametrize("kind", GUARDED)
@pytest.mark.parametrize(
    ("number", "links", "stops"), [(10, 12, False), (11, 55, False), (11, 54, True), (12, 55, True), (100, 500, False)]
)
def test_it_stops_over_both_limits(kind: Kind, number: int, links: int, stops: bool) -> None:
    """Over ten items and over a fifth of the links; at either limit a pass still goes on."""
    assert bool(look(changes(kind, number), links)) is stops


def test_items_count_not_changes() -> None:
    """An item that is rewritten and moved counts once."""
    both = [*changes(Kind.UPDATE, 10), *changes(Kind.MOVE, 10)]
    assert look(both, 10) is None
    assert look([*both, *changes(Kind.ARCHIVE, 1, first=10)], 11) is not None


def test_the_sentence_has_the_figures() -> None:
    """What would change, of how many, and what is allowed."""
    found = [
        *changes(Kind.UPDATE, 5), *changes(Kind.MOVE, 4, 3), *changes(Kind.ARCHIVE, 3, 20),
        *changes(Kind.CREATE, 9, 50),
        *(replace(change, item=f"x{change.item}") for change in gone(2)),
    ]  # fmt: skip
    assert stop_of(found, 20).why == (
        "12 of 20 linked items would change (tasks rewritten: 5, tasks moved: 4, items that left the plan: 3, "
        "tasks gone in the tool: 2); on its own a pass may change up to 10 items, or 20% of them"
    )


def test_renamed_groups_are_told() -> None:
    """They stand among the figures and are part of what is approved, and stop nothing by themselves."""
    found, groups = changes(Kind.UPDATE, 11), {"G1": "New", "G2": "Newer"}
    stop = guard(found, 11, LIMITS, there=True, groups=groups)
    assert stop is not None
    assert "(tasks rewritten: 11, groups renamed: 2)" in stop.why
    assert stop.digest != stop_of(found, 11).digest
    assert guard(changes(Kind.UPDATE, 10), 10, LIMITS, there=True, groups=groups) is None


def test_own_limits() -> None:
    """A mapping may allow more or less."""
    assert look(changes(Kind.UPDATE, 2), 2, Limits(1, Decimal("0.5"))) is not None
    assert look(changes(Kind.UPDATE, 2), 2, Limits(1, Decimal(1))) is None
    assert look(changes(Kind.UPDATE, 2), 2, Limits(2, Decimal(0))) is None


def test_a_whole_container_lost() -> None:
    """However few the links: when the last of the tasks are newly gone, the pass stops."""
    assert stop_of(gone(3), 3).why == "all 3 linked tasks are gone from the container"
    assert look(gone(2), 3) is None
    assert look(gone(3, fresh=False), 3) is None
    assert look((), 0) is None
    last = [*gone(2, fresh=False), *(replace(change, item="B") for change in gone(1))]
    assert stop_of(last, 3).why == "all 3 linked tasks are gone from the container"


def test_many_gone() -> None:
    """So many tasks newly gone at once are a surprise; those that are known to be gone are none."""
    assert "tasks gone in the tool: 11" in stop_of(gone(11), 54).why
    assert look(gone(11, fresh=False), 54) is None


def test_tasks_left_behind() -> None:
    """Tasks would stay behind in the old container: who approves of one new place does not approve of another."""
    stop = leaving(7, "B1", "B2")
    assert stop.why == "the mapping now names another container: 7 linked tasks would stay behind in the old one"
    assert stop == leaving(7, "B1", "B2")
    assert stop.digest not in {leaving(*other).digest for other in ((8, "B1", "B2"), (7, "B", "B2"), (7, "B1", "B3"))}


def test_the_digest_is_the_same_in_every_process() -> None:
    """An approval that was given yesterday, elsewhere, still stands for the same picture."""
    assert stop_of(changes(Kind.UPDATE, 11), 11).digest == "81e1dda2ce2a"


some_changes = st.lists(
    st.builds(
        Change,
        kind=st.sampled_from(GUARDED),
        item=st.sampled_from([f"A{at}" for at in range(30)]),
        title=st.just("T"),
        task=st.sampled_from(["T1", "T2"]),
        edits=st.lists(
            st.builds(
                Edit,
                st.sampled_from(["title", "due"]),
                st.none(),
                st.none() | st.text(max_size=3) | st.decimals(0, 9, places=1) | st.dates(),
                st.just("why"),
            ),
            max_size=2,
        ).map(tuple),
    ),
    min_size=2,
    unique_by=lambda change: (change.kind, change.item),
)
STRICT = Limits(0, Decimal(0))


@given(some_changes, st.randoms(use_true_random=False))
def test_the_digest_does_not_hang_on_the_order(found: list[Change], chance: object) -> None:
    """The same changes in another order, with what is free among them, are the same picture."""
    shuffled = [*found, *changes(Kind.CREATE, 3)]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert stop_of(found, 50, STRICT).digest == stop_of(shuffled, 50, STRICT).digest


@given(some_changes, st.data())
def test_another_picture_has_another_digest(found: list[Change], data: st.DataObject) -> None:
    """One change less, another task, kind or value: an approval does not stand for that."""
    at = data.draw(st.integers(0, len(found) - 1))
    one, rest = found[at], found[:at] + found[at + 1 :]
    others = [
        replace(one, task=f"{one.task}x"),
        replace(one, item=f"{one.item}x"),
        replace(one, kind=Kind.ARCHIVE if one.kind is not Kind.ARCHIVE else Kind.MOVE),
        replace(one, edits=(*one.edits, Edit("notes", None, "new", ""))),
        replace(one, edits=(Edit("title", None, "a;due=b", ""),)),
        replace(one, edits=(Edit("title", None, "a", ""), Edit("due", None, "b", ""))),
        replace(one, edits=(Edit("title", None, "a", "the plan changed"),)),
        replace(one, edits=(Edit("title", "theirs", "a", "the plan changed"),)),
        replace(one, edits=(), reason="its task stays"),
        replace(one, edits=(), reason="its task is marked done"),
    ]
    digests = {stop_of(picture, 50, STRICT).digest for picture in ([*rest, other] for other in (one, *others))}
    assert len(digests) >= len(others)
    assert stop_of(rest, 50, STRICT).digest not in digests


ALIKE = (
    (("ann@example.org", "bob@example.org"), ("bob@example.org", "ann@example.org")),
    ("Read\nDaily", "Read  \r\nDaily\n"),
    (Decimal("1.5"), Decimal("1.50")),
    ("", None),
)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_the_digest_does_not_hang_on_the_form_of_a_value(one: FieldValue, other: FieldValue) -> None:
    """What people would read the same is the same, before as after: neither order, blanks nor zeros behind count."""

    def picture(value: FieldValue) -> str:
        edits = (Edit("field:Team", value, "x", "why"), Edit("field:Lead", "x", value, "why"))
        return stop_of([replace(each, edits=edits) for each in changes(Kind.UPDATE, 11)], 11).digest

    assert picture(one) == picture(other)


def test_the_digest_does_not_hang_on_the_order_of_fields() -> None:
    """A mapping that names its fields in another order asks for the same."""
    edits = (Edit("title", "a", "b", ""), Edit("due", None, "c", ""))
    digests = {
        stop_of([replace(each, edits=order) for each in changes(Kind.UPDATE, 11)], 11).digest
        for order in (edits, edits[::-1])
    }
    assert len(digests) == 1


@given(
    st.lists(st.sampled_from(FREE)), st.integers(0, 50), st.integers(0, 20), st.decimals(0, 1, places=2)
)  # fmt: skip
def test_what_writes_nothing_or_makes_new_never_stops(kinds: list[Kind], links: int, most: int, share: Decimal) -> None:
    """Promise 4 guards what is there: to create, adopt and hold is never a surprise, under any limits."""
    found = [change for at, kind in enumerate(kinds) for change in changes(kind, 1, first=at)]
    assert look(found, links, Limits(most, share)) is None


@given(st.lists(st.sampled_from(Kind)), st.integers(1, 60), st.integers(0, 20), st.decimals(0, 1, places=2))
def test_the_limit_is_exact(kinds: list[Kind], links: int, most: int, share: Decimal) -> None:
    """It stops exactly where more items change than both limits allow."""
    found = [change for at, kind in enumerate(kinds) for change in changes(kind, 1, first=at)]
    number = sum(kind in GUARDED for kind in kinds)
    assert bool(look(found, links, Limits(most, share))) is (number > most and number > share * links)


def test_figures_that_syncd_reckons_are_no_surprise() -> None:
    """However many change; where anything else of an item changes with them, it counts."""
    limits = replace(LIMITS, free=frozenset({"field:Now", "field:Pace"}))
    figures = (Edit("field:Now", "a", "b", ""), Edit("field:Pace", "c", "d", ""))
    only = [replace(one, edits=figures) for one in changes(Kind.UPDATE, 11)]
    more = [replace(one, edits=(*figures, *one.edits)) for one in only[:-1]] + changes(Kind.UPDATE, 11)

    assert look(only, 11, limits) is None
    assert look(only, 11) is not None
    assert look(more, 11, limits) is not None
    assert look([replace(one, kind=Kind.ARCHIVE) for one in only], 11, limits) is not None
    later = [replace(one, edits=(Edit("field:Now", "b", "c", ""), *one.edits[-1:])) for one in more]
    assert stop_of(more, 11, limits).digest == stop_of(later, 11, limits).digest
