"""The Asana connector passes the suite of all connectors, on the paid and on the free plan."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.asana.bench import AsanaBench, running
from tests.connectors.suite import ConnectorSuite
from tests.contracts.openapi import Contract


@pytest.mark.parametrize("bench", ["premium", "basic"], indirect=True)
class TestAsana(ConnectorSuite):
    """Against the local Asana."""

    @pytest.fixture
    def bench(self, request: pytest.FixtureRequest, contract: Contract | None) -> Iterator[AsanaBench]:
        """A running Asana of this plan tier."""
        with running(request.param, contract) as bench:
            yield bench


def test_the_contract_is_at_hand() -> None:
    """Asana's contract is there to judge by: where it is not, this is skipped, and says how to get it judged."""
    assert Contract.load().check_request("GET", "/nonsense", {}, None) == ["no operation GET /nonsense"]
