"""What the daemon says of its passes and what it counts: each trouble once, each figure from where it belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from syncd.app import App
from syncd.config import load_config
from syncd.engine.tally import COUNTED, Finding, PassReport
from syncd.records import MappingState, Outcome, SetAside
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from tests.cli.district import District
from tests.connectors.clock import START, ToldClock


def report(outcome: Outcome = Outcome.DONE, message: str = "", *findings: Finding, **counts: int) -> PassReport:
    """How a pass of the mapping ended."""
    return PassReport("academics", outcome, dict.fromkeys(COUNTED, 0) | counts, 2, 0.5, findings, message=message)


@pytest.fixture
def clock() -> ToldClock:
    """Time that stands still."""
    return ToldClock()


@pytest.fixture
def app(district: District, clock: ToldClock) -> Iterator[App]:
    """An application with an open store; nothing runs."""
    with closing(App(load_config(district.config), clock)) as made:
        made.open_store()
        yield made


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """The log so far."""
    with structlog.testing.capture_logs() as kept:
        yield kept


def metric(watch: Watch, name: str) -> float | None:
    """A figure of the metrics, None where it is not told."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", watch.metrics.text(), re.MULTILINE)
    return float(found[1]) if found else None


def ended(app: App, outcome: Outcome) -> None:
    """Leave a pass in the store that ended now."""
    with app.store.writing() as writer:
        number = writer.begin_pass("academics", app.clock.now(), full=False)
        writer.end_pass(number, app.clock.now(), outcome, {}, "")


def test_what_a_pass_did_is_said_and_what_stands_is_not(app: App, lines: list[Any]) -> None:
    """Deeds make a line for everybody; items that only go on waiting make one for those who debug."""
    watch = Watch(app)
    watch.ended(report(created=3))
    watch.ended(report(held=2, conflicts=1))
    watch.ended(report())
    assert [line["log_level"] for line in lines] == ["info", "debug", "debug"]
    assert lines[0] == {
        "event": "pass_ended", "log_level": "info", "mapping": "academics", "requests": 2, "created": 3,
    }  # fmt: skip


def test_the_same_trouble_is_said_once(app: App, lines: list[Any]) -> None:
    """What differs only in figures or in brackets is the same; other words or another item are news."""
    watch = Watch(app)
    for message in ("no answer within 30 s (phrase: 6 sad squid)", "no answer within 31 s (phrase: 8 glad owls)"):
        watch.ended(report(Outcome.UNREACHABLE, message))
    watch.ended(report(Outcome.UNREACHABLE, "the token is refused"))
    for item in ("G1.A1", "G1.A2", "G1.A2"):
        watch.ended(report(Outcome.FINDINGS, "", Finding(item, "A title", "it is too long")))
    watch.ended(report())
    watch.ended(report())
    said = [line["message"] for line in lines if line["event"] == "trouble"]
    assert said == [
        "no answer within 30 s (phrase: 6 sad squid)",
        "the token is refused",
        "G1.A1: it is too long",
        "G1.A2: it is too long",
    ]
    assert [line["event"] for line in lines if line["log_level"] != "debug"][-1] == "well_again"
    assert [line["event"] for line in lines].count("well_again") == 1


def test_passes_are_counted_by_their_ending(app: App) -> None:
    """Every ending has its count, those without a report too."""
    watch = Watch(app)
    for outcome in (Outcome.DONE, Outcome.DONE, Outcome.STOPPED):
        watch.ended(report(outcome, held=4))
    watch.failed("academics", "the store is away")
    assert metric(watch, 'syncd_passes_total{mapping="academics",outcome="done"}') == 2
    assert metric(watch, 'syncd_passes_total{mapping="academics",outcome="stopped"}') == 1
    assert metric(watch, 'syncd_passes_total{mapping="academics",outcome="failed"}') == 1
    assert metric(watch, 'syncd_held{mapping="academics"}') == 4


def test_lag_grows_until_a_pass_ends_well(app: App, clock: ToldClock) -> None:
    """A pass that was stopped or found the tool away does not count; one that was not needed does."""
    watch, lag = Watch(app), 'syncd_lag_seconds{mapping="academics"}'
    clock.pass_(seconds=90)
    watch.ended(report(Outcome.UNREACHABLE, "away"))
    assert metric(watch, lag) == 90
    watch.ended(report())
    assert metric(watch, lag) == 0
    clock.pass_(seconds=5)
    assert metric(watch, lag) == 5
    watch.spared("academics")
    assert metric(watch, lag) == 0


