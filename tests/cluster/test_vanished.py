"""A machine that is gone without a word, PostgreSQL's or a process's: who is left finds out and goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import pytest
from sqlalchemy.exc import DBAPIError

from syncd.store import opening
from syncd.store.opening import understand, writing_engine
from tests.postgres import Server, start

pytestmark = pytest.mark.process
HERE, THERE = "198.18.77.1", "198.18.77.2"
"""Of a range that is there to try networks with."""
SPACE: Final = "syncd-elsewhere"
NETWORK: Final = f"""
ip netns add {SPACE}
ip link add syncd-here type veth peer name syncd-there netns {SPACE}
ip addr add {HERE}/30 dev syncd-here
ip link set syncd-here up
ip -n {SPACE} addr add {THERE}/30 dev syncd-there
ip -n {SPACE} link set syncd-there up
"""
QUICK: Final = """
import sys
from syncd.store import opening

for found in (opening._REACHED, opening.HEARD):
    found.update({name: "2000" if name == "tcp_user_timeout" else "1" for name in found})
engine = opening.writing_engine(opening.understand(sys.argv[1]), 20)
with engine.connect() as connection, connection.begin():
    print("writing", flush=True)
    try:
        connection.exec_driver_sql(sys.stdin.readline())
    except Exception as error:
        print("heard", type(error).__name__, flush=True)
"""
"""Begins to write, says so, and waits to be told with what; everybody finds out in a tenth of the time in force."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another machine, as far as the network knows; the server stands on this one."""

    server: Server
    ending: ExitStack

    def writer(self) -> subprocess.Popen[str]:
        """A process there that has begun to write."""
        address = f"postgresql://postgres@{HERE}/postgres"
        command = ["ip", "netns", "exec", SPACE, sys.executable, "-c", QUICK, address]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ending.enter_context(process)
        self.ending.callback(process.kill)
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        return process

    def vanish(self) -> None:
        """From now on nothing comes from there any more, nor gets there."""
        subprocess.run(["ip", "-n", SPACE, "link", "set", "syncd-there", "down"], check=True)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """A network of two machines; only root can make one, and not within every container."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("only root can make a network, with `ip`: apt-get install iproute2")
    with ExitStack() as ending:
        ending.callback(subprocess.run, ["ip", "netns", "del", SPACE], check=False, capture_output=True)
        made = subprocess.run(["sh", "-ec", NETWORK], check=False, capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"no network can be made here: {made.stderr.strip()}")
        server = start(HERE)
        ending.callback(server.stop)
        yield Elsewhere(server, ending)


def test_who_is_left_finds_out_and_goes_on(elsewhere: Elsewhere) -> None:
    """A process hears that the database is gone though it waits for an answer, and what it had locked is free again."""
    process = elsewhere.writer()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("SELECT pg_sleep(5)\n")
    process.stdin.flush()
    elsewhere.vanish()
    assert process.stdout.readline() == "heard OperationalError\n"
    engine = writing_engine(understand(elsewhere.server.url("postgres")), 30)
    with engine.connect() as connection, connection.begin():
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()


def test_who_stands_still_in_the_midst_of_writing_loses_its_turn(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that sleeps answers PostgreSQL's signs of life all the same; all others' writes would wait for it."""
    monkeypatch.setattr(opening, "IDLE", 0.3)
    asleep, other = (writing_engine(understand(url), 20) for _ in range(2))
    with asleep.connect() as stuck:
        stuck.begin()
        with other.connect() as connection, connection.begin():
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            stuck.exec_driver_sql("SELECT 1")
        stuck.rollback()
    asleep.dispose()
    other.dispose()


def test_what_the_address_says_itself_holds() -> None:
    """An admin who knows the network better may say so there."""
    reached = understand("postgresql://syncd@db/syncd?connect_timeout=60&keepalives_count=9").reached
    assert (reached.query["connect_timeout"], reached.query["keepalives_count"]) == ("60", "9")
    assert reached.query["keepalives_idle"] == "10"
