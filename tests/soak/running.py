"""Lives through many histories, in this process or in several."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path

import structlog

from tests.soak.simulator import Failed, live_through, shrink
from tests.soak.switches import SWITCHES, switched_off

_CHUNK = 25


def results(
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
