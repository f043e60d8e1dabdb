"""One pass of one mapping: observe, plan the changes, apply them, until nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from connectors.clock import Clock
from connectors.contract import Connector
from connectors.errors import Invalid
from mappings.fields import missing_fields
from mappings.shape import Desired
from syncd.engine.affected import Trees
from syncd.engine.applier import Applier
from syncd.engine.arrivals import look_for
from syncd.engine.books import Books, Route, items_of_tasks, order_key
from syncd.engine.closing import close
from syncd.engine.differences import team_edit, told_as
from syncd.engine.following import follow
from syncd.engine.groups import called, retitle, retitles
from syncd.engine.guard import Stop, guard, leaving
from syncd.engine.intents import Doubts
from syncd.engine.observer import Sight, Stand, observe, require_usable
from syncd.engine.planner import Change, Kind, Why
from syncd.engine.planning import Planning
from syncd.engine.pool import Pool
from syncd.engine.preview import foresee, there
from syncd.engine.recorder import Recorder
from syncd.engine.settling import Settlement, cut_off, rename, sent
from syncd.engine.steps import WRITING
from syncd.engine.takeover import Judge, Keep, take_over
from syncd.engine.tally import Finding, Tally
from syncd.plan.edits import Kept
from syncd.records import Entry, Link, MappingState, Seen, SetAside
from syncd.store.reader import Reader
from syncd.store.store import Store

_ROUNDS: Final = 8
"""A plan settles in three rounds (actions, projects, what the tool made of them); the rest is for teams at work."""


@dataclass(slots=True)
class Pass:
    """A pass while it runs.

    `approve` is the digest of the picture that a person approved of, "" for none, and `who` that person.
    `retry_all` also tries what is set aside until later. `keep` puts into the plan what it takes over. `planning` is
    what earlier passes know of the mapping. `stopping` is asked before each further request; `expect` and `progress`
    hear how many writes are due and done.
    """

    route: Route
    store: Store
    connector: Connector
    pool: Pool
    clock: Clock
    id: int
    new_key: Callable[[], str]
    approve: str = ""
    who: str = ""
    retry_all: bool = False
    keep: Keep = lambda _route, _edits: Kept()
    stopping: Callable[[], bool] = lambda: False
    expect: Callable[[int], None] = lambda _writes: None
    progress: Callable[[int], None] = lambda _done: None
    planning: Planning = field(default_factory=Planning)
    tally: Tally = field(default_factory=Tally)
    stopped: Stop | None = None
    wrong: tuple[str, ...] = ()
    """What of the mapping does not fit the container: then nothing is written."""
    waiting: Sequence[Change] = ()
    """What was due when the pass ended: what waits for people, and what could not be done."""
    aside: tuple[SetAside, ...] = ()
    """What is still set aside when the pass ends."""
    _picture: dict[tuple[Kind, str, str], Change] = field(default_factory=dict)
    """What this pass does, as far as it is known: what it foresaw, and what came up on the way."""
    _judge: Judge = field(init=False)
    """Knows what the plan can take over."""
    _approved: frozenset[str] = frozenset()
    """The items of the picture that a person approved of."""

    def run(self, sight: Sight) -> None:
        """Bring the container in line with the plan, starting from a fresh look at it."""
        books = self._take_in(sight)
        if self.tally.halted or self._unusable(books) or self._left_behind(books):
            return
        self._remember(connection=self.route.connection, container=books.container.id, scope=self.route.scope)
        self.wrong = tuple(missing_fields(self.route.rules, books.container))
        if self.wrong:
            return
        if sight.swept and self._sends(books):
            books = self._take_in(self._look_again(books))
        if not self.tally.halted and self._rounds(books) and not self._over():
            again = self._take_in(self._look_again(books))
            if not self.tally.halted:
                self._rounds(again)
        if not self.stopped:
            self._remember(stop="")

    def _take_in(self, sight: Sight) -> Books:
        """Put what was seen in the store, with the log of what teams changed, in one transaction.

        Raises StoreError if another pass has begun since: what this one saw is older than what that one knows.
        """
        route, container = self.route, sight.shelf.container.id
        with self.store.writing() as writer:
            writer.require_newest(route.mapping, self.id)
            writer.put_shelf(route.connection, sight.shelf)
            if sight.trouble is not None:
                self.tally.halted = sight.trouble
            elif sight.full:
                writer.replace_seen(route.connection, container, [*sight.seen.values(), *self._unasked(writer, sight)])
            else:
                writer.put_seen(route.connection, container, sight.news)
                writer.drop_seen(route.connection, container, sight.dropped)
            books = Books.load(writer, route, sight.shelf)
            if sight.differences:
                edits = self._team_edits(writer, sight, books)
                self.tally.hear(each.item for each in edits if each.mapping == route.mapping)
                writer.add_entries(() if sight.logged else edits)
        return books

    def _unasked(self, reader: Reader, sight: Sight) -> list[Seen]:
        """What is known of tasks that another process linked since this one took stock: it did not ask for them."""
        container = sight.shelf.container.id
        unasked = items_of_tasks(reader, container).keys() - sight.seen.keys()
        known = reader.seen(self.route.connection, container) if unasked else {}
        return [known[task] for task in unasked & known.keys()]

    def _team_edits(self, reader: Reader, sight: Sight, books: Books) -> list[Entry]:
        """The lines about what teams changed, for every mapping on the container: its news are heard only once."""
        now, items = self.clock.now(), items_of_tasks(reader, sight.shelf.container.id)
        ours = self._sent(books, sight)
        return [
            team_edit(difference, item, mapping, self.id, now)
            for difference in sight.differences
            for mapping, item in items.get(difference.task, ())
            if (difference.task, difference.key) not in ours
        ]

    def _sent(self, books: Books, sight: Sight) -> set[tuple[str, str]]:
        """What is on tasks because one that was cut off sent it: by task, and by what differences call it."""
        rules, container = self.route.rules, books.container
        changed = {difference.task for difference in sight.differences}
        return {
            (link.task, key)
            for link in books.links.values()
            if link.task in changed
            for key in told_as(rules, container, sent(rules, link, books.observed()))
        }

    def _unusable(self, books: Books) -> bool:
        """True if nothing may be written into the container; what teams did there is known all the same."""
        try:
            below = self.route.rules.project_is_subtask
            require_usable(books.container, self.connector.capabilities(), below=below)
        except Invalid as reason:
            self.tally.halted = reason
        return self.tally.halted is not None

    def _sends(self, books: Books) -> bool:
        """True if something is to be sent.

        Of a subtask, a sweep alone tells neither that it is there already nor who changed it.
        """
        trees = Trees(self._desired(books), books.observed(), books.agreed(self._blocked(books)))
        return any(change.kind in WRITING for change in self.planning.due(trees).changes)

    def _over(self) -> bool:
        """True if nothing more is to be sent."""
        return bool(self.tally.halted or self.stopped or self.stopping())

    def _look_again(self, books: Books) -> Sight:
        """A second look after writing: it takes in the news of our own writes, and what teams did meanwhile."""
        with self.store.reading() as reader:
            linked = items_of_tasks(reader, books.container.id)
        stand = Stand(books.shelf, books.seen, linked, self.route.rules.depth)
        return next(iter(observe(self.connector, [stand], self.clock.now())))

    def _rounds(self, books: Books) -> bool:
        """Plan and apply until nothing that writes is left; True if the tool was written to."""
        applier = self._applier(books)
        before = self.tally.writes
        applier.recorder.rename(rename(applier.recorder.desired, books.agreed(())))
        doubts = Doubts(applier)
        doubts.look()
        look_for(applier)
        if self._surprises(applier.recorder):
            return False
        if not self._over():
            retitle(applier.recorder, self.connector)
        self._until_settled(applier, doubts)
        while not self._over() and doubts.wait():
            self._until_settled(applier, doubts)
        if not self._over():
            follow(applier, self.expect)
        if not self._over() and self._lost_all(books):
            self._picture.clear()  # of all that it foresaw, nothing is left to be done
            self._surprises(applier.recorder)
        self._close(applier.recorder)
        return self.tally.writes > before

    def _until_settled(self, applier: Applier, doubts: Doubts) -> None:
        """Rounds until nothing is left that can be done now; one that a doubt cut short does not count."""
        rounds = 0
        while rounds < _ROUNDS and self._round(applier, doubts):
            rounds += bool(self.tally.halted) or not doubts.look()

    def _round(self, applier: Applier, doubts: Doubts) -> bool:
        """Plan anew and carry that out; False if nothing is left that can be done now."""
        recorder, books = applier.recorder, applier.recorder.books
        self.waiting = self._plan(recorder)
        if adoptions := [change for change in self.waiting if change.kind is Kind.ADOPT]:
            recorder.adopt(adoptions)
            return True
        writing = applier.free([change for change in self.waiting if change.kind in WRITING], doubts.homes())
        due = writing or self._judge(self.waiting).possible
        if not due or self._over() or self._surprises(recorder):
            return False
        if not writing:
            taken = take_over(recorder, self.keep, self._judge(self.waiting).possible)
            self.route = books.route
            return taken
        self.expect(len({change.item for change in writing}))
        applier.apply(writing)
        return True

    def _desired(self, books: Books) -> Desired:
        return self.planning.desired(self.route.rules, self.route.items, books.container)

    def _applier(self, books: Books) -> Applier:
        recorder = Recorder(books, self._desired(books), self.store, self.clock, self.id, self.tally)
        self._judge = Judge(books)
        return Applier(recorder, self.connector, self.pool, self.new_key, self.stopping, self.progress)

    def _plan(self, recorder: Recorder) -> Sequence[Change]:
        """Bring the links up to date where both sides agree by now, then plan what is due."""
        books = recorder.books
        due = self.planning.due(Trees(recorder.desired, books.observed(), books.agreed(self._blocked(books))))
        self._settle(books, due.settlement)
        return due.changes

    def _blocked(self, books: Books) -> set[str]:
        """The items that are not tried in this pass, or not again."""
        blocked = {item for item, doubts in self.tally.doubts.items() if doubts > 1} | set(self.tally.refused)
        return blocked if self.retry_all else blocked | books.waiting(self.clock.now(), self._desired(books))

    def _settle(self, books: Books, settlement: Settlement) -> None:
        if not settlement.renewed and not settlement.released:
            return
        with self.store.writing() as writer:
            for link in settlement.renewed:
                writer.add_entries([*self._cut_off(books.links[link.item], link)])
                books.link(writer, link)
            for link in settlement.released:
                books.unlink(writer, link.item)
            writer.add_entries(
                self._line(link, "release", "the mapping no longer reaches it; its task stays as it is")
                for link in settlement.released
            )
        self.tally.counts["archived"] += len(settlement.released)

    def _cut_off(self, before: Link, after: Link) -> Iterator[Entry]:
        """The lines about what a pass or undo that was cut off had put into the plan, or into the tool."""
        for kind, edit in cut_off(before, after):
            line = self._line(after, kind, edit.reason)
            yield replace(line, field=edit.field, before=edit.before, after=edit.after)
            if kind == "write_back":
                self.tally.take(after.item)

    def _line(self, link: Link, kind: str, cause: str) -> Entry:
        return Entry(self.clock.now(), self.id, self.route.mapping, link.item, link.task, kind, cause=cause)

    def _lost_all(self, books: Books) -> bool:
        """True if every linked task is gone, and of some only this pass found that, as it was about to write."""
        fresh = any(change.why is Why.GONE and change.fresh for change in self.waiting)
        return fresh and not there(books.links, books.observed())

    def _surprises(self, recorder: Recorder) -> bool:
        """True if the guard stops the pass here. It looks at all rounds at once, before the first of them begins."""
        books = recorder.books
        agreed = books.agreed(self._blocked(books))
        foresight = foresee(Trees(recorder.desired, books.observed(), agreed), self.planning, books.order)
        foreseen = self._judge(foresight.changes).surprising(foresight.changes)
        self._picture.update({(change.kind, change.item, change.taken): change for change in foreseen})
        picture = tuple(self._picture.values())
        still = there(foresight.links, books.observed())
        groups = called(retitles(recorder.desired, books.container, books.groups))
        stop = guard(picture, len(foresight.links), self.route.limits, there=still, groups=groups)
        items = frozenset(change.item for change in picture)
        if stop is None or items <= self._approved:
            return False
        if self._allowed(stop):
            self._approved = items
            return False
        self.waiting = foresight.changes
        return True

    def _left_behind(self, books: Books) -> bool:
        """True if the mapping points to another container than its links, and nobody has approved of that.

        Once approved, or where no task is linked, it starts anew in the new container; the old tasks stay as they are.
        """
        with self.store.reading() as reader:
            state = reader.mapping_state(self.route.mapping)
        if state is None or state.container in ("", books.container.id):
            return False
        if books.links and not self._allowed(leaving(len(books.links), state.container, self.route.scope)):
            return True
        with self.store.writing() as writer:
            for item in books.links:
                writer.drop_link(self.route.mapping, item)
            for item in books.groups:
                writer.drop_group_link(self.route.mapping, item)
            for intent in books.intents.values():
                writer.drop_intent(self.route.mapping, intent.key)
            for item in books.aside:
                writer.drop_set_aside(self.route.mapping, item)
            cause = "the mapping was pointed to another container; the old task stays as it is"
            writer.put_facts(self.route.connection, order_key(self.route.mapping), [])
            writer.add_entries(self._line(link, "release", cause) for link in books.links.values())
        books.start_anew()
        return False

    def _allowed(self, stop: Stop) -> bool:
        """True if a person approved of exactly this picture; else the pass is stopped."""
        if stop.digest == self.approve:
            told = {"cause": f"a person let it through ({stop.digest}): {stop.why}", "who": self.who}
            with self.store.writing() as writer:
                writer.add_entries([Entry(self.clock.now(), self.id, self.route.mapping, "", "", "approve", **told)])
            return True
        self.stopped = stop
        self._remember(stop=stop.digest)
        return False

    def _remember(self, **changes: str) -> None:
        """Keep what is known of the mapping itself from one pass to the next."""
        with self.store.writing() as writer:
            before = writer.mapping_state(self.route.mapping) or MappingState(self.route.mapping)
            after = replace(before, **changes)  # type: ignore[arg-type]
            if after != before:
                writer.put_mapping_state(after)

    def _close(self, recorder: Recorder) -> None:
        """Leave the books in order; where the guard stopped the pass, as they are."""
        if not self.stopped:
            resting = () if self.retry_all else recorder.books.waiting(self.clock.now(), recorder.desired)
            close(recorder, self.waiting, resting)
        self.aside = tuple(recorder.books.aside.values())


def findings(done: Pass) -> tuple[Finding, ...]:
    """What a person should look at after a pass, each item's trouble once: what failed, is set aside, or is held."""
    found = dict(done.tally.failed)
    titles = {item.id: str(item.values.get("title") or item.id) for item in done.route.items}
    for aside in done.aside:
        title = titles.get(aside.item, aside.item)
        found.setdefault(aside.item, Finding(aside.item, title, aside.message, aside.next_step))
    unsettled = not (done.tally.halted or done.stopped or done.stopping())
    for change in done.waiting:
        if change.kind is Kind.HOLD:
            found.setdefault(change.item, Finding(change.item, change.title, change.reason))
        elif change.kind in WRITING and unsettled:
            message = f"it does not settle: the tool does not keep what it is sent ({change.reason})"
            found.setdefault(
                change.item, Finding(change.item, change.title, message, "Run `syncd diff` to see the values.")
            )
    return tuple(found.values())
