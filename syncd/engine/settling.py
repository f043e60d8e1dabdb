"""Settling: what is to be put right in the links without any change in the tool. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from connectors.vocabulary import FieldValue
from mappings.fields import holds, same
from mappings.rules import Conflict, Rules
from mappings.shape import Desired, Wanted
from syncd.engine.agreement import (
    ANEW,
    ANSWER,
    GONE,
    OVER,
    REPLACED,
    RETURNING,
    SENDING,
    TAKING,
    TO_PLAN,
    TO_TASK,
    Terms,
    agree,
    without,
)
from syncd.engine.planner import WHOLE, Agreed, Edit, Observed, Scope, among
from syncd.records import GroupLink, Link


@dataclass(frozen=True, slots=True)
class Renaming:
    """What the plan calls differently by now: each link and group link under its new id, after its earlier one."""

    links: tuple[tuple[str, Link], ...] = ()
    groups: tuple[tuple[str, GroupLink], ...] = ()


def rename(desired: Desired, agreed: Agreed) -> Renaming:
    """What is to be kept under another id because the plan says what it was before (`was`)."""
    now = desired.renamed
    if not now:
        return Renaming()
    links = [
        (item, renewed) for item, link in agreed.links.items() if (renewed := _renamed(link, now, agreed.links)) != link
    ]
    groups = [
        (item, replace(link, item=now[item]))
        for item, link in agreed.groups.items()
        if item in now and now[item] not in agreed.groups
    ]
    return Renaming(tuple(links), tuple(groups))


def renamed(agreed: Agreed, renaming: Renaming) -> Agreed:
    """What was agreed on, with its items called as the plan calls them by now."""
    links = _under_new_ids(agreed.links, renaming.links)
    return replace(agreed, links=links, groups=_under_new_ids(agreed.groups, renaming.groups))


Part = TypeVar("Part", Link, GroupLink)


def _under_new_ids(held: Mapping[str, Part], renewed: Collection[tuple[str, Part]]) -> dict[str, Part]:
    earlier = {old for old, _ in renewed}
    return {item: one for item, one in held.items() if item not in earlier} | {one.item: one for _, one in renewed}


def _renamed(link: Link, now: Mapping[str, str], links: Mapping[str, Link]) -> Link:
    new = now.get(link.item, link.item)
    place = {key: now.get(str(link.agreed[key]), link.agreed[key]) for key in ("group", "parent") if key in link.agreed}
    return replace(link, item=link.item if new in links else new, agreed={**link.agreed, **place})


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is to be put right in the links without any change in the tool.

    `renewed` are links whose `agreed` grew or moved because both sides now hold the same: without it, a later change
    on one side would look like one on both. `released` are linked items that the mapping no longer reaches, though the
    plan still has them: a changed selection or shape re-baselines, it never archives.
    """

    renewed: tuple[Link, ...] = ()
    released: tuple[Link, ...] = ()


def settled(links: Mapping[str, Link], settlement: Settlement) -> Mapping[str, Link]:
    """The links once that is put right."""
    if not settlement.renewed and not settlement.released:
        return links
    right = {**links, **{link.item: link for link in settlement.renewed}}
    for link in settlement.released:
        del right[link.item]
    return right


def settle(desired: Desired, observed: Observed, agreed: Agreed, scope: Scope = WHOLE) -> Settlement:
    """What both sides agree on by now."""
    renewed: list[Link] = []
    for item, wanted in among(desired.tasks, scope.items).items():
        link = agreed.links.get(item)
        if link is None or _complete(wanted, link):
            continue
        compared = wanted.touch and not observed.loss(link.task)
        if not compared and not _is_under_way(link):
            continue
        if item in agreed.blocked and unheard(link):
            continue  # nobody could look: what the task was last seen to hold says nothing about what was sent
        base = _base(desired, wanted, link, observed) if compared else _arrived(desired, wanted, link, observed)
        if base != link.agreed:
            renewed.append(Link(item, link.task, base, link.linked_at))
    released = tuple(link for item, link in among(agreed.links, scope.items).items() if item in desired.outside)
    return Settlement(tuple(renewed), released)


def _complete(wanted: Wanted, link: Link) -> bool:
    """True if all that is wanted is agreed on already, whatever the task holds."""
    return link.agreed == {**wanted.values, "group": wanted.group, "parent": wanted.parent}


