"""Planner runs: random plans, two perturbed copies of them, a pretend-tool that carries changes out; what must hold."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.vocabulary import FieldValue, Task
from mappings.fields import get, same
from mappings.notes import split
from mappings.rules import Conflict, FieldRule, Owner
from syncd.engine.planner import ANSWER, GONE, Kind
from syncd.engine.settling import settle
from syncd.engine.steps import WRITING
from syncd.records import Link
from tests.engine.pure import CONTAINER, World
from tests.engine.pure_acts import IN_PLAN, IN_STORE, IN_TOOL, Act, acts, agreed_worlds, at_work, worlds

ROUNDS = 8
"""As many as a pass takes at most."""
shares = st.lists(st.floats(0, 1), max_size=3)
chances = st.integers(0, 2**16).map(random.Random)


def standing(world: World) -> Iterator[tuple[Link, Task]]:
    """The links whose tasks are there, each with its task."""
    for link in world.links.values():
        if not world.observed().loss(link.task):
            yield link, world.task(link.task)


@given(worlds(), chances, shares)
def test_it_settles(world: World, chance: random.Random, parts: list[float]) -> None:
    """Promise 3: from any state, whatever part of the work succeeds in whatever order, it settles and then is quiet."""
    rounds, _ = world.run(chance, parts)
    assert rounds <= ROUNDS
    changes = world.plan()
    assert not [change for change in changes if change.kind in WRITING or change.kind is Kind.ADOPT]
    settled = settle(world.desired(), world.observed(), world.agreed())
    assert not settled.renewed
    assert not settled.released
    assert not [change for change in changes if change.fresh], "what is gone is new only once"


@given(agreed_worlds())
def test_after_agreement_nothing_is_due(world: World) -> None:
    """Promise 3: with nothing changed, the second plan is empty, whatever the tool made of the values."""
    assert not [change for change in world.plan() if change.kind in WRITING or change.kind is Kind.ADOPT]


@given(worlds(), chances, shares)
def test_nothing_is_asked_for_twice(world: World, chance: random.Random, parts: list[float]) -> None:
    """Promises 1 and 3: what was carried out once is not asked for again."""
    _, done = world.run(chance, parts)
    asked = Counter((change.kind, change.item, edit.field) for change in done for edit in change.edits)
    assert not [what for what, times in asked.items() if times > 1]
    assert not [item for item, times in Counter(world.made).items() if times > 1]


@given(worlds(), chances)
def test_order_does_not_matter(world: World, chance: random.Random) -> None:
    """The changes of a round may be carried out in any order, at once or one after the other: the end is the same."""
    other = world.copy()
    world.run()
    other.run(chance)
    assert (world.tasks, world.links, world.groups) == (other.tasks, other.links, other.groups)


@given(worlds(), chances, shares)
def test_the_number_of_rounds_does_not_matter(world: World, chance: random.Random, parts: list[float]) -> None:
    """A pass that is cut short and begun again ends where an undisturbed one ends."""
    other = world.copy()
    world.run()
    other.run(chance, parts)
    assert (world.tasks, world.links) == (other.tasks, other.links)


@given(worlds(), chances, shares)
def test_never_two_tasks_for_an_item(world: World, chance: random.Random, parts: list[float]) -> None:
    """Promise 1: a task is made only for an item that has none, and never where one carries its marker."""
    known = set(world.links) - _released(world)
    linked = {link.task for link in world.links.values()}
    alive = [key for key in world.tasks if key not in linked and not world.observed().loss(key)]
    carried = {world.task(key).marker for key in alive}
    world.run(chance, parts)

    assert not set(world.made) & known
    assert not {f"syncd:d/{item}" for item in world.made} & carried
    tasks = Counter(link.task for link in world.links.values())
    assert set(tasks.values()) <= {1}


def _released(world: World) -> set[str]:
    """The linked items that the mapping reaches no longer."""
    return set(world.links) & world.desired().outside


@given(worlds(), chances, shares)
def test_what_people_deleted_is_never_made_again(world: World, chance: random.Random, parts: list[float]) -> None:
    """Promise 4: an item whose task is gone keeps its link and waits for a person."""
    lost = {link.item: link.task for link in world.links.values() if world.observed().loss(link.task)}
    kept = {item for item in lost if item in world.desired().tasks}
    world.run(chance, parts)
    assert not kept & set(world.made)
    assert all(world.links[item].task == lost[item] for item in kept)
    assert all(
        world.links[item].agreed.get(GONE) == world.observed().loss(lost[item])
        for item in kept - world.blocked
        if world.desired().tasks[item].touch and world.desired().tasks[item].create
    )


@settings(max_examples=300)
@given(worlds(), chances, shares)
def test_no_team_edit_is_lost(world: World, chance: random.Random, parts: list[float]) -> None:
    """Promise 2: a team's value is overwritten only where the plan owns it, or changed it too and is to win."""
    before, wanted = world.copy(), world.desired().tasks
    world.run(chance, parts)
    for link, task in standing(before):
        if link.item not in wanted:
            continue
        after = world.task(link.task)
        for rule in world.rules.fields:
            have = get(rule, task, CONTAINER)
            if not same(have, get(rule, after, CONTAINER)):
                assert _may_write(rule, link, have, wanted[link.item].values.get(rule.key)), (rule, have)


