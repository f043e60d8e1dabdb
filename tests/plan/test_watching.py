"""Plans in memory: read anew when a file of theirs changes, and the last good one is kept."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connectors.network import DIRECT, Network
from syncd.errors import PlanError
from syncd.plan.feeds import Feeds
from syncd.plan.load import load_plan
from syncd.plan.model import Plan
from syncd.plans import FETCH_EVERY, RETRY_EVERY, TRIES, Plans
from syncd.sections import PlanConfig
from tests.connectors.clock import ToldClock
from tests.plan.files import HEAD, KPI, kpi

READING = HEAD + KPI + 'readings_from = "r.csv"\n'


class Desk:
    """A folder with files that somebody edits, and the plans that are kept of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ToldClock()
        sources = {"d": PlanConfig(source="plans/plan.toml"), "other": PlanConfig(source="other.toml")}
        self.plans = Plans(sources, folder, self.clock, DIRECT)
        self._saved = 0
        (folder / "plans").mkdir()

    def save(self, text: str, name: str = "plans/plan.toml") -> None:
        """Write a file, each time later than the last."""
        path = self.folder / name
        path.write_text(text)
        self._saved += 1
        os.utime(path, ns=(self._saved * 10**9, self._saved * 10**9))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with nothing on it."""
    return Desk(tmp_path)


def test_a_plan_is_read_once(desk: Desk) -> None:
    """While nothing changes it is the same plan, whatever time passes."""
    desk.save(HEAD)
    plan = desk.plans.get("d")
    desk.clock.pass_(days=2)
    assert desk.plans.get("d") is plan is desk.plans.last("d")
    assert desk.plans.good("d")


def test_a_changed_plan_is_read_anew(desk: Desk) -> None:
    """The next time somebody asks."""
    desk.save(HEAD)
    assert desk.plans.get("d").title == "t"
    desk.save(HEAD.replace('"t"', '"new"'))
    assert desk.plans.get("d").title == "new"


def test_a_change_of_the_same_length_and_of_the_same_time_is_seen(desk: Desk) -> None:
    """Either the time or the length tells."""
    desk.save(HEAD)
    desk.plans.get("d")
    path = desk.folder / "plans/plan.toml"
    before = path.stat().st_mtime_ns
    path.write_text(HEAD.replace('"t"', '"longer"'))
    os.utime(path, ns=(before, before))
    assert desk.plans.get("d").title == "longer"


def test_changed_readings_are_read_anew(desk: Desk) -> None:
    """A readings file is a part of its plan."""
    desk.save("value,on\n1,2026-01-31\n", "plans/r.csv")
    desk.save(READING)
    assert len(kpi(desk.plans.get("d")).readings) == 1
    desk.save("value,on\n1,2026-01-31\n2,2026-02-28\n", "plans/r.csv")
    assert len(kpi(desk.plans.get("d")).readings) == 2


def test_a_bad_edit_keeps_the_last_plan(desk: Desk) -> None:
    """The error is raised each time somebody asks, the last good plan stays, and the repair is seen at once."""
    desk.save(HEAD)
    good = desk.plans.get("d")
    desk.save(HEAD.replace("title", "titel"))
    for _ in range(2):
        with pytest.raises(PlanError, match="titel"):
            desk.plans.get("d")
        assert desk.plans.last("d") is good
        assert not desk.plans.good("d")
    desk.save(HEAD.replace('"t"', '"mended"'))
    assert desk.plans.get("d").title == "mended"
    assert desk.plans.good("d")


def test_two_plans_with_one_id(desk: Desk) -> None:
    """Neither is used, whichever is asked for first, and each names the other's line, until one has its own id."""
    desk.save(HEAD, "other.toml")
    desk.save("# the plan\n" + HEAD)
    place, other = f"{desk.folder}/plans/plan.toml:3", f"{desk.folder}/other.toml:2"
    rest = "and they would share one history; give one of the two its own: until then neither is used"
    for _ in range(2):
        with pytest.raises(PlanError) as error:
            desk.plans.get("other")
        assert str(error.value) == f"{other}: id: [plans.d] has the id “p” too ({place}), {rest}"
        with pytest.raises(PlanError) as error:
            desk.plans.get("d")
        assert str(error.value) == f"{place}: id: [plans.other] has the id “p” too ({other}), {rest}"
    desk.save(HEAD.replace('"p"', '"q"'), "other.toml")
    assert desk.plans.get("other").id == "q"
    desk.clock.pass_(seconds=RETRY_EVERY)
    assert desk.plans.get("d").id == "p"


