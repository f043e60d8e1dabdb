"""Run the sandbox by itself: `python -m connectors.monday.sandbox --port 8091 --state monday.json`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from connectors.monday.sandbox.limits import Limits
from connectors.monday.sandbox.server import Sandbox
from connectors.sandbox.program import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer until SIGINT or SIGTERM; 1 where the port is taken."""
    asked = _parser().parse_args(arguments)
    limits = Limits(per_minute=asked.per_minute, daily=asked.daily)
    box = Sandbox(state=asked.state, port=asked.port, token=asked.token, limits=limits)
    return serve(box, asked.port, _said)


def _said(box: Sandbox) -> dict[str, str]:
    return {"API": box.base_url, "Boards": f"{box.root}/", "Token": box.token}


def _parser() -> argparse.ArgumentParser:
    usual = Limits()
    parser = argparse.ArgumentParser(prog="python -m connectors.monday.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8091, help="port on 127.0.0.1; 0 takes a free one (default 8091)")
    parser.add_argument("--state", metavar="FILE", help="keep everything in this file across restarts")
    parser.add_argument("--token", help="the token to accept (default: a new one, or the one in the state file)")
    parser.add_argument("--per-minute", type=int, metavar="N", default=usual.per_minute, help="requests a minute")
    parser.add_argument("--daily", type=int, metavar="N", default=usual.daily, help="calls a day")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
