"""Who takes part: what each one is, which version, what it is made to do, and what had to be done to point it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NOT_AFTER: Final = "2026-11-20"
"""What the peers themselves depend on is taken as it was on this day."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One that takes part. `pins` are what is installed for it, none for what this house has installed anyway.

    `again` is False for one whose further readings are like the first; `most` is how many tasks it is given to read.
    `shows` is True where it is asked what it knows, which otherwise it leaves in a file.
    `launcher` is the program in `launchers/` that drives it. `at_most` is the newest Python it can be installed on,
    `debian` names a Debian package whose program it calls.
    """

    name: str
    launcher: str
    pins: tuple[str, ...] = ()
    writes: bool = False
    again: bool = True
    shows: bool = False
    most: int | None = None
    at_most: tuple[int, int] | None = None
    debian: str | None = None
    does: str = ""
    pointed: str = ""


SYNCD: Final = Peer(
    "syncd",
    "run_syncd.py",
    writes=True,
    shows=True,
    does="one mapping a container, `syncd sync`; keeps what it knows in its store, both ways",
    pointed="`base_url` in its configuration",
)
SDK: Final = Peer(
    "bare SDK",
    "run_sdk.py",
    ("asana==5.4.0",),
    writes=True,
    does="Asana's own Python SDK in the shortest script: lists each project's tasks and keeps nothing; to push, it "
    "makes task after task and notes each one's id in a file at once",
    pointed="`Configuration.host`",
)
PEERS: Final = (
    SYNCD,
    SDK,
    Peer(
        "tap-asana",
        "run_tap.py",
        ("tap-asana==2.5.1",),
        does="the stream `tasks`, its state carried from run to run as a Singer target would; reads only",
        pointed="the SDK's default host is set and its sign-in address sent here, from outside",
    ),
    Peer(
        "dlt",
        "run_dlt.py",
        ("dlt[duckdb]==1.31.0",),
        shows=True,
        does="its REST source for workspaces, projects and tasks, incremental by `modified_at`, merged into DuckDB; "
        "reads only. Its Asana source is no package (`dlt init` fetches it from GitHub): this asks what that one asks "
        "of tasks",
        pointed="`base_url` of the REST source",
    ),
    Peer(
        "airbyte-source-asana",
        "run_airbyte.py",
        ("airbyte-source-asana==1.7.2",),
        at_most=(3, 11),
        does="the stream `tasks`, full refresh and overwrite, the only mode that it has; reads only",
        pointed="its address is written into its manifest: requests are sent here on their way out",
    ),
    Peer(
        "syncall",
        "run_syncall.py",
        ("syncall[asana,tw]==1.8.8", "typing-extensions==4.15.0"),
        writes=True,
        again=False,
        most=1000,
        at_most=(3, 11),
        debian="taskwarrior",
        does="Taskwarrior and Asana both ways; for reading only its Asana side is run, which lists what is assigned to "
        "one person and then asks for each task by itself",
        pointed="its old SDK has the address written in: requests are sent here on their way out. A package that it "
        "imports and does not ask for (typing-extensions) is installed beside it",
    ),
)
