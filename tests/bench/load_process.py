"""What is measured of many mappings in a process of its own: rounds of passes, each told as a line of JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from syncd import logs
from syncd.app import App
from syncd.config import load_config


class _Statements:
    """Counts what is asked of the store."""

    def __init__(self) -> None:
        self.made = 0
        event.listen(Engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self.made += 1


def rounds(folder: Path, which: list[str]) -> None:
    """A pass of the first mapping ("few"), of each after the other ("all"), or of all in one go ("together")."""
    logs.configure("error")
    statements = _Statements()
    with App(load_config(folder)) as app:
        for word in which:
            names = app.parts.mappings()[: 1 if word == "few" else None]
            groups = [names] if word == "together" else [[name] for name in names]
            began, cpu, before = time.perf_counter(), time.process_time(), statements.made
            requests = most = 0
            for group in groups:
                asked = statements.made
                for report in app.sync(group):
                    assert not report.message, report.message
                    requests += report.requests
                most = max(most, (statements.made - asked) // len(group))
            told = {
                "seconds": time.perf_counter() - began,
                "cpu": time.process_time() - cpu,
                "requests": requests,
                "statements": statements.made - before,
                "most_statements": most,
                "megabytes": _megabytes(),
            }
            sys.stdout.write(f"{json.dumps(told)}\n")
            sys.stdout.flush()


def _megabytes() -> float:
    gc.collect()
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [held] = [line for line in lines if line.startswith("VmRSS:")]
    return int(held.split()[1]) / 1024


if __name__ == "__main__":
    rounds(Path(sys.argv[1]), sys.argv[2:])
