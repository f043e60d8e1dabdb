"""A stateful local Asana over HTTP, good enough to fool Asana's own SDK; for tests and the demo only."""

from connectors.asana.sandbox.faults import Fault
from connectors.asana.sandbox.limits import Limits
from connectors.asana.sandbox.server import Sandbox
from connectors.asana.sandbox.world import World
from connectors.sandbox.exchange import Recorded
from connectors.sandbox.faults import Faults

__all__ = ["Fault", "Faults", "Limits", "Recorded", "Sandbox", "World"]
