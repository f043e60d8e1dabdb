"""Progress bars on stderr, where it is a terminal and there is enough to do."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Final, Self

import click

_WORTH_IT: Final = 20
"""Fewer writes are done before anyone has read the bar."""


class Bars:
    """One bar at a time: `expect` begins it, `progress` moves it, `done` takes it away."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.done()

    def expect(self, mapping: str, writes: int) -> None:
        """So many writes are due in a mapping now."""
        self.done()
        if writes >= _WORTH_IT and sys.stderr.isatty():
            self._bar = click.progressbar(length=writes, label=mapping, file=sys.stderr, show_pos=True)
            self._bar.render_progress()

    def progress(self, done: int) -> None:
        """So many more of them are done."""
        if self._bar is not None:
            self._bar.update(done)

    def done(self) -> None:
        """Nothing more is due for now."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None
