"""The rules for Prometheus ask for figures that there are."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import yaml
from prometheus_client.parser import text_string_to_metric_families

from syncd.service.metrics import Metrics
from tests.deploy.conftest import ROOT

NAME = re.compile(r"\bsyncd_\w+")


def test_figures_that_there_are() -> None:
    """Every figure in a rule is one of the daemon's, and every rule says what to do."""
    metrics = Metrics(lambda: datetime.now(UTC), dict, lambda: True)
    told = {family.name for family in text_string_to_metric_families(metrics.text())}
    [group] = yaml.safe_load((ROOT / "deploy/alerts.yml").read_text())["groups"]
    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"]) > 5
    for rule in group["rules"]:
        assert {name.removesuffix("_total") for name in NAME.findall(rule["expr"])} <= told
        assert re.search(r"See|status|left", rule["annotations"]["summary"])
