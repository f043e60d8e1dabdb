"""`syncd authorize CONNECTION`: a person signs in to a tool once, and syncd renews its access by itself after that."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Final

import click

from connectors.oauth import Authority, Client, Door, SignIn
from connectors.registry import authority
from syncd import logs
from syncd.cli.codes import Code
from syncd.cli.options import Command, asked, copyable
from syncd.cli.output import show, tell
from syncd.config import Config, load_config
from syncd.documents.path import Path as Place
from syncd.errors import ConfigError, WrongName
from syncd.overlay import PREFIX, secret_file, variable

TIMEOUT: Final = 30.0
"""Seconds that the tool has to answer."""

_EXAMPLES: Final = {
    "authorize asana": "",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("connection")
@click.option("--yes", is_flag=True, help="Replace what is kept already without asking.")
@click.option("--print", "printed", is_flag=True, help="Print the refresh token instead of keeping it in secrets_dir.")
def command(connection: str, yes: bool, printed: bool) -> int:
    """Sign in to a tool once for an app (OAuth), instead of making a token.

    An address is shown. Who opens it, signed in as the account that syncd is to use, agrees and gets a code; it is
    pasted here, or piped in. What comes of it, the refresh token, is kept in secrets_dir.
    """
    logs.configure(asked().level or "warning")
    config = load_config(asked().config, signed_in=False)
    for secret in config.secrets():
        logs.hide(secret)
    asks, client = _app(config, connection)
    place = ("connections", connection, "oauth", "refresh_token")
    file = None if printed else _file(config, place)
    if file and file.exists() and not yes:
        click.confirm(f"{file} holds a refresh token already. Replace it?", abort=True, err=True)
    sign_in = SignIn.begin(asks, client)
    tell(
        f"1. In a browser, sign in to {asks.tool} as the account that syncd is to use.\n"
        f"2. Open this address there, and agree:\n\n{sign_in.address}\n\n"
        "3. Copy the code that is shown, and paste it here."
    )
    try:
        code = sign_in.code(click.prompt("Code", err=True))
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    granted = Door(asks, client, config.outgoing, TIMEOUT).grant(code, sign_in.verifier)
    tell(f"Signed in to {asks.tool} as {granted.who}.")
    return _hand_over(granted.refresh_token, file, variable(place))


def _app(config: Config, connection: str) -> tuple[Authority, Client]:
    """The app that a connection signs in for, and where. Raises ConfigError."""
    section = config.connections.get(connection)
    if section is None:
        known = ", ".join(config.connections) or "none"
        raise WrongName([config.problem(f"there is no connection “{connection}”; there are: {known}", "connections")])
    asks, app = authority(section.kind), section.oauth
    if asks is None or app is None:
        words = f"there is no [connections.{connection}.oauth] with the app to sign in for (docs/network.md)"
        raise ConfigError([config.problem(words, "connections", connection)])
    secret = app.client_secret.get_secret_value()
    return asks, Client(connection, section.base_url or "", app.client_id, secret)


def _file(config: Config, place: Place) -> Path | None:
    """The file in secrets_dir for what stands at a place; None without such a folder. Raises ConfigError."""
    if config.secrets_dir is None:
        return None
    folder = config.folder / config.secrets_dir
    if not os.access(folder, os.W_OK):
        words = f"{folder} cannot be written; use --print, and put the refresh token there yourself"
        raise ConfigError([config.problem(words, "secrets_dir")])
    return secret_file(folder, place)


def _hand_over(refresh_token: str, file: Path | None, name: str) -> Code:
    """Keep the token for the account that runs this alone, or print it; and say what is still to be done.

    Where it cannot be kept it is printed too: the code that a person fetched holds only once.
    """
    code = Code.DONE
    if file is not None:
        try:
            _keep(file, f"{refresh_token}\n")
        except OSError as error:
            tell(f"{file} cannot be written: {error.strerror}.")
            file, code = None, Code.FINDINGS
    if file is None:
        tell(f"This is the refresh token, a secret. Put it into the environment variable {name},")
        tell(f"or into the file {name.removeprefix(PREFIX)} in secrets_dir:")
        sys.stdout.write(f"{refresh_token}\n")
    else:
        show(f"The refresh token is kept in {file}.")
        if os.environ.get(name):
            tell(f"The environment variable {name} holds another one, and wins: take it away.")
    tell(copyable("Then run `syncd check --online`."))
    return code


def _keep(file: Path, text: str) -> None:
    """Write a file that nobody else may read, as a whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # for its owner alone
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
