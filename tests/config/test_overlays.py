"""What the environment and a folder of secrets lay over the file; and that no secret is ever shown."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from syncd.config import Config
from syncd.documents.file import LARGEST
from syncd.errors import ConfigError
from tests.config.written import SMALL, read, refused

TOKEN = "SYNCD_CONNECTIONS__ASANA__TOKEN"
WITHOUT = SMALL.replace('token = "sesame"\n', "")
SECRETS = f'secrets_dir = "secrets"\n{WITHOUT}'


def token(folder: Path, text: str, environment: dict[str, str]) -> str:
    """The token that counts."""
    found = read(folder, text, environment).connections["asana"].token
    assert found is not None
    return found.get_secret_value()


def keep(folder: Path, **files: str) -> None:
    """Put secrets into the folder `secrets`."""
    (folder / "secrets").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "secrets" / name).write_text(text)


def test_the_environment_wins_over_secrets_and_these_over_the_file(tmp_path: Path) -> None:
    """Three places, one order."""
    everywhere = f'secrets_dir = "secrets"\n{SMALL}'
    keep(tmp_path)
    assert token(tmp_path, everywhere, {}) == "sesame"
    keep(tmp_path, connections__asana__token="from-file\n")
    assert token(tmp_path, everywhere, {}) == "from-file"
    assert token(tmp_path, everywhere, {TOKEN: "from-environment"}) == "from-environment"


@pytest.mark.parametrize(
    "value", ["12345", "true", "null", "1e5", "1/120:abc", '{"a":1}', "[1]", "0x1F", "é".encode().hex()]
)
def test_a_token_is_text_whatever_it_looks_like(value: str, tmp_path: Path) -> None:
    """A token of figures is not a number, and one in braces is no table."""
    assert token(tmp_path, WITHOUT, {TOKEN: value}) == value
    keep(tmp_path, connections__asana__token=f"{value}\n")
    assert token(tmp_path, SECRETS, {}) == value


@pytest.mark.parametrize("name", [TOKEN, TOKEN.lower(), "Syncd_Connections__asana__TOKEN"])
def test_large_and_small_letters_are_the_same(name: str, tmp_path: Path) -> None:
    """Windows and some shells change them."""
    assert token(tmp_path, WITHOUT, {name: "x"}) == "x"


def test_names_with_hyphens_and_capitals_can_be_set(tmp_path: Path) -> None:
    """A variable cannot hold a hyphen: an underscore stands for it."""
    text = WITHOUT.replace("[connections.asana]", "[connections.My-Asana]").replace('= "asana"\nc', '= "My-Asana"\nc')
    config = read(tmp_path, text, {"SYNCD_CONNECTIONS__MY_ASANA__TOKEN": "x"})
    assert list(config.secrets()) == ["x"]


def test_anything_in_a_section_can_be_set(tmp_path: Path) -> None:
    """Not only secrets; figures are read as figures."""
    config = read(
        tmp_path,
        SMALL,
        {
            "SYNCD_TIMEZONE": "America/Chicago",
            "SYNCD_STORE__URL": "postgresql://user@host/db",
            "SYNCD_SERVER__ADMIN_TOKEN": "open",
            "SYNCD_CONNECTIONS__ASANA__SHARE_LEFT": "0.5",
            "SYNCD_PLANS__DISTRICT__SOURCE": "other.toml",
            "SYNCD_MAPPINGS__ACADEMICS__CONTAINER": "77",
            "SYNCD_MAPPINGS__ACADEMICS__LIMITS__MAX_CHANGES": "3",
        },
    )
    mapping = config.mappings["academics"]
    assert (config.timezone, config.store.url) == ("America/Chicago", "postgresql://user@host/db")
    assert config.server.admin_token is not None
    assert config.server.admin_token.get_secret_value() == "open"
    assert (config.connections["asana"].share_left, config.plans["district"].source) == (0.5, "other.toml")
    assert (mapping.reference, mapping.guard.max_changes) == (("77", False), 3)


def test_a_blank_variable_is_as_good_as_none(tmp_path: Path) -> None:
    """Compose files leave variables empty that nobody set."""
    assert token(tmp_path, SMALL, {TOKEN: "", "SYNCD_SERVER__ADMIN_TOKEN": " "}) == "sesame"


@pytest.mark.parametrize(
    "name", ["SYNCD_CONFIG", "SYNCD_CHROMIUM", "SYNCD_STORE", "SYNCD", "OTHER__TOKEN", "SYNCDX__Y", "PATH"]
)
def test_other_variables_are_left_alone(name: str, tmp_path: Path) -> None:
    """Only names with two underscores between their parts set something."""
    assert token(tmp_path, SMALL, {name: "x"}) == "sesame"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SYNCD_SERVR__LISTEN", "it sets nothing; did you mean “server”?"),
        ("SYNCD_CONNECTIONS__ASSANA__TOKEN", "config.toml has no [connections.assana]; did you mean “asana”?"),
        ("SYNCD_SERVER__LISTN", "server.listn: there is no key “listn” here; did you mean “listen”?"),
        ("SYNCD_SERVER__LISTEN", "server.listen: “secret” is not HOST:PORT, such as 127.0.0.1:8080"),
        ("SYNCD_CONNECTIONS__ASANA", "connections.asana: must be a table of its own, with keys"),
    ],
)
def test_a_variable_that_is_wrong_is_named(name: str, words: str, tmp_path: Path) -> None:
    """A stray or bad variable is a problem of its own, and not of the file that does not hold it."""
    [said] = refused(tmp_path, SMALL, {name: "secret"})
    assert said.startswith(f"environment variable {name}: {words}")


def test_a_secret_file_that_is_wrong_is_named(tmp_path: Path) -> None:
    """By the name it has in its folder."""
    keep(tmp_path, conections__asana__token="secret", server__listen="secret", connections__asana__token="x")
    assert refused(tmp_path, SECRETS) == [
        "secrets/conections__asana__token: it sets nothing; did you mean “connections”?",
        "secrets/server__listen: server.listen: “secret” is not HOST:PORT, such as 127.0.0.1:8080",
    ]


def test_a_mounted_folder_of_secrets_is_read(tmp_path: Path) -> None:
    """Kubernetes puts hidden folders and links beside the files; other files mean nothing."""
    hidden = tmp_path / "secrets" / "..2026_01_31"
    hidden.mkdir(parents=True)
    (hidden / "connections__asana__token").write_text("mounted\n")
    (tmp_path / "secrets" / "..data").symlink_to("..2026_01_31")
    (tmp_path / "secrets" / "connections__asana__token").symlink_to("..data/connections__asana__token")
    (tmp_path / "secrets" / "README").write_bytes(b"\xff")
    assert token(tmp_path, SECRETS, {}) == "mounted"


def test_a_folder_of_secrets_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """With its line; what else is wrong is said as well."""
    problems = refused(tmp_path, SECRETS)
    assert problems[0] == "config.toml:1: secrets_dir: secrets cannot be read: No such file or directory"
    assert problems[1].startswith("config.toml:2: connections.asana.token: is missing; put the token into ")


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (b"\xff\xfe", "it is not text"),
        (b"x" * (LARGEST + 1), "it is larger than 20 MB"),
    ],
)
def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path, held: bytes, words: str) -> None:
    """The others are read all the same."""
    keep(tmp_path, server__admin_token="short\x00")
    (tmp_path / "secrets" / "connections__asana__token").write_bytes(held)
    problems = refused(tmp_path, SECRETS)
    assert f"secrets/connections__asana__token: it cannot be read: {words}" in problems
    assert any(each.startswith("secrets/server__admin_token: ") for each in problems)


def test_hidden_files_are_no_secrets(tmp_path: Path) -> None:
    """What an editor or a mount keeps beside a secret, and what is left of one that was being written."""
    keep(tmp_path, connections__asana__token="t", **{".connections__asana__token.swp": "x", f".{TOKEN}.abc": "y"})
    assert token(tmp_path, SECRETS, {}) == "t"


NAMELESS = """\
[connections.asana]
kind = "asana"
[connections.district]
kind = "asana"
[notices.office]
kind = "slack"
"""
FILES = {
    "connections__asana__token": "t-1",
    "connections__district__oauth__client_id": "77",
    "connections__district__oauth__client_secret": "s-2",
    "connections__district__oauth__refresh_token": "r-3",
    "server__admin_token": "a-4",
    "network__proxy": "http://n:p-5@proxy.example.org:8080",
    "notices__office__url": "https://chat.example.org/n-6",
    "store__url": "postgresql://syncd:d-77@db.example.org/syncd",
}
"""Every secret that a configuration can hold, the app's id, and the store's address, which may hold a password."""
HIDDEN = {"t-1", "s-2", "r-3", "a-4", "p-5", "https://chat.example.org/n-6", "d-77"}


@pytest.mark.parametrize("written", [str, lambda name: f"SYNCD_{name}".upper()], ids=["small", "large"])
def test_every_secret_can_stand_in_a_file_of_its_own(tmp_path: Path, written: Callable[[str], str]) -> None:
    """As Docker, Kubernetes and systemd hand them over; each is known for a secret, so that the log hides it."""
    keep(tmp_path, **{written(name): f"{text}\n" for name, text in FILES.items()})
    assert set(read(tmp_path, f'secrets_dir = "secrets"\n{NAMELESS}').secrets()) == HIDDEN


def test_every_secret_can_stand_in_the_environment(tmp_path: Path) -> None:
    """And so can the folder with the rest."""
    keep(tmp_path, server__admin_token=FILES["server__admin_token"])
    variables = {f"SYNCD_{name}".upper(): text for name, text in FILES.items() if "admin" not in name}
    config = read(tmp_path, NAMELESS, variables | {"SYNCD_SECRETS_DIR": "secrets"})
    assert set(config.secrets()) == HIDDEN


def test_these_are_all_the_secrets_there_are() -> None:
    """A secret that is added to the configuration is added here too."""
    named = {"connections", "notices"}
    listed = {tuple(name.split("__")) for name in FILES}
    places = {(path[0], *path[2:]) if path[0] in named else path for path in listed}
    assert places - set(secrets_of(Config)) == {("connections", "oauth", "client_id"), ("store", "url")}
    assert set(secrets_of(Config)) <= places


def secrets_of(kind: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where a model has secrets, without the names that people give to sections."""
    if kind is SecretStr:
        yield path
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from secrets_of(field.annotation, (*path, name))
    else:
        for each in get_args(kind):
            yield from secrets_of(each, path)


