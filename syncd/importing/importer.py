"""From the bytes of a spreadsheet to the items of a plan, step by step, with a report of every line. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from syncd.documents import sheets as workbooks
from syncd.errors import PlanError, Problem
from syncd.importing.blocks import Layout, layout
from syncd.importing.columns import Use, guesses, needs
from syncd.importing.days import Calendar
from syncd.importing.gathering import Table, gather
from syncd.importing.grid import Sheet
from syncd.importing.text_file import read_text
from syncd.importing.tree import Account, Fate, Gathered
from syncd.importing.values import toml, tree
from syncd.importing.workbook import read_workbook
from syncd.plan.model import Tier

_NO_TABLE: Final = (
    "no table was found in it that names goals, actions, projects or KPIs; "
    "a table begins with a line of headings such as Goal, Strategic action, Project, KPI, Owner, Due; "
    "a file for --columns says what other headings mean"
)
_NO_ITEM: Final = "no line below its headings names a goal, action, project or KPI, so there is nothing to import"
_LONGEST_ID: Final = 40


@dataclass(frozen=True)
class Settings:
    """How sheets are to be read: what columns were chosen to be, by heading; how days and letters are written."""

    columns: Mapping[str, Use] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    encoding: str | None = None


@dataclass(frozen=True)
class Proposal:
    """The sheets with their tables, and what each column seems to hold: to be looked at before items are made."""

    file: str
    sheets: tuple[tuple[Layout, tuple[Table, ...]], ...]
    remarks: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    unsure: frozenset[str] = frozenset()
    """Headings that may be others under a new name, which only a person can say."""


@dataclass(frozen=True)
class Imported:
    """The items of a file, and the account of its lines."""

    file: str
    found: Gathered

    @property
    def lines(self) -> dict[str, int]:
        """How many lines were read, and what became of them."""
        fates = Counter(account.fate for account in self.found.accounts)
        return {"read": fates.total(), **{fate.value: fates[fate] for fate in Fate}}

    @property
    def counts(self) -> dict[str, int]:
        """How many items of each tier there are."""
        tiers = Counter(thing.tier for thing in self.found.things())
        return {
            "goals": tiers[Tier.GOAL], "outcomes": tiers[Tier.OUTCOME], "kpis": tiers[Tier.KPI],
            "guardrails": tiers[Tier.GUARDRAIL], "actions": tiers[Tier.ACTION], "projects": tiers[Tier.PROJECT],
        }  # fmt: skip

    @property
    def skipped(self) -> list[Account]:
        """The lines that were passed over, with the reason."""
        return [account for account in self.found.accounts if account.fate is Fate.SKIPPED]

    def report(self) -> dict[str, Any]:
        """The report for other programs."""
        problems = [
            {"file": each.file, "line": each.line, "column": each.key or None, "message": each.message}
            for each in self.found.problems
        ]
        return {"counts": self.counts, "lines": self.lines, "problems": problems}


def propose(held: bytes, file: str, settings: Settings) -> Proposal:
    """What a file holds, and what its columns seem to be. Raises PlanError where nothing can be made of it."""
    sheets, remarks, problems = _sheets(held, file, settings)
    found = []
    for sheet in sheets:
        held_by = layout(sheet, settings.calendar, settings.columns)
        tables = [Table(block, tuple(guesses(block, settings.calendar, settings.columns))) for block in held_by.blocks]
        found.append((held_by, tuple(tables)))
    if not any(sheet.lines for sheet in sheets):
        raise PlanError([Problem(file, "there is nothing in it")])
    if not any(tables for _, tables in found):
        raise PlanError([Problem(file, _NO_TABLE)])
    return Proposal(file, tuple(found), tuple(remarks), tuple(problems))


def _sheets(held: bytes, file: str, settings: Settings) -> tuple[list[Sheet], list[str], list[Problem]]:
    if held.startswith((workbooks.MAGIC, workbooks.OLD)):
        return read_workbook(held, file)
    sheet, remarks = read_text(held, file, settings.encoding)
    return [sheet], remarks, []


def chosen(proposal: Proposal, uses: Mapping[str, Use]) -> Proposal:
    """The proposal with other uses for columns, by their headings."""
    return replace(
        proposal,
        sheets=tuple(
            (
                held_by,
                tuple(
                    Table(
                        table.block,
                        tuple(replace(each, use=uses.get(each.column.name, each.use)) for each in table.guesses),
                    )
                    for table in tables
                ),
            )
            for held_by, tables in proposal.sheets
        ),
    )


def build(proposal: Proposal, settings: Settings) -> Imported:
    """The items that the sheets hold, without ids yet. Raises PlanError where there are none."""
    if not any(needs(table.guesses) for _, table in tables(proposal)):
        raise PlanError([Problem(proposal.file, _NO_TABLE), *proposal.problems])
    stem = re.sub(r"\.\w+$", "", proposal.file.rsplit("/", 1)[-1])
    found = gather(proposal.sheets, settings.calendar, stem)
    if not found.goals:
        raise PlanError([Problem(proposal.file, _NO_ITEM), *found.problems])
    found.title = found.title or stem
    found.remarks[:0] = proposal.remarks
    found.problems[:0] = proposal.problems
    return Imported(proposal.file, found)


def written(imported: Imported, id_: str = "") -> str:
    """A whole plan's text with all items, which have their ids by now."""
    title = imported.found.title
    head = [
        f"# Made from {_name(imported.file)} by syncd import. It is yours now: edit it as you like.",
        "",
        "[plan]",
        f"id = {toml(id_ or slug(title))}",
        f"title = {toml(title)}",
        '# status = "draft"       # until it is adopted, nothing of it is pushed or published',
        '# audience = "public"    # what everybody may see; without it, only who signs in',
    ]
    return "\n\n".join(["\n".join(head), *(tree(goal, ()) for goal in imported.found.goals)]) + "\n"


def _name(file: str) -> str:
    """What a file is called, in one line: a name may hold breaks, and what follows them is no comment."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in file.rsplit("/", 1)[-1]).split())


def slug(text: str) -> str:
    """An id that can be read: “Every Student Ready 2025–29” is every-student-ready-2025-29."""
    dashed = re.sub(r"[–—/]", "-", text)
    plain = unicodedata.normalize("NFKD", dashed).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return (words if len(words) <= _LONGEST_ID else words[:_LONGEST_ID].rpartition("-")[0]) or "plan"


def tables(proposal: Proposal) -> Sequence[tuple[Sheet, Table]]:
    """All tables with the sheet that each stands in."""
    return [(held_by.sheet, table) for held_by, tables in proposal.sheets for table in tables]
