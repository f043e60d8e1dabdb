"""A configuration in force on a database: nothing has begun where it could not begin, and all of it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.service.generation import Generation
from syncd.service.lending import Lending
from syncd.service.watch import Watch
from syncd.service.webhooks import Inbox
from syncd.store.errors import StoreError
from tests.cluster.shared import Shared
from tests.service.daemons import PATIENCE, until


@contextmanager
def waiting(district: Shared) -> Iterator[Generation]:
    """One that has not begun; it comes to rest at the end."""
    with App(load_config(district.config)) as app, ExitStack() as stack:
        app.open_store()
        made = Generation(app, Watch(app), Audience.INTERNAL, Inbox(app.clock.monotonic))
        stack.callback(made.close, app_too=False)
        stack.callback(made.rested, PATIENCE)
        stack.callback(made.rest)
        yield made


@pytest.fixture
def generation(district: Shared) -> Iterator[Generation]:
    """One that has not begun; it comes to rest at the end."""
    with waiting(district) as made:
        yield made


def test_a_queue_that_is_away_when_it_begins(
    generation: Generation, district: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has not begun, plans are read by whoever asks, and the next try begins all of it."""

    def away() -> None:
        raise StoreError("the queue is away", "wait")

    queue = generation._queue
    assert queue is not None
    with monkeypatch.context() as patched:
        patched.setattr(queue, "open", away)
        for begin in (generation.begin, lambda: generation.lend(ticks=True)):
            with pytest.raises(StoreError):
                begin()
    assert not generation.works
    assert generation.rested()
    assert not generation.app.plans.by_clock
    generation.lend(ticks=True)
    generation.begin()
    until(lambda: generation.works and len(district.box.world.tasks) == 5)


def test_a_tick_that_cannot_be_put_when_hands_are_lent(
    generation: Generation, district: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is lost between its opening and the first tick: nothing has begun; the next try begins all."""
    queue = generation._queue
    assert queue is not None
    with monkeypatch.context() as patched:
        patched.setattr(queue, "put", lambda _job: queue._call(_lost()))
        with pytest.raises(StoreError):
            generation.lend(ticks=True)
    assert generation.rested()
    generation.lend(ticks=True)
    until(lambda: len(district.box.world.tasks) == 5)


def test_an_edit_while_nobody_leads(generation: Generation, district: Shared) -> None:
    """The plan was edited, and read for a page, before this daemon took over: one pass takes it in, an hour early."""
    generation.lend(ticks=True)
    until(lambda: _has_ended(generation.app))
    district.change_plan(("Train every K-3 teacher", "Train all teachers"))
    generation.app.plan("district")
    generation.begin()
    until(lambda: _is_taken_in(generation, district))


def test_an_edit_before_a_daemon_starts_while_nobody_leads(generation: Generation, district: Shared) -> None:
    """It never knew the plan from before, so no look of its own tells that edit: its first tick has it taken in."""
    generation.lend(ticks=True)
    until(lambda: _has_ended(generation.app))
    generation.rest()
    assert generation.rested(PATIENCE)
    district.change_plan(("Train every K-3 teacher", "Train all teachers"))
    with waiting(district) as late:
        late.app.routes()
        late.lend(ticks=True)
        late.begin()
        until(lambda: _is_taken_in(late, district))


def _is_taken_in(generation: Generation, district: Shared) -> bool:
    """Whether the edit is on the board; the daemon looks as often as this is asked."""
    generation.look()
    return any(task.name == "Train all teachers" for task in district.box.world.tasks.values())


def _has_ended(app: App) -> bool:
    """Whether a pass has."""
    with app.store.reading() as reader:
        return any(one.ended_at for one in reader.passes("academics"))


async def _lost() -> None:
    raise OSError("the connection was lost")


def test_one_part_that_breaks_down_over_its_end_holds_up_no_other(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others end as well, and the generation comes to rest."""
    end, told = Lending.end, threading.Event()

    def broken(lending: Lending) -> None:
        end(lending)
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(Lending, "end", broken)
    monkeypatch.setattr(threading, "excepthook", lambda _: told.set())
    generation.lend(ticks=True)
    generation.begin()
    work = generation._work
    assert work is not None
    generation.rest()
    assert generation.rested(PATIENCE)
    assert told.is_set()
    assert not work.passes.schedule.running
