"""Reversing: what a pass did to each field, and whether it can be taken back as things stand now. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from connectors.vocabulary import Container, Credit, Fate, FieldValue, Task
from mappings.fields import field_of, get, same
from mappings.shape import Desired
from syncd.engine.agreement import ANSWER, RETURNING
from syncd.engine.planner import FAREWELL, Agreed
from syncd.engine.steps import PLACE
from syncd.records import Entry

_CHANGING: Final = frozenset({"update", "move", "archive", "write_back"})
"""The kinds of line that tell of a value that syncd changed."""
_TOUCHING: Final = _CHANGING | {"team", "undo"}
"""The kinds of line that tell of a value that anybody changed."""
_STAYING: Final = {
    "create": "syncd deletes nothing: delete the task in the tool, and cancel the item in the plan if it is not wanted",
    "adopt": "nothing was changed in the tool: syncd only noted that this task carries the item's marker",
    "release": "its task stayed as it is: let the mapping reach the item again, and the next pass links the task again",
    "hold": "nothing was changed: it waits for a person",
    "order": "the order of tasks comes from the plan: put its items back into their earlier order there",
    "group": "the names of groups come from the plan: give the item its earlier title there",
    "rename": "ids come from the plan: give the item its earlier id there",
    "undo": "an undo is not undone: change the value in the plan or in the tool",
}
"""Why lines of these kinds are left; those of other kinds changed nothing that could be taken back."""
_DONE_SINCE: Final = (
    "it is marked done, and not for certain by syncd alone: where the work is not finished, reopen it in the tool"
)


@dataclass(frozen=True, slots=True)
class Left:
    """Something that a pass did and that stays, and why, in words for people."""

    item: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What a pass did to one field of one item as a whole: what it held before and afterwards, in which task.

    Group and parent are plan ids. `since` are the lines of the log about what became of it later.
    """

    item: str
    task: str
    kind: str
    field: str
    before: Any
    after: Any
    since: tuple[Entry, ...] = ()

    @property
    def in_plan(self) -> bool:
        """Whether it was the plan that was changed, and not the task."""
        return self.kind == "write_back"

    @property
    def parting(self) -> bool:
        """Whether it belongs to letting go of the task, which has no link since."""
        return self.kind == "archive"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a deed can be taken back. `reason` is why not, "" if it can.

    `done` says that the value is back where it was already, `told` that the log says so.
    """

    deed: Deed
    reason: str = ""
    done: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What a judgement rests on: the plan, what is linked, and the container. `cause` is what the undo's lines say."""

    desired: Desired
    agreed: Agreed
    container: Container
    cause: str

    def deeds(self, lines: Iterable[Entry], number: int) -> Iterator[Deed]:
        """What pass `number` did, field by field, from the log of its mapping (the oldest line first)."""
        titles = {title: key for key, title in self._titles()}
        told: dict[tuple[str, str], list[Entry]] = {}
        for line in lines:
            if line.kind in _TOUCHING:
                by_now = self._by_now(line)
                for field in _fields(line, titles):
                    told.setdefault((by_now.item, field), []).append(replace(by_now, field=field))
        for story in told.values():
            yield from _deed(story, number)

    def _titles(self) -> Iterator[tuple[str, str]]:
        """The custom fields by key and title: of what teams do to them, the log tells by their titles."""
        for rule in self.desired.rules.fields:
            try:
                yield rule.key, field_of(rule, self.container).title
            except LookupError:
                continue

    def _by_now(self, line: Entry) -> Entry:
        """A line with the items in it called what the plan calls them by now."""
        if line.field in PLACE:
            known = self.agreed.groups if line.field == "group" else self.agreed.links
            before, after = (self._called(place, known) for place in (line.before, line.after))
            line = replace(line, before=before, after=after)
        return replace(line, item=self._called(line.item, self.agreed.links))

    def _called(self, id_: Any, known: Collection[str]) -> Any:
        return id_ if id_ in known else self.desired.renamed.get(id_, id_)

    def parted(self, deed: Deed) -> str:
        """Why a deed's task is not the item's any more, "" if it is (or if it is nobody's, as it was left)."""
        link = self.agreed.links.get(deed.item)
        if deed.parting:
            if link is not None:
                return "the item is in the plan again, and has its task back"
            taken = any(each.task == deed.task for each in self.agreed.links.values())
            return "its task belongs to another item by now" if taken else ""
        if link is None:
            return "it is linked to no task any more"
        return "" if link.task == deed.task else "it has another task by now"

    def in_tool(self, deeds: Sequence[Deed], task: Task) -> list[Judgement]:
        """Each of the deeds on one task, as it is now. A place is one thing: group and parent go together."""
        places = [deed for deed in deeds if deed.field in PLACE]
        return [
            *(self._on_field(deed, task) for deed in deeds if deed.field not in PLACE),
            *(self._placed(deed, places, task) for deed in places),
        ]

    def in_plan(self, deed: Deed) -> Judgement:
        """A deed on the plan, as it is now."""
        wanted = self.desired.tasks.get(deed.item)
        if wanted is None or deed.field not in wanted.values:
            return Judgement(deed, "the plan has no such item, or the mapping no such field, any more")
        now = wanted.values[deed.field]
        return self._judged(deed, deed.since, back=same(now, deed.before), there=same(now, deed.after))

    def _on_field(self, deed: Deed, task: Task) -> Judgement:
        if deed.field == "marker":
            return Judgement(deed, "the marker stays: by it syncd finds the task again")
        if deed.field == "completed" and deed.after and task.completed and task.credit is not Credit.CALLED_OFF:
            return Judgement(deed, _DONE_SINCE)
        if deed.field == "notes" and not deed.parting and same(deed.before, FAREWELL):
            return Judgement(deed, "the item is in the plan again, and its task may not say otherwise")
        try:
            now = self.held(deed.field, task)
        except LookupError as missing:
            return Judgement(deed, str(missing))
        back, there = same(now, deed.before), self._same_as_written(deed, now)
        judged = self._judged(deed, deed.since, back=back, there=there)
        return replace(judged, told=judged.told and not self._announced(deed))

    def _announced(self, deed: Deed) -> bool:
        """True if an undo was about to put the value back and could not tell any more that it did."""
        link = self.agreed.links.get(deed.item)
        agreed = link.agreed if link else {}
        ways = (way + deed.field for way in (ANSWER, RETURNING))
        announced = any(way in agreed and same(agreed[way], deed.before) for way in ways)
        return announced and not any(self._ours(line) for line in deed.since)

    def held(self, key: str, task: Task) -> FieldValue:
        """What a task holds in a field. Raises LookupError, in words, where the mapping names none such any more."""
        if key == "completed":
            return task.completed
        rule = self.desired.rules.rule(key)
        if rule is None:
            raise LookupError("the mapping names no such field any more")
        return get(rule, task, self.container)

    def _same_as_written(self, deed: Deed, now: FieldValue) -> bool:
        """True if the task holds what the pass wrote, or what the tool made of that."""
        link = self.agreed.links.get(deed.item)
        agreed = link.agreed if link else {}
        answered = ANSWER + deed.field in agreed and same(agreed.get(deed.field), deed.after)
        return same(now, deed.after) or (answered and same(now, agreed[ANSWER + deed.field]))

    def _placed(self, deed: Deed, whole: Sequence[Deed], task: Task) -> Judgement:
        for part in whole:
            if part.before is not None and self._place(part, part.before) is None:
                return Judgement(deed, f"the {part.field} it came from, {part.before}, is not there any more")
        since = next((part.since for part in whole if part.since), ())
        back = all(self._stands(part, task, part.before) for part in whole)
        there = all(self._stands(part, task, part.after) for part in whole)
        return self._judged(deed, since, back=back, there=there)

    def _stands(self, deed: Deed, task: Task, place: str | None) -> bool:
        """Whether a task stands in a place; below a parent, the group says nothing."""
        if place is None:
            return deed.field == "group" or task.parent is None
        return self._place(deed, place) == (task.group if deed.field == "group" else task.parent)

    def _place(self, deed: Deed, place: str) -> str | None:
        """The tool's id of a group or parent, None where there is none any more."""
        if deed.field == "group":
            group = self.agreed.groups.get(place)
            return group.group if group and group.group in {each.id for each in self.container.groups} else None
        link = self.agreed.links.get(place)
        return link.task if link else None

    def _judged(self, deed: Deed, since: Sequence[Entry], *, back: bool, there: bool) -> Judgement:
        if back:
            return Judgement(deed, done=True, told=bool(since))
        if since:
            return Judgement(deed, self._touched(since[-1]))
        if there:
            return Judgement(deed)
        whose = "in the plan" if deed.in_plan else "in the tool"
        return Judgement(deed, f"it holds another value by now: somebody changed it {whose}")

    def _touched(self, line: Entry) -> str:
        if line.kind == "team" or line.pass_id is None:
            return f"{line.who or 'somebody'} changed it since"
        return "it was undone, and changed again since" if self._ours(line) else f"pass {line.pass_id} changed it since"

    def _ours(self, line: Entry) -> bool:
        """Whether an earlier undo of the same pass wrote the line."""
        return line.kind == "undo" and line.cause == self.cause


