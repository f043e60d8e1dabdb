"""The file that says what the columns of a district's sheets mean, to be used again next month. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from syncd.checking import fit
from syncd.documents.document import Unreadable, parse
from syncd.errors import PlanError
from syncd.importing.columns import Use
from syncd.importing.days import Calendar
from syncd.importing.headings import DATED, MEANINGS, Role
from syncd.importing.importer import Settings
from syncd.importing.values import toml
from syncd.plan.model import Window
from syncd.plan.rewriting.in_toml import Toml
from syncd.plan.rewriting.page import Page, Splice, Tangled, spliced


def _said(value: Any) -> Any:
    return {"is": value} if isinstance(value, str) else value


def _encoding(value: str) -> str:
    try:
        "a".encode(value)
    except (LookupError, ValueError):  # the latter for a name with a null in it
        raise ValueError(f"there is no encoding “{value}”; most are utf-8 or cp1252") from None
    return value


class _Column(BaseModel):
    """What a column holds; `on` and `window` hold for every figure in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Annotated[Role, Field(alias="is")]
    on: date | None = None
    window: Window | None = None


class _File(BaseModel):
    """A columns file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    month_first: StrictBool = True
    school_year_starts: Annotated[int, Field(ge=1, le=12)] = 7
    columns: Mapping[str, Annotated[_Column, BeforeValidator(_said)]] = Field(default_factory=dict)


_COLUMNS: Final = ("columns",)
_HEAD: Final = """\
# What the columns of our sheets mean, for `syncd import … --columns`. Written by syncd; edit it as you like.
# The words there are:
"""


def read_columns(text: str, file: str) -> Settings:
    """What the text of a columns file says. Raises PlanError."""
    try:
        found = fit(_File, parse(text, file=file, ending=".toml"))
    except Unreadable as error:
        raise PlanError([error.problem]) from None
    if found.model is None:
        raise PlanError(found.problems)
    held = found.model
    uses = {name: Use(each.role, each.on, each.window) for name, each in held.columns.items()}
    said = "month_first" in held.model_fields_set
    return Settings(uses, Calendar(held.month_first, held.school_year_starts, said), held.encoding)


def write_columns(settings: Settings) -> str:
    """The text of a columns file."""
    words = "".join(f"#   {role.value:<12} {meaning}\n" for role, meaning in MEANINGS.items())
    lines = [
        *([f"encoding = {toml(settings.encoding)}"] if settings.encoding else []),
        f"month_first = {str(settings.calendar.month_first).lower():<10} # 3/4/2026 is the 4th of March",
        f"school_year_starts = {settings.calendar.starts_in:<3} # the month; “2025-26” ends on the day before it",
        "",
        "[columns]",
        *lines_of(settings.columns),
    ]
    return _HEAD + words + "\n" + "\n".join(lines) + "\n"


def lines_of(uses: Mapping[str, Use]) -> list[str]:
    """What columns mean, as such a file has it below [columns]."""
    return [f"{toml(name)} = {_use(use)}" for name, use in uses.items()]


def with_columns(text: str, uses: Mapping[str, Use]) -> str | None:
    """The text of a columns file with more columns, or others instead; all else stays as it is.

    None where it is written in a way that is not safe to change.
    """
    page = Page(text, Toml().tables(text, [_COLUMNS]))
    table = page.tables.get(_COLUMNS)
    splices = []
    if table is not None and not table.braces:
        held = {name: entry for name in uses if (entry := table.entry(name))}
        splices = [Splice(entry.value, entry.end, _use(uses[name])) for name, entry in held.items()]
        at = page.line_end(table.entries[-1].end if table.entries else table.start)
        new = lines_of({name: use for name, use in uses.items() if name not in held})
        splices.append(Splice(at, at, "".join(f"{page.newline}{line}" for line in new)))
    elif table is None:
        end = len(text.rstrip())
        lines = ["[columns]", *lines_of(uses)]
        splices = [Splice(end, end, page.newline * (2 if end else 0) + page.newline.join(lines))]
    try:
        changed = spliced(text, splices)
        before, after = read_columns(text, ""), read_columns(changed, "")
    except (Tangled, PlanError):
        return None
    return changed if after == replace(before, columns={**before.columns, **uses}) else None


def _use(use: Use) -> str:
    if use.role not in DATED or not (use.on or use.window):
        return toml(use.role.value)
    more = {"is": use.role.value, "on": use.on, "window": use.window.value if use.window else None}
    return toml({name: value for name, value in more.items() if value is not None})
