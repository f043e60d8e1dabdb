"""Notices that somebody edited what the daemon goes by: the configuration, and secrets and certificates it names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from syncd.config import Config
from syncd.documents.file import content


class Edits:
    """Whether the files of a configuration hold something else than when this was made."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._known = self._seen = self._digest()

    def found(self) -> bool:
        """Whether they do, and did at the last look as well: a file that is being written is not read half."""
        before, self._seen = self._seen, self._digest()
        if self._seen == self._known or self._seen != before:
            return False
        self._known = self._seen
        return True

    def _digest(self) -> bytes:
        whole = hashlib.sha256()
        for file in self._files():
            try:
                held = content(file)
            except (OSError, ValueError):
                held = b""
            whole.update(f"{file}\0{len(held)}\0".encode() + held)
        return whole.digest()

    def _files(self) -> Iterator[Path]:
        yield self._config.path
        if self._config.network.ca_file:
            yield self._config.folder / self._config.network.ca_file
        if self._config.secrets_dir:
            folder = self._config.folder / self._config.secrets_dir
            yield from sorted(each for each in folder.glob("*") if each.is_file())
