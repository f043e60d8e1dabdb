"""The part of `syncd check --online` that says whether a day's requests are enough for how often is looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from connectors.vocabulary import Budget
from syncd.cli.findings import Finding

_DAY: Final = timedelta(days=1)


def quotas(where: str, budget: Budget | None, share_left: float, every: Sequence[timedelta]) -> Iterator[Finding]:
    """Whether quiet passes at these intervals alone, one request each at least, take more than a day has.

    Mappings that are due at once share a request; so it is the shortest interval that counts.
    """
    if budget is None or not every:
        return
    allowed, needed = int(budget.limit * (1 - share_left)), int(_DAY / min(every))
    if needed > allowed:
        span = _minutes(min(every))
        words = f"to look every {span} takes {needed:,} requests a day, and {allowed:,} of {budget.limit:,} are allowed"
        enough = _DAY / allowed if allowed else _DAY
        longer = f'every = "{int(enough.total_seconds() // 60) + 1}m"'
        yield Finding(where, words, f"Write {longer} or more into the mappings; else syncd looks less often by itself.")


def _minutes(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds} s" if seconds % 60 else f"{seconds // 60} min"
