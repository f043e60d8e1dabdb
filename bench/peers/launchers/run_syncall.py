"""syncall between Taskwarrior and Asana: `run_syncall.py prepare|read|push FOLDER`; $HOME is the folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import asana

from elsewhere import redirect


def prepare(folder: Path) -> None:
    """Give Taskwarrior its settings, and what is to be pushed."""
    (folder / ".taskrc").write_text(f"data.location={folder}/.task\nconfirmation=no\n", encoding="utf-8")
    (folder / ".task").mkdir(exist_ok=True)
    titles = folder / "titles.json"
    if titles.exists():
        tasks = [{"description": title, "status": "pending"} for title in json.loads(titles.read_text("utf-8"))]
        command = ["task", "rc.verbose=nothing", "import"]
        subprocess.run(command, input=json.dumps(tasks), text=True, check=True, capture_output=True)


def read(folder: Path) -> None:
    """What its Asana side does to know all tasks."""
    from syncall.asana.asana_side import AsanaSide  # noqa: PLC0415  it wants its folders to be there

    redirect()
    client = asana.Client.access_token(os.environ["PEERS_TOKEN"])
    side = AsanaSide(client=client, task_gid=None, workspace_gid=os.environ["PEERS_WORKSPACE"])
    shown = {task["name"]: task["completed"] for task in side.get_all_items()}
    (folder / "picture.json").write_text(json.dumps(shown), encoding="utf-8")


def push(folder: Path) -> None:
    """Its own command, both ways."""
    from syncall.scripts.tw_asana_sync import main  # noqa: PLC0415

    del folder
    redirect()
    os.environ["ASANA_PERSONAL_ACCESS_TOKEN"] = os.environ["PEERS_TOKEN"]
    main(["--asana-workspace-gid", os.environ["PEERS_WORKSPACE"], "--all"])


if __name__ == "__main__":
    deeds = {"prepare": prepare, "read": read, "full": read, "push": push}
    deeds[sys.argv[1]](Path(sys.argv[2]))
