"""The metrics as Prometheus reads them: names, kinds and labels as promised, and figures from where they arise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.asana.sandbox import Fault
from connectors.monday.sandbox import Sandbox as Monday
from syncd.app import App
from syncd.config import load_config
from syncd.service.watch import Watch
from tests.cli.district import TASKS, District
from tests.connectors.clock import ToldClock

PROMISED = {
    "syncd_build": ("gauge", {"version"}),
    "syncd_working": ("gauge", set()),
    "syncd_passes": ("counter", {"mapping", "outcome"}),
    "syncd_pass_seconds": ("histogram", {"mapping", "le"}),
    "syncd_changes": ("counter", {"mapping", "kind"}),
    "syncd_lag_seconds": ("gauge", {"mapping"}),
    "syncd_set_aside": ("gauge", {"mapping"}),
    "syncd_held": ("gauge", {"mapping"}),
    "syncd_left_out": ("gauge", set()),
    "syncd_webhook_age_seconds": ("gauge", {"connection"}),
    "syncd_notices": ("counter", {"notice", "outcome"}),
    "syncd_requests": ("counter", {"connection", "outcome"}),
    "syncd_errors": ("counter", {"connection", "kind"}),
    "syncd_quota_left": ("gauge", {"connection", "limit"}),
}


@pytest.fixture
def watch(district: District) -> Iterator[Watch]:
    """What is known after a first push to Asana, a pass that met a failing server, and one with monday refusing us."""
    with Monday(token="another-token") as other, closing(_app(district, other.base_url)) as app:
        app.open_store()
        watch = Watch(app)
        for report in app.sync():
            watch.ended(report)
        district.box.faults.append(Fault(match="/events", status=500, times=2))
        for report in app.sync(["academics"]):
            watch.ended(report)
        watch.metrics.heard("asana")
        watch.metrics.notified("office", arrived=True)
        yield watch


def _app(district: District, monday: str) -> App:
    district.write_config(
        more=f"""\
[connections.monday]
kind = "monday"
token = "a-wrong-token"
base_url = "{monday}"
daily_calls = 1000
[mappings.families]
plan = "district"
connection = "monday"
container = {{ name = "Strategic plan" }}
"""
    )
    return App(load_config(district.config), ToldClock())


def test_prometheus_reads_all_that_was_promised(watch: Watch) -> None:
    """Every family has its kind, a help text and its labels, and there is no other."""
    found = {family.name: family for family in text_string_to_metric_families(watch.metrics.text())}
    families = {name: family for name, family in found.items() if not name.endswith("_created")}
    told = {
        name: (family.type, {label for sample in family.samples for label in sample.labels})
        for name, family in families.items()
    }
    assert told == {
        **{name: each for name, each in PROMISED.items() if name != "syncd_build"},
        "syncd_build_info": PROMISED["syncd_build"],
    }
    assert all(family.documentation for family in families.values())


def test_figures_come_from_where_they_arise(watch: Watch) -> None:
    """Requests and errors from the connectors, changes and times from the passes, the quota from its day."""

    def value(name: str, **labels: str) -> float:
        [found] = [
            sample.value
            for family in text_string_to_metric_families(watch.metrics.text())
            for sample in family.samples
            if sample.name == name and sample.labels == labels
        ]
        return found

    assert value("syncd_changes_total", mapping="academics", kind="created") == TASKS
    assert value("syncd_pass_seconds_count", mapping="academics") == 2
    assert value("syncd_errors_total", connection="asana", kind="transient") == 2
    assert value("syncd_requests_total", connection="asana", outcome="failed") == 2
    assert value("syncd_requests_total", connection="asana", outcome="ok") > TASKS
    assert value("syncd_errors_total", connection="monday", kind="refused") == 1
    assert value("syncd_requests_total", connection="monday", outcome="refused") == 1
    assert value("syncd_requests_total", connection="monday", outcome="limited") == 0
    assert value("syncd_quota_left", connection="monday", limit="day") == 800 - 1
    assert value("syncd_passes_total", mapping="families", outcome="unreachable") == 1


def test_nothing_in_them_is_a_secret_or_a_name(watch: Watch, district: District) -> None:
    """Metrics are scraped, stored and shown elsewhere: they hold what is configured and no words of people."""
    text = watch.metrics.text()
    assert district.token not in text
    assert not any(word in text for word in ("ann@district.example", "Train every", "127.0.0.1"))
