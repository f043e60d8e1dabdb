"""tap-asana and the little that a Singer target does with what it says: `run_tap.py prepare|read FOLDER`."""

from __future__ import annotations

import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

import asana
import tap_asana

from elsewhere import redirect

APP = {"client_id": "1200000000000077", "client_secret": "sandbox-app"}  # of the local Asana's only app


def prepare(folder: Path) -> None:
    """Write its configuration, and the catalog with the one stream that is wanted."""
    config = {
        **APP,
        "start_date": "2010-01-01T00:00:00Z",
        "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
        "refresh_token": os.environ["PEERS_REFRESH"],
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    catalog = tap_asana.discover()
    for stream in catalog["streams"]:
        for about in stream["metadata"]:
            about["metadata"]["selected"] = stream["stream"] == "tasks"
    (folder / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")


def read(folder: Path) -> None:
    """Run the tap as from the command line; add what it says to what it said, and keep the last state that it told."""
    configuration = asana.Configuration()
    configuration.host = f"{os.environ['PEERS_ROOT']}/api/1.0"
    asana.Configuration.set_default(configuration)
    redirect()
    state = folder / "state.json"
    arguments = ["--config", str(folder / "config.json"), "--catalog", str(folder / "catalog.json")]
    sys.argv = ["tap-asana", *arguments, *(["--state", str(state)] if state.exists() else [])]
    said = folder / "said.jsonl"
    with said.open("w", encoding="utf-8") as file, redirect_stdout(file):
        try:
            tap_asana.main()
        finally:
            file.flush()
            _load(folder, said.read_text(encoding="utf-8").splitlines())


def _load(folder: Path, lines: list[str]) -> None:
    """Upsert the records by their key."""
    kept = folder / "picture.json"
    shown = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for line in lines:
        message = json.loads(line)
        if message["type"] == "RECORD":
            shown[message["record"]["name"]] = message["record"]["completed"]
        if message["type"] == "STATE":
            (folder / "state.json").write_text(json.dumps(message["value"]), encoding="utf-8")
    kept.write_text(json.dumps(shown), encoding="utf-8")


if __name__ == "__main__":
    deeds = {"prepare": prepare, "read": read, "full": read}
    deeds[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.flush()
    os._exit(0)  # the SDK's pool of threads has nothing left to do, and takes its time