def test_a_missing_token_says_where_to_put_it(tmp_path: Path) -> None:
    """The variable is spelled out."""
    (problem,) = refused(tmp_path, WITHOUT)
    assert problem.startswith("config.toml:1: connections.asana.token: is missing; put the token into ")
    assert TOKEN in problem


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        (SMALL.replace('"sesame"', "1234567"), {}),
        (SMALL.replace('"sesame"', '["1234567"]'), {}),
        (SMALL.replace('"sesame"', '"1234567 8"'), {}),
        (SMALL.replace("token =", "tokn ="), {}),
        (SMALL.replace('token = "sesame"', 'token = "1234567"\nkind2 = 1'), {}),
        ('connections = "1234567"\n', {}),
        ('connections.asana = "1234567"\n', {}),
        ('[server]\nadmin_token = 1234567\n', {}),
        ('[store]\nurl = "mysql://user:1234567@host/db"\n', {}),
        ('[store]\nurl = "postgresql://user:1234567@[host/db"\n', {}),
        ('store = "postgresql://user:1234567@host/db"\n', {}),
        (SMALL, {"SYNCD_CONNECTIONS__ASANA": "1234567"}),
        (SMALL, {"SYNCD_CONNECTIONS__ASSANA__TOKEN": "1234567"}),
        (SMALL, {"SYNCD_CONNECTIONS__ASANA__TOKEN__X": "1234567"}),
        (SMALL, {"SYNCD_SERVER__ADMIN_TOKN": "1234567"}),
        (SMALL, {TOKEN: "1234567 8"}),
    ],
)  # fmt: skip
def test_a_secret_is_never_repeated_in_an_error(text: str, environment: dict[str, str], tmp_path: Path) -> None:
    """Wherever somebody put it, and whatever is wrong with it."""
    text = text.replace('tokn = "sesame"', 'tokn = "1234567"')
    with pytest.raises(ConfigError) as error:
        read(tmp_path, text, environment)
    assert "1234567" not in f"{error.value} {error.value!r} {error.value.problems}"
    assert error.value.__cause__ is None


