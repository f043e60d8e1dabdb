"""`syncd sync` while the daemon runs: the daemon makes the passes, and the command reports them as its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import pytest
import structlog

from connectors.asana.sandbox import Fault
from syncd.app import App
from syncd.config import load_config
from syncd.engine.guard import Stop
from syncd.engine.planner import Change, Edit, Kind, Why
from syncd.engine.tally import COUNTED, Finding, PassReport
from syncd.errors import ConfigError, FileError, Problem
from syncd.records import Order, Outcome
from syncd.service.asking import ALONE, Asking
from syncd.service.orders import LONG_AGO, Orders
from syncd.service.reports import as_kept, as_kept_error, to_error, to_report
from syncd.service.watch import Watch
from syncd.store.codec import decode, encode
from syncd.store.errors import StoreError
from tests.cli.district import TASKS, District, Said, run
from tests.connectors.clock import START, ToldClock
from tests.service.daemons import Daemon, running, tick, until

TITLE = "Train every K-3 teacher"
HOW = {"full": False, "approve": None, "retry_all": False, "create_columns": False}


@pytest.fixture
def slow(district: District) -> District:
    """A district whose passes come once an hour only."""
    district.write_config(mapping='every = "1h"')
    return district


def pushed(daemon: Daemon, district: District) -> None:
    """Wait for the end of the first pass."""
    until(lambda: daemon.said("pass_ended"))
    assert len(district.box.world.tasks) == TASKS


def within(daemon: Daemon, command: Callable[[], Said]) -> Said:
    """What a command says that is given while the daemon runs; its passes are the daemon's."""
    before = daemon.get("/healthz").json()["passes"]
    said = command()
    assert daemon.get("/healthz").json()["passes"] == before + 1
    return said


def asking(app: App, stop: threading.Event, said: list[str]) -> Asking:
    """A command that asks for passes; `said` is what it says meanwhile."""
    return Asking(app, "Ann", stop.is_set, lambda *_: None, lambda _: None, said.append)


def test_the_daemon_makes_the_passes_of_a_sync(slow: District) -> None:
    """Lines, JSON and exit codes are those of a sync without a daemon, and no order stays behind."""
    with running(slow) as daemon:
        pushed(daemon, slow)
        tick(slow, TITLE)
        said = within(daemon, lambda: slow.run("sync", "--full", "--json"))
        assert said.code == 0, said.err
        [report] = said.json["passes"]
        assert (report["mapping"], report["created"], said.json["ok"]) == ("academics", 0, True)
        assert report["requests"] >= 1
        text = within(daemon, lambda: slow.run("sync"))
        assert text.out.startswith("academics: nothing to do — ")
        with daemon.app.store.reading() as reader:
            assert reader.orders() == []
            assert reader.passes("academics")[1].full


def test_what_the_guard_stopped_is_let_through(slow: District) -> None:
    """The reason and the command are told, with exit code 3, and the approval reaches the daemon."""
    limits = 'every = "1h"\nlimits = { max_changes = 0, max_share = 0 }'
    slow.write_config(mapping=limits)
    with running(slow) as daemon:
        pushed(daemon, slow)
        slow.change_plan((TITLE, "Train all teachers"))
        stopped = slow.run("sync")
        assert stopped.code == 3
        assert "the guard stopped it" in stopped.err
        assert f"syncd --config {slow.config} sync --mapping academics --approve=" in stopped.err
        assert slow.run("sync", "--approve").code == 0
        assert slow.task("Train all teachers")


def test_something_to_look_at(slow: District) -> None:
    """What is set aside comes with the tool's words, and the exit code 1."""
    with running(slow) as daemon:
        pushed(daemon, slow)
        slow.box.faults.append(Fault(match="PUT /tasks", status=400, message="name: too odd", times=9))
        slow.change_plan((TITLE, "Train all teachers"))
        until(lambda: len(daemon.said("pass_ended")) == 2)
        said = slow.run("sync", "--retry")
        assert (said.code, "name: too odd" in said.out) == (1, True)
        slow.box.faults.clear()
        assert slow.run("sync", "--retry").code == 0


def test_what_is_wrong_with_plan_or_names_is_said_by_the_command(slow: District) -> None:
    """A name that is none, a plan that cannot be read: exit code 2, and the daemon is not asked."""
    with running(slow) as daemon:
        pushed(daemon, slow)
        assert "did you mean “academics”?" in slow.run("sync", "--mapping", "academic").err
        slow.write_plan("[[goals]\n")
        assert slow.run("sync").code == 2
        with daemon.app.store.reading() as reader:
            assert reader.orders() == []


