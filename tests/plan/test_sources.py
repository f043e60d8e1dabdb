"""Where a plan's text comes from: files and https addresses, and what is said when there is none."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connectors.network import DIRECT, Network
from syncd.documents.file import LARGEST
from syncd.errors import PlanError
from syncd.plan import sources
from syncd.plan.load import load_plan
from tests.network.school import AUTHORITY, School
from tests.plan.files import HEAD, KPI, kpi

PLAN = (HEAD + KPI + 'readings_from = "r.csv"\n').encode()
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/p/plan.toml": (200, {"Content-Type": "application/toml"}, b"\xef\xbb\xbf" + PLAN),
    "/p/r.csv": (200, {}, b"value,on\n1,2026-01-31\n"),
    "/moved.toml": (302, {"Location": "/p/plan.toml"}, b""),
    "/round.toml": (302, {"Location": "/round.toml"}, b""),
    "/away.toml": (302, {"Location": "http://plans.example.org/plan.toml"}, b""),
    "/file.toml": (302, {"Location": "file:///etc/plan.toml"}, b""),
    "/page.toml": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>Sign in</html>"),
    "/secret.toml": (403, {}, b""),
    "/broken.toml": (500, {}, b"oh"),
    "/old.toml": (200, {}, '[plan]\nid = "José"\n'.encode("cp1252")),
    "/zip.toml": (200, {"Content-Encoding": "gzip"}, b"no gzip"),
    "/bomb.toml": (200, {"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(b"#" * LARGEST))),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer as ANSWERS says."""
        status, headers, body = ANSWERS.get(self.path.partition("?")[0], (404, {}, b""))
        if self.path == "/large.toml":
            status, body = 200, b"#" * (LARGEST + 1)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server on this machine."""
    held = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=held.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{held.server_port}"
    held.shutdown()
    thread.join()
    held.server_close()


def refusal(source: str, folder: Path) -> str:
    """What is wrong with a plan that comes from there; one problem."""
    with pytest.raises(PlanError) as error:
        load_plan(source, folder)
    (problem,) = error.value.problems
    return str(problem)


@pytest.mark.parametrize("place", ["/p/plan.toml", "/moved.toml", "/p/plan.toml?download=1"])
def test_a_plan_is_fetched_with_its_readings(place: str, server: str, tmp_path: Path) -> None:
    """From an address, a redirect followed, its readings from the file beside it."""
    # A redirected plan keeps the address it was asked for, so its readings lie beside that one.
    ANSWERS["/r.csv"] = ANSWERS["/p/r.csv"]
    assert [reading.value for reading in kpi(load_plan(server + place, tmp_path)).readings] == [1]


def test_a_plan_in_a_file_may_have_readings_at_an_address(server: str, tmp_path: Path) -> None:
    """readings_from may be an address wherever the plan is."""
    (tmp_path / "plan.toml").write_bytes(PLAN.replace(b"r.csv", f"{server}/p/r.csv".encode()))
    assert len(kpi(load_plan("plan.toml", tmp_path)).readings) == 1


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/none.toml", "status 404"),
        ("/secret.toml", "status 403"),
        ("/broken.toml", "status 500"),
        ("/large.toml", "larger than 20 MB"),
        ("/page.toml", "a web page, not the file"),
        ("/round.toml", "it cannot be fetched"),
        ("/zip.toml", "it cannot be fetched"),
        ("/bomb.toml", "packed more than once"),
        ("/old.toml", ":2: this is not UTF-8 text"),
    ],
)
def test_what_is_not_the_file_is_refused(place: str, words: str, server: str, tmp_path: Path) -> None:
    """Each answer that is no plan is told apart, and the address is named."""
    problem = refusal(server + place, tmp_path)
    assert problem.startswith(server + place)
    assert words in problem


def test_nobody_at_the_address(tmp_path: Path) -> None:
    """A server that is not there is an error like any other."""
    assert "it cannot be fetched" in refusal("http://127.0.0.1:9/plan.toml", tmp_path)


@pytest.mark.parametrize(
    "source",
    [
        "http://plans.example.org/plan.toml",
        "HTTP://192.0.2.1/plan.toml",
        "ftp://127.0.0.1/plan.toml",
        "file:///etc/plan.toml",
        "http://127.0.0.1.example.org/plan.toml",
        "http://localhost@plans.example.org/plan.toml",
    ],
)
def test_only_https_leaves_the_machine(source: str, tmp_path: Path) -> None:
    """What anybody on the way could read or change is refused before anything is sent."""
    assert "https:// addresses only" in refusal(source, tmp_path)


@pytest.mark.parametrize("place", ["/away.toml", "/file.toml"])
def test_a_redirect_does_not_lead_out_of_https(place: str, server: str, tmp_path: Path) -> None:
    """An address cannot send us where it could not have been in the first place."""
    assert "fetched" in refusal(server + place, tmp_path)


def test_nobody_elsewhere_leads_to_this_machine(server: str) -> None:
    """Neither by a redirect nor by what a plan from there names: here things may listen that trust whoever asks."""
    ANSWERS["/here.toml"] = (302, {"Location": f"{server}/p/plan.toml"}, b"")
    with ExitStack() as closing:
        school = School(closing)
        away = school.show("plans.example.org", int(server.rpartition(":")[2]))
        network = Network(AUTHORITY.cert_pem.bytes().decode(), secure=f"http://{school.proxy}")
        assert sources.text(f"{away}/p/plan.toml", network)
        for source, by in ((f"{away}/here.toml", ""), (f"{server}/p/r.csv", f"{away}/p/plan.toml")):
            with pytest.raises(sources.NoText, match="leads to this machine"):
                sources.text(source, network, by)
    assert sources.text(f"{server}/here.toml", DIRECT, f"{server}/p/plan.toml")


@pytest.mark.parametrize(
    "host",
    [
        *(
            "localhost.",
            "LOCALHOST",
            "plans.localhost",
            "127.1",
            "127.0.0.2",
            "2130706433",
            "0x7f000001",
            "0",
            "127.0.0.0",
        ),
        *("[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]"),
    ],
)
def test_this_machine_is_known_however_it_is_spelled(host: str) -> None:
    """What resolves to this machine is not asked, on any port."""
    with pytest.raises(sources.NoText, match="leads to this machine"):
        sources.text(f"https://{host}:9/r.csv", DIRECT, "https://plans.example.org/p/plan.toml")


@pytest.mark.parametrize("name", ["x:r.csv", "c:/r.csv", "file:r.csv", "http:r.csv"])
def test_an_address_names_no_file_of_this_machine(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A colon makes no path out of it: on Windows c:/ would be one, and elsewhere a file may be called x:r.csv."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x:r.csv").write_text("value,on\n")
    plan = "https://plans.example.org/p/plan.toml"
    with pytest.raises(sources.NoText, match="https:// addresses only"):
        sources.text(sources.beside(plan, name), DIRECT, plan)


def test_all_addresses_of_a_plan_have_one_time_together(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many slow ones a plan names: when the time is over none is asked any more, and it is said why."""
    assert sources.text(f"{server}/p/r.csv", DIRECT, until=sources.deadline())
    with pytest.raises(sources.NoText, match="all addresses of a plan have together"):
        sources.text(f"{server}/p/r.csv", DIRECT, until=0.0)
    monkeypatch.setattr(sources, "PATIENCE", 0.0)
    late = "it did not come within 0 seconds, which all addresses of a plan have together"
    assert late in refusal(f"{server}/p/plan.toml", tmp_path)
    (tmp_path / "plan.toml").write_text(HEAD + KPI + f'readings_from = "{server}/p/r.csv"\n')
    assert late in refusal("plan.toml", tmp_path)


