"""`syncd proposals`: listed, exported, and put into the plan with one command; the tasks of new items are followed."""

from __future__ import annotations

import csv
import json
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors.asana.sandbox import Fault
from syncd.app import App
from syncd.errors import PlanError, Problem
from syncd.plan.edits import Kept
from syncd.store import Store
from syncd.views.proposals import COLUMNS
from tests.cli.district import PLAN, TASKS, District

PROPOSE = 'unplanned = "propose"'
LAPTOPS, TRAIN = "Buy laptops", "Train every K-3 teacher"


@pytest.fixture
def proposing(pushed: District) -> District:
    """A pushed district that has its teams' own work proposed."""
    pushed.write_config(mapping=PROPOSE)
    return pushed


@pytest.fixture
def added(proposing: District) -> District:
    """Its team added a task below an action, and it was seen."""
    above = proposing.task("Adopt structured literacy").gid
    proposing.box.world.add_task(LAPTOPS, parent=above, due_on="2026-12-01")
    said = proposing.run("sync")
    assert said.code == 0
    assert "\n1 proposal to the plan, by its teams: G1.A1.P3\n  → syncd --config " in said.out
    return proposing


@pytest.fixture
def barred(pushed: District) -> District:
    """A pushed district whose plan may only be read, where a team moved a date."""
    (pushed.folder / "plan.toml").chmod(0o444)
    pushed.box.world.set(pushed.task(TRAIN).gid, due_on="2027-03-01")
    assert pushed.run("sync").code == 0
    return pushed


def plan_of(district: District, name: str = "plan.toml") -> dict[str, Any]:
    """What a file holds as a plan."""
    return tomllib.loads((district.folder / name).read_text(encoding="utf-8"))


def live(district: District, title: str = LAPTOPS) -> int:
    """How many tasks of that title there are."""
    return sum(task.name == title and not task.deleted for task in district.box.world.tasks.values())


def test_a_teams_own_task_becomes_a_project(added: District) -> None:
    """Listed by status and by itself; one command puts it into the plan, the next sync links it, nothing is doubled."""
    [mapping] = added.run("status", "--json").json["mappings"]
    assert mapping["proposals"] == 1
    [listed] = added.run("proposals", "--json").json["proposals"]
    assert listed == dict.fromkeys(COLUMNS) | {
        "kind": "new",
        "mapping": "academics",
        "item": "G1.A1.P3",
        "title": LAPTOPS,
        "tier": "project",
        "under": "G1.A1",
        "due": "2026-12-01",
        "url": listed["url"],
    }
    said = added.run("proposals", "apply", "G1.A1.P3")
    assert said.code == 0
    assert "Put into the plan: 1 proposal\n    G1.A1.P3  Buy laptops\n" in said.out
    text = (added.folder / "plan.toml").read_text(encoding="utf-8")
    [_, _, project] = plan_of(added)["goals"][0]["actions"][0]["projects"]
    assert (project["id"], project["title"], str(project["due"])) == ("G1.A1.P3", LAPTOPS, "2026-12-01")
    assert text.startswith(PLAN[: PLAN.index('[[goals]]\nid = "G2"')].rstrip())
    assert "syncd:district/G1.A1.P3" in added.task(LAPTOPS).notes

    after = added.run("sync", "--json").json["passes"][0]
    assert (after["created"], after["adopted"]) == (0, 1)
    assert added.run("status", "--json").json["mappings"][0]["links"] == TASKS + 1
    added.box.world.complete(added.task(LAPTOPS).gid)
    added.run("sync")
    assert live(added) == 1
    [work] = [line for line in added.run("explain", "G1.A1", "--json").json["work"] if line["id"] == "G1.A1.P3"]
    assert work["share"] == 1
    assert added.run("proposals").out == "Nothing is proposed.\n"
    kinds = [line["kind"] for line in added.run("log", "G1.A1.P3", "--json").json["entries"]]
    assert kinds[:3] == ["propose", "write_back", "adopt"]


