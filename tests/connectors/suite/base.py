"""What every part of the suite uses: a fresh connector, its container opened, and writes in one line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.contract import Connector
from connectors.vocabulary import Container, Create, Task, Update, Values, Write, Written
from tests.connectors.bench import Bench

DUE = date(2027, 6, 15)
START = date(2026, 9, 7)


def written(connector: Connector, write: Write) -> Task:
    """The task that a single write led to, which must succeed."""
    (answer,) = connector.write([write])
    if not isinstance(answer, Written):
        raise answer
    return answer.task


def make(connector: Connector, container: Container, item: str, **more: object) -> Task:
    """A new task for a plan item; `parent` and `group` beside its values."""
    parent, group = more.pop("parent", None), more.pop("group", None)
    values = Values({"title": f"Title of {item}", **more})
    create = Create(f"key {item}", container, f"syncd:p/{item}", values, group, parent)  # type: ignore[arg-type]
    return written(connector, create)


def change(connector: Connector, container: Container, task: str, **more: object) -> Task:
    """The task after an update; `parent`, `group` and `after` beside its values."""
    place: dict[str, Any] = {name: more.pop(name, None) for name in ("parent", "group", "after")}
    update = Update("key", container, task, Values(more), **place)
    return written(connector, update)


class Base:
    """The fixtures of the suite; a connector's tests add the `bench`."""

    @pytest.fixture
    def connector(self, bench: Bench) -> Connector:
        """A fresh connector."""
        return bench.connect()

    @pytest.fixture
    def container(self, bench: Bench, connector: Connector) -> Container:
        """The bench's container, opened, with its marker field where the tool has one."""
        return connector.open(bench.name, by_name=True, create=True)
