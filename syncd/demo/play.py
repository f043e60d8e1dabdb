"""Plays the demo: sets the stage, lets a team work while one watches, and stays up until it is told to stop."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from syncd.demo.stage import PARTS, Stage, StoryClock, staged
from syncd.demo.story import in_turn, moved, open_projects, touched
from syncd.demo.towns import TOWNS, Town
from syncd.plan.model import Audience
from syncd.scorecard.page import render_page
from syncd.scorecard.text import as_text, work_words
from syncd.scorecard.words import count
from syncd.service.daemon import run

PATIENCE: Final = 15.0
"""Seconds within which the daemon must have taken in what a team did."""
_SCRIBBLE: Final = "reading stuff!!"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Beat:
    """One step of the story: what a team does, in words and in deed, and what one sees afterwards beside figures."""

    words: str
    act: Callable[[], object]
    seen: Callable[[], str] | None = None


def play_once(tool: str, out: Path, say: Say, clock: StoryClock | None = None) -> None:
    """Play the story without staying: what moves of the scorecard as text, before and after, the page in `out`."""
    say(_opening(tool))
    with _staged(clock or StoryClock(), tool) as stage:
        _begin(stage, say)
        before = stage.card()
        _tell(stage, say, stage.sync, threading.Event())
        after = stage.card()
        for title, card, other in (("before", before, after), ("after", after, before)):
            say(f"\nThe scorecard {title}\n\n{as_text(touched(card, other))}")
        out.mkdir(parents=True, exist_ok=True)
        page = out / "scorecard.html"
        page.write_text(render_page(after), encoding="utf-8")
        say(f"That was what moved. The whole scorecard is a page: {page}")


def play_on(tool: str, say: Say, stop: threading.Event, *, pause: float = 4.0) -> None:
    """Play the story with the daemon running, and stay up until `stop` is set."""
    say(_opening(tool))
    with _staged(StoryClock(), tool) as stage:
        _begin(stage, say)
        if stop.is_set():
            return
        with _running(stage, stop) as address:
            pages = _pages(stage, address)
            width = max(map(len, pages))
            say("".join(f"\n  {name:{width}}   {page}" for name, page in pages.items()) + "\n")
            if not stop.is_set():
                _show(*pages.values())
            _tell(stage, say, lambda: _taken_in(stage, stop), stop, pause)
            if not stop.is_set():
                say("\nNow you: tick a task on a board; the scorecard shows it within seconds. Ctrl-C ends the demo.")
                _follow(stage, say, stop)


def _pages(stage: Stage, scorecard: str) -> dict[str, str]:
    """What there is to look at, by its name."""
    boards = {f"The board in {town.title}": town.box.board_url for town in stage.towns.values()}
    return {**boards, "The scorecard": scorecard}


def _opening(tool: str) -> str:
    tools = " and a local ".join(TOWNS[part.kind].title for part in PARTS[tool])
    return f"Starting a local {tools}, and reading a district's plan …"


@contextmanager
def _staged(clock: StoryClock, tool: str) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="syncd-demo-") as folder, staged(Path(folder), clock, tool) as stage:
        yield stage


def _begin(stage: Stage, say: Say) -> None:
    plan = stage.app.plan("district")
    say(f"“{plan.title}” of {plan.organization}, a district that does not exist, becomes tasks …")
    stage.push()
    say(f"{count(len(stage.links), 'task')} made. Now the teams catch up on their work until today …")
    stage.live_through()
    card = stage.card()
    say(f"{work_words(card.work)} {card.spread.sentence}.")


def _tell(stage: Stage, say: Say, take_in: Callable[[], bool], stop: threading.Event, pause: float = 0.0) -> None:
    """Play every beat until `stop` is set: the team acts, syncd takes it in, and what moved is said."""
    for beat in _beats(stage):
        if stop.wait(pause):
            return
        before = stage.card()
        say(f"\n▸ {beat.words}")
        beat.act()
        taken_in = take_in()
        if stop.is_set():
            return
        if not taken_in:
            say("    This takes longer than usual; the scorecard shows it later.")
            continue
        for line in list(moved(before, stage.card())) or ["No figure moves."]:
            say(f"    {line}")
        if beat.seen:
            say(f"    {beat.seen()}")


def _follow(stage: Stage, say: Say, stop: threading.Event, every: float = 1.0) -> None:
    """Until `stop` is set, say in one line what has moved of the scorecard since it was last looked at."""
    before = stage.card()
    while not stop.wait(every):
        now = stage.card()
        if lines := list(moved(before, now)):
            say(f"  ▸ {' · '.join(lines)}")
        before = now


def _beats(stage: Stage) -> Iterator[Beat]:
    for item in _open(stage)[:2]:
        town, task, title = _work(stage, item)
        yield Beat(f"A team ticks off “{title}” in {town.title}.", partial(town.complete, task))
    renamed, extended, *_ = [*_open(stage), *stage.links]
    town, task, title = _work(stage, renamed)
    words = f"Someone renames “{title}” in {town.title} to “{_SCRIBBLE}”. The plan owns titles, so syncd puts it back."
    yield Beat(words, partial(town.rename, task, _SCRIBBLE), partial(_as_named, town, task))
    town, task, title = _work(stage, extended)
    words = f"A team adds two steps of its own below “{title}” in {town.title}."
    yield Beat(
        f"{words} They are the team's: syncd leaves them alone.",
        partial(_add_steps, town, task),
        partial(_with_steps, town, task),
    )


def _open(stage: Stage) -> list[str]:
    """Projects that are open, in each tool in turn."""
    return in_turn(open_projects(stage.app.plan("district"), stage.card()), lambda item: stage.links[item][0].title)


def _work(stage: Stage, item: str) -> tuple[Town, str, str]:
    """The task of an item, where it is, and what the plan calls it."""
    return *stage.links[item], stage.app.plan("district").items[item].item.title


def _add_steps(town: Town, task: str) -> None:
    for step in ("Ask three schools", "Write it up"):
        town.add_step(task, step)


def _as_named(town: Town, task: str) -> str:
    return f"On the board it is called “{town.name(task)}”."


def _with_steps(town: Town, task: str) -> str:
    return f"On the board it has {count(town.steps(task), 'step')}; it counts as done when it is ticked off itself."


@contextmanager
def _running(stage: Stage, stop: threading.Event) -> Iterator[str]:
    """The daemon on a thread of its own; gives the scorecard's address."""
    address: Future[str] = Future()

    def daemon() -> None:
        try:
            run(stage.app, stop=stop, front=Audience.INTERNAL, listening=address.set_result)
        except Exception as error:
            if address.done():
                raise
            address.set_exception(error)

    thread = threading.Thread(target=daemon, name="daemon")
    thread.start()
    try:
        yield address.result()
    finally:
        stop.set()
        thread.join()


def _taken_in(stage: Stage, stop: threading.Event) -> bool:
    """Wait until passes have ended that looked at every board after now; False if that takes too long."""
    began, until = stage.app.clock.now(), stage.app.clock.monotonic() + PATIENCE
    while not stop.wait(0.2) and stage.app.clock.monotonic() < until:
        if stage.taken_in(began):
            return True
    return False


def _show(*addresses: str) -> None:
    """Open the addresses in a browser where a person sits before one."""
    display = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.stdout.isatty() and display:
        for address in addresses:
            webbrowser.open(address)
