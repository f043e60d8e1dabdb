"""What every connector does at the limits of its tool; for tools that have any."""

from __future__ import annotations

import pytest

from connectors.contract import Connector
from connectors.errors import Quota
from connectors.vocabulary import Container, Depth
from tests.connectors.bench import Bench
from tests.connectors.suite.base import Base, make


class Limited(Base):
    """Waited out, or reported."""

    def test_a_refused_request_waits_as_long_as_it_was_told(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """A limit that was hit is waited out, write or read, and nothing is done twice."""
        bench.throttle(40)
        began = bench.clock.monotonic()
        make(connector, container, "A1")
        assert bench.clock.monotonic() - began >= 40
        assert bench.titles() == ["Title of A1"]

    def test_a_long_pause_is_reported(self, bench: Bench, connector: Connector, container: Container) -> None:
        """A pause too long to be waited out comes back as Quota, and nothing is sent before it is over."""
        bench.throttle(3600)
        with pytest.raises(Quota) as told:
            connector.read(container, Depth.TOP)
        assert told.value.wait == pytest.approx(3600, abs=1)
        before = connector.requests()
        with pytest.raises(Quota):
            connector.look(container, ["1"], Depth.TOP)
        assert connector.requests() == before
        bench.clock.pass_(seconds=3601)
        assert connector.read(container, Depth.TOP).tasks == {}