@pytest.mark.parametrize("name", ["other.toml", "other.yaml", "other.json"])
def test_an_id_is_found_wherever_it_stands(desk: Desk, name: str) -> None:
    """In every form, below other tables, and with quotes and escapes that hide it."""
    texts = {
        "other.toml": ["[other]\n[[goals]]\n[plan]\nid = 'p'", 'plan.id = "\\u0070"', "[plan]\nid = 'p'\n[[broken\n"],
        "other.yaml": ["goals: []\nplan:\n  id: p\n"],
        "other.json": ['{"goals": [\n["x"]\n], "plan": {"id": "\\u0070"}}'],
    }
    for text in texts[name]:
        sources = {"d": PlanConfig(source="plans/plan.toml"), "other": PlanConfig(source=name)}
        desk.plans = Plans(sources, desk.folder, desk.clock, DIRECT)
        desk.save(HEAD)
        desk.save(text, name)
        with pytest.raises(PlanError, match=r"\[plans.other\] has the id “p” too"):
            desk.plans.get("d")


def test_a_plan_for_all_keeps_its_id(desk: Desk) -> None:
    """No district's plan can have it, whichever is read first; nor can it take its own away from the plan for all."""
    desk.save(HEAD)
    desk.save(HEAD, "other.toml")
    sources = {"d": PlanConfig(source="plans/plan.toml"), "other": PlanConfig(source="other.toml")}
    desk.plans = Plans(sources, desk.folder, desk.clock, DIRECT, for_all={"other"})
    with pytest.raises(PlanError, match=r"\[plans.other\] has the id “p” too .*; give this one its own"):
        desk.plans.get("d")
    assert desk.plans.get("other").id == "p"


def test_a_plan_keeps_its_id_while_the_service_runs(desk: Desk) -> None:
    """Also as it is edited, read anew from the beginning, or taken on with a new configuration."""
    desk.save(HEAD)
    desk.plans.get("d")
    desk.save(HEAD, "other.toml")
    before, desk.plans = desk.plans, Plans(desk.plans._sources, desk.folder, desk.clock, DIRECT)
    before.forget("d")
    desk.plans.inherit(before)
    with pytest.raises(PlanError, match=r"\[plans.d\] has the id “p” too .*; give this one its own"):
        desk.plans.get("other")
    assert desk.plans.get("d").id == "p"
    desk.save(HEAD.replace('"t"', '"new"'))
    assert desk.plans.get("d").title == "new"


def test_a_plan_that_takes_the_id_of_another(desk: Desk) -> None:
    """While both are read, the one that is edited is refused, though it comes first; the last good one stays."""
    desk.save(HEAD)
    desk.save(HEAD.replace('"p"', '"q"'), "other.toml")
    good, _ = desk.plans.get("d"), desk.plans.get("other")
    desk.save(HEAD.replace('"p"', '"q"'))
    with pytest.raises(PlanError, match=r"\[plans.other\] has the id “q” too"):
        desk.plans.get("d")
    assert desk.plans.last("d") is good
    desk.save(HEAD.replace('"p"', '"r"'), "other.toml")
    desk.plans.get("other")
    desk.clock.pass_(seconds=RETRY_EVERY)
    assert desk.plans.get("d").id == "q"


@pytest.mark.parametrize("other", ["nonsense", "plan = 1", "[plan]\nid = 5\n", None])
def test_a_broken_plan_hides_no_other(desk: Desk, other: str | None) -> None:
    """What cannot be told of one plan is nothing against the next."""
    if other is not None:
        desk.save(other)
    desk.save(HEAD, "other.toml")
    assert desk.plans.get("other").id == "p"


def test_a_file_that_goes_and_comes_back(desk: Desk) -> None:
    """Somebody moves the file away for a moment."""
    desk.save(HEAD)
    desk.plans.get("d")
    (desk.folder / "plans/plan.toml").rename(desk.folder / "away")
    with pytest.raises(PlanError, match="no such file"):
        desk.plans.get("d")
    (desk.folder / "away").rename(desk.folder / "plans/plan.toml")
    assert desk.plans.get("d").title == "t"


def test_a_plan_that_never_was(desk: Desk) -> None:
    """Of a plan that was never read well, or never asked for, there is no last one."""
    assert desk.plans.last("d") is None
    assert not desk.plans.good("d")
    with pytest.raises(PlanError):
        desk.plans.get("d")
    assert desk.plans.last("d") is None
    assert not desk.plans.good("d")


