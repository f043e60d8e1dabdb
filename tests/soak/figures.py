"""Every figure is what can be counted on the board; what teams made of their own counts as the rule says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from connectors.vocabulary import Task
from mappings.fields import get
from mappings.rules import Counted, Unplanned
from syncd.engine.harvest import harvest
from syncd.engine.planner import FAREWELL
from syncd.engine.proposals import NewValue, NewWork, Proposal
from syncd.progress.evidence import Evidence, Standing
from syncd.progress.team import TeamWork
from tests.soak.district import District, Own
from tests.soak.lost import must, standing
from tests.soak.own import expected, proposed
from tests.soak.setting import DONE
from tests.soak.values import alike


def figures(d: District, item: str, task: str, evidence: Evidence) -> None:
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
    known = d.memory.learned | (d.memory.by_word & d.world.tool.merged)
    if any(each.merged and each.task.id not in known for each in unclear):
        return  # only the feed tells of a merge, and it may have lost that
    if any(each.task.completed and FAREWELL in each.task.notes for each in unclear[1:]):
        return  # who closed what left the plan, the store alone knows, and it may have been lost
    expected = counted(d, row.task, merged=row.merged)
    found = (evidence.standing, evidence.done, evidence.share)
    must(found == expected, f"{item} ({task}) counts as {found}, on the board it is {expected}")


def counted(d: District, task: Task, *, merged: bool) -> tuple[Standing, bool, Fraction]:
    """What a living task counts for, as anybody would reckon it from the board."""
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


def own_work(d: District) -> None:
    """What teams made of their own counts, is proposed, or neither; the plan and the tasks are as people left them."""
    truth = {one.task.id: (one, tier, above) for one, tier, above in expected(d)}
    rule = d.rules.unplanned
    with d.world.store() as store, store.reading() as reader:
        team = harvest(reader, [d.route()]).team
    _counts(d, {key: above for key, (_, _, above) in truth.items()} if rule is Unplanned.COUNT else {}, team)
    _proposed(d, truth if rule is Unplanned.PROPOSE else {}, proposed(d))
    for number, one in d.own.items():
        if not one.item:
            now = d.boards.rows[one.task.id].task
            must(now == one.task, f"task {number} of a team is {now}, and the team left it as {one.task}")


def _counts(d: District, wanted: dict[str, str], team: Sequence[TeamWork]) -> None:
    found = {one.evidence.task: one for one in team}
    must(len(found) == len(team), f"some work of a team counts twice: {sorted(found)}")
    told = {key: one.under for key, one in found.items()}
    must(told == wanted, f"of what teams made, {told} counts, in truth {wanted}")
    for key, one in found.items():
        reckoned = (one.evidence.standing, one.evidence.done, one.evidence.share)
        truth = counted(d, d.boards.rows[key].task, merged=False)
        must(reckoned == truth, f"{key}, a team's own, counts as {reckoned}, on the board it is {truth}")


def _proposed(d: District, wanted: dict[str, tuple[Own, str, str]], found: Sequence[Proposal]) -> None:
    returned = {
        one.task.id for one in d.own.values() if one.became and one.item not in d.plan and not d.setting.writable
    }
    # what was in a copy of the plan, and out of it before any pass heard of that, is proposed as ever
    works = {each.task.id: each for each in found if isinstance(each, NewWork) and each.task.id not in returned}
    doubtful = {key for key, (one, _, _) in wanted.items() if one.unsure or d.boards.rows[key].merged} - works.keys()
    told = {key: (each.edit.tier, each.edit.under, each.title) for key, each in works.items()}
    truth = {
        key: (tier, above, d.boards.rows[key].task.title)
        for key, (_, tier, above) in wanted.items()
        if key not in doubtful
    }
    must(told == truth, f"of what teams made, {told} is proposed, in truth {truth}")
    taken = {name for item in d.plan.values() for name in (item.id, *item.was)}
    ids = [each.item for each in works.values()]
    must(len({*ids}) == len(ids) and taken.isdisjoint(ids), f"the proposals {ids} have ids that are taken")
    for key, work in works.items():
        begun = wanted[key][0].item
        must(begun in ("", work.item), f"{key} was about to become {begun}, and is proposed as {work.item}")
    for each in found:
        if isinstance(each, NewValue):
            _value(d, each)


def _value(d: District, each: NewValue) -> None:
    """A value that is proposed is the one on the board, and not the plan's."""
    rule = d.rules.rule(each.key)
    must(rule is not None, f"{each.key} of {each.item} is proposed, which nobody maps")
    held = get(rule, d.boards.rows[each.task.id].task, d.container)  # type: ignore[arg-type]
    must(alike(held, each.tool) and not alike(held, each.plan), f"{each.item}: {each.tool!r} is proposed, not {held!r}")
