"""Tasks of which it is not known what became of them: each is looked at by its id before anything is planned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from connectors.errors import ToolError
from connectors.vocabulary import Depth, Fate, FieldValue, Task
from mappings.fields import holds
from mappings.rules import Conflict, Owner
from syncd.engine.agreement import ANEW, ANSWER, REPLACED, SENDING, TO_TASK, without
from syncd.engine.applier import Applier
from syncd.engine.planner import Change, Kind, Observed
from syncd.engine.recorder import Recorder
from syncd.engine.settling import sent, unheard
from syncd.engine.tally import Finding
from syncd.records import Link, Seen


def look_for(applier: Applier) -> None:
    """Look at each task to which an earlier pass or undo sent something unheard, or that is to be made anew.

    The news may be silent of it. What arrived is agreed; what did not is forgotten, for by now it never will. What
    still is deleted gives way to a new task; what came out of the bin stays. Where the tool cannot be asked, the item
    waits for the next pass.
    """
    recorder, books = applier.recorder, applier.recorder.books
    doubts = recorder.tally.doubts  # what this very pass sent may still arrive
    unknown = (link for link in books.links.values() if unheard(link) or ANEW in link.agreed)
    doubtful = [link for link in unknown if link.item not in doubts]
    if not doubtful:
        return
    try:
        found = applier.connector.look(books.container, [link.task for link in doubtful], Depth.TOP)
    except ToolError as error:
        for link in doubtful:
            _wait(recorder, link, error)
        return
    for link in doubtful:
        now = found.get(link.task, Fate.DELETED)
        came = _came(recorder, link, now) if isinstance(now, Task) else {}
        unclear = _unclear(recorder, link, now) if isinstance(now, Task) else ()
        recorder.heard(_without(link, came, unclear), now, came)
    for item in [link.item for link in doubtful if ANEW in link.agreed]:
        _make_way(recorder, item)


def _make_way(recorder: Recorder, item: str) -> None:
    """Let go of a task that still is deleted, so that another is made; one that is there again stays the item's."""
    books, link = recorder.books, recorder.books.links[item]
    with recorder.store.writing() as writer:
        if books.observed().loss(link.task) == Fate.DELETED:
            books.unlink(writer, item)
            gone = Change(Kind.HOLD, item, item, link.task)
            writer.add_entries([recorder.entry(gone, "unlink", cause="it still is deleted: another is made")])
        else:
            books.link(writer, replace(link, agreed=without(link.agreed, ANEW, [""])))


def _without(link: Link, came: Collection[str], unclear: Iterable[str]) -> Link:
    """The link as if nothing had been sent but what came, and nothing agreed on where it is unclear."""
    kept = {prefix + key for prefix in TO_TASK for key in came}
    lost = {prefix + key for prefix in ("", ANSWER) for key in unclear}
    agreed = {
        key: value
        for key, value in link.agreed.items()
        if key not in lost and (key in kept or not key.startswith(TO_TASK))
    }
    return replace(link, agreed=agreed)


def _unclear(recorder: Recorder, link: Link, now: Task) -> Iterator[str]:
    """The fields where the plan is to win over a team's edit, and nobody knows whether it is one of what was sent."""
    for rule in recorder.desired.rules.fields:
        if rule.owner is Owner.SHARED and rule.conflict is Conflict.PLAN and SENDING + rule.key in link.agreed:
            known = (link.agreed[SENDING + rule.key], link.agreed.get(REPLACED + rule.key))
            if not any(holds(rule, now, recorder.books.container, value) for value in known):
                yield rule.key


def _came(recorder: Recorder, link: Link, now: Task) -> dict[str, FieldValue]:
    """What was sent and stands on the task, by field."""
    observed = Observed(recorder.books.container, {now.id: Seen(now, recorder.clock.now())})
    return {key: link.agreed[way + key] for key, way in sent(recorder.desired.rules, link, observed).items()}


def _wait(recorder: Recorder, link: Link, error: ToolError) -> None:
    wanted = recorder.desired.tasks.get(link.item)
    doubt = "its task still is deleted" if ANEW in link.agreed else "what was sent to its task arrived"
    message = f"it is not known whether {doubt}, and the tool could not be asked: {error}"
    title = wanted.title if wanted else link.item
    recorder.tally.failed[link.item] = Finding(link.item, title, message, error.next_step)
    recorder.tally.refused.add(link.item)
