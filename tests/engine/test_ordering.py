"""The fewest moves that bring tasks into the plan's order, and none where the plan did not change it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from connectors.vocabulary import Container, Fate, Task
from mappings.rules import Rules
from mappings.shape import Desired, Wanted
from syncd.engine.ordering import Place, places
from syncd.engine.planner import Observed
from syncd.records import Link, Seen

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def due(plan: list[str], before: list[str], *, gone: str = "", drafts: str = "", unlinked: str = "") -> list[Place]:
    """The moves for items of one group."""
    wanted = {item: Wanted(item, item, "G", None, touch=item not in drafts) for item in plan}
    fates = {item: Fate.DELETED if item in gone else None for item in plan}
    seen = {f"T{item}": Seen(Task(f"T{item}", "B", item, ""), NOW, fates[item]) for item in plan}
    links = {item: Link(item, f"T{item}", {}, NOW) for item in plan if item not in unlinked}
    return list(places(Desired(Rules("m", "d"), wanted, {}), Observed(Container("B", "", ""), seen), links, before))


def carried_out(order: list[str], moves: list[Place]) -> list[str]:
    """The order after the moves, one after the other."""
    for move in moves:
        order = [item for item in order if item != move.item]
        order.insert(order.index(move.after) + 1 if move.after else 0, move.item)
    return order


def rising(order: list[str], ranks: dict[str, int]) -> int:
    """The length of the longest rising part, by trying all."""
    return next(
        size
        for size in range(len(order), -1, -1)
        if any(list(part) == sorted(part, key=ranks.__getitem__) for part in combinations(order, size))
    )


@given(st.permutations("ABCDEFG"), st.permutations("ABCDEFG"))
def test_the_moves_lead_to_the_plans_order_and_are_the_fewest(before: list[str], plan: list[str]) -> None:
    """From the old order, carried out one after the other; one less would not do."""
    moves = due(plan, before)
    assert carried_out(before, moves) == plan
    assert len(moves) == len(plan) - rising(plan, {item: at for at, item in enumerate(before)})


@given(st.permutations("ABCDEFG"), st.sets(st.sampled_from("ABCDEFG")), st.sets(st.sampled_from("ABCDEFG")))
def test_what_comes_and_goes_moves_nothing(order: list[str], came: set[str], went: set[str]) -> None:
    """New items between the others, and items that left, are no new order."""
    assert due([item for item in order if item not in went], [item for item in order if item not in came]) == []


def test_what_cannot_be_moved_is_left_alone() -> None:
    """Tasks that are gone or not made yet, and drafts, neither move nor are moved behind."""
    assert due(["C", "B", "A"], ["A", "B", "C"], gone="B") == [Place("C", "")]
    assert due(["C", "B", "A"], ["A", "B", "C"], drafts="C", unlinked="A") == []


def test_groups_and_parents_are_apart() -> None:
    """Only the order among tasks of one place counts."""
    wanted = {"A": Wanted("A", "A", "G1", None), "P": Wanted("P", "P", None, "A"), "B": Wanted("B", "B", "G2", None)}
    seen = {item: Seen(Task(item, "B", item, ""), NOW) for item in wanted}
    links = {item: Link(item, item, {}, NOW) for item in wanted}
    tree = Desired(Rules("m", "d"), wanted, {})
    assert places(tree, Observed(Container("B", "", ""), seen), links, ["B", "P", "A"]) == ()
