"""What is measured of a large district in a process of its own: `pages` serves its scorecard, `publish` writes it."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Audience
from syncd.publishing.folder import Folder
from syncd.publishing.publish import publish_card
from syncd.publishing.withheld import Withheld
from syncd.service.server import serve
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from syncd.service.web import make_app


def pages(app: App) -> None:
    """Serve the scorecard at the address it says; each line read is the id of a project that its team ticks off."""
    watch = Watch(app)
    web = make_app(LiveSite(app, watch), admin_token=None, version=lambda: watch.passes)
    with serve(web, "127.0.0.1:0") as address:
        _say(address)
        for line in sys.stdin:
            _tick(app, line.strip())
            watch.passes += 1
            _say("ticked")


def _tick(app: App, project: str) -> None:
    """What a pass that found it keeps of it."""
    [route] = app.routes()
    with app.store.writing() as writer:
        state = writer.mapping_state(route.mapping)
        assert state is not None
        now, seen = datetime.now(UTC), writer.seen(state.connection, state.container)[f"T{project}"]
        done = replace(seen.task, completed=True, completed_at=now)
        writer.put_seen(state.connection, state.container, [replace(seen, task=done, at=now)])


def publish(app: App, out: Path) -> None:
    """Publish what is public; says the most megabytes that this takes beside the scorecard, and in all."""
    card = app.scorecard("district", audience=Audience.PUBLIC)
    gc.collect()
    before = _status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    publish_card("district", card, Folder(out), Withheld())
    _say(f"{_status('VmHWM') - before} {_status('VmHWM')}")


def _status(name: str) -> int:
    """Megabytes of this process: what it holds (VmRSS), or the most it held (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [found] = [line for line in lines if line.startswith(f"{name}:")]
    return int(found.split()[1]) // 1024


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with App(load_config(Path(sys.argv[2]))) as opened:
        if sys.argv[1] == "pages":
            pages(opened)
        else:
            publish(opened, Path(sys.argv[3]))
