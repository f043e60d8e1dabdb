"""Run the sandbox by itself: `python -m connectors.asana.sandbox --port 8090 --state asana.json`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from connectors.asana.sandbox.limits import Limits
from connectors.asana.sandbox.server import Sandbox
from connectors.sandbox.program import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer until SIGINT or SIGTERM; 1 where the port is taken."""
    asked = _parser().parse_args(arguments)
    limits = Limits.of(asked.tier)
    if asked.per_minute:
        limits = Limits(per_minute=asked.per_minute)
    box = Sandbox(asked.tier, state=asked.state, port=asked.port, token=asked.token, limits=limits)
    box.world.ways.hooks_here = True  # whoever starts it by hand has but this machine to be told at
    return serve(box, asked.port, _said)


def _said(box: Sandbox) -> dict[str, str]:
    return {"API": box.base_url, "Boards": f"{box.root}/", "Token": box.token, "Workspace": box.workspace}


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
