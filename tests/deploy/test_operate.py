"""What docs/operate.md says for backing up and restoring is done word by word, on a store that was really wrecked.

`sudo`, `systemctl` and `install` do here what they do on a server, with folders of this test in place of the server's;
`docker compose` runs programs of a real PostgreSQL and syncd itself, without containers.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest

from tests import postgres
from tests.cli.district import TOKEN
from tests.deploy.conftest import ROOT, Server
from tests.service.daemons import until

pytestmark = pytest.mark.process

TEXT = (ROOT / "docs/operate.md").read_text()
SYNCD = [sys.executable, "-c", "import sys; from syncd.cli import main; sys.exit(main())"]


def block(heading: str, beginning: str) -> str:
    """The commands below a heading that begin with these words."""
    part = re.split(r"^## ", TEXT.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    [found] = [
        each for each in re.findall(r"^```sh\n(.*?)^```", part, re.MULTILINE | re.DOTALL) if each.startswith(beginning)
    ]
    return str(found)


@dataclass(slots=True)
class Machine:
    """A server of which everything is in a folder."""

    server: Server
    database: postgres.Server | None = None
    daemon: subprocess.Popen[bytes] | None = None
    said: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Of each process on it."""
        return {**os.environ, **self.server.environment()}

    def do(self, commands: str) -> None:
        """Each line as it stands in the docs; all must succeed."""
        for line in commands.replace("\\\n", " ").splitlines():
            self._one(line.replace("/var/lib/syncd", str(self.server.store.parent)))

    def start(self) -> None:
        """Begin to run the daemon, and wait for its first words."""
        self.daemon = subprocess.Popen([*SYNCD, "run"], env=self.environment, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """End the daemon, if it runs."""
        if self.daemon:
            self.daemon.send_signal(signal.SIGTERM)
            assert self.daemon.wait(20) in (0, -signal.SIGKILL)
            self.daemon = None

    def _one(self, line: str) -> None:
        words = shlex.split(line.removeprefix("sudo "))
        if words[:2] == ["docker", "compose"]:
            words = self._uncontained(words[2:])
        if words[0] == "systemctl":
            {"start": self.start, "stop": self.stop}[words[1]]()
            return
        if words[0] == "install":
            words = [word for at, word in enumerate(words) if not {word, words[at - 1]} & {"-o", "-g"}]
        if words[0] == "syncd":
            words[:1] = SYNCD
        folder = self.server.store.parent
        done = subprocess.run(words, env=self.environment, cwd=folder, check=False, capture_output=True, text=True)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        self.said.append(done.stdout)

    def _uncontained(self, words: list[str]) -> list[str]:
        """What comes after `docker compose`, as it is done without containers."""
        inside = [word.replace("db:", "").replace("/tmp/", f"{self.server.folder}/") for word in words]  # noqa: S108
        match inside:
            case ["start" | "stop" as verb, "syncd"]:
                return ["systemctl", verb, "syncd"]
            case ["run", "--rm", "syncd", *command]:
                return ["syncd", *command]
            case ["cp", source, target]:
                return ["cp", source, target]
            case ["exec", "db", program, *arguments]:
                assert self.database
                return [*self.database.client(program), *arguments]
        raise AssertionError(words)


@pytest.fixture
def machine(server: Server) -> Iterator[Machine]:
    """Nothing runs yet; nothing runs afterwards."""
    made = Machine(server)
    yield made
    if made.daemon:
        made.daemon.kill()
        made.daemon.wait()


def backed_up(machine: Machine) -> int:
    """A daemon has pushed the plan, its store was copied while it ran; how many tasks there are."""
    tasks = machine.server.tool.world.tasks
    machine.start()
    until(lambda: len(tasks) == 6)
    until(lambda: b"done" in subprocess.check_output([*SYNCD, "status"], env=machine.environment))
    machine.do(block("Back up", "syncd db backup"))
    return len(tasks)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("wreck", ["gone", "half"])
def test_restoring(machine: Machine, wreck: str) -> None:
    """Whatever became of the store: afterwards it is sound, everything is known again, and nothing is made twice."""
    store = machine.server.store
    count = backed_up(machine)
    copies = list((store.parent / "backups").iterdir())
    assert len(copies) == 2
    assert all(not copy.stat().st_mode & 0o077 for copy in copies)
    assert machine.daemon
    machine.daemon.kill()
    machine.daemon.wait()
    if wreck == "gone":
        store.unlink()
    else:
        os.truncate(store, store.stat().st_size // 2)
    machine.do(block("Restore", "sudo systemctl stop"))
    assert "The store is sound" in "".join(machine.said)
    assert "nothing to do" in "".join(machine.said)
    tool = machine.server.tool
    before = len(tool.requests)
    until(lambda: len(tool.requests) > before)
    machine.stop()
    assert len(tool.world.tasks) == count
    log = subprocess.check_output([*SYNCD, "log"], env=machine.environment, text=True)
    assert log.count("task made") == count
    assert TOKEN not in log


@pytest.fixture
def database(machine: Machine) -> Iterator[postgres.Server]:
    """A PostgreSQL with what compose.yaml has it make; the machine's syncd keeps everything in it."""
    machine.database = made = postgres.server()
    made._execute("CREATE ROLE syncd LOGIN SUPERUSER")
    made._execute("CREATE DATABASE syncd OWNER syncd")
    url = made.url("syncd").replace("postgres@", "syncd@")
    (machine.server.folder / "secrets/STORE__URL").write_text(f"{url}\n")
    yield made
    machine.stop()
    made.drop("syncd")
    made._execute("DROP ROLE syncd")


@pytest.mark.timeout(300)
def test_restoring_postgres(machine: Machine, database: postgres.Server) -> None:
    """A database that was dumped while the daemon ran, and lost much since then, is whole again: nothing twice.

    What a team did between the copy and the loss is taken in anew, and nothing is left of what was there besides.
    """
    tasks = machine.server.tool.world.tasks
    machine.start()
    until(lambda: len(tasks) == 6)
    until(lambda: b"done" in subprocess.check_output([*SYNCD, "status"], env=machine.environment))
    machine.do(block("Back up", "docker compose exec db pg_dump"))
    done = next(task for task in tasks.values() if not task.subtasks)
    machine.server.tool.world.complete(done.gid)
    machine.do("syncd sync")
    with psycopg.connect(database.url("syncd"), autocommit=True) as connection:
        connection.execute("CREATE TABLE of_a_newer_edition (id integer)")
        connection.execute("TRUNCATE links CASCADE")
    machine.said.clear()
    tool = machine.server.tool
    before = len(tool.requests)
    machine.do(block("Restore", "docker compose stop syncd\ndocker compose cp"))
    said = "".join(machine.said)
    assert "The store is sound" in said
    assert "nothing to do" in said
    until(lambda: len(tool.requests) > before)
    machine.do("syncd sync")
    machine.stop()
    assert len(tasks) == 6
    with psycopg.connect(database.url("syncd")) as connection:
        assert connection.execute("SELECT to_regclass('of_a_newer_edition')").fetchone() == (None,)
    log = subprocess.check_output([*SYNCD, "log"], env=machine.environment, text=True)
    assert log.count("task made") == 6
    assert log.count("ticked it off") == 1
    assert TOKEN not in log
