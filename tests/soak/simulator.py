"""One random history from a seed; if it fails, the shortest story that fails in the same way."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from tests.soak import containers, crossing, deciding, drawing, own, planning, spoiling, teams, trouble, undoing
from tests.soak.check import check
from tests.soak.district import District, district
from tests.soak.lost import Lost
from tests.soak.setting import Setting, setting
from tests.soak.story import Act, act, draw_act, draw_mood

ACTS = (containers, crossing, deciding, drawing, own, planning, spoiling, teams, trouble, undoing)
WHO = ("plan", "team", "tool", "machine")
_SILENT = structlog.wrap_logger(structlog.PrintLogger())


@dataclass(frozen=True)
class History:
    """A setting and what happened in it."""

    setting: Setting
    acts: tuple[Act, ...]


class Failed(Exception):
    """A history went wrong: its seed, what is wrong, and what had happened before."""

    def __init__(self, seed: int, wrong: BaseException, history: History) -> None:
        self.seed = seed
        self.wrong = wrong
        self.history = history
        super().__init__(f"seed {seed}: {type(wrong).__name__}: {wrong}")

    def __reduce__(self) -> tuple[type[Failed], tuple[int, BaseException, History]]:
        """As it goes from one process to another; of what is wrong, the words go along."""
        return Failed, (self.seed, self.wrong if isinstance(self.wrong, Lost) else Lost(repr(self.wrong)), self.history)

    def told(self) -> str:
        """The story, for people."""
        lines = [f"{number:3}. {one}" for number, one in enumerate(self.history.acts, 1)]
        return "\n".join([str(self), f"The rules: {self.history.setting}", *lines])


@act("look", 1)
def look(d: District) -> None:
    """Everything works again, and everything is looked at."""
    check(d)


def live_through(seed: int, folder: Path, *, often: Collection[str] = (), chapters: int = 2, acts: int = 9) -> History:
    """Live through one history: some chapters of some acts, each with a look at the end. Raises Failed.

    Acts that happen `often` do so far more than others.
    """
    chance = random.Random(seed)
    given = setting(chance)
    with district(folder, given) as made:
        made.hot, made.mood = chance.choice(made.reached()), draw_mood(chance, often)
        try:
            for _ in range(chance.randrange(1, chapters + 1)):
                for _ in range(chance.randrange(1, acts + 1)):
                    made.play(draw_act(made, chance, WHO))
                made.play(Act("look"))
        except Exception as wrong:
            raise Failed(seed, wrong, History(given, tuple(made.story))) from wrong
        return History(given, tuple(made.story))


def replay(history: History, folder: Path) -> Exception | None:
    """What goes wrong in a history, if anything does."""
    with district(folder, history.setting) as made:
        try:
            for one in history.acts:
                made.play(one)
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it is what the history fails with
            return wrong
    return None


def shrink(failed: Failed, folder: Path) -> Failed:
    """The same failure with as few acts as can be found."""
    history, wrong = failed.history, failed.wrong

    def fails(acts: Sequence[Act]) -> BaseException | None:
        found = replay(History(history.setting, tuple(acts)), folder)
        return found if found is not None and _kind(found) == _kind(failed.wrong) else None

    acts, size = list(history.acts), len(history.acts)
    while size:
        at = 0
        while at < len(acts):
            fewer = acts[:at] + acts[at + size :]
            found = fails(fewer)
            if found is not None:
                acts, wrong = fewer, found
            else:
                at += size
        size //= 2
    return Failed(failed.seed, wrong, History(history.setting, tuple(acts)))


def _kind(wrong: BaseException) -> tuple[type, str]:
    """Failures are of one kind if their words begin alike: ids and values may differ."""
    return type(wrong), "" if isinstance(wrong, Lost) else str(wrong)[:20]
