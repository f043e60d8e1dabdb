"""Notices that somebody edited what the daemon goes by: the configuration, and secrets and certificates it names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from syncd.config import Config
from syncd.documents.file import content

Stamp = tuple[int, ...]
_NOTHING: Final = hashlib.sha256().digest()


class Edits:
    """Whether the files of a configuration hold something else than when it was read.

    `seen` is what they held at the last look. Handed on to what watches the configuration that is read next, it lets
    nothing be taken for known that was edited since.
    """

    def __init__(self, config: Config, seen: Mapping[Path, bytes] = MappingProxyType({})) -> None:
        self._config = config
        self._read: dict[Path, tuple[Stamp, bytes]] = {}
        """What each file held when it was read last, and what the system said of it before that."""
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
        return {file: self._digest(file) for file in self._files()}

    def _digest(self, file: Path) -> bytes:
        """Of what a file holds; one of which the system says nothing new is not read again, for there may be many."""
        try:
            stamp = _stamp(file)
            if file in self._read and self._read[file][0] == stamp:
                return self._read[file][1]
            digest = hashlib.sha256(content(file)).digest()
        except (OSError, ValueError):
            return _NOTHING  # and it is tried again: nothing that is said of a file need change for it to be readable
        self._read[file] = stamp, digest
        return digest

    def _files(self) -> Iterator[Path]:
        yield from self._config.files
        if self._config.network.ca_file:
            yield self._config.folder / self._config.network.ca_file
        if self._config.secrets_dir:
            folder = self._config.folder / self._config.secrets_dir
            yield from sorted(each for each in folder.glob("*") if each.is_file())


def _stamp(file: Path) -> Stamp:
    """What the system says of a file, which differs once it was written or put in the place of another."""
    found = file.stat()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
