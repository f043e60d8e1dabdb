"""Trouble: what is lost, doubled or wrongly closed when something goes wrong, and once it goes right again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from bench.peers.cast import Peer
from bench.peers.envs import Place
from bench.peers.running import KILLED, Cost, Guest, after, filled
from bench.peers.yard import Yard, titles, yard
from connectors.asana.sandbox import Fault

CONTAINERS: Final = 5
EACH: Final = 200
PUSHED: Final = 40
DELAY: Final = 0.1
_LISTING: Final = r"^GET (/tasks$|/projects/\d+/tasks$)"
_CREATE: Final = r"^POST /tasks$"
_RERUNS: Final = 3
_HIDDEN: Final = 50


@dataclass(frozen=True, slots=True)
class Trouble:
    """How one came through one kind of trouble, summed over its `runs`.

    `during` and `end` are the exit codes of the runs in trouble and of the last ones after it. Of readers, `lost`
    counts tasks that it does not know as they are at the end, `lost_during` right after the trouble; of writers, `lost`
    counts items without a task. `twice` counts tasks too many, `closed` tasks that it takes to be done, or closed,
    which nobody ticked off. `writes` counts requests that wrote in the last run.
    """

    peer: str
    kind: str
    runs: int
    during: str
    end: str
    lost_during: int
    lost: int
    twice: int
    closed: int
    writes: int
    requests: int


def measure(cast: Sequence[tuple[Peer, Place]], seeds: int) -> list[Trouble]:
    """Every kind of trouble, for all whom it can befall."""
    return [
        *(killed(peer, place, seeds) for peer, place in cast if peer.writes),
        *(lost_reply(peer, place, seeds) for peer, place in cast if peer.writes),
        *(again(peer, place) for peer, place in cast if peer.writes),
        *(read(peer, place, kind) for kind in READS for peer, place in cast if peer.again),
    ]


# Pushing


def killed(peer: Peer, place: Place, seeds: int) -> Trouble:
    """Killed at a random moment around a random create, then run again."""
    return _pushes(peer, place, "killed at a random create, then run again", seeds, _kill)


def lost_reply(peer: Peer, place: Place, seeds: int) -> Trouble:
    """The connection closes after a create took effect, before its answer."""
    return _pushes(peer, place, "the answer to a create is lost, then run again", seeds, _lose)


def again(peer: Peer, place: Place) -> Trouble:
    """A second push with nothing to do."""
    return _pushes(peer, place, "pushed again with nothing to do", 1, lambda guest, _: guest.run("push"))


def _kill(guest: Guest, chance: Random) -> Cost:
    number, moment = chance.randint(1, PUSHED), chance.random() * 1.5 * DELAY
    return guest.run(
        "push",
        lambda process: guest.yard.upon(_CREATE, number, lambda: after(moment, process.kill)),
    )


def _lose(guest: Guest, chance: Random) -> Cost:
    guest.yard.box.faults.append(Fault("POST /tasks", "lost_reply", skip=chance.randint(0, PUSHED - 1)))
    return guest.run("push")


def _pushes(peer: Peer, place: Place, kind: str, seeds: int, struck: Callable[[Guest, Random], Cost]) -> Trouble:
    outcomes = [_push(peer, place, Random(seed), struck) for seed in range(seeds)]
    return Trouble(
        peer.name,
        kind,
        seeds,
        codes([first.code for first, _, _ in outcomes]),
        codes([last.code for _, last, _ in outcomes]),
        lost_during=0,
        lost=sum(_missing(here, 1, PUSHED) for _, _, here in outcomes),
        twice=sum(sum(number - 1 for number in here.made().values()) for _, _, here in outcomes),
        closed=sum(sum(done for _, _, done in here.tasks()) for _, _, here in outcomes),
        writes=sum(last.writes for _, last, _ in outcomes),
        requests=sum(last.requests for _, last, _ in outcomes),
    )


def _push(peer: Peer, place: Place, chance: Random, struck: Callable[[Guest, Random], Cost]) -> tuple[Cost, Cost, Yard]:
    """The push in trouble, and the last of those after it: until one ends well, at most so many."""
    with yard(1, PUSHED, delay=DELAY) as here:
        guest = Guest(peer, place, here)
        guest.prepare()
        first = struck(guest, chance)
        for _ in range(_RERUNS):
            last = guest.run("push")
            if last.code == 0:
                break
        return first, last, here


def _missing(here: Yard, containers: int, each: int) -> int:
    made = here.made()
    return sum(1 for title in titles(containers, each) if title not in made)


# Reading


def _ticked(guest: Guest) -> Cost:
    """While the list is read: a task on a page that was read is ticked off, then one is changed that is yet to come."""
    here = guest.yard
    tasks = here.tasks()
    here.upon(_LISTING, 2, lambda: here.box.world.complete(tasks[0][0]))
    here.upon(_LISTING, 4, lambda: here.box.world.set(tasks[-1][0], assignee=None))
    return guest.run("read")


def _refused(guest: Guest) -> Cost:
    """One task in each container is ticked off; then the third container answers 403."""
    here = guest.yard
    guest.run("read")
    for number in range(CONTAINERS):
        here.box.world.complete(here.tasks()[number * EACH][0])
    here.box.faults.append(Fault(here.projects[2], status=403, message="Forbidden", times=1000))
    return guest.run("read")


def _cut(guest: Guest) -> Cost:
    """The first reading: a further page breaks off half-way, once."""
    guest.yard.box.faults.append(Fault("GET .*offset=", "truncated"))
    return guest.run("read")


def _short(guest: Guest) -> Cost:
    """After a first reading everything is read again, and each page lacks its newest tasks without saying so."""
    guest.run("read")
    guest.yard.box.faults.append(Fault("GET (/tasks|/projects/[0-9]+/tasks)", "stale", rows=_HIDDEN, times=1000))
    return guest.run("full")


READS: Final[dict[str, Callable[[Guest], Cost]]] = {
    "a task is ticked off while the list is read": _ticked,
    "one of 5 containers answers 403": _refused,
    "a page of the first reading breaks off": _cut,
    f"each page lacks {_HIDDEN} tasks without saying so": _short,
}


def read(peer: Peer, place: Place, kind: str) -> Trouble:
    """One reading in trouble, and one after it with nothing wrong."""
    with filled(CONTAINERS, EACH, delay=DELAY) as here:
        guest = Guest(peer, place, here)
        guest.prepare()
        first = READS[kind](guest)
        here.box.faults.clear()
        during = _unknown(guest)
        last = guest.run("read")
        lost, closed = _unknown(guest)
        return Trouble(
            peer.name,
            kind,
            1,
            codes([first.code]),
            codes([last.code]),
            lost_during=during[0],
            lost=lost,
            twice=0,
            closed=max(closed, during[1]),
            writes=first.writes + last.writes,
            requests=last.requests,
        )


def _unknown(guest: Guest) -> tuple[int, int]:
    """How many tasks it does not know as they are, and how many of these it wrongly takes to be done."""
    shown = guest.picture()
    there = {title: done for _, title, done in guest.yard.tasks()}
    lost = sum(shown.get(title) is not done for title, done in there.items())
    return lost, sum(done and not there.get(title, False) for title, done in shown.items())


def codes(found: Sequence[int]) -> str:
    """Exit codes, each once: "0", "killed", "0, 1"."""
    return ", ".join("killed" if code == KILLED else str(code) for code in sorted(set(found)))
