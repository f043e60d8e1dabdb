"""Commands with a folder of files: what is wrong with one district is said, and everything is done for the others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.agency import DISTRICTS, Agency, token
from tests.cli.district import TASKS

LAKESIDE, RIVERBEND = DISTRICTS


def broken(agency: Agency) -> None:
    """The file is no TOML."""
    agency.write(LAKESIDE, "[plans\n")


def emptied(agency: Agency) -> None:
    """The file holds nothing any more."""
    agency.write(LAKESIDE, "# nothing\n")


def link_to_nothing(agency: Agency) -> None:
    """The file is a link, and what it leads to is gone."""
    (agency.folder / "lakeside.toml").unlink()
    (agency.folder / "lakeside.toml").symlink_to("gone.toml")


def folder_of_that_name(agency: Agency) -> None:
    """What is called like the file is a folder."""
    (agency.folder / "lakeside.toml").unlink()
    (agency.folder / "lakeside.toml").mkdir()


def unknown_key(agency: Agency) -> None:
    """The file has a key that there is not."""
    agency.write(LAKESIDE, agency.own(LAKESIDE) + "evry = 3\n")


def no_token(agency: Agency) -> None:
    """The file names an account and no token for it."""
    agency.write(LAKESIDE, agency.own(LAKESIDE).replace(f'token = "{token(LAKESIDE)}"\n', ""))


def no_plan(agency: Agency) -> None:
    """The plan is not there."""
    shutil.rmtree(agency.folder / LAKESIDE)


def bad_plan(agency: Agency) -> None:
    """The plan has a mistake."""
    agency.write_plan(LAKESIDE, "[[goals]]\n")


def no_branch(agency: Agency) -> None:
    """The mapping selects what the plan has not."""
    agency.write(LAKESIDE, agency.own(LAKESIDE) + 'select = ["G9"]\n')


WRONG = {
    broken: "lakeside.toml:1: this is not valid TOML",
    emptied: "lakeside.toml: it holds nothing",
    link_to_nothing: "lakeside.toml: it is a link to gone.toml, and there is no such file",
    folder_of_that_name: "lakeside.toml: it is a folder, and a file is wanted",
    unknown_key: "lakeside.toml:11: mappings.lakeside-academics.evry: there is no key “evry” here",
    no_token: "lakeside.toml:1: connections.lakeside.token: is missing",
    no_plan: "lakeside.toml:6: plans.lakeside.source: ",
    bad_plan: "lakeside/plan.toml:",
    no_branch: "lakeside.toml:11: mappings.lakeside-academics.select[1]: the plan has no “G9”",
}
EACH = pytest.mark.parametrize(("spoil", "words"), WRONG.items(), ids=lambda one: getattr(one, "__name__", None))


def test_all_districts(agency: Agency) -> None:
    """Where nothing is wrong it is as with one file; mappings have their own names."""
    assert agency.run("check").code == 0
    said = agency.run("sync", "--json")
    assert (said.code, [each["created"] for each in said.json["passes"]]) == (0, [TASKS, TASKS])
    assert [each["mapping"] for each in agency.run("status", "--json").json["mappings"]] == [
        "lakeside-academics",
        "riverbend-academics",
    ]
    assert agency.run("diff").code == 0
    assert agency.run("scorecard", "--plan", RIVERBEND, "--format", "json").json["plan"] == RIVERBEND
    assert agency.run("status").code == 0
    assert (agency.folder / "all.db").exists()


@EACH
def test_one_bad_district_stops_only_itself(agency: Agency, spoil: Callable[[Agency], None], words: str) -> None:
    """Its tasks are left alone, the other's are made; what is wrong is said on stderr, and the exit code is 1."""
    spoil(agency)
    said = agency.run("sync", "--json")
    assert said.code == 1, said.err
    assert [(each["mapping"], each["created"]) for each in said.json["passes"]] == [("riverbend-academics", TASKS)]
    assert said.json["ok"] is False
    assert f"{agency.folder}/{words}" in said.err
    assert "lakeside.toml is left out until it is mended" in said.err
    assert (agency.tasks(LAKESIDE), agency.tasks(RIVERBEND)) == (0, TASKS)


