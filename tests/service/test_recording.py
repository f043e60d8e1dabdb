"""What a pass keeps for the history: all that is news, found without looking at the rest again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.asana.sandbox import Limits, Sandbox
from syncd import figures
from syncd.app import App
from syncd.config import load_config
from tests.cli.district import TOKEN, District
from tests.connectors.clock import ToldClock

Step = Callable[[District, ToldClock], object]
READING = "readings = [ { value = 55.5, on = 2026-01-31 } ]"
MORE = "readings = [ { value = 55.5, on = 2026-01-31 }, { value = 57.0, on = 2026-05-31 } ]"

NEWS: dict[str, Step] = {
    "a team ticks a task off": lambda its, _: _world(its).complete(_task(its, "Train every K-3 teacher")),
    "a team takes a tick back": lambda its, _: _world(its).complete(_task(its, "Train every K-3 teacher"), done=False),
    "a team adds work of its own": lambda its, _: _own_work(its),
    "a team deletes a task": lambda its, _: _world(its).delete(_task(its, "Choose the reading books")),
    "the office adds a reading": lambda its, _: its.change_plan((READING, MORE)),
    "the office moves a day": lambda its, _: its.change_plan(("due = 2027-01-15", "due = 2026-11-15")),
    "the office drops a goal": lambda its, _: its.write_plan(_plan(its).partition('[[goals]]\nid = "G2"')[0]),
    "a day comes by which work was due": lambda _, clock: clock.pass_(days=300),
}


@pytest.fixture
def clock() -> ToldClock:
    """Time that passes when it is told to, for us and for the tool."""
    return ToldClock()


@pytest.fixture
def district(tmp_path: Path, clock: ToldClock) -> Iterator[District]:
    """A district where what teams add counts."""
    with Sandbox(clock=clock, token=TOKEN, limits=Limits(per_minute=None)) as box:
        made = District(tmp_path, box)
        made.write_config(mapping='unplanned = "count"')
        yield made


@pytest.fixture
def app(district: District, clock: ToldClock) -> Iterator[App]:
    """A process that goes on and on, after its first passes."""
    with App(load_config(district.config), clock) as made:
        for _ in range(2):
            made_pass(made, clock)
        yield made


def test_all_that_is_news_is_kept(app: App, district: District, clock: ToldClock) -> None:
    """After each thing that happens, a process that knows nothing of earlier passes finds nothing to add."""
    before = history(app)
    for name, step in NEWS.items():
        step(district, clock)
        made_pass(app, clock)
        kept = history(app)
        assert kept[0] != before[0], name
        with App(load_config(district.config), clock) as another:
            another.record()
        assert history(app) == kept, name
        before = kept


def test_where_nothing_is_new(app: App, clock: ToldClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is rolled up, and nothing is kept but that the tool was looked at; the next day it is rolled up once."""
    made: list[date] = []
    build: Any = vars(figures)["build_scorecard"]

    def told(*given: Any, as_of: date, **more: Any) -> Any:
        made.append(as_of)
        return build(*given, as_of=as_of, **more)

    monkeypatch.setattr(figures, "build_scorecard", told)
    ends, first = history(app)
    for _ in range(3):
        made_pass(app, clock)
    assert (made, history(app)[0]) == ([], ends)
    assert first
    assert history(app)[1] == clock.now() > first
    clock.pass_(days=1)
    for _ in range(2):
        made_pass(app, clock)
    assert (made, history(app)[1]) == ([app.figures.today()], clock.now())


def test_what_another_process_has_kept(app: App, district: District, clock: ToldClock) -> None:
    """A history that goes on by another hand is held against what is known here, and goes on from what is true."""
    ends, _ = history(app)
    with App(load_config(district.config), clock) as another, another.store.writing() as writer:
        writer.add_evidence("district", clock.now(), {"G1.A1.P1": None})
    made_pass(app, clock)
    assert history(app)[0] > ends
    with app.store.reading() as reader:
        assert "G1.A1.P1" in reader.evidence("district")


def made_pass(app: App, clock: ToldClock) -> None:
    """One pass, a minute after what was before."""
    clock.pass_(minutes=1)
    assert [report.message for report in app.sync()] == [""]


def history(app: App) -> tuple[tuple[int, int, int], datetime | None]:
    """What the history ends with, and when the tool was last looked at."""
    with app.store.reading() as reader:
        return reader.history_end("district"), reader.look("district", app.figures.today())


def _world(district: District) -> Any:
    return district.box.world


def _task(district: District, title: str) -> str:
    return district.task(title).gid


def _own_work(district: District) -> None:
    above = district.task("Adopt structured literacy")
    _world(district).add_task("Invite a reading coach", parent=above.gid)


def _plan(district: District) -> str:
    return (district.folder / "plan.toml").read_text(encoding="utf-8")
