"""What the daemon does beside its passes: the day's copy, the day's figures, what comes from addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog

from syncd.app import App
from syncd.config import load_config
from syncd.service.chores import Chores
from syncd.service.watch import Watch
from tests.cli.district import PLAN, District
from tests.connectors.clock import START, ToldClock


@pytest.fixture
def clock() -> ToldClock:
    """Time that stands still."""
    return ToldClock()


@pytest.fixture
def app(district: District, clock: ToldClock) -> Iterator[App]:
    """An application with an open store; nothing runs."""
    with App(load_config(district.config), clock) as made:
        made.open_store()
        yield made


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """The log so far."""
    with structlog.testing.capture_logs() as kept:
        yield kept


def test_once_a_day(app: App, district: District, clock: ToldClock) -> None:
    """However often it is run: one copy and one set of points for each day of the district."""
    chores = Chores(app, Watch(app))
    for _ in range(2):
        chores.daily()
    clock.pass_(hours=19)
    for _ in range(2):
        chores.daily()
    days = [START.date(), START.date() + timedelta(days=1)]
    assert sorted(each.name for each in (district.folder / "backups").iterdir()) == [f"syncd-{days[0]}.db"]
    clock.pass_(hours=5)
    chores.daily()
    assert sorted(each.name for each in (district.folder / "backups").iterdir()) == [f"syncd-{day}.db" for day in days]
    with app.store.reading() as reader:
        points = reader.points("district")
    assert {point.on for point in points} <= set(days)
    assert len({(point.item, point.on) for point in points}) == len(points) > 0


def test_no_backup_where_none_is_wanted(district: District, clock: ToldClock) -> None:
    """With `backup = "off"` nothing is copied."""
    district.write_config(more='[schedule]\nbackup = "off"\n')
    with App(load_config(district.config), clock) as app:
        app.open_store()
        Chores(app, Watch(app)).daily()
    assert not (district.folder / "backups").exists()


def test_a_backup_that_fails(app: App, district: District, clock: ToldClock, lines: list[Any]) -> None:
    """It is said once with what to do, the figures are kept all the same, and the next day's is made."""
    (district.folder / "backups").touch()
    chores = Chores(app, Watch(app))
    for _ in range(2):
        chores.daily()
    [trouble] = [line for line in lines if line["event"] == "trouble"]
    assert (trouble["about"], "the folder for backups" in trouble["message"]) == ("backup", True)
    with app.store.reading() as reader:
        assert reader.points("district")
    (district.folder / "backups").unlink()
    clock.pass_(days=1)
    chores.daily()
    assert [line["about"] for line in lines if line["event"] == "well_again"] == ["backup"]


def test_what_nobody_foresaw(app: App, lines: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in one chore is told with its trace, and the other is done."""

    def broken() -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(app, "record", broken)
    monkeypatch.setattr(app.plans, "fetch", broken)
    chores = Chores(app, Watch(app))
    chores.daily()
    chores.fetch()
    troubles = [line for line in lines if line["event"] == "trouble"]
    assert [(each["about"], each["exc_info"]) for each in troubles] == [("history", True), ("fetching", True)]


def test_a_plan_that_is_broken_meanwhile(app: App, district: District, lines: list[Any]) -> None:
    """It is said in the plan's own words."""
    district.write_plan("[[goals]\n")
    Chores(app, Watch(app)).daily()
    [trouble] = [line for line in lines if line["event"] == "trouble"]
    assert (trouble["about"], "plan.toml:1" in trouble["message"]) == ("history", True)


def test_the_public_scorecard_as_files(district: District, clock: ToldClock, lines: list[Any]) -> None:
    """A page, JSON and CSV of what is public and of nothing else; written anew only where something is new."""
    district.write_config(more='[schedule]\npublish = "www/plan"\n')
    folder = district.folder / "www" / "plan"
    with App(load_config(district.config), clock) as app:
        app.open_store()
        chores = Chores(app, Watch(app))
        chores.publish()
        page = (folder / "index.html").read_text(encoding="utf-8")
        assert ("Grade 3 ELA proficiency" in page, "Train every K-3 teacher" in page) == (True, False)
        assert json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))["plan"] == "district"
        assert (folder / "scorecard.csv").read_text(encoding="utf-8").startswith("\ufeff")
        before = folder.readlink()
        chores.publish()
        assert folder.readlink() == before
        district.change_plan(("value = 55.5", "value = 57.5"))
        chores.publish()
        assert "57.5" in (folder / "index.html").read_text(encoding="utf-8")
    assert not [line for line in lines if line["event"] == "trouble"]


def test_where_nothing_can_be_published(district: District, clock: ToldClock, lines: list[Any]) -> None:
    """It is said once, with the folder and what to do, and over once it works."""
    district.write_config(more='[schedule]\npublish = "www"\n')
    (district.folder / "www.versions").write_text("no folder", encoding="utf-8")
    with App(load_config(district.config), clock) as app:
        app.open_store()
        chores = Chores(app, Watch(app))
        for _ in range(2):
            chores.publish()
        (district.folder / "www.versions").unlink()
        chores.publish()
    [trouble] = [line for line in lines if line["event"] == "trouble"]
    assert trouble["about"] == "publishing"
    assert trouble["message"].startswith(f"{district.folder / 'www'}: the scorecard cannot be published there (")
    assert [line["about"] for line in lines if line["event"] == "well_again"] == ["publishing"]


def test_several_plans_are_published_apart(district: District, clock: ToldClock) -> None:
    """Each in a folder called like it."""
    (district.folder / "other.toml").write_text(PLAN.replace('id = "district"', 'id = "other"', 1), encoding="utf-8")
    district.write_config(more='[schedule]\npublish = "www"\n[plans.other]\nsource = "other.toml"\n')
    with App(load_config(district.config), clock) as app:
        app.open_store()
        Chores(app, Watch(app)).publish()
    assert {each.parent.name for each in (district.folder / "www").glob("*/index.html")} == {"district", "other"}