@pytest.mark.parametrize("first", ["value,on\nabout 5,2026-01-31\n", None])
def test_mended_readings_of_a_plan_that_never_was(first: str | None, desk: Desk) -> None:
    """Readings that were bad or missing from the start are tried again, although the plan itself did not change."""
    if first:
        desk.save(first, "plans/r.csv")
    desk.save(READING)
    with pytest.raises(PlanError):
        desk.plans.get("d")
    desk.save("value,on\n5,2026-01-31\n", "plans/r.csv")
    desk.clock.pass_(seconds=RETRY_EVERY)
    assert len(kpi(desk.plans.get("d")).readings) == 1


def test_a_plan_at_an_address_is_fetched_again(desk: Desk) -> None:
    """No file tells that it changed, so it is fetched after a while, and not before."""
    desk.plans = Plans({"d": PlanConfig(source="http://127.0.0.1:9/plan.toml")}, desk.folder, desk.clock, DIRECT)
    with pytest.raises(PlanError) as first:
        desk.plans.get("d")
    with pytest.raises(PlanError) as second:
        desk.plans.get("d")
    desk.clock.pass_(seconds=max(RETRY_EVERY, FETCH_EVERY))
    with pytest.raises(PlanError) as third:
        desk.plans.get("d")
    assert first.value is second.value is not third.value


def test_what_comes_from_addresses_is_fetched_by_the_clock(desk: Desk) -> None:
    """Where somebody sees to that, nobody else waits for it, and nothing is fetched before it is due."""
    desk.plans = Plans({"d": PlanConfig(source="http://127.0.0.1:9/plan.toml")}, desk.folder, desk.clock, DIRECT)
    desk.plans.by_clock = True

    def told() -> PlanError:
        with pytest.raises(PlanError) as error:
            desk.plans.get("d")
        return error.value

    desk.plans.fetch()
    first = told()
    desk.plans.fetch()
    assert told() is first
    desk.clock.pass_(seconds=max(RETRY_EVERY, FETCH_EVERY))
    assert told() is first
    desk.plans.fetch()
    assert told() is not first


@contextmanager
def site(texts: Mapping[str, str]) -> Iterator[str]:
    """The address of a server that gives out these texts by their paths."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = texts.get(self.path)
            self.send_response(200 if text else 500)
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server, ThreadPoolExecutor() as pool:
        pool.submit(server.serve_forever, 0.01)
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def test_two_addresses_with_one_id(desk: Desk) -> None:
    """While both are read the newcomer is refused; after a restart neither is used, whichever answers or is asked."""
    texts = {"/d.toml": HEAD, "/other.toml": HEAD}
    with site(texts) as base:

        def started() -> Plans:
            sources = {name: PlanConfig(source=f"{base}/{name}.toml") for name in ("d", "other")}
            return Plans(sources, desk.folder, desk.clock, DIRECT, desk.folder / "copies")

        def refused(plans: Plans, name: str, twin: str, rest: str) -> None:
            with pytest.raises(PlanError) as error:
                plans.get(name)
            said = f"[plans.{twin}] has the id “p” too ({base}/{twin}.toml), and they would share one history; {rest}"
            assert str(error.value) == f"{base}/{name}.toml:2: id: {said}"

        plans = started()
        assert plans.get("d").id == "p"
        refused(plans, "other", "d", "give this one its own")
        plans.save_copies()
        for name, twin in (("d", "other"), ("other", "d")):
            refused(started(), name, twin, "give one of the two its own: until then neither is used")
        del texts["/d.toml"]
        refused(plans := started(), "other", "d", "give one of the two its own: until then neither is used")
        texts.update({"/d.toml": HEAD, "/other.toml": HEAD.replace('"p"', '"q"')})
        desk.clock.pass_(seconds=RETRY_EVERY)
        assert (plans.get("other").id, plans.get("d").id) == ("q", "p")
        plans.save_copies()
        assert started().get("d").id == "p"
        for spoilt in ("nonsense", "[]", '{"x": 1}'):
            (desk.folder / "copies/ids.json").write_text(spoilt)
            assert started().get("other").id == "q"


def test_an_address_that_is_slow_holds_up_nobody_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one waits for it, the service sees to its files, and others go by the plan as it was; then by the new."""
    asked, answer = threading.Event(), threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            answer.wait(10)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"value,on\n7,2026-01-31\n")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
            """Say nothing."""

    monkeypatch.setattr("syncd.plans.LONGEST_WAIT", 0.0)
    desk.save(HEAD + KPI)
    before = desk.plans.get("d")
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server, ThreadPoolExecutor() as pool:
        pool.submit(server.serve_forever, 0.01)
        desk.save(HEAD + KPI + f'readings_from = "http://127.0.0.1:{server.server_port}/r.csv"\n')
        waiting = pool.submit(desk.plans.get, "d")
        assert asked.wait(10)
        assert desk.plans.get("d") is before
        assert desk.plans.edited() == []
        assert desk.plans.edited() == ["d"]
        answer.set()
        assert len(kpi(waiting.result(10)).readings) == 1
        assert desk.plans.get("d") is waiting.result()
        server.shutdown()


