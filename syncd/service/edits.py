"""Notices that somebody edited what the daemon goes by: the configuration, and secrets and certificates it names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from syncd.config import Config
from syncd.documents.file import content


class Edits:
    """Whether the files of a configuration hold something else than when it was read.

    `seen` is what they held at the last look. Handed on to what watches the configuration that is read next, it lets
    nothing be taken for known that was edited since.
    """

    def __init__(self, config: Config, seen: Mapping[Path, bytes] = MappingProxyType({})) -> None:
        self._config = config
        self._known = self.seen = {file: seen.get(file, held) for file, held in self._digests().items()}

    def found(self) -> bool:
        """Whether they do, and did at the last look as well: a file that is being written is not read half."""
        before, self.seen = self.seen, self._digests()
        if self.seen == self._known or self.seen != before:
            return False
        self._known = self.seen
        return True

    def _digests(self) -> dict[Path, bytes]:
        """What each file holds now; a file that cannot be read holds nothing."""
        digests: dict[Path, bytes] = {}
        for file in self._files():
            try:
                held = content(file)
            except (OSError, ValueError):
                held = b""
            digests[file] = hashlib.sha256(held).digest()
        return digests

    def _files(self) -> Iterator[Path]:
        yield from self._config.files
        if self._config.network.ca_file:
            yield self._config.folder / self._config.network.ca_file
        if self._config.secrets_dir:
            folder = self._config.folder / self._config.secrets_dir
            yield from sorted(each for each in folder.glob("*") if each.is_file())
