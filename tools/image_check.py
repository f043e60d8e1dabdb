"""Builds the container image without an engine, runs the daemon from it as compose.yaml does, and says what it saw.

Run as `python -m tools.image_check`, as root on Debian or Ubuntu with buildah and mmdebstrap. The base is made here of
Debian's packages and stands in for the one that the Dockerfile names; `--pull` takes the real one. Exits 1 where
something is not as it must be, 2 where it cannot be tried.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from connectors.asana.sandbox import Sandbox

ROOT: Final = Path(__file__).resolve().parent.parent
NEEDED: Final = ("buildah", "mmdebstrap", "unshare", "setpriv", "ip")
TAG: Final = "localhost/syncd:check"
PACKAGES: Final = "python3,python3-venv,python3-pip,passwd,ca-certificates"
CERTIFICATES: Final = Path("/etc/ssl/certs")
"""The machine's, so that an installer trusts what a filter between shows; they come into no image."""
LONGEST_STOP: Final = 20.0
PATIENCE: Final = 60.0
ADMIN: Final = "the-admin-token-of-this-check"
TOKEN: Final = "2/77/token-of-this-check"  # noqa: S105  of the sandbox

_CLONE_NEWNET: Final = 0x40000000

_INSIDE: Final = """\
set -eu
cd "$1"; mount --make-rprivate /
mount --bind . .; cd "$1"
mount -t proc proc proc; mount -t tmpfs tmpfs tmp; mount --rbind /dev dev
mount --bind "$2" etc/syncd; mount -o remount,bind,ro etc/syncd
mount --bind "$2/plan" etc/syncd/plan; mount --bind "$3" "./$4"
mount -o remount,bind,ro .
[ ! -e /etc/resolv.conf ] || [ ! -f etc/resolv.conf ] || mount --bind /etc/resolv.conf etc/resolv.conf
user=$5; shift 5
exec chroot . /usr/bin/setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups --no-new-privs \\
    --inh-caps=-all --bounding-set=-all "$@"
"""
"""What an engine does with `read_only`, `cap_drop`, `no-new-privileges` and the volumes of compose.yaml."""


class Wrong(Exception):
    """Something is not as it must be; the message says what."""


