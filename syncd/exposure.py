"""Finds files with secrets in them that every account on this machine may read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from syncd.config import Config

MOUNTED: Final = Path("/run/secrets")
"""Where containers find their secrets: nobody else lives there, and what is put there may be read by all."""
READABLE: Final = "every account on this machine may read it, and it holds what is secret"
_READ: Final = 0o004
_PASS: Final = 0o001


def exposed(config: Config) -> Iterator[Path]:
    """The files that set a secret of the configuration, and the store, as far as strangers may read them."""
    paths = [*_secrets(config, ()), *([("store", "url")] if urlsplit(config.store.url).password else [])]
    files = [config.origin(*path) for path in paths]
    if config.store.url.startswith("sqlite:///"):
        files.append(config.store.url.removeprefix("sqlite:///"))
    for file in dict.fromkeys(map(Path, files)):
        if _readable(file):
            yield file


def _secrets(held: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Where in a configuration secrets stand."""
    if isinstance(held, SecretStr):
        yield path
    elif isinstance(held, BaseModel | Mapping):
        for name, below in held.items() if isinstance(held, Mapping) else held:
            yield from _secrets(below, (*path, str(name)))


def _readable(file: Path) -> bool:
    """Whether every account may read a file: the file itself, and all the folders on the way to it let it."""
    if sys.platform == "win32" or file.is_relative_to(MOUNTED):
        return False
    try:
        whole = file.resolve(strict=True)
        return bool(whole.stat().st_mode & _READ) and all(above.stat().st_mode & _PASS for above in whole.parents)
    except OSError:
        return False
