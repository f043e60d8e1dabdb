"""A stateful local monday.com over HTTP, executing GraphQL against monday's own schema; for tests and the demo only."""

from connectors.monday.sandbox.faults import Fault
from connectors.monday.sandbox.limits import Limits
from connectors.monday.sandbox.server import Sandbox
from connectors.monday.sandbox.world import World
from connectors.sandbox.exchange import Recorded
from connectors.sandbox.faults import Faults

__all__ = ["Fault", "Faults", "Limits", "Recorded", "Sandbox", "World"]
