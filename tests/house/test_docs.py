"""The reference pages name all that can be written, tell the truth about it, and show nothing that does not work."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import certifi
import click
import pytest
import yaml
from pydantic import BaseModel

from mappings.rules import Conflict, Counted, GroupBy, Owner
from syncd import sections as settings
from syncd.cli.entry import COMMANDS, cli
from syncd.config import Config, load_config
from syncd.exposure import MOUNTED
from syncd.plan import model as plans
from syncd.plan.items import FIGURES, KEYS
from syncd.plan.load import load_plan
from syncd.plan.model import Item, Kpi, Part, Plan, Work
from syncd.plan.readings import COLUMNS
from syncd.scorecard import data

ROOT = Path(__file__).parents[2]
PLAN = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
SCORECARD = (ROOT / "docs" / "scorecard.md").read_text(encoding="utf-8")
NETWORK = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

NAMED = {"id": "G1", "title": "Every child reads"}
LISTS = {"goals", "outcomes", "kpis", "guardrails", "actions", "projects"}
"""Keys that hold the items below; the pages show them as [[goals.outcomes]] and the like."""
BRACES: Mapping[str, type[BaseModel]] = {
    "baseline": plans.Mark,
    "interim": plans.Interim,
    "target": plans.Target,
    "readings": plans.Reading,
    "driven_by": plans.Driver,
    "pace": plans.PaceRule,
    "override": plans.Override,
}
MAPPING = {"plan": "district", "connection": "asana", "container": "1201"}

TABLES: Mapping[tuple[str, str], tuple[type[BaseModel], Mapping[str, Any]]] = {
    (PLAN, "The head: [plan]"): (Plan, NAMED),
    (PLAN, "What every item has"): (Item, NAMED),
    (PLAN, "Actions and projects"): (Work, NAMED),
    (PLAN, "KPIs and guardrails"): (Kpi, NAMED),
    (CONFIGURATION, "At the top"): (Config, {}),
    (CONFIGURATION, "The store: [store]"): (settings.StoreConfig, {}),
    (CONFIGURATION, "The schedule: [schedule]"): (settings.ScheduleConfig, {}),
    (CONFIGURATION, "The web server: [server]"): (settings.ServerConfig, {}),
    (CONFIGURATION, "The network: [network]"): (settings.NetworkConfig, {}),
    (CONFIGURATION, "A connection: [connections.NAME]"): (settings.ConnectionConfig, {"kind": "asana", "token": "t"}),
    (CONFIGURATION, "A sign-in: [connections.NAME.oauth]"): (
        settings.OAuthConfig,
        {"client_id": "1", "client_secret": "s"},
    ),
    (CONFIGURATION, "A plan: [plans.NAME]"): (settings.PlanConfig, {"source": "plan.toml"}),
    (CONFIGURATION, "How a plan is looked through: [plans.NAME.lint]"): (settings.LintConfig, {}),
    (CONFIGURATION, "A mapping: [mappings.NAME]"): (settings.MappingConfig, MAPPING),
    (CONFIGURATION, "Progress: [mappings.NAME.progress]"): (settings.ProgressConfig, {}),
    (CONFIGURATION, "Who owns a field"): (settings.FieldConfig, {"owner": "plan"}),
    (CONFIGURATION, "The guard"): (settings.LimitsConfig, {}),
    (CONFIGURATION, "Notices: [notices.NAME]"): (
        settings.NoticeConfig,
        {"kind": "slack", "url": "https://chat.example.org/hook"},
    ),
}
"""By page and heading, the model whose keys the first table there lists, and what an example of it needs besides."""
SECTIONS = {"store", "schedule", "server", "network", "connections", "plans", "mappings", "notices"}
"""Keys of the configuration that have headings of their own."""

CASES = [pytest.param(*place, *about, id=place[1]) for place, about in TABLES.items()]


def below(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"there is no heading “{heading}”"
    return found[1]


def rows(text: str) -> Iterator[tuple[list[str], str, str]]:
    """The rows of the reference table in a text: the keys, what stands for "left out", and the example."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 4:
            yield re.findall(r"`([^`]+)`", cells[0]), cells[2], cells[3].strip("`")


def keys_of(model: type[BaseModel]) -> set[str]:
    """A model's own keys as people write them, without those that have a place of their own."""
    shared = Item if model is not Item and issubclass(model, Item) else None
    names = {field.alias or name for name, field in model.model_fields.items()}
    lists = LISTS if issubclass(model, Part) else set()
    return names - lists - (set(shared.model_fields) if shared else set()) - (SECTIONS if model is Config else set())


