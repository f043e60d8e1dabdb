"""Subscriptions over time, by a clock that is told: made, watched over, lost, silent, made again; never missed."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from starlette.applications import Starlette

from connectors.asana.sandbox import Fault
from connectors.monday.sandbox import Fault as MondayFault
from connectors.monday.sandbox.records import Webhook
from connectors.sandbox.deliveries import Mishap
from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.records import Outcome
from syncd.scorecard.data import as_json
from syncd.service.hearing import AGAIN, DEBOUNCE
from syncd.service.hooks import Hookup
from syncd.service.passes import Passes
from syncd.service.server import serve
from syncd.service.watch import Watch
from syncd.service.webhooks import Inbox
from tests.cli.district import PLAN, TOKEN
from tests.connectors.clock import ToldClock
from tests.service.daemons import until
from tests.service.hooked import BOOKS, LIAISON, TEACHERS, Hooked, hooked, post

BOTH = ("academics", "families")


class Office:
    """One generation of the daemon, whose jobs run when the test says so."""

    def __init__(self, place: Hooked, clock: ToldClock, closing: ExitStack) -> None:
        self.place, self.clock = place, clock
        self.lines: list[Any] = []
        self.app = closing.enter_context(App(load_config(place.district.config), clock))
        self.app.open_store()
        self.watch = Watch(self.app)
        self.jobs: list[Callable[[], None]] = []
        self.waits: list[float] = []
        """For how many seconds each job was to wait."""
        self.stop = threading.Event()
        self.passes = Passes(self.app, self.watch, self.stop)
        self.inbox = Inbox(clock.monotonic)
        closing.enter_context(serve(Starlette(routes=self.inbox.routes()), self.app.config.server.listen))
        self.hookup = self.passes.told = self.another()

    def another(self) -> Hookup:
        """The webhooks of a further generation, or of a further process."""
        return Hookup(self.app, self.watch, self.inbox, self.later, self.passes.hinted)

    def later(self, _connection: str, seconds: float, job: Callable[[], None]) -> None:
        """Take a job in."""
        self.waits.append(seconds)
        self.jobs.append(job)

    def work(self) -> int:
        """Do what is due; how much that was."""
        done = 0
        while self.jobs:
            self.jobs.pop(0)()
            done += 1
        return done

    def work_once(self) -> None:
        """Do what is due now, and not what this makes due."""
        due, self.jobs = self.jobs, []
        for job in due:
            job()

    def begin(self) -> None:
        """The first passes, and the subscriptions after them."""
        self.passes.some(BOTH, full=False)
        self.hookup.look()
        self.work()
        with self.app.store.reading() as reader:
            self.states = reader.mapping_states()

    def begin_anew(self) -> None:
        """Another process takes over, and finds everything as it was at the beginning."""
        self.place.asana.faults.clear()
        self.place.district.write_plan(PLAN)
        with self.app.store.writing() as writer:
            for state in self.states.values():
                writer.put_mapping_state(state)
        for task in list(self.place.asana.world.tasks.values()):
            self.place.asana.world.complete(task.gid, done=False)
        self.place.monday.world.complete(self.place.item(LIAISON), done=False)
        self.hookup = self.passes.told = self.another()
        self.pass_(hours=2)
        self.passes.some(BOTH, full=True)
        self.pass_(minutes=1)
        self.hookup.look()
        while self.work() or self.restless():
            self.pass_(minutes=1)

    def restless(self) -> bool:
        """Whether something is heard within a moment."""
        return threading.Event().wait(0.15) or bool(self.jobs)

    def echoed(self) -> None:
        """What we wrote comes back, and is looked at."""
        until(lambda: self.jobs)
        self.pass_(seconds=10)
        self.work()

    def quiet(self) -> tuple[int, int]:
        """How many requests a turn of quiet passes takes in each tool."""
        before = self.place.asked()
        for mapping in BOTH:
            self.passes.quiet((mapping,))
        after = self.place.asked()
        return after[0] - before[0], after[1] - before[1]

    def pass_(self, **duration: float) -> None:
        """Time passes; the sandboxes' too."""
        self.clock.pass_(**duration)

    def said(self, event: str = "trouble") -> list[str]:
        """What was said of webhooks."""
        lines = [line for line in self.lines if line["event"] == event and line["about"].startswith("webhooks")]
        return [f"{line['about']}: {line.get('message', '')}" for line in lines]

    def done(self, title: str) -> bool:
        """Whether the scorecard calls a project done."""
        card = self.app.scorecard(audience=Audience.INTERNAL)
        return f'"{title}"' in json.dumps([each for each in _projects(as_json(card)) if each["done"]])


