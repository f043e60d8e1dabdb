"""What must hold once things are quiet again: nothing doubled, nothing lost, plan and tool at one, figures right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from connectors.vocabulary import Update
from mappings.fields import get, same
from mappings.rules import Owner, Removed
from mappings.shape import Wanted
from syncd.engine.retrying import retry
from syncd.progress.evidence import Evidence, Standing
from syncd.records import Entry, GroupLink, Link, Outcome
from tests.engine.world import Moments, quiet
from tests.soak.containers import in_place
from tests.soak.district import ELSEWHERE, District
from tests.soak.figures import figures, own_work
from tests.soak.lost import Lost, must, standing
from tests.soak.order import in_order, remember_order
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
    for one in _items(d):
        one()
    in_order(d)
    _teams(d)
    own_work(d)
    _anew(d)
    remember_order(d)


def _items(d: District) -> Iterator[partial[None]]:
    """A look at each item: at everything that can be said of it."""
    links, evidence = d.world.links(), d.world.evidence()
    yield from (partial(_item, d, wanted, links, evidence) for wanted in d.desired().tasks.values())


def _item(d: District, wanted: Wanted, links: Mapping[str, Link], evidence: Mapping[str, Evidence]) -> None:
    item = wanted.item
    if item not in links:
        _left_out(d, wanted, links)
        return
    link = links[item]
    figures(d, item, link.task, evidence[item])
    if standing(d, link.task) is Standing.LIVE and wanted.touch:
        fields(d, wanted, link)
        _place(d, wanted, links)


def _calm(d: District) -> None:
    d.world.tool.faults.clear()
    in_place(d)
    d.calm()
    d.world.moments = Moments()
    d.world.clock.pass_by(minutes=5)


def _tolerate(d: District) -> None:
    """Promise 6: a bad item stops no other one; once it is mended, it comes through like these."""
    report = tolerated(d, _BOUND)
    told = {finding.item for finding in report.findings}
    for one in _items(d):
        item = one.args[1].item
        try:
            one()
        except Lost as lost:
            must(item in told, f"{lost}, and the pass tells of nothing wrong with {item}")
    d.spoilt.clear()
    d.mended = True
    with d.world.store() as store:
        retry(store, [d.rules.mapping], (), d.world.clock.now())


def _is_shut(d: District) -> bool:
    return d.world.tool.closed is not None or (d.board in d.boards.bin and d.world.reference == d.board)


def _unknown(d: District) -> None:
    """As long as the tool lets nobody in, or the container is in the bin, nothing is taken for gone."""
    if not _is_shut(d):
        return
    before = {one.task: (one.standing, one.done) for one in d.world.evidence().values()}
    d.run(full=True, approve="")
    if not _is_shut(d):
        return  # somebody opened it meanwhile
    after = {one.task: (one.standing, one.done) for one in d.world.evidence().values() if one.task in before}
    must(before == after, f"nothing could be read, and yet the figures went from {before} to {after}")
    d.world.tool.closed = None


def _settle(d: District) -> None:
    again = not d.mended
    d.mended = False
    for _ in range(_BOUND):
        sent = d.world.tool.requests()
        report = d.run(full=d.blind, approve="", retry_all=again)
        if report.outcome in (Outcome.DONE, Outcome.FINDINGS) and quiet(report) and not report.message:
            if {f"changes {d.board}"} == set(d.world.tool.asked[sent:]):
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
    asked = tool.asked[sent:]
    most = 2 if asked[0].startswith("sweep") else 1  # a sweep is told of what a pass has heard of already
    must(report.full or len(asked) <= most, f"a quiet pass asked {asked}")


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
    """Promise 1: at most one task in a container, but for those that people made themselves."""
    for item in d.world.work():
        there = [task.id for task in d.tasks(item) if d.boards.home(task.id) in (d.board, ELSEWHERE)]
        made = [task for task in there if task not in d.memory.copies]
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
        held = get(rule, d.boards.rows[task].task, d.container)
        replaced = not same(held, value)  # type: ignore[arg-type]
        known = any(same(value, one) for one in values.get(task, ()))  # type: ignore[arg-type]
        must(not replaced or known, f"{task}: the team's {key} {value!r} was replaced, and the log does not know it")


def _parts(line: Entry) -> bool:
    """Whether an item has no task any more after this line."""
    return line.kind in ("archive", "release", "unlink")


def _replaced(d: District) -> None:
    """What the plan's people wrote stands in the log where a team's value replaced it."""
    known: dict[str, list[object]] = {}
    for line in d.world.log() if d.memory.overruled else ():
        known.setdefault(line.item, []).extend((line.before, line.after))
    for item, key, human in d.memory.overruled:
        names = (item, *(d.plan[item].was if item in d.plan else ()))
        words = d.memory.words(item, key, human)
        told = any(alike(words, d.memory.words(item, key, one)) for name in names for one in known.get(name, ()))
        must(told, f"{item}: the plan's {key} {human!r} was replaced, and the log does not know it")
    d.memory.overruled.clear()


def _place(d: District, wanted: Wanted, links: Mapping[str, Link]) -> None:
    """A task stands where the plan has it, unless a team put it elsewhere."""
    with d.world.store() as store, store.reading() as reader:
        groups = reader.group_links(d.rules.mapping)
    task, wrong = links[wanted.item].task, list(_misplaced(d, wanted, links, groups))
    if not wrong and (wanted.group is None or wanted.group in groups):
        d.memory.adrift.discard(wanted.item)
    must(wanted.item in d.memory.adrift or not wrong, f"{wanted.item} ({task}): {' and '.join(wrong)}")


def _misplaced(
    d: District, wanted: Wanted, links: Mapping[str, Link], groups: Mapping[str, GroupLink]
) -> Iterator[str]:
    task = d.boards.rows[links[wanted.item].task].task
    parent = links.get(wanted.parent or "")
    sorted_by_team = {key for key in ("parent", "group") if (task.id, key) in d.memory.teams}
    ready = standing(d, parent.task) is Standing.LIVE if parent else wanted.parent is None
    if "parent" not in sorted_by_team and ready and task.parent != (parent and parent.task):
        yield f"it stands below {task.parent}, not below {parent and parent.task}"
    if "group" not in sorted_by_team and wanted.group is not None and task.parent is None:
        group = groups.get(wanted.group)
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
            held = get(rule, task, d.container)
            must(alike(held, said.value), f"{task_id} is let go, and its {key} is {held!r}, not {said.value!r}")


def _anew(d: District) -> None:
    """Where both sides hold the same, the story begins again; what is still apart is remembered."""
    memory, container, desired = d.memory, d.container, d.desired()
    links = d.world.links()
    earlier = memory.held
    followed = links.keys() & desired.tasks.keys()  # whatever task another item may come to have stands as it stood
    memory.held = {pair: held for pair, held in earlier.items() if pair[0] not in followed}
    voiced = memory.voiced
    memory.voiced = {pair: said for pair, said in voiced.items() if pair[0] in desired.tasks.keys() - followed}
    for item, wanted in desired.tasks.items():
        task = d.boards.rows[links[item].task].task if item in links else None
        for rule in d.rules.fields:
            memory.plan[item, rule.key] = wanted.values.get(rule.key)
            if task is not None:
                held = get(rule, task, container)
                planned = wanted.values.get(rule.key)
                apart = () if alike(planned, held) else earlier.get((item, rule.key), ())
                memory.held[item, rule.key] = [*apart, planned, held]
                memory.lately[item, rule.key] = [*apart, planned, held]
                words = voiced.get((item, rule.key), ())
                spoken = (task.id, rule.key) in memory.teams or any(alike(held, one) for one in words)
                memory.voiced[item, rule.key] = [held] if spoken else []
