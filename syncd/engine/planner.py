"""The planner: from desired, observed and agreed to the changes that are due. Pure, and the same for any order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar

from connectors.vocabulary import Container, Credit, Fate, FieldValue, Task
from mappings.fields import differing, get, same
from mappings.rules import Conflict, FieldRule, Owner, Removed
from mappings.shape import Desired, Wanted
from syncd.engine.agreement import ANEW, ANSWER, GONE, last_held
from syncd.records import GroupLink, Link, Seen

ARCHIVED: Final = "archived"
"""Why a task is not where it was: people put it, or what it stands below, away."""
FAREWELL: Final = "This work is no longer in the strategic plan."
REMOVED: Final = ":removed"
"""The group for tasks whose item left the plan, where the mapping archives them; no plan item has such an id."""
REMOVED_TITLE: Final = "No longer in the plan"

Part = TypeVar("Part")


class Kind(StrEnum):
    """What a change does."""

    CREATE = "create"
    UPDATE = "update"
    MOVE = "move"
    ARCHIVE = "archive"
    """The item left the plan: its task is told so, closed or put away as the mapping says, and followed no longer."""
    ADOPT = "adopt"
    """A task that carries the item's marker becomes the item's task; writes nothing in the tool."""
    WRITE_BACK = "write_back"
    """The team's value stands and differs from the plan's, which takes it over. Writes nothing in the tool."""
    HOLD = "hold"
    """Something that waits for a person; writes nothing in the tool."""


class Why(StrEnum):
    """What a hold waits for, as far as other code must tell them apart."""

    GONE = "gone"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    VALUE = "value"
    PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of one task: what it holds, what it is to hold, and why. Group and parent are plan ids."""

    field: str
    before: FieldValue
    after: FieldValue
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """One planned step. `task` is the tool's id, "" for a task still to be made.

    `why` says what a hold waits for; on a write-back it is set where plan and team both changed the value.
    """

    kind: Kind
    item: str
    title: str
    task: str = ""
    edits: tuple[Edit, ...] = ()
    reason: str = ""
    why: Why | None = None
    fresh: bool = False
    """True on the hold for a task that is newly gone: the guard counts those."""

    @property
    def taken(self) -> str:
        """The field that the plan takes over, "" for any other change: of these there may be several for one item."""
        return self.edits[0].field if self.kind is Kind.WRITE_BACK else ""


@dataclass(frozen=True, slots=True)
class Observed:
    """One container as last seen: its groups and fields, and every task by the tool's id."""

    container: Container
    tasks: Mapping[str, Seen]

    def loss(self, task: str) -> str:
        """Why a task is not where it was: "", or a fate, "moved" where it lives on elsewhere, "archived", or "unseen".

        A task that stands below itself, as two looks at two moments may have it, is not seen rightly: "unseen".
        """
        met: set[str] = set()
        while (seen := self.tasks.get(task)) is not None and task not in met:
            if seen.fate is not None:
                return seen.fate.value
            if seen.task.archived:
                return ARCHIVED
            if seen.task.parent is None or seen.task.parent not in self.tasks:
                return "" if seen.task.container else "moved"
            met.add(task)
            task = seen.task.parent
        return "unseen"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides last agreed on.

    `blocked` items wait (their create is in doubt, or they are set aside); the tasks of items that are `coming` are
    taken as made, so that a preview shows what comes below them.
    """

    links: Mapping[str, Link] = field(default_factory=dict)
    groups: Mapping[str, GroupLink] = field(default_factory=dict)
    blocked: Collection[str] = frozenset()
    coming: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the trees that can be planned for by itself; None stands for all of them.

    `tasks` holds every task that carries a marker of one of the `items`, and whatever these tasks are linked to is
    among the items.
    """

    items: Collection[str] | None = None
    tasks: Collection[str] | None = None


WHOLE: Final = Scope()


