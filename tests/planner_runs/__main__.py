"""`python -m tests.planner_runs [--runs N] [--seed S] [--workers W] [--without MECHANISM]`: as many runs as asked."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from itertools import islice

from tests.planner_runs.runs import Failed, tell
from tests.planner_runs.shrink import shrunk
from tests.planner_runs.without import MECHANISMS, without

_CHUNK = 500


def first_failure(seeds: range, mechanism: str | None = None) -> tuple[int, str] | None:
    """The first of the seeds whose run breaks a promise, with its shrunk story."""
    gc.set_threshold(100_000)  # runs leave nothing behind that goes in circles
    with without(mechanism) if mechanism else nullcontext():
        for seed in seeds:
            try:
                tell(seed)
            except Failed as failed:
                return seed, str(shrunk(failed))
    return None


def main(arguments: list[str] | None = None) -> int:
    """Live runs from a seed on; 1 with the seed, a short story and how to replay it for the first that fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.planner_runs", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--workers", type=int, default=1, help="processes (default: 1)")
    parser.add_argument("--without", choices=MECHANISMS, help="with one of the planner's safety rules switched off")
    options = parser.parse_args(arguments)
    begun, last = time.monotonic(), options.seed + options.runs
    chunks = [range(at, min(at + _CHUNK, last)) for at in range(options.seed, last, _CHUNK)]
    for done, found in _in_order(chunks, options.workers, options.without):
        rate = (done.stop - options.seed) / (time.monotonic() - begun)
        if found is not None:
            seed, story = found
            switch = f" --without {options.without!r}" if options.without else ""
            _say(f"\nseed {seed} broke a promise: {story}")
            _say(f"replay it with: python -m tests.planner_runs --runs 1 --seed {seed}{switch}")
            return 1
        sys.stderr.write(f"\r{done.stop - options.seed:,} of {options.runs:,} runs, {rate:,.0f} a second")
    _say(f"\nnothing broken in {options.runs:,} runs from seed {options.seed} on")
    return 0


def _in_order(
    chunks: list[range], workers: int, mechanism: str | None
) -> Iterator[tuple[range, tuple[int, str] | None]]:
    """The chunks of seeds with what failed first in each, in the order of the seeds."""
    if workers == 1:
        yield from ((chunk, first_failure(chunk, mechanism)) for chunk in chunks)
        return
    with ProcessPoolExecutor(workers) as pool:
        waiting = iter(chunks)
        under_way = [(chunk, pool.submit(first_failure, chunk, mechanism)) for chunk in islice(waiting, 2 * workers)]
        while under_way:
            chunk, answer = under_way.pop(0)
            yield chunk, answer.result()
            under_way += [(chunk, pool.submit(first_failure, chunk, mechanism)) for chunk in islice(waiting, 1)]


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
