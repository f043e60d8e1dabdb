"""`syncd pause` and `syncd resume`: which mappings rest, and who says so."""

from __future__ import annotations

from tests.cli.district import TASKS, District

OTHER = """\
[mappings.families]
plan = "district"
connection = "asana"
select = ["G2"]
container = { name = "Families" }
"""


def test_a_mapping_rests_before_its_first_pass(district: District) -> None:
    """A sync of everything leaves it out and says so; status and its JSON show it; resumed, it gets its pass."""
    district.write_config(mapping='select = ["G1"]', more=OTHER)
    said = district.run("pause", "families")
    again = f"It goes on after: syncd --config {district.config} resume families\n"
    assert (said.code, said.out) == (0, f"families is paused. {again}")
    assert district.run("pause", "families").out == f"families was paused already. {again}"
    synced = district.run("sync", "--json")
    assert [each["mapping"] for each in synced.json["passes"]] == ["academics"]
    again = f"syncd --config {district.config} resume families"
    assert f"families: paused; no pass is made until `{again}`\n" in synced.err
    assert {each["mapping"]: each["paused"] for each in district.run("status", "--json").json["mappings"]} == {
        "academics": False,
        "families": True,
    }
    assert district.run("resume", "families").out == "families goes on.\n"
    assert district.run("resume", "families").out == "families was not paused.\n"
    assert [each["mapping"] for each in district.run("sync", "--json").json["passes"]] == ["academics", "families"]


def test_a_paused_mapping_that_is_named_gets_its_pass(district: District) -> None:
    """It is said, and it stays paused; with nothing else to do, a sync of everything ends well and asks nothing."""
    district.run("pause", "academics")
    asked = len(district.box.requests)
    nothing = district.run("sync", "--json")
    assert (nothing.code, nothing.json) == (0, {"passes": [], "ok": True})
    assert len(district.box.requests) == asked
    named = district.run("sync", "--json", "--mapping", "academics")
    assert named.json["passes"][0]["created"] == TASKS
    assert "academics: paused; this one pass is made all the same" in named.err
    assert district.run("status", "--json").json["mappings"][0]["paused"] is True


def test_what_is_no_mapping_is_not_paused(district: District) -> None:
    """A name that nobody knows, or none at all, is wrong usage, and nothing is made."""
    left = district.left()
    said = district.run("pause", "academic")
    assert (said.code, "did you mean “academics”?" in said.err) == (2, True)
    assert district.run("resume", "academic").code == 2
    assert district.run("pause").code == 2
    assert district.left() == left
