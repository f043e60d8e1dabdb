"""Settings that do not fit, alone or together, are named in words; whatever comes from outside is read or explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.config import load_config
from syncd.errors import ConfigError
from tests.config.written import SMALL, read, refused

CONNECTION = "".join(SMALL.splitlines(keepends=True)[:3])
"""The connection alone, three lines."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plans = 3", "config.toml:1: plans: must be a table of its own, with keys"),
        ('[connections]\nasana = "secret"', "config.toml:2: connections.asana: must be a table of its own, with keys"),
        ("[connections.asana]\nkind = 3", "“3” is no tool that is installed; there are: asana"),
        (f'{CONNECTION}base_url = "asana.com"', "“asana.com” is no web address; it begins with https://"),
        (f'{CONNECTION}base_url = "https://[x"', "“https://[x” is no web address"),
        (f"{CONNECTION}base_url = 3", "“3” is no web address"),
        (f'{CONNECTION}base_url = "https://me:word@host/v2"', "base_url: a web address here holds no name and no"),
        (f"{CONNECTION}requests_per_minute = 0", "requests_per_minute: must be at least 1, not “0”"),
        (f"{CONNECTION}share_left = nan", "connections.asana.share_left: must be"),
        (f"{CONNECTION}workspace = true", "workspace: must be text in quotes, not “true”"),
        ('[server]\nlisten = "a b:80"', "“a b:80” is not HOST:PORT"),
        ('[server]\nlisten = "host:99999"', "“host:99999” is not HOST:PORT"),
        ('[store]\nurl = "mysql://user:pw@host/db"', "store.url: must be sqlite:///FILE"),
        ("[store]\nurl = 3", "store.url: must be sqlite:///FILE"),
        ('[store]\nurl = "sqlite:///:memory:"', "store.url: must be sqlite:///FILE"),
        ('timezone = ["x"]', "is no time zone; they are named like America/New_York"),
        ('timezone = "Eastern"', "is no time zone; did you mean “America/New_York”?"),
        ('timezone = "EST5"', "is no time zone; did you mean “America/New_York”?"),
        ('timezone = "Pacific Time"', "is no time zone; did you mean “America/Los_Angeles”?"),
        ('timezone = "US/Easterm"', "is no time zone; they are named like America/New_York"),
        ('[plans.d]\nsource = " "', "plans.d.source: must not be blank"),
        (f'{SMALL}fields = {{ goal = "shared" }}', "goal follows from the plan as a whole and cannot be shared"),
        (f'{SMALL}fields = {{ Aim = {{ owner = "shared", from = "kpis" }} }}', "kpis follows from the plan as a whole"),
        (f'{SMALL}fields = {{ Now = {{ owner = "plan", from = "measured" }} }}', 'have no tasks; write kpi = "task"'),
        (f'{SMALL}kpi = "task"\nfields = {{ pace = "shared" }}', "pace follows from the plan as a whole"),
        (f'{SMALL}readings = "Now"', 'readings stand on the tasks of KPIs; write kpi = "task" in this mapping'),
        (
            f'{SMALL}kpi = "task"\nreadings = "Now"\nfields = {{ Now = {{ owner = "plan", from = "measured" }} }}',
            "the mapping writes into “Now” itself",
        ),
        (
            f'{SMALL}kpi = "task"\nreadings = "N"\nfields = {{ x = {{ owner = "plan", from = "pace", to = "N" }} }}',
            "the mapping writes into “N” itself",
        ),
        (f'{SMALL}action = "none"\nproject = "none"', "nothing of the plan would get a task"),
        (
            f'{SMALL}fields = {{ due = "shared", End = {{ owner = "shared", from = "due" }} }}',
            "“due” shares the plan's due already",
        ),
        (f'{SMALL}every = "0s"', "“0s” is no time span"),
        (f"{SMALL}every = 5", "“5” is no time span"),
        (f'{SMALL}select = "G1"', "select: must be a list in [ ], not “G1”"),
        (f'{SMALL}action = "None"', "“None” is not one of task, none; did you mean “none”?"),
        (f'{SMALL}action = "none"\nproject = "subtask"', 'with action = "none" there is no task for projects'),
        (f"{SMALL}[mappings.academics.fields]\ntitle = 3", "fields.title: must be a table of its own, with keys"),
        (f'{SMALL}[mappings.academics.fields]\ntitle = {{ owner = "plan", to = "X" }}', "every task has its own title"),
        (f'{SMALL}[mappings.academics.fields]\nnotes = {{ ownr = "plan" }}', "notes.owner: is missing"),
        (f'{SMALL}[mappings.academics.progress]\nproject = "complete"', "did you mean “completed”?"),
        (
            f'{SMALL}[mappings.academics.progress]\nproject = "field:"',
            "“field:” is none of completed, subtasks, status",
        ),
        (f'{SMALL}[mappings.academics.progress]\nproject = "status"', "no label is worth anything yet"),
        (f'{SMALL}[mappings.academics.status]\nx = "canceled"', "did you mean “cancelled”?"),
        (f"{SMALL}[mappings.academics.status]\nx = nan", "“NaN” is neither a share"),
        (f"{SMALL}[mappings.academics.status]\nx = true", "“true” is neither a share"),
        (f"{SMALL}[mappings.academics.limits]\nmax_share = 20", "max_share: must be at most 1, not “20”"),
        (f"{SMALL}[mappings.academics.limits]\nmax_changes = -1", "max_changes: must be at least 0, not “-1”"),
        (f"{SMALL}[mappings.academics.limits]\nmax_changes = 1.5", "max_changes: must be a whole number, not “1.5”"),
        (f'{CONNECTION}[connections.Asana]\nkind = "asana"', "“Asana” and “asana” are too much alike"),
        (f"{CONNECTION}{CONNECTION.replace('asana]', 'second]')}", "[connections.asana] has the same token; use one"),
        ('[plans."a b"]\nsource = "x"', "the name “a b” may hold letters, figures, “.”, “-” and “_” only"),
    ],
)
def test_each_mistake_is_said_in_words(tmp_path: Path, text: str, expected: str) -> None:
    """One mistake gives a problem that says what is wrong, and often what to write."""
    problems = refused(tmp_path, f"{text}\n")
    assert any(expected in problem for problem in problems), problems


