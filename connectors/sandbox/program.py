"""What the programs that run a sandbox by itself have in common: say where it is, answer until told to stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from connectors.sandbox.server import LocalServer

S = TypeVar("S", bound=LocalServer[Any])


def serve(box: S, port: int, said: Callable[[S], Mapping[str, str]]) -> int:
    """Answer until SIGINT or SIGTERM; 1 where the port is taken."""
    try:
        box.start()
    except OSError as error:
        text = f"The sandbox cannot listen on port {port}: {error.strerror}. Choose another --port.\n"
        sys.stderr.write(text)
        return 1
    sys.stdout.write("".join(f"{name:<10} {value}\n" for name, value in said(box).items()))
    sys.stdout.flush()
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    done.wait()
    box.close()
    return 0