def test_another_configuration_on_the_same_store(slow: District) -> None:
    """A mapping that the daemon does not know is refused in words, exit code 4."""
    more = '[mappings.families]\nplan = "district"\nconnection = "asana"\nselect = ["G2"]\ncontainer = "1201"\n'
    other = slow.folder / "other.toml"
    other.write_text(slow.config.read_text(encoding="utf-8") + more, encoding="utf-8")
    with running(slow) as daemon:
        pushed(daemon, slow)
        said = run("--config", str(other), "sync", "--mapping", "families")
        assert (said.code, "goes by another configuration, without families" in said.err) == (4, True)


def test_a_fault_in_the_daemon(slow: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw ends the order and not the daemon: exit code 70."""
    with running(slow) as daemon:
        pushed(daemon, slow)

        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("nobody foresaw this")

        monkeypatch.setattr(daemon.app, "sync", broken)
        said = slow.run("sync")
        assert (said.code, "ZeroDivisionError: nobody foresaw this" in said.err) == (70, True)
        assert daemon.get("/healthz").status_code == 200


def test_a_daemon_that_ends_meanwhile(slow: District) -> None:
    """The command says so and does the rest itself."""
    said: list[str] = []
    reports: list[PassReport] = []
    slow.box.faults.append(Fault(match="POST /tasks", kind="hang", seconds=1, when="after", times=2))
    with App(load_config(slow.config)) as app:
        command = asking(app, threading.Event(), said)
        with running(slow):
            until(lambda: slow.box.world.tasks)
            waiting = threading.Thread(target=lambda: reports.extend(command.passes(["academics"], HOW)))
            waiting.start()
            until(lambda: open_orders(app))
        waiting.join()
        assert open_orders(app) == []
    assert said == [ALONE]
    assert [(report.mapping, report.outcome) for report in reports] == [("academics", Outcome.DONE)]
    assert len(slow.box.world.tasks) == TASKS


def open_orders(app: App) -> list[Order]:
    """What is asked of the daemon just now."""
    with app.store.reading() as reader:
        return reader.orders()


def test_a_command_that_is_stopped(slow: District) -> None:
    """Ctrl-C withdraws the order: the daemon stops that pass at its next safe point, and the next one does the rest."""
    slow.box.faults.append(Fault(match="POST /tasks", kind="hang", seconds=0.5, when="after", times=4))
    stop = threading.Event()
    reports: list[PassReport] = []
    with App(load_config(slow.config)) as app:
        app.pause(["academics"], paused=True)
        command = asking(app, stop, [])
        with running(slow) as daemon:
            thread = threading.Thread(target=lambda: reports.extend(command.passes(["academics"], HOW)))
            thread.start()
            until(lambda: slow.box.world.tasks)
            stop.set()
            thread.join()
            until(lambda: daemon.said("pass_ended"))
            assert (reports, open_orders(app), len(slow.box.world.tasks) < TASKS) == ([], [], True)
            stop.clear()
            assert [report.mapping for report in command.passes(["academics"], HOW)] == ["academics"]
            assert len(slow.box.world.tasks) == TASKS


def leading(app: App) -> tuple[Orders, list[Callable[[], None]]]:
    """What looks for orders in a daemon that leads, and the parts of orders that wait for their turn there."""
    parts: list[Callable[[], None]] = []
    return Orders(app, Watch(app), lambda _connection, _seconds, job: parts.append(job), threading.Event()), parts


def place(app: App, *mappings: str) -> int:
    """Have passes of these mappings asked for."""
    app.open_store()
    with app.store.writing() as writer:
        return writer.place_order(app.clock.now(), "Ann", "sync", {**HOW, "mappings": mappings})


def test_a_daemon_that_lost_the_lead_ends_no_order(slow: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stood still amid a pass; awake again, its session is gone. The order is the next one's, from start to end."""

    def lost(*_: object, **__: object) -> None:
        raise StoreError("the session was lost", "wait")

    with App(load_config(slow.config)) as app:
        number = place(app, "academics")
        (before, parts), (now, others) = leading(app), leading(app)
        before.look()
        asleep = before._under_way[number]
        with monkeypatch.context() as patched:
            patched.setattr(app, "sync", lost)
            parts[0]()
        assert open_orders(app), "whoever asked would be told that it failed, and ask again"
        now.look()
        before.look()
        assert asleep.withdrawn.is_set()
        others[0]()
        now.look()
        assert open_orders(app) == []
        asleep.stopped.set()
        asleep._progress(1)
        assert not asleep.tell()
        assert open_orders(app) == [], "the one that leads would carry it out once more"


def test_what_was_asked_for_long_ago_is_left_undone(slow: District) -> None:
    """It came with a copy of the store that was put back: nobody waits for it, and nobody means it any more."""
    with App(load_config(slow.config), ToldClock()) as app:
        place(app, "academics")
        orders, parts = leading(app)
        app.clock.sleep(LONG_AGO.total_seconds() + 1)
        number = place(app, "academics")
        with structlog.testing.capture_logs() as lines:
            orders.look()
        assert (len(parts), [order.id for order in open_orders(app)]) == (1, [number])
        [line] = lines
        assert (line["event"], line["who"], line["mappings"]) == ("order_left_undone", "Ann", ("academics",))
        assert line["asked_at"] == START.isoformat()
        app.clock.sleep(LONG_AGO.total_seconds())
        orders.look()
        assert open_orders(app), "it is under way, however long that takes"


def test_the_next_daemon_repeats_no_pass(slow: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an order for two mappings one was done as the daemon died: what was approved there must not be so again."""
    other = f'[connections.other]\nkind = "asana"\ntoken = "2/1200/of-another"\nbase_url = "{slow.base_url}"\n'
    small = '[mappings.small]\nplan = "district"\nconnection = "other"\nselect = ["G2"]\ncontainer = "1201"\n'
    slow.write_config(mapping='select = ["G1"]', more=other + small)
    made: list[str] = []

    def sync(mappings: Sequence[str], **_: object) -> Iterator[PassReport]:
        made.extend(mappings)
        yield from (PassReport(name, Outcome.DONE, dict.fromkeys(COUNTED, 0)) for name in mappings)

    with App(load_config(slow.config)) as app:
        monkeypatch.setattr(app, "sync", sync)
        number = place(app, "academics", "small")
        for _ in range(2):
            orders, parts = leading(app)
            orders.look()
            parts[0]()
        assert made == ["academics", "small"]
        with app.store.reading() as reader:
            ended = reader.order(number)
        assert ended is not None
        assert ended.ended_at is not None
        assert [report["mapping"] for report in ended.result["reports"]] == ["academics", "small"]


def test_a_daemon_that_does_not_answer(slow: District) -> None:
    """Somebody holds the lock and takes no order: after a minute the command gives up, and says what to do."""
    with App(load_config(slow.config), ToldClock()) as app:
        app.open_store()
        lead = app.store.lead()
        assert lead.take()
        with pytest.raises(StoreError, match="does not take up") as told:
            list(asking(app, threading.Event(), []).passes(["academics"], HOW))
        assert "start it anew" in told.value.next_step
        lead.release()
        assert open_orders(app) == []


REPORT = PassReport(
    mapping="academics",
    outcome=Outcome.STOPPED,
    counts=dict.fromkeys(COUNTED, 3),
    requests=7,
    seconds=1.5,
    findings=(Finding("G1", "Title", "no", "do"),),
    remarks=(Finding("G2", "", "ann@example.org is nobody"),),
    changes=(
        Change(
            Kind.HOLD, "G1", "T", "12", (Edit("due", None, date(2027, 1, 2), "both"),), "r", Why.CONFLICT, fresh=True
        ),
        Change(Kind.WRITE_BACK, "G2", "T", "13", (Edit("field:Cost", Decimal("1.50"), ("a",), ""),)),
    ),
    stop=Stop("too much", "12ab"),
    message="look",
    full=True,
)


def test_reports_come_through_the_store_as_they_were() -> None:
    """Every part of a report that is shown, exactly."""
    assert to_report(decode(encode(as_kept(REPORT)))) == REPORT
    bare = PassReport("academics", Outcome.DONE, {})
    assert to_report(decode(encode(as_kept(bare)))) == bare


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (ConfigError([Problem("config.toml", "no", 3, "plans")]), FileError, "config.toml:3: plans: no"),
        (StoreError("full", "free"), StoreError, "full"),
        (ZeroDivisionError("odd"), RuntimeError, "in the daemon: ZeroDivisionError: odd"),
    ],
)
def test_errors_come_through_as_what_they_were(error: Exception, kind: type[Exception], words: str) -> None:
    """Each kind ends the command with its own exit code and words."""
    found = to_error(decode(encode(as_kept_error(error))))
    assert (type(found), str(found)) == (kind, words)
