"""`syncd sync`: what it does, how it ends, and what it says about both."""

from __future__ import annotations

import re
import shlex
import sqlite3

import pytest

from connectors.asana.sandbox import Fault
from connectors.clock import SystemClock
from connectors.errors import Invalid
from syncd.cli.sync import lines, why
from syncd.engine.tally import COUNTED, Finding, PassReport
from syncd.records import Outcome
from tests.cli.district import NAME, TASKS, TOKEN, District, run

PASS = {"mapping", *COUNTED, "requests", "seconds"}


def test_a_line_for_each_mapping(district: District) -> None:
    """The first pass makes every task and says so in a line; the second has nothing to do."""
    first = district.run("sync")
    assert first.code == 0, first.err
    assert first.err == ""
    assert first.out.startswith(f"academics: {TASKS} created — ")
    assert " requests in " in first.out
    second = district.run("sync")
    assert second.code == 0
    assert second.out.startswith("academics: nothing to do — 1 request in 0.")


def test_what_teams_changed_is_told(pushed: District) -> None:
    """A tick needs no write, and is counted all the same, in the pass that heard of it."""
    task = pushed.task("Train every K-3 teacher")
    pushed.box.world.set(task.gid, completed=True)
    told = pushed.run("sync").out
    assert told.startswith("academics: 1 changed by teams — "), told
    assert pushed.run("status").out.count("1 changed by teams") == 1
    assert pushed.run("sync", "--json").json["passes"][0]["changed_by_teams"] == 0
    pushed.box.world.set(task.gid, completed=False)
    assert pushed.run("sync", "--json").json["passes"][0]["changed_by_teams"] == 1


def test_json_has_exactly_the_agreed_keys(district: District) -> None:
    """`sync --json` prints the counts of each pass and whether all is well, and nothing else on stdout."""
    said = district.run("sync", "--json")
    assert said.code == 0
    assert said.json.keys() == {"passes", "ok"}
    [one] = said.json["passes"]
    assert one.keys() == PASS
    assert (one["mapping"], one["created"], one["failed"], said.json["ok"]) == ("academics", TASKS, 0, True)
    assert one["requests"] == len(district.box.requests)
    assert said.err.startswith(f"academics: {TASKS} created")


def test_one_bad_item_is_exit_1(district: District) -> None:
    """What the tool refuses is reported with its title, the tool's own words and a next step; the rest went through."""
    district.box.faults.append(Fault(match="POST /tasks", skip=3, status=400, message="name: no such teachers"))
    said = district.run("sync")
    assert said.code == 1
    assert said.out.startswith(f"academics: {TASKS - 1} created, 1 failed")
    assert "  ! G1.A1.P" in said.out or "  ! G2.A1.P1  Hire the family liaison\n" in said.out
    assert "name: no such teachers" in said.out
    assert re.search(r"      → .*; then run `syncd .*sync --retry`", said.out), "what is advised is what tries it again"
    status = district.run("status", "--json").json["mappings"][0]
    assert [aside["message"].endswith("name: no such teachers") for aside in status["set_aside"]] == [True]
    again = district.run("sync", "--retry")
    assert again.code == 0, again.out


def test_only_the_named_mapping(district: District) -> None:
    """`--mapping` runs one of several; one that does not exist is named with the nearest that does."""
    more = '[mappings.families]\nplan = "district"\nconnection = "asana"\ncontainer = { name = "Families" }\n'
    district.write_config(mapping='select = ["G1"]', more=more + 'select = ["G2"]\n')
    said = district.run("sync", "--mapping", "families", "--json")
    assert [one["mapping"] for one in said.json["passes"]] == ["families"]
    wrong = district.run("sync", "--mapping", "familes")
    assert (wrong.code, wrong.out) == (2, "")
    assert "“families”" in wrong.err
    both = district.run("sync", "--json")
    assert [(one["mapping"], one["created"]) for one in both.json["passes"]] == [("academics", 3), ("families", 0)]


