"""How a process that is asked to stop comes to hear that."""

from __future__ import annotations

import subprocess
import sys

import pytest

_DEAF = """
import signal, sys, threading
from syncd.service.ending import beside

number, heard, stop = signal.Signals[sys.argv[1]], threading.Event(), threading.Event()
signal.signal(number, lambda *_: heard.set())

def work() -> int:
    threading.Event().wait(0.3)  # until the main thread waits
    signal.pthread_kill(threading.get_ident(), number)
    heard.wait()
    return 7

raise SystemExit(beside(work, stop))
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_that_another_thread_got_is_heard(name: str) -> None:
    """The system may give it to any of them; Python heeds it in the main thread alone, once that does anything."""
    assert subprocess.run([sys.executable, "-c", _DEAF, name], check=False, timeout=30).returncode == 7
