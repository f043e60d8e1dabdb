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


def test_nor_of_what_syncd_keeps(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store above all, and secrets, certificates, readings of other plans, and folders with public pages."""
    monkeypatch.chdir(district.folder)
    (district.folder / "secrets").mkdir()
    (district.folder / "secrets" / "syncd_server__admin_token").write_text(
        "a-token-that-is-long-enough", encoding="utf-8"
    )
    (district.folder / "theirs.csv").write_text("kpi,on,value\n", encoding="utf-8")
    other = (district.folder / "plan.toml").read_text(encoding="utf-8").replace('id = "district"', 'id = "other"')
    text = other.replace('id = "G1.O1.K1"', 'id = "G1.O1.K1"\nreadings_from = "theirs.csv"')
    (district.folder / "other.toml").write_text(text, encoding="utf-8")
    config = district.config.read_text(encoding="utf-8")
    district.config.write_text(
        f'secrets_dir = "secrets"\n{config}\n[plans.other]\nsource = "other.toml"\n', encoding="utf-8"
    )
    assert district.run("sync").code == 0
    assert district.run("publish", "--plan", "district", "--out", "site").code == 0
    (district.folder / "folder").mkdir()
    for out, words in {
        "syncd.db": "syncd.db is the store, and would be gone",
        "secrets/syncd_server__admin_token": "is a secret of the configuration, and would be gone",
        "theirs.csv": "theirs.csv is where the plan “other” takes readings from, and would be gone",
        "site/district/scorecard.json": "would stand in a folder that `syncd publish` fills",
        "site/district/mine.txt": "would stand in a folder that `syncd publish` fills",
    }.items():
        held = (district.folder / out).read_bytes() if (district.folder / out).exists() else None
        said = district.run("scorecard", "--plan", "district", "--format", "csv", "--out", out)
        assert (said.code, said.out) == (2, ""), out
        assert words in said.err
        assert ((district.folder / out).read_bytes() if (district.folder / out).exists() else None) == held
    assert district.run("sync").code == 0