@pytest.mark.parametrize(
    "source", ["https://[x/plan.toml", "https:///plan.toml", "https://\x00/plan.toml", "://plan.toml"]
)
def test_a_broken_address_is_refused(source: str, tmp_path: Path) -> None:
    """What is no address is an error that names it."""
    assert refusal(source, tmp_path)


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    """Missing, a folder, an impossible name, too large: each is one problem that names the file."""
    (tmp_path / "folder.toml").mkdir()
    with (tmp_path / "large.toml").open("wb") as large:
        large.truncate(LARGEST + 1)
    made = "there is no such file; `syncd init` or `syncd import` makes one"
    assert refusal("none/x.yaml", tmp_path) == f"{tmp_path}/none/x.yaml: {made}"
    assert refusal("folder.toml", tmp_path).startswith(f"{tmp_path}/folder.toml: it cannot be read: ")
    assert refusal("large.toml", tmp_path) == f"{tmp_path}/large.toml: it cannot be read: it is larger than 20 MB"
    assert "it cannot be read" in refusal("\x00.toml", tmp_path)


def test_a_missing_plan_is_looked_for_among_plans(tmp_path: Path) -> None:
    """What is called like it but is none, such as the configuration, is never proposed; nor is a plan for readings."""
    made = "there is no such file; `syncd init` or `syncd import` makes one"
    (tmp_path / "config.toml").write_text('[plans.district]\nsource = "plan.toml"\n')
    (tmp_path / "plan.json").mkdir()
    assert refusal("plan.toml", tmp_path) == f"{tmp_path}/plan.toml: {made}"
    (tmp_path / "district.toml").write_text(f"# ours\n{HEAD}")
    only = "there is no such file; beside it there is “district.toml”"
    assert refusal("plan.toml", tmp_path) == f"{tmp_path}/plan.toml: {only}"
    (tmp_path / "ours.yaml").write_text("# ours\nplan:\n  id: p\n")
    (tmp_path / "last.json").write_text('{ "plan": {"id": "p"} }')
    (tmp_path / "plam.toml").write_text("[plan]\n")
    near = "there is no such file; did you mean “plam.toml”?"
    assert refusal("plan.toml", tmp_path) == f"{tmp_path}/plan.toml: {near}"
    both = "there is no such file; beside it there are “district.toml”, “last.json”, “ours.yaml”, “plam.toml”"
    assert refusal("xyz.toml", tmp_path) == f"{tmp_path}/xyz.toml: {both}"
    (tmp_path / "readings.csv").write_text("")
    with pytest.raises(sources.NoText, match=r"did you mean “readings\.csv”"):
        sources.text(str(tmp_path / "reading.csv"), DIRECT)


def test_a_file_in_an_old_encoding_is_refused(tmp_path: Path) -> None:
    """The first line that is no UTF-8 is named."""
    (tmp_path / "plan.toml").write_bytes('[plan]\nid = "p"\ntitle = "José"\n'.encode("cp1252"))
    assert refusal("plan.toml", tmp_path).startswith(f"{tmp_path}/plan.toml:3: this is not UTF-8 text")
    (tmp_path / "plan.toml").write_bytes('[plan]\nid = "p"\n'.encode("utf-16"))
    assert refusal("plan.toml", tmp_path).startswith(f"{tmp_path}/plan.toml:1: this is UTF-16 text; save it as UTF-8")


def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    """The folder is where relative paths start."""
    (tmp_path / "plan.toml").write_text(HEAD)
    assert load_plan(str(tmp_path / "plan.toml"), Path("/nowhere")).id == "p"


def test_a_broken_place_beside_an_address_is_no_crash() -> None:
    """readings_from may hold anything: what can be no address is one that cannot be fetched."""
    with pytest.raises(sources.NoText, match="cannot be fetched"):
        sources.text(sources.beside("https://plans.example.org/plan.toml", "//[x/r.csv"), DIRECT)
