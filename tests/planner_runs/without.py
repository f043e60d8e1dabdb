"""The planner with one of its safety rules taken out, from outside: does anybody notice?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from connectors.vocabulary import Task
from mappings import fields as lens
from mappings.notes import embed
from mappings.rules import Conflict, Owner
from mappings.shape import Desired, Wanted
from syncd.engine import affected, planner, planning, settling
from syncd.engine.agreement import ANSWER, GONE
from syncd.engine.planner import Change, Edit, Kind, Observed, Scope
from syncd.records import Link
from tests.planner_runs import acts, world

Patched = tuple[Any, str, Any]
"""Where something stands, its name, and what stands there instead."""


def _less(link: Link, *keys: str) -> Link:
    """A link that knows less of what was agreed on; keys that end in ":" stand for all that begin so."""
    return replace(
        link,
        agreed={
            key: value
            for key, value in link.agreed.items()
            if key not in keys and not any(one.endswith(":") and key.startswith(one) for one in keys)
        },
    )


def _no_base() -> Iterator[Patched]:
    """Whatever differs was changed by the plan."""
    merged = planner._merged
    yield (
        planner,
        "_merged",
        lambda rule, wanted, want, have, link: merged(rule, wanted, want, have, replace(link, agreed={rule.key: have})),
    )


def _no_owner() -> Iterator[Patched]:
    linked = planner._linked

    def all_the_plans(desired: Desired, *rest: Any) -> Iterator[Change]:
        fields = tuple(replace(rule, owner=Owner.PLAN) for rule in desired.rules.fields)
        return linked(replace(desired, rules=replace(desired.rules, fields=fields)), *rest)

    yield planner, "_linked", all_the_plans


def _no_conflict_rule() -> Iterator[Patched]:
    merged = planner._merged
    yield planner, "_merged", lambda rule, *rest: merged(replace(rule, conflict=Conflict.PLAN), *rest)


def _stale_words() -> Iterator[Patched]:
    """What is not known is taken for a team's edit."""
    merged = planner._merged

    def guessing(rule: Any, wanted: Any, want: Any, have: Any, link: Link) -> Any:
        known = link if rule.key in link.agreed else replace(link, agreed={**link.agreed, rule.key: want})
        return merged(rule, wanted, want, have, known)

    yield planner, "_merged", guessing


def _no_markers() -> Iterator[Patched]:
    yield planner, "_carriers", lambda *_: {}


def _no_earlier_markers() -> Iterator[Patched]:
    carriers = planner._carriers

    def only_new(chosen: Iterable[Wanted], *rest: Any) -> Any:
        return carriers([replace(wanted, was=()) for wanted in chosen], *rest)

    yield planner, "_carriers", only_new


def _made_again() -> Iterator[Patched]:
    yield planner, "_gone", lambda wanted, *_: iter([Change(Kind.CREATE, wanted.item, wanted.title)])


def _no_gone_mark() -> Iterator[Patched]:
    gone = planner._gone
    yield planner, "_gone", lambda wanted, link, *rest: gone(wanted, _less(link, GONE), *rest)


def _no_fate_from_above() -> Iterator[Patched]:
    def loss(observed: Observed, task: str) -> str:
        seen = observed.tasks.get(task)
        if seen is None or seen.fate is not None:
            return seen.fate.value if seen and seen.fate else "unseen"
        return "" if seen.task.container or seen.task.parent else "moved"

    yield Observed, "loss", loss


def _no_answer() -> Iterator[Patched]:
    owned, merged = planner._owned, planner._merged
    yield planner, "_owned", lambda key, want, have, link: owned(key, want, have, _less(link, ANSWER))
    yield (
        planner,
        "_merged",
        lambda rule, wanted, want, have, link: merged(rule, wanted, want, have, _less(link, ANSWER)),
    )


def _copies_written() -> Iterator[Patched]:
    def like_the_first(wanted: Wanted, task: Task) -> Change:
        return Change(Kind.UPDATE, wanted.item, wanted.title, task.id, (Edit("marker", task.marker, None, ""),))

    yield planner, "_duplicate", like_the_first


def _any_copy() -> Iterator[Patched]:
    carriers = planner._carriers
    yield (
        planner,
        "_carriers",
        lambda chosen, observed, agreed, scope: {
            marker: sorted(tasks, key=lambda task: list(observed.tasks).index(task.id))
            for marker, tasks in carriers(chosen, observed, agreed, scope).items()
        },
    )


def _planned(plan: Callable[..., tuple[Change, ...]]) -> Iterator[Patched]:
    """Another way to plan, for the whole and for a part."""
    yield world, "plan_changes", plan
    yield planning, "plan_changes", plan


def _nothing_blocked() -> Iterator[Patched]:
    plan = planner.plan_changes
    return _planned(
        lambda desired, observed, agreed, *rest: plan(desired, observed, replace(agreed, blocked=()), *rest)
    )


def _scope_archives() -> Iterator[Patched]:
    left = planner._left
    yield planner, "_left", lambda desired, *rest: left(replace(desired, outside=frozenset()), *rest)
    yield settling, "Settlement", lambda renewed, _released: _SETTLEMENT(renewed, ())


_SETTLEMENT: Final = settling.Settlement


