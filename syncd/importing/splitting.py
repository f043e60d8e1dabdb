"""Takes apart what stands together in one cell: lists, numbers and states in titles, several owners. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from syncd.importing.days import Calendar, stretches
from syncd.importing.figures import is_unknown
from syncd.plan.model import State

_CACHED: Final = 4096
"""What many lines say alike is worked out once."""
_BULLET: Final = re.compile(r"(?:[•·*▪◦‣]|[-–—](?=\s))\s*")
_ORDINAL: Final = re.compile(r"(\d{1,2}|[a-z])[.)]\s+", re.IGNORECASE)
_DOTTED: Final = re.compile(r"[A-Z]{0,3}\d{1,3}(?:\.(?:\d{1,3}|[A-Z]))+[.):]?\s+(?=\S)")
"""A number such as 1.2 or 1.A.3 at the beginning of a line, which is an item's own."""
_INLINE: Final = re.compile(r"\s*[•·▪◦‣]\s*")
_NUMBERED: Final = re.compile(
    r"(?:(?P<word>(?:strategic|performance|smart|district|board|annual|student)\s+(?:goal|priority|objective|outcome)"
    r"|strategic\s+(?:action|initiative)|goal(?:\s+area)?|priority(?:\s+area)?|pillar"
    r"|focus\s+area|theme|outcome|objective|strategy|initiative|action(?:\s+step)?|project|task|activity|step|measure"
    r"|metric|indicator|kpi|guardrail|milestone|tactic)\s*\#?\s*)?"
    r"(?P<number>[A-Z]{0,3}\d{1,3}(?:\.(?:[A-Z]{0,2}\d{1,3}|[A-Z](?=\.)))*(?:\.?[a-z])?|[IVX]{1,5}|[A-Z])(?P<end>[.):–—-]*)(?:\s+|(?<=[:)])|$)"
    r"(?:[–—-]\s+)?",
    re.IGNORECASE,
)
_QUALIFIED: Final = re.compile(r"^\(([^()]+)\)\s*[:–—-]\s*(\S.*)$")
"""What stands between a number and its title: “Goal 1 (revised May 2026): …”."""
_STATES: Final = (
    (State.CANCELLED, r"cancel(?:l?ed|lation)?|dropped|discontinued|withdrawn|removed|abandoned"),
    (State.ON_HOLD, r"on[ -]?hold|paused|suspended|stalled|parked"),
    (State.DEFERRED, r"deferred|postponed|delayed to next year|moved to next year|next year"),
)
_IN_TITLE: Final = tuple(
    (
        state,
        re.compile(
            rf"^[\[(*]*\s*(?:{words})\s*[\])*]*\s*[:–—-]+\s*|^[\[(]\s*(?:{words})\s*[\])]\s*|\s*[\[(]\s*(?:{words})\s*[\])]$",
            re.IGNORECASE,
        ),
    )
    for state, words in _STATES
)
_AS_STATE: Final = tuple((state, re.compile(words, re.IGNORECASE)) for state, words in _STATES)
_ROLE: Final = re.compile(
    r"\b(?:superintendents?|directors?|principals?|coordinators?|chiefs?|managers?|officers?|coach(?:es)?|teachers?|dean"
    r"|specialists?|supervisors?|leads?|teams?|departments?|dept|office|heads?|counsell?ors?|administrators?|president"
    r"|committee|board|cabinet|staff|consultants?|analysts?|asst|assistant|executive|cfo|coo|cao|cio|hr)\b",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")
_PERSON: Final = re.compile(r"(?:(?:Mr|Mrs|Ms|Dr)\.?\s+)?[A-ZÀ-Þ][\w.'’-]*(?:\s+[A-ZÀ-Þ][\w.'’-]*){1,3}")
_AND: Final = re.compile(r"\s*(?:,\s*)?(?:&|\band\b)\s*", re.IGNORECASE)
_NUMBER_ONLY: Final = re.compile(r"(?:(?:emp|employee|staff|id|no)\W*)?#?\s*[A-Z]{0,2}\d{3,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a cell lists: its items, and the line that leads to them ("" for none). `loose`: lines without bullets."""

    items: tuple[str, ...]
    lead: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A title without what stood before it: its number, the tier's word, and a state that was written into it."""

    title: str
    number: str = ""
    word: str = ""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Owners:
    """Who is responsible, as a cell says; `staff` are numbers, by which nobody is known."""

    names: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()


def listed(text: str) -> Listed:
    """The items of a cell; one where it is no list."""
    lines = [line for line in text.split("\n") if line]
    dotted = [bool(_DOTTED.match(line)) for line in lines]
    if sum(dotted) > 1 and dotted[0]:
        return _by_numbers(lines, dotted)
    marked = [_mark(line) for line in lines]
    if any(marked) and (len(lines) > 1 or _INLINE.match(lines[0])):
        return _by_lines(lines, marked)
    parts = [part for part in _INLINE.split(text) if part]
    if len(parts) > 1 and ("•" in text or "▪" in text or _INLINE.match(text) or all(len(part) > 5 for part in parts)):
        items = tuple(" ".join(part.split()) for part in parts)
        return Listed(items) if _INLINE.match(text) else _led(items)
    numbered = _counted(text)
    if len(numbered) > 1:
        return Listed(numbered)
    wrapped = all(line[0].islower() or not line[0].isalpha() for line in lines[1:])
    return Listed((" ".join(lines),), loose=not wrapped)


def named(text: str) -> Name:
    """A title and what stands before it: “1.2 Adopt …”, “Goal 3: …”, “Cancelled: …”."""
    text, state = _stated(" ".join(text.split()))
    found = _NUMBERED.match(text)
    if found is not None and _is_number(found, text):
        rest, again = _stated(text[found.end() :])
        if rest and (found[0].rstrip()[-1:] in ".):–—-" or not rest[0].islower()):
            return Name(
                _QUALIFIED.sub(r"\2 (\1)", rest),
                found["number"].rstrip("."),
                (found["word"] or "").lower(),
                state or again,
            )
    return Name(text, state=state)


def state_of(text: str) -> State | None:
    """The state that a status means for a plan; None where it says only how far the work is."""
    plain = text.strip(" .*-–—()[]")
    return next((state for state, words in _AS_STATE if words.fullmatch(plain)), None)


@lru_cache(maxsize=_CACHED)
def owners(text: str) -> Owners:
    """Everybody that a cell names; a title with a comma in it, such as “Asst. Superintendent, Elementary”, is one."""
    if is_unknown(text):
        return Owners()
    parts = [part for line in listed(text).items for part in _parted(line)] if "\n" not in text else _of_lines(text)
    names = tuple(dict.fromkeys(part for part in parts if part and not _NUMBER_ONLY.fullmatch(part)))
    return Owners(names, tuple(part for part in parts if _NUMBER_ONLY.fullmatch(part)))


def _of_lines(text: str) -> list[str]:
    lines = [_BULLET.sub("", line, count=1) if _BULLET.match(line) else line for line in text.split("\n")]
    whole = " ".join(lines)
    joined = [part for line in lines for part in _parted(line.rstrip(",;"))]
    return joined if all(map(_is_owner, joined)) or ";" in text else _parted(whole)


def _parted(text: str) -> list[str]:
    for sign in (";", " / ", "/", ",", "&"):
        parts = [part.strip() for part in (_AND.split(text) if sign == "&" else text.split(sign)) if part.strip()]
        if len(parts) > 1 and (sign == ";" or all(map(_is_owner, parts))):
            return [each for part in parts for each in _parted(part)]
    return [text.strip()]


def _is_owner(text: str) -> bool:
    if _ADDRESS.fullmatch(text) or _NUMBER_ONLY.fullmatch(text):
        return True
    return bool(_ROLE.search(text) or _PERSON.fullmatch(text)) and not re.match(r"(?:of|for|and)\b", text)


def _mark(line: str) -> int:
    """How long the bullet or number is that a line begins with."""
    found = _BULLET.match(line) or _ORDINAL.match(line)
    return found.end() if found and found.end() < len(line) else 0


def _by_lines(lines: Sequence[str], marked: Sequence[int]) -> Listed:
    """Items that begin with a bullet each; a line without one goes on from the line above it."""
    lead: list[str] = []
    items: list[str] = []
    for line, mark in zip(lines, marked, strict=True):
        parts = [part for part in _INLINE.split(line[mark:]) if part] if mark else [line]
        if mark:
            items += parts
        elif items:
            items[-1] += f" {line}"
        else:
            lead.append(line)
    return Listed(tuple(items), " ".join(lead).rstrip(": "))


def _by_numbers(lines: Sequence[str], begins: Sequence[bool]) -> Listed:
    """Items that begin with a number of their own, which stays with them."""
    items: list[str] = []
    for line, new in zip(lines, begins, strict=True):
        if new:
            items.append(line)
        else:
            items[-1] += f" {line}"
    return Listed(tuple(items))


def _led(parts: tuple[str, ...]) -> Listed:
    """Items in one line, of which the first may only lead to the others: “Train: • K–3 • 4–5”."""
    return Listed(parts[1:], parts[0].rstrip(": ")) if parts[0].endswith(":") else Listed(parts)


def _counted(text: str) -> tuple[str, ...]:
    """Items that are numbered within a line: “1. A 2. B”; nothing where they do not count on from 1."""
    places = []
    at = 0
    for number in range(1, 30):
        found = re.compile(rf"(?:^|(?<=\s)){number}[.)]\s+").search(text, at)
        if found is None or (number == 1 and found.start() > 0):
            break
        places.append(found)
        at = found.end()
    if len(places) < 2:
        return ()
    ends = [each.start() for each in places[1:]] + [len(text)]
    return tuple(text[each.end() : end].strip(" ;,\n") for each, end in zip(places, ends, strict=True))


def _stated(text: str) -> tuple[str, State | None]:
    for state, form in _IN_TITLE:
        rest = form.sub("", text, count=1).strip()
        if rest and rest != text:
            return rest, state
    return text, None


def _is_number(found: re.Match[str], text: str) -> bool:
    """Whether what a title begins with is its number, and not its first word, a figure, a grade or a year."""
    number, end, word = found["number"], found["end"], found["word"]
    if word:
        return bool(end or number[-1:].isdigit() or number.isupper())
    if number.isalpha():
        return bool(end) and end != "-" and number.isupper() and len(number) == 1
    if stretches(text[: found.end()], Calendar()):
        return False
    return "." in number or bool(end.strip("-")) or (number[0].isalpha() and number[0].isupper())
