"""The Asana connector, and a local Asana to try it against."""

from connectors.asana.connector import Asana
from connectors.asana.transport import AUTHORITY
from connectors.clock import Clock
from connectors.contract import Connector, Settings
from connectors.guide import Guide

__all__ = ["AUTHORITY", "GUIDE", "connect"]

GUIDE = Guide(
    title="Asana",
    container="project",
    token=(
        "Sign in to Asana as the account that syncd is to use, best one that is there for syncd alone.",
        "Open https://app.asana.com/0/my-apps (or: your picture, Settings, Apps, View developer console).",
        "Create new token, give it a name such as “syncd”, and copy it: it is shown only once.",
    ),
    rights=(
        (
            "An ordinary member of the workspace is right. A guest may lack the right to make projects and fields; an "
            "administrator's token may do far more than is needed."
        ),
        "In each project that syncd is to write into, the account must be an editor.",
    ),
)


def connect(settings: Settings, clock: Clock) -> Connector:
    """A connector for one Asana connection; sends nothing yet."""
    return Asana(settings, clock)
