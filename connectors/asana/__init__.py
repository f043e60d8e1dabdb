"""The Asana connector, and a local Asana to try it against."""

from connectors.asana.connector import Asana
from connectors.clock import Clock
from connectors.contract import Connector, Settings


def connect(settings: Settings, clock: Clock) -> Connector:
    """A connector for one Asana connection; sends nothing yet."""
    return Asana(settings, clock)
