"""Everything that is wrong with a configuration is said at once: file, line, key, and the nearest word."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.config import load_config
from syncd.errors import ConfigError
from tests.config.written import SMALL, read, refused

BAD = """\
timezon = "America/New_York"
timezone = "America/New_Yorc"
[store]
url = "mysql://host/db"
[server]
listen = "8080"
public_url = "plan.example.org"
[connections.asana]
kind = "asanna"
share_left = 1.5
requests_per_minute = 0
[plans.district]
src = "plan.toml"
[mappings.academics]
plan = "districts"
connection = "asana"
every = "5 minutes"
container = { title = "x" }
select = "G1"
group_by = "gaol"
action = "none"
project = "subtask"
[mappings.academics.fields]
title = "plam"
due = { owner = "shared", conflict = "mine" }
wieght = "plan"
[mappings.academics.progress]
project = "done"
[mappings.academics.status]
"Working on it" = 1.5
[mappings.academics.limits]
max_changes = "many"
max_share = 20
"""
PROBLEMS = [
    "1: timezon: there is no key “timezon” here; did you mean “timezone”?",
    "2: timezone: “America/New_Yorc” is no time zone; did you mean “America/New_York”?",
    "4: store.url: must be sqlite:///FILE, such as sqlite:///syncd.db, or postgresql://USER@HOST/DATABASE",
    "6: server.listen: “8080” is not HOST:PORT, such as 127.0.0.1:8080",
    "7: server.public_url: “plan.example.org” is no web address; it begins with https://",
    (
        "8: connections.asana.token: is missing; put the token into the environment variable "
        'SYNCD_CONNECTIONS__ASANA__TOKEN, or here as token = "…"'
    ),
    "9: connections.asana.kind: “asanna” is no tool that is installed; did you mean “asana”?",
    "10: connections.asana.share_left: must be less than 1.0, not “1.5”",
    "11: connections.asana.requests_per_minute: must be at least 1, not “0”",
    "12: plans.district.source: is missing",
    "13: plans.district.src: there is no key “src” here; did you mean “source”?",
    "15: mappings.academics.plan: there is no plan “districts”; did you mean “district”?",
    (
        "17: mappings.academics.every: “5 minutes” is no time span; write a number with s, m, h or d in "
        "quotes, such as “5m”"
    ),
    '18: mappings.academics.container: must be an id, an address pasted from the browser, or { name = "…" }',
    "19: mappings.academics.select: must be a list in [ ], not “G1”",
    "20: mappings.academics.group_by: “gaol” is not one of goal, outcome, action, none; did you mean “goal”?",
    (
        '22: mappings.academics.project: with action = "none" there is no task for projects to stand under; '
        'write project = "task"'
    ),
    "24: mappings.academics.fields.title: “plam” is not one of plan, tool, shared; did you mean “plan”?",
    "25: mappings.academics.fields.due.conflict: “mine” is not one of tool, plan, hold",
    "26: mappings.academics.fields.wieght: say with from = … what of the plan goes there; did you mean “weight”?",
    (
        "28: mappings.academics.progress.project: “done” is none of completed, subtasks, status, "
        "field:TITLE; there are: completed, subtasks, status"
    ),
    ("30: mappings.academics.status.Working on it: “1.5” is neither a share from 0 to 1 nor “cancelled” or “deferred”"),
    "32: mappings.academics.limits.max_changes: must be a whole number, not “many”",
    "33: mappings.academics.limits.max_share: must be at most 1, not “20”",
]


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    """None hides another, and each has its line."""
    assert refused(tmp_path, BAD) == [f"config.toml:{problem}" for problem in PROBLEMS]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '"district"\nconn',
            '"distrikt"\nconn',
            "7: mappings.academics.plan: there is no plan “distrikt”; did you mean “district”?",
        ),
        (
            'connection = "asana"',
            'connection = "monday"',
            "8: mappings.academics.connection: there is no connection “monday”; there are: asana",
        ),
        (
            'token = "sesame"\n',
            "",
            "1: connections.asana.token: is missing; put the token into the environment variable",
        ),
        (
            '"asana"\ntoken',
            '"trello"\ntoken',
            "2: connections.asana.kind: “trello” is no tool that is installed; there are: asana, monday",
        ),
        (
            '"1203"',
            '""',
            "9: mappings.academics.container: must be an id, an address pasted from the browser, or { name =",
        ),
        (
            '"1203"',
            "true",
            "9: mappings.academics.container: must be an id, an address pasted from the browser, or { name =",
        ),
        (
            '"1203"',
            '{ name = "" }',
            "9: mappings.academics.container: must be an id, an address pasted from the browser, or { name =",
        ),
        ('container = "1203"\n', "", "6: mappings.academics.container: is missing"),
        ('"plan.toml"', "5", "5: plans.district.source: must be text in quotes, not “5”"),
    ],
)
def test_a_mistake_is_said(old: str, new: str, problem: str, tmp_path: Path) -> None:
    """References that lead nowhere, what is missing, and what is nothing at all."""
    assert old in SMALL
    (said,) = refused(tmp_path, SMALL.replace(old, new))
    assert said.startswith(f"config.toml:{problem}")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        *[(f"every = {span}", "10: mappings.academics.every: “")
          for span in ('"0m"', '"5"', '"m"', '"-5m"', '"1.5h"', '"5 minutes"', "5")],
        *[(f'status = {{ "x" = {worth} }}', "10: mappings.academics.status.x: ")
          for worth in ("1.01", "-0.1", "nan", "inf", '"half"', "true", "[]")],
        *[(f"limits = {{ max_share = {share} }}", "10: mappings.academics.limits.max_share: ")
          for share in ("1.5", "-1", "nan", '"much"')],
        ('project = "tsk"', "10: mappings.academics.project: “tsk” is not one of subtask, task, none; did you mean"),
        ('action = "nome"', "10: mappings.academics.action: “nome” is not one of task, none; did you mean “none”?"),
        ("limits = { max_changes = -1 }", "10: mappings.academics.limits.max_changes: must be at least 0, not “-1”"),
        ('fields = { x = "plan" }', "10: mappings.academics.fields.x: say with from = … what of the plan goes there"),
        (
            'fields = { x = { owner = "plan", from = "titel" } }',
            "10: mappings.academics.fields.x.from: “titel” is nothing that a plan holds; did you mean “title”?",
        ),
        ("fields = { title = { to = 5 } }", "10: mappings.academics.fields.title"),
        ('every = "5m"\nplan = "x"', "11: this is not valid TOML: the same key stands twice"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_mapping_is_said(line: str, problem: str, tmp_path: Path) -> None:
    """Each of its settings."""
    assert any(said.startswith(f"config.toml:{problem}") for said in refused(tmp_path, f"{SMALL}{line}\n"))


def tried(folder: Path, text: str) -> set[str]:
    """The file of the configuration in that text, or the files that its problems name."""
    try:
        return {str(read(folder, text).path)}
    except ConfigError as error:
        return {problem.file for problem in error.problems}


@pytest.mark.parametrize("wrong", ["[]", "{}", "5", "true", "nan", "2026-01-31", '"x"', "[[1]]"])
@pytest.mark.parametrize("key", ["timezone", "secrets_dir", "store", "server", "connections", "plans", "mappings"])
def test_a_wrong_kind_of_value_is_never_a_crash(key: str, wrong: str, tmp_path: Path) -> None:
    """Whatever stands at the top of the file, there is a configuration, or problems that name the file."""
    assert tried(tmp_path, f"{key} = {wrong}\n") == {str(tmp_path / "config.toml")}


LINES = [*BAD.splitlines(True), *SMALL.splitlines(True)]
VALUES = [
    "[]",
    "{}",
    "5",
    "0",
    "-1",
    "0.5",
    "nan",
    "inf",
    "true",
    '""',
    '"x"',
    "2026-01-31",
    "1e400",
    '["G1", 5]',
    '{ name = "x" }',
]


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """The small configuration with lines of others among its own, and with values that do not belong there."""
    lines = SMALL.splitlines(True)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(lines) - 1))
        name, equals, _ = lines[at].partition("=")
        choices = [draw(st.sampled_from(LINES)), f"{name}{equals} {draw(st.sampled_from(VALUES))}\n", ""]
        lines[at : at + draw(st.integers(0, 1))] = [draw(st.sampled_from(choices))]
        lines = lines or ["\n"]
    return "".join(lines)


@settings(max_examples=60)
@given(configurations() | st.text(max_size=80))
def test_any_edit_is_a_configuration_or_a_problem(text: str) -> None:
    """No slip of the pen ends in anything but a configuration, or problems that name the file."""
    with tempfile.TemporaryDirectory() as folder:
        assert tried(Path(folder), text.encode("utf-8", "replace").decode()) == {f"{folder}/config.toml"}


def test_a_figure_beyond_all_reckoning(tmp_path: Path) -> None:
    """It is said like any other mistake in the form."""
    said = refused(tmp_path, "[connections.asana]\nshare_left = 1e99999999999999999999\n")
    words = "the number 1e99999999999999999999 cannot be read; nothing is measured like it"
    assert said == [f"config.toml: this is not valid TOML: {words}"]


def test_a_device_is_no_configuration() -> None:
    """What never ends is not read."""
    with pytest.raises(ConfigError, match="/dev/zero: it cannot be read: it is no file but a pipe or a device"):
        load_config(Path("/dev/zero"), {})