@EACH
def test_every_command_goes_on_for_the_others(agency: Agency, spoil: Callable[[Agency], None], words: str) -> None:
    """Reading commands tell of the others too, and what is named by itself is not bothered by the rest."""
    agency.run("sync")
    spoil(agency)
    checked = agency.run("check", "--json")
    assert checked.code == 1
    assert any(words in f"{each['where']}: {each['message']}" for each in checked.json["findings"])
    status = agency.run("status", "--json")
    assert status.code == 1
    [left_out] = status.json["left_out"]
    assert left_out["file"] == str(agency.folder / "lakeside.toml")
    assert left_out["problems"][0]["message"].split(";")[0] in status.err
    assert agency.run("status").err == status.err
    assert "riverbend-academics" in [each["mapping"] for each in status.json["mappings"]]
    assert agency.run("diff").code == 1
    for command in (
        ("sync", "--mapping", "riverbend-academics"),
        ("diff", "--mapping", "riverbend-academics"),
        ("scorecard", "--plan", RIVERBEND),
        ("explain", "G1.A1", "--plan", RIVERBEND),
        ("log", "G1.A1"),
    ):
        said = agency.run(*command)
        assert (said.code, said.err) == (0, ""), (command, said)
    alone = agency.run("sync", "--mapping", "lakeside-academics")
    assert alone.code == 2
    assert "lakeside" in alone.err


def test_a_mended_file_counts_again(agency: Agency) -> None:
    """What was left out has its pass with the next command."""
    broken(agency)
    agency.run("sync")
    agency.write(LAKESIDE, agency.own(LAKESIDE))
    assert agency.run("sync").code == 0
    assert agency.tasks(LAKESIDE) == TASKS
    assert agency.run("status", "--json").json["left_out"] == []


def test_a_name_that_may_stand_in_what_is_left_out(agency: Agency) -> None:
    """The message names that file, beside the nearest names that are known."""
    broken(agency)
    said = agency.run("sync", "--mapping", "lakeside-academics")
    assert said.code == 2
    assert "there is no mapping “lakeside-academics”" in said.err
    assert "it may stand in what is left out for its mistakes (lakeside.toml)" in said.err


def test_a_mistake_in_the_file_for_all(agency: Agency) -> None:
    """Nothing is done for anybody: exit 2, with the place."""
    agency.write("config", '[store]\nurl = "mysql://x"\n')
    for command in ("check", "sync", "status", "diff"):
        said = agency.run(command)
        assert said.code == 2
        assert "config.toml:2: store.url: must be sqlite:///FILE" in said.out + said.err
    assert (agency.tasks(LAKESIDE), agency.tasks(RIVERBEND)) == (0, 0)


@EACH
def test_no_district_stands_in_for_another(agency: Agency, spoil: Callable[[Agency], None], words: str) -> None:
    """Where one is left out, the other is not the only one: what is about one plan wants to be told which."""
    agency.run("sync")
    spoil(agency)
    said = agency.run("scorecard")
    assert (said.code, said.out) == (2, ""), words
    assert "there are several plans" in said.err


def test_an_item_that_several_districts_have(agency: Agency) -> None:
    """It is not the first one's by chance: the plans that have it are named."""
    said = agency.run("explain", "G1.A1")
    assert (said.code, said.out) == (2, "")
    assert "there are several plans with G1.A1 (lakeside, riverbend); name one with --plan" in said.err


