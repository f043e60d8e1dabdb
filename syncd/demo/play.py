"""Plays the demo: sets the stage, lets a team work while one watches, and stays up until it is told to stop."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from syncd.demo.stage import MAPPING, Stage, staged
from syncd.demo.story import moved, open_projects
from syncd.plan.model import Audience
from syncd.scorecard.page import render_page
from syncd.scorecard.text import as_text
from syncd.scorecard.view import Scorecard
from syncd.scorecard.words import count
from syncd.service.daemon import run

PATIENCE: Final = 15.0
"""Seconds within which the daemon must have taken in what a team did."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Beat:
    """One step of the story: what a team does, in words and in deed."""

    words: str
    act: Callable[[], object]


def play_once(out: Path, say: Say) -> None:
    """Play the story without staying: the scorecard before and after as text, the page as a file in `out`."""
    with tempfile.TemporaryDirectory(prefix="syncd-demo-") as folder, staged(Path(folder)) as stage:
        _begin(stage, say)
        before = stage.card()
        _tell(stage, say, stage.sync, lambda: None)
        after = stage.card()
        say("\nThe scorecard before\n")
        say(as_text(_touched(before, after, before)))
        say("\nThe scorecard after\n")
        say(as_text(_touched(before, after, after)))
        out.mkdir(parents=True, exist_ok=True)
        page = out / "scorecard.html"
        page.write_text(render_page(after), encoding="utf-8")
        say(f"The whole scorecard as a page: {page}")


def play_on(say: Say, stop: threading.Event, *, pause: float = 4.0) -> None:
    """Play the story with the daemon running, and stay up until `stop` is set."""
    with tempfile.TemporaryDirectory(prefix="syncd-demo-") as folder, staged(Path(folder)) as stage:
        _begin(stage, say)
        with _running(stage, stop) as address:
            say(f"\n  The team's board   {stage.box.board_url}\n  The scorecard      {address}\n")
            _show(stage.box.board_url, address)
            _tell(stage, say, lambda: _taken_in(stage, stop), lambda: stop.wait(pause))
            if not stop.is_set():
                say("\nNow you: tick a task on the board; the scorecard shows it within seconds. Ctrl-C ends the demo.")
            stop.wait()


def _begin(stage: Stage, say: Say) -> None:
    plan = stage.app.plan("district")
    say(f"“{plan.title}” of {plan.organization}, a district that does not exist, goes into a local Asana …")
    stage.push()
    with stage.app.store.reading() as reader:
        say(f"{count(len(reader.links(MAPPING)), 'task')} made. The teams have been at work since …")
    stage.live_through()
    card = stage.card()
    say(f"{card.work.done} of {card.work.total} projects are done. {card.spread.sentence}.")


def _tell(stage: Stage, say: Say, take_in: Callable[[], object], pause: Callable[[], object]) -> None:
    """Play every beat: the team acts, syncd takes it in, and what moved is said."""
    for beat in _beats(stage):
        pause()
        before = stage.card()
        say(f"\n▸ {beat.words}")
        beat.act()
        take_in()
        lines = list(moved(before, stage.card()))
        for line in lines or ["No figure moves."]:
            say(f"    {line}")


def _beats(stage: Stage) -> Iterator[Beat]:
    world, plan = stage.box.world, stage.app.plan("district")
    for item in open_projects(plan, stage.card())[:2]:
        words = f"A team ticks off “{plan.items[item].item.title}” on its board."
        yield Beat(words, partial(world.complete, stage.task(item)))
    renamed, extended, *_ = [*open_projects(plan, stage.card()), *stage.links]
    title = plan.items[renamed].item.title
    words = f"Someone renames “{title}”. The plan owns titles: it is put back, and the log keeps what was written."
    yield Beat(words, partial(world.rename, stage.task(renamed), "reading stuff!!"))
    title = plan.items[extended].item.title
    words = f"A team adds two steps of its own below “{title}”. They are the team's: syncd leaves them alone."
    yield Beat(words, partial(_add_steps, stage, stage.task(extended)))


def _add_steps(stage: Stage, task: str) -> None:
    for step in ("Ask three schools", "Write it up"):
        stage.box.world.add_task(step, parent=task)


def _touched(before: Scorecard, after: Scorecard, card: Scorecard) -> Scorecard:
    """The scorecard with only those goals that the story moved."""
    changed = {new.id for old, new in zip(before.goals, after.goals, strict=True) if old != new}
    return replace(card, goals=tuple(goal for goal in card.goals if goal.id in changed))


@contextmanager
def _running(stage: Stage, stop: threading.Event) -> Iterator[str]:
    """The daemon on a thread of its own; gives the scorecard's address."""
    address: list[str] = []
    ready = threading.Event()

    def listening(at: str) -> None:
        address.append(at)
        ready.set()

    def daemon() -> None:
        try:
            run(stage.app, stop=stop, front=Audience.INTERNAL, listening=listening)
        finally:
            ready.set()

    thread = threading.Thread(target=daemon, name="daemon")
    thread.start()
    try:
        ready.wait()
        if not address:
            raise RuntimeError("the daemon did not start")
        yield address[0]
    finally:
        stop.set()
        thread.join()


def _taken_in(stage: Stage, stop: threading.Event) -> None:
    """Wait until a pass that began after now has ended."""
    began, until = stage.app.clock.now(), stage.app.clock.monotonic() + PATIENCE
    while not stop.wait(0.1) and stage.app.clock.monotonic() < until:
        with stage.app.store.reading() as reader:
            last = reader.last_pass(MAPPING, ended=True)
        if last is not None and last.started_at > began:
            return


def _show(*addresses: str) -> None:
    """Open the addresses in a browser where a person sits before one."""
    if sys.stdout.isatty() and (sys.platform == "darwin" or os.environ.get("DISPLAY")):
        for address in addresses:
            webbrowser.open(address)
