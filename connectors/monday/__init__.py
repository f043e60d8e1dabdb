"""The monday.com connector, and a local monday to try it against."""

from connectors.clock import Clock
from connectors.contract import Connector, Settings
from connectors.guide import Guide
from connectors.monday.connector import Monday

GUIDE = Guide(
    title="monday.com",
    container="board",
    token=(
        "Sign in to monday.com as the account that syncd is to use, best one that is there for syncd alone.",
        "Click your picture, then Developers, then API token (in some accounts: Administration, Connections, API).",
        "Show and copy the token.",
    ),
    rights=(
        (
            "A member's seat is right: viewers and guests cannot write. An administrator's token may do far more than "
            "is needed."
        ),
        "On each board that syncd is to write to, the account must be a subscriber who may edit.",
    ),
    levels=2,
    columns=True,
)


def connect(settings: Settings, clock: Clock) -> Connector:
    """A connector for one monday.com connection; sends nothing yet."""
    return Monday(settings, clock)
