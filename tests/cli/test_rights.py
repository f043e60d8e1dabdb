"""`syncd check --online` on what an account may do: too little, enough, or more than syncd needs."""

from __future__ import annotations

import pytest

from connectors.asana.sandbox import Fault
from connectors.contract import Settings
from connectors.monday import connect as monday
from connectors.monday.sandbox import Sandbox as Monday
from connectors.reach import Reach, Standing
from syncd.cli.findings import Finding, Fine
from syncd.cli.rights import beyond, rights, said
from tests.cli.district import District
from tests.connectors.clock import ToldClock

NARROWER = "→ Use the token of an account that is there for syncd alone"


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [
        ("member", "✓ connection asana: the account is a member: it may read and write, and make fields and", 0),
        ("guest", "✓ connection asana: the account is a guest: it may read and write where it is invited", 0),
        ("admin", "! connection asana: the account is an administrator: its token may do far more than syncd", 0),
        ("view_only", "! connection asana: the account may look and change nothing (view-only)", 1),
    ],
)
def test_what_an_account_is(district: District, kind: str, words: str, code: int) -> None:
    """Too much is told and stops nothing; too little is a finding; each comes with what to do."""
    district.box.world.users[district.box.world.me].kind = kind
    told = district.run("check", "--online")
    assert (told.code, words in told.out) == (code, True), told.out
    assert (NARROWER in told.out) == (kind == "admin")


def test_how_far_it_reaches(pushed: District) -> None:
    """Containers that no mapping needs are counted, and a narrower account is suggested; it writes nothing."""
    assert "the account sees 1 container, 1 of which mappings need\n" in pushed.run("check", "--online").out
    pushed.box.world.add_project("Payroll")
    told = pushed.run("check", "--online")
    assert "✓ connection asana: the account sees 2 containers, 1 of which mappings need\n    → Use the" in told.out
    assert told.code == 0


def test_a_tool_that_does_not_tell(district: District) -> None:
    """An account that may not ask is none with a fault; a tool that fails meanwhile is named."""
    district.box.faults.append(Fault(match="workspace_memberships", status=403))
    told = district.run("check", "--online")
    assert (told.code, "the tool does not tell what the account may do" in told.out) == (0, True)
    district.box.faults.append(Fault(match="workspace_memberships", status=401))
    assert district.run("check", "--online").code == 4


def test_monday_tells_tier_and_day() -> None:
    """Kind, tier and what is left of the day, and the boards; an administrator too."""
    with Monday() as box:
        box.world.add_board("Strategic plan")
        connector = monday(Settings("monday", box.token, box.base_url), ToldClock())
        connector.me()
        first, second = rights(connector, "c")
        assert str(first).startswith("✓ c: the account is a member: ")
        assert str(second).startswith("✓ c: the district's plan is “standard”; ")
        assert str(second).endswith(" of 1,000 requests a day are left for syncd today")
        [reached] = beyond(connector, "c", ())
        assert str(reached) == "✓ c: the account sees 1 container, 0 of which mappings need"
        assert reached.fix
        box.world.users[box.world.me].kind = "admin"
        assert isinstance(next(rights(connector, "c")), Finding)
        connector.close()


def test_several_workspaces() -> None:
    """A token reaches all that its account is in."""
    fine, finding = said(Reach(Standing.MEMBER, 3), None, "c")
    assert isinstance(fine, Fine)
    assert str(finding) == "! c: the account is in 3 workspaces: its token reaches all of them"


def test_owners_of_tasks_that_were_made(pushed: District) -> None:
    """Whose task there is already is its team's matter: nothing is said of tasks that would be made unassigned."""
    pushed.change_plan(("ann@district.example", "bob@district.example"))
    told = pushed.run("check", "--online")
    assert (told.code, "unassigned" in told.out) == (0, False), told.out
    more = '\n[[goals.actions.projects]]\nid = "G2.A1.P9"\ntitle = "Find a room"\nowner = "bob@district.example"\n'
    plan = pushed.folder / "plan.toml"
    pushed.write_plan(plan.read_text(encoding="utf-8") + more)
    assert (
        "1 owner has no account in the workspace, so the tasks are made unassigned"
        in pushed.run("check", "--online").out
    )