def plan_changes(desired: Desired, observed: Observed, agreed: Agreed, scope: Scope = WHOLE) -> tuple[Change, ...]:
    """What is due so that the container holds what the plan wants, without losing what a team set.

    Returned again and again until nothing in it writes; a subtask is made only once its parent is linked, so a
    plan settles after at most three rounds. For a part of the trees it is what the whole would say of that part.
    """
    chosen = among(desired.tasks, scope.items)
    markers = _carriers(chosen.values(), observed, agreed, scope)
    changes: list[Change] = []
    for item, wanted in chosen.items():
        if item in agreed.blocked or not wanted.touch:
            continue
        link = _standing(agreed.links.get(item), observed)
        carriers = markers.get(wanted.marker, ())
        if link is None:
            changes.extend(_unlinked(wanted, carriers, observed, agreed))
        elif loss := observed.loss(link.task):
            changes.extend(_gone(wanted, link, loss, observed))
        else:
            changes.extend(_linked(desired, wanted, link, observed))
            changes.extend(_moved(wanted, link, observed, agreed))
            changes.extend(_refused(wanted, link.task))
            changes.extend(_duplicate(wanted, task) for task in carriers)
    changes.extend(_left(desired, observed, agreed, scope))
    return tuple(changes)


def among(tree: Mapping[str, Part], only: Collection[str] | None) -> Mapping[str, Part]:
    """What a tree holds under these ids; all of it for None."""
    return tree if only is None else {id_: tree[id_] for id_ in sorted(only) if id_ in tree}


def _carriers(chosen: Iterable[Wanted], observed: Observed, agreed: Agreed, scope: Scope) -> Mapping[str, list[Task]]:
    """The live tasks without a link that carry an item's marker, or one it had before; by its marker, oldest first."""
    wanted = {marker: one.marker for one in chosen for marker in (*one.was, one.marker)}
    linked = {link.task for link in among(agreed.links, scope.items).values()}
    found: dict[str, list[Task]] = {}
    for task_id, seen in among(observed.tasks, scope.tasks).items():
        if seen.task.marker in wanted and task_id not in linked and not observed.loss(task_id):
            found.setdefault(wanted[seen.task.marker], []).append(seen.task)
    for tasks in found.values():
        tasks.sort(key=lambda task: (task.created_at or datetime.max.replace(tzinfo=UTC), task.id))
    return found


def _standing(link: Link | None, observed: Observed) -> Link | None:
    """A link as it stands: none where its task was deleted, and somebody decided that it is made anew."""
    decided = link is not None and ANEW in link.agreed and observed.loss(link.task) == Fate.DELETED
    return None if decided else link


def _unlinked(wanted: Wanted, carriers: Sequence[Task], observed: Observed, agreed: Agreed) -> Iterator[Change]:
    """An item without a task: adopt the one that carries its marker, else have it made."""
    if carriers:
        yield Change(Kind.ADOPT, wanted.item, wanted.title, carriers[0].id, reason="it carries the item's marker")
        yield from (_duplicate(wanted, task) for task in carriers[1:])
    elif wanted.create:
        edits = tuple(Edit(key, None, value, "new") for key, value in wanted.values.items() if value is not None)
        create = Change(Kind.CREATE, wanted.item, wanted.title, edits=edits, reason="new in the plan")
        for change in _under_parent(create, wanted, observed, agreed):
            yield change
            yield from _refused(wanted, "")


def place_of(wanted: Wanted, task: Task, groups: Mapping[str, GroupLink]) -> dict[str, FieldValue]:
    """Where a task that is adopted stands, as both sides see it: where its team put it, or where we put it away."""
    away = groups.get(REMOVED)
    if away is not None and task.group == away.group:
        return {"group": REMOVED, "parent": None}
    return {"group": wanted.group, "parent": wanted.parent}


def _under_parent(change: Change, wanted: Wanted, observed: Observed, agreed: Agreed) -> Iterator[Change]:
    """A change that puts a task under its parent: as it is, or a hold where that one is gone.

    Nothing where the parent's task is still to be made: the change follows in the next round.
    """
    parent = _standing(agreed.links.get(wanted.parent), observed) if wanted.parent else None
    if parent is not None and observed.loss(parent.task):
        reason = f"the task of {wanted.parent}, under which it belongs, is gone; bring that one back first"
        yield Change(Kind.HOLD, wanted.item, wanted.title, change.task, reason=reason, why=Why.PARENT)
    elif parent is not None or not wanted.parent or wanted.parent in agreed.coming:
        yield change