class Untried(Exception):
    """This machine does not let it be tried; the message says what it does not let."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image that is unpacked in a folder, with what it says of itself."""

    folder: Path
    config: Mapping[str, Any]
    health: Sequence[str]

    @property
    def volume(self) -> str:
        """The one folder that it wants to keep."""
        (volume,) = self.config["Volumes"]
        return str(volume)

    @property
    def command(self) -> list[str]:
        """What it starts."""
        return [*self.config["Entrypoint"], *self.config["Cmd"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Build and try; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.image_check", description=__doc__)
    parser.add_argument(
        "--pull", action="store_true", help="take the base that the Dockerfile names, from its registry"
    )
    parser.add_argument("--keep", type=Path, help="keep base and layers in this folder, for the next time")
    options = parser.parse_args(arguments)
    missing = [tool for tool in NEEDED if not shutil.which(tool)]
    if missing or os.geteuid():
        print(
            f"not tried: it needs root and {', '.join(missing) or 'nothing more'}."
            " On Debian and Ubuntu: apt-get install buildah mmdebstrap util-linux iproute2"
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="syncd-image-") as scratch:
        builder = Builder((options.keep or Path(scratch)).absolute())
        try:
            _require_rights()
            with builder.built(pull=options.pull) as image:
                look_at(image)
                try_out(image, Path(scratch))
        except Untried as error:
            print(f"not tried: {error}")
            return 2
        except Wrong as error:
            print(f"WRONG: {error}")
            return 1
    base = "the base that the Dockerfile names" if options.pull else "a stand-in base of Debian's packages"
    print(f"All of it holds, on {base}.")
    return 0


def _require_rights() -> None:
    """Raises Untried where not even root may do what an engine does: in a container, for one."""
    if not _succeeds("unshare", "--mount", "--net", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"):
        raise Untried("nothing may be mounted here, so no engine's walls can be put up")


class Builder:
    """buildah with a store of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = ["buildah", "--root", str(folder / "images"), "--runroot", str(folder / "run")]
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def built(self, *, pull: bool) -> Iterator[Image]:
        """The image, built from the Dockerfile as it stands and unpacked until the block ends."""
        base = _base_of(ROOT / "Dockerfile")
        if not pull and not self._has(base):
            self._stand_in(base)
        begun = time.monotonic()
        # Where an installer looks for packages is the machine's matter, and so are the certificates it trusts.
        own = ["--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro"] if CERTIFICATES.is_dir() and not pull else []
        how = ["--format", "docker", "--layers", "--isolation", "chroot", "--network", "host", *own]
        self._run("build", *how, f"--pull={'always' if pull else 'never'}", "--tag", TAG, str(ROOT))
        inspected = json.loads(self._run("inspect", "--type", "image", TAG))["Docker"]
        print(f"built in {time.monotonic() - begun:.0f} s")
        container = self._run("from", "--pull=never", TAG)
        try:
            health = inspected["config"]["Healthcheck"]["Test"]
            yield Image(Path(self._run("mount", container)), inspected["config"], health)
        finally:
            self._run("umount", container)
            self._run("rm", container)

    def _has(self, image: str) -> bool:
        return _succeeds(*self._own, "inspect", "--type", "image", image)

    def _stand_in(self, name: str) -> None:
        """Make an image of that name out of Debian's packages, with a Python that is as good for this."""
        archive = self._folder / "base.tar"
        if not archive.exists():
            suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
            listed = [Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")]
            sources = [str(file) for file in listed if file.exists()][:1]
            how = ["--variant=minbase", f"--include={PACKAGES}", "--mode=root", "--quiet"]
            try:
                _run("mmdebstrap", *how, suite, str(archive), *sources)
            except Wrong as error:
                raise Untried(f"the base cannot be made of Debian's packages here: {error}") from error
        container = self._run("from", "scratch")
        self._run("add", "--quiet", container, str(archive), "/")
        self._run("config", "--env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", container)
        self._run("commit", "--quiet", container, f"docker.io/library/{name}")
        self._run("rm", container)

    def _run(self, *arguments: str) -> str:
        return _run(*self._own, *arguments)


def look_at(image: Image) -> None:
    """See that what the image says of itself and holds is as it must be."""
    user = image.config["User"]
    expect(user.split(":")[0] not in ("", "0", "root"), f"the image runs as {user or 'root'}")
    expect(image.health[0] == "CMD", "the image has no health check")
    expect(not list(image.folder.glob("opt/syncd/bin/pip*")), "what runs holds an installer")
    expect(not (image.folder / "src").exists(), "the sources are in the image")
    ours = image.folder / "opt/syncd"
    writable = [str(path) for path in ours.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022]
    expect(not writable, f"others may write {writable[:3]}")
    print(f"runs as {user}; {_megabytes(image.folder):.0f} MB in all, of which {_megabytes(ours):.0f} MB are syncd")


def try_out(image: Image, scratch: Path) -> None:
    """Run the daemon from the image against a local Asana, ask it, and end it."""
    _leave_the_network()
    with Sandbox(token=TOKEN) as tool:
        district = _district(scratch / "district", tool.base_url)
        store = scratch / "store"
        store.mkdir()
        os.chown(store, *_ids(image))
        run = Runner(image, district, store)
        told = run.command("python3", "-c", _TRY_TO_WRITE)
        expect(told == "['/tmp', '/etc/syncd/plan', '/var/lib/syncd']", f"what it can write is {told}")
        print(f"may write {told} and nothing else, as {run.command('id', '-u')}, without any capability")
        with run.started() as daemon:
            expect_soon(run.healthy, "the health check does not pass")
            expect_soon(lambda: len(tool.world.tasks) > 0, "no task arrived in the tool")
            _ask(tool.world.tasks)
            print(run.command("syncd", "db", "backup", f"{image.volume}/backups/by-hand.db"))
            asked = time.monotonic()
            os.kill(run.inner(daemon), signal.SIGTERM)
            code = daemon.wait(LONGEST_STOP)
            expect(code == 0, f"it ended with {code} after SIGTERM")
            print(f"ended with 0, {time.monotonic() - asked:.1f} s after SIGTERM")
        expect(not run.healthy(), "the health check passes without a daemon")
        os.truncate(store / "syncd.db", 5000)
        run.command("sh", "-c", _restoring())
        print(f"wrecked and restored as the docs say: {run.command('syncd', 'db', 'check')}")


class Runner:
    """Starts commands in the image as an engine would: read-only, with nothing of the machine's but the network."""

    def __init__(self, image: Image, district: Path, store: Path) -> None:
        self._image = image
        volumes = [str(image.folder), str(district), str(store), image.volume.lstrip("/"), image.config["User"]]
        for name in ("etc/syncd/plan", image.volume.lstrip("/")):
            (image.folder / name).mkdir(parents=True, exist_ok=True)
        alone = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts"]
        self._how = [
            *alone,
            "sh",
            "-c",
            _INSIDE,
            "sh",
            *volumes,
            "env",
            "-i",
            "-C",
            image.config["WorkingDir"],
            *image.config["Env"],
        ]

    def command(self, *words: str) -> str:
        """What a command prints. Raises Wrong if it fails."""
        return _run(*self._how, *words)

    def healthy(self) -> bool:
        """Whether the image's own health check passes."""
        return _succeeds(*self._how, *self._image.health[1:])

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """What the image starts, until the block ends."""
        with subprocess.Popen([*self._how, *self._image.command]) as process:  # noqa: S603
            try:
                yield process
            finally:
                process.kill()

    def inner(self, process: subprocess.Popen[bytes]) -> int:
        """The number, out here, of what runs as number 1 in there."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        return int(children.split()[0])


_TRY_TO_WRITE: Final = """
import os
def may(folder):
    try:
        open(folder + '/x', 'w').close()
    except OSError:
        return False
    os.unlink(folder + '/x')
    return True
status = open('/proc/self/status').read()
assert 'CapEff:\\t0000000000000000' in status and 'CapBnd:\\t0000000000000000' in status and 'NoNewPrivs:\\t1' in status
folders = ['/', '/tmp', '/etc', '/etc/syncd', '/etc/syncd/plan', '/var', '/var/lib/syncd', '/opt/syncd', '/usr', '/run']
print([folder for folder in folders if may(folder)])
"""


def _leave_the_network() -> None:
    """Have this thread, and all that it starts, see a network with nothing in it but itself: every port is free."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        raise Wrong(f"no network of its own: {os.strerror(ctypes.get_errno())}")
    _run("ip", "link", "set", "lo", "up")


def _ask(tasks: Mapping[str, object]) -> None:
    """See that the pages answer as they must, with the admin token and without."""
    with httpx.Client(base_url="http://127.0.0.1:8080", trust_env=False, timeout=5) as web:
        expect_soon(lambda: web.get("/readyz").status_code == 200, "it does not become ready")
        expect(web.get("/").status_code == 200, "the scorecard does not answer")
        expect(web.get("/metrics").status_code == 401, "the metrics ask for no token")
        figures = web.get("/metrics", headers={"Authorization": f"Bearer {ADMIN}"})
        expect(figures.status_code == 200, "the admin token from the folder of secrets is not taken")
        expect("syncd_working 1.0" in figures.text, "the metrics do not say that it works")
    print(f"healthy and ready, with {len(tasks)} tasks in the tool; pages and metrics answer")


def _district(folder: Path, base_url: str) -> Path:
    """The folder that compose.yaml mounts, made as docs/operate.md says."""
    (folder / "plan").mkdir(parents=True)
    (folder / "secrets").mkdir()
    shutil.copy(ROOT / "deploy/config.toml", folder)
    shutil.copy(ROOT / "examples/small/plan.toml", folder / "plan")
    (folder / "secrets/CONNECTIONS__ASANA__BASE_URL").write_text(f"{base_url}\n")
    (folder / "secrets/CONNECTIONS__ASANA__TOKEN").write_text(f"{TOKEN}\n")
    (folder / "secrets/SERVER__ADMIN_TOKEN").write_text(f"{ADMIN}\n")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 10001, 10001)
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


def _restoring() -> str:
    """What docs/operate.md has done in the container to restore a copy that was made by hand."""
    found = re.search(r'--entrypoint sh syncd -c "([^"]+by-hand[^"]+)"', (ROOT / "docs/operate.md").read_text())
    if not found:
        raise Wrong("docs/operate.md does not say how to restore a copy in the container")
    return found[1]


def _base_of(dockerfile: Path) -> str:
    """The image that the Dockerfile begins with, unless it is told another."""
    lines = dockerfile.read_text().splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith("ARG PYTHON="))


def _ids(image: Image) -> tuple[int, int]:
    user, _, group = image.config["User"].partition(":")
    return int(user), int(group)


def _megabytes(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Wrong(f"{' '.join(command[:6])} …: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip()


def expect(holds: bool, words: str) -> None:
    """Raise Wrong with these words unless it holds."""
    if not holds:
        raise Wrong(words)


def expect_soon(happens: Callable[[], bool], words: str) -> None:
    """Raise Wrong with these words unless it happens before patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if happens():
            return
        time.sleep(0.2)
    raise Wrong(words)


if __name__ == "__main__":
    sys.exit(main())
