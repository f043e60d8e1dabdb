"""`/api/v1`: the facts that the commands print, for those who hold the token, as its description says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import jsonschema_rs
import pytest
import structlog

from syncd.app import App
from syncd.config import load_config
from syncd.records import SetAside
from syncd.service.openapi import MOST_LINES, OPENAPI
from syncd.service.server import serve
from syncd.service.site import LiveSite
from syncd.service.watch import Watch
from syncd.service.web import make_app
from syncd.views import status
from tests.cli.district import PLAN, District
from tests.connectors.clock import START
from tests.service.sites import SIGNED_IN, TOKEN, Visitor

PATHS = [path.replace("{id}", "G1.A1") for path in OPENAPI["paths"]]
PEOPLE = ("ann@district.example",)


@dataclass(frozen=True)
class Api:
    """The interface over a district that was pushed once, and the district beside it."""

    district: District
    address: str

    def get(self, path: str, *, signed_in: bool = True, **asked: Any) -> httpx.Response:
        """What it answers."""
        headers = SIGNED_IN if signed_in else {}
        return httpx.get(f"{self.address}/api/v1{path}", params=asked, headers=headers, trust_env=False)

    def told(self, *arguments: str) -> Any:
        """What a command prints for programs."""
        return self.district.run(*arguments, "--json").json


@pytest.fixture
def api(district: District) -> Iterator[Api]:
    """A district with everything pushed, and a project done by its team."""
    district.run("sync")
    district.task("Train every K-3 teacher").completed = True
    district.run("sync", "--full")
    with closing(App(load_config(district.config))) as app:
        app.open_store()
        web = make_app(LiveSite(app, Watch(app)), admin_token=TOKEN)
        with serve(web, "127.0.0.1:0") as address:
            yield Api(district, address)


def test_it_tells_what_the_commands_print(api: Api) -> None:
    """Status, scorecard, log and explanations are the same to the last key."""
    assert api.get("/status").json() == api.told("status")
    assert api.get("/scorecard", audience="internal").json() == api.told("scorecard")
    assert api.get("/scorecard").json() == api.told("scorecard", "--audience", "public")
    assert api.get("/log").json() == api.told("log")
    for item in ("G1", "G1.O1", "G1.O1.K1", "G1.A1", "G1.A1.P1", "G2.A1"):
        assert api.get(f"/explain/{item}").json() == api.told("explain", item)


def test_what_is_asked_for_is_heeded_as_the_commands_do(api: Api) -> None:
    """Every option of the log, and the day of scorecard and explanation."""
    for name, option, value in [
        ("item", None, "G1.A1.P1"),
        ("field", "--field", "completed"),
        ("person", "--person", "nobody-at-all"),
        ("since", "--since", "2001-01-01 08:00"),
        ("until", "--until", "2001-01-01"),
        ("mapping", "--mapping", "academics"),
        ("pass", "--pass", "2"),
        ("limit", "--limit", "2"),
    ]:
        asked = [option, value] if option else [value]
        given: dict[str, Any] = {name: value}
        answer = api.get("/log", **given).json()
        assert answer == api.told("log", *asked), name
        assert answer != api.get("/log").json() or name in {"since", "mapping"}, name
    day = datetime.now(ZoneInfo("America/New_York")).date().isoformat()
    assert api.get("/scorecard", as_of=day, audience="internal").json() == api.told("scorecard", "--as-of", day)
    assert api.get("/explain/G1.O1.K1", as_of=day, plan="district").json()["id"] == "G1.O1.K1"
    for path in ("/scorecard", "/explain/G1.O1.K1"):
        answer = api.get(path, as_of="2026-02-01")
        assert (answer.status_code, "Nothing was known yet" in answer.json()["error"]) == (404, True)


def test_without_the_token_only_the_public_scorecard_is_told(api: Api) -> None:
    """Everything else is refused, also what the scorecard holds of people and of other days."""
    for path in PATHS:
        answer = api.get(path, signed_in=False)
        assert answer.status_code == (200 if path == "/scorecard" else 401), path
    for asked in ({"audience": "internal"}, {"as_of": "2026-02-01"}):
        answer = api.get("/scorecard", signed_in=False, **asked)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json() == {"error": "This is only for those who hold the service's admin token."}
    public = api.get("/scorecard", signed_in=False)
    assert "Grade 3 ELA proficiency" in public.text
    assert not any(word in public.text for word in (*PEOPLE, "127.0.0.1", "Adopt structured literacy"))


def test_where_there_is_no_token_there_is_nothing_but_the_public_scorecard(visit: Visitor) -> None:
    """Without an admin token nobody is told more, whatever he sends."""
    browser = visit(token=None).browser
    codes = {path: browser.get(f"/api/v1{path}", headers={"Authorization": "Bearer x"}).status_code for path in PATHS}
    assert codes == {path: 200 if path == "/scorecard" else 404 for path in PATHS}


@pytest.mark.parametrize(
    ("path", "asked", "words"),
    [
        ("/status", {"verbose": "1"}, "“verbose” is not known; nothing can be given here"),
        ("/scorecard", {"day": "1"}, "“day” is not known; what can be given here: audience, plan, as_of"),
        ("/scorecard", {"audience": "everybody"}, "audience: it must be public or internal"),
        ("/scorecard", {"plan": "other"}, "plan: there is no plan “other”"),
        ("/scorecard", {"as_of": "tomorrow"}, "as_of: “tomorrow” is no day that syncd can read; write it like 2026"),
        ("/scorecard", {"as_of": "3000-01-01"}, "as_of: “3000-01-01” is no day"),
        ("/log", {"pass": "one"}, "pass: it must be a whole number from 1 to 9007199254740992"),
        ("/log", {"limit": "0"}, f"limit: it must be a whole number from 1 to {MOST_LINES}"),
        ("/log", {"limit": "²"}, "limit: it must be a whole number"),
        ("/log", {"item": ""}, "item: it must have 1 to 200 characters"),
        ("/log", {"item": "x" * 201}, "item: it must have 1 to 200 characters"),
        ("/log", {"person": "a\x00b"}, "person: it must have 1 to 200 characters"),
        ("/log", {"until": "9999-12-31"}, "until: “9999-12-31” is no day"),
        ("/log", {"since": "1899-12-31"}, "since: “1899-12-31” is no day"),
        ("/log?item=a&item=b", {}, "item: it is given twice"),
        ("/explain/%00", {}, "id: it must have 1 to 200 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(
    visit: Visitor, path: str, asked: Mapping[str, str], words: str
) -> None:
    """The answer names what is wrong and how to say it."""
    answer = visit().browser.get(f"/api/v1{path}", params=asked or None, headers=SIGNED_IN)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(words)


def test_an_item_that_is_not_there_names_those_near_it(api: Api) -> None:
    """What is not in the plan is 404, with what was probably meant."""
    answer = api.get("/explain/G1.A9")
    assert answer.status_code == 404
    assert "did you mean G1.A1" in answer.json()["error"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"item": "G1.A1.P8"}, "nobody knows an item G1.A1.P8; did you mean G1.A1.P"),
        ({"mapping": "academic"}, "nobody knows a mapping “academic”; did you mean academics?"),
        ({"pass": "99"}, "there is no pass 99; the newest is "),
    ],
)
def test_the_log_of_what_nobody_knows(api: Api, asked: Mapping[str, Any], words: str) -> None:
    """It is not there, and that is told apart from what is known and to which nothing happened."""
    answer = api.get("/log", **asked)
    assert (answer.status_code, answer.json()["error"][: len(words)]) == (404, words)
    assert api.get("/log", item="G1", field="due").json() == {"entries": []}


def test_where_several_plans_stand_the_one_meant_is_named(api: Api) -> None:
    """An item that no plan holds belongs to none of several: that is said without the place of any file."""
    district = api.district
    (district.folder / "other.toml").write_text(PLAN.replace('id = "district"', 'id = "other"'), encoding="utf-8")
    district.write_config(more='[plans.other]\nsource = "other.toml"\n')
    with closing(App(load_config(district.config))) as app:
        app.open_store()
        with serve(make_app(LiveSite(app, Watch(app)), admin_token=TOKEN), "127.0.0.1:0") as address:
            two = Api(district, address)
            assert two.get("/scorecard", plan="other", signed_in=False).json()["plan"] == "other"
            assert two.get("/explain/G1", plan="other").status_code == 200
            answer = two.get("/explain/G9")
    assert (answer.status_code, answer.json()) == (
        400, {"error": "there are several plans (district, other); name one with --plan"},
    )  # fmt: skip


def test_troubles_are_said_to_those_who_may_know_them(api: Api) -> None:
    """A plan that cannot be read, and then a store that is broken: in words with the token, without them for others."""
    api.district.write_plan("no plan at all")
    answer = api.get("/explain/G1")
    assert answer.status_code == 503
    assert "plan.toml" in answer.json()["error"]
    assert api.get("/status").status_code == 200
    with structlog.testing.capture_logs():
        public = api.get("/scorecard", signed_in=False)
    assert public.status_code == 503
    assert "plan.toml" not in public.text
    api.district.store.write_bytes(b"no store at all" * 1000)
    answer = api.get("/log")
    assert answer.status_code == 503
    assert "the store" in answer.json()["error"]


def test_a_fault_of_our_own_tells_nothing_from_inside(visit: Visitor) -> None:
    """What nobody foresaw is an answer in words with all the headers, and not a trace."""
    here = visit()
    here.site.broken = True
    answer = here.browser.get("/api/v1/status", headers=SIGNED_IN)
    assert answer.status_code == 500
    assert answer.json()["error"].startswith("Something went wrong while it was put together")
    assert answer.headers["x-frame-options"] == "DENY"


def test_the_description_fits_what_is_answered(api: Api) -> None:
    """Each answer, and each refusal, has the form that OpenAPI promises; every operation is there."""
    assert api.get("/openapi.json").json() == OPENAPI
    for path, item in OPENAPI["paths"].items():
        for signed_in in (True, False):
            answer = api.get(path.replace("{id}", "G1.O1.K1"), signed_in=signed_in)
            schema = item["get"]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
            _fits(schema, answer.json())
    with pytest.raises(jsonschema_rs.ValidationError):
        _fits(OPENAPI["components"]["schemas"]["Status"], {"mappings": []})


def test_the_description_fits_what_waits_for_a_person(district: District) -> None:
    """What is set aside, in conflict, or proposed has the form that OpenAPI promises too."""
    fields = '[mappings.academics.fields]\ndue = { owner = "shared", conflict = "hold" }\n'
    district.write_config(mapping=f'unplanned = "propose"\n{fields}')
    district.run("sync")
    world = district.box.world
    world.set(district.task("Train every K-3 teacher").gid, due_on="2026-12-01")
    world.add_task("Print the leaflets", parent=district.task("Open a family office").gid)
    district.change_plan(("2027-01-15", "2027-01-31"))
    district.run("sync", "--full")
    with closing(App(load_config(district.config))) as app:
        with app.store.writing() as writer:
            writer.put_set_aside("academics", SetAside("G1.A1", "update", "too long", "shorten it", 3, START))
        told = status.as_json(status.status(app))
    [mapping] = told["mappings"]
    assert mapping["set_aside"]
    assert mapping["conflict_list"]
    assert {each["kind"] for each in mapping["proposal_list"]} == {"new"}
    _fits(OPENAPI["components"]["schemas"]["Status"], told)


def _fits(schema: Mapping[str, Any], answer: object) -> None:
    whole = {**schema, "components": OPENAPI["components"]}
    jsonschema_rs.validator_for(whole, validate_formats=True).validate(answer)


def test_an_unchanged_scorecard_is_not_sent_again(api: Api) -> None:
    """The tag of the public scorecard brings 304."""
    tag = api.get("/scorecard", signed_in=False).headers["etag"]
    answer = httpx.get(f"{api.address}/api/v1/scorecard", headers={"If-None-Match": tag}, trust_env=False)
    assert (answer.status_code, answer.content) == (304, b"")


def test_the_log_is_told_without_secrets(api: Api) -> None:
    """What people wrote that looks like a secret is hidden, as in the commands."""
    api.district.task("Choose the reading books").name = "Password: token=abcdef123456"
    api.district.run("sync", "--full")
    text = api.get("/log").text
    assert "abcdef123456" not in text
    assert "Password" in text