def _gone(wanted: Wanted, link: Link, loss: str, observed: Observed) -> Iterator[Change]:
    """A linked task that is not there any more is never made again on its own: a person decides.

    Work that the plan has cancelled or put off needs no task: that is one way to decide. Finished work that was put
    away is as it should be.
    """
    if not wanted.create or (loss == ARCHIVED and observed.tasks[link.task].task.done):
        return
    reason = {
        Fate.DELETED.value: (
            "its task was deleted in the tool; bring it back there, cancel the item in the plan, "
            "or have it made anew with `syncd decide ITEM task plan`"
        ),
        Fate.NO_ACCESS.value: "syncd's account may not see its task any more; give it access again",
        ARCHIVED: "its task was archived before it was done; bring it back there, or cancel the item in the plan",
        "moved": "its task was moved out of the container; move it back, or cancel the item in the plan",
    }.get(loss, "its task has not been read yet")
    fresh = link.agreed.get(GONE) != loss
    edits = (Edit(GONE, link.agreed.get(GONE), loss, reason),)
    yield Change(Kind.HOLD, wanted.item, wanted.title, link.task, edits, reason, Why.GONE, fresh)


def _duplicate(wanted: Wanted, task: Task) -> Change:
    reason = (
        f'a second task, "{task.title}", carries its marker; delete that task or its marker ({task.url or task.id})'
    )
    return Change(Kind.HOLD, wanted.item, wanted.title, task.id, reason=reason, why=Why.DUPLICATE)


def _refused(wanted: Wanted, task: str) -> Iterator[Change]:
    for sentence in wanted.refused:
        yield Change(Kind.HOLD, wanted.item, wanted.title, task, reason=sentence, why=Why.VALUE)


def _linked(desired: Desired, wanted: Wanted, link: Link, observed: Observed) -> Iterator[Change]:
    """An item with a task: each field by its owner."""
    task = observed.tasks[link.task].task
    edits: list[Edit] = []
    for rule, have in differing(desired.rules, task, observed.container, wanted.values):
        key, want = rule.key, wanted.values[rule.key]
        if key == "notes" and same(have, FAREWELL):
            edits.append(Edit(key, have, want, "it is in the plan again"))
        elif rule.owner is Owner.PLAN:
            edits.extend(_owned(key, want, have, link))
        elif rule.owner is Owner.SHARED:
            merged = _merged(rule, wanted, want, have, link)
            if isinstance(merged, Edit):
                edits.append(merged)
            elif merged is not None:
                yield merged
    if task.credit is Credit.CALLED_OFF and wanted.create:
        edits.append(Edit("completed", task.completed, False, "it is in the plan again"))
    if task.marker != wanted.marker:
        edits.extend(_owned("marker", wanted.marker, task.marker, link))
    if edits:
        yield Change(Kind.UPDATE, wanted.item, wanted.title, link.task, tuple(edits), edits[0].reason)


def _owned(key: str, want: FieldValue, have: FieldValue, link: Link) -> Iterator[Edit]:
    """A field of the plan's: written where it differs, unless the tool only keeps the value in a form of its own."""
    known = key in link.agreed and same(link.agreed[key], want)
    if known and ANSWER + key in link.agreed and same(link.agreed[ANSWER + key], have):
        return
    if key in link.agreed:
        reason = "it was changed in the tool, and the plan owns it" if known else "the plan changed"
    else:
        reason = "the task had none" if have is None else "the task held another, and the plan owns it"
    yield Edit(key, have, want, reason)