def test_the_list_for_people(added: District) -> None:
    """What it is, where it would hang, what its task says and where it is; and the command that puts it there."""
    [task] = [task for task in added.box.world.tasks.values() if task.name == LAPTOPS]
    said = added.run("proposals")
    assert said.code == 0
    first, title, new, url, last = said.out.splitlines()
    assert (first, title) == ("academics: 1 proposal", f"  G1.A1.P3  {LAPTOPS}")
    assert new == "      new: a project of G1.A1 “Adopt structured literacy”, due 2026-12-01"
    assert task.gid in url
    assert (
        last == f"To put them into the plan: syncd --config {added.config} proposals apply --all (or the ids of some)"
    )
    assert "    G1.A1.P3  Buy laptops  new: a project of G1.A1" in added.run("status").out


def test_nothing_is_proposed(district: District) -> None:
    """Before the first pass nothing is, nothing is asked, and no store is made."""
    before = district.left()
    assert district.run("proposals").out == "Nothing is proposed.\n"
    assert district.run("proposals", "--json").json == {"proposals": []}
    said = district.run("proposals", "apply", "--all")
    assert (said.code, said.out) == (0, "Nothing is proposed.\n")
    assert (district.left(), district.box.requests) == (before, [])


def test_a_plan_that_cannot_be_written(barred: District) -> None:
    """It is told why and what can be done instead, and nothing is changed anywhere."""
    assert "      not in the plan: " in barred.run("proposals").out
    before = plan_of(barred)
    said = barred.run("proposals", "apply", "--all")
    assert (said.code, said.out) == (2, "")
    assert "may only be read; allow it to be written" in said.err
    copy = barred.folder / "plan-proposed.toml"
    assert f"`syncd --config {barred.config} proposals apply --all --to {copy}`" in said.err
    assert f"`syncd --config {barred.config} proposals --export proposals.csv`" in said.err
    assert barred.run("proposals", "apply", "--all", "--to", str(copy)).code == 0
    assert plan_of(barred) == before


def test_a_copy_of_the_plan(barred: District, tmp_path: Path) -> None:
    """The copy holds the value and is the plan in all else; once it took the plan's place nothing is proposed."""
    copy = tmp_path / "copy.toml"
    said = barred.run("proposals", "apply", "G1.A1.P1", "--to", str(copy))
    assert said.code == 0
    assert f"Put into {copy}: 1 proposal\n" in said.out
    assert "Nothing changes before that file takes the place of the plan." in said.out
    assert (barred.folder / "plan.toml").read_text(encoding="utf-8") == PLAN
    assert copy.read_text(encoding="utf-8") == PLAN.replace("2027-01-15", "2027-03-01")
    assert len(barred.run("proposals", "--json").json["proposals"]) == 1
    copy.replace(barred.folder / "plan.toml")
    assert barred.run("proposals", "--json").json["proposals"] == []
    assert barred.run("sync", "--json").json["ok"] is True


def test_new_work_in_a_copy(added: District, tmp_path: Path) -> None:
    """Its task is marked once, so that it becomes the item's own when the copy takes the plan's place."""
    (added.folder / "plan.toml").chmod(0o444)
    copy = tmp_path / "copy.toml"
    for _ in range(2):
        assert added.run("proposals", "apply", "--all", "--to", str(copy)).code == 0
    logged = [line["kind"] for line in added.run("log", "G1.A1.P3", "--json").json["entries"]]
    assert logged == ["propose"]
    assert added.run("sync", "--json").json["passes"][0]["created"] == 0
    assert [each["item"] for each in added.run("proposals", "--json").json["proposals"]] == ["G1.A1.P3"]
    copy.replace(added.folder / "plan.toml")
    counts = added.run("sync", "--json").json["passes"][0]
    assert (counts["created"], counts["adopted"], live(added)) == (0, 1, 1)


