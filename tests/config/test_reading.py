"""Every setting is read, has the default that is promised, and reaches the part that it is for."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import certifi
import pytest

from mappings.rules import DEFAULT_FIELDS, Conflict, Counted, FieldRule, GroupBy, Owner
from syncd.config import check_selection, load_config
from syncd.errors import ConfigError, Problem
from syncd.plan.load import load_plan
from syncd.sections import ByName
from tests.config.written import SMALL, read

ROOT = Path(__file__).parents[2]

WHOLE = """\
timezone = "America/Chicago"
[store]
url = "sqlite:///data/syncd.db"
[server]
listen = "0.0.0.0:80"
public_url = "https://plan.example.org/"
admin_token = "open-sesame"
[connections.asana]
kind = "asana"
token = "1/23:abc"
workspace = 1201
base_url = "https://app.asana.com/api/1.0"
requests_per_minute = 1500
share_left = 0.25
[plans.district]
source = "https://plan.example.org/plan.toml"
[mappings.academics]
plan = "district"
connection = "asana"
every = "90s"
container = { name = " Strategic plan " }
select = ["G1", "G2.A3"]
group_by = "action"
action = "none"
project = "task"
[mappings.academics.fields]
title = "shared"
due = { owner = "shared", conflict = "hold" }
weight = { owner = "plan", to = "Weight" }
office = { owner = "plan", from = "organization" }
[mappings.academics.progress]
project = "field:% complete"
[mappings.academics.status]
"Working on it" = 0.5
"Dropped" = "cancelled"
"Next year" = "deferred"
"Done" = 1
[mappings.academics.limits]
max_changes = 3
max_share = 0.05
"""


def test_every_setting_is_read(tmp_path: Path) -> None:
    """All that a configuration may say arrives."""
    config = read(tmp_path, WHOLE)
    assert (config.timezone, str(config.zone)) == ("America/Chicago", "America/Chicago")
    server, connection = config.server, config.connections["asana"]
    assert server.admin_token is not None
    assert (server.listen, server.public_url) == ("0.0.0.0:80", "https://plan.example.org")
    assert server.admin_token.get_secret_value() == "open-sesame"
    assert connection.token is not None
    assert connection.token.get_secret_value() == "1/23:abc"
    assert (connection.kind, connection.workspace, connection.base_url) == (
        "asana",
        "1201",
        "https://app.asana.com/api/1.0",
    )
    assert (connection.requests_per_minute, connection.share_left) == (1500, 0.25)
    assert config.plans["district"].source == "https://plan.example.org/plan.toml"


def test_every_setting_of_a_mapping_is_read(tmp_path: Path) -> None:
    """Shares stay exact, labels keep their spelling."""
    mapping = read(tmp_path, WHOLE).mappings["academics"]
    assert (mapping.plan, mapping.connection, mapping.every) == ("district", "asana", timedelta(seconds=90))
    assert (mapping.select, mapping.group_by) == (("G1", "G2.A3"), GroupBy.ACTION)
    assert mapping.status == {
        "Working on it": Decimal("0.5"),
        "Dropped": Counted.CANCELLED,
        "Next year": Counted.DEFERRED,
        "Done": Decimal(1),
    }
    assert (mapping.guard.max_changes, mapping.guard.max_share) == (3, Decimal("0.05"))


def test_a_mapping_becomes_rules(tmp_path: Path) -> None:
    """With `action = "none"` there are no tasks for actions, and projects stand by themselves."""
    rules = read(tmp_path, WHOLE).mappings["academics"].rules("academics", "p")
    assert (rules.mapping, rules.plan, rules.select) == ("academics", "p", ("G1", "G2.A3"))
    assert (rules.action_is_task, rules.project_is_subtask) == (False, False)
    assert (rules.progress, rules.status["Dropped"]) == ("field:% complete", Counted.CANCELLED)
    fields = {rule.name: rule for rule in rules.fields}
    assert list(fields) == [*(rule.name for rule in DEFAULT_FIELDS), "weight", "office"]
    assert fields["title"] == FieldRule("title", Owner.SHARED, "title")
    assert fields["due"] == FieldRule("due", Owner.SHARED, "due", "", Conflict.HOLD)
    assert fields["weight"] == FieldRule("weight", Owner.PLAN, "weight", "Weight")
    assert fields["office"] == FieldRule("office", Owner.PLAN, "organization", "office")


def test_the_defaults_are_those_that_are_promised(tmp_path: Path) -> None:
    """What nobody says is as the documentation says."""
    config = read(tmp_path)
    connection, mapping = config.connections["asana"], config.mappings["academics"]
    assert (config.timezone, config.secrets_dir) == ("America/New_York", None)
    assert (config.server.listen, config.server.public_url, config.server.admin_token) == ("127.0.0.1:8080", None, None)
    assert (connection.workspace, connection.base_url, connection.requests_per_minute) == (None, None, None)
    assert (connection.share_left, mapping.every, mapping.select) == (0.2, timedelta(minutes=5), ())
    assert (mapping.guard.max_changes, mapping.guard.max_share) == (10, Decimal("0.2"))
    rules = mapping.rules("academics", "p")
    assert (rules.group_by, rules.action_is_task, rules.project_is_subtask) == (GroupBy.GOAL, True, True)
    assert (rules.progress, dict(rules.status), rules.fields) == ("completed", {}, DEFAULT_FIELDS)


def test_what_stands_as_default_in_the_documentation_changes_nothing(tmp_path: Path) -> None:
    """Writing the defaults out is the same as leaving them out."""
    written = (
        f'{SMALL}every = "5m"\ngroup_by = "goal"\naction = "task"\nproject = "subtask"\n[mappings.academics.fields]\n'
        'title = "plan"\nnotes = "plan"\nstart = "shared"\ndue = "shared"\nassignee = "tool"\n'
        '[mappings.academics.progress]\nproject = "completed"\n[mappings.academics.limits]\n'
        "max_changes = 10\nmax_share = 0.2\n"
    )
    long, short = (read(tmp_path, text).mappings["academics"] for text in (written, SMALL))
    assert long.rules("m", "p") == short.rules("m", "p")
    assert (long.every, long.guard) == (short.every, short.guard)


@pytest.mark.parametrize(
    ("span", "seconds"), [("30s", 30), ("5m", 300), (" 2 h ", 7200), ("1d", 86400), ("999999d", 999999 * 86400)]
)
def test_time_spans_are_read(span: str, seconds: int, tmp_path: Path) -> None:
    """Seconds, minutes, hours, days."""
    assert read(tmp_path, f'{SMALL}every = "{span}"\n').mappings["academics"].every == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("written", "reference"),
    [
        ('"1203"', ("1203", False)),
        ("1203", ("1203", False)),
        ('"https://app.asana.com/0/1203/list"', ("https://app.asana.com/0/1203/list", False)),
        ('{ name = "Plan 2025–29" }', ("Plan 2025–29", True)),
    ],
)
def test_a_container_is_an_id_an_address_or_a_name(written: str, reference: tuple[str, bool], tmp_path: Path) -> None:
    """Numbers may stand without quotes; a name stands in a table, and is never taken for an id."""
    mapping = read(tmp_path, SMALL.replace('"1203"', written)).mappings["academics"]
    assert mapping.reference == reference
    assert isinstance(mapping.container, ByName) is reference[1]


@pytest.mark.parametrize(
    ("url", "result"),
    [
        ("sqlite:///syncd.db", "sqlite:///{folder}/syncd.db"),
        ("sqlite:///../syncd.db", "sqlite:///{parent}/syncd.db"),
        ("sqlite:////var/lib/syncd.db", "sqlite:////var/lib/syncd.db"),
        ("postgresql://user@host/db", "postgresql://user@host/db"),
    ],
)
def test_the_store_is_beside_the_file(url: str, result: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its path is relative to the configuration and not to where somebody happens to stand."""
    folder = tmp_path / "etc"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    (folder / "config.toml").write_text(f'[store]\nurl = "{url}"\n')
    config = load_config(Path("etc/config.toml"), {})
    assert config.store.url == result.format(folder=folder, parent=tmp_path)
    assert (config.folder, config.path) == (folder, Path("etc/config.toml"))


