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


@pytest.mark.process
def test_stays_until_it_is_told_to_stop(district: District) -> None:
    """Two addresses are named, and Ctrl-C ends it with 0 and without a trace."""
    with district.started("demo", env={"BROWSER": "true"}) as process:
        assert process.stdout is not None
        seen = ""
        while "The scorecard      http://127.0.0.1:" not in seen:
            line = process.stdout.readline()
            assert line, seen
            seen += line
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert "The team's board   http://127.0.0.1:" in seen
    assert process.returncode == 0
    assert "Traceback" not in err