def test_the_guard_stops_and_says_how_to_go_on(pushed: District) -> None:
    """Too many rewrites stop before the first write with exit 3; the command that is printed lets them through."""
    pushed.write_config(mapping="[mappings.academics.limits]\nmax_changes = 1\nmax_share = 0.2")
    pushed.change_plan(("Train every", "Coach every"), ("Choose the", "Select the"), ("Hire the", "Find the"))
    before = len(pushed.box.requests)
    said = pushed.run("sync", "--json")
    assert said.code == 3
    assert (said.json["ok"], said.json["passes"][0]["updated"]) == (False, 0)
    assert {seen.method for seen in pushed.box.requests[before:]} <= {"GET"}
    assert "3 of 5 linked items would change" in said.err
    command = said.err.rstrip().splitlines()[-1].strip()
    assert command.startswith(f"syncd --config {pushed.config} sync --mapping academics --approve=")
    text = pushed.run("sync")
    assert text.code == 3
    assert text.out.startswith("academics: stopped by the guard; nothing done")
    wrong = pushed.run("sync", "--approve=0123456789ab")
    assert wrong.code == 3
    assert "academics: that approval was for another picture; this is the picture now: the guard stopped" in wrong.err
    through = run(*shlex.split(command)[1:])
    assert (through.code, through.out.split(" — ")[0]) == (0, "academics: 3 updated")


def test_approve_alone_lets_the_last_stop_through(pushed: District) -> None:
    """`--approve` without a digest approves of what the guard stopped at last."""
    pushed.write_config(mapping="[mappings.academics.limits]\nmax_changes = 1\nmax_share = 0.2")
    pushed.change_plan(("Train every", "Coach every"), ("Choose the", "Select the"), ("Hire the", "Find the"))
    assert pushed.run("sync").code == 3
    assert pushed.run("sync", "--approve", "--json").json["passes"][0]["updated"] == 3


def test_a_wrong_token_is_exit_4(district: District) -> None:
    """A token that the tool does not accept is said so, with what to do, and never printed."""
    district.token = "2/1200/wrong-token-of-somebody"
    district.write_config()
    said = district.run("sync")
    assert said.code == 4
    assert "Make a new token" in said.err
    assert district.token not in said.out + said.err
    assert said.out.startswith("academics: the tool could not be reached, or refuses us; nothing done")


@pytest.mark.parametrize("container", ['"1299999999999999"', '"https://app.asana.com/0/1299999999999999/list"'])
def test_a_wrong_container_is_exit_2(district: District, container: str) -> None:
    """A container that is not there is a matter of the configuration; nothing is made in its place."""
    district.write_config(container=container)
    said = district.run("sync")
    assert said.code == 2
    assert "1299999999999999" in said.err
    assert not district.box.world.tasks


class Hurried(SystemClock):
    """A clock that lets nobody wait."""

    def sleep(self, seconds: float) -> None:
        """Come back at once."""


