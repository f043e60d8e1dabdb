"""The monday connector passes the suite of all connectors."""

from __future__ import annotations

from tests.connectors.suite import ConnectorSuite


class TestMonday(ConnectorSuite):
    """Against the local monday."""
