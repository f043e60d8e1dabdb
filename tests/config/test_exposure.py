"""Files with secrets that strangers on the same machine may read are found, and no others."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from syncd import exposure
from syncd.exposure import exposed
from syncd.store.store import Store
from tests.cli.district import run
from tests.config.written import SMALL, read

WITHOUT = SMALL.replace('token = "sesame"\n', "")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder into which every account may look."""
    with tempfile.TemporaryDirectory(prefix="syncd-open-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def found(folder: Path, text: str, **environment: str) -> set[str]:
    """The names of the files that strangers may read."""
    return {file.name for file in exposed(read(folder, text, environment))}


def test_a_configuration_with_a_token(folder: Path) -> None:
    """As long as strangers may read it; not behind a closed folder, and not without a secret in it."""
    assert found(folder, SMALL) == {"config.toml"}
    folder.chmod(0o750)
    assert found(folder, SMALL) == set()
    folder.chmod(0o755)
    (folder / "config.toml").chmod(0o640)
    assert found(folder, SMALL) == set()
    (folder / "config.toml").chmod(0o644)
    assert found(folder, WITHOUT, SYNCD_CONNECTIONS__ASANA__TOKEN="sesame") == set()


def test_a_folder_of_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file that sets a secret counts, wherever a link leads; those that a container is given do not."""
    secrets, real = folder / "secrets", folder / "real"
    secrets.mkdir()
    real.write_text("sesame")
    (secrets / "connections__asana__token").symlink_to(real)
    admin = secrets / "server__admin_token"
    admin.write_text("open-the-door-to-me")
    admin.chmod(0o600)
    text = f'secrets_dir = "secrets"\n{WITHOUT}'
    assert found(folder, text) == {"connections__asana__token"}
    monkeypatch.setattr(exposure, "MOUNTED", secrets)
    assert found(folder, text) == set()


def test_a_store(folder: Path) -> None:
    """One that syncd makes is closed; one that somebody opened is found."""
    with closing(Store(f"sqlite:///{folder / 'syncd.db'}")) as store:
        store.upgrade()
    variable = {"SYNCD_CONNECTIONS__ASANA__TOKEN": "sesame"}
    assert found(folder, WITHOUT, **variable) == set()
    (folder / "syncd.db").chmod(0o644)
    assert found(folder, WITHOUT, **variable) == {"syncd.db"}


def test_check_says_what_to_do(folder: Path) -> None:
    """The finding names the file and the command, and is no failure."""
    read(folder, SMALL, {})
    said = run("--config", str(folder / "config.toml"), "check")
    assert f"! {folder}/config.toml: every account on this machine may read it" in said.out
    assert f"chmod o-rwx {folder}/config.toml" in said.out
