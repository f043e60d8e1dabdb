"""Suggesting: which tasks that people made may be those of plan items that have none, with score and reasons. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from heapq import heappop, heappush, merge
from math import ceil
from typing import Final

from rapidfuzz import fuzz, process, utils

from connectors.vocabulary import Credit, FieldValue, Task
from mappings.fields import tidy
from mappings.shape import Desired, Wanted
from syncd.engine.affected import Trees
from syncd.engine.planner import Agreed, Observed

LEAST: Final = 75
"""The score from which on a pair is suggested."""
_ALIKE: Final = 60
"""How alike two titles must be, of 100, for anything else to be looked at."""
_CLOSE: Final = 85
"""How alike titles are that are looked at first; of most items the task is among these."""
_AS_GOOD: Final = 4
"""Another task whose score is no further below may be the one that is meant."""
_TITLE, _DUE, _START, _OWNER, _PLACE = 70, 10, 5, 10, 10
"""What each piece of evidence weighs; what one of the two sides does not say is not weighed at all."""
_NEAR: Final = ((0, 100), (14, 70), (45, 40))
"""What two days are worth that lie up to so many days apart."""

Pair = tuple[str, str]
"""A plan item and a task, by their ids."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A plan item, the task that may be its own, how well they fit (0 to 100) and why.

    `others` are further tasks that fit the item about as well, `rivals` further items that the task fits about as well:
    then only a person can tell.
    """

    item: str
    title: str
    task: Task
    score: int
    reasons: tuple[str, ...]
    others: tuple[Task, ...] = ()
    rivals: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """True if nothing else fits about as well: only such pairs are fit to be accepted all at once."""
        return not (self.others or self.rivals)


@dataclass(frozen=True, slots=True)
class Known:
    """What suggestions go by beside the trees: tasks of other mappings, and pairs that a person rejected."""

    claimed: Collection[str] = frozenset()
    rejected: Collection[Pair] = field(default_factory=frozenset)


def suggest(trees: Trees, known: Known, least: int = LEAST) -> tuple[Suggestion, ...]:
    """The pairs that fit best, each item and each task once, in the plan's order.

    Tasks that stand below others come second: by then it is known what may stand above them.
    """
    items = [wanted for wanted in trees.desired.tasks.values() if _is_open(wanted, trees)]
    homes = {item: link.task for item, link in trees.agreed.links.items()}
    free = dict(candidates(trees, known.claimed))
    found: dict[str, Suggestion] = {}
    for below in (False, True):
        chosen = [wanted for wanted in items if bool(wanted.parent) is below]
        for one in _Pairing(_Ground(trees, homes), free, known.rejected, least).best(chosen):
            found[one.item] = one
            homes[one.item] = one.task.id
            del free[one.task.id]
    return tuple(found[wanted.item] for wanted in items if wanted.item in found)


def candidates(trees: Trees, claimed: Collection[str] = ()) -> Iterator[tuple[str, Task]]:
    """The tasks that may become an item's: there, nobody's yet, and work at all."""
    linked = {link.task for link in trees.agreed.links.values()}
    for id_, seen in trees.observed.tasks.items():
        task = seen.task
        if id_ in linked or id_ in claimed or task.credit is not Credit.COUNTS or not tidy(task.title):
            continue
        if not owner_of(trees.desired, task) and not trees.observed.loss(id_):
            yield id_, task


def owner_of(desired: Desired, task: Task) -> str:
    """Whose marker a task carries where that is somebody else's business: "" for none, or of what left the plan."""
    if task.marker is None:
        return ""
    ours, item = f"syncd:{desired.rules.plan}/", task.marker.rpartition("/")[2]
    if task.marker.startswith(ours) and not desired.has(item) and item not in desired.renamed:
        return ""
    return task.marker


