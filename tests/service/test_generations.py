"""A daemon takes up what its administrator edits, without losing a pass, and stands by while another one works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from sqlalchemy import text

from connectors.asana.sandbox import Fault
from syncd.app import App
from syncd.config import Config, load_config
from syncd.errors import ConfigError
from syncd.plan.model import Audience
from syncd.service import clocks
from syncd.service.daemon import Daemon
from syncd.service.edits import Edits
from syncd.service.site import LiveSite
from syncd.service.standby import TRY_EVERY, Role
from syncd.service.watch import Watch
from syncd.store import Store, StoreError
from tests.cli.district import PLAN, TASKS, TOKEN, District
from tests.connectors.clock import ToldClock
from tests.postgres import postgres_url, server
from tests.service.channel import Channel, channel
from tests.service.daemons import PATIENCE, running, tick, until

FAMILIES = """\
[mappings.families]
plan = "district"
connection = "asana"
every = "1s"
select = ["G2"]
container = { name = "Families" }
"""


def names(district: District) -> set[str]:
    """The projects there are."""
    return {project.name for project in district.box.world.projects.values()}


def test_an_edited_configuration_is_taken_up(district: District) -> None:
    """A new mapping gets its passes, the page and its port stay, the connector with what it learnt is handed over."""
    district.write_config(mapping='every = "1s"\nselect = ["G1"]')
    with running(district) as daemon:
        until(lambda: daemon.said("pass_ended"))
        connector = daemon.app.connector("asana")
        district.write_config(mapping='every = "1s"\nselect = ["G1"]', more=FAMILIES)
        until(lambda: "Families" in names(district))
        until(lambda: daemon.said("reloaded"))
        until(lambda: [line for line in daemon.said("pass_ended") if line["mapping"] == "families"])
        assert daemon.get("/healthz").json()["passes"] >= 2
        assert not daemon.said("trouble")
        assert connector not in daemon.app.connections.made().values()
        tick(district, "Hire the family liaison")
        until(lambda: daemon.get("/scorecard.json").json()["goals"][1]["actions"][0]["projects"][0]["done"])


def test_a_bad_configuration_leaves_the_one_before_in_force(district: District) -> None:
    """It is said once with what is wrong, passes go on, and the mended file is taken up."""
    with running(district) as daemon:
        until(lambda: len(district.box.world.tasks) == TASKS)
        good = district.config.read_text(encoding="utf-8")
        district.config.write_text(good.replace('kind = "asana"', 'kind = "asanna"'), encoding="utf-8")
        until(lambda: daemon.said("trouble"))
        seen = len(daemon.said("pass_ended"))
        until(lambda: len(daemon.said("pass_ended")) >= seen + 2)
        [trouble] = daemon.said("trouble")
        assert trouble["about"] == "configuration"
        assert trouble["message"].startswith("the one before stays in force: ")
        assert "“asanna” is no tool that is installed" in trouble["message"]
        district.config.write_text(good, encoding="utf-8")
        until(lambda: daemon.said("reloaded"))
        assert [line["about"] for line in daemon.said("well_again")] == ["configuration"]


def test_a_signal_has_it_read_anew(district: District) -> None:
    """SIGHUP sets the event: also a file that did not change is taken up, and a plan that is bad stays as it was."""
    with running(district) as daemon:
        until(lambda: len(district.box.world.tasks) == TASKS)
        district.write_plan(PLAN + "[[goals]\n")
        until(lambda: [line for line in daemon.said("trouble") if line["about"] == "plan district"])
        daemon.again.set()
        until(lambda: daemon.said("reloaded"))
        assert daemon.get("/").status_code == 200
        district.write_plan(PLAN)
        until(lambda: [line for line in daemon.said("well_again") if line["about"] == "plan district"])
    assert len(district.box.world.tasks) == TASKS


def test_a_new_admin_token_and_a_new_port(district: District) -> None:
    """The token counts at once; for another port it says that it must be started anew, and answers at the old one."""
    before = district.config.read_text(encoding="utf-8")
    with running(district) as daemon:
        until(lambda: daemon.said("pass_ended"))
        other = '[server]\nadmin_token = "let-me-in-123456"\nlisten = "127.0.0.1:8099"'
        district.config.write_text(before.replace('[server]\nlisten = "127.0.0.1:0"', other), encoding="utf-8")
        until(lambda: daemon.said("reloaded"))
        assert daemon.get("/metrics", authorization="Bearer let-me-in-123456").status_code == 200
        [trouble] = daemon.said("trouble")
        assert (trouble["about"], "127.0.0.1:8099" in trouble["message"]) == ("listen", True)
        assert "must be started anew" in trouble["message"]


def test_a_new_token_ends_a_refusal(district: District) -> None:
    """A token that was revoked is said once and asked with no oftener than before; the new one works at once."""
    district.write_config(mapping='every = "1s"')
    with running(district) as daemon:
        until(lambda: len(district.box.world.tasks) == TASKS)
        district.box.world.revoke(TOKEN)
        until(lambda: daemon.said("trouble"))
        asked = len(district.box.requests)
        seen = len(daemon.said("pass_ended"))
        until(lambda: len(daemon.said("pass_ended")) >= seen + 3)
        assert len(district.box.requests) - asked <= 2 * (len(daemon.said("pass_ended")) - seen + 1)
        [trouble] = daemon.said("trouble")
        assert (trouble["about"], trouble["outcome"]) == ("mapping academics", "unreachable")
        assert "Make a new token" in trouble["message"]
        district.token = f"{TOKEN}-2"
        district.box.world.add_token(district.token)
        district.write_config(mapping='every = "1s"')
        until(lambda: daemon.said("well_again"))


def test_the_pass_under_way_ends_at_a_safe_point(district: District) -> None:
    """A reload in the middle of a push stops it there, and the new configuration makes the rest: nothing twice."""
    district.box.faults.append(Fault(match="POST /tasks", kind="hang", seconds=0.5, when="after", times=3))
    with running(district) as daemon:
        until(lambda: district.box.world.tasks)
        daemon.again.set()
        until(lambda: daemon.said("reloaded"))
        until(lambda: len(district.box.world.tasks) >= TASKS)
        until(lambda: [line for line in daemon.said("pass_ended") if line["mapping"] == "academics"])
    assert len(district.box.world.tasks) == TASKS


def test_files_that_are_being_written(tmp_path: Path) -> None:
    """An edit counts once it has stood still from one look to the next; a touched file is none; secrets count."""
    (tmp_path / "secrets").mkdir()
    config = tmp_path / "config.toml"
    whole = 'secrets_dir = "secrets"\n[connections.asana]\nkind = "asana"\n'
    token = tmp_path / "secrets" / "CONNECTIONS__ASANA__TOKEN"
    token.write_text("one", encoding="utf-8")
    config.write_text(whole, encoding="utf-8")
    edits = Edits(load_config(config, {}))
    assert not edits.found()
    config.write_text(whole, encoding="utf-8")
    assert [edits.found() for _ in range(2)] == [False, False]
    config.write_text("", encoding="utf-8")
    assert not edits.found()
    config.write_text(f"{whole}# more\n", encoding="utf-8")
    assert [edits.found() for _ in range(3)] == [False, True, False]
    token.write_text("two", encoding="utf-8")
    assert [edits.found() for _ in range(3)] == [False, True, False]
    config.unlink()
    assert [edits.found() for _ in range(3)] == [False, True, False]


def test_a_file_that_could_not_be_read_for_a_moment(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk or a share was away: the file is read again at the next look, though nobody touched it."""

    def away(_file: Path) -> bytes:
        raise OSError(5, "Input/output error")

    edits = Edits(load_config(district.config))
    district.write_config(mapping='every = "2m"')
    with monkeypatch.context() as patched:
        patched.setattr("syncd.service.edits.content", away)
        assert not edits.found()
    assert [edits.found() for _ in range(3)] == [False, True, False]


