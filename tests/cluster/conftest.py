"""A database of its own for each test, and queues in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from syncd.cluster.queue import PassQueue
from syncd.store.opening import understand
from tests.postgres import postgres_url


@pytest.fixture
def url() -> Iterator[str]:
    """The address of an empty database."""
    with postgres_url() as made:
        yield made


@pytest.fixture
def opened(url: str) -> Iterator[Callable[[], PassQueue]]:
    """Opens a queue as another process would; closes all at the end."""
    with ExitStack() as stack:

        def one() -> PassQueue:
            queue = PassQueue(understand(url))
            queue.open()
            stack.callback(queue.close)
            return queue

        yield one
