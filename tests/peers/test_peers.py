"""syncd and the bare SDK go through the whole comparison, small: what it counts and what it writes down is true."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.peers import __main__ as program
from bench.peers import pushing, reading, report, trouble
from bench.peers.cast import PEERS, SDK, SYNCD, Peer
from bench.peers.envs import Place, Unavailable, here, installed
from bench.peers.report import BEGIN, Part

pytestmark = pytest.mark.process

CAST: list[tuple[Peer, Place]] = [(SYNCD, here()), (SDK, here())]
"""Asana's SDK is in this house's own environment, too."""


def test_reading() -> None:
    """Both know the boards at the end; syncd asks for news alone where the script lists everything again."""
    rows = {(row.peer, row.phase): row for row in reading.measure(CAST, 2, 10, 0.0, 1)}
    assert all(row.right for row in rows.values())
    asked = {name: [rows[name, phase].requests for phase in reading.PHASES] for name in ("syncd", "bare SDK")}
    assert asked["bare SDK"] == [4, 4, 4]
    assert asked["syncd"][1:] == [2, 3]
    assert {rows["bare SDK", phase].ratio for phase in reading.PHASES} == {1}


def test_pushing() -> None:
    """Over the minute's quota requests are refused: the script does not come to its end, and that is counted."""
    mine, bare = pushing.measure([CAST[1], (replace(SDK, name="again"), here())], 5, 4)
    assert (bare.peer, mine.peer) == ("again", "bare SDK")
    assert (mine.requests, mine.refused, mine.missing, mine.twice) == (5, 1, 3, 0)
    assert mine.code != 0


def test_a_lost_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A create whose answer is lost: the script makes it twice, syncd does not, and what follows is counted."""
    monkeypatch.setattr(trouble, "PUSHED", 3)
    monkeypatch.setattr(trouble, "DELAY", 0.0)
    mine = trouble.lost_reply(*CAST[0], seeds=1)
    bare = trouble.lost_reply(*CAST[1], seeds=1)
    assert (mine.lost, mine.twice, mine.closed, mine.end) == (0, 0, 0, "0")
    assert (bare.lost, bare.twice, bare.during) == (0, 1, "1")


def test_codes() -> None:
    """Codes are told once each, kills by name."""
    assert trouble.codes([0, -9, 1, 0]) == "killed, 0, 1"


def test_the_page(tmp_path: Path) -> None:
    """What was measured is kept part by part, and replaces what stood on the page after its mark."""
    row = reading.Reading("syncd", 5, 200, 0.05, "first", 3, 31, 2.0, 1.0, 1.25, right=True)
    bare = replace(row, peer="bare SDK", requests=12, seconds=1.5, cpu=0.5, ratio=1)
    part = Part("make peers", "2026-11-20", "a machine", "0.1 to 0.2", {"dlt": "it is not there"}, readings=[row, bare])
    other = replace(part, readings=(), pushes=[pushing.Pushing("syncd", 100, 150, 0, 103, 0, 50.0, 0, 0)])
    program.keep(tmp_path / "results.json", "read", part)
    program.keep(tmp_path / "results.json", "push", other)
    kept = report.load(tmp_path / "results.json")
    assert list(kept["read"].readings) == [row, bare]
    text = report.page(f"# Peers\n\n{BEGIN}\nfrom last time", kept)
    assert text.startswith(f"# Peers\n\n{BEGIN}\n\n## Figures")
    assert "| syncd | 31 | 1.2 × (2.0 s) | 2.0 × (1.0 s) | yes |" in text
    assert "| 100 at 150 a minute | syncd | 103 | 0 | 50 | 120 | 0 | 0 | 0 |" in text
    assert "dlt could not take part: it is not there" in text
    assert "from last time" not in text
    with pytest.raises(ValueError, match="the page has no line"):
        report.page("# Peers", kept)


def test_the_page_in_the_documents_has_its_mark() -> None:
    """`make peers` finds where to write."""
    assert BEGIN in program.PAGE.read_text(encoding="utf-8")


def test_who_cannot_take_part(tmp_path: Path) -> None:
    """One that needs an older Python is left out with the reason."""
    old = replace(SDK, at_most=(3, 1))
    with pytest.raises(Unavailable, match=r"it needs Python 3\.1 or older"):
        installed(old, tmp_path)
    assert installed(SYNCD, tmp_path).python == Path(sys.executable)


def test_every_version_is_pinned() -> None:
    """Another day installs the same."""
    assert all("==" in pin for peer in PEERS for pin in peer.pins)


def test_help_and_slips(capsys: pytest.CaptureFixture[str]) -> None:
    """It says what it does before it does it, and measures nothing by a misspelt name."""
    with pytest.raises(SystemExit) as ended:
        program.main(["--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: python -m bench.peers ")
    with pytest.raises(SystemExit) as ended:
        program.main(["raed"])
    assert ended.value.code == 2
