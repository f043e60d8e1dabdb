"""Guesses what each column of a table holds, from its heading and from what stands in it, and says why. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from syncd.importing.blocks import Block, Column
from syncd.importing.days import Calendar, only
from syncd.importing.figures import NoFigure, is_unknown, measure
from syncd.importing.headings import DATED, MEANINGS, TIERS, UPPER, WORK, Heading, Role, heading, tier_of
from syncd.importing.splitting import owners, state_of
from syncd.plan.model import Window

_SAMPLE: Final = 200
"""Cells by which a column without a telling heading is judged."""
_SHOWN: Final = 3
_ONCE: Final = frozenset(
    {Role.LEVEL, Role.TITLE, Role.NUMBER, Role.START, Role.DUE, Role.DATES, Role.WEIGHT, Role.UNIT}
)
"""Roles that one column has; of further ones the text is kept as a remark."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a column is used for; `on` and `window` are what its heading says of every figure in it."""

    role: Role
    on: date | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to hold, why, and the first texts in it."""

    column: Column
    use: Use
    reason: str
    examples: tuple[str, ...]


def guesses(block: Block, calendar: Calendar, chosen: Mapping[str, Use] | None = None) -> list[Guess]:
    """What each column of a table holds; what was `chosen` by name stands."""
    chosen = chosen or {}
    samples = {column.at: _sample(block, column) for column in block.columns}
    found = {column.name: heading(column.name, calendar) for column in block.columns}
    goals = [column for column in block.columns if found[column.name].word == "goal"]
    counted = [column for column in goals if _only_figures(samples[column.at], calendar)]
    if _lacks_a_target(found) or len(counted) < len(goals):
        for column in counted:
            found[column.name] = replace(found[column.name], word="target", how="only figures are in it")
    roles = _ranked(found)
    open_ = [column for column in block.columns if column.name not in chosen]
    guessed = [_guess(column, found[column.name], roles, samples[column.at], calendar) for column in open_]
    taken = {chosen[column.name].role for column in block.columns if column.name in chosen}
    settled = {guess.column: guess for guess in _settled(guessed, taken)}
    return [
        settled.get(column) or Guess(column, chosen[column.name], "it was chosen so", samples[column.at][:_SHOWN])
        for column in block.columns
    ]


def _lacks_a_target(found: Mapping[str, Heading]) -> bool:
    """Whether a table is one of KPIs with figures, none of which is called the target: a “Goal” may be."""
    words = {each.word for each in found.values()}
    return "kpi" in words and "target" not in words and not words.isdisjoint({"baseline", "reading"})


def _only_figures(sample: Sequence[str], calendar: Calendar) -> bool:
    """Whether most texts are nothing but a figure, of those that say anything."""

    def is_figure(text: str) -> bool:
        try:
            found = measure(text, calendar)
        except NoFigure:
            return False
        return found.whole and not found.unknown

    known = [text for text in sample if not is_unknown(text)]
    return bool(known) and _share(known, is_figure) > 0.5


def _sample(block: Block, column: Column) -> tuple[str, ...]:
    texts = (line.cell(column.at).text for line in block.lines[:_SAMPLE])
    return tuple(dict.fromkeys(text for text in texts if text))


def _ranked(found: Mapping[str, Heading]) -> dict[str, Role]:
    """What the words for tiers mean in this table: which of them is the goal hangs on which others there are."""
    words = {each.word for each in found.values()}
    upper, work = ([word for word in order if word in words] for order in (UPPER, WORK))
    roles: dict[str, Role] = {}
    if upper and (len(upper) > 1 or upper[0] not in ("objective", "outcome")):
        roles[upper[0]] = Role.GOAL
        upper = upper[1:]
    if upper:
        roles[upper[0]] = Role.OUTCOME
    if work:
        roles[work[0]] = Role.ACTION
    if len(work) > 1:
        roles[work[1]] = Role.PROJECT
    if "kpi" in words:
        roles["kpi"] = Role.KPI
    return roles | dict.fromkeys((*upper[1:], *work[2:]), Role.NOTES)


def _guess(
    column: Column, found: Heading, roles: Mapping[str, Role], sample: Sequence[str], calendar: Calendar
) -> Guess:
    examples = tuple(sample[:_SHOWN])
    if found.word:
        role = roles.get(found.word) or Role(found.word)
        if role is Role.TARGET and found.on is not None:
            role = Role.INTERIM
        if role is Role.READING and sample and not _figures(sample):
            return Guess(column, Use(Role.NOTES), "it speaks of results, and there are no figures in it", examples)
        use = Use(role, found.on if role in DATED else None, found.window if role in DATED else None)
        return Guess(
            column, use, f"its heading says so{f'; {found.how}' if found.how and role in DATED else ''}", examples
        )
    role, why = _by_content(sample, calendar, works="kpi" not in roles or not roles.keys().isdisjoint(WORK))
    if found.on is not None and _figures(sample):
        return Guess(column, Use(Role.READING, found.on, found.window), "a school year with figures below it", examples)
    return Guess(column, Use(role), why, examples)


def _by_content(sample: Sequence[str], calendar: Calendar, *, works: bool) -> tuple[Role, str]:
    """What a column holds whose heading says nothing; `works`: the table is one of work, which has days."""
    known = [text for text in sample if not is_unknown(text)]
    tests = (
        (Role.DUE, "there are days in it", lambda text: works and only(text, calendar) is not None),
        (Role.STATE, "there are states in it", lambda text: state_of(text) is not None),
        (Role.LEVEL, "it says what each line is", lambda text: tier_of(text) is not None),
        (Role.OWNER, "there are addresses in it", lambda text: "@" in text and bool(owners(text).names)),
    )
    for role, why, test in tests:
        if len(known) > 1 and _share(known, test) > 0.6:
            return role, why
    return Role.NOTES, "its heading is not known; its text is kept as a remark"


def _share(sample: Sequence[str], test: Callable[[str], bool]) -> float:
    """The part of a sample that is so; there must be one."""
    return sum(map(test, sample)) / len(sample)


def _figures(sample: Sequence[str]) -> bool:
    """Whether most texts hold digits, of those that say anything."""
    known = [text for text in sample if not is_unknown(text)]
    return not known or _share(known, lambda text: any(map(str.isdigit, text))) > 0.5


def _settled(guessed: list[Guess], taken: set[Role]) -> list[Guess]:
    """The guesses together: the last of several dated targets is the one to reach; no role is given twice."""
    guessed = _with_title(_with_target(guessed, taken), taken)
    roles = {guess.use.role for guess in guessed} | taken
    out = []
    seen = Counter(taken)
    for guess in guessed:
        known = _once(guess, roles, seen)
        seen[known.use.role] += 1
        out.append(known)
    return out


def _once(guess: Guess, roles: set[Role], seen: Mapping[Role, int]) -> Guess:
    """The guess, where no other column says the same already."""
    role = guess.use.role
    if role is Role.LEVEL and Role.TITLE not in roles:
        return _as_notes(guess, "no column holds the names of the lines")
    if role is Role.TITLE and Role.LEVEL not in roles:
        if roles & {Role.ACTION, Role.PROJECT, Role.KPI}:
            return _as_notes(guess, "the tiers have columns of their own")
        if roles & {Role.GOAL, Role.OUTCOME}:
            return replace(guess, use=Use(Role.ACTION), reason="it names the lines, and no other column names work")
    if role in _ONCE and seen[role]:
        return _as_notes(guess, f"another column already says {MEANINGS[role]}")
    return guess


def _as_notes(guess: Guess, why: str) -> Guess:
    return replace(guess, use=Use(Role.NOTES), reason=f"{why}; this one is kept as a remark")


def _with_title(guessed: list[Guess], taken: set[Role]) -> list[Guess]:
    """Where a column says what each line is and only one names anything, that one holds the names of all lines."""
    roles = {guess.use.role for guess in guessed} | taken
    naming = [guess for guess in guessed if guess.use.role in TIERS]
    if Role.LEVEL not in roles or Role.TITLE in roles or len(naming) != 1 or not taken.isdisjoint(TIERS):
        return guessed
    title = replace(naming[0], use=Use(Role.TITLE), reason="another column says what each line is")
    return [title if guess is naming[0] else guess for guess in guessed]


def _with_target(guessed: list[Guess], taken: set[Role]) -> list[Guess]:
    """Where no column is the target, the latest of those on the way is."""
    dated = [guess for guess in guessed if guess.use.role is Role.INTERIM and guess.use.on is not None]
    if not dated or Role.TARGET in taken or any(guess.use.role is Role.TARGET for guess in guessed):
        return guessed
    last = max(dated, key=lambda guess: guess.use.on or date.min)
    target = replace(last, use=replace(last.use, role=Role.TARGET), reason="it is the last of the targets")
    return [target if guess is last else guess for guess in guessed]


def needs(found: Iterable[Guess]) -> bool:
    """Whether a table names anything: a tier, or titles."""
    roles = {guess.use.role for guess in found}
    return bool(roles & (set(TIERS) | {Role.TITLE}))
