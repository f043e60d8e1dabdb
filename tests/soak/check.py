"""What must hold once things are quiet again: nothing doubled, nothing lost, plan and tool at one, figures right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from connectors.vocabulary import Task, Update
from mappings.fields import get, same
from mappings.rules import Counted, Owner, Removed
from mappings.shape import Wanted
from syncd.engine.deciding import TASK
from syncd.engine.retrying import retry
from syncd.progress.evidence import Evidence, Standing
from syncd.records import Entry, Link, Outcome
from tests.engine.world import BOARD, Moments, quiet
from tests.soak.district import NO, District
from tests.soak.lost import Lost, must, standing
from tests.soak.order import in_order, remember_order
from tests.soak.setting import DONE
from tests.soak.spoiling import tolerated
from tests.soak.values import alike, fields

_BOUND = 8
"""So many passes at most until nothing is left to do."""


def check(d: District) -> None:
    """Let everything work again, run until it is quiet, and raise Lost unless everything holds."""
    must(not d.surprise, d.surprise)
    _unknown(d)
    _calm(d)
    if d.spoilt:
        _tolerate(d)
    _settle(d)
    _still(d)
    _sent(d)
    _doubled(d)
    _logged(d)
    _replaced(d)
    for item in d.desired().tasks:
        _item(d, item)
    in_order(d)
    _teams(d)
    _anew(d)
    remember_order(d)


def _item(d: District, item: str) -> None:
    """Everything that can be said of one item."""
    wanted, links = d.desired().tasks[item], d.world.links()
    if item not in links:
        _left_out(d, wanted, links)
        return
    link = links[item]
    _figures(d, item, link.task, d.world.evidence()[item])
    if standing(d, link.task) is Standing.LIVE and wanted.touch:
        fields(d, wanted, link)
        _place(d, wanted, links)


def _calm(d: District) -> None:
    d.world.tool.faults.clear()
    d.boards.boards[BOARD].container = replace(d.boards.boards[BOARD].container, archived=False)
    d.calm()
    d.world.moments = Moments()
    d.world.clock.pass_by(minutes=5)


def _tolerate(d: District) -> None:
    """Promise 6: a bad item stops no other one; once it is mended, it comes through like these."""
    report = tolerated(d, _BOUND)
    told = {finding.item: finding.message for finding in report.findings}
    for item in d.desired().tasks:
        try:
            _item(d, item)
        except Lost as lost:
            must(d.is_spoilt(item), f"{item}, which nothing is wrong with: {lost}")
            must(NO in told.get(item, ""), f"{item}: {lost}, and the pass does not tell that the tool refuses it")
    d.spoilt.clear()
    d.mended = True
    with d.world.store() as store:
        retry(store, [d.rules.mapping], (), d.world.clock.now())


def _unknown(d: District) -> None:
    """As long as the tool lets nobody in, nothing is taken for gone."""
    if d.world.tool.closed is None:
        return
    before = {item: (one.standing, one.done) for item, one in d.world.evidence().items()}
    d.run(full=True, approve="")
    after = {item: (one.standing, one.done) for item, one in d.world.evidence().items() if item in before}
    must(before == after, f"the tool let nobody in, and yet the figures went from {before} to {after}")
    d.world.tool.closed = None


def _settle(d: District) -> None:
    again = not d.mended
    d.mended = False
    for _ in range(_BOUND):
        sent = d.world.tool.requests()
        report = d.run(full=d.blind, approve="", retry_all=again)
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
    must(quiet(report) and len(tool.writes) == written, f"a quiet pass wrote {tool.writes[written:]}")
    must(plan == d.text, "a quiet pass wrote into the plan")
    must(report.full or tool.requests() - sent == 1, f"a quiet pass asked {tool.asked[sent:]}")


def _sent(d: District) -> None:
    """No write ever carries what is not syncd's to write."""
    writable = {rule.key for rule in d.rules.fields if rule.owner is not Owner.TOOL} | {"marker", "notes"}
    if d.rules.removed is Removed.COMPLETE:
        writable.add("completed")
    held = {f"field:{rule.name}" for rule in d.rules.fields if rule.target and rule.owner is not Owner.TOOL}
    for write in d.world.tool.writes:
        if isinstance(write, Update):
            extra = set(write.values.given) - writable
            must(not extra, f"{write.task} was sent {extra}, which are the team's")
            must(not write.values.fields or held, f"{write.task} was sent {write.values.fields}")
    d.world.tool.writes.clear()


def _doubled(d: District) -> None:
    """Promise 1: at most one task, but for those that people made themselves."""
    for item in d.world.work():
        made = [task.id for task in d.tasks(item) if task.id not in d.memory.copies]
        must(len(made) <= 1, f"{item} has the tasks {made}")


