"""`syncd check`: everything that is wrong with the files at once; with --online, with the tools too."""

from __future__ import annotations

import pytest

from connectors.asana.sandbox import Fault
from syncd.cli.check import lines
from syncd.cli.findings import Finding, Fine
from tests.cli.district import NAME, District
from tests.plan.office import Office, serving

FINDING = {"where", "message", "fix"}

THREE_ERRORS = (
    ('direction = "increase"', 'direction = "sideways"'),
    ('id = "G1.A1.P2"', 'id = "G1.A1.P1"'),
    ('owner = "ann@district.example"', 'ownr = "ann@district.example"'),
)
NAMED = ("“sideways”", "“G1.A1.P1” stands twice", "“ownr”")


def test_all_is_well(district: District) -> None:
    """A configuration and a plan without fault: what was looked at is named, no store is made, no tool asked."""
    before = district.left()
    said = district.run("check")
    assert (said.code, said.err) == (0, "")
    assert "1 connection, 1 plan, 1 mapping\n" in said.out
    assert "plan district: “Every Student Ready”, 2 goals, 1 outcome, 1 KPI, 2 actions, 3 projects\n" in said.out
    assert f"mapping academics: to “{NAME}” in asana\n" in said.out
    assert said.out.endswith("No findings.\n")
    assert district.run("check", "--json").json == {"findings": [], "ok": True}
    assert district.left() == before
    assert not district.box.requests


def test_unknown_keys_in_the_configuration(district: District) -> None:
    """Each key that does not exist is named with its line and the nearest that does, all at once; exit 2."""
    district.write_config(mapping='grup_by = "goal"', more='[servr]\nlisten = "x"\n')
    said = district.run("check", "--json")
    assert said.code == 2
    found = said.json["findings"]
    assert said.json["ok"] is False
    assert all(finding.keys() == FINDING for finding in found)
    assert len(found) == 2
    assert "group_by" in str(found)
    assert "server" in str(found)
    for command in (
        ["sync"],
        ["diff"],
        ["status"],
        ["log"],
        ["run"],
        ["scorecard"],
        ["explain", "G1"],
        ["db", "upgrade"],
    ):
        other = district.run(*command)
        assert (other.code, other.out) == (2, ""), command
        assert "grup_by" in other.err
        assert "2 problems; this file was not used." in other.err
    assert not district.store.exists()
    assert not district.box.requests


def test_a_plan_with_three_errors(district: District) -> None:
    """All three are named with their lines, by every command that reads the plan; nothing is written anywhere."""
    district.change_plan(*THREE_ERRORS)
    before = district.left()
    said = district.run("check")
    assert said.code == 2
    assert said.out.endswith("3 findings.\n")
    assert all(words in said.out for words in NAMED)
    for command in (["sync"], ["diff"], ["scorecard"], ["explain", "G1"]):
        other = district.run(*command)
        assert (other.code, other.out) == (2, ""), command
        assert all(words in other.err for words in NAMED)
    assert district.left() == before
    assert not district.box.requests


def test_findings_of_a_file_name_their_line(district: District) -> None:
    """A finding says where it is as editors understand it, and what to do."""
    district.change_plan(('direction = "increase"', 'direction = "sideways"'))
    [finding] = district.run("check", "--json").json["findings"]
    assert "plan.toml:20: G1.O1.K1" in finding["where"]
    assert finding["fix"] == "Correct it in plan.toml."


def test_no_configuration(district: District) -> None:
    """Without a configuration the path that was looked at is named."""
    district.config.unlink()
    said = district.run("check")
    assert said.code == 2
    assert "config.toml" in said.out
    assert "\n    → Put the file there, or name another.\n" in said.out


def test_a_plan_without_goals(district: District) -> None:
    """It is no mistake, and what to write is told."""
    (district.folder / "plan.toml").write_text('[plan]\nid = "p"\ntitle = "P"\n', encoding="utf-8")
    said = district.run("check")
    assert said.code == 0
    assert "“P”, nothing in it yet: write a goal, as in examples/small/plan.toml" in said.out


