"""What `syncd discover` shows of both tools: ids that can be pasted as they stand, and nothing written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from connectors.asana.sandbox import Fault
from connectors.monday.sandbox import Sandbox as MondayBox
from syncd.config import load_config
from tests.cli.district import NAME, TOKEN, District, run

CONFIG = """\
[connections.monday]
kind = "monday"
token = "{token}"
base_url = "{address}"
"""


def pasted(out: str, key: str) -> list[str]:
    """What the lines that set this key set it to, read as the configuration would read them."""
    return [tomllib.loads(line)[key] for line in out.splitlines() if line.strip().startswith(f"{key} = ")]


def test_everything_of_asana(pushed: District) -> None:
    """Workspace, project, sections, custom fields with their type, people; what is pasted works."""
    said = pushed.run("discover", "asana")
    assert said.code == 0, said.err
    assert pasted(said.out, "workspace") == [pushed.box.workspace]
    [container] = pasted(said.out, "container")
    assert "Every child reads by grade three (" in said.out
    assert 'to = "Plan ID"   # text; id ' in said.out
    assert "ann@district.example" in pasted(said.out, "owner")
    pushed.write_config(container=f'"{container}"')
    assert f"“{NAME}” is there" in pushed.run("check", "--online").out


def test_labels_are_named_in_their_order(pushed: District) -> None:
    """A field of choices shows those in use, with --json their ids too."""
    project = next(iter(pushed.box.world.projects))
    pushed.box.world.add_field("Stage", "enum", options=["Now", "Next"], project=project)
    assert 'to = "Stage"   # option: Now, Next; id ' in pushed.run("discover", "asana").out
    [row] = pushed.run("discover", "asana", "--json").json["containers"]
    [field] = [field for field in row["fields"] if field["title"] == "Stage"]
    assert (field["type"], list(field["labels"]), all(field["labels"].values())) == ("option", ["Now", "Next"], True)


def test_narrowing_by_name(pushed: District) -> None:
    """Of many containers only names are shown, until some are named; people are narrowed too; nothing is written."""
    for number in range(12):
        pushed.box.world.add_project(f"Project {number}")
    asked = len(pushed.box.requests)
    said = pushed.run("discover", "asana")
    assert (len(pasted(said.out, "container")), "to = " in said.out) == (13, False)
    assert "`syncd --config" in said.out
    assert "discover asana WORDS` narrows by name" in said.out
    assert {seen.method for seen in pushed.box.requests[asked:]} == {"GET"}
    few = pushed.run("discover", "asana", "STRATEGIC", "plan", "--json").json
    assert [(row["name"], row["fields"] is None) for row in few["containers"]] == [(NAME, False)]
    assert few["people"] == []
    [ann] = pushed.run("discover", "asana", "ann@", "--json").json["people"]
    assert (ann["name"], ann["address"]) == ("Ann", "ann@district.example")


def test_several_workspaces_of_which_none_is_chosen(district: District) -> None:
    """They are listed all the same, ready to paste, and the message says where."""
    district.box.world.elsewhere["9001"] = "Band club"
    said = district.run("discover", "asana")
    assert said.code == 2
    assert pasted(said.out, "workspace") == ["9001", district.box.workspace]
    assert "Write the id of one of them as `workspace" in said.err
    assert district.run("discover", "asana", "--json").json["ok"] is False


def test_a_container_that_cannot_be_read(pushed: District) -> None:
    """It is listed with why, and the others are shown."""
    other = pushed.box.world.add_project("Another").gid
    pushed.box.faults.append(Fault(match=f"GET /projects/{other}\\b", status=403, times=9))
    said = pushed.run("discover", "asana")
    assert said.code == 1
    assert len(pasted(said.out, "container")) == 2
    assert "! reading project" in said.out
    assert 'to = "Plan ID"' in said.out


def test_people_that_may_not_be_listed(pushed: District) -> None:
    """That is said; it hinders nothing else."""
    pushed.box.faults.append(Fault(match="GET /users\\?", status=403, times=9))
    assert "This account may not list people." in pushed.run("discover", "asana").out
    pushed.box.faults.append(Fault(match="GET /users\\?", status=403, times=9))
    assert pushed.run("discover", "asana", "--json").json["people"] is None


@pytest.mark.parametrize(("name", "code", "words"), [("asanna", 2, "did you mean “asana”?"), ("asana", 4, "token")])
def test_what_is_refused(district: District, name: str, code: int, words: str) -> None:
    """A connection that is not there, and a token that the tool does not know."""
    text = district.config.read_text(encoding="utf-8")
    district.config.write_text(text.replace(TOKEN, "2/1/not-one-of-ours"), encoding="utf-8")
    said = district.run("discover", name)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert "not-one-of-ours" not in said.err


def test_everything_of_monday(tmp_path: Path) -> None:
    """Boards with groups, columns, labels, and what each column holds of every task."""
    with MondayBox() as box:
        board = box.world.add_board("Strategic plan")
        config = tmp_path / "config.toml"
        config.write_text(CONFIG.format(token=box.token, address=box.base_url), encoding="utf-8")
        config.chmod(0o600)
        said = run("--config", str(config), "discover", "monday")
        assert said.code == 0, said.err
        assert pasted(said.out, "container") == [board.id]
        assert pasted(said.out, "workspace") == ["1"]
        assert "ada@riverbend.example" in pasted(said.out, "owner")
        [row] = run("--config", str(config), "discover", "monday", "--json").json["containers"]
        assert [group["title"] for group in row["groups"]]
        [status] = [field for field in row["fields"] if field["holds"] == "status"]
        assert (status["type"], "Done" in status["labels"]) == ("option", True)
        assert not (tmp_path / "syncd.db").exists()
        assert load_config(config).connections["monday"].kind == "monday"
