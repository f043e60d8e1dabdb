"""What `syncd check --online` says of labels, of progress and of a day's requests, against both local tools."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.monday.sandbox import Sandbox as MondayBox
from connectors.vocabulary import Budget, Container, Field, FieldType
from mappings.labels import misfits
from mappings.rules import Rules
from syncd.cli.quotas import quotas
from tests.cli.district import PLAN, District, run

CONFIG = """\
[connections.monday]
kind = "monday"
token = "{token}"
base_url = "{address}"
[plans.district]
source = "plan.toml"
[mappings.academics]
plan = "district"
connection = "monday"
container = "{board}"
group_by = "action"
action = "none"
project = "task"
{more}
"""
RULED = '[mappings.academics.progress]\nproject = "status"\n[mappings.academics.status]\n'


@pytest.mark.parametrize(
    ("more", "words", "code"),
    [
        (f'{RULED}"Working on it" = 0.5\n"Stuck" = 0\n"Done" = 1\n', "", 0),
        (
            f'{RULED}"Workin on it" = 0.5\n"Working on it" = 0.5\n"Stuck" = 0\n"Done" = 1\n',
            "has no label “Workin on it”; it has ",
            1,
        ),
        (f'{RULED}"Working on it" = 0.5\n"Done" = 1\n', "no rule says what “Stuck” is worth: it counts as 0 unless", 1),
        ('[mappings.academics.progress]\nproject = "field:Status"\n', "“Status”, which holds no number (option)", 1),
        ('every = "1m"\n', "to look every 1 min takes 1,440 requests a day, and ", 1),
    ],
)
def test_what_does_not_fit_monday(tmp_path: Path, more: str, words: str, code: int) -> None:
    """Each with what to do; what fits is no finding."""
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    with MondayBox() as box:
        box.world.add_user("Ann", "ann@district.example")
        board = box.world.add_board("Strategic plan").id
        config = tmp_path / "config.toml"
        text = CONFIG.format(token=box.token, address=box.base_url, board=board, more="")
        config.write_text(text, encoding="utf-8")
        config.chmod(0o600)
        assert run("--config", str(config), "sync", "--create-columns").code == 0
        config.write_text(text + more, encoding="utf-8")
        found = run("--config", str(config), "check", "--online", "--json")
        assert found.code == code, found.out
        assert [words in one["message"] and bool(one["fix"]) for one in found.json["findings"]] == [True] * code


def test_labels_in_asana(pushed: District) -> None:
    """Its tasks have no status field: a rule for labels would never apply, and that is said."""
    pushed.write_config(mapping='[mappings.academics.status]\n"Working on it" = 0.5')
    [one] = pushed.run("check", "--online", "--json").json["findings"]
    assert one["message"] == "its tasks have no status field, so no label of theirs counts for anything"
    assert "Leave [mappings.academics.status] out" in one["fix"]


def test_what_fits_says_nothing() -> None:
    """A number field for progress, and a status field of which nothing is asked."""
    fields = (
        Field("1", "% complete", FieldType.NUMBER),
        Field("2", "Status", FieldType.OPTION, options={"Done": "1"}, holds="status"),
    )
    assert list(misfits(Rules("m", "p", progress="field:% complete"), Container("1", "C", "", fields=fields))) == []


@pytest.mark.parametrize(("limit", "minutes", "fix"), [(1000, 1, 'every = "2m"'), (1000, 2, ""), (10_000, 1, "")])
def test_a_day_of_looks(limit: int, minutes: int, fix: str) -> None:
    """The shortest interval counts, against what is left after the share for others; the advice is enough."""
    budget = Budget(limit, 0, limit, datetime(2026, 11, 27, tzinfo=UTC))
    every = [timedelta(minutes=minutes), timedelta(hours=1)]
    found = list(quotas("c", budget, 0.2, every))
    assert [fix in one.fix for one in found] == ([True] if fix else [])
    assert list(quotas("c", None, 0.2, every)) == list(quotas("c", budget, 0.2, [])) == []
