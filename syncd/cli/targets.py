"""Writes lists of proposals and copies of plans: over nothing but what it wrote there itself and nobody changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from syncd.app import App
from syncd.cli.output import deliver
from syncd.documents.document import FORMS
from syncd.errors import PlanError
from syncd.plan.model import Kpi, Plan
from syncd.plan.sources import beside, ending, is_address, locate
from syncd.publishing.folder import is_published
from syncd.store.opening import understand

_SAME: Final = {".yml": ".yaml"}
"""Endings that mean the same as another."""
_FILES: Final = ":files"
"""Stands for a connection where it is kept what was written into files; none has such a name."""


def write(app: App, path: Path, text: str) -> None:
    """Put a text there, and remember it: as long as nobody changes the file, another may take its place."""
    deliver(text, path)
    app.open_store()
    with app.store.writing() as writer:
        writer.put_facts(_FILES, str(path.resolve()), _digest(text.encode()))


def require_free(app: App, path: Path) -> None:
    """Raises UsageError where something stands there that syncd did not write, or that somebody changed since."""
    if not path.exists():
        return
    with app.known_store().reading() as reader:
        ours = reader.facts(_FILES, str(path.resolve()))
    if not path.is_file() or _digest(path.read_bytes()) != ours:
        raise click.UsageError(
            f"{path} is there already, and not as syncd wrote it; name another file, or move that one away"
        )


def require_no_source(app: App, out: Path | None) -> None:
    """Raises UsageError where a document would be written over what syncd reads or keeps, or into what it publishes."""
    if out is None:
        return
    if is_published(out):
        raise click.UsageError(f"{out} would stand in a folder that `syncd publish` fills; name another one")
    if out.exists() and not out.is_file():
        raise click.UsageError(f"{out} is no file whose place a document can take; name another one")
    for what, file in _sources(app) if out.exists() else ():
        if file.exists() and out.samefile(file):
            raise click.UsageError(f"{out} is {what}, and would be gone; name another file")


def _sources(app: App) -> Iterator[tuple[str, Path]]:
    """What people wrote themselves, and what syncd keeps, in words, with its file."""
    config = app.config
    yield from (("part of the configuration", file) for file in config.files)
    if (store := understand(config.store.url).path) is not None:
        yield from (("the store", store.with_name(store.name + ending)) for ending in ("", "-wal", "-shm"))
    if config.secrets_dir is not None:
        yield from (("a secret of the configuration", file) for file in (config.folder / config.secrets_dir).iterdir())
    if config.network.ca_file is not None:
        yield "the file of certificates", config.folder / config.network.ca_file
    for name, held in config.plans.items():
        source = locate(held.source, config.folder)
        if not is_address(source):
            yield f"the file of the plan “{name}”", Path(source)
            with suppress(PlanError):  # one that cannot be read says so where it is asked for
                for readings in _readings(app.plan(name)):
                    yield f"where the plan “{name}” takes readings from", Path(beside(source, readings))


def require_copy(app: App, plan: str, to: Path) -> None:
    """Raises UsageError where no copy of a plan, by its name in the configuration, can be put there, or be of use."""
    source = locate(app.config.plans[plan].source, app.config.folder)
    wanted, held = ending(source), app.plan(plan)
    if not to.absolute().parent.is_dir():
        raise click.UsageError(f"there is no folder {to.absolute().parent}; make it, or name another file")
    for name in app.config.plans:
        own = Path(locate(app.config.plans[name].source, app.config.folder))
        if to.exists() and own.exists() and to.samefile(own):
            whose = "the plan's own file" if name == plan else f"the file of the plan “{name}”"
            raise click.UsageError(f"that is {whose}: leave --to out, or name another file")
    if wanted in FORMS and _form(ending(to.name)) != _form(wanted):
        raise click.UsageError(f"the plan is a {wanted} file, and so is its copy: give {to.name} that ending")
    require_free(app, to)
    readings = _readings_beside(held)
    if readings and (is_address(source) or not to.absolute().parent.samefile(Path(source).parent)):
        there = "where that comes from" if is_address(source) else f"in {Path(source).parent}"
        raise click.UsageError(
            f"the plan takes readings from {readings}, beside it, which a copy elsewhere would not find; "
            f"name a file {there}, or have the plan name its readings by a full path or address"
        )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _form(ending: str) -> str:
    return _SAME.get(ending, ending)


def _readings_beside(plan: Plan) -> str:
    """The first file of readings that the plan names by its place beside it, "" if there is none."""
    return next((name for name in _readings(plan) if not Path(name).is_absolute()), "")


def _readings(plan: Plan) -> list[str]:
    """The files of readings that a plan names."""
    named = (placed.item.readings_from for placed in plan.items.values() if isinstance(placed.item, Kpi))
    return [name for name in dict.fromkeys(named) if name and not is_address(name)]
