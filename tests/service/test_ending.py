"""How a process that is asked to stop comes to hear that."""

from __future__ import annotations

import subprocess
import sys

_DEAF = """
import signal, threading
from syncd.service.ending import beside

stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())

def work() -> int:
    threading.Event().wait(0.3)  # until the main thread waits
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    stop.wait()
    return 7

raise SystemExit(beside(work, stop))
"""


def test_a_signal_that_another_thread_got_is_heard() -> None:
    """The system may give it to any of them; Python heeds it in the main thread alone, once that does anything."""
    assert subprocess.run([sys.executable, "-c", _DEAF], check=False, timeout=30).returncode == 7