def _projects(card: Any) -> Iterator[Any]:
    for goal in card["goals"]:
        for action in goal["actions"]:
            yield from action["projects"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office at which both tools knock."""
    clock = ToldClock()
    with hooked(tmp_path_factory.mktemp("office"), clock) as place, ExitStack() as closing:
        made = Office(place, clock, closing)
        made.begin()
        yield made


@pytest.fixture
def office(shared: Office) -> Iterator[Office]:
    """The same one, with everything as it was at the beginning."""
    shared.begin_anew()
    with structlog.testing.capture_logs() as shared.lines:
        yield shared


@pytest.mark.parametrize("title", [TEACHERS, LIAISON])
def test_between_a_delivery_and_the_scorecard_is_one_pause(office: Office, title: str) -> None:
    """From its arrival until the edit is shown, nothing waits by the clock but for further signs, and that once."""
    office.pass_(minutes=1)
    office.waits.clear()
    began = office.clock.monotonic()
    office.place.tick(title)
    until(lambda: office.jobs)
    assert office.work() == 1
    assert office.done(title)
    assert (office.waits, office.clock.monotonic()) == ([DEBOUNCE], began)


def test_a_turn_of_quiet_passes_costs_nothing_while_tools_tell(office: Office) -> None:
    """0 requests; after an hour there is a sweep and what the feed tells besides, then it is quiet for another hour."""
    assert office.place.hooked()
    assert office.quiet() == (0, 0)
    office.pass_(minutes=45)
    assert office.quiet() == (0, 0)
    office.pass_(minutes=20)
    assert office.quiet() == (1, 1)
    office.pass_(minutes=5)
    assert office.quiet() == (1, 1)
    office.pass_(minutes=5)
    assert office.quiet() == (0, 0)
    assert office.watch.metrics.text().count("syncd_lag_seconds{") == len(BOTH)


def test_what_is_due_is_not_spared(office: Office) -> None:
    """A changed plan, an item that is due again, a person's decision: the pass is made as ever."""
    office.place.district.change_plan((TEACHERS, "Train everybody"))
    assert office.quiet()[0] > 0
    assert office.place.district.task("Train everybody")
    office.echoed()
    assert office.quiet() == (0, 0)
    office.place.asana.faults.append(Fault("^PUT", status=400))
    office.place.district.change_plan(("Train everybody", TEACHERS))
    office.quiet()
    assert office.quiet() == (0, 0)
    office.pass_(minutes=30)
    assert office.quiet()[0] > 0
    assert office.place.district.task(TEACHERS)


@pytest.mark.parametrize("what", ["swept_at", "read_at", "passes"])
def test_nothing_is_spared_by_a_time_that_lies_ahead(office: Office, what: str) -> None:
    """A clock that was a month ahead for a while left its times behind: by the right one, everything is due."""
    assert office.quiet() == (0, 0)
    ahead = office.clock.now() + timedelta(days=30)
    with office.app.store.writing() as writer:
        if what == "passes":
            writer.end_pass(writer.begin_pass("academics", ahead, full=False), ahead, Outcome.DONE, {}, "")
        else:
            shelf = writer.shelf("asana", office.place.project)
            assert shelf is not None
            wrong = replace(shelf, swept_at=ahead) if what == "swept_at" else replace(shelf, read_at=ahead)
            writer.put_shelf("asana", replace(wrong, looked_at=ahead + timedelta(minutes=1)))
    assert office.quiet()[0] > 0


def test_an_edit_is_looked_at_though_its_feed_lost_it(office: Office) -> None:
    """What a webhook told is read, whatever the feed says of it."""
    task = office.place.district.task(TEACHERS).gid
    office.pass_(minutes=1)
    office.place.asana.faults.append(Fault("^GET /events", kind="drop_events", rows=5))
    office.place.asana.world.complete(task)
    until(lambda: office.jobs)
    office.work()
    assert office.done(TEACHERS)


def test_what_is_told_while_the_store_is_away_is_looked_at_when_it_is_back(office: Office) -> None:
    """A tool that tells something waits for no store: it is answered at once, and what it told is not forgotten."""
    with office.app.store.writing() as writer:
        writer._run(text("ALTER TABLE facts RENAME TO elsewhere"))
    try:
        office.place.tick(LIAISON)
        until(lambda: office.jobs)
    finally:
        with office.app.store.writing() as writer:
            writer._run(text("ALTER TABLE elsewhere RENAME TO facts"))
    office.work()
    assert office.done(LIAISON)


@pytest.mark.parametrize("table", ["mapping_states", "facts"])
def test_what_is_told_waits_until_the_store_can_be_read(office: Office, table: str) -> None:
    """The store is away when a look is due, or in the midst of the pass: it is tried again, with all that was told.

    The feed does not know of the edit: what was told is all that there is.
    """
    task = office.place.district.task(TEACHERS).gid
    office.pass_(minutes=1)
    office.place.asana.faults.extend([Fault("^GET /events", kind="drop_events", rows=5)] * 2)
    office.place.asana.world.complete(task)
    until(lambda: office.jobs)
    with office.app.store.writing() as writer:
        writer._run(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    try:
        for _ in range(2):
            office.waits.clear()
            office.work_once()
            assert office.waits == [AGAIN]
    finally:
        with office.app.store.writing() as writer:
            writer._run(text(f"ALTER TABLE elsewhere RENAME TO {table}"))
    office.work()
    assert office.done(TEACHERS)


def test_what_waits_goes_over_to_a_successor(office: Office) -> None:
    """A reload comes between a delivery and its pass, or while one is being read: both are looked at."""
    task = office.place.district.task(TEACHERS).gid
    place, before = ("asana", office.place.project), office.hookup
    office.pass_(minutes=1)
    office.place.asana.faults.extend([Fault("^GET /events", kind="drop_events", rows=5)] * 2)
    office.place.asana.world.complete(task)
    until(lambda: office.jobs)
    before.stop(office.app)
    assert office.work() == 1
    assert not office.done(TEACHERS)
    office.hookup = office.passes.told = office.another()
    office.hookup.take_over(before)
    assert office.work() == 1
    assert office.done(TEACHERS)
    before._hearing.hear(place, {task: None})
    assert office.work() == 1
    assert not before._hearing.waits(place)


def test_a_stop_in_the_midst_leaves_what_was_told_to_a_successor(office: Office) -> None:
    """The pass that it led to was not begun, or was cut: what was told waits."""
    place = ("asana", office.place.project)
    office.pass_(minutes=1)
    office.place.tick(TEACHERS)
    until(lambda: office.jobs)
    stop = threading.Event()
    hookup = Hookup(office.app, office.watch, office.inbox, office.later, Passes(office.app, office.watch, stop).hinted)
    hookup._hearing.take_over(office.hookup._hearing, place)
    stop.set()
    office.work_once()
    assert hookup._hearing.waits(place)
    hookup.stop()
    office.work_once()
    assert hookup._hearing.waits(place)
    office.hookup = office.passes.told = office.another()
    office.hookup._hearing.take_over(hookup._hearing, place)
    assert office.work()
    assert office.done(TEACHERS)


def test_a_webhook_that_a_person_ended_is_made_again(office: Office) -> None:
    """It is noticed within the hour, said once, and made anew; in between nothing is lost that the sweep finds."""
    office.place.asana.world.hooks.clear()
    office.place.monday.world.hooks.popitem()
    office.pass_(minutes=30)
    office.hookup.look()
    assert not office.said()
    office.place.tick(TEACHERS)
    office.pass_(minutes=31)
    office.hookup.look()
    office.work()
    office.pass_(minutes=1)
    office.quiet()
    assert office.place.hooked()
    assert [line.split(",")[0] for line in office.said()] == ["webhooks of asana", "webhooks of monday"]
    assert len(office.said("well_again")) == 2
    assert office.done(TEACHERS)
    assert office.quiet() == (0, 0)
    office.hookup.look()
    assert len(office.said()) == 2


def test_a_silent_webhook_is_not_relied_on(office: Office) -> None:
    """The sweep finds an edit of which nothing was told: polling again, said once, and trusted when it tells again."""
    office.pass_(minutes=1)
    office.place.asana.mishaps.append(Mishap.LOST)
    office.place.tick(TEACHERS)
    until(lambda: not office.place.asana.mishaps)
    office.pass_(minutes=62)
    for _ in range(2):
        assert office.quiet()[0] > 0
        office.pass_(minutes=5)
    assert office.done(TEACHERS)
    office.hookup.look()
    office.work()
    assert [line for line in office.said() if "no webhook told of it" in line] == office.said()
    assert len(office.said()) == 1
    assert office.quiet()[0] > 0
    assert office.quiet()[1] == 0
    office.pass_(minutes=1)
    office.place.asana.world.complete(office.place.district.task(BOOKS).gid)
    until(lambda: office.jobs)
    office.work()
    assert office.done(BOOKS)
    assert office.quiet() == (0, 0)
    assert len(office.said("well_again")) == 1


def test_what_is_found_before_the_tool_had_time_to_tell_proves_nothing(office: Office) -> None:
    """A pass by hand finds an edit first: the webhook, which may take minutes, is relied on as before."""
    office.pass_(minutes=20)
    office.place.asana.mishaps.append(Mishap.LOST)
    office.place.tick(TEACHERS)
    until(lambda: not office.place.asana.mishaps)
    office.pass_(minutes=5)
    office.passes.some(BOTH, full=False)
    assert office.done(TEACHERS)
    office.pass_(minutes=62)
    office.hookup.look()
    assert office.said() == []


def test_deliveries_that_cannot_arrive_are_noticed(office: Office) -> None:
    """The tool says that it fails to deliver: it is polled, and told another address."""
    hook = next(iter(office.place.asana.world.hooks.values()))
    hook.retries, hook.last_failure_content = 3, "502 Bad Gateway"
    office.pass_(minutes=61)
    office.hookup.look()
    office.work()
    assert "502 Bad Gateway" in office.said()[0]
    assert hook.gid not in office.place.asana.world.hooks
    assert office.place.hooked()


def test_a_tool_that_refuses_is_polled_and_asked_again(tmp_path: Path) -> None:
    """Without the right to subscribe there is one word of trouble, and the passes go on by the clock."""
    clock = ToldClock()
    with hooked(tmp_path, clock) as place, ExitStack() as closing:
        place.asana.world.ways.hooks_here = False
        place.monday.faults.append(MondayFault("create_webhook", kind="partial", alias="create_item", times=2))
        office = Office(place, clock, closing)
        office.lines = closing.enter_context(structlog.testing.capture_logs())
        office.begin()
        for _ in range(3):
            office.hookup.look()
        assert len(office.said()) == 2
        assert "must not be on this machine" in office.said()[0]
        assert office.quiet()[0] > 0
        assert office.quiet()[1] > 0
        place.asana.world.ways.hooks_here = True
        office.pass_(minutes=61)
        office.hookup.look()
        office.work()
        assert len(place.asana.world.hooks) == 1
        assert len(office.said("well_again")) == 1
        office.pass_(hours=24)
        office.hookup.look()
        assert place.hooked()
        assert len(office.said("well_again")) == 2


def test_a_tool_that_cannot_be_reached_is_asked_again_soon(tmp_path: Path) -> None:
    """A breakdown is waited out for some minutes; what was made in it unanswered is not made twice."""
    clock = ToldClock()
    with hooked(tmp_path, clock) as place, ExitStack() as closing:
        place.asana.faults.append(Fault("^POST /webhooks", kind="lost_reply"))
        place.monday.faults.append(MondayFault("create_webhook", kind="lost_reply"))
        office = Office(place, clock, closing)
        office.begin()
        assert len(place.monday.world.hooks) == 13
        office.pass_(minutes=6)
        office.hookup.look()
        office.work()
        assert len(place.monday.world.hooks) == 13
        assert office.quiet() == (0, 0)


def test_a_breakdown_is_over_when_the_tool_answers_again(office: Office) -> None:
    """Looks in between, which ask it nothing, do not call it well."""
    office.place.asana.faults.append(Fault("^GET /webhooks", kind="reset", times=100))
    office.pass_(minutes=61)
    for _ in range(3):
        office.hookup.look()
    assert [line.partition(":")[0] for line in office.said()] == ["webhooks of asana"]
    assert not office.said("well_again")
    office.place.asana.faults.clear()
    office.pass_(minutes=6)
    office.hookup.look()
    assert [line.partition(":")[0] for line in office.said("well_again")] == ["webhooks of asana"]


def test_a_tool_that_never_begins_to_tell_is_asked_less_and_less(tmp_path: Path) -> None:
    """Each try costs requests of the day: the times between them double, up to an hour; once it tells, all is well."""
    clock = ToldClock()
    with hooked(tmp_path, clock) as place, ExitStack() as closing:
        place.monday.faults.append(MondayFault("create_webhook", status=500, times=1000))
        office = Office(place, clock, closing)
        office.begin()
        asked = []
        for _ in range(6 * 60):
            before = place.asked()[1]
            office.hookup.look()
            asked.append(place.asked()[1] - before)
            office.pass_(minutes=1)
        times = [minute for minute, requests in enumerate(asked) if requests > 1]  # a look at all it tells is one
        assert times[:4] == [5, 15, 35, 75]
        assert {later - earlier for earlier, later in pairwise(times[3:])} == {60}
        place.monday.faults.clear()
        office.pass_(minutes=61)
        office.hookup.look()
        assert len(place.monday.world.hooks) == 13


def test_what_a_dead_process_left_is_ended(office: Office) -> None:
    """The next one, which knows no secret of it, ends it and makes its own; people's own webhooks stay."""
    board = office.place.board
    office.place.monday.world.hooks["77"] = Webhook("77", board, "https://zap.example.org/", "create_item")
    old = {office.place.address("asana"), office.place.address("monday")}
    office.hookup = office.passes.told = office.another()
    office.hookup.look()
    office.work()
    assert len(office.place.asana.world.hooks) == 1
    assert len(office.place.monday.world.hooks) == 14
    assert office.place.monday.world.hooks.pop("77").url == "https://zap.example.org/"
    assert not old & {office.place.address("asana"), office.place.address("monday")}


def test_a_lost_store_leaves_no_webhook_behind_in_asana(office: Office) -> None:
    """Asana tells the address of each webhook: ours is known by it."""
    with office.app.store.writing() as writer:
        writer.put_facts("asana", "hooks", {})
    office.hookup = office.passes.told = office.another()
    office.hookup.look()
    assert len(office.place.asana.world.hooks) == 1


def test_what_is_left_is_ended_where_none_is_wanted_any_more(office: Office, tmp_path: Path) -> None:
    """The process died, and the next one has no public address, or no mapping there: nothing goes on telling."""
    config = office.place.district.config
    whole = config.read_text(encoding="utf-8")
    unmapped = re.sub(r"\[mappings[^\[]*(\[\"[^\[]*)?", "", whole)
    for other in (whole.replace("public_url", "# public_url"), unmapped):
        office.hookup = office.another()
        office.hookup.look()
        assert office.place.hooked()
        elsewhere = config.with_name("other.toml")
        elsewhere.write_text(other, encoding="utf-8")
        with App(load_config(elsewhere), office.clock) as app:
            next_ = Hookup(app, Watch(app), office.inbox, office.later, office.passes.hinted)
            next_.start()
            until(lambda: not office.place.asana.world.hooks and not office.place.monday.world.hooks)
            next_.stop()
            next_.close()


def test_who_is_at_another_address_takes_nothing_over(office: Office) -> None:
    """The address changed while a reload was under way: nobody listens at the old one, and new ones are made."""
    config = office.place.district.config
    elsewhere = config.with_name("other.toml")
    whole = config.read_text(encoding="utf-8")
    elsewhere.write_text(whole.replace("http://127.0.0.1", "http://localhost", 1), encoding="utf-8")
    old = office.place.address("asana")
    with App(load_config(elsewhere), office.clock) as app:
        assert app.config.server.public_url != office.app.config.server.public_url
        after = Hookup(app, Watch(app), office.inbox, office.later, office.passes.hinted)
        after.take_over(office.hookup)
        assert post(old, b"{}").status_code == 404
        after.look()
        assert office.place.hooked()
        assert office.place.address("asana").startswith("http://localhost")


def test_a_container_that_was_deleted(tmp_path: Path) -> None:
    """Its webhooks went with it: that is said, the tool is asked once an hour, and the others go on."""
    clock = ToldClock()
    with hooked(tmp_path, clock) as place, ExitStack() as closing:
        office = Office(place, clock, closing)
        office.lines = closing.enter_context(structlog.testing.capture_logs())
        office.begin()
        project = place.project
        place.asana.world.delete_project(project)
        place.asana.world.hooks.clear()
        office.pass_(minutes=61)
        office.hookup.look()
        asked = place.asked()
        for _ in range(5):
            office.pass_(minutes=10)
            office.hookup.look()
        assert place.asked() == asked
        assert {line.partition(":")[0] for line in office.said()} == {f"webhooks of asana, container {project}"}
        assert len(place.monday.world.hooks) == 13


def test_a_container_that_is_no_longer_mapped_tells_no_more(office: Office) -> None:
    """Once no mapping writes there, its webhooks are ended; the others stay."""
    with office.app.store.writing() as writer:
        state = writer.mapping_states()["academics"]
        writer.put_mapping_state(replace(state, container=""))
    office.hookup.look()
    assert not office.place.asana.world.hooks
    assert len(office.place.monday.world.hooks) == 13


def test_nothing_is_heard_after_the_end(office: Office) -> None:
    """Whatever was heard before the stop makes no pass after it."""
    office.place.tick(LIAISON)
    until(lambda: office.jobs)
    office.hookup.stop()
    before = office.place.asked()
    office.work()
    assert office.place.asked() == before


def test_a_paused_mapping_is_not_looked_at(office: Office) -> None:
    """What is told of its container waits until it is resumed."""
    with office.app.store.writing() as writer:
        writer.put_mapping_state(replace(writer.mapping_states()["families"], paused=True))
    office.place.tick(LIAISON)
    until(lambda: office.jobs)
    before = office.place.asked()
    office.work()
    assert office.place.asked() == before


def test_a_fault_of_our_own_leaves_polling(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something unforeseen is said once with its trace, and the next look goes on."""

    def broken(_place: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    with monkeypatch.context() as patch:
        patch.setattr("syncd.service.hooks.place_of", broken)
        office.hookup.look()
        office.hookup.look()
    assert office.said() == ["webhooks: ZeroDivisionError: nobody foresaw this"]
    office.hookup.look()
    assert len(office.said("well_again")) == 1


def test_each_request_is_counted_once(office: Office) -> None:
    """A pass while somebody sees to the webhooks: of the day's requests each is taken off once."""
    sent, told = office.place.asked()[1], counted(office)
    with office.app.connections.counted("monday") as connector:
        office.passes.some(["families"], full=True)
        connector.me()
    sent = office.place.asked()[1] - sent
    assert counted(office) - told == sent > 1


def counted(office: Office) -> int:
    """How many requests to monday were counted on the day."""
    with office.app.store.reading() as reader:
        return reader.requests_on("monday", office.clock.now().date())


def test_the_token_stands_in_no_message(office: Office) -> None:
    """A tool that does not take the token any more is said so without it."""
    office.place.asana.faults.append(Fault("webhooks", status=401, times=100))
    office.pass_(minutes=61)
    office.hookup.look()
    assert len(office.said()) == 1
    assert TOKEN not in office.said()[0]