def _base(desired: Desired, wanted: Wanted, link: Link, observed: Observed) -> dict[str, FieldValue]:
    task = observed.tasks[link.task].task
    base = _arrived(desired, wanted, link, observed)
    for lost in (GONE, ANEW):
        base.pop(lost, None)
    base.setdefault("parent", wanted.parent)
    base.setdefault("group", wanted.group)
    if wanted.group is None:
        base["group"] = None  # where no group is wanted there is nothing to move
    for rule in desired.rules.fields:
        key = rule.key
        if key in wanted.values and holds(rule, task, observed.container, wanted.values[key]):
            if key not in base or not same(base[key], wanted.values[key]):
                base[key] = wanted.values[key]
            for way in (ANSWER, *TO_TASK):
                base.pop(way + key, None)  # in place: this is asked of every field of every task
    return base


def _arrived(desired: Desired, wanted: Wanted, link: Link, observed: Observed) -> dict[str, FieldValue]:
    """What is agreed once what was on its way to either side has arrived there, as far as can be seen."""
    return _heard(desired.rules, _landed(desired.rules, wanted, link), link, observed)


def _heard(rules: Rules, agreed: Terms, link: Link, observed: Observed) -> dict[str, FieldValue]:
    """What is agreed once what was sent unheard is seen to have arrived, wherever the task stands by now.

    What came from the plan is agreed on; what came from an undo stays as the tool's answer.
    """
    base = dict(agreed)
    for key, way in sent(rules, link, observed).items():
        came = base[way + key]
        if way == SENDING:
            base = agree(base, key, came, came)
        elif key in base:
            base = agree(base, key, base[key], came)
        else:
            base = {**without(base, key, TO_TASK), ANSWER + key: came}
    return base


def _is_under_way(link: Link) -> bool:
    """True if a value may have been on its way to either side when a pass was cut off."""
    return any(key.startswith((*TO_PLAN, *TO_TASK)) for key in link.agreed)


def unheard(link: Link) -> bool:
    """True if something was sent to the link's task of which nobody knows whether it arrived."""
    return any(key.startswith((SENDING, RETURNING)) for key in link.agreed)


def sent(rules: Rules, link: Link, observed: Observed) -> dict[str, str]:
    """The fields in which a task holds what was sent to it unheard (no team said that), and the prefix of the value."""
    seen = observed.tasks.get(link.task) if unheard(link) else None
    return {
        rule.key: way
        for rule in rules.fields
        for way in (SENDING, RETURNING)
        if seen
        and way + rule.key in link.agreed
        and holds(rule, seen.task, observed.container, link.agreed[way + rule.key])
    }


def _landed(rules: Rules, wanted: Wanted, link: Link) -> dict[str, FieldValue]:
    """What is agreed, once each value that was on its way into the plan has arrived there, or is known not to have.

    Where the plan holds neither that value nor the one before, somebody edited it, and nobody knows which of the two:
    where the team is to win over edits of the plan, nothing is agreed on then, so that both stay.
    """
    base = {key: value for key, value in link.agreed.items() if not key.startswith(TO_PLAN)}
    for rule in rules.fields:
        key = rule.key
        if TAKING + key not in link.agreed or key not in wanted.values:
            continue
        if same(link.agreed[TAKING + key], wanted.values[key]):
            base[key] = wanted.values[key]
            base.pop(ANSWER + key, None)
        elif rule.conflict is Conflict.TOOL and not same(link.agreed.get(OVER + key), wanted.values[key]):
            base = without(base, key, ("", ANSWER))
    return base


_CUT_OFF: Final = {
    TAKING: (
        "write_back",
        OVER,
        "the team changed it; the pass that put it into the plan was cut off before it could say so",
    ),
    SENDING: ("update", REPLACED, "the plan changed it; the pass that sent it did not hear that it arrived"),
    RETURNING: ("undo", REPLACED, "an undo put it back; it did not hear that it arrived"),
}
"""By the prefix of what was on its way: what the log calls that, the prefix of what it replaced, and the reason."""


def cut_off(before: Link, after: Link) -> Iterator[tuple[str, Edit]]:
    """What has arrived by now of what was on its way when a pass was cut off; each with what the log calls it."""
    for way, (kind, over, reason) in _CUT_OFF.items():
        for key, value in before.agreed.items():
            field = key.removeprefix(way)
            if field == key or key in after.agreed:
                continue
            kept = ANSWER + field if way == RETURNING and ANSWER + field in after.agreed else field
            if kept in after.agreed and same(after.agreed[kept], value):
                yield kind, Edit(field, before.agreed.get(over + field), value, reason)