def test_an_edit_in_the_moment_in_which_another_is_taken_up(district: District) -> None:
    """What is edited between the reading of a configuration and its taking force is found by what watches from then."""
    edits = Edits(load_config(district.config))
    district.write_config(mapping='every = "2m"')
    assert [edits.found() for _ in range(2)] == [False, True]
    taken_up = load_config(district.config)
    district.write_config(mapping='every = "3m"')
    after = Edits(taken_up, edits.seen)
    assert [after.found() for _ in range(3)] == [False, True, False]
    named = Edits(taken_up.model_copy(update={"secrets_dir": "."}), after.seen)
    assert [named.found() for _ in range(2)] == [False, False]


def test_an_edit_while_another_is_read_is_taken_up_too(district: District) -> None:
    """Whoever saves twice in a moment gets what was saved last."""
    district.write_config(mapping='every = "1m"')
    later = ['every = "3m"']

    def load() -> Config:
        config = load_config(district.config)
        if later:
            district.write_config(mapping=later.pop())
        return config

    with looking(district, ToldClock(), load) as daemon:
        district.write_config(mapping='every = "2m"')

        def taken_up() -> bool:
            daemon.look()
            return daemon._now.app.config.mappings["academics"].every == timedelta(minutes=3)

        until(taken_up)