def _merged(rule: FieldRule, wanted: Wanted, want: FieldValue, have: FieldValue, link: Link) -> Edit | Change | None:
    """A shared field that differs, merged three ways over what both last agreed on."""
    key = rule.key
    if key not in link.agreed:
        reason = "the two differ, and it is not known which of them changed"
        return _two_values(Kind.HOLD, wanted, link, Edit(key, want, have, reason))
    by_plan = not same(link.agreed[key], want)
    by_team = not same(last_held(link.agreed, key), have)
    if not by_team:
        return Edit(key, have, want, "the plan changed") if by_plan else None
    if not by_plan:
        return _two_values(Kind.WRITE_BACK, wanted, link, Edit(key, want, have, "the team changed it"), None)
    reason = "plan and team both changed it"
    if rule.conflict is Conflict.PLAN:
        return Edit(key, have, want, f"{reason}, and the mapping lets the plan win")
    if rule.conflict is Conflict.TOOL:
        reason += ", and the mapping lets the team win"
        return _two_values(Kind.WRITE_BACK, wanted, link, Edit(key, want, have, reason))
    return _two_values(Kind.HOLD, wanted, link, Edit(key, want, have, reason))


def _two_values(kind: Kind, wanted: Wanted, link: Link, edit: Edit, why: Why | None = Why.CONFLICT) -> Change:
    reason = f"{edit.field}: {edit.reason} (plan: {_shown(edit.before)}, tool: {_shown(edit.after)})"
    return Change(kind, wanted.item, wanted.title, link.task, (edit,), reason, why)


def _shown(value: FieldValue) -> str:
    return ", ".join(value) if isinstance(value, tuple) else "none" if value is None else str(value)


def _moved(wanted: Wanted, link: Link, observed: Observed, agreed: Agreed) -> Iterator[Change]:
    """The place follows the plan only where the plan itself moved the item: a team may sort its board as it likes."""
    edits = [
        Edit(key, link.agreed[key], place, "the plan moved it")
        for key, place in (("group", wanted.group), ("parent", wanted.parent))
        if link.agreed.get(key, place) != place
    ]
    if edits:
        move = Change(Kind.MOVE, wanted.item, wanted.title, link.task, tuple(edits), edits[0].reason)
        yield from _under_parent(move, wanted, observed, agreed)


def _left(desired: Desired, observed: Observed, agreed: Agreed, scope: Scope) -> Iterator[Change]:
    """Linked items that are no longer in the plan."""
    left = {item: link for item, link in among(agreed.links, scope.items).items() if not desired.has(item)}
    staying = {link.task for item, link in agreed.links.items() if desired.has(item)} if left else ()
    for item, link in left.items():
        if item in agreed.blocked:
            continue
        seen = observed.tasks.get(link.task)
        title = seen.task.title if seen else item
        edits = tuple(_farewell(desired, link, observed, staying)) if seen and not observed.loss(link.task) else ()
        yield Change(Kind.ARCHIVE, item, title, link.task, edits, _LEFT[desired.rules.removed])


_LEFT: Final = {
    Removed.LEAVE: "it is no longer in the plan; its task stays, and is followed no longer",
    Removed.COMPLETE: "it is no longer in the plan; its task is marked done, and followed no longer",
    Removed.ARCHIVE: f"it is no longer in the plan; its task goes to “{REMOVED_TITLE}”, and is followed no longer",
}


def _farewell(desired: Desired, link: Link, observed: Observed, staying: Collection[str]) -> Iterator[Edit]:
    """What is written to the task of an item that left the plan.

    Where it is put away, it is taken from below a task that stays; below any other it goes along, or went already.
    """
    task, reason = observed.tasks[link.task].task, "it left the plan"
    if rule := desired.rules.rule("notes"):
        block = get(rule, task, observed.container)
        if not same(block, FAREWELL):
            yield Edit("notes", block, FAREWELL, reason)
    if desired.rules.removed is Removed.COMPLETE and not task.completed:
        yield Edit("completed", task.completed, True, reason)
    if desired.rules.removed is Removed.ARCHIVE and (task.parent is None or task.parent in staying):
        yield Edit("group", link.agreed.get("group"), REMOVED, reason)
        if task.parent:
            yield Edit("parent", link.agreed.get("parent"), None, reason)
