"""Throw-away environments: one for each peer, made of its pins with uv's ordinary client, kept until `make clean`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.peers.cast import NOT_AFTER, Peer

LAUNCHERS: Final = Path(__file__).with_name("launchers")
_UV: Final = Path(sys.executable).with_name("uv")
_REASON: Final = 300


class Unavailable(Exception):
    """A peer that cannot be had here; the text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a peer is installed: the Python that runs it, and a folder of programs that it calls."""

    python: Path
    programs: Path | None = None

    def command(self, peer: Peer, verb: str, folder: Path) -> list[str]:
        """What drives the peer."""
        return [str(self.python), str(LAUNCHERS / peer.launcher), verb, str(folder)]


def here() -> Place:
    """This house's own environment."""
    return Place(Path(sys.executable))


def installed(peer: Peer, folder: Path) -> Place:
    """The peer's environment below the folder, made if it is not there. Raises Unavailable."""
    if not peer.pins:
        return here()
    if peer.at_most and sys.version_info[:2] > peer.at_most:
        raise Unavailable(f"it needs Python {peer.at_most[0]}.{peer.at_most[1]} or older")
    place = folder / peer.name.replace(" ", "-")
    python = place / "bin" / "python"
    ready = place / ".ready"
    wanted = " ".join((*peer.pins, NOT_AFTER))
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(place, ignore_errors=True)
        _run(str(_UV), "venv", "-q", "--python", sys.executable, str(place))
        _run(str(_UV), "pip", "install", "-q", "--exclude-newer", NOT_AFTER, "--python", str(python), *peer.pins)
        if peer.debian:
            _unpack(peer.debian, place / "debian")
        ready.write_text(wanted, encoding="utf-8")
    return Place(python, place / "debian" / "usr" / "bin" if peer.debian else None)


def _unpack(package: str, folder: Path) -> None:
    """A Debian package's files, in a folder of their own and not in the system."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise Unavailable(f"it calls the program of the Debian package {package}, and there is no apt-get here")
    folder.mkdir(parents=True)
    _run("apt-get", "download", "-q", package, folder=folder)
    for file in folder.glob("*.deb"):
        _run("dpkg-deb", "-x", str(file), str(folder))


def _run(*command: str, folder: Path | None = None) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        words = done.stderr.strip().replace("\n", " ")[:_REASON]
        raise Unavailable(f"`{Path(command[0]).name} {command[1]}` failed: {words}")
