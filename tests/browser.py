"""Finds a Chromium for the tests that look at pages, and opens pages in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

MISSING = (
    "No Chromium found. Install one with `playwright install chromium` (in the project's virtual environment) or with "
    "`apt-get install chromium`, or name one in $SYNCD_CHROMIUM."
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@cache
def find_chromium() -> str | None:
    """The path of a Chromium: $SYNCD_CHROMIUM, else playwright's own, else one on the PATH; None if there is none."""
    named = os.environ.get("SYNCD_CHROMIUM")
    if named:
        return named
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if Path(own).exists():
        return own
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A headless browser from the Chromium at `path` that talks to nobody on its own; closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
