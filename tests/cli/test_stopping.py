"""Asked to stop: it goes on to end in good order, whoever is left to hear of it."""

from __future__ import annotations

import os
import signal

import pytest

from syncd.cli import stopping


def test_nobody_reads_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal, or the program that took in the log, is gone: that ends nothing in the middle."""
    reading, writing = os.pipe()
    os.close(reading)
    monkeypatch.setattr(stopping, "_STDERR", writing)
    try:
        with stopping.stoppable("Stopping.") as asked:
            signal.raise_signal(signal.SIGTERM)
            assert asked.event.is_set()
        assert asked.code == 128 + signal.SIGTERM
    finally:
        os.close(writing)
