"""The command line: one file a command, thin, each imported only when it is called."""

from __future__ import annotations

from syncd.cli.entry import main

__all__ = ["main"]
