"""`python -m tests.soak [--runs N | --minutes M]`: random histories, one after the other, until one of them fails.

`--seed S` begins with that seed (alone, it lives through that one history), `--without MECHANISM` switches off a
safety mechanism: then a failure is what should come. `--workers W` uses so many processes.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures._base import FIRST_COMPLETED
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path

import structlog

from tests.soak.simulator import Failed, live_through, shrink
from tests.soak.switches import SWITCHES, switched_off

_CHUNK = 25
_TELL_EVERY = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run histories; 0 if all of them held, 1 with the first that did not: its seed, its story, how to replay it."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, help="live through so many histories")
    parser.add_argument("--minutes", type=float, help="go on for so long (default: 5)")
    parser.add_argument("--seed", type=int, help="begin with this seed; alone, live through this one history")
    parser.add_argument("--without", choices=sorted(SWITCHES), help="switch this mechanism off")
    parser.add_argument("--workers", type=int, default=1, help="use so many processes (default: 1)")
    options = parser.parse_args(arguments)
    first = options.seed if options.seed is not None else int(time.time())
    runs = options.runs or (1 if options.seed is not None and options.minutes is None else None)
    minutes = None if runs else options.minutes or 5.0
    _say(f"histories from seed {first} on")
    return _soak(first, runs, minutes, options.workers, options.without or "")


def _soak(first: int, runs: int | None, minutes: float | None, workers: int, without: str) -> int:
    started = told = time.monotonic()
    held = 0
    for number, failed in _results(first, runs, minutes, workers, without):
        if failed is not None:
            _tell(failed, without)
            return 1
        held += number
        if time.monotonic() - told > _TELL_EVERY:
            told = time.monotonic()
            _say(f"{held} histories held, {held / (told - started):.1f} a second")
    _say(f"nothing lost, nothing doubled in {held} histories, {held / (time.monotonic() - started):.1f} a second")
    return 0


def _results(
    first: int, runs: int | None, minutes: float | None, workers: int, without: str
) -> Iterator[tuple[int, Failed | None]]:
    """How many more histories held, or the one that did not, as it becomes known."""
    until = time.monotonic() + minutes * 60 if minutes is not None else float("inf")
    chunks = _chunks(first, runs)
    if workers == 1:
        for chunk in chunks:
            yield some(chunk, without)
            if time.monotonic() >= until:
                return
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        under_way: set[Future[tuple[int, Failed | None]]] = set()
        for chunk in chunks:
            under_way.add(pool.submit(some, chunk, without))
            if len(under_way) >= 2 * workers:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                yield from (each.result() for each in done)
            if time.monotonic() >= until:
                break
        yield from (each.result() for each in under_way)


def _chunks(first: int, runs: int | None) -> Iterator[range]:
    at, end = first, first + runs if runs is not None else None
    while end is None or at < end:
        yield range(at, min(at + _CHUNK, end) if end is not None else at + _CHUNK)
        at += _CHUNK


def some(seeds: range, without: str) -> tuple[int, Failed | None]:
    """Live through some histories: how many held, and the first that did not, as short as it can be told."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="syncd-soak-") as name, switched_off(without) if without else nullcontext():
        often = SWITCHES[without].often if without else ()
        for number, seed in enumerate(seeds):
            try:
                live_through(seed, Path(name), often=often)
            except Failed as failed:
                return number, shrink(failed, Path(name))
    return len(seeds), None


def _tell(failed: Failed, without: str) -> None:
    option = f" --without {without!r}" if without else ""
    sys.stderr.write(f"{failed.told()}\nreplay it with: python -m tests.soak --seed {failed.seed}{option}\n")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