def test_a_plan_at_an_address_that_does_not_answer(district: District) -> None:
    """There is nothing to correct in a file: the address is to be looked at."""
    text = district.config.read_text(encoding="utf-8")
    there = text.replace('source = "plan.toml"', 'source = "https://127.0.0.1:9/plan.toml"')
    district.config.write_text(there, encoding="utf-8")
    said = district.run("check")
    assert said.code == 2
    assert "\n    → Open that address in a browser on this machine, or name another.\n" in said.out


def test_a_plan_of_which_nothing_is_public(district: District) -> None:
    """That the public page will be empty is told, and is no finding; once something is public, nothing is said."""
    empty = 'nothing of it\n    → Where it may be seen by everybody, write audience = "public": '
    assert empty not in district.run("check").out
    district.change_plan(('audience = "public"\n', ""))
    said = district.run("check")
    assert (said.code, empty in said.out) == (0, True)


def test_a_plan_that_is_not_adopted(district: District) -> None:
    """That nothing of it will be done is told, and is no finding; of an adopted plan nothing is said."""
    waiting = "not adopted yet: neither sent to a tool nor published\n"
    assert waiting not in district.run("check").out
    district.change_plan(("[plan]", '[plan]\nstatus = "draft"'))
    said = district.run("check")
    assert (said.code, f"✓ plan district: 9 of 9 items {waiting}" in said.out) == (0, True), said.out


def test_a_plan_that_is_not_there(district: District) -> None:
    """A wrong path is a matter of the line in which it stands; the file that may be meant is named."""
    (district.folder / "plan.toml").rename(district.folder / "plans.toml")
    said = district.run("check")
    assert said.code == 2
    assert f"! {district.config}:11: plans.district.source: {district.folder / 'plan.toml'}: there is no" in said.out
    assert "did you mean “plans.toml”?\n    → Correct it in config.toml.\n" in said.out
    assert f"{district.config}:11: plans.district.source: " in district.run("sync").err


def test_a_selection_that_is_not_in_the_plan(district: District) -> None:
    """A branch that the plan does not have is named by check and stops a pass."""
    district.write_config(mapping='select = ["G9"]')
    said = district.run("check")
    assert said.code == 2
    assert "mappings.academics.select[1]: the plan has no “G9”" in said.out
    assert district.run("sync").code == 2
    assert not district.store.exists()


def test_online_before_the_first_pass(district: District) -> None:
    """The account is named, the container is said to be still to come, owners are looked up; nothing is written."""
    said = district.run("check", "--online")
    assert said.code == 0, said.out
    assert "connection asana: signed in as " in said.out
    assert f"“{NAME}” is not there yet; the first `syncd --config {district.config} sync` makes it" in said.out
    assert "1 owner of 1 found" in said.out
    assert not district.store.exists()
    assert {seen.method for seen in district.box.requests} == {"GET"}


def test_online_after_a_pass(pushed: District) -> None:
    """The container is there with its address, and where plan ids stand is said."""
    said = pushed.run("check", "--online")
    assert said.code == 0, said.out
    assert f"“{NAME}” is there (http://127.0.0.1:" in said.out
    assert "plan ids stand in the field “Plan ID”" in said.out


