"""A small district, and a site that shows a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from connectors.asana.sandbox import Limits, Sandbox
from syncd.plan.model import Audience
from syncd.service.server import serve
from syncd.service.web import make_app
from tests.cli.district import TOKEN, District
from tests.service import sites
from tests.service.sites import Clock, FakeSite, Visit, Visitor


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a daemon look at what may change ten times a second."""
    monkeypatch.setattr("syncd.service.daemon.LOOK_EVERY", 0.1)


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    """A district that has not pushed anything yet; its quiet passes come every second."""
    with Sandbox(token=TOKEN, limits=Limits(per_minute=None), state=tmp_path / "asana.json") as box:
        folder = tmp_path / "district"
        folder.mkdir()
        made = District(folder, box)
        made.write_config(mapping='every = "1s"')
        yield made


@pytest.fixture
def visit() -> Iterator[Visitor]:
    """Opens a site with a browser that follows no redirect; closes all at the end."""
    with ExitStack() as stack:

        def opened(
            token: str | None = sites.TOKEN,
            front: Audience = Audience.PUBLIC,
            public_url: str | None = None,
            version: Callable[[], int] = lambda: 0,
            **headers: str,
        ) -> Visit:
            site, clock = FakeSite(), Clock()
            app = make_app(
                site,
                admin_token=token,
                front=front,
                public_url=public_url,
                version=version,
                now=clock,
                today=clock,
            )
            address = stack.enter_context(serve(app, "127.0.0.1:0"))
            browser = stack.enter_context(httpx.Client(base_url=address, headers=headers, trust_env=False))
            return Visit(site, clock, browser)

        yield opened
