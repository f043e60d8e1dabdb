"""The daemon's figures for Prometheus; their names begin with `syncd_`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.contract import Connector
from connectors.counting import OK
from syncd.engine.tally import PassReport

DEEDS: Final = ("created", "updated", "moved", "archived", "adopted", "written_back")
"""What a pass does; its other counts say what stands."""
_OUTCOMES: Final = {OK: "ok", "quota": "limited", "transient": "failed", "unknown_outcome": "failed"}
"""What came of a request, by how its connector calls it; whatever else that is, the tool refused it."""
_BUCKETS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
"""Seconds: a quiet pass takes less than one, a first push of a large plan minutes."""


class Metrics:
    """Counters and gauges, filled by the reports of passes and by what connectors count; thread-safe.

    `now` gives aware instants, `connectors` those that are at work, by connection; `working` tells whether this daemon
    makes passes.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        connectors: Callable[[], Mapping[str, Connector]],
        working: Callable[[], bool],
    ) -> None:
        self._now = now
        self._registry = registry = CollectorRegistry()
        registry.register(_Sent(connectors))
        Info("syncd_build", "The version that runs.", registry=registry).info({"version": version("syncd")})
        of, kind = ("mapping",), ("mapping", "kind")
        role = Gauge("syncd_working", "1 if this daemon makes passes, 0 if it stands by.", registry=registry)
        role.set_function(working)
        self._passes = Counter("syncd_passes", "Passes that ended.", ("mapping", "outcome"), registry=registry)
        self._seconds = Histogram(
            "syncd_pass_seconds", "How long passes took.", of, buckets=_BUCKETS, registry=registry
        )
        self._changes = Counter("syncd_changes", "Tasks that passes changed.", kind, registry=registry)
        self._lag = Gauge(
            "syncd_lag_seconds", "Since the mapping last ended a pass well, or needed none.", of, registry=registry
        )
        self._aside = Gauge("syncd_set_aside", "Items set aside.", of, registry=registry)
        self._held = Gauge("syncd_held", "Items that wait for a person.", of, registry=registry)
        self._left_out = Gauge(
            "syncd_left_out", "Files of the configuration that are left out for their mistakes.", registry=registry
        )
        self._heard = Gauge(
            "syncd_webhook_age_seconds", "Since a webhook last told something.", ("connection",), registry=registry
        )
        self._notices = Counter("syncd_notices", "Notices sent.", ("notice", "outcome"), registry=registry)

    def begin(self, mapping: str, lag: Callable[[], float], aside: int) -> None:
        """Expect passes of this mapping, whose `lag` is asked when it is told; `aside` of its items are set aside."""
        self._lag.labels(mapping).set_function(lag)
        self._aside.labels(mapping).set(aside)

    def forget(self, mapping: str) -> None:
        """Tell no more how this mapping stands."""
        for gauge in (self._lag, self._aside, self._held):
            gauge.remove(mapping)

    def left_out(self, files: Callable[[], int]) -> None:
        """Ask for how many files of the configuration are not in force, whenever that is told."""
        self._left_out.set_function(files)

    def ended(self, report: PassReport, *, aside: int) -> None:
        """Take in how a pass ended."""
        self._passes.labels(report.mapping, report.outcome.value).inc()
        self._seconds.labels(report.mapping).observe(report.seconds)
        for deed in DEEDS:
            self._changes.labels(report.mapping, deed).inc(report.counts[deed])
        self._aside.labels(report.mapping).set(aside)
        self._held.labels(report.mapping).set(report.counts["held"])

    def failed(self, mapping: str) -> None:
        """Count a pass that left no report."""
        self._passes.labels(mapping, "failed").inc()

    def heard(self, connection: str) -> None:
        """Note that a webhook of this connection told something just now."""
        moment = self._now()

        def age() -> float:
            return (self._now() - moment).total_seconds()

        self._heard.labels(connection).set_function(age)

    def notified(self, notice: str, *, arrived: bool) -> None:
        """Count a notice that was sent to this channel."""
        self._notices.labels(notice, "ok" if arrived else "failed").inc()

    def text(self) -> str:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry).decode()


class _Sent(Collector):
    """What the connectors count, as it is when somebody asks."""

    def __init__(self, connectors: Callable[[], Mapping[str, Connector]]) -> None:
        self._connectors = connectors

    def collect(self) -> Iterator[Metric]:
        """Requests by outcome, errors by kind, what is left of the day."""
        requests = CounterMetricFamily("syncd_requests", "Requests sent.", labels=("connection", "outcome"))
        errors = CounterMetricFamily("syncd_errors", "Requests that failed.", labels=("connection", "kind"))
        left = GaugeMetricFamily("syncd_quota_left", "Requests left for syncd.", labels=("connection", "limit"))
        for name, connector in self._connectors().items():
            ended = connector.outcomes()
            for outcome in ("ok", "refused", "limited", "failed"):
                number = sum(each for kind, each in ended.items() if _OUTCOMES.get(kind, "refused") == outcome)
                requests.add_metric((name, outcome), number)
            for kind, number in ended.items():
                if kind != OK:
                    errors.add_metric((name, kind), number)
            if budget := connector.budget():
                left.add_metric((name, "day"), budget.left)
        yield from (requests, errors, left)
