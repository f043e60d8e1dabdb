"""Faults amid the first push of many mappings: `python -m tests.bench.faults --mappings 200 --minutes 60`.

Half of the mappings are in a tool that answers nothing but 503, one token is revoked, one plan is huge. While two
daemons and two workers push all of them, a worker and the daemon that leads are killed, all sessions of PostgreSQL are
ended, and the server is started anew. Nothing is hurried: every pause is the one that is in force. Beside it stands the
same push of those who have no trouble of their own, with nobody else there and nothing going wrong.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from connectors.asana.sandbox import Fault, Sandbox
from tests.bench.rows import Row
from tests.cluster.many import WIDE, Many, errors, member
from tests.cluster.shared import Process, started
from tests.postgres import postgres_url, server

PROCESSES: Final = {"daemon": "run", "other": "run", "first": "worker", "second": "worker"}
PROGRAM: Final = "import sys; from syncd.cli import main; sys.exit(main())"
EVERY: Final = "1m"
MINUTE: Final = 60.0
LATENCY: Final = 0.1
RATE: Final = 1500
"""Requests a minute of the huge plan's account, as Asana allows them."""
PATIENCE: Final = 1800.0


@dataclass(slots=True)
class Push:
    """A push that is watched: when the first task of each district was there, when its last one was."""

    many: Many
    waited: frozenset[str]
    began: float = field(default_factory=time.monotonic)
    moved: dict[str, float] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)
    held_up: dict[str, float] = field(default_factory=dict)
    """By fault, the longest that a district which was under way had to wait for its next task."""
    _struck: dict[str, dict[str, float]] = field(default_factory=dict)
    _tasks: dict[str, int] = field(default_factory=dict)

    def look(self) -> None:
        """See how far everybody is."""
        now, boards = time.monotonic(), self.many.boards()
        for each in self.many.members:
            name, tasks = each.name, boards[each.name].total()
            if tasks > self._tasks.get(name, 0):
                self._tasks[name], self.moved[name] = tasks, now
                for fault, waiting in self._struck.items():
                    if name in waiting:
                        self.held_up[fault] = max(self.held_up.get(fault, 0), now - waiting.pop(name))
            if name not in self.ended and boards[name] == each.wanted:
                self.ended[name] = now

    def strikes(self, fault: str, deed: Callable[[], object]) -> None:
        """Let something go wrong."""
        deed()
        now = time.monotonic()
        under_way = [name for name in self.waited if name in self.moved and name not in self.ended]
        self._struck[fault] = dict.fromkeys(under_way, now)

    def until(self, happened: Callable[[], object]) -> None:
        """Watch until something has happened. Raises AssertionError where it does not."""
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < deadline, self.many.unfinished()
            threading.Event().wait(0.5)
            self.look()

    def has_made(self, tasks: float) -> bool:
        """Whether the districts whose push is waited for have more than so many tasks."""
        return sum(number for name, number in self._tasks.items() if name in self.waited) > tasks

    @property
    def seconds(self) -> float:
        """From the first task to the last of those that are waited for."""
        return max(self.ended[name] for name in self.waited) - self.began


def measure() -> list[Row]:
    """A tenth of it, which takes some minutes."""
    return rows(mappings=20, items=20, large=2000, minutes=2)


def rows(mappings: int, items: int, large: int, minutes: float) -> list[Row]:
    """What comes out for so many mappings of so many items, a plan of `large` ones, and so many minutes of 503."""
    calm, _ = _push(mappings, items, 0, 0)
    told = f"{mappings} mappings × {items} items, two daemons, two workers"
    struck, after = _push(mappings, items, large, minutes)
    later = struck.seconds - calm.seconds
    limit = 4 * MINUTE
    found = [
        Row(f"{told}: half of them pushed, alone and undisturbed", f"{calm.seconds:.0f} s", "-", holds=True),
        Row(f"{told}: the same half amid everything", f"{struck.seconds:.0f} s", "60 s more a fault", later <= limit),
    ]
    for fault, seconds in struck.held_up.items():
        what = f"{told}: the longest that a mapping under way waited after {fault}"
        found.append(Row(what, f"{seconds:.0f} s", "60 s", seconds <= MINUTE))
    return [*found, *after]