def _is_open(wanted: Wanted, trees: Trees) -> bool:
    """True if an item has no task, or only one that is gone, and is to have one."""
    link = trees.agreed.links.get(wanted.item)
    lacks = link is None or trees.observed.loss(link.task) not in ("", "unseen")
    return lacks and wanted.create and wanted.touch and wanted.item not in trees.agreed.blocked


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a pair is judged by: the trees, and the tasks that items have or may have."""

    trees: Trees
    homes: Mapping[str, str]

    def judge(self, wanted: Wanted, task: Task, alike: float) -> tuple[int, tuple[str, ...]]:
        """How well a task fits an item, and why, in words."""
        told = [(_TITLE, alike, "the same title" if alike == 100 else f"titles {alike:.0f} % alike")]
        told += _days("due", _DUE, wanted.values.get("due"), task.due)
        told += _days("start", _START, wanted.values.get("start"), task.start)
        told += _owner(wanted.values.get("assignee"), task.assignee)
        told += self._place(wanted, task)
        score = sum(weight * value for weight, value, _ in told) / sum(weight for weight, _, _ in told)
        return round(score), tuple(words for _, _, words in told)

    def _place(self, wanted: Wanted, task: Task) -> Iterator[tuple[int, float, str]]:
        observed, agreed = self.trees.observed, self.trees.agreed
        if wanted.parent:
            home = self.homes.get(wanted.parent)
            if home and task.parent == home:
                yield _PLACE, 100, f"below the task of {wanted.parent}"
            elif home and task.parent:
                yield _PLACE, 0, f"not below the task of {wanted.parent}"
        elif task.parent:
            yield _PLACE, 0, "below another task"
        elif wanted.group and task.group:
            yield from _in_group(self.trees.desired, observed, agreed, wanted.group, task.group)


def _in_group(
    desired: Desired, observed: Observed, agreed: Agreed, wanted: str, group: str
) -> Iterator[tuple[int, float, str]]:
    """Whether a task stands in the group of an item; as long as none is linked, in one that is called like it."""
    title = next((each.title for each in observed.container.groups if each.id == group), "")
    linked = agreed.groups.get(wanted)
    if linked is not None:
        same = linked.group == group
        yield _PLACE, 100 if same else 0, f"in {'its' if same else 'another'} group, “{title}”"
        return
    alike = _alike(title, desired.groups.get(wanted, ""))
    if alike >= _ALIKE:
        yield _PLACE, alike, f"in the group “{title}”"


@lru_cache(maxsize=4096)
def _alike(one: str, other: str) -> float:
    """How alike two titles are, of 100; of groups there are few, and each pair is asked for again and again."""
    return fuzz.token_sort_ratio(one, other, processor=utils.default_process)


def _days(name: str, weight: int, one: FieldValue, other: date | None) -> Iterator[tuple[int, float, str]]:
    if not isinstance(one, date) or other is None:
        return
    apart = abs((one - other).days)
    value = next((worth for days, worth in _NEAR if apart <= days), 0)
    yield weight, value, f"{name} the same day" if apart == 0 else f"{name} {apart} day{'s'[: apart > 1]} apart"


def _owner(one: FieldValue, other: str | None) -> Iterator[tuple[int, float, str]]:
    if one and other:
        same = one == other
        yield _OWNER, 100 if same else 0, "the same owner" if same else "another owner"


@dataclass(frozen=True, slots=True)
class _Pairing:
    """Pairs off items and free tasks, and judges no pair that cannot matter any more: there are millions of them."""

    ground: _Ground
    free: Mapping[str, Task]
    rejected: Collection[Pair]
    least: int
    items: dict[str, Suggestion] = field(default_factory=dict)
    tasks: dict[str, Suggestion] = field(default_factory=dict)
    """What was paired so far: of all that is left the best."""

    def best(self, items: Sequence[Wanted]) -> Iterator[Suggestion]:
        """The best pairs first, each item and each task once, with what else would fit about as well."""
        titles = {id_: _words(task.title) for id_, task in self.free.items()}
        ranked: list[Suggestion] = []
        for one in merge(*(self._offers(wanted, titles) for wanted in items), key=_rank):
            ranked.append(one)
            if one.item not in self.items and one.task.id not in self.tasks:
                self.items[one.item] = self.tasks[one.task.id] = one
        yield from _doubted(ranked, self.items, self.tasks)

    def _offers(self, wanted: Wanted, titles: Mapping[str, str]) -> Iterator[Suggestion]:
        """The tasks that fit an item, best first; once it is paired, only those that fit about as well."""
        judged: list[tuple[int, str, Suggestion]] = []
        more = _more(wanted)
        for alike, id_ in self._alike(wanted, titles, more):
            most = ceil((_TITLE * alike + 100 * more) / (_TITLE + more))
            while judged and -judged[0][0] > most:
                yield heappop(judged)[-1]
            mine, theirs = self.items.get(wanted.item), self.tasks.get(id_)
            if most < (mine.score - _AS_GOOD if mine else self.least):
                break
            if theirs and most < theirs.score - _AS_GOOD:
                continue
            score, reasons = self.ground.judge(wanted, self.free[id_], alike)
            if score >= self.least and (wanted.item, id_) not in self.rejected:
                made = Suggestion(wanted.item, wanted.title, self.free[id_], score, reasons)
                heappush(judged, (-score, id_, made))
        while judged:
            yield heappop(judged)[-1]

    def _alike(self, wanted: Wanted, titles: Mapping[str, str], more: int) -> Iterator[tuple[float, str]]:
        """The free tasks by how alike their titles are: those that are hardly so only where it comes to them."""
        asked, above = _words(wanted.title), 101.0
        enough = ((self.least - 1) * (_TITLE + more) - 100 * more) / _TITLE
        for cutoff in (_CLOSE, max(_ALIKE, enough)) if asked else ():
            found = process.extract(asked, titles, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
            yield from ((alike, id_) for _, alike, id_ in found if alike < above)
            above = cutoff


def _words(title: str) -> str:
    """The words of a title in one order: told apart without signs and capitals, whatever their order was."""
    return " ".join(sorted(utils.default_process(title).split()))


def _more(wanted: Wanted) -> int:
    """The most that all but the title can weigh for an item."""
    told = (("due", _DUE), ("start", _START), ("assignee", _OWNER))
    return _PLACE + sum(weight for key, weight in told if wanted.values.get(key))


def _rank(one: Suggestion) -> tuple[int, str, str]:
    return -one.score, one.item, one.task.id


def _doubted(
    ranked: Iterable[Suggestion], paired: Mapping[str, Suggestion], tasks: Mapping[str, Suggestion]
) -> Iterator[Suggestion]:
    """What was paired, each with what else would fit about as well."""
    items = dict(paired)
    for one in ranked:
        mine, theirs = items.get(one.item), tasks.get(one.task.id)
        if paired.get(one.item) is one:
            continue
        if mine and one.score >= mine.score - _AS_GOOD and not (theirs and theirs.score > one.score):
            items[one.item] = replace(mine, others=(*mine.others, one.task))
        elif theirs and one.score >= theirs.score - _AS_GOOD and not (mine and mine.score > one.score):
            rivalled = items[theirs.item]
            items[theirs.item] = replace(rivalled, rivals=(*rivalled.rivals, one.item))
    yield from items.values()
