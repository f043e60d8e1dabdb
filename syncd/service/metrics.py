"""The daemon's figures for Prometheus; their names begin with `syncd_`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from syncd.engine.tally import PassReport


class Metrics:
    """Counters and gauges, filled by the reports of passes; thread-safe. `now` gives aware instants."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._registry = CollectorRegistry()
        self._passes = Counter(
            "syncd_passes", "Passes that ended, by how.", ("mapping", "outcome"), registry=self._registry
        )
        self._requests = Counter(
            "syncd_requests", "Requests sent to the tool.", ("connection",), registry=self._registry
        )
        self._lag = Gauge(
            "syncd_lag_seconds", "Since the mapping last ended a pass well.", ("mapping",), registry=self._registry
        )
        self._aside = Gauge("syncd_set_aside", "Items set aside.", ("mapping",), registry=self._registry)
        self._held = Gauge("syncd_held", "Items that wait for a person.", ("mapping",), registry=self._registry)

    def begin(self, mapping: str, well: datetime, aside: int) -> None:
        """Expect passes of this mapping, which last ended one `well` then; `aside` of its items are set aside."""
        self._well(mapping, well)
        self._aside.labels(mapping).set(aside)

    def ended(self, connection: str, report: PassReport, *, well: bool, aside: int) -> None:
        """Take in how a pass ended."""
        self._passes.labels(report.mapping, report.outcome.value).inc()
        self._requests.labels(connection).inc(report.requests)
        self._aside.labels(report.mapping).set(aside)
        self._held.labels(report.mapping).set(report.counts["held"])
        if well:
            self._well(report.mapping, self._now())

    def failed(self, mapping: str) -> None:
        """Count a pass that left no report."""
        self._passes.labels(mapping, "failed").inc()

    def text(self) -> str:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry).decode()

    def _well(self, mapping: str, since: datetime) -> None:
        def lag() -> float:
            return (self._now() - since).total_seconds()

        self._lag.labels(mapping).set_function(lag)
