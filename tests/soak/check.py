"""What must hold once things are quiet again: nothing doubled, nothing lost, plan and tool at one, figures right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from connectors.vocabulary import Task, Update
from mappings.fields import back, get, same
from mappings.rules import Conflict, Counted, FieldRule, Owner, Removed
from mappings.shape import Wanted
from syncd.progress.evidence import Evidence, Standing
from syncd.records import Link, Outcome
from tests.engine.world import BOARD, PEOPLE, Moments, quiet
from tests.soak.district import District
from tests.soak.setting import DONE


class Lost(AssertionError):
    """Something was lost or doubled, or does not settle."""


_BOUND = 8
"""So many passes at most until nothing is left to do."""


def check(d: District) -> None:
    """Let everything work again, run until it is quiet, and raise Lost unless everything holds."""
    _must(not d.surprise, d.surprise)
    _unknown(d)
    _settle(d)
    _still(d)
    _sent(d)
    _doubled(d)
    _logged(d)
    _replaced(d)
    desired, evidence, links = d.desired(), d.world.evidence(), d.world.links()
    for item, link in links.items():
        if wanted := desired.tasks.get(item):
            _figures(d, item, link.task, evidence[item])
            if _standing(d, link.task) is Standing.LIVE and wanted.touch:
                _fields(d, wanted, link)
                _place(d, wanted, links)
    _left_out(d)
    _teams(d)
    _anew(d)


def _must(holds: object, words: str) -> None:
    if not holds:
        raise Lost(words)


def _unknown(d: District) -> None:
    """As long as the tool lets nobody in, nothing is taken for gone."""
    if d.world.tool.closed is None:
        return
    before = {item: (one.standing, one.done) for item, one in d.world.evidence().items()}
    d.run(full=True, approve="")
    after = {item: (one.standing, one.done) for item, one in d.world.evidence().items() if item in before}
    _must(before == after, f"the tool let nobody in, and yet the figures went from {before} to {after}")
    d.world.tool.closed = None


def _settle(d: District) -> None:
    d.world.tool.faults.clear()
    d.boards.boards[BOARD].container = replace(d.boards.boards[BOARD].container, archived=False)
    d.calm()
    d.world.moments = Moments()
    d.world.clock.pass_by(minutes=5)
    for _ in range(_BOUND):
        sent = d.world.tool.requests()
        report = d.run(full=d.blind, approve="", retry_all=True)
        if report.outcome in (Outcome.DONE, Outcome.FINDINGS) and quiet(report) and not report.message:
            if {f"changes {BOARD}"} == set(d.world.tool.asked[sent:]):
                return
            d.blind = False
    raise Lost(f"it does not settle: {report.outcome} {report.message} {report.findings} {report.counts}")


def _still(d: District) -> None:
    """Promise 3: a pass that finds nothing new writes nothing, and asks once."""
    tool, plan = d.world.tool, d.text
    written, sent = len(tool.writes), tool.requests()
    report = d.run()
    _must(quiet(report) and len(tool.writes) == written, f"a quiet pass wrote {tool.writes[written:]}")
    _must(plan == d.text, "a quiet pass wrote into the plan")
    _must(report.full or tool.requests() - sent == 1, f"a quiet pass asked {tool.asked[sent:]}")


def _sent(d: District) -> None:
    """No write ever carries what is not syncd's to write."""
    writable = {rule.key for rule in d.rules.fields if rule.owner is not Owner.TOOL} | {"marker", "notes"}
    if d.rules.removed is Removed.COMPLETE:
        writable.add("completed")
    held = {f"field:{rule.name}" for rule in d.rules.fields if rule.target and rule.owner is not Owner.TOOL}
    for write in d.world.tool.writes:
        if isinstance(write, Update):
            extra = set(write.values.given) - writable
            _must(not extra, f"{write.task} was sent {extra}, which are the team's")
            _must(not write.values.fields or held, f"{write.task} was sent {write.values.fields}")
    d.world.tool.writes.clear()


def _doubled(d: District) -> None:
    """Promise 1: at most one task, but for those that people made themselves."""
    for item in d.world.work():
        made = [task.id for task in d.tasks(item) if task.id not in d.memory.copies]
        _must(len(made) <= 1, f"{item} has the tasks {made}")


def _logged(d: District) -> None:
    """The log tells the same links as the store, and every value of a team that something replaced."""
    told: dict[str, str] = {}
    values: dict[str, list[object]] = {}
    for line in d.world.log():
        values.setdefault(line.task, []).extend((line.before, line.after))
        if line.kind in ("create", "adopt"):
            _must(d.overtaken or line.item not in told, f"the log has {line.item} linked twice")
            told[line.item] = line.task
        elif line.kind == "rename":
            told[line.item] = told.pop(str(line.before))
        elif line.kind in ("archive", "release") and told.get(line.item) == line.task:
            del told[line.item]
    links = {item: link.task for item, link in d.world.links().items()}
    _must(told == links, f"the log tells of the links {told}, and there are {links}")
    linked = set(links.values())
    for (task, key), value in d.memory.told.items():
        rule = d.rules.rule(key)
        if rule is None or task not in linked or not d.boards.alive(task):
            continue
        held = get(rule, d.boards.rows[task].task, d.boards.boards[BOARD].container)
        replaced = not same(held, value)  # type: ignore[arg-type]
        known = any(same(value, one) for one in values.get(task, ()))  # type: ignore[arg-type]
        _must(not replaced or known, f"{task}: the team's {key} {value!r} was replaced, and the log does not know it")