def test_online_finds_what_does_not_fit(district: District) -> None:
    """Unknown owners, an archived container, a field of the wrong type: each with what to do; exit 2."""
    world = district.box.world
    project = world.add_project("Here", archived=True)
    field = world.add_field("Weight", "number")
    world.attach_field(project.gid, field.gid)
    mapping = '[mappings.academics.fields]\nweight = { owner = "plan", from = "title", to = "Weight" }'
    district.write_config(container=f'"{project.gid}"', mapping=mapping)
    district.change_plan(("ann@district.example", "bob@district.example"))
    said = district.run("check", "--online", "--json")
    assert said.code == 2, said.out + said.err
    messages = [finding["message"] for finding in said.json["findings"]]
    assert "“Here”: it is archived, so syncd writes nothing into it" in messages
    assert (
        "1 owner has no account in the workspace, so the tasks are made unassigned: bob@district.example "
        "(owner of G1.A1)"
    ) in messages
    assert sum('the field "Weight" (number) cannot hold' in message for message in messages) == 5
    assert all(finding["fix"] for finding in said.json["findings"])


def test_online_names_strangers_once(district: District) -> None:
    """Many people without an account are one finding: a few for people, all of them for programs, and no ✓ for none."""
    owners = [f"p{number}@district.example" for number in range(4)]
    titles = (
        "Adopt structured literacy",
        "Train every K-3 teacher",
        "Choose the reading books",
        "Open a family office",
    )
    district.change_plan(
        ('owner = "ann@district.example"\n', ""),
        *(
            (f'title = "{title}"', f'title = "{title}"\nowner = "{owner}"')
            for title, owner in zip(titles, owners, strict=True)
        ),
    )
    said = district.run("check", "--online")
    assert said.code == 1
    few = ", ".join(owners[:3])
    assert (
        f"4 owners have no account in the workspace, so their tasks are made unassigned: {few} and 1 more" in said.out
    )
    assert "owners of 4 found" not in said.out
    [finding] = district.run("check", "--online", "--json").json["findings"]
    assert all(owner in finding["message"] for owner in owners)


def test_online_after_a_container_was_renamed(pushed: District) -> None:
    """A new name in the tool is no loss, the container is known; a name in the mapping that nothing bears is wrong."""
    [project] = pushed.box.world.projects.values()
    project.name = "The plan"
    said = pushed.run("check", "--online")
    assert (said.code, "“The plan” is there" in said.out) == (0, True), said.out
    pushed.write_config(container='{ name = "Strategic plam" }')
    said = pushed.run("check", "--online")
    assert said.code == 2
    assert f"there is no “Strategic plam”; the mapping's 5 tasks are in “{NAME}”: did you mean that?" in said.out
    assert pushed.run("sync").code == 2


def test_a_remedy_is_named_once() -> None:
    """Findings in a row with the same remedy name it once, below them."""
    found: list[Finding | Fine] = [
        Fine("a"),
        Finding("m", "b", "do x"),
        Finding("m", "c", "do x"),
        Finding("m", "d", "do y"),
        Fine("e"),
    ]
    assert list(lines(found)) == ["✓ a", "! m: b", "! m: c", "    → do x", "! m: d", "    → do y", "✓ e"]


def test_online_finds_a_missing_field(district: District) -> None:
    """A field that the container lacks is a matter of the configuration."""
    project = district.box.world.add_project("Here")
    mapping = '[mappings.academics.fields]\nweight = { owner = "plan", from = "title", to = "Wieght" }'
    district.write_config(container=f'"{project.gid}"', mapping=mapping)
    said = district.run("check", "--online")
    assert said.code == 2
    assert 'has no field "Wieght"' in said.out
    assert district.run("sync").code == 2


def test_a_field_that_was_made_is_seen_by_the_next_pass(pushed: District) -> None:
    """Once a field that was missing is there, a pass of the ordinary kind goes on, without reading everything."""
    pushed.write_config(
        mapping='[mappings.academics.fields]\nkpis = { owner = "plan", from = "kpis", to = "Measures" }'
    )
    said = pushed.run("sync")
    assert (said.code, "Make it in the tool" in said.err) == (2, True)
    world = pushed.box.world
    [project] = world.projects.values()
    world.attach_field(project.gid, world.add_field("Measures", "text").gid)
    assert pushed.run("sync").code == 0


