"""Names, titles and a tool's own words that would steer a terminal, forge a line or run in a spreadsheet."""

from __future__ import annotations

import pytest

from connectors.asana.sandbox import Fault
from tests.cli.district import District

STEERING = "\x1b\x9b\u202e\x07"
FORGED = "2026-01-01 10:00  #1  academics  G1.A1"
ODD = f"\x1b[2J\x9b1m\u202eevil\x07\r\n{FORGED} Ann ticked it off"
LINES = (("diff",), ("sync",), ("status",), ("log",), ("proposals",), ("check", "--online"), ("explain", "G1.A1.P1"))
CARDS = (("scorecard",), ("scorecard", "--format", "csv"), ("scorecard", "--format", "html"))


@pytest.fixture
def attacked(pushed: District) -> District:
    """A district whose team has odd titles and a member of an odd name, and whose tool says odd things."""
    district = pushed
    district.write_config(mapping='unplanned = "propose"\n[mappings.academics.fields]\ntitle = "shared"')
    world = district.box.world
    bob = world.add_user(f"Bob {ODD}", "")
    world.rename(district.task("Train every K-3 teacher").gid, f"=Train {ODD}", by=bob.gid)
    district.change_plan(("Open a family office", "Open the family office"))
    district.box.faults.append(Fault("^PUT", status=403, message=f"no {ODD}", times=100))
    return district


def test_nobody_steers_the_terminal_or_forges_a_line(attacked: District) -> None:
    """Whatever people call things and a tool says: it is shown within its own line, and steers nothing."""
    said = {command: attacked.run(*command) for command in (*LINES, *CARDS)}
    shown = {command: each.out + each.err for command, each in said.items()}
    assert any("evil" in shown[command] for command in LINES)
    assert "bob.\ufffd[2j" in shown["log",]
    assert "no \ufffd[2J" in shown["sync",]
    for command, text in shown.items():
        assert not set(STEERING) & set(text), command
        assert not [row for row in text.splitlines() if row.startswith(FORGED)], command


def test_json_of_commands_steers_no_terminal(attacked: District) -> None:
    """Programs get what people wrote, a terminal gets no escape."""
    for command in (("sync",), ("status",), ("log",), ("proposals",), ("diff",)):
        said = attacked.run(*command, "--json")
        assert not set(STEERING) & set(said.out + said.err), command


def test_exported_proposals_run_in_no_spreadsheet(attacked: District) -> None:
    """Titles of teams go into the list as text."""
    attacked.run("sync")
    attacked.run("proposals", "--export", str(attacked.folder / "found.csv"))
    written = (attacked.folder / "found.csv").read_text(encoding="utf-8")
    assert "'=Train" in written
    assert not any(cell in written for cell in (',"=', ",=", '\n"=', "\n="))
