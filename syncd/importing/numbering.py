"""Gives new items ids that people can read: G2.A1.P3, by the numbers of the sheet where it has some. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from syncd.characters import outline, unseen
from syncd.errors import Problem
from syncd.importing.tree import Thing
from syncd.plan.model import Tier

_LETTERS: Final = {
    Tier.GOAL: "G", Tier.OUTCOME: "O", Tier.KPI: "K", Tier.GUARDRAIL: "R", Tier.ACTION: "A", Tier.PROJECT: "P",
}  # fmt: skip
_CODE: Final = re.compile(r"(?=[^\s/:]*[A-Za-z])(?=[^\s/:]*\d)[A-Za-z][^\s/:]{1,39}")
"""A code of the district's own, such as AP-07: it is the id."""
_LAST: Final = re.compile(r"(?:^|\.)(\d{1,4})$")
_ROMAN: Final = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}


def number(goals: Sequence[Thing], taken: set[str]) -> list[Problem]:
    """Give each item without an id one that is not `taken`; what is odd about the numbers of the sheet."""
    return list(_level(goals, "", {outline(each) for each in taken}))


def _level(things: Sequence[Thing], above: str, used: set[str]) -> Iterator[Problem]:
    yield from _odd(things)
    new = [thing for thing in things if not thing.id]
    for thing in new:
        wanted = _wanted(thing, above)
        if wanted and outline(wanted) not in used:
            thing.id = wanted
            used.add(outline(wanted))
    counters: dict[str, int] = {}
    for thing in new:
        if not thing.id:
            stem = f"{above}.{_LETTERS[thing.tier]}" if above else _LETTERS[thing.tier]
            count = counters.get(stem, 1)
            while outline(f"{stem}{count}") in used:
                count += 1
            counters[stem] = count
            thing.id = f"{stem}{count}"
            used.add(outline(thing.id))
    for thing in things:
        if thing.number and not _tells(thing.id, thing.number):
            thing.remark(f"Number in the sheet: {thing.number}")
        yield from _level(thing.below, thing.id, used)


def _tells(id_: str, number: str) -> bool:
    """Whether an id shows the number that the sheet has."""
    last, own = _LAST.search(number), re.search(r"\d+$", id_)
    return id_ == number or bool(last and own and int(last[1]) == int(own[0]))


def _wanted(thing: Thing, above: str) -> str:
    """The id that the sheet's own number asks for, "" for none."""
    code = thing.number
    if _CODE.fullmatch(code) and not any(map(unseen, code)) and not re.fullmatch(r"[A-Za-z]?\d{1,3}", code):
        return code
    last = _LAST.search(code)
    count = int(last[1]) if last else _ROMAN.get(code.upper(), 0)
    if not count:
        single = re.fullmatch(r"[A-Za-z](\d{1,3})", code)
        count = int(single[1]) if single else 0
    stem = f"{above}.{_LETTERS[thing.tier]}" if above else _LETTERS[thing.tier]
    return f"{stem}{count}" if count else ""


def _odd(things: Sequence[Thing]) -> Iterator[Problem]:
    """Numbers that stand twice among items side by side: Excel turns 1.10 into 1.1."""
    seen: dict[tuple[Tier, str], Thing] = {}
    for thing in things:
        if not thing.number:
            continue
        first = seen.setdefault((thing.tier, thing.number.casefold()), thing)
        if first is not thing:
            why = (
                f"Excel turns {thing.number}0 into {thing.number}"
                if _dotted(thing.number)
                else "if one is the other in new words, keep one of them in the sheet"
            )
            words = f"the number {thing.number} stands twice, here and in line {first.line}; {why}"
            yield thing.sheet.problem(words, thing.line)


def _dotted(text: str) -> bool:
    return bool(re.fullmatch(r"\d+\.\d", text))
