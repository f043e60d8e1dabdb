"""`syncd lint`: how well a plan is written, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import quote

import click

from connectors.clock import SystemClock
from syncd import logs
from syncd.cli import parts
from syncd.cli.codes import Code
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, asked
from syncd.cli.output import show, show_json
from syncd.documents.document import FORMS
from syncd.plan.fitting import Where
from syncd.plan.linting.finding import Finding, Severity
from syncd.plan.linting.lint import Linted, lint
from syncd.plan.linting.sarif import At, sarif
from syncd.plan.linting.subject import Subject
from syncd.plan.linting.summary import summary
from syncd.plan.load import load_plan, where
from syncd.plan.sources import is_address, locate
from syncd.views.lint import for_programs, in_words, page, tally


@dataclass(frozen=True)
class Examined:
    """A plan that was looked through, with the places of its items."""

    name: str
    subject: Subject
    linted: Linted
    where: Where

    def at(self, found: Finding) -> At:
        """A finding with the address of its file, as seen from here, and its line."""
        file = _from_here(self.where.document.file)
        return At(found, file if is_address(file) else quote(file), self._line(found))

    def place(self, found: Finding) -> str:
        """The same in a word, as terminals know how to open it."""
        file, line = _from_here(self.where.document.file), self._line(found)
        return f"{found.item} ({file}:{line})" if line is not None else f"{found.item} ({file})"

    def _line(self, found: Finding) -> int | None:
        path = self.where.first.get(found.item, ("plan",))
        return self.where.document.line((*path, found.key) if found.key else path)


_EXAMPLES: Final = {
    "lint": "all plans of the configuration",
    "lint district --summary": "one page: how clear, measurable and actionable it is",
    "lint plan.toml": "a file that no configuration names yet",
    "lint --format sarif > lint.sarif": "for code hosts and editors",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.argument("plan", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@click.option("--summary", "short", is_flag=True, help="One page: how clear, measurable and actionable it is.")
@as_json
def command(*, plan: str | None, form: str, short: bool, as_json: bool) -> int:
    """Look through how a plan is written: 25 rules, each finding with why and how to fix it. Writes nothing.

    PLAN is a plan's name in the configuration, or a plan's file; left out, all plans of the configuration. Ends with 1
    where something must be corrected or needs a look; advice and what is waived do not count.
    """
    found = [_file(plan)] if plan is not None and _is_file(plan) else list(_configured(plan))
    if as_json or form == "json":
        show_json({"findings": [each for one in found for each in for_programs(one.linted.findings)]})
    elif form == "sarif":
        placed = [one.at(each) for one in found for each in one.linted.findings]
        show(json.dumps(sarif(placed, version("syncd")), ensure_ascii=False, indent=2))
    else:
        for one in found:
            show("\n".join(_page(one) if short else _told(one)))
    loud = (each.severity is not Severity.ADVICE for one in found for each in one.linted.open)
    return Code.FINDINGS if any(loud) else Code.DONE


def _page(one: Examined) -> Iterator[str]:
    yield from page(summary(one.subject, one.linted))
    yield from _bare(one)


def _told(one: Examined) -> Iterator[str]:
    yield from in_words(one.linted, one.place)
    yield f"plan {one.name}: {tally(one.linted)}"
    yield from _bare(one)


def _bare(one: Examined) -> Iterator[str]:
    """That there was nothing to look through, where that is so: what is found then says nothing."""
    if not one.subject.plan.goals:
        yield f"plan {one.name}: There is no goal in it yet, and so nothing to look through."


def _configured(only: str | None) -> Iterator[Examined]:
    """One plan of the configuration, or all of them that can be read, by its waivers and bounds."""
    with opened() as app:
        for name in [app.known_plan(only)] if only is not None else app.parts.plans():
            subject, source = app.linting.subject(name), app.config.plans[name].source
            places = where(source, app.config.folder, app.config.outgoing)
            yield Examined(name, subject, lint(subject, app.linting.waivers(name)), places)
        parts.told(() if only is not None else app.parts.left_out())


def _file(source: str) -> Examined:
    """A plan's file by itself."""
    logs.configure(asked().level or "warning")
    plan = load_plan(source, Path.cwd())
    subject = Subject(plan, SystemClock().now().astimezone().date())
    return Examined(plan.id, subject, lint(subject), where(source, Path.cwd()))


def _is_file(plan: str) -> bool:
    return is_address(plan) or Path(locate(plan, Path.cwd())).suffix.lower() in FORMS


def _from_here(file: str) -> str:
    """A file as seen from the folder we are in, if it is below it; an address as it is."""
    if is_address(file):
        return file
    path = Path(file).absolute()
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_uri()
