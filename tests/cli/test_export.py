"""`syncd export` and other documents: never over what people wrote themselves."""

from __future__ import annotations

import pytest

from tests.cli.district import District


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "--out", "x.pdf"), "x.pdf is to hold xlsx, so that Excel opens it: give it the ending .xlsx"),
        (("export", "--out", "plan.toml"), "give it the ending .xlsx"),
        (("export", "--format", "csv", "--out", "ours.csv"), "ours.csv is where the plan “district” takes readings"),
        (("scorecard", "--format", "csv", "--out", "ours.csv"), "ours.csv is where the plan “district” takes readings"),
        (("scorecard", "--out", "plan.toml"), "plan.toml is the file of the plan “district”, and would be gone"),
        (("scorecard", "--draft", "--out", "config.toml"), "config.toml is part of the configuration, and would be"),
        (("export", "--out", "nowhere/x.xlsx"), "nowhere: there is no such folder"),
    ],
)
def test_no_document_takes_the_place_of_what_people_wrote(
    district: District, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    """Configuration, plans and readings stay, and the words say what to do instead."""
    monkeypatch.chdir(district.folder)
    (district.folder / "ours.csv").write_text("kpi,on,value\nG1.O1.K1,2026-03-31,56\n", encoding="utf-8")
    district.change_plan(('id = "G1.O1.K1"', 'id = "G1.O1.K1"\nreadings_from = "ours.csv"'))
    before = {path.name: path.read_bytes() for path in district.folder.iterdir() if path.is_file()}
    said = district.run(*arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert {name: (district.folder / name).read_bytes() for name in before} == before


def test_a_document_that_is_there_is_written_anew(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as it is none of the files that syncd reads."""
    monkeypatch.chdir(district.folder)
    for _ in range(2):
        assert district.run("export", "--format", "csv", "--out", "plan.csv").code == 0
    assert (district.folder / "plan.csv").read_bytes()
