"""The monday.com connector, and a local monday to try it against."""

from connectors.clock import Clock
from connectors.contract import Connector, Settings
from connectors.monday.connector import Monday


def connect(settings: Settings, clock: Clock) -> Connector:
    """A connector for one monday.com connection; sends nothing yet."""
    return Monday(settings, clock)
