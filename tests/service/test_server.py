"""The server in its thread: listening when it says so, gone when it is stopped, clear when the port is taken."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from syncd.service.server import PortTaken, serve, split_address
from tests.service.daemons import until


def _hello(request: Request) -> Response:
    return PlainTextResponse("hello")


APP = Starlette(routes=[Route("/", _hello)])


def test_it_answers_at_once_and_stops_at_the_end() -> None:
    """The address works as soon as it is given, and is free again after the block."""
    with serve(APP, "127.0.0.1:0") as address:
        assert address.startswith("http://127.0.0.1:")
        answer = httpx.get(address, trust_env=False)
        assert answer.text == "hello"
        assert "server" not in answer.headers
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)
    assert not [thread for thread in threading.enumerate() if thread.name == "web"]


def test_it_stops_when_the_block_fails() -> None:
    """An error inside the block goes through, and the server is gone."""
    with pytest.raises(KeyError), serve(APP, "127.0.0.1:0") as address:
        raise KeyError(address)
    assert not [thread for thread in threading.enumerate() if thread.name == "web"]


def test_a_taken_port_is_named_with_a_next_step() -> None:
    """The message names the address and says what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(PortTaken, match="choose another port") as caught, serve(APP, taken):
            pass
    assert taken in str(caught.value)


def test_a_host_that_is_not_known_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that cannot be found is a clear error too; the tests' own wall would answer before the resolver does."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PortTaken, match=r"no\.such\.host\.invalid"), serve(APP, "no.such.host.invalid:0"):
        pass


@pytest.mark.parametrize(
    ("listen", "parts"), [("127.0.0.1:8080", ("127.0.0.1", 8080)), ("[::1]:0", ("::1", 0)), (":80", ("", 80))]
)
def test_addresses_are_read(listen: str, parts: tuple[str, int]) -> None:
    """Host and port, with brackets around IPv6."""
    assert split_address(listen) == parts


@pytest.mark.parametrize("listen", ["localhost", "8080", "127.0.0.1:http", "127.0.0.1:70000", ""])
def test_what_is_no_address_is_refused_with_an_example(listen: str) -> None:
    """The message shows how to write it."""
    with pytest.raises(ValueError, match=r"127\.0\.0\.1:8080"):
        split_address(listen)


def test_too_many_at_once_are_sent_away() -> None:
    """Connections that do nothing cannot use up what the passes need; when they are gone all is as before."""
    with serve(APP, "127.0.0.1:0", most=5) as address:
        port = int(address.rpartition(":")[2])
        with ExitStack() as idle:
            for _ in range(5):
                idle.enter_context(socket.create_connection(("127.0.0.1", port)))
            until(lambda: httpx.get(address, trust_env=False).status_code == 503)
        until(lambda: httpx.get(address, trust_env=False).status_code == 200)


CROWDED = """
import resource, sys
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from syncd.service.server import serve
resource.setrlimit(resource.RLIMIT_NOFILE, (450, 450))
with serve(Starlette(routes=[Route("/", lambda _: PlainTextResponse("hello"))]), "127.0.0.1:0", most=20) as address:
    print(address, flush=True)
    sys.stdin.readline()
    print(open(sys.argv[1]).read(), flush=True)
    sys.stdin.readline()
"""


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="limits of open files are of Unix")
def test_those_who_never_ask_take_no_files(tmp_path: Path) -> None:
    """Many more connections than the process may have files: it can still open one, logs nothing, and answers later."""
    (tmp_path / "held").write_text("still works", encoding="utf-8")
    command = [sys.executable, "-c", CROWDED, str(tmp_path / "held")]
    with (
        (tmp_path / "log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=log, text=True) as process,
        ExitStack() as idle,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        place = ("127.0.0.1", int(address.rpartition(":")[2]))
        for _ in range(900):
            one = idle.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(place)
        until(lambda: _answers(address) == 0)
        process.stdin.write("go on\n")
        process.stdin.flush()
        said = process.stdout.readline().strip()
        process.communicate(timeout=30)
    assert said == "still works"
    assert (tmp_path / "log").read_text(encoding="utf-8") == ""


def _answers(address: str) -> int:
    """The status of an answer; 0 for none."""
    try:
        return httpx.get(address, trust_env=False, timeout=2).status_code
    except httpx.TransportError:
        return 0