def _push(mappings: int, items: int, large: int, minutes: float) -> tuple[Push, list[Row]]:
    """A push, and what is to be said of what came after it; without `large` and `minutes` nothing goes wrong."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = stack.enter_context(postgres_url())
        well, ill = (stack.enter_context(Sandbox(limits=WIDE, latency=LATENCY)) for _ in range(2))
        names = {f"well{number}": well for number in range(mappings // 2)}
        if large:
            names |= {f"ill{number}": ill for number in range(mappings - mappings // 2)} | {"refused": well}
        members = [member(name, box, items) for name, box in names.items()]
        if large:
            well.world.revoke(members[-1].token)
            members.append(member("huge", well, large, rate=RATE))
            ill.faults.append(Fault("", times=1_000_000_000, status=503, body="html"))
        many = Many(folder, url, members)
        many.write(EVERY)
        each = {name: stack.enter_context(started(many, how, name, PROGRAM)) for name, how in PROCESSES.items()}
        push = Push(many, frozenset(name for name in names if name.startswith("well")))
        push.until(partial(push.has_made, 0))
        push.began = time.monotonic()
        if large:
            _disturb(push, each)
        push.until(lambda: push.waited <= push.ended.keys())
        return push, _afterwards(push, ill, minutes) if large else []


def _disturb(push: Push, each: dict[str, Process]) -> None:
    """A fault after each fifth of the tasks."""
    whole = sum(member.items for member in push.many.members if member.name in push.waited)
    leading = next(name for name in ("daemon", "other") if each[name].said("working"))
    faults: dict[str, Callable[[], object]] = {
        "kill -9 of a worker": each.pop("first").kill,
        "kill -9 of the daemon that leads": each.pop(leading).kill,
        "all sessions of PostgreSQL were ended": lambda: server().cut_off(push.many.database),
        "a restart of PostgreSQL": server().restart,
    }
    for number, (fault, deed) in enumerate(faults.items(), 1):
        push.until(partial(push.has_made, whole * number / 5))
        push.strikes(fault, deed)


def _afterwards(push: Push, ill: Sandbox, minutes: float) -> list[Row]:
    """How those fare whose tool is well while the other one is not; and how that ends."""
    many, began = push.many, push.began
    quiet = _gaps(push, began + minutes * MINUTE)
    ill.faults.clear()
    mended = time.monotonic()
    sick = {member.name for member in many.members if member.name.startswith("ill")}
    push.until(lambda: sick <= push.ended.keys())
    recovered = max(push.ended[name] for name in sick) - mended
    boards, logged = many.boards(), many.logged()
    twice = sum(number - 1 for board in boards.values() for number in board.values() if number > 1)
    whole = all(logged[member.name] == member.items for member in many.members if member.name in push.ended)
    said = [line for name in PROCESSES for line in errors(many.folder / f"{name}.log")]
    huge = boards["huge"].total()
    return [
        Row(
            "amid 503 elsewhere: longest pause between two looks at a mapping", f"{quiet:.0f} s", "120 s", quiet <= 120
        ),
        Row(f"after {minutes:g} minutes of 503: pushed as well", f"{recovered:.0f} s", "-", holds=True),
        Row("tasks of the huge plan by then", f"{huge}", "-", holds=True),
        Row("tasks that are there twice; each create stands in the log once", f"{twice}", "0", not twice and whole),
        Row("lines of errors in the logs of the four", f"{len(said)}", "0", not said),
    ]


def _gaps(push: Push, until: float) -> float:
    """The longest that any mapping whose tool is well waited for its next look, up to that time."""
    looked: dict[str, float] = dict.fromkeys(push.waited, time.monotonic())
    longest, seen = 0.0, 0
    box = next(member.box for member in push.many.members if member.name in push.waited)
    by_token = {member.token: member.name for member in push.many.members}
    while time.monotonic() < until:
        threading.Event().wait(1)
        push.look()
        for request in box.requests[seen:]:
            name = by_token.get(request.headers.get("authorization", "").removeprefix("Bearer "))
            if name in looked:
                longest = max(longest, request.started - looked[name])
                looked[name] = max(looked[name], request.started)
            seen += 1
    return max([longest, *(time.monotonic() - at for at in looked.values())])


def _arguments() -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.faults", description=__doc__)
    parser.add_argument("--mappings", type=int, default=200)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--large", type=int, default=50_000, help="items of the huge plan")
    parser.add_argument("--minutes", type=float, default=10, help="of 503")
    return vars(parser.parse_args())


if __name__ == "__main__":
    from tests.bench.__main__ import table

    sys.stdout.write(f"{table(rows(**_arguments()))}\n")
