"""Looks at one task, which must be there."""

from __future__ import annotations

from connectors.contract import Connector
from connectors.vocabulary import Container, Depth, Task


def look(connector: Connector, container: Container, task: str, depth: Depth = Depth.TOP) -> Task:
    """The task as it is now."""
    seen = connector.look(container, [task], depth)[task]
    assert isinstance(seen, Task)
    return seen
