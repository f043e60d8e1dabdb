"""`syncd demo`: the story, told once, and on stage until Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.cli.district import District, run


def test_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scorecard before and after stands on stdout, the page in a file; no configuration is needed; exit 0."""
    monkeypatch.chdir(tmp_path)
    said = run("demo", "--once")
    assert (said.code, said.err) == (0, "")
    assert 0 < said.out.index("The scorecard before\n") < said.out.index("The scorecard after\n")
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")] == ["demo/scorecard.html"]


def test_another_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --tool the teams work elsewhere, and a tool that there is none of is refused with those there are."""
    monkeypatch.chdir(tmp_path)
    said = run("demo", "--tool", "both", "--once")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Starting a local Asana and a local monday")
    refused = run("demo", "--tool", "jira", "--once")
    assert refused.code == 2
    assert all(name in refused.err for name in ("'asana'", "'monday'", "'both'"))


@pytest.mark.process
def test_stays_until_it_is_told_to_stop(district: District) -> None:
    """Two addresses are named, and Ctrl-C ends it with 0 and without a trace."""
    with district.started("demo", env={"BROWSER": "true"}) as process:
        assert process.stdout is not None
        seen = ""
        while "The scorecard        http://127.0.0.1:" not in seen:
            line = process.stdout.readline()
            assert line, seen
            seen += line
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert "The board in Asana   http://127.0.0.1:" in seen
    assert process.returncode == 0
    assert "Traceback" not in err
