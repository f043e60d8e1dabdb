"""Makes out of the configuration and the environment how other machines are reached."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from connectors.network import Network, certificates
from syncd.checking import NOTHING, step
from syncd.documents.document import Document
from syncd.errors import Problem
from syncd.settings import NO_PROXY, is_proxy

_SECTION: Final = "network"
_FILE: Final = "ca_file"


def way_out(document: Document, environment: Mapping[str, str]) -> tuple[Network, list[Problem]]:
    """The way out, and what is wrong with the file of certificates or with a proxy that the environment names.

    A proxy in the configuration takes the place of HTTPS_PROXY and HTTP_PROXY; NO_PROXY holds for it too.
    What is no text in the document is nothing here: it is refused elsewhere.
    """
    problems: list[Problem] = []
    proxy = _given(document, "proxy")
    ways = [proxy, proxy] if proxy else []
    for name in () if proxy else ("HTTPS_PROXY", "HTTP_PROXY"):
        way, variable = _variable(environment, name)
        way = f"http://{way}" if way and "://" not in way else way
        ways.append(way)
        if way and not is_proxy(way):
            problems.append(Problem(f"environment variable {variable}", NO_PROXY))
    authorities = ""
    if file := _given(document, _FILE):
        try:
            authorities = certificates(Path(document.file).absolute().parent / file)
        except (OSError, ValueError) as error:
            reason = f"it cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)
            problems.append(document.problem((_SECTION, _FILE), f"{file}: {reason}", f"{_SECTION}.{_FILE}"))
    secure, plain = ways
    return Network(authorities, secure, plain, _variable(environment, "NO_PROXY")[0]), problems


def _given(document: Document, key: str) -> str:
    """What stands under [network], "" for nothing."""
    section = step(document.data, _SECTION)
    held = step(section, key) if section is not NOTHING else NOTHING
    return held.strip() if isinstance(held, str) else ""


def _variable(environment: Mapping[str, str], name: str) -> tuple[str, str]:
    """A variable that programs look for in small letters first, and then in large ones; and how it is spelled."""
    for spelled in (name.lower(), name):
        if value := environment.get(spelled, "").strip():
            return value, spelled
    return "", name