@contextmanager
def looking(district: District, clock: ToldClock, load: Callable[[], Config] | None = None) -> Iterator[Daemon]:
    """A daemon that looks only when it is told to."""
    with App(load_config(district.config), clock) as app:
        load = load or partial(load_config, district.config)
        daemon = Daemon(app, Audience.INTERNAL, load, threading.Event())
        try:
            yield daemon
        finally:
            ended = daemon.end(20)
        assert ended


@contextmanager
def leading(district: District, clock: ToldClock, url: str) -> Iterator[Daemon]:
    """One whose store is at this address, and which has made all tasks."""
    before = district.config.read_text(encoding="utf-8")
    district.config.write_text(before.replace("sqlite:///syncd.db", url), encoding="utf-8")
    with looking(district, clock) as daemon:
        daemon.look()
        until(lambda: len(district.box.world.tasks) == TASKS)
        yield daemon


def looked(daemon: Daemon, happened: Callable[[], bool]) -> None:
    """Have it look until something has happened."""

    def look() -> bool:
        daemon.look()
        return happened()

    until(look)


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """The log so far."""
    with structlog.testing.capture_logs() as kept:
        yield kept


def test_one_works_and_the_other_stands_by(district: District, lines: list[Any]) -> None:
    """The second makes no pass and no request until the first is gone; then it takes over within seconds."""
    clock = ToldClock()
    with looking(district, clock) as other_owner:
        other_owner.look()
        until(lambda: len(district.box.world.tasks) == TASKS)
        with looking(district, clock) as second:
            second.look()
            assert [line["event"] for line in lines if line["event"] in ("working", "standing_by")] == [
                "working",
                "standing_by",
            ]
            assert role(second) == "standing by"
            assert other_owner.end(20)
            second.look()
            clock.pass_(seconds=TRY_EVERY)
            asked = len(district.box.requests)
            second.look()
            assert [line["event"] for line in lines if line["event"] == "working"] == ["working", "working"]
            assert role(second) == "working"
            until(lambda: len(district.box.requests) > asked)


def test_a_visitor_of_who_stands_by_has_nothing_written(district: District, lines: list[Any]) -> None:
    """What is new in public, the daemon that works puts on record when it shows it; from then on both do."""
    clock = ToldClock()
    with looking(district, clock) as works:
        works.look()
        until(lambda: any(line["event"] == "pass_ended" for line in lines))
        with looking(district, clock) as stands_by:
            for _ in range(2):
                with pytest.raises(StoreError, match="this daemon stands by"):
                    shown(stands_by)
                stands_by.look()
            with works._now.app.store.reading() as reader:
                assert reader.told("district") == []
            assert shown(works) == shown(stands_by)
            with works._now.app.store.reading() as reader:
                assert len(reader.told("district")) == 1
            assert works.end(20)


def shown(daemon: Daemon) -> object:
    """Its public scorecard."""
    return LiveSite(daemon._now.app, daemon._watch).scorecard(Audience.PUBLIC).goals


def role(daemon: Daemon) -> object:
    """What `/healthz` says it is there for."""
    return LiveSite(daemon._now.app, daemon._watch).health()["role"]


def test_a_lost_session(district: District, lines: list[Any]) -> None:
    """In PostgreSQL the lock goes with its session: the daemon rests at once, and works again when it has it back."""
    clock = ToldClock()
    with postgres_url() as url, leading(district, clock, url) as daemon:
        server().cut_off(urlsplit(url).path.removeprefix("/"))
        daemon.look()
        daemon.look()
        clock.pass_(seconds=TRY_EVERY)
        asked = len(district.box.requests)

        def goes_on() -> bool:
            daemon.look()
            return len(district.box.requests) > asked

        until(goes_on)
    roles = [line["event"] for line in lines if line["event"] in ("working", "standing_by")]
    assert roles == ["working", "standing_by", "working"]


