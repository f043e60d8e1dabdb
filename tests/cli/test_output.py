"""Results go to stdout, documents arrive whole or not at all, and secrets go nowhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from syncd import logs
from syncd.cli import output


def test_json_keeps_its_form_and_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    """Secrets are taken out of every text in it, however deep; the rest stays as it is."""
    logs.hide("tell-no-one")
    output.show_json({"a": ["tell-no-one", 1, None, {"b": "x tell-no-one"}], "c": True, "d": "Zoë"})
    said = capsys.readouterr().out
    assert json.loads(said) == {"a": ["[hidden]", 1, None, {"b": "x [hidden]"}], "c": True, "d": "Zoë"}
    assert "Zoë" in said


def test_a_document_replaces_its_file_in_one_step(tmp_path: Path) -> None:
    """The file holds exactly the text, keeps who may read it, and nothing is left beside it."""
    out = tmp_path / "card.csv"
    output.deliver("first\r\n", out)
    assert out.read_bytes() == b"first\r\n"
    assert out.stat().st_mode & 0o777 == 0o666 & ~_umask()
    out.chmod(0o640)
    output.deliver("Zoë\n", out)
    assert out.read_bytes() == "Zoë\n".encode()
    assert out.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["card.csv"]


def test_a_document_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    """Half a document is never seen: text that cannot be encoded leaves the old file, and no other."""
    out = tmp_path / "card.html"
    out.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        output.deliver("new \udc80", out)
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["card.html"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The error holds the path, for the message."""
    with pytest.raises(FileNotFoundError) as caught:
        output.deliver("x", tmp_path / "no" / "card.html")
    assert str(caught.value.filename).startswith(str(tmp_path / "no"))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_what_is_said_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Escapes and changes of direction, which a tool's names may hold, become visible; lines and tabs stay."""
    output.show("a\x1b]0;x\x07\tb\nc\u202ed\x9b2J")
    output.tell("e\r\x7f")
    said = capsys.readouterr()
    assert said.out == "a\ufffd]0;x\ufffd\tb\nc\ufffdd\ufffd2J\n"
    assert said.err == "e\ufffd\ufffd\n"


def test_json_steers_no_terminal_and_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """What would steer is written as its number, which programs read as before."""
    output.show_json({"a": "\x1b[2J \x9b1m \u202eb\x7f\nZoë"})
    said = capsys.readouterr().out
    assert json.loads(said) == {"a": "\x1b[2J \x9b1m \u202eb\x7f\nZoë"}
    assert not set("\x1b\x9b\u202e\x7f") & set(said)
