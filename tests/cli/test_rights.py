"""`syncd check --online` on what an account may do: too little, enough, or more than syncd needs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.asana import connect as asana
from connectors.asana.sandbox import Fault, Limits
from connectors.asana.sandbox import Sandbox as Asana
from connectors.contract import Settings
from connectors.monday import connect as monday
from connectors.monday.account import reach_of
from connectors.monday.sandbox import Sandbox as Monday
from connectors.reach import Reach, Standing
from syncd.cli.codes import Code
from syncd.cli.findings import Finding, Fine
from syncd.cli.rights import beyond, rights, said
from tests.asana.odd import answering
from tests.cli.district import District
from tests.connectors.clock import ToldClock

MEMBER = {"is_admin": False, "is_guest": False, "is_view_only": False}
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


@pytest.mark.parametrize(
    ("told", "reach"),
    [
        ({"me": {"kind": "guest"}, "account": {"tier": "pro"}}, Reach(Standing.GUEST, tier="pro")),
        ({"me": {"kind": "view_only"}, "account": None}, Reach(Standing.VIEW_ONLY)),
        ({"me": {"kind": "agent"}, "account": {"tier": None}}, Reach(None)),
        ({"me": None}, Reach(None)),
    ],
)
def test_what_monday_tells(told: dict[str, Any], reach: Reach) -> None:
    """A kind that is not known here is none that is made up; neither is a tier that we may not see."""
    assert reach_of(told) == reach


def test_a_view_only_account_of_monday() -> None:
    """It is let in nowhere: `check --online` ends where it asks who it is, and nothing is asked after that."""
    with Monday() as box:
        box.world.users[box.world.me].kind = "view_only"
        connector = monday(Settings("monday", box.token, box.base_url), ToldClock())
        [finding] = rights(connector, "c")
        assert isinstance(finding, Finding)
        assert (finding.code, "has no access to the API" in finding.message) == (Code.UNREACHABLE, True)
        connector.close()


@pytest.mark.parametrize(
    ("told", "standing", "there"),
    [
        ([MEMBER, MEMBER], Standing.MEMBER, Standing.MEMBER),
        ([MEMBER, {"is_guest": True}], None, Standing.MEMBER),
        ([MEMBER, {"is_admin": True}], Standing.ADMIN, Standing.MEMBER),
        ([{"is_view_only": True}, {"is_view_only": True}], Standing.VIEW_ONLY, Standing.VIEW_ONLY),
        ([{}, {}], None, None),
    ],
)
def test_an_account_in_two_workspaces(
    told: list[dict[str, bool]], standing: Standing | None, there: Standing | None
) -> None:
    """With none chosen, what it is in both, or an administrator where it is one in either; else what it is there."""
    data = [{"gid": f"9{at}", "workspace": {"gid": str(at)}, **one} for at, one in enumerate(told)]
    with answering(json.dumps({"data": data}).encode(), workspace=None) as connector:
        assert connector.reach() == Reach(standing, 2)
    with answering(json.dumps({"data": data}).encode(), workspace="0") as connector:
        assert connector.reach() == Reach(there, 2)


@pytest.mark.parametrize("data", [{}, None, [None], [{"gid": 1}], [{"gid": "1", "workspace": None, **MEMBER}], "x"])
def test_what_no_asana_would_say_of_an_account(data: object) -> None:
    """It is a failure of the moment, and never taken for an account that may do little."""
    with answering(json.dumps({"data": data}).encode(), workspace="0") as connector:
        [finding] = rights(connector, "c")
    assert (isinstance(finding, Finding), "not Asana's" in str(finding)) == (True, True)


@pytest.mark.parametrize(("status", "code"), [(401, [Code.UNREACHABLE]), (500, [Code.UNREACHABLE]), (403, [])])
def test_containers_that_are_not_listed(status: int, code: list[Code]) -> None:
    """A tool that fails is named; an account that may not list them is told nothing of what it sees."""
    with Asana(limits=Limits(per_minute=None)) as box:
        connector = asana(Settings("asana", box.token, box.base_url), ToldClock())
        box.faults.append(Fault(match="GET /workspaces/.*/projects", status=status, times=9))
        assert [each.code for each in beyond(connector, "c", ()) if isinstance(each, Finding)] == code
        connector.close()


def test_the_requests_for_it(pushed: District) -> None:
    """The account is asked about once a connection, however many mappings there are."""
    more = '[mappings.{}]\nplan = "district"\nconnection = "asana"\ncontainer = {{ name = "{}" }}\n'
    text = pushed.config.read_text(encoding="utf-8") + more.format("b", "Plan B") + more.format("c", "Plan C")
    pushed.config.write_text(text, encoding="utf-8")
    pushed.box.requests.clear()
    assert pushed.run("check", "--online").out.count("the account is a member") == 1
    assert sum("workspace_memberships" in seen.path for seen in pushed.box.requests) == 1


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
