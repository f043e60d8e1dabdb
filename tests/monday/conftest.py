"""A bench whose whole traffic is held against monday's schema when a test ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import GraphQLSchema

from connectors.monday.connector import Monday
from connectors.monday.sandbox import graph
from connectors.vocabulary import Container
from tests.contracts.monday import contracts_if_any
from tests.monday.bench import MondayBench, running


@pytest.fixture(scope="session")
def schema() -> GraphQLSchema:
    """Monday's schema; the part of it that the local monday brings along where the whole is not at hand."""
    return graph.schema(contracts_if_any())


@pytest.fixture
def bench(schema: GraphQLSchema) -> Iterator[MondayBench]:
    """A running monday."""
    with running(schema) as bench:
        yield bench


@pytest.fixture
def connector(bench: MondayBench) -> Monday:
    """A fresh connector to it."""
    return bench.connect()


@pytest.fixture
def container(bench: MondayBench, connector: Monday) -> Container:
    """Its board, with all columns."""
    return connector.open(bench.name, by_name=True, create=True)