def _replaced(d: District) -> None:
    """What the plan's people wrote stands in the log where a team's value replaced it."""
    known: dict[str, list[object]] = {}
    for line in d.world.log() if d.memory.overruled else ():
        known.setdefault(line.item, []).extend((line.before, line.after))
    for item, key, human in d.memory.overruled:
        told = any(_same(human, one) for one in known.get(item, ()))
        _must(told, f"{item}: the plan's {key} {human!r} was replaced, and the log does not know it")
    d.memory.overruled.clear()


def _standing(d: District, task: str) -> Standing:
    """What a person who sees everything would say of a task."""
    row = d.boards.rows[task]
    if not d.boards.alive(task):
        return Standing.GONE
    if row.hidden:
        return Standing.NOT_VISIBLE
    if row.task.parent is not None:
        return _standing(d, row.task.parent)
    return Standing.LIVE if row.board == BOARD else Standing.GONE


def _figures(d: District, item: str, task: str, evidence: Evidence) -> None:
    """Every figure of a living task is what can be counted on the board."""
    standing = _standing(d, task)
    if standing is not Standing.LIVE:
        unseen = d.boards.rows[task].hidden and evidence.standing is Standing.NOT_VISIBLE
        _must(
            evidence.standing is standing or unseen, f"{item}: {evidence.standing} in the figures, in truth {standing}"
        )
        return
    row = d.boards.rows[task]
    _must(
        (evidence.task, evidence.title, evidence.due) == (task, row.task.title, row.task.due),
        f"{item}: the figures come from {evidence.task}, {evidence.title!r}, {evidence.due}",
    )
    if row.merged and not evidence.done:
        d.memory.learned.add(task)
    unclear = [row, *(d.boards.below(task) if d.rules.progress == "subtasks" else ())]
    if any(each.merged and each.task.id not in d.memory.learned for each in unclear):
        return  # only the feed tells of a merge, and it may have lost that
    expected = _counted(d, row.task, merged=row.merged)
    found = (evidence.standing, evidence.done, evidence.share)
    _must(found == expected, f"{item} ({task}) counts as {found}, on the board it is {expected}")


def _counted(d: District, task: Task, *, merged: bool) -> tuple[Standing, bool, Fraction]:
    label = d.rules.status.get(task.status or "")
    if isinstance(label, Counted):
        return Standing.DEFERRED, False, Fraction(0)
    if task.completed:
        return Standing.LIVE, not merged, Fraction(not merged)
    share = Fraction(0)
    if d.rules.progress == "status":
        share = Fraction(label or 0)
    elif d.rules.progress == "subtasks":
        below = [row for row in d.boards.below(task.id) if not row.hidden]
        known = [row for row in below if not row.merged]
        share = Fraction(sum(row.task.completed for row in known), len(known)) if known else share
    elif d.rules.progress.startswith("field:"):
        value = task.fields.get(DONE.id)
        share = Fraction(value) / 100 if isinstance(value, Decimal) else share
    return Standing.LIVE, False, share


def _fields(d: District, wanted: Wanted, link: Link) -> None:
    """Promise 2: field by field, plan and tool hold what the rules say of what people said last."""
    container = d.boards.boards[BOARD].container
    task = d.boards.rows[link.task].task
    for rule in d.rules.fields:
        if rule.key not in wanted.values:
            continue
        held, planned = get(rule, task, container), wanted.values[rule.key]
        human = d.memory.plan.get((wanted.item, rule.key), planned)
        if rule.key == "assignee" and (human or PEOPLE[0]) not in PEOPLE:
            continue  # nobody can be given what is an unknown person's
        _one(d, Stand(rule, wanted.item, task.id, held, planned, human))


@dataclass(frozen=True)
class Stand:
    """One field of one item: what its task holds, what the plan holds, and what people wrote into the plan last."""

    rule: FieldRule
    item: str
    task: str
    held: object
    planned: object
    human: object


