"""One run: a plan is built, people and accidents befall it, and after each of its lives every promise must hold."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from mappings.rules import Conflict, Owner, Removed
from syncd.engine.affected import Trees
from syncd.engine.planning import Planning
from syncd.engine.preview import foresee
from syncd.engine.settling import rename, renamed
from tests.planner_runs.acts import BUILDING, IN_TOOL, LIVING, Act, Life, draw, draw_shape, perform
from tests.planner_runs.ledger import Ledger
from tests.planner_runs.witness import Broken, Witness, broken, foreseen, untouched
from tests.planner_runs.world import KEEPS, KEYS, Node, Unsettled, World, rules_of

_BUILT, _LIVED = 4, 6
"""So many items a plan is built of at most, and so many acts a life has."""
_GOALS: Final = (Node("G1", "goal", None, {"title": "Goal one"}), Node("O1", "outcome", "G1", {"title": "Outcome"}),
                 Node("G2", "goal", None, {"title": "Goal two"}))  # fmt: skip


@dataclass(frozen=True)
class Setup:
    """The mapping and the tool of a run. `fields` names the plan's key of each mapped field, its owner and rule."""

    fields: tuple[tuple[str, Owner, Conflict], ...]
    shape: tuple[Any, ...]
    keeps: str
    removed: Removed
    unwritable: str
    framed: bool

    def world(self) -> World:
        """A world without any work in its plan, and an empty container."""
        group_by, actions, subtasks = self.shape
        owners = [(owner, conflict) for _, owner, conflict in self.fields]
        rules = rules_of(
            owners, [key for key, _, _ in self.fields], removed=self.removed,
            group_by=group_by, action_is_task=actions, project_is_subtask=subtasks,
        )  # fmt: skip
        nodes = {node.id: node for node in _GOALS}
        return World(rules, nodes, keeps=KEEPS[self.keeps], unwritable=self.unwritable, framed=self.framed)

    def __str__(self) -> str:
        """The mapping in words."""
        fields = "; ".join(f"{key} {owner} (conflict {conflict})" for key, owner, conflict in self.fields)
        group_by, actions, subtasks = self.shape
        lines = [
            f"fields: {fields or 'none'}",
            f"groups by {group_by}; actions are tasks: {actions}; projects are subtasks: {subtasks}",
            f"what left the plan: {self.removed}; the tool keeps values {self.keeps}",
        ]
        lines += ["the plan's file cannot be written"] * bool(self.unwritable)
        lines += ["notes hold lines of the plan's own"] * self.framed
        return "\n".join(lines)


@dataclass(frozen=True)
class Story:
    """All of one run, so that it can be lived again: `shares` says what part of the work of early rounds succeeds."""

    setup: Setup
    lives: tuple[tuple[Act, ...], ...]
    shares: tuple[tuple[float, ...], ...]
    chance: int

    def __str__(self) -> str:
        """The story as a person can read it."""
        lines = [str(self.setup)]
        for acts, shares in zip(self.lives, self.shares, strict=True):
            lines += [f"- {act}" for act in acts]
            parts = ", ".join(f"{share:.0%}" for share in shares)
            lines.append(f"= syncd runs{f', with only {parts} of its first rounds done' if parts else ''}")
        return "\n".join(lines)


class Failed(Exception):
    """A run broke a promise."""

    def __init__(self, story: Story, broken: Broken) -> None:
        super().__init__(f"{broken}\n{story}")
        self.story = story
        self.broken = broken


def tell(seed: int) -> Story:
    """Live the run of a seed. Raises Failed, with the story as far as it went."""
    chance = random.Random(seed)
    setup = _setup(chance)
    lives: list[list[Act]] = []
    shares = tuple(_shares(chance) for _ in range(chance.choice((2, 2, 3))))
    living = chance.choice((LIVING, LIVING, IN_TOOL))

    def drawn(life: Life) -> Iterable[Act]:
        names, most = (living, _LIVED) if lives else (BUILDING, _BUILT)
        acts: list[Act] = []
        lives.append(acts)
        for _ in range(chance.randint(1, most)):
            act = draw(life, chance, names)
            if act is not None:
                acts.append(act)
                yield act

    try:
        _live(setup, [drawn] * len(shares), shares, seed)
    except Broken as found:
        raise Failed(Story(setup, tuple(map(tuple, lives)), shares[: len(lives)], seed), found) from found
    return Story(setup, tuple(map(tuple, lives)), shares, seed)


def replay(story: Story) -> None:
    """Live a story again. Raises Broken."""

    def told(acts: tuple[Act, ...]) -> Callable[[Life], Iterable[Act]]:
        return lambda _life: acts

    _live(story.setup, map(told, story.lives), story.shares, story.chance)


def _setup(chance: random.Random) -> Setup:
    keys = sorted(chance.sample(KEYS, chance.choice((1, 2, 2, 3, 4))), key=KEYS.index)
    fields = tuple((key, chance.choice(list(Owner)), chance.choice(list(Conflict))) for key in keys)
    # What the plan takes over of these changes lines that it adds to other notes, whose words may be changed as well.
    alone = not any(owner is Owner.SHARED for key, owner, _ in fields if key in ("title", "state"))
    return Setup(
        fields=fields,
        shape=draw_shape(chance),
        keeps=chance.choice((*["as it is"] * len(KEEPS), *KEEPS)),
        removed=chance.choice(list(Removed)),
        unwritable=chance.choice(("", "", "it is read-only")),
        framed=alone and chance.random() < 0.4,
    )


def _shares(chance: random.Random) -> tuple[float, ...]:
    return tuple(chance.random() for _ in range(chance.choice((0, 0, 1, 2))))


def _live(
    setup: Setup, lives: Iterable[Callable[[Life], Iterable[Act]]], shares: Iterable[tuple[float, ...]], seed: int
) -> None:
    """Live through all lives, each in a random order with only some of the work done, and once more as it comes."""
    life, chance = Life(setup.world(), Ledger(), {}), random.Random(seed + 1)
    planning = Planning(few=chance.random())  # the plans are so small that one item is many
    for acts, parts in zip(lives, shares, strict=True):
        life.back_up()
        for act in acts(life):
            perform(life, act)
        _settle(life, Witness(life.ledger, planning), chance, parts)


def _settle(life: Life, witness: Witness, chance: random.Random, shares: tuple[float, ...]) -> None:
    world = life.world
    tasks, links = dict(world.tasks), dict(world.links)
    other = world.copy() if links or shares else None
    world.watch = witness
    try:
        done = world.run(chance, shares)
        witness.end(world, done)
        untouched(tasks, links, world)
        if other is not None:
            _another_way(other, world)
    except Unsettled as circle:
        broken("it settles", circle)
    except Broken:
        raise
    except Exception as error:
        raise Broken("the planner answers whatever befalls", repr(error)) from error


def _another_way(other: World, world: World) -> None:
    """The same life in another order, with nothing going wrong, comes to the same end, and as it was foreseen."""
    other.tasks, other.links = dict(reversed(other.tasks.items())), dict(reversed(other.links.items()))
    desired, agreed = other.desired(), other.agreed()
    trees = Trees(desired, other.observed(), renamed(agreed, rename(desired, agreed)))
    expected = foresee(trees).changes
    foreseen(other.run(), expected)
    for one, another in ((world.tasks, other.tasks), (world.links, other.links), (world.nodes, other.nodes)):
        if one != another:
            broken("order and number of rounds do not matter", one, another)