def test_the_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path that is given, else $SYNCD_CONFIG, else ./config.toml."""
    monkeypatch.chdir(tmp_path)
    for name, zone in (("config.toml", "Chicago"), ("one.toml", "Denver"), ("two.toml", "Phoenix")):
        (tmp_path / name).write_text(f'timezone = "America/{zone}"\n')
    environment = {"SYNCD_CONFIG": "one.toml"}
    found = [load_config(Path("two.toml"), environment), load_config(None, environment), load_config(None, {})]
    assert [config.timezone for config in found] == ["America/Phoenix", "America/Denver", "America/Chicago"]


def test_the_environment_is_that_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to hand it over."""
    (tmp_path / "config.toml").write_text(SMALL)
    monkeypatch.setenv("SYNCD_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("SYNCD_SERVER__LISTEN", "127.0.0.1:9")
    assert load_config().server.listen == "127.0.0.1:9"


def test_the_example_loads_as_it_stands() -> None:
    """The file that people copy has no mistake, and its plan is there."""
    config = load_config(ROOT / "config.example.toml", {})
    mapping = config.mappings["district"]
    assert mapping.reference == ("Strategic plan 2025–29", True)
    assert mapping.rules("district", "p").fields == DEFAULT_FIELDS
    plan = load_plan(config.plans["district"].source, config.folder)
    assert check_selection(config, "district", plan) == []


def test_what_the_example_leaves_out_can_be_put_in(tmp_path: Path) -> None:
    """Each line that begins with “# key = ” or “# [” is a setting that works when its # is taken away."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    changed = re.sub(r'^# (?=[a-z_]+ = |"[^"]+" = |\[)(?!oauth)', "", text, flags=re.MULTILINE)
    for left_out, given in (("https://…", "https://chat.example.org/x"), ("…", "sesame"), ("completed", "status")):
        changed = changed.replace(f'"{left_out}"', f'"{given}"')
    changed = changed.replace("/run/secrets", "secrets").replace("filter-ca.pem", certifi.where())
    (tmp_path / "secrets").mkdir()
    config = read(tmp_path, changed)
    assert config.server.admin_token is not None
    assert config.server.public_url == "https://plan.example.org"
    assert config.outgoing.secure == "http://proxy.example.org:8080"
    assert config.outgoing.authorities
    assert config.connections["asana"].requests_per_minute == 1500
    assert config.connections["monday"].daily_calls == 10000
    assert config.notices["office"].kind == "teams"
    assert config.mappings["district"].select == ("G1", "G2.A3")
    assert config.mappings["district"].status == {"Working on it": Decimal("0.5")}
    assert len(config.schedule.quiet_hours) == 3
    assert set(re.findall(r"^# (\w+) = ", changed, re.MULTILINE)) == {"oauth"}


def test_the_sign_in_of_the_example_takes_the_place_of_its_token(tmp_path: Path) -> None:
    """As its line says."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    variable = {"SYNCD_CONNECTIONS__ASANA__OAUTH__REFRESH_TOKEN": "r"}
    config = read(
        tmp_path, text.replace("# oauth", "oauth").replace('token = "sandbox"', "").replace("…", "x"), variable
    )
    assert config.connections["asana"].oauth is not None


def test_a_selection_must_be_in_the_plan(tmp_path: Path) -> None:
    """A branch that the plan does not hold is a problem of the configuration, with its line and the nearest id."""
    plan = load_plan("plan.toml", ROOT / "examples" / "riverbend")
    config = read(tmp_path, SMALL + 'select = [\n  "G1",\n  "G1.O11",\n]\n')
    assert check_selection(config, "academics", plan) == [
        Problem(
            str(tmp_path / "config.toml"),
            "the plan has no “G1.O11”; did you mean “G1.O1”?",
            12,
            "mappings.academics.select[2]",
        )
    ]


def test_a_file_that_is_not_there_is_told_with_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who calls syncd in the wrong folder sees which one it was looked for in."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as error:
        load_config(Path("config.toml"), {})
    assert f"there is no such file in {tmp_path}; `syncd init` makes it" in error.value.problems[0].message


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Missing, an empty folder, an old encoding, no TOML: one problem that names the file."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "old.toml").write_bytes("# José\n".encode("cp1252"))
    (tmp_path / "broken.toml").write_text("[store\n")
    for name, words in (
        ("none.toml", "there is no such file; `syncd init` makes it"),
        ("empty", "this folder holds no configuration"),
        ("old.toml", "this is not UTF-8 text"),
        ("broken.toml", "this is not valid TOML"),
        ("a\x00b", "it cannot be read: "),
    ):
        with pytest.raises(ConfigError) as error:
            load_config(tmp_path / name, {})
        (problem,) = error.value.problems
        assert words in problem.message
        assert problem.file.startswith(str(tmp_path))


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Windows' editor puts one in front."""
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load_config(tmp_path / "config.toml", {}).plans
