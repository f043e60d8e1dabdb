"""airbyte-source-asana, its stream overwritten at each run that is whole: `run_airbyte.py prepare|read FOLDER`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

STREAM = {"name": "tasks", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}


def prepare(folder: Path) -> None:
    """Write its configuration, and the catalog with the one stream that is wanted."""
    credentials = {"option_title": "PAT Credentials", "personal_access_token": os.environ["PEERS_TOKEN"]}
    (folder / "config.json").write_text(json.dumps({"credentials": credentials}), encoding="utf-8")
    wanted = {"stream": STREAM, "sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
    (folder / "catalog.json").write_text(json.dumps({"streams": [wanted]}), encoding="utf-8")


def read(folder: Path) -> None:
    """Run the source as Airbyte does."""
    from source_asana.run import run  # noqa: PLC0415

    from elsewhere import redirect  # noqa: PLC0415  to prepare it, none of it is needed

    redirect()
    sys.argv = ["source-asana", "read", "--config", str(folder / "config.json")]
    sys.argv += ["--catalog", str(folder / "catalog.json")]
    said = folder / "said.jsonl"
    with said.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())  # it writes past whatever is put in the place of sys.stdout
    try:
        run()
    finally:
        sys.stdout.flush()
        _load(folder, said.read_text(encoding="utf-8").splitlines())


def _load(folder: Path, lines: list[str]) -> None:
    """Overwrite what was there, if the source says that the stream is whole."""
    shown, whole = {}, False
    for line in lines:
        message = json.loads(line)
        if message["type"] == "RECORD":
            shown[message["record"]["data"]["name"]] = message["record"]["data"]["completed"]
        status = message.get("trace", {}).get("stream_status") or {}
        whole = whole or status.get("status") == "COMPLETE"
    if whole:
        (folder / "picture.json").write_text(json.dumps(shown), encoding="utf-8")


if __name__ == "__main__":
    {"prepare": prepare, "read": read, "full": read}[sys.argv[1]](Path(sys.argv[2]))
