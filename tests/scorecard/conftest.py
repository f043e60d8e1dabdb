"""A browser for the tests that look at pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import MISSING, chromium, find_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a file; for no longer, as its event loop would be in the way of others."""
    path = find_chromium()
    if not path:
        pytest.skip(MISSING)
    with chromium(path) as opened:
        yield opened