def written(value: Any) -> str | None:
    """A default as it would stand in a file, None where it is nothing that is written in one word."""
    if isinstance(value, timedelta):
        return f'"{value.seconds // 60}m"'
    if isinstance(value, str) and value:
        return json.dumps(str(value), ensure_ascii=False)
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def fenced(page: str, form: str) -> list[str]:
    """The examples of a page in one form."""
    return re.findall(rf"^ *```{form}\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)


def tables(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """All double-bracket lines that may stand in a plan."""
    for name in LISTS & set(model.model_fields):
        here = f"{path}.{name}" if path else name
        yield here
        yield from tables(get_args(model.model_fields[name].annotation)[0], here)


@pytest.mark.parametrize(("page", "heading", "model", "needed"), CASES)
def test_every_key_stands_in_its_table(page: str, heading: str, model: type[BaseModel], needed: object) -> None:
    """A key that is added, renamed or removed without the page is found."""
    named = [key for keys, _, _ in rows(below(page, heading)) for key in keys]
    assert set(named) == keys_of(model)
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    "model",
    [model for (page, _), (model, _) in TABLES.items() if page == CONFIGURATION and model is not settings.FieldConfig],
)
def test_every_key_stands_in_the_example(model: type[BaseModel]) -> None:
    """As a line, with or without a # before it, in braces, or as a section; a field's own table is for the page."""
    shown = set(re.findall(r"(?:^|\{ |, )(?:# )?(\w+) = ", EXAMPLE, re.MULTILINE))
    shown |= set(re.findall(r"^(?:# )?\[.*?\.(\w+)\]", EXAMPLE, re.MULTILINE))
    assert keys_of(model) - shown == ({"refresh_token"} if model is settings.OAuthConfig else set())


@pytest.mark.parametrize(("page", "heading", "model", "needed"), CASES)
def test_every_default_is_what_the_table_says(page: str, heading: str, model: type[BaseModel], needed: object) -> None:
    """The page says "must be there" for what must, and names each default."""
    said = {key: left_out for keys, left_out, _ in rows(below(page, heading)) for key in keys}
    for name, field in model.model_fields.items():
        cell = said.get(field.alias or name)
        if cell is not None:
            assert cell.startswith("must be there") == field.is_required(), name
            default = None if field.is_required() else written(field.get_default(call_default_factory=True))
            assert default is None or f"`{default}`" in cell, name


@pytest.mark.parametrize(("page", "heading", "model", "needed"), CASES)
def test_every_example_is_taken(page: str, heading: str, model: type[BaseModel], needed: dict[str, Any]) -> None:
    """What a table shows can be written so, and is an example of its own row."""
    for keys, _, example in rows(below(page, heading)):
        given = tomllib.loads(example.replace("…", "t"), parse_float=Decimal)
        assert set(given) <= set(keys), example
        model.model_validate({**needed, **given})


def test_all_that_stands_in_braces() -> None:
    """Every key of a target, a reading and the like is listed, with its default and an example that is taken."""
    expected = {f"{key}.{name}": field for key, kind in BRACES.items() for name, field in kind.model_fields.items()}
    named = list(rows(below(PLAN, "In the braces")))
    assert {key for keys, _, _ in named for key in keys} == set(expected)
    for keys, left_out, example in named:
        given = tomllib.loads(example, parse_float=Decimal)
        assert set(given) <= {key.partition(".")[0] for key in keys}
        Kpi.model_validate({**NAMED, **given})
        for key in keys:
            assert left_out.startswith("must be there") == expected[key].is_required(), key
            default = None if expected[key].is_required() else written(expected[key].default)
            assert default is None or f"`{default}`" in left_out, key


def test_every_table_of_a_plan_is_shown() -> None:
    """Wherever goals, outcomes, KPIs, actions and projects may stand, the page shows the line that begins one."""
    shown = set(re.findall(r"`\[\[([a-z.]+)\]\]`", below(PLAN, "The five tiers")))
    assert shown == set(tables(plans.Plan))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        *((PLAN, kind) for kind in (plans.Direction, plans.Cadence, plans.Window, plans.State, plans.KpiState)),
        *((PLAN, kind) for kind in (plans.Status, plans.Audience, plans.Scope)),
        *((CONFIGURATION, kind) for kind in (Owner, Conflict, GroupBy, Counted)),
    ],
)
def test_every_word_that_may_be_chosen_is_named(page: str, words: type[StrEnum]) -> None:
    """No direction, state or owner is missing."""
    assert [word for word in words if f'`"{word}"`' not in page] == []