def test_a_restart_hides_no_lag(app: App, clock: ToldClock) -> None:
    """After a start the lag counts from the last pass that the store knows to have ended well."""
    ended(app, Outcome.DONE)
    clock.pass_(hours=1)
    ended(app, Outcome.UNREACHABLE)
    with app.store.writing() as writer:
        aside = SetAside("G1.A1", "update", "too long", "shorten it", 3, START + timedelta(hours=2))
        writer.put_set_aside("academics", aside)
    watch = Watch(app)
    assert metric(watch, 'syncd_lag_seconds{mapping="academics"}') == 3600
    assert metric(watch, 'syncd_set_aside{mapping="academics"}') == 1


def test_health_and_readiness(app: App, clock: ToldClock, district: District, tmp_path: Path) -> None:
    """Health counts passes since the start; ready is who has a store and a plan, be it the last good one."""
    watch = Watch(app)
    watch.ended(report())
    site = LiveSite(app, watch)
    assert {**site.health(), "version": ""} == {
        "status": "ok", "role": "working", "version": "",
        "started_at": START.isoformat(timespec="seconds"), "passes": 1,
    }  # fmt: skip
    assert site.ready()["ready"]
    district.write_plan("no plan at all")
    assert not site.ready()["ready"]
    assert "plan.toml" in site.ready()["plans"]["district"]["trouble"]
    app.on_bad_plan = lambda _name, _error: None
    assert site.ready()["ready"]
    app.store.close()
    district.store.rename(tmp_path / "away.db")
    assert not site.ready()["ready"]
    assert site.ready()["store"]["trouble"]


def test_a_mapping_that_is_long_without_a_good_pass_is_not_ready(app: App, clock: ToldClock) -> None:
    """For 15 minutes nothing is said; then it is, unless it was spared a pass, or a person paused it."""
    watch = Watch(app)
    site = LiveSite(app, watch)
    watch.ended(report())
    clock.pass_(minutes=15)
    assert site.ready()["ready"]
    clock.pass_(seconds=1)
    watch.ended(report(Outcome.UNREACHABLE, "away"))
    told = site.ready()
    assert told["connections"] == {"asana": {"reachable": False}}
    assert told["mappings"]["academics"] == {
        "ready": False, "paused": False, "stopped": False, "last_good_pass_seconds": 901, "at_most_seconds": 900,
    }  # fmt: skip
    assert not told["ready"]
    watch.spared("academics")
    assert site.ready()["ready"]
    clock.pass_(hours=1)
    assert not site.ready()["ready"]
    with app.store.writing() as writer:
        writer.put_mapping_state(MappingState("academics", "asana", "1", "scope", paused=True))
    assert site.ready()["ready"]


def test_who_waits_for_a_person_does_its_work(app: App, clock: ToldClock) -> None:
    """The guard stops pass after pass, as it should: that is no failing service, though the lag grows and is told."""
    watch = Watch(app)
    site = LiveSite(app, watch)
    watch.ended(report())
    for _ in range(4):
        clock.pass_(minutes=5)
        watch.ended(report(Outcome.STOPPED, "too much"))
    told = site.ready()
    assert told["ready"]
    assert told["mappings"]["academics"] == {
        "ready": True, "paused": False, "stopped": True, "last_good_pass_seconds": 1200, "at_most_seconds": 900,
    }  # fmt: skip
    assert metric(watch, 'syncd_lag_seconds{mapping="academics"}') == 1200
    clock.pass_(minutes=16)
    assert not site.ready()["ready"]
    watch.ended(report())
    assert not site.ready()["mappings"]["academics"]["stopped"]


def test_who_stands_by_is_ready_and_knows_of_no_mapping(app: App, clock: ToldClock) -> None:
    """It answers as long as it could take over; what the other daemon did meanwhile counts once it has."""
    lag = 'syncd_lag_seconds{mapping="academics"}'
    watch = Watch(app)
    site = LiveSite(app, watch)
    assert (site.ready()["role"], metric(watch, "syncd_working")) == ("working", 1)
    watch.works(leads=False)
    clock.pass_(hours=8)
    told = site.ready()
    assert (told["ready"], told["role"], told["mappings"]) == (True, "standing by", {})
    assert (metric(watch, lag), metric(watch, "syncd_working")) == (None, 0)
    ended(app, Outcome.DONE)
    clock.pass_(minutes=1)
    watch.works(leads=True)
    assert site.ready()["mappings"]["academics"]["last_good_pass_seconds"] == 60
    assert metric(watch, lag) == 60


def test_a_mapping_that_is_looked_at_seldom_has_longer(district: District, clock: ToldClock) -> None:
    """Three of its own intervals may go by."""
    district.write_config(mapping='every = "1h"')
    with closing(App(load_config(district.config), clock)) as app:
        app.open_store()
        site = LiveSite(app, Watch(app))
        clock.pass_(hours=3)
        assert site.ready()["ready"]
        clock.pass_(seconds=1)
        assert not site.ready()["ready"]