def test_online_without_access(district: District) -> None:
    """A container that is not for this account is exit 2, with whom to ask."""
    project = district.box.world.add_project("Here")
    district.box.world.restrict(project.gid)
    district.write_config(container=f'"{project.gid}"')
    said = district.run("check", "--online")
    assert said.code == 2
    assert "! mapping academics: " in said.out
    assert "access" in said.out


def test_online_where_people_may_not_be_listed(district: District) -> None:
    """An account that may not list people is no finding: owners are then not looked up."""
    district.box.faults.append(Fault(match="GET /users[?]", status=403))
    said = district.run("check", "--online")
    assert said.code == 0, said.out
    assert "this account may not list people, so owners were not looked up" in said.out


def test_online_with_a_wrong_token(district: District) -> None:
    """A token that is refused is exit 4, with what to do, and is not printed."""
    district.token = "2/1200/wrong-token-of-somebody"
    district.write_config()
    said = district.run("check", "--online")
    assert said.code == 4
    assert "! connection asana: " in said.out
    assert "Make a new token" in said.out
    assert f"{district.config}:8: connections.asana.token: here stands the token in use. Most often" in said.out
    assert district.token not in said.out


def test_online_names_the_variable_of_a_wrong_token(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token from the environment wins over the file, so the variable is named."""
    monkeypatch.setenv("SYNCD_CONNECTIONS__ASANA__TOKEN", "2/1200/wrong-token-of-somebody")
    said = district.run("check", "--online")
    assert (
        "environment variable SYNCD_CONNECTIONS__ASANA__TOKEN: connections.asana.token: here stands the token in use"
        in said.out
    )


def test_online_with_a_wrong_container(district: District) -> None:
    """A container that is not there is exit 2."""
    district.write_config(container='"1299999999999999"')
    said = district.run("check", "--online")
    assert said.code == 2
    assert "! mapping academics: " in said.out


@pytest.mark.parametrize(
    ("mapping", "words", "fix"),
    [
        (
            '[mappings.academics.fields]\ntitle = "shared"',
            "a title that a team changes would show",
            "Let the plan own the titles",
        ),
        (
            'unplanned = "propose"',
            "a team's own task that you put into the plan would show",
            "Look at each title before `syncd proposals apply`",
        ),
    ],
)
def test_words_of_teams_that_would_become_public(district: District, mapping: str, words: str, fix: str) -> None:
    """A finding, with the public items that the mapping reaches, after which the tool is asked all the same."""
    district.write_config(mapping=mapping)
    assert district.run("check").code == 0
    public = ('title = "Every family is heard"', 'title = "Every family is heard"\naudience = "public"')
    district.change_plan(public)
    said = district.run("check", "--json")
    assert said.code == 0
    [finding] = said.json["findings"]
    assert words in finding["message"]
    assert finding["message"].endswith("public page below what is public: G2, G2.A1, G2.A1.P1")
    assert finding["fix"] == f'{fix}, or give items where teams\' words may stand audience = "internal".'
    assert "connection asana: signed in as " in district.run("check", "--online").out
    district.write_config(mapping=f'select = ["G1"]\n{mapping}')
    assert district.run("check").code == 0


def test_readings_that_come_from_a_copy_are_a_finding(district: District) -> None:
    """What the last pass kept stands in for the address; which one fails, why, and how old the copy is, is named."""
    office = Office()
    with serving(office) as address:
        district.change_plan(("readings = [ { value = 55.5, on = 2026-01-31 } ]", f'readings_from = "{address}"'))
        assert district.run("sync").code == 0
        assert district.run("check").code == 0
        office.status = 503
        said = district.run("check", "--json")
        assert (said.code, said.json["ok"]) == (1, False)
        (finding,) = said.json["findings"]
        assert finding["where"] == "plan district"
        assert f"{address}: the server answered with status 503; try again later; until it can be" in finding["message"]
        assert district.run("sync").code == 0
