"""Opens everything that a command works with, for as long as it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from syncd import logs
from syncd.app import App
from syncd.cli.options import asked
from syncd.config import load_config


@contextmanager
def opened(level: str = "warning") -> Iterator[App]:
    """The application for the configuration that was asked for, with the log from `level` on. Raises ConfigError."""
    logs.configure(asked().level or level)
    with App(load_config(asked().config)) as app:
        yield app
