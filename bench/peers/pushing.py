"""Pushing: so many new tasks under a minute's budget, in real minutes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.peers.cast import Peer
from bench.peers.envs import Place
from bench.peers.running import Cost, Guest
from bench.peers.yard import titles, yard

DELAY = 0.05


@dataclass(frozen=True, slots=True)
class Pushing:
    """One push. `missing` and `twice` count titles on the board at its end."""

    peer: str
    tasks: int
    rate: int
    code: int
    requests: int
    refused: int
    seconds: float
    missing: int
    twice: int


def measure(cast: Sequence[tuple[Peer, Place]], tasks: int, rate: int) -> list[Pushing]:
    """All that push, each in a yard of its own and at the same time: what they do most is wait for the budget."""
    able = [(peer, place) for peer, place in cast if peer.writes]
    with ThreadPoolExecutor(len(able)) as pool:
        return list(pool.map(lambda who: _pushed(who[0], who[1], tasks, rate), able))


def _pushed(peer: Peer, place: Place, tasks: int, rate: int) -> Pushing:
    with yard(1, tasks, delay=DELAY, rate=rate) as here:
        guest = Guest(peer, place, here)
        guest.prepare()
        cost: Cost = guest.run("push")
        made = here.made()
        return Pushing(
            peer.name,
            tasks,
            rate,
            cost.code,
            cost.requests,
            cost.refused,
            cost.seconds,
            missing=sum(1 for title in titles(1, tasks) if title not in made),
            twice=sum(number - 1 for number in made.values()),
        )