def test_publishing(agency: Agency) -> None:
    """The pages of a district that is left out stay as they were published last; the other's are made anew."""
    out = agency.folder / "public"
    agency.run("sync")
    assert agency.run("publish", "--out", str(out)).code == 0
    before = (out / LAKESIDE / "index.html").read_text()
    bad_plan(agency)
    said = agency.run("publish", "--out", str(out), "--json")
    assert (said.code, [each["plan"] for each in said.json["published"]]) == (1, [RIVERBEND])
    broken(agency)
    assert agency.run("publish", "--out", str(out)).code == 1
    assert (out / LAKESIDE / "index.html").read_text() == before


def test_linting(agency: Agency) -> None:
    """The plans that can be read are looked through, and the others are named."""
    bad_plan(agency)
    said = agency.run("lint")
    assert "plan riverbend" in said.out
    assert "lakeside.toml is left out" in said.err


def test_a_plan_that_another_district_has(agency: Agency) -> None:
    """A copied file with another name and the same plan: neither pushes it, and each is told where the other is."""
    agency.write("a-copy", agency.own(RIVERBEND).replace(RIVERBEND, "copy").replace("copy/plan", "riverbend/plan"))
    said = agency.run("status", "--json")
    left_out = {Path(each["file"]).name: each["problems"][0]["message"] for each in said.json["left_out"]}
    assert left_out.keys() == {"a-copy.toml", "riverbend.toml"}
    assert left_out["riverbend.toml"].endswith("(a-copy.toml:6)")
    assert left_out["a-copy.toml"].endswith("(riverbend.toml:6)")
    assert agency.run("sync").code == 1
    assert (agency.tasks(LAKESIDE), agency.tasks(RIVERBEND)) == (TASKS, 0)


def test_a_plan_with_the_id_of_another_districts(agency: Agency) -> None:
    """It gets nothing of the other's past, nor does it stand in for it: neither is used, and both are told where."""
    agency.write_plan(LAKESIDE)
    plan = agency.folder / LAKESIDE / "plan.toml"
    plan.write_text(plan.read_text().replace('id = "lakeside"', 'id = "riverbend"'))
    said = agency.run("sync")
    assert said.code == 1
    for name, other in ((LAKESIDE, RIVERBEND), (RIVERBEND, LAKESIDE)):
        place = agency.folder / other / "plan.toml"
        assert f"{name}/plan.toml:2: id: [plans.{other}] has the id “riverbend” too ({place}:2)" in said.err
        assert f"{name}.toml is left out until it is mended" in said.err
    assert (agency.tasks(LAKESIDE), agency.tasks(RIVERBEND)) == (0, 0)
    assert len(agency.run("status", "--json").json["left_out"]) == 2
    agency.write_plan(LAKESIDE)
    assert agency.run("sync").code == 0


@pytest.mark.parametrize("lost", [True, False])
def test_a_store_that_nothing_names(agency: Agency, lost: bool) -> None:
    """Where the file that named it may be lost and an empty one would be begun, that is said until there is one."""
    agency.run("sync")
    shared = agency.folder / "config.toml"
    shared.unlink() if lost else shared.write_text('[server]\nlisten = "127.0.0.1:0"\n')
    words = (
        f"no file in {agency.folder} names the store ([store] url), and there is none at {agency.folder}/syncd.db yet"
    )
    checked = agency.run("check")
    assert checked.code == 0
    assert (
        f"! {agency.folder}: {words}: syncd would begin with an empty one\n    → If there was a store before, "
        in checked.out
    )
    said = agency.run("sync", "--mapping", "lakeside-academics")
    assert f"{words}: syncd begins with an empty one. If there was a store before, stop syncd" in said.err
    assert "put back the config.toml that named it" in said.err
    assert agency.run("check").out.endswith("No findings.\n")
    assert agency.run("sync").err == ""


def test_a_store_that_a_variable_names(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is as good as a file: nothing was lost."""
    (agency.folder / "config.toml").unlink()
    monkeypatch.setenv("SYNCD_STORE__URL", f"sqlite:///{agency.folder}/other.db")
    assert agency.run("check").out.endswith("No findings.\n")
    assert agency.run("sync").err == ""
