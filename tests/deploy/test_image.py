"""The container image is really built, and the daemon really runs from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.deploy.conftest import ROOT
from tools.image_check import NEEDED

HERE = not os.geteuid() and all(map(shutil.which, NEEDED))


@pytest.mark.process
@pytest.mark.timeout(1200)
@pytest.mark.skipif(
    not HERE, reason="as root: apt-get install buildah mmdebstrap; then `make image-check` tries the image"
)
def test_the_image() -> None:
    """Not root, read-only, in health, with its secrets, and ended by SIGTERM: all of it holds."""
    command = [sys.executable, "-m", "tools.image_check"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode == 2:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All of it holds" in done.stdout


@pytest.mark.skipif(HERE, reason="all that it takes is here")
def test_what_it_takes() -> None:
    """Where the tools are not, it says how to get them, and fails nobody's machine."""
    command = [sys.executable, "-m", "tools.image_check"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "apt-get install buildah mmdebstrap" in done.stdout
