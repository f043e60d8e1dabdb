"""Creates without a recorded outcome: each is resolved by looking for its marker, never by sending it again blindly."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from connectors.errors import ToolError
from connectors.vocabulary import Task
from syncd.engine.applier import Applier
from syncd.engine.planner import Change, Kind
from syncd.engine.tally import Finding
from syncd.engine.trees import Intent, Seen

_CLOCKS_APART = timedelta(minutes=5)
"""How far the tool's clock may be behind ours."""


def resolve(applier: Applier) -> None:
    """Find out what became of every intent in the books.

    A task that carries the marker is adopted. Its absence proves something only once the create can no longer take
    effect: until then this waits, looks again, and only then lets go of the intent, so that the next round makes the
    task. Where the tool cannot be asked, the intent stays, and its item waits.
    """
    doubtful = [intent for intent in applier.books.intents.values() if not _found(applier, intent)]
    if not doubtful or applier.stopping():
        return
    settle = timedelta(seconds=applier.connector.capabilities().settle)
    until = max(intent.sent_at for intent in doubtful) + settle
    applier.clock.sleep(max(0.0, (until - applier.clock.now()).total_seconds()))
    for intent in doubtful:
        if not _found(applier, intent) and intent.item not in applier.tally.failed:
            _let_go(applier, intent)


def _found(applier: Applier, intent: Intent) -> bool:
    """True if the intent is resolved: its task was found and adopted, or its item is wanted no longer."""
    wanted = applier.desired.tasks.get(intent.item)
    if wanted is None:
        _let_go(applier, intent)
        return True
    since = intent.sent_at - _CLOCKS_APART
    applier.tally.failed.pop(intent.item, None)
    try:
        tasks = applier.connector.find(applier.books.container, wanted.marker, parent=intent.parent, since=since)
    except ToolError as error:
        message = f"it is not known whether its task was made, and the tool could not be asked: {error}"
        applier.tally.failed[intent.item] = Finding(intent.item, wanted.title, message, error.next_step)
        return False
    if tasks:
        _adopt(applier, intent, tasks)
    return bool(tasks)


def _adopt(applier: Applier, intent: Intent, tasks: Iterable[Task]) -> None:
    books, now = applier.books, applier.clock.now()
    first, *others = sorted(tasks, key=lambda task: (task.created_at or now, task.id))
    with applier.store.writing() as writer:
        seen = [Seen(task, now) for task in (first, *others)]
        writer.put_seen(books.route.connection, books.container.id, seen)
    books.seen.update({one.task.id: one for one in seen})
    title = applier.desired.tasks[intent.item].title
    applier.adopt([Change(Kind.ADOPT, intent.item, title, first.id, reason="made by a request whose answer was lost")])


def _let_go(applier: Applier, intent: Intent) -> None:
    with applier.store.writing() as writer:
        writer.drop_intent(applier.books.route.mapping, intent.key)
        if intent.item in applier.desired.tasks:
            change = Change(Kind.CREATE, intent.item, applier.desired.tasks[intent.item].title)
            writer.add_entries([applier.entry(change, "lost", cause="its create never took effect; it is made again")])
    del applier.books.intents[intent.item]