def test_a_database_that_is_away_is_told(district: District, lines: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who led last tells it after five minutes, once, and that all is well once it is; the log says it as often."""
    monkeypatch.setattr(clocks, "APART", timedelta.max)  # the clock that is told is not that of the database
    clock = ToldClock()
    with postgres_url() as url, channel() as office:
        district.write_config(more=f'[notices.office]\nkind = "json"\nurl = "{office.url}"\n')
        with leading(district, clock, url) as daemon:
            with server().away():
                for _ in range(6 * 60):
                    clock.pass_(seconds=1)
                    daemon.look()
                until(lambda: office.arrived)
            clock.pass_(seconds=1)
            daemon.look()
            assert [line["event"] for line in about_the_store(lines)] == ["trouble"]
            clock.pass_(seconds=TRY_EVERY)
            daemon.look()
            until(lambda: len(office.arrived) > 1)
    assert [line["event"] for line in about_the_store(lines)] == ["trouble", "well_again"]
    assert office.titles == ["syncd: The store cannot be used", "syncd: all is well again"]


def about_the_store(lines: list[Any]) -> list[Any]:
    """What was said of it."""
    return [line for line in lines if line.get("about") == "store"]


def test_who_leads_no_more_tells_no_more(district: District) -> None:
    """Once another one has the lead, that one tells; what is to be told until then is told."""
    clock = ToldClock()
    with postgres_url() as url, channel() as office:
        district.write_config(more=f'[notices.office]\nkind = "json"\nurl = "{office.url}"\n')
        with leading(district, clock, url) as daemon:
            server().cut_off(urlsplit(url).path.removeprefix("/"))
            other = Store(url).lead()
            assert other.take()
            daemon._watch.say("configuration", "it is wrong")
            clock.pass_(seconds=TRY_EVERY)
            daemon.look()
            assert daemon._now.rested(PATIENCE)
            assert "configuration" in told(office, "troubles")
            daemon._watch.say("configuration", "")
            other.release()
            clock.pass_(seconds=TRY_EVERY)
            daemon.look()
            until(lambda: "configuration" in told(office, "well_again"))


def told(office: Channel, what: str) -> list[str]:
    """What its notices were about."""
    return [each["about"] for notice in office.arrived for each in notice[what]]


def test_a_store_that_cannot_be_taken_over(district: District, lines: list[Any]) -> None:
    """Whoever takes over a store that a newer syncd has written says so, lets go of it, and tries again."""
    clock = ToldClock()
    with looking(district, clock) as first, App(load_config(district.config), clock) as app:
        daemon = Daemon(app, Audience.INTERNAL, None, threading.Event())
        first.end(20)
        with app.store.writing() as writer:
            writer._run(text("UPDATE alembic_version SET version_num = '9999'"))
        clock.pass_(seconds=TRY_EVERY)
        daemon.look()
        [trouble] = [line for line in lines if line["event"] == "trouble"]
        assert (trouble["about"], "written by a newer syncd" in trouble["message"]) == ("store", True)
        lead = app.store.lead()
        assert lead.take()
        lead.release()
        with app.store.writing() as writer:
            writer._run(text("UPDATE alembic_version SET version_num = :head").bindparams(head=app.store.head()))
        clock.pass_(seconds=TRY_EVERY)
        daemon.look()
        until(lambda: len(district.box.world.tasks) == TASKS)
        assert daemon.end(20)


def test_who_lets_go_lets_another_one_first(district: District) -> None:
    """However long it has been the one that works, it tries again only after a while."""
    clock = ToldClock()
    with App(load_config(district.config), clock) as app:
        app.open_store()
        own = Role(app.store, clock)
        assert own.look()
        clock.pass_(hours=1)
        assert own.look()
        own.release()
        assert not own.look()
        clock.pass_(seconds=TRY_EVERY)
        assert own.look()
        own.release()


def test_a_store_that_is_away_as_a_configuration_is_taken_up(
    district: District, lines: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before goes off only once the store can be read: then the new one works."""

    def away(_watch: Watch, _app: App) -> None:
        raise StoreError("the store is away", "wait")

    clock = ToldClock()
    with looking(district, clock) as daemon:
        daemon.look()
        until(lambda: len(district.box.world.tasks) == TASKS)
        before = daemon._now
        with monkeypatch.context() as patched:
            patched.setattr(Watch, "follow", away)
            district.write_config(mapping='every = "3m"')

            looked(daemon, lambda: any(line["about"] == "store" for line in lines if line["event"] == "trouble"))
            assert daemon._now is before
        looked(daemon, lambda: daemon._now is not before and daemon._now.works)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: text.replace("ours.db", "other.db"), "config.toml:3: store.url: the store's address is another"),
        (lambda _text: "", "config.toml: it holds nothing any more, and with it which store is in use; put it back"),
        (lambda _text: "# later\n", "config.toml: it holds nothing any more"),
    ],
)
def test_no_edit_has_a_daemon_leave_its_store(
    district: District, lines: list[Any], edit: Callable[[str], str], words: str
) -> None:
    """Two could lead then, and an empty store knows of nothing: it is refused, and all that was in force stays so."""
    text = district.config.read_text(encoding="utf-8").replace("syncd.db", "ours.db")
    district.config.write_text(text, encoding="utf-8")
    with looking(district, ToldClock()) as daemon:
        daemon.look()
        until(lambda: len(district.box.world.tasks) == TASKS)
        before = daemon._now
        district.config.write_text(edit(text), encoding="utf-8")

        looked(daemon, lambda: any(line["event"] == "trouble" for line in lines))
        [message] = [line["message"] for line in lines if line["event"] == "trouble"]
        assert message.startswith("the one before stays in force: ")
        assert words in message
        assert "restart syncd" in message
        assert daemon._now is before
        assert before.works
        assert not [line for line in lines if line["event"] == "reloaded"]
        assert [file.name for file in district.folder.glob("*.db")] == ["ours.db"]
        district.config.write_text(text, encoding="utf-8")
        looked(daemon, lambda: daemon._now is not before)
        assert [line["about"] for line in lines if line["event"] == "well_again"] == ["configuration"]


