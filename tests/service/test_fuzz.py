"""The web surface under what nobody would send: by its OpenAPI description, and without any sense."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.asana.sandbox import Limits, Sandbox
from syncd.app import App
from syncd.config import load_config
from syncd.service.openapi import OPENAPI
from syncd.service.refusals import HEADERS
from syncd.service.server import serve
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from syncd.service.web import make_app
from tests.cli.district import TOKEN as TOOL_TOKEN
from tests.cli.district import District
from tests.service.sites import SIGNED_IN, TOKEN

# A string that is no day, or a plan that is not there, is refused although its form is right.
LEFT_OUT = [schemathesis.checks.positive_data_acceptance]
ADDRESSES = ["api", "v1", "status", "scorecard", "log", "explain", "internal", "metrics", "readyz", "sign-in", "G1"]
LETTERS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
REFUSED = {"checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 404, 405, 414]}}}
described = schemathesis.openapi.from_dict(OPENAPI, config=schemathesis.Config.from_dict(REFUSED))
quick = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a district that was pushed once answers."""
    folder = tmp_path_factory.mktemp("district")
    with Sandbox(token=TOOL_TOKEN, limits=Limits(per_minute=None)) as box:
        district = District(folder, box)
        district.write_config()
        district.run("sync")
        with closing(App(load_config(district.config))) as app:
            app.open_store()
            # A clock that leaps: else some wrong tokens would have everything else refused.
            web = make_app(LiveSite(app, Watch(app)), admin_token=TOKEN, now=count(0, 1000).__next__)
            with serve(web, "127.0.0.1:0") as at:
                yield at


@described.parametrize()
@quick
def test_whatever_is_asked_is_answered_as_described(case: schemathesis.Case[Any], address: str) -> None:
    """No answer is an accident: status, form and headers are those that OpenAPI promises, and the token is needed."""
    with requests.Session() as session:
        session.trust_env = False
        case.call_and_validate(f"{address}/api/v1", session, SIGNED_IN, excluded_checks=LEFT_OUT)


@quick
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"]),
    parts=st.lists(st.sampled_from([*ADDRESSES, "..", "%2e%2e", "%00", "%ff", "%", ";", "//", "ключ"]), max_size=4),
    query=st.text(max_size=30),
    secrets=st.tuples(LETTERS, LETTERS),
    body=st.binary(max_size=5000),
)
def test_no_nonsense_breaks_it(
    *, address: str, method: str, parts: list[str], query: str, secrets: tuple[str, str], body: bytes
) -> None:
    """Whatever comes in, the answer is no accident, has the headers, and tells nothing that needs the token."""
    headers = {"Authorization": f"Bearer {secrets[0]}", "Cookie": f"syncd_session={secrets[1]}"}
    url = f"{address}/{'/'.join(parts)}"
    answer = httpx.request(method, url, params=query, headers=headers, content=body, trust_env=False)
    assert answer.status_code < 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "ann@district.example" not in answer.text