def staying(lines: Iterable[Entry], number: int) -> Iterator[Left]:
    """What pass `number` did that nobody can take back, each thing once."""
    found = (
        Left(line.item, line.field, _STAYING[line.kind])
        for line in lines
        if line.pass_id == number and line.kind in _STAYING
    )
    yield from dict.fromkeys(found)


def included(lines: Iterable[Entry]) -> Iterator[str]:
    """A sentence for each person who put proposals into the plan: that was no pass, so no undo takes it back."""
    items: dict[str, list[str]] = {}
    for line in lines:
        if line.kind == "write_back" and line.pass_id is None:
            items.setdefault(line.who or "somebody", []).append(line.item)
    for who, put in items.items():
        yield (
            f"what {who} put into the plan since with `syncd proposals apply` ({', '.join(dict.fromkeys(put))}) stays: "
            "it belongs to no pass; change it in the plan's file"
        )


def _fields(line: Entry, titles: Mapping[str, str]) -> Iterator[str]:
    """The fields that a line may tell of: a title may be that of a custom field, and the name of another one."""
    yield line.field
    if line.kind == "team" and line.field in titles:
        yield titles[line.field]


def lost(task: Task | Fate) -> str:
    """Why a task that was looked for cannot be changed, "" if it can."""
    if task is Fate.DELETED:
        return "its task was deleted in the tool"
    if task is Fate.NO_ACCESS:
        return "syncd's account may not see its task any more"
    gone = isinstance(task, Task) and not task.container and task.parent is None
    return "its task was moved out of the container" if gone else ""


def _deed(story: Sequence[Entry], number: int) -> Iterator[Deed]:
    """What a pass did, as a whole, to the field that a story is about: back to the last value that was not its own."""
    mine = [at for at, line in enumerate(story) if line.pass_id == number and line.kind in _CHANGING]
    if not mine:
        return
    first = last = mine[-1]
    while first - 1 in mine and story[first - 1].kind == story[last].kind:
        first -= 1
    line = story[last]
    since = tuple(each for each in story[last + 1 :] if each.kind != "team" or line.kind != "write_back")
    yield Deed(line.item, line.task, line.kind, line.field, story[first].before, line.after, since)