def test_the_columns_of_a_readings_file_are_named() -> None:
    """All of them, kpi too; and what a mapping's field may come from."""
    assert set(COLUMNS) <= set(re.findall(r"`(\w+)`", below(PLAN, "Readings in a file of their own")))


def test_the_columns_of_the_scorecard_are_told() -> None:
    """All that the CSV has."""
    assert set(data.COLUMNS) <= set(re.findall(r"`(\w+)`", below(SCORECARD, "For other programs")))
    assert set(KEYS) - set(FIGURES) <= set(re.findall(r"`(\w+)`", below(CONFIGURATION, "Who owns a field")))
    assert set(FIGURES) <= set(re.findall(r"`(\w+)`", below(CONFIGURATION, "A board of KPIs")))


@pytest.mark.parametrize("words", ["TBD", "N/A", "unknown", "pending", "?", "__%", ""])
def test_unknown_is_written_as_the_page_says(words: str) -> None:
    """Each way that the page names is taken for unknown."""
    assert f'`"{words}"`' in below(PLAN, "What is not known yet")
    assert plans.Mark.model_validate({"value": words, "on": words}) == plans.Mark()


@pytest.mark.parametrize("form", ["toml", "yaml"])
def test_the_examples_of_plans_load(tmp_path: Path, form: str) -> None:
    """Each is a whole plan that can be copied, and the readings file fits the one that names it."""
    (example,) = fenced(PLAN, form)
    (readings,) = fenced(PLAN, "csv")
    (tmp_path / f"plan.{form}").write_text(example, encoding="utf-8")
    (tmp_path / "readings.csv").write_text(readings, encoding="utf-8")
    plan = load_plan(f"plan.{form}", tmp_path)
    measured = [reading for placed in plan.walk() if isinstance(placed.item, Kpi) for reading in placed.item.readings]
    assert plan.goals
    assert len(measured) == (2 if form == "yaml" else 0)


def test_the_examples_of_configurations_load(tmp_path: Path) -> None:
    """The smallest is whole but for its token, and so it is with the lines of the other put below it."""
    smallest, more, kpis, goals = fenced(CONFIGURATION, "toml")
    for text in (smallest, f"{smallest}\n{more}"):
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        config = load_config(tmp_path / "config.toml", {"SYNCD_CONNECTIONS__ASANA__TOKEN": "secret"})
    rules = config.mappings["district"].rules("district", "district")
    assert rules.progress == "status"
    assert len(rules.fields) == 6
    (tmp_path / "config.toml").write_text(f"{smallest}\n{kpis}", encoding="utf-8")
    config = load_config(tmp_path / "config.toml", {"SYNCD_CONNECTIONS__ASANA__TOKEN": "secret"})
    assert config.mappings["kpis"].rules("kpis", "district").kpi_is_task
    (tmp_path / "config.toml").write_text(f"{smallest}\n{goals}", encoding="utf-8")
    config = load_config(tmp_path / "config.toml", {"SYNCD_CONNECTIONS__ASANA__TOKEN": "secret"})
    assert list(config.mappings["district"].goals) == ["G1.O1.K1"]


def test_the_examples_for_the_network_load(tmp_path: Path) -> None:
    """Each put on top of the smallest configuration, with the files that it names."""
    smallest = fenced(CONFIGURATION, "toml")[0]
    proxy, authority, app = fenced(NETWORK, "toml")
    (tmp_path / "filter-ca.pem").write_bytes(Path(certifi.where()).read_bytes())
    (tmp_path / "secrets").mkdir()
    for kind in ("CLIENT_SECRET", "REFRESH_TOKEN"):
        name = f"CONNECTIONS__ASANA__OAUTH__{kind}"
        assert f"`{name}`" in NETWORK or f": {name}\n" in NETWORK
        (tmp_path / "secrets" / name).write_text(f"{kind}\n")
    text = f"{proxy}\n{authority.replace('[network]', '')}\n{smallest}"
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    direct = load_config(tmp_path / "config.toml", {"SYNCD_CONNECTIONS__ASANA__TOKEN": "secret"}).outgoing
    assert (direct.secure, bool(direct.authorities)) == ("http://proxy.example.org:8080", True)
    signed = textwrap.dedent(app) + smallest.partition('kind = "asana"')[2]
    (tmp_path / "config.toml").write_text(signed, encoding="utf-8")
    assert set(load_config(tmp_path / "config.toml", {}).secrets()) == {"CLIENT_SECRET", "REFRESH_TOKEN"}


