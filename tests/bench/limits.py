"""What a tool is asked for: nothing while it tells of itself, and nearly all that it allows while there is work."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import structlog

from connectors.asana.sandbox import Limits
from connectors.vocabulary import Depth
from tests.asana.bench import running
from tests.bench.rows import Row
from tests.connectors.clock import ToldClock
from tests.service.hooked import hooked
from tests.service.test_hookup import Office

ALLOWED: Final = 150
"""Requests a minute of an account on Asana's free plan."""
LEFT: Final = 0.2
"""The part of them that is left to a district's other scripts."""
SENT: Final = 400


def measure() -> list[Row]:
    """The rows."""
    return [_quiet(), *_busy()]


def _quiet() -> Row:
    """A turn of quiet passes over both tools, both of whose webhooks are healthy."""
    clock = ToldClock()
    with ExitStack() as open_:
        open_.enter_context(structlog.testing.capture_logs())
        folder = open_.enter_context(tempfile.TemporaryDirectory())
        office = Office(open_.enter_context(hooked(Path(folder), clock)), clock, open_)
        office.begin()
        office.begin_anew()
        asked = office.quiet()
    told = f"{asked[0]} requests to Asana, {asked[1]} to monday"
    return Row("quiet pass while webhooks are healthy", told, "0", holds=not any(asked))


def _busy() -> list[Row]:
    """Somebody who always has one more request, on a clock that is moved on, while other scripts use the same token."""
    with running("basic", None) as bench:
        bench.box.gate.limits = Limits(per_minute=ALLOWED)
        connector = bench.connect(requests_per_minute=None)
        container = connector.open(bench.container)
        began, before = bench.clock.monotonic(), connector.requests()
        for number in range(SENT):
            connector.look(container, ["1"], Depth.TOP)
            if number % 4 == 0:
                bench.box.gate.enter(bench.box.token, writing=False)
                bench.box.gate.leave(bench.box.token, writing=False)
        minutes = (bench.clock.monotonic() - began) / 60
        used = (connector.requests() - before) / minutes / (ALLOWED * (1 - LEFT))
        refused = sum(seen.status == 429 for seen in bench.box.requests)
    return [
        Row("steady work: the part of the allowed rate that is used", f"{used:.0%}", "90 %", used >= 0.9),
        Row(f"steady work: refused, of {SENT} requests", f"{refused}", "0", refused == 0),
    ]
