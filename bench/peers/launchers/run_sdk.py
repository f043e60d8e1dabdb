"""The bare SDK of Asana, in the shortest script that does the work: `run_sdk.py prepare|read|push FOLDER`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import asana

FIELDS = "name,completed,completed_at,modified_at,notes,due_on,start_on,assignee,memberships,custom_fields,num_subtasks"


def client() -> Any:
    """A client of the local Asana, set as the SDK sets it."""
    configuration = asana.Configuration()
    configuration.host = f"{os.environ['PEERS_ROOT']}/api/1.0"
    configuration.access_token = os.environ["PEERS_TOKEN"]
    return asana.ApiClient(configuration)


def projects(api: Any) -> list[dict[str, Any]]:
    """The projects of the first workspace."""
    workspace = next(iter(asana.WorkspacesApi(api).get_workspaces({})))
    return list(asana.ProjectsApi(api).get_projects({"workspace": workspace["gid"], "opt_fields": "name"}))


def read(folder: Path) -> None:
    """List every project's tasks, and keep whether each is done."""
    api, shown = client(), {}
    for project in projects(api):
        for task in asana.TasksApi(api).get_tasks({"project": project["gid"], "opt_fields": FIELDS}):
            shown[task["name"]] = task["completed"]
    (folder / "picture.json").write_text(json.dumps(shown), encoding="utf-8")


def push(folder: Path) -> None:
    """Make a task for each title that has none yet, and note its id before the next one."""
    api, notes = client(), folder / "made.json"
    made = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    project = projects(api)[0]["gid"]
    for title in json.loads((folder / "titles.json").read_text(encoding="utf-8")):
        if title not in made:
            task = asana.TasksApi(api).create_task({"data": {"name": title, "projects": [project]}}, {})
            made[title] = task["gid"]
            fresh = folder / "made.new"
            fresh.write_text(json.dumps(made), encoding="utf-8")
            fresh.replace(notes)


if __name__ == "__main__":
    deeds = {"prepare": lambda _: None, "read": read, "full": read, "push": push}
    deeds[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.flush()
    os._exit(0)  # the SDK's pool of threads has nothing left to do, and takes its time
