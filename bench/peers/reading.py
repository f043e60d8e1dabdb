"""Reading: everything for the first time, again with nothing changed, again with one task ticked off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.peers.cast import SDK, Peer
from bench.peers.envs import Place
from bench.peers.running import Cost, Guest, filled

PHASES: Final = ("first", "nothing changed", "one change")


@dataclass(frozen=True, slots=True)
class Reading:
    """One kind of reading by one that takes part: the medians of its runs.

    `ratio` is the median, over the rounds, of its seconds by those of the bare SDK in the same round. `right` says
    whether after its last run it knew everything that is on the boards, and each of its runs ended well.
    """

    peer: str
    containers: int
    each: int
    delay: float
    phase: str
    runs: int
    requests: float
    seconds: float
    cpu: float
    ratio: float
    right: bool


def measure(cast: Sequence[tuple[Peer, Place]], containers: int, each: int, delay: float, runs: int) -> list[Reading]:
    """Each of them in each round, one after the other, so that what the machine does beside strikes all alike."""
    found: dict[tuple[str, str], list[tuple[Cost, bool]]] = {}
    able = [(peer, place) for peer, place in cast if peer.most is None or containers * each <= peer.most]
    for _ in range(runs):
        for peer, place in able:
            for phase, cost, right in _trip(peer, place, containers, each, delay):
                found.setdefault((peer.name, phase), []).append((cost, right))
    return [
        _told((peer.name, containers, each, delay), phase, found[peer.name, phase], found[SDK.name, phase])
        for peer, _ in able
        for phase in PHASES
        if (peer.name, phase) in found
    ]


def _trip(peer: Peer, place: Place, containers: int, each: int, delay: float) -> list[tuple[str, Cost, bool]]:
    """The readings, each with whether at the end all that is on the boards is known."""
    with filled(containers, each, delay=delay) as here:
        guest = Guest(peer, place, here)
        guest.prepare()
        costs = []
        for phase in PHASES if peer.again else PHASES[:1]:
            if phase == "one change":
                here.box.world.complete(here.tasks()[0][0])
            costs.append((phase, guest.run("read")))
        right = guest.picture() == {title: done for _, title, done in here.tasks()}
        return [(phase, cost, right and cost.code == 0) for phase, cost in costs]


def _told(
    where: tuple[str, int, int, float], phase: str, own: list[tuple[Cost, bool]], bare: list[tuple[Cost, bool]]
) -> Reading:
    """The medians of one's runs, beside those of the bare SDK."""
    return Reading(
        *where,
        phase,
        runs=len(own),
        requests=median(cost.requests for cost, _ in own),
        seconds=median(cost.seconds for cost, _ in own),
        cpu=median(cost.cpu for cost, _ in own),
        ratio=median(mine.seconds / yours.seconds for (mine, _), (yours, _) in zip(own, bare, strict=True)),
        right=all(right for _, right in own),
    )