def test_the_variables_do_what_the_page_says(tmp_path: Path) -> None:
    """Each of the environment variables in the table sets something."""
    named = re.findall(r"^\| .* \| `(SYNCD_\w+)` \|$", CONFIGURATION, re.MULTILINE)
    set_to = ("secret", "word", "sqlite:///other.db", "https://chat.example.org/x", "http://p:1", "America/Denver")
    values = dict(zip(named, set_to, strict=True))
    text = fenced(CONFIGURATION, "toml")[0] + '[notices.office]\nkind = "slack"\n'
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    config = load_config(tmp_path / "config.toml", values)
    assert set(config.secrets()) == {"secret", "word", "https://chat.example.org/x"}
    assert (config.store.url, config.timezone) == (f"sqlite:///{tmp_path / 'other.db'}", "America/Denver")


@pytest.mark.parametrize("form", ["yaml", "ini"])
def test_the_secrets_of_containers_and_services_are_found(tmp_path: Path, form: str) -> None:
    """The examples name the folder and files as they are looked for."""
    (example,) = fenced(CONFIGURATION, form)
    if form == "yaml":
        held = yaml.safe_load(example)
        assert set(held["services"]["syncd"]["secrets"]) == set(held["secrets"])
        assert held["services"]["syncd"]["environment"] == {"SYNCD_SECRETS_DIR": str(MOUNTED)}
        names = list(held["secrets"])
    else:
        assert "Environment=SYNCD_SECRETS_DIR=%d\n" in example
        names = re.findall(r"^LoadCredential=(\w+):/", example, re.MULTILINE)
    (tmp_path / "config.toml").write_text(fenced(CONFIGURATION, "toml")[0], encoding="utf-8")
    (tmp_path / "folder").mkdir()
    for name in names:
        (tmp_path / "folder" / name).write_text(f"secret-{name}\n")
    config = load_config(tmp_path / "config.toml", {"SYNCD_SECRETS_DIR": str(tmp_path / "folder")})
    assert set(config.secrets()) == {f"secret-{name}" for name in names}


def commands(text: str) -> Iterator[list[str]]:
    """What the page shows after `syncd`: in the text, and line by line in the examples for a shell."""
    shell = "\n".join(fenced(text, "sh"))
    plain = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [*re.findall(r"`([^`\n]+)`", plain), *shell.splitlines()]
    for line in lines:
        if found := re.match(r" *(?:\.venv/bin/)?syncd (.+)", line):
            yield shlex.split(found[1], comments=True)


def wrong(words: list[str]) -> str:
    """What is wrong with the words of a command, "" if it can be typed so; COMMAND stands for any."""
    # With the usual options for help: each command keeps those that it is first asked for.
    context = click.Context(cli, info_name="syncd", help_option_names=["-h", "--help"])
    known: click.Command = cli
    so_far = "syncd"
    values = {at + 1 for at, word in enumerate(words) if word == "--config"}
    for word in (word for at, word in enumerate(words) if at not in values):
        options = {option for each in known.get_params(context) for option in (*each.opts, *each.secondary_opts)}
        if word.startswith("-") and word.partition("=")[0] not in options:
            return f"{so_far} has no option {word}"
        if isinstance(known, click.Group) and word.islower() and not word.startswith("-"):
            found = known.get_command(context, word) if word in known.list_commands(context) else None
            if found is None:
                return f"{so_far} has no command {word}"
            known, so_far = found, f"{so_far} {word}"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    """With the options shown."""
    named = list(commands(page.read_text(encoding="utf-8")))
    assert [(words, why) for words in named if (why := wrong(words))] == []


def test_the_commands_are_found_and_judged() -> None:
    """The look at the pages sees commands, and would see one that does not exist."""
    readme = PAGES[0].read_text(encoding="utf-8")
    assert ["check", "--online"] in list(commands(readme))
    assert wrong(["db", "backup", "FILE"]) == wrong(["sync", "--approve=12ab"]) == wrong(["COMMAND", "--help"]) == ""
    assert wrong(["burn"]) == "syncd has no command burn"
    assert wrong(["db", "burn"]) == "syncd db has no command burn"
    assert wrong(["sync", "--force"]) == "syncd sync has no option --force"


def test_the_readme_lists_every_command() -> None:
    """Each once, and none that is not there."""
    readme = PAGES[0].read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([a-z]+)[^`]*` \|", readme, re.MULTILINE)) == sorted(COMMANDS)