def _one(d: District, at: Stand) -> None:
    rule, item, held, planned, human = at.rule, at.item, at.held, at.planned, at.human
    said, where = d.memory.teams.get((at.task, rule.key)), f"{item} ({at.task}): {rule.key}"
    torn = (item, rule.key) in d.memory.torn
    shared = rule.owner is Owner.SHARED
    if rule.owner is Owner.PLAN:
        _must(_same(held, human), f"{where} is {held!r}, and the plan, which owns it, says {human!r}")
    if rule.owner is Owner.TOOL and said is not None:
        _must(_same(held, said.value), f"{where} is {held!r}, and the team, which owns it, said {said.value!r}")
    if not (shared and d.setting.writable) or torn:
        _must(_same(planned, human), f"{where} is {planned!r} in the plan, where people wrote {human!r}")
    if not shared:
        return
    heard = (human, *d.memory.voiced.get((item, rule.key), ()))
    _must(
        any(_same(planned, one) for one in heard), f"{where} is {planned!r} in the plan, where people wrote {human!r}"
    )
    if said is not None and said.firm:
        _must(_same(held, said.value), f"{where} is {held!r}, and the team said {said.value!r}")
    elif said is not None:
        allowed = (said.value, human, *d.memory.held.get((item, rule.key), ()))
        _must(any(_same(held, one) for one in allowed), f"{where} is {held!r}, which nobody said")
    elif item not in d.memory.fog:
        _must(_same(held, human), f"{where} is {held!r}, and the plan's people said {human!r}")
    if d.setting.writable and rule.conflict is not Conflict.HOLD and item not in d.memory.fog:
        agreed = _same(held, planned) or not _possible(d, at)
        _must(agreed, f"{where} is {held!r} in the tool and {planned!r} in the plan")


def _possible(d: District, at: Stand) -> bool:
    """Whether the plan could take over what the task holds."""
    try:
        value = back(at.rule, at.held, d.plan[at.item].around)  # type: ignore[arg-type]
    except ValueError:
        return False
    return d.can_hold(at.item, at.rule.source, value)


def _same(one: object, other: object) -> bool:
    return same(one, other)  # type: ignore[arg-type]


def _place(d: District, wanted: Wanted, links: Mapping[str, Link]) -> None:
    """A task stands where the plan has it, unless a team put it elsewhere."""
    task, wrong = links[wanted.item].task, list(_misplaced(d, wanted, links))
    if not wrong:
        d.memory.adrift.discard(wanted.item)
    _must(wanted.item in d.memory.adrift or not wrong, f"{wanted.item} ({task}): {' and '.join(wrong)}")


def _misplaced(d: District, wanted: Wanted, links: Mapping[str, Link]) -> Iterator[str]:
    task = d.boards.rows[links[wanted.item].task].task
    parent = links.get(wanted.parent or "")
    sorted_by_team = {key for key in ("parent", "group") if (task.id, key) in d.memory.teams}
    ready = _standing(d, parent.task) is Standing.LIVE if parent else wanted.parent is None
    if "parent" not in sorted_by_team and ready and task.parent != (parent and parent.task):
        yield f"it stands below {task.parent}, not below {parent and parent.task}"
    if "group" not in sorted_by_team and wanted.group is not None and task.parent is None:
        with d.world.store() as store, store.reading() as reader:
            group = reader.group_links(d.rules.mapping).get(wanted.group)
        if group is not None and task.group != group.group:
            yield f"it is in the group {task.group}, not in {group.title}"


def _left_out(d: District) -> None:
    """Every active item has a task, unless what it belongs under has none or lost it."""
    links = d.world.links()
    for item, wanted in d.desired().tasks.items():
        free = wanted.parent is None or (
            wanted.parent in links and _standing(d, links[wanted.parent].task) is Standing.LIVE
        )
        _must(item in links or not wanted.create or not free, f"{item} has no task")


def _teams(d: District) -> None:
    """What no rule names stands as the team left it; so does everything on a task that is followed no longer."""
    linked = {link.task for link in d.world.links().values()}
    for (task_id, key), said in d.memory.teams.items():
        task = d.boards.rows[task_id].task
        rule = d.rules.rule(key)
        if key.startswith("words"):
            _must(str(said.value) in task.notes, f"{task_id} ({task.title}): {said.value!r} is lost")
        elif key == "completed":
            told = d.rules.removed is Removed.COMPLETE and task_id not in linked
            _must(told or task.completed == said.value, f"{task_id} ({task.title}) is not ticked as the team left it")
        elif (
            rule is not None and task_id not in linked and key != "notes" and said.firm and rule.owner is not Owner.PLAN
        ):
            held = get(rule, task, d.boards.boards[BOARD].container)
            _must(_same(held, said.value), f"{task_id} is let go, and its {key} is {held!r}, not {said.value!r}")


def _anew(d: District) -> None:
    """Where both sides hold the same, the story begins again; what is still apart is remembered."""
    memory, container, desired = d.memory, d.boards.boards[BOARD].container, d.desired()
    links = d.world.links()
    memory.held.clear()
    memory.voiced.clear()
    for item, wanted in desired.tasks.items():
        task = d.boards.rows[links[item].task].task if item in links else None
        for rule in d.rules.fields:
            memory.plan[item, rule.key] = wanted.values.get(rule.key)
            if task is not None:
                held = get(rule, task, container)
                memory.held[item, rule.key] = [wanted.values.get(rule.key), held]
                memory.voiced[item, rule.key] = [held] if (task.id, rule.key) in memory.teams else []
