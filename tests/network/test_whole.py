"""The command line in a school: the tool, the plan, its readings and the notices, all through proxy and filter."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from connectors.asana.sandbox import Sandbox
from syncd.app import App
from syncd.config import load_config
from syncd.engine.tally import COUNTED, PassReport
from syncd.records import Outcome
from syncd.service.notices import Notices
from syncd.service.watch import Watch
from tests.cli.district import PLAN, TASKS, TOKEN, District
from tests.network.school import School
from tests.service.channel import channel

FILES = {
    "/plan.toml": PLAN.replace("readings = [ { value = 55.5, on = 2026-01-31 } ]", 'readings_from = "r.csv"'),
    "/r.csv": "value,on\n55.5,2026-01-31\n",
}


@pytest.fixture
def files() -> Iterator[int]:
    """The port of a server for the plan's files."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = FILES[self.path].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def district(tmp_path: Path, school: School, files: int) -> Iterator[District]:
    """A district all of whose addresses are behind the filter."""
    folder = tmp_path / "district"
    folder.mkdir()
    with Sandbox(token=TOKEN) as box:
        box.world.add_user("Ann", "ann@district.example")
        address = school.show("asana.example", int(box.root.rpartition(":")[2]))
        district = District(folder, box, f"{address}/api/1.0")
        text = district.config.read_text().replace("plan.toml", school.show("files.example", files) + "/plan.toml")
        district.config.write_text(text)
        yield district


def through(school: School, ca_file: Path | None) -> str:
    """The section for the school's network."""
    trusted = f'ca_file = "{ca_file}"\n' if ca_file else ""
    return f'[network]\nproxy = "http://{school.proxy}"\n{trusted}'


def add(district: District, section: str) -> None:
    """Put one more section into the configuration."""
    with district.config.open("a") as config:
        config.write(f"\n{section}")


def test_a_pass_through_proxy_and_filter(district: District, school: School, ca_file: Path) -> None:
    """Plan, readings and tool are reached; tasks are made, and the reading is on the scorecard."""
    add(district, through(school, ca_file))
    said = district.run("sync", "--json")
    assert (said.code, said.json["passes"][0]["created"]) == (0, TASKS), said.err
    [kpi] = district.run("scorecard", "--format", "json").json["goals"][0]["outcomes"][0]["kpis"]
    assert kpi["measured"] == 55.5
    assert {target for target, _ in school.asked} == {"asana.example:443", "files.example:443"}


def test_notices_go_the_same_way(district: District, school: School, ca_file: Path) -> None:
    """And say why where they do not arrive."""
    add(district, through(school, ca_file))
    with channel() as there:
        port, _, path = there.url.removeprefix("http://127.0.0.1:").partition("/")
        address = school.show("chat.example", int(port))
        add(district, f'[notices.office]\nkind = "json"\nurl = "{address}/{path}"\n')
        assert told(district, Outcome.STOPPED) == ["notice_sent"]
        text = district.config.read_text(encoding="utf-8")
        district.config.write_text(text.replace("ca_file", "# ca_file"), encoding="utf-8")
        [said] = told(district, Outcome.DONE)
        assert said.startswith("the certificate that the channel shows is not trusted (unable to get local issuer")
        assert said.endswith("; see [network]")
        assert len(there.arrived) == 1
    assert ("chat.example:443", "") in school.asked


def test_a_proxy_that_lets_no_notice_through(district: District, school: School, ca_file: Path) -> None:
    """It is the proxy that is named, and not the channel, whose address is a secret."""
    add(district, through(school, ca_file) + '[notices.office]\nkind = "json"\nurl = "https://chat.example/hook"\n')
    school.login = "somebody:else"
    [said] = told(district, Outcome.STOPPED)
    assert said.startswith(f"the proxy at http://{school.proxy} does not let us through to the channel (407 ")
    assert "chat.example" not in said


def told(district: District, outcome: Outcome) -> list[str]:
    """What a service logs of its notices after a pass that ended so."""
    with closing(App(load_config(district.config, {}))) as app, capture_logs() as logged:
        app.open_store()
        watch = Watch(app)
        notices = Notices(app, watch)
        watch.ended(PassReport("academics", outcome, dict.fromkeys(COUNTED, 0), message="too many"))
        notices.look()
    return [line.get("message") or line["event"] for line in logged if line["event"].startswith("notice_")]


def test_without_the_filters_certificate(district: District, school: School) -> None:
    """A plan that cannot be fetched, and a tool that cannot be reached: both name ca_file."""
    add(district, through(school, None))
    said = district.run("check")
    assert said.code == 2
    assert (
        "the certificate that files.example shows is not trusted (unable to get local issuer certificate)" in said.out
    )
    assert "name its authority as ca_file under [network]" in said.out
    district.config.write_text(
        district.config.read_text().replace("https://files.example/plan.toml", "plan.toml"), encoding="utf-8"
    )
    said = district.run("sync")
    assert said.code == 4
    assert "the certificate that Asana shows is not trusted (unable to get local issuer certificate)" in said.err
    assert "name it as ca_file under [network]" in said.err


def test_a_proxy_that_lets_no_plan_through(district: District, school: School, ca_file: Path) -> None:
    """It is the proxy that is named, and not the address of the plan."""
    add(district, through(school, ca_file))
    school.login = "somebody:else"
    said = district.run("check")
    assert said.code == 2
    assert f"the proxy at http://{school.proxy} does not let us through to files.example (407 " in said.out
    assert "look at proxy under [network]" in said.out