def test_an_unreachable_tool_is_exit_4(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that nobody answers for is said to be out of reach, by every command that asks it."""
    monkeypatch.setattr("syncd.app.SystemClock", Hurried)
    district.box.close()
    for command in (["sync"], ["diff"], ["check", "--online"]):
        said = district.run(*command)
        assert said.code == 4, command
        assert f"could not be reached, nothing answers at {district.base_url}" in said.out + said.err
        assert "base_url" in said.out + said.err
        assert f"(`syncd --config {district.config} run` does so by itself)" in said.out + said.err


def test_a_damaged_store_is_exit_4(pushed: District) -> None:
    """A store that cannot be read stops everything: it is never taken for an empty one."""
    pushed.store.write_bytes(b"this is not a database, whatever it was before" * 100)
    (pushed.folder / "syncd.db-wal").unlink(missing_ok=True)
    (pushed.folder / "syncd.db-shm").unlink(missing_ok=True)
    before = len(pushed.box.requests)
    for command in (["sync"], ["diff"], ["status"], ["log"], ["scorecard"], ["db", "check"], ["db", "upgrade"]):
        said = pushed.run(*command)
        assert (said.code, said.out) == (4, ""), command
        assert "is not a syncd store" in said.err
    assert len(pushed.box.requests) == before


def test_full_reads_everything_again(pushed: District) -> None:
    """`--full` lists the whole container, which a quiet pass does not."""
    quiet = pushed.run("sync", "--json").json["passes"][0]["requests"]
    full = pushed.run("sync", "--full", "--json").json["passes"][0]["requests"]
    assert quiet == 1
    assert full > quiet


def test_create_columns_makes_the_field(district: District) -> None:
    """`--create-columns` adds the field for plan ids to a container that lacks it."""
    project = district.box.world.add_project(NAME)
    district.write_config(container=f'"{project.gid}"')
    assert district.run("sync").code == 0
    fields = district.box.world.fields.values()
    assert not [field for field in fields if field.name == "Plan ID"]
    assert district.run("sync", "--create-columns").code == 0
    assert [field.name for field in district.box.world.fields.values()] == ["Plan ID"]


def test_without_a_mapping(district: District) -> None:
    """A configuration that maps nothing is said to map nothing."""
    text = district.config.read_text(encoding="utf-8")
    district.config.write_text(text[: text.index("[mappings.")], encoding="utf-8")
    for command in ("sync", "diff"):
        said = district.run(command)
        assert (said.code, said.out) == (0, "")
        assert "names no mapping" in said.err
    assert not district.box.requests


def test_history_is_kept(pushed: District) -> None:
    """After a pass the day's figures stand in the store."""
    with sqlite3.connect(pushed.store) as store:
        [[points]] = store.execute("select count(*) from points")
    assert points > 0


def test_lines_of_a_pass() -> None:
    """Counts stand in the order of the agreed keys; findings below them, remarks last."""
    counts = dict.fromkeys(COUNTED, 0) | {"created": 1200, "archived": 3, "changed_by_teams": 4, "written_back": 2}
    error = Invalid("the tool said no", what="making task")
    report = PassReport(
        mapping="academics",
        outcome=Outcome.FINDINGS,
        counts=counts,
        requests=1,
        seconds=4.25,
        findings=(Finding("A1", "Train", str(error), error.next_step), Finding("A2", "A2", "it waits")),
        remarks=(
            *(Finding(f"A{n}", "Hire", "nobody has that address") for n in range(1, 8)),
            Finding("A9", "Hire", "too long"),
            *(Finding(f"B{n}", "Hire", f"nobody has the address p{n // 2}@d.example: not assigned") for n in range(8)),
        ),
    )
    assert list(lines(report)) == [
        (
            "academics: 1,200 created, 3 let go of (left the plan), 4 changed by teams, 2 taken over into the plan "
            "— 1 request in 4.2 s"
        ),
        "  ! A1  Train",
        "      making task: the tool said no",
        f"      → {error.next_step}",
        "  ! A2",
        "      it waits",
        "  · nobody has that address (A1, A2, A3, A4, A5 and 2 more)",
        "  · too long (A9)",
        (
            "  · nobody has the address p0@d.example, p1@d.example, p2@d.example and 1 more: not assigned "
            "(B0, B1, B2, B3, B4 and 3 more)"
        ),
        "      → Assign these tasks in the tool: syncd does that only for a task that it makes.",
        "      → `syncd check --online --json` lists them all",
    ]
    assert why(report) == ""


def test_secrets_stay_out_of_a_tools_words(district: District) -> None:
    """A tool that repeats the token in its message does not bring it to the screen."""
    district.box.faults.append(Fault(match="POST /tasks", status=400, message=f"bad token={TOKEN}"))
    said = district.run("sync")
    assert said.code == 1
    assert "[hidden]" in said.out
    shown = district.run("status", "--json")
    assert "[hidden]" in shown.out
