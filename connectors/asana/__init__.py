"""The Asana connector, and a local Asana to try it against."""

from connectors.asana.connector import Asana
from connectors.asana.transport import AUTHORITY
from connectors.clock import Clock
from connectors.contract import Connector, Settings

__all__ = ["AUTHORITY", "connect"]


def connect(settings: Settings, clock: Clock) -> Connector:
    """A connector for one Asana connection; sends nothing yet."""
    return Asana(settings, clock)
