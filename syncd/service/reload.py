"""Reads the configuration anew for a daemon that runs, and refuses what would have it leave its store unawares.

Another daemon may work on the store that is left, and on an empty one nobody would know what was done before.
"""

from __future__ import annotations

from collections.abc import Callable

from syncd.config import Config
from syncd.errors import ConfigError, Problem


def read_anew(load: Callable[[], Config], before: Config) -> Config:
    """The configuration as it stands now. Raises ConfigError, also where it cannot follow the one before."""
    config = load()
    if config.is_empty and not before.is_empty:
        what = "it holds nothing any more" if before.path.exists() else "it is gone"
        words = f"{what}, and with it which store is in use; put it back, or restart syncd to go on without it"
        raise ConfigError([Problem(str(before.path), words)])
    if config.store.url != before.store.url:
        words = "the store's address is another one now; put it back, or restart syncd to use the other store"
        raise ConfigError([config.problem(words, "store", "url")])
    return config