def _logged(d: District) -> None:
    """The log tells the same links as the store, and every value of a team that something replaced."""
    told: dict[str, str] = {}
    values: dict[str, list[object]] = {}
    for line in d.world.log():
        values.setdefault(line.task, []).extend((line.before, line.after))
        if line.kind in ("create", "adopt"):
            must(d.overtaken or line.item not in told, f"the log has {line.item} linked twice")
            told[line.item] = line.task
        elif line.kind == "rename":
            told[line.item] = told.pop(str(line.before))
        elif _parts(line) and told.get(line.item) == line.task:
            del told[line.item]
    links = {item: link.task for item, link in d.world.links().items()}
    must(told == links, f"the log tells of the links {told}, and there are {links}")
    linked = set(links.values())
    for (task, key), value in d.memory.told.items():
        rule = d.rules.rule(key)
        if rule is None or task not in linked or not d.boards.alive(task):
            continue
        held = get(rule, d.boards.rows[task].task, d.boards.boards[BOARD].container)
        replaced = not same(held, value)  # type: ignore[arg-type]
        known = any(same(value, one) for one in values.get(task, ()))  # type: ignore[arg-type]
        must(not replaced or known, f"{task}: the team's {key} {value!r} was replaced, and the log does not know it")


def _parts(line: Entry) -> bool:
    """Whether an item has no task any more after this line."""
    return line.kind in ("archive", "release") or (line.kind == "decide" and line.field == TASK)


def _replaced(d: District) -> None:
    """What the plan's people wrote stands in the log where a team's value replaced it."""
    known: dict[str, list[object]] = {}
    for line in d.world.log() if d.memory.overruled else ():
        known.setdefault(line.item, []).extend((line.before, line.after))
    for item, key, human in d.memory.overruled:
        told = any(alike(human, one) for one in known.get(item, ()))
        must(told, f"{item}: the plan's {key} {human!r} was replaced, and the log does not know it")
    d.memory.overruled.clear()


def _figures(d: District, item: str, task: str, evidence: Evidence) -> None:
    """Every figure of a living task is what can be counted on the board."""
    truth = standing(d, task)
    if truth is not Standing.LIVE:
        unseen = d.boards.rows[task].hidden and evidence.standing is Standing.NOT_VISIBLE
        must(evidence.standing is truth or unseen, f"{item}: {evidence.standing} in the figures, in truth {truth}")
        return
    row = d.boards.rows[task]
    must(
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
    must(found == expected, f"{item} ({task}) counts as {found}, on the board it is {expected}")


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


def _place(d: District, wanted: Wanted, links: Mapping[str, Link]) -> None:
    """A task stands where the plan has it, unless a team put it elsewhere."""
    task, wrong = links[wanted.item].task, list(_misplaced(d, wanted, links))
    if not wrong:
        d.memory.adrift.discard(wanted.item)
    must(wanted.item in d.memory.adrift or not wrong, f"{wanted.item} ({task}): {' and '.join(wrong)}")


def _misplaced(d: District, wanted: Wanted, links: Mapping[str, Link]) -> Iterator[str]:
    task = d.boards.rows[links[wanted.item].task].task
    parent = links.get(wanted.parent or "")
    sorted_by_team = {key for key in ("parent", "group") if (task.id, key) in d.memory.teams}
    ready = standing(d, parent.task) is Standing.LIVE if parent else wanted.parent is None
    if "parent" not in sorted_by_team and ready and task.parent != (parent and parent.task):
        yield f"it stands below {task.parent}, not below {parent and parent.task}"
    if "group" not in sorted_by_team and wanted.group is not None and task.parent is None:
        with d.world.store() as store, store.reading() as reader:
            group = reader.group_links(d.rules.mapping).get(wanted.group)
        if group is not None and task.group != group.group:
            yield f"it is in the group {task.group}, not in {group.title}"


def _left_out(d: District, wanted: Wanted, links: Mapping[str, Link]) -> None:
    """Every active item has a task, unless what it belongs under has none or lost it."""
    above = wanted.parent and links.get(wanted.parent)
    free = wanted.parent is None or (above and standing(d, above.task) is Standing.LIVE)
    must(not wanted.create or not free, f"{wanted.item} has no task")


def _teams(d: District) -> None:
    """What no rule names stands as the team left it; so does everything on a task that is followed no longer."""
    linked = {link.task for link in d.world.links().values()}
    for (task_id, key), said in d.memory.teams.items():
        task = d.boards.rows[task_id].task
        rule = d.rules.rule(key)
        if key.startswith("words"):
            must(str(said.value) in task.notes, f"{task_id} ({task.title}): {said.value!r} is lost")
        elif key == "completed":
            told = d.rules.removed is Removed.COMPLETE and task_id not in linked
            must(told or task.completed == said.value, f"{task_id} ({task.title}) is not ticked as the team left it")
        elif (
            rule is not None and task_id not in linked and key != "notes" and said.firm and rule.owner is not Owner.PLAN
        ):
            held = get(rule, task, d.boards.boards[BOARD].container)
            must(alike(held, said.value), f"{task_id} is let go, and its {key} is {held!r}, not {said.value!r}")


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