@pytest.mark.parametrize("container", ['""', '{ name = " " }', '{ nam = "x" }', "[1]", "true", "1.5"])
def test_what_is_no_container_is_refused(tmp_path: Path, container: str) -> None:
    """Blank, misspelt or of another kind: one problem that says all three ways."""
    text = SMALL.replace('container = "1203"', f"container = {container}")
    words = 'must be an id, an address pasted from the browser, or { name = "…" }'
    assert refused(tmp_path, text) == [f"config.toml:9: mappings.academics.container: {words}"]


@pytest.mark.parametrize(
    ("first", "second", "collide"),
    [
        ("", "", True),
        ('select = ["G1"]', "", True),
        ('select = ["G1", "G2"]', 'select = ["G2"]', True),
        ('select = ["G1"]', 'select = ["G2"]', False),
    ],
)
def test_two_mappings_do_not_write_the_same_items_into_one_place(
    tmp_path: Path, first: str, second: str, collide: bool
) -> None:
    """The same branches of one plan in one container would be made twice; different branches may share it."""
    more = f'{first}\n[mappings.more]\nplan = "district"\nconnection = "asana"\ncontainer = "1203"\n{second}\n'
    if collide:
        words = "[mappings.academics] already writes the same items there; select other branches"
        assert refused(tmp_path, SMALL + more) == [f"config.toml:14: mappings.more.container: {words}"]
    else:
        assert len(read(tmp_path, SMALL + more).mappings) == 2


def test_without_secrets_there_is_nothing_to_hide(tmp_path: Path) -> None:
    """A configuration that only shows a plan holds no secret."""
    assert list(read(tmp_path, "").secrets()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.lists(
            st.sampled_from(["connections", "asana", "token", "server", "mappings", "plans", "store", "url", "x", ""]),
            min_size=1,
            max_size=4,
        ).map(lambda parts: "SYNCD_" + "__".join(parts).upper()),
        st.text('abc 1{}[]"é', max_size=5),
        max_size=4,
    )
)
def test_any_variables_load_or_are_explained(tmp_path: Path, environment: dict[str, str]) -> None:
    """Whatever is set, in whatever combination, there is a configuration or a problem; never a crash."""
    (tmp_path / "config.toml").write_text(CONNECTION, encoding="utf-8")
    try:
        load_config(tmp_path / "config.toml", environment)
        problems = 1
    except ConfigError as error:
        problems = len(error.problems)
    assert problems


APP = '[connections.asana.oauth]\nclient_id = 12\nclient_secret = "s3cret"\n'
SAME = 'refresh_token = "r"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f'[connections.asana]\nkind = "asana"\ntoken = "t"\n{APP}',
            ":4: connections.asana.oauth: there is a token as",
        ),
        (
            f'[connections.asana]\nkind = "asana"\n{APP}',
            ":3: connections.asana.oauth.refresh_token: is missing; `syncd authorize asana` gets it",
        ),
        (
            f'[connections.asana]\nkind = "monday"\n{APP}',
            ":3: connections.asana.oauth: monday has no sign-in that can be renewed; leave this section out and use a",
        ),
        (
            f'[connections.asana]\nkind = "asana"\n{APP}refresh_tokn = "s3cret"\n',
            ":6: connections.asana.oauth.refresh_tokn: there is no key “refresh_tokn” here; did you mean “refresh_t",
        ),
        (
            '[connections.asana]\nkind = "asana"\n[connections.asana.oauth]\nrefresh_token = "s3cret x"\n',
            ":4: connections.asana.oauth.refresh_token: holds a blank",
        ),
        (
            '[connections.asana]\nkind = "asana"\n[connections.asana.oauth]\nrefresh_token = "s3cret"\n',
            ":3: connections.asana.oauth.client_secret: is missing; put the app's secret into",
        ),
        ('[connections.asana]\nkind = "asana"\noauth = "s3cret"\n', ":3: connections.asana.oauth: must be a table"),
        (
            "\n".join(f'[connections.{name}]\nkind = "asana"\n{APP.replace("asana", name)}{SAME}' for name in "ab"),
            "connections.b.oauth.refresh_token: [connections.a] has the same token",
        ),
        ('[connections.asana]\nkind = "asana"\n', ":1: connections.asana.token: is missing; put the token into"),
    ],
)
def test_one_credential_for_a_connection(tmp_path: Path, text: str, expected: str) -> None:
    """A token or a sign-in, and what the tool knows of; a secret in the wrong place is not repeated."""
    found = refused(tmp_path, text)
    assert any(expected in line for line in found), found
    assert "s3cret" not in "".join(found)


def test_a_sign_in_by_the_environment(tmp_path: Path) -> None:
    """Like any secret, also in a folder of files; none of it shows in the configuration itself."""
    text = f'secrets_dir = "secrets"\n[connections.asana]\nkind = "asana"\n{APP}'
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "connections__asana__oauth__client_secret").write_text("other-s3cret\n")
    config = read(tmp_path, text, {"SYNCD_CONNECTIONS__ASANA__OAUTH__REFRESH_TOKEN": "r3fresh"})
    assert set(config.secrets()) == {"other-s3cret", "r3fresh"}
    assert "r3fresh" not in repr(config)
