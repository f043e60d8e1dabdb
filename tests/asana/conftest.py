"""Benches of both plan tiers, whose whole traffic is held against Asana's contract when a test ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.contract import Connector
from connectors.vocabulary import Container
from tests.asana.bench import AsanaBench, running
from tests.contracts.openapi import Contract


@pytest.fixture(scope="session")
def contract() -> Contract | None:
    """Asana's contract; None where its file is not at hand, which test_contract.py reports as skipped."""
    try:
        return Contract.load()
    except pytest.skip.Exception:
        return None


@pytest.fixture
def bench(contract: Contract | None) -> Iterator[AsanaBench]:
    """A running Asana of the paid tier."""
    with running("premium", contract) as bench:
        yield bench


@pytest.fixture
def free(contract: Contract | None) -> Iterator[AsanaBench]:
    """A running Asana of the free tier."""
    with running("basic", contract) as bench:
        yield bench


@pytest.fixture
def connector(bench: AsanaBench) -> Connector:
    """A fresh connector to the paid one."""
    return bench.connect()


@pytest.fixture
def container(bench: AsanaBench, connector: Connector) -> Container:
    """Its project, with a marker field."""
    return connector.open(bench.name, by_name=True, create=True)