def test_a_daemon_that_cannot_begin(district: District) -> None:
    """What is wrong at the start is raised, and nobody is left waiting for the store."""
    district.write_config(mapping='select = ["G9"]')
    with App(load_config(district.config)) as app, pytest.raises(ConfigError):
        Daemon(app, Audience.INTERNAL, None, threading.Event())


def test_an_edited_plan_is_taken_in_within_seconds(district: District) -> None:
    """Though the next look is an hour away."""
    district.write_config(mapping='every = "1h"')
    with running(district) as daemon:
        until(lambda: len(daemon.said("pass_ended")) == 1)
        district.change_plan(("Train every K-3 teacher", "Train all teachers"))
        until(lambda: len(daemon.said("pass_ended")) == 2)
        assert district.task("Train all teachers")


def test_plans_that_are_edited(district: District) -> None:
    """Each edit is told once, when the file has stood still from one look to the next."""
    with App(load_config(district.config)) as app:
        assert app.plans.edited() == []
        app.plan("district")
        assert app.plans.edited() == []
        district.change_plan(("Train every K-3 teacher", "Train all teachers"))
        assert app.plans.edited() == []
        app.plan("district")
        assert [app.plans.edited() for _ in range(2)] == [["district"], []]


def test_an_edit_that_was_read_before_anybody_looked(district: District) -> None:
    """It is told, though somebody's page or the day's figures had the plan read between the edit and the first look."""
    with App(load_config(district.config)) as app:
        app.plan("district")
        district.change_plan(("Train every K-3 teacher", "Train all teachers"))
        app.plan("district")
        assert [app.plans.edited() for _ in range(3)] == [[], ["district"], []]


def test_an_edit_amid_a_reload(district: District) -> None:
    """It is told under the next configuration, though that has read the plan already; what was told is not again."""
    with App(load_config(district.config)) as first:
        first.plan("district")
        district.change_plan(("Train every K-3 teacher", "Train all teachers"))
        assert [first.plans.edited() for _ in range(2)] == [[], ["district"]]
        with App(load_config(district.config), after=first) as unchanged:
            assert [unchanged.plans.edited() for _ in range(2)] == [[], []]
        district.change_plan(("Train all teachers", "Train each teacher"))
        with App(load_config(district.config), after=first) as second:
            second.plan("district")
            assert [second.plans.edited() for _ in range(3)] == [[], ["district"], []]


def test_connectors_are_handed_over(district: District) -> None:
    """Where nothing changed about a connection its connector goes on; another token or tool makes a new one."""
    other = '[connections.other]\nkind = "asana"\ntoken = "another-token"\nbase_url = "http://127.0.0.1:9"\n'
    district.write_config(more=other)
    with App(load_config(district.config)) as first:
        first.open_store()
        before = {name: first.connector(name) for name in ("asana", "other")}
        district.write_config(more=other.replace("another-token", "a-new-token"))
        with App(load_config(district.config), after=first) as second:
            second.connections.take_over(first.connections)
            assert second.connector("asana") is before["asana"]
            assert second.connector("other") is not before["other"]
            assert list(first.connections.made()) == ["other"]
