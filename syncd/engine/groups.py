"""Groups: made where tasks need them, and called anew where the plan calls what they stand for anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from connectors.contract import Connector
from connectors.errors import Invalid, PlanTier, Quota, Refused, ToolError
from connectors.text import line, stands_for
from connectors.vocabulary import Container, FieldValue, Group
from mappings.shape import Desired
from syncd.engine.planner import REMOVED, REMOVED_TITLE, Change, Kind
from syncd.engine.recorder import Recorder
from syncd.engine.tally import Finding
from syncd.records import Entry, GroupLink


@dataclass(frozen=True, slots=True)
class Retitle:
    """A group that is to be called otherwise, because the plan item that it stands for is."""

    item: str
    group: str
    before: str
    after: str


def retitles(desired: Desired, container: Container, links: Mapping[str, GroupLink]) -> tuple[Retitle, ...]:
    """The groups to be called anew. Pure.

    A name that a team gave stays, and so does one that other items of the plan still go by, or that would be a second
    group's. Where the group is called so already, an earlier try arrived whose answer was lost.
    """
    titles = {group.id: group.title for group in container.groups}
    wanted = {item: desired.groups[item] for item in links if item in desired.groups}
    names: dict[str, set[str]] = {}
    for item, title in wanted.items():
        names.setdefault(links[item].group, set()).add(title)

    def due(link: GroupLink, title: str) -> bool:
        now = titles.get(link.group)
        free = (
            now is not None
            and stands_for(now, link.title)
            and title not in titles.values()
            and len(names[link.group]) == 1
        )
        return link.title != title and (now == title or free)

    return tuple(
        Retitle(item, links[item].group, links[item].title, title)
        for item, title in wanted.items()
        if due(links[item], title)
    )


def called(groups: Iterable[Retitle]) -> dict[str, str]:
    """What groups are to be called, by their plan items."""
    return {one.item: one.after for one in groups}


def retitle(recorder: Recorder, connector: Connector) -> None:
    """Call the groups what the plan calls their items; what fails is told, and tried again in the next pass."""
    books = recorder.books
    done: set[str] = set()
    for one in retitles(recorder.desired, books.container, books.groups):
        try:
            groups = books.container.groups
            if one.group not in done:
                groups = connector.rename_group(books.container, one.group, one.after, was=one.before)
        except ToolError as error:
            recorder.tally.failed[one.item] = Finding(one.item, one.after, str(error), error.next_step)
            if isinstance(error, Refused | Quota):
                recorder.tally.halted = error
                return
            continue
        recorder.tally.failed.pop(one.item, None)
        books.shelf = replace(books.shelf, container=replace(books.container, groups=groups))
        if Group(one.group, one.after) not in groups:
            recorder.groups([])  # a team called it otherwise since all was read, and that stays
            continue
        recorder.tally.counts["renamed"] += one.group not in done
        done.add(one.group)
        recorder.retitled(GroupLink(one.item, one.group, one.after), one.before)


def ready(recorder: Recorder, connector: Connector, needed: Collection[FieldValue]) -> dict[FieldValue, ToolError]:
    """Make the groups that tasks need, by the plan id that they stand for; those that are not there, and why.

    One that the tool does not take keeps no other one back; any other failure halts the pass.
    """
    missing = _missing(recorder, needed)
    try:
        _make(recorder, connector, missing)
    except (Invalid, PlanTier) as error:
        if len(missing) == 1:
            return dict.fromkeys(missing, error)
        refused: dict[FieldValue, ToolError] = {}
        for item in missing:
            if not recorder.tally.halted:
                refused |= ready(recorder, connector, {item})
        return refused
    except ToolError as error:
        recorder.tally.halted = error
        return dict.fromkeys(missing, error)
    return {}


def _missing(recorder: Recorder, needed: Collection[FieldValue]) -> dict[str, str]:
    """The titles of groups that are needed and not there, by the plan id that they are to stand for."""
    books = recorder.books
    there = {group.id: group.title for group in books.container.groups}
    linked = {item for item, link in books.groups.items() if link.group in there}
    titles = {**recorder.desired.groups, REMOVED: REMOVED_TITLE}
    return {item: title for item, title in titles.items() if item in needed and item not in linked}


def _make(recorder: Recorder, connector: Connector, missing: Mapping[str, str]) -> None:
    """Make groups and keep which items they stand for; nothing is asked where none is missing. Raises ToolError."""
    if not missing:
        return
    books = recorder.books
    there = {group.id: group.title for group in books.container.groups}
    groups = connector.ensure_groups(books.container, list(missing.values()))
    by_title = {group.title: group.id for group in reversed(groups)}
    books.shelf = replace(books.shelf, container=replace(books.container, groups=groups))
    links = [GroupLink(item, by_title[title], title) for item, title in missing.items()]
    new = [link for link in links if not stands_for(there.get(link.group, ""), line(link.title))]
    recorder.groups(links, [_made(recorder, link, there.get(link.group)) for link in new])


def _made(recorder: Recorder, link: GroupLink, before: str | None) -> Entry:
    """The line about a group that was made, or that somebody made since the container was read as a whole.

    The one with which a tool makes a container is taken for the first, and called anew.
    """
    change = Change(Kind.CREATE, link.item, link.title)
    told = {"field": "group", "before": before, "after": link.title, "cause": "tasks need it"}
    return recorder.entry(change, "make" if before is None else "group", **told)