def test_a_secret_is_never_shown_by_the_configuration(tmp_path: Path) -> None:
    """Neither by its text nor by its dumps; but `secrets` names each, so that the log can hide it."""
    text = SMALL + '[server]\nadmin_token = "open"\n[store]\nurl = "postgresql://user:p%40ss@host/db"\n'
    config = read(tmp_path, text)
    assert list(config.secrets()) == ["sesame", "open", "p%40ss", "p@ss"]
    shown = f"{config} {config!r} {config.connections} {config.server} {config.store!r}"
    assert not [secret for secret in config.secrets() if secret in shown]
    assert "sesame" not in config.model_dump_json()


@settings(max_examples=40)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_any_secret_that_can_be_sent_is_kept_as_it_is(secret: str) -> None:
    """Whatever marks a tool puts into its tokens."""
    with tempfile.TemporaryDirectory() as folder:
        assert token(Path(folder), WITHOUT, {TOKEN: secret}) == secret


@pytest.mark.parametrize(
    ("url", "environment", "known"),
    [
        ("postgresql://syncd@db/syncd", {"PGPASSWORD": "for the driver"}, {"for the driver"}),
        ("postgresql://syncd@db/syncd?password=in%20a+query", {}, {"in a query"}),
        ("postgresql://syncd@db/syncd", {}, set()),
        ("sqlite:///syncd.db", {"PGPASSWORD": "for another program"}, set()),
    ],
)
def test_passwords_of_postgresql(url: str, environment: dict[str, str], known: set[str], tmp_path: Path) -> None:
    """A server that repeats one in its words brings it into no message, wherever the driver has it from."""
    config = read(tmp_path, f'[store]\nurl = "{url}"\n', environment)
    assert set(config.secrets()) == known
    assert not any(secret in repr(config) for secret in known if secret.startswith("for"))
