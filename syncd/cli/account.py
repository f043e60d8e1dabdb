"""Who runs a command, as the log names people."""

from __future__ import annotations

import getpass


def account() -> str:
    """The name of the account that runs this; "" where it has none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