def test_plans_are_kept_apart(desk: Desk) -> None:
    """Each name has its own plan."""
    desk.save(HEAD)
    desk.save(HEAD.replace('id = "p"', 'id = "q"'), "other.toml")
    assert (desk.plans.get("d").id, desk.plans.get("other").id) == ("p", "q")


@pytest.mark.parametrize("name", ["plans/plan.toml", "plans/r.csv"])
def test_a_file_that_is_being_written_is_not_taken(name: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changed while it was read is read again; while it goes on, the last good plan stays and it is said why."""
    texts = {"plans/plan.toml": READING, "plans/r.csv": "value,on\n1,2026-01-31\n"}
    for each, text in texts.items():
        desk.save(text, each)
    good = desk.plans.get("d")
    writes = 0

    def disturbed(source: str, folder: Path, network: Network, feeds: Feeds) -> Plan:
        nonlocal writes
        plan = load_plan(source, folder, network, feeds)
        if writes:
            writes -= 1
            desk.save(texts[name], name)
        return plan

    monkeypatch.setattr("syncd.plans.load_plan", disturbed)
    writes = TRIES
    desk.save(texts[name], name)
    with pytest.raises(PlanError, match="somebody is writing it"):
        desk.plans.get("d")
    assert desk.plans.last("d") is good
    writes = TRIES - 1
    desk.save(texts[name], name)
    assert desk.plans.get("d") is not good
    assert writes == 0


def test_a_pipe_is_no_plan_and_no_readings(desk: Desk) -> None:
    """Nobody writes into it, so nobody waits for it."""
    os.mkfifo(desk.folder / "plans/plan.toml")
    with pytest.raises(PlanError, match="a pipe or a device"):
        desk.plans.get("d")
    desk.plans = Plans({"d": PlanConfig(source="with.toml")}, desk.folder, desk.clock, DIRECT)
    desk.save(HEAD + KPI + 'readings_from = "/dev/zero"\n', "with.toml")
    with pytest.raises(PlanError, match=r"K\.readings_from: .*a pipe or a device"):
        desk.plans.get("d")


@pytest.mark.parametrize("figure", ["1e99999999999999999999", "-1e-99999999999999999999", "1e5000"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.toml", HEAD + KPI + "tolerance = FIGURE\n"),
        ("p.yaml", "plan: {id: p, title: t}\ngoals: [{id: G, title: g, kpis: [{id: K, title: k, tolerance: FIGURE}]}]"),
        ("p.json", '{"plan": {"id": "p", "title": "t"}, "goals": [{"id": FIGURE}]}'),
    ],
)
def test_a_figure_beyond_all_reckoning_keeps_the_last_plan(name: str, text: str, figure: str, desk: Desk) -> None:
    """It is a mistake in the file like any other, in each form."""
    desk.plans = Plans({"d": PlanConfig(source=name)}, desk.folder, desk.clock, DIRECT)
    sound = {"p.json": '{"plan": {"id": "p", "title": "t"}}'}.get(name, text.replace("FIGURE", "1.5"))
    desk.save(sound, name)
    good = desk.plans.get("d")
    desk.save(text.replace("FIGURE", figure), name)
    with pytest.raises(PlanError, match=f"{name}: this is not valid .*: the number {figure} cannot be read"):
        desk.plans.get("d")
    assert desk.plans.last("d") is good


def test_whatever_goes_wrong_in_reading_is_an_error_of_the_plan(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a fault of syncd's own keeps the last good plan, and stops nobody who asks for another."""

    def faulty(source: str, folder: Path, network: Network, feeds: Feeds) -> Plan:
        raise ZeroDivisionError(source)

    desk.save(HEAD)
    good = desk.plans.get("d")
    monkeypatch.setattr("syncd.plans.load_plan", faulty)
    desk.save(HEAD)
    with pytest.raises(PlanError, match=r"plan\.toml: it cannot be read \(ZeroDivisionError: "):
        desk.plans.get("d")
    assert desk.plans.last("d") is good