class _Site(BaseHTTPRequestHandler):
    """A web site that has the district's plan."""

    folder: ClassVar[Path]
    hits_left: ClassVar[int]

    def do_GET(self) -> None:
        """Hand out the plan, as often as it may be had."""
        type(self).hits_left -= 1
        body = (self.folder / "plan.toml").read_bytes()
        self.send_response(200 if self.hits_left >= 0 else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        """Say nothing."""


def test_a_plan_from_an_address(pushed: District, tmp_path: Path) -> None:
    """It is only read: what teams set is proposed, and a copy can be had, unless the address fails just then."""
    _Site.folder, _Site.hits_left = pushed.folder, 100
    copy = tmp_path / "copy.toml"
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        config = pushed.config.read_text(encoding="utf-8")
        address = f"http://127.0.0.1:{site.server_port}/plan.toml"
        pushed.config.write_text(config.replace('"plan.toml"', f'"{address}"'), encoding="utf-8")
        pushed.box.world.set(pushed.task(TRAIN).gid, due_on="2027-03-01")
        assert pushed.run("sync").code == 0
        [listed] = pushed.run("proposals", "--json").json["proposals"]
        assert "the plan comes from a web address" in listed["why"]
        _Site.hits_left = 1
        failed = pushed.run("proposals", "apply", "--all", "--to", str(copy))
        assert (failed.code, address in failed.err, copy.exists()) == (2, True, False)
        _Site.hits_left = 100
        assert pushed.run("proposals", "apply", "--all", "--to", str(copy)).code == 0
        site.shutdown()
        thread.join()
    assert copy.read_text(encoding="utf-8") == PLAN.replace("2027-01-15", "2027-03-01")


def test_a_copy_that_would_be_no_other(added: District, tmp_path: Path) -> None:
    """Where nothing of it goes into the plan no copy is written."""
    title = "A\u202etxt title that turns around"
    added.box.world.add_task(title, parent=added.task("Adopt structured literacy").gid)
    added.run("sync")
    copy = tmp_path / "copy.toml"
    said = added.run("proposals", "apply", "G1.A1.P4", "--to", str(copy))
    assert (said.code, copy.exists()) == (1, False)


def test_where_a_copy_cannot_go(barred: District, tmp_path: Path) -> None:
    """Not over the plan itself, and not into a folder that is not there; the file stays as it was."""
    own = barred.run("proposals", "apply", "--all", "--to", str(barred.folder / "plan.toml"))
    assert (own.code, "that is the plan's own file" in own.err) == (2, True)
    nowhere = barred.run("proposals", "apply", "--all", "--to", str(tmp_path / "no" / "copy.toml"))
    assert (nowhere.code, "there is no folder" in nowhere.err) == (2, True)
    assert (barred.folder / "plan.toml").read_text(encoding="utf-8") == PLAN


def test_a_copy_is_written_over_nothing_but_an_earlier_one(barred: District) -> None:
    """Neither over configuration, store or an edition kept by hand, nor under a name that would be read otherwise."""
    folder, apply = barred.folder, ("proposals", "apply", "--all", "--to")
    (folder / "same.toml").hardlink_to(folder / "plan.toml")
    (folder / "edition.toml").write_text(PLAN, encoding="utf-8")
    (folder / "pipe.toml").mkdir()
    for name, told in {
        "config.toml": "is there already, and not as syncd wrote it; name another file, or move that one away",
        "edition.toml": "is there already, and not as syncd wrote it",
        "pipe.toml": "is there already, and not as syncd wrote it",
        "syncd.db": "the plan is a .toml file, and so is its copy: give syncd.db that ending",
        "copy.yaml": "the plan is a .toml file, and so is its copy: give copy.yaml that ending",
        "copy": "the plan is a .toml file, and so is its copy: give copy that ending",
        "same.toml": "that is the plan's own file",
    }.items():
        before = (folder / name).read_bytes() if (folder / name).is_file() else None
        said = barred.run(*apply, str(folder / name))
        assert (said.code, told in said.err) == (2, True), (name, said.err)
        assert ((folder / name).read_bytes() if (folder / name).is_file() else None) == before
    for _ in range(2):
        assert barred.run(*apply, str(folder / "copy.toml")).code == 0
    copy = folder / "copy.toml"
    assert copy.read_text(encoding="utf-8") == PLAN.replace("2027-01-15", "2027-03-01")
    copy.write_text(f"{copy.read_text(encoding='utf-8')}# ours\n", encoding="utf-8")
    said = barred.run(*apply, str(copy))
    assert (said.code, "not as syncd wrote it" in said.err) == (2, True)
    assert copy.read_text(encoding="utf-8").endswith("# ours\n")


def test_a_copy_in_another_place_would_not_find_its_readings(barred: District, tmp_path: Path) -> None:
    """Beside the plan it does, and where the plan names them by a full path; elsewhere it is refused, with words."""
    readings = barred.folder / "readings.csv"
    readings.write_text("kpi,value,on\n", encoding="utf-8")
    plan = barred.folder / "plan.toml"
    plan.chmod(0o644)
    text = PLAN.replace('unit = "%"', 'unit = "%"\nreadings_from = "readings.csv"', 1)
    apply = ("proposals", "apply", "--all", "--to")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for held, to, code in (
        (text, elsewhere / "copy.toml", 2),
        (text, barred.folder / "copy.toml", 0),
        (text.replace('"readings.csv"', f'"{readings}"'), elsewhere / "copy.toml", 0),
    ):
        plan.write_text(held, encoding="utf-8")
        plan.chmod(0o444)
        said = barred.run(*apply, str(to))
        assert (said.code, to.exists()) == (code, code == 0), said.err
        assert ("takes readings from readings.csv, beside it" in said.err) == bool(code)
        plan.chmod(0o644)


def test_much_at_once_is_foretold(proposing: District) -> None:
    """More new work than the guard lets through at once: the command says what the next pass will do, and it does."""
    above = proposing.task("Adopt structured literacy").gid
    for number in range(11):
        proposing.box.world.add_task(f"Own {number}", parent=above)
    proposing.run("sync")
    said = proposing.run("proposals", "apply", "--all")
    assert said.code == 0
    assert "So much at once may stop the next pass of academics at its guard" in said.out
    assert proposing.run("sync").code == 3
    assert proposing.run("sync", "--approve").code == 0


def test_what_one_plan_took_is_told_though_another_fails(
    barred: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second plan's proposals are left, with the reason; of a first one that fails the command fails."""
    (barred.folder / "plan.toml").chmod(0o644)
    text = PLAN.replace('id = "district"', 'id = "other"', 1)
    (barred.folder / "other.toml").write_text(text, encoding="utf-8")
    more = (
        '[plans.other]\nsource = "other.toml"\n[mappings.other]\nplan = "other"\nconnection = "asana"\n'
        'container = { name = "Another" }\nunplanned = "propose"\n'
    )
    barred.write_config(more=more, mapping=PROPOSE)
    assert barred.run("sync").code == 0
    for task in [task for task in barred.box.world.tasks.values() if task.name == "Adopt structured literacy"]:
        barred.box.world.add_task(LAPTOPS, parent=task.gid)
    barred.run("sync")
    keep = App.keep

    def failing(app: App, plan: str, *values: Any) -> Kept:
        if plan in fails:
            raise PlanError([Problem("other.toml", "it is gone")])
        return keep(app, plan, *values)

    monkeypatch.setattr(App, "keep", failing)
    fails = ["district", "other"]
    said = barred.run("proposals", "apply", "--all")
    assert (said.code, "it is gone" in said.err) == (2, True)
    fails = ["other"]
    said = barred.run("proposals", "apply", "--all")
    assert (said.code, "Put into the plan: 1 proposal" in said.out, "it is gone" in said.out) == (1, True, True)
    assert LAPTOPS in (barred.folder / "plan.toml").read_text(encoding="utf-8")


def test_what_is_chosen_is_what_waits_when_nobody_else_works(barred: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass that ends right before the command has its turn put the value into the plan: nothing is left to do."""
    (barred.folder / "plan.toml").chmod(0o644)
    turn, before = Store.turn, [lambda: barred.run("sync")]

    def late(store: Store, connection: str) -> Any:
        if before:
            assert before.pop()().code == 0
        return turn(store, connection)

    monkeypatch.setattr(Store, "turn", late)
    said = barred.run("proposals", "apply", "--all", "--json")
    assert (said.code, said.json) == (0, {"applied": [], "left": []})
    assert plan_of(barred)["goals"][0]["actions"][0]["projects"][0]["due"].isoformat() == "2027-03-01"


def test_a_dry_run(added: District) -> None:
    """It shows what would be, and changes nothing, neither in the plan nor in the tool nor in the log."""
    asked = len(added.box.requests)
    said = added.run("proposals", "apply", "--all", "--dry-run")
    assert (said.code, said.out.splitlines()[0]) == (0, "Would go into the plan: 1 proposal")
    assert "next pass" not in said.out
    assert (added.folder / "plan.toml").read_text(encoding="utf-8") == PLAN
    assert len(added.box.requests) == asked
    assert "nobody knows an item G1.A1.P3" in added.run("log", "G1.A1.P3").err
    found = added.run("proposals", "apply", "--all", "--dry-run", "--json").json
    assert ([each["item"] for each in found["applied"]], found["left"]) == (["G1.A1.P3"], [])


def test_what_cannot_go_into_the_plan(added: District) -> None:
    """What the plan does not take is told with the reason beforehand, and is left; the rest goes in (exit code 1)."""
    above = added.task("Adopt structured literacy").gid
    added.box.world.add_task("A\u202etxt title that turns around", parent=above)
    added.run("sync")
    odd = added.run("proposals", "--json").json["proposals"][1]
    assert "U+202E" in odd["why"]
    assert "not in the plan: " in added.run("proposals").out
    dry = added.run("proposals", "apply", "--all", "--dry-run")
    assert (dry.code, "Left as it is: 1 proposal" in dry.out) == (1, True)
    said = added.run("proposals", "apply", "--all", "--json")
    assert said.code == 1
    assert [each["item"] for each in said.json["applied"]] == ["G1.A1.P3"]
    assert [(each["item"], "U+202E" in each["why"]) for each in said.json["left"]] == [("G1.A1.P4", True)]
    assert not any("G1.A1.P4" in task.notes for task in added.box.world.tasks.values())


def test_a_tool_that_refuses(added: District) -> None:
    """A task that cannot be marked stays out of the plan, with the tool's words."""
    added.box.faults.append(Fault(match="PUT /tasks", status=403, message="not yours"))
    said = added.run("proposals", "apply", "G1.A1.P3")
    assert said.code == 1
    assert "Left as it is: 1 proposal\n    G1.A1.P3  Buy laptops\n" in said.out
    assert "not yours" in said.out
    assert plan_of(added) == tomllib.loads(PLAN)
    added.box.faults.clear()
    assert added.run("proposals", "apply", "G1.A1.P3").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name the items whose proposals are meant, or say --all"),
        (("G1.A1.P3", "--all"), "name the items whose proposals are meant, or say --all"),
        (("G1.A1.P33",), "of G1.A1.P33 nothing is proposed; did you mean G1.A1.P3?"),
        (("zzz",), "of zzz nothing is proposed; there is: G1.A1.P3"),
    ],
)
def test_what_is_meant_must_be_clear(added: District, words: tuple[str, ...], told: str) -> None:
    """Items or --all, and only what is proposed; with a hint at what there is."""
    said = added.run("proposals", "apply", *words)
    assert (said.code, told in said.err) == (2, True)
    assert plan_of(added) == tomllib.loads(PLAN)


def test_nothing_to_choose_from(pushed: District) -> None:
    """An item is named, and nothing at all is proposed."""
    said = pushed.run("proposals", "apply", "G1")
    assert (said.code, "of G1 nothing is proposed; nor is anything of another" in said.err) == (2, True)


def test_it_is_exported(barred: District, tmp_path: Path) -> None:
    """As a table that Excel reads as UTF-8, or as JSON; formulas that somebody typed as a title stay text."""
    barred.write_config(mapping=PROPOSE)
    above = barred.task("Adopt structured literacy").gid
    barred.box.world.add_task("=1+1", parent=above)
    barred.run("sync")
    table, data = tmp_path / "list.csv", tmp_path / "list.json"
    said = barred.run("proposals", "--export", str(table))
    assert (said.code, said.out) == (0, "")
    assert f"2 proposals written to {table}" in said.err
    assert table.read_bytes().startswith(b"\xef\xbb\xbfkind,")
    with table.open(encoding="utf-8-sig", newline="") as file:
        value, work = csv.DictReader(file)
    assert (value["kind"], value["field"], value["plan"], value["tool"]) == ("value", "due", "2027-01-15", "2027-03-01")
    assert (work["kind"], work["item"], work["title"], work["plan"]) == ("new", "G1.A1.P3", "'=1+1", "")
    listed = barred.run("proposals", "--json", "--export", str(data)).json["proposals"]
    assert json.loads(data.read_text(encoding="utf-8")) == listed
    wrong = barred.run("proposals", "--export", str(tmp_path / "list.pdf"))
    assert (wrong.code, "the name must end with .csv or .json" in wrong.err) == (2, True)


def test_a_list_is_written_over_nothing_but_an_earlier_one(barred: District) -> None:
    """Neither over readings nor over a plan, whatever their names end with."""
    readings, plan = barred.folder / "readings.csv", barred.folder / "plan.json"
    readings.write_text("kpi,value,on\n", encoding="utf-8")
    plan.write_text('{"plan": {}}', encoding="utf-8")
    (barred.folder / "half.json").write_text('[{"plan": 1}', encoding="utf-8")
    for name in ("readings.csv", "plan.json", "half.json"):
        before = (barred.folder / name).read_text(encoding="utf-8")
        said = barred.run("proposals", "--export", str(barred.folder / name))
        assert (said.code, f"{name} is there already, and not as syncd wrote it" in said.err) == (2, True)
        assert (barred.folder / name).read_text(encoding="utf-8") == before
    for name in ("list.csv", "list.json"):
        for _ in range(2):
            assert barred.run("proposals", "--export", str(barred.folder / name)).code == 0


def test_several_plans_need_several_files(barred: District, tmp_path: Path) -> None:
    """One file holds one plan: proposals for two are not put into the same copy."""
    text = PLAN.replace('id = "district"', 'id = "other"', 1)
    (barred.folder / "other.toml").write_text(text, encoding="utf-8")
    more = (
        '[plans.other]\nsource = "other.toml"\n[mappings.other]\nplan = "other"\nconnection = "asana"\n'
        'container = { name = "Another" }\n'
    )
    barred.write_config(more=more)
    assert barred.run("sync").code == 0
    (barred.folder / "other.toml").chmod(0o444)
    task = max((task for task in barred.box.world.tasks.values() if task.name == TRAIN), key=lambda task: task.gid)
    barred.box.world.set(task.gid, due_on="2027-04-01")
    barred.run("sync")
    said = barred.run("proposals", "apply", "--all", "--to", str(tmp_path / "copy.toml"))
    assert (said.code, "these are for district, other" in said.err) == (2, True)
    assert [line for line in barred.run("proposals").out.splitlines() if line[0] != " "][:2] == [
        "academics: 1 proposal",
        "other: 1 proposal",
    ]


def test_counted_work_in_the_figures(pushed: District) -> None:
    """With `count` a team's task is a project of its action in scorecard and explanation, and says what it is."""
    pushed.write_config(mapping='unplanned = "count"')
    above = pushed.task("Adopt structured literacy").gid
    made = pushed.box.world.add_task(LAPTOPS, parent=above)
    pushed.box.world.complete(made.gid)
    pushed.run("sync")
    action = pushed.run("scorecard", "--format", "json").json["goals"][0]["actions"][0]
    assert action["progress"] == pytest.approx(1 / 3, abs=1e-6)
    own = f"task:{made.gid}"
    assert [(each["id"], each["title"], each["done"]) for each in action["projects"]][-1] == (own, LAPTOPS, True)
    assert "not in the plan: made by the team" in pushed.run("scorecard").out
    [work] = [line for line in pushed.run("explain", "G1.A1", "--json").json["work"] if line["id"] == own]
    assert (work["title"], work["share"], work["weight"]) == (LAPTOPS, 1, 1)
    assert "not in the plan: made by the team" in pushed.run("explain", "G1.A1").out
    assert "not in the plan: made by the team" in pushed.run("explain", own).out
    for form in ("text", "json", "html", "csv"):
        assert LAPTOPS not in pushed.run("scorecard", "--audience", "public", "--format", form).out
    assert pushed.run("proposals").out == "Nothing is proposed.\n"
