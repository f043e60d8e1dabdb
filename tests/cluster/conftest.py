"""A database of its own for each test, queues in it, and a district whose store it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from connectors.asana.sandbox import Limits, Sandbox
from syncd.cluster.queue import PassQueue
from syncd.store.opening import understand
from tests.cli.district import TOKEN
from tests.cluster.shared import Shared
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


@pytest.fixture
def district(tmp_path: Path, url: str) -> Iterator[Shared]:
    """A district that has not pushed anything yet."""
    with Sandbox(token=TOKEN, limits=Limits(per_minute=None)) as box:
        made = Shared(tmp_path, box)
        made.url = url
        made.write_config(mapping='every = "1h"')
        yield made