def _scope_kept() -> Iterator[Patched]:
    yield settling, "Settlement", lambda renewed, _released: _SETTLEMENT(renewed, ())


def _nothing_settled() -> Iterator[Patched]:
    yield settling, "Settlement", lambda _renewed, released: _SETTLEMENT((), released)


def _no_parent_first() -> Iterator[Patched]:
    yield planner, "_under_parent", lambda change, *_: iter([change])


def _wanting(**values: bool) -> Callable[[], Iterator[Patched]]:
    def patched() -> Iterator[Patched]:
        plan = planner.plan_changes

        def all_the_same(desired: Desired, *rest: Any) -> tuple[Change, ...]:
            tasks = {item: replace(wanted, **values) for item, wanted in desired.tasks.items()}  # type: ignore[arg-type]
            return plan(replace(desired, tasks=tasks), *rest)

        yield from _planned(all_the_same)

    return patched


def _no_renaming() -> Iterator[Patched]:
    yield world, "rename", lambda *_: settling.Renaming()


def _no_places_renamed() -> Iterator[Patched]:
    renamed = settling._renamed
    yield settling, "_renamed", lambda link, now, links: replace(renamed(link, now, links), agreed=link.agreed)


def _sorted_back() -> Iterator[Patched]:
    moved = planner._moved

    def always(wanted: Wanted, link: Link, observed: Observed, agreed: Any) -> Iterator[Change]:
        groups = {group.group: item for item, group in agreed.groups.items()}
        group = groups.get(observed.tasks[link.task].task.group or "", "")
        seen = replace(link, agreed={**link.agreed, "group": group if wanted.group else None})
        return moved(wanted, seen, observed, agreed)

    yield planner, "_moved", always


def _team_words_replaced() -> Iterator[Patched]:
    yield lens, "embed", lambda _notes, block: embed("", block)


def _markers_left_off() -> Iterator[Patched]:
    owned = planner._owned
    yield planner, "_owned", lambda key, *rest: iter(()) if key == "marker" else owned(key, *rest)


def _all_taken_from_above() -> Iterator[Patched]:
    farewell = planner._farewell
    yield (
        planner,
        "_farewell",
        lambda desired, link, observed, _: farewell(
            desired, link, observed, {seen.task.parent for seen in observed.tasks.values()}
        ),
    )


def _stays_away() -> Iterator[Patched]:
    yield world, "place_of", lambda wanted, *_: {"group": wanted.group, "parent": wanted.parent}


def _undecided() -> Iterator[Patched]:
    yield acts, "standing", lambda link, *_: link


def _own_marker(kin: Any, item: str) -> tuple[str, ...]:
    return (kin._wanted[item].marker,) if item in kin._wanted else ()


def _kin(name: str, instead: Callable[..., Any]) -> Callable[[], Iterator[Patched]]:
    def patched() -> Iterator[Patched]:
        yield affected._Kin, name, instead

    return patched


MECHANISMS: Final[Mapping[str, tuple[Callable[[], Iterator[Patched]], int]]] = {
    "the three-way base": (_no_base, 100),
    "the owner of a field": (_no_owner, 100),
    "the conflict rule": (_no_conflict_rule, 500),
    "what is not known is held": (_stale_words, 1000),
    "looking for markers": (_no_markers, 200),
    "looking for earlier markers": (_no_earlier_markers, 5000),
    "what was deleted is not made again": (_made_again, 200),
    "what is known as gone": (_no_gone_mark, 200),
    "the fate of the task above": (_no_fate_from_above, 500),
    "the tool's own form of a value": (_no_answer, 500),
    "copies are foreign": (_copies_written, 200),
    "the oldest copy": (_any_copy, 5000),
    "what is set aside waits": (_nothing_blocked, 1000),
    "a changed scope never archives": (_scope_archives, 500),
    "a changed scope lets go": (_scope_kept, 500),
    "settling": (_nothing_settled, 500),
    "parents first": (_no_parent_first, 200),
    "drafts are left alone": (_wanting(touch=True), 500),
    "cancelled work is not made": (_wanting(create=True), 1000),
    "new ids": (_no_renaming, 500),
    "new ids of places": (_no_places_renamed, 1000),
    "a team sorts its board": (_sorted_back, 500),
    "a team's words around our block": (_team_words_replaced, 500),
    "markers are written again": (_markers_left_off, 500),
    "what stands below goes along": (_all_taken_from_above, 5000),
    "what is back in the plan comes back": (_stays_away, 3000),
    "what a person decides": (_undecided, 6000),
    "a change bears on what stands below": (_kin("and_below", lambda _kin, tasks: set(tasks)), 8000),
    "a change bears on what contends with it": (_kin("whole", lambda _kin, items, tasks: Scope(items, tasks)), 2000),
    "a change bears on earlier markers": (_kin("_markers", _own_marker), 5000),
}
"""What is taken out, and within how many runs it must be noticed."""


@contextmanager
def without(mechanism: str) -> Iterator[None]:
    """The planner without it, for as long as this lasts."""
    with ExitStack() as stack:
        for where, name, instead in list(MECHANISMS[mechanism][0]()):
            stack.enter_context(patch.object(where, name, instead))
        yield