def _may_write(rule: FieldRule, link: Link, have: FieldValue, want: FieldValue) -> bool:
    """The rule for a write, said anew: who owns the field, and who changed it since both agreed."""
    if rule.owner is not Owner.SHARED:
        return rule.owner is Owner.PLAN
    if rule.key not in link.agreed:
        return rule.conflict is Conflict.PLAN
    base = link.agreed[rule.key]
    by_team = not same(have, base) and not same(have, link.agreed.get(ANSWER + rule.key, base))
    return not same(want, base) and (not by_team or rule.conflict is Conflict.PLAN)


@settings(max_examples=300)
@given(worlds(), chances, shares)
def test_what_the_plan_may_write_arrives(world: World, chance: random.Random, parts: list[float]) -> None:
    """Promise 3: once settled, a task holds all that the rules let the plan write, or what the tool made of it."""
    before, wanted = world.copy(), world.desired().tasks
    world.run(chance, parts)
    for link, task in standing(before):
        if link.item in wanted.keys() - world.blocked and wanted[link.item].touch:
            after, agreed = world.task(link.task), world.links[link.item].agreed
            for rule in world.rules.fields:
                want, have = wanted[link.item].values[rule.key], get(rule, after, CONTAINER)
                if not same(want, get(rule, task, CONTAINER)) and _may_write(
                    rule, link, get(rule, task, CONTAINER), want
                ):
                    assert same(want, have) or (same(want, agreed[rule.key]) and same(have, agreed[ANSWER + rule.key]))


@given(worlds(), chances, shares)
def test_the_teams_words_survive(world: World, chance: random.Random, parts: list[float]) -> None:
    """Promise 2: whatever is written to the notes, what a team wrote above and below our block is still there."""
    before = world.copy()
    world.run(chance, parts)
    for key, seen in before.tasks.items():
        above, _, below = split(seen.task.notes)
        after = world.task(key).notes
        assert above in after
        assert below in after


@given(worlds(), chances, shares)
def test_foreign_tasks_are_never_touched(world: World, chance: random.Random, parts: list[float]) -> None:
    """A polite guest: no task changes but those that are linked, or carry the marker of an item without a task."""
    before = world.copy()
    world.run(chance, parts)
    ours = {link.task for link in (*before.links.values(), *world.links.values())}
    foreign = before.tasks.keys() - ours
    assert all(world.tasks[key] == before.tasks[key] for key in foreign)


@given(worlds(), chances, shares)
def test_drafts_and_what_waits_are_untouched(world: World, chance: random.Random, parts: list[float]) -> None:
    """What the district has not adopted, and what is blocked, is neither made, changed, adopted nor archived."""
    before, desired = world.copy(), world.desired()
    still = {item for item, wanted in desired.tasks.items() if not wanted.touch} | world.blocked
    _, done = world.run(chance, parts)
    assert not still & {change.item for change in (*done, *world.plan())}
    for item in still & before.links.keys() - desired.outside:
        assert world.tasks[before.links[item].task] == before.tasks[before.links[item].task]
        assert world.links[item].task == before.links[item].task


@given(worlds(), chances, shares)
def test_cancelled_work_is_not_made(world: World, chance: random.Random, parts: list[float]) -> None:
    """Work that was cancelled or put off gets no task of its own."""
    cancelled = {item for item, wanted in world.desired().tasks.items() if not wanted.create}
    world.run(chance, parts)
    assert not cancelled & set(world.made)


@given(worlds(), chances, shares)
def test_only_what_left_the_plan_is_archived(world: World, chance: random.Random, parts: list[float]) -> None:
    """Promise 4: a changed selection or shape lets go of links without a word; only a removed item is archived."""
    before = world.copy()
    _, done = world.run(chance, parts)
    archived = {change.item for change in done if change.kind is Kind.ARCHIVE}
    assert archived == before.links.keys() - before.nodes.keys() - before.blocked
    for item in _released(before):
        assert world.tasks[before.links[item].task] == before.tasks[before.links[item].task]


@settings(max_examples=300)
@given(agreed_worlds(), acts(IN_TOOL), chances, shares)
def test_a_lost_store_loses_no_work(world: World, did: list[Act], chance: random.Random, parts: list[float]) -> None:
    """Promise 7: without any link, tasks are found by their markers: no duplicate, no shared value overwritten."""
    at_work(world, did)
    before = world.copy()
    world.links.clear()
    world.groups.clear()
    world.run(chance, parts)
    for link, task in standing(before):
        if task.marker == f"syncd:d/{link.item}":
            assert link.item not in world.made
        after = world.task(task.id)
        for rule in world.rules.fields:
            if rule.owner is Owner.TOOL or (rule.owner is Owner.SHARED and rule.conflict is not Conflict.PLAN):
                assert same(get(rule, task, CONTAINER), get(rule, after, CONTAINER))


@given(agreed_worlds(), acts(IN_PLAN), acts(IN_TOOL), acts(IN_STORE), chances)
def test_settling_again_after_more_changes(
    world: World, first: list[Act], then: list[Act],
    last: list[Act], chance: random.Random,
) -> None:  # fmt: skip
    """Promise 3: one life after another, each settles again and leaves nothing due."""
    for did in (first, then, last):
        at_work(world, did)
        rounds, _ = world.run(chance)
        assert rounds <= ROUNDS
