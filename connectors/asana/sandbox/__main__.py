"""Run the sandbox by itself: `python -m connectors.asana.sandbox --port 8090 --state asana.json`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from connectors.asana.sandbox.limits import Limits
from connectors.asana.sandbox.server import Sandbox


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer until SIGINT or SIGTERM; 1 where the port is taken."""
    asked = _parser().parse_args(arguments)
    limits = Limits.of(asked.tier)
    if asked.per_minute:
        limits = Limits(per_minute=asked.per_minute)
    box = Sandbox(asked.tier, state=asked.state, port=asked.port, token=asked.token, limits=limits)
    try:
        box.start()
    except OSError as error:
        text = f"The sandbox cannot listen on port {asked.port}: {error.strerror}. Choose another --port.\n"
        sys.stderr.write(text)
        return 1
    lines = {"API": box.base_url, "Boards": f"{box.root}/", "Token": box.token, "Workspace": box.workspace}
    sys.stdout.write("".join(f"{name:<10} {value}\n" for name, value in lines.items()))
    sys.stdout.flush()
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    done.wait()
    box.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m connectors.asana.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="port on 127.0.0.1; 0 takes a free one (default 8090)")
    parser.add_argument("--tier", choices=("premium", "basic"), default="premium", help="plan tier of the workspace")
    parser.add_argument("--state", metavar="FILE", help="keep everything in this file across restarts")
    parser.add_argument("--token", help="the token to accept (default: a new one, or the one in the state file)")
    parser.add_argument("--per-minute", type=int, metavar="N", help="requests a minute (default: as the tier has)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
