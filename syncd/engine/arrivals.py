"""What an earlier pass sent to a task without hearing of it: looked for before anything else is written there."""

from __future__ import annotations

from collections.abc import Collection

from connectors.errors import ToolError
from connectors.vocabulary import Depth, Fate, FieldValue, Task
from syncd.engine.applier import Applier
from syncd.engine.planner import SENDING, Observed
from syncd.engine.settling import sent
from syncd.records import Link, Seen


def look_for(applier: Applier, items: Collection[str]) -> set[str]:
    """Look at those of the items' tasks to which an earlier pass sent something unheard; which these were.

    The tool's news may be silent about it, and its value would be taken for a team's. Where the tool does not answer,
    nothing is looked at: the write will show what is wrong.
    """
    recorder, books = applier.recorder, applier.recorder.books
    links = [books.links[item] for item in items if item in books.links and item not in recorder.unclear]
    unheard = [link for link in links if any(key.startswith(SENDING) for key in link.agreed)]
    if not unheard:
        return set()
    try:
        found = applier.connector.look(books.container, [link.task for link in unheard], Depth.TOP)
    except ToolError:
        return set()
    for link in unheard:
        now = found.get(link.task, Fate.DELETED)
        came = _came(applier, link, now) if isinstance(now, Task) else {}
        recorder.looked_at(link.item, now, came)
    return {link.item for link in unheard}


def _came(applier: Applier, link: Link, now: Task) -> dict[str, FieldValue]:
    """What was sent and stands on the task, by field."""
    recorder = applier.recorder
    observed = Observed(recorder.books.container, {now.id: Seen(now, recorder.clock.now())})
    return {key: link.agreed[SENDING + key] for key in sent(recorder.desired.rules, link, observed)}
