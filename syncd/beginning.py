"""Tells where syncd would begin with an empty store that nothing names: what named the one before may be lost."""

from __future__ import annotations

from typing import Final

import structlog

from syncd.config import Config
from syncd.config_files import NAME
from syncd.store.opening import understand

REMEDY: Final = (
    f"If there was a store before, stop syncd and put back the {NAME} that named it; if this is the first start, "
    "nothing need be done."
)
_log = structlog.get_logger(__name__)


def begun(config: Config) -> str:
    """What is so where a store would be made that nothing names; "" where one is named or there already.

    A folder may do without the file that names the store, so nothing else tells that this one was lost; a single file
    that is lost is missed.
    """
    path = understand(config.store.url).path
    if not config.is_folder or config.names_store or path is None or path.exists():
        return ""
    return f"no file in {config.place} names the store ([store] url), and there is none at {path} yet"


def tell(config: Config) -> None:
    """Say so in the log, where it is; to be called before the store is made."""
    if words := begun(config):
        _log.warning("new_store", message=f"{words}: syncd begins with an empty one. {REMEDY}")
