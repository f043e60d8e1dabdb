"""Rules about words: what cannot be measured, what can be read in two ways, and what only insiders understand. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from syncd.plan.linting.finding import Remark
from syncd.plan.linting.measures import aims
from syncd.plan.linting.subject import Subject
from syncd.plan.model import Item, Kpi, KpiKind, Outcome, Placed, Tier

_VAGUE: Final = re.compile(
    r"\b(improv(?:e[sd]?|ing)|enhanc(?:e[sd]?|ing)|(?<!with )(?<!of )supports?(?= \w)|strengthen(?:s|ed|ing)?"
    r"|explor(?:e[sd]?|ing)|continu(?:e[sd]?|ing)|promot(?:e[sd]?|ing)|ensur(?:e[sd]?|ing)"
    r"|foster(?:s|ed|ing)?(?! care| child| famil))\b",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(
    r"\d|\b(?:all|each|every|none|no|half|third|quarter|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|fifteen|twenty|fifty|hundred|twice)\b",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"\bby (?:an? (?:additional|further) )?\d+(?:\.\d+)?\s?(?:%|percent\b(?! point))", re.IGNORECASE
)
_COUNT: Final = re.compile(r"^(?:the )?(number of|count of|how many|# of)\b", re.IGNORECASE)
_LIMIT: Final = re.compile(
    r"\b(?:at|on|above|below|over|under)\s+(?:or|and)\s+\w+|,?\s+(?:or|and)\s+(?:more|less|fewer|above|below|higher"
    r"|lower|better|older|younger|up|beyond|over|under)\b|\band/or\b",
    re.IGNORECASE,
)
_NAMES: Final = re.compile(r"\b[A-Z][\w’'-]*(?:,\s+[A-Z][\w’'-]*)*,?\s+(?:and|or|&)\s+[A-Z]")
_JOIN: Final = re.compile(r";|\s(?:and|or|&)\s|\bas well as\b|\bone of\b", re.IGNORECASE)
_WORK: Final = re.compile(
    r"^(?:implement|train|develop|create|launch|adopt|hire|build|hold|complete|conduct|establish|provide|roll out"
    r"|deliver|publish|write|purchase|buy|install|offer|implementation of|development of|creation of|completion of)\b"
    r"|\b(?:implemented|trained|rolled out|launched|adopted|hired|purchased|installed|developed|delivered)\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[.!?;](?:\s+(?=\S)|$)")
_ABBREVIATION: Final = re.compile(r"(?<![\w-])[A-Z]{2,6}s?(?![\w-])")
_KNOWN: Final = frozenset("US USA UK ID TV AM PM OK CEO FAQ PDF ZIP IT II III IV VI VII VIII IX".split())  # noqa: SIM905
"""Abbreviations that everybody reads, and Roman numbers."""


def vague(subject: Subject) -> Iterator[Remark]:
    """Words that promise something of which nobody can say whether it came; a goal may, that is what it is for."""
    for placed in _worded(subject):
        item = placed.item
        word = _VAGUE.search(item.title)
        if word and not _FIGURE.search(item.title) and not _is_measured(item):
            yield Remark(item.id, f"“{word[0]}” cannot be measured in {subject.name(item)}.", "title")


def unclear_change(subject: Subject) -> Iterator[Remark]:
    """Changes that can be read as points or as percent, and counts with a target in percent."""
    for placed in subject.placed:
        item = placed.item
        if placed.tier in (Tier.GOAL, Tier.OUTCOME, Tier.KPI) and (said := _BY.search(item.title)):
            yield Remark(item.id, f"“{said[0]}” in {subject.name(item)} can mean points or percent.", "title")
    for _, kpi in subject.measures():
        count = _COUNT.search(kpi.title)
        change = kpi.target.change if kpi.target is not None else None
        if count and kpi.unit == "%":
            yield Remark(kpi.id, f"“{count[1]}” in {subject.name(kpi)} is a count, but its unit is %.", "unit")
        if change and kpi.unit == "%" and not change.lower().rstrip("s").endswith("point") and not _bare(change):
            words = f"The target “{change}” of {subject.name(kpi)} can mean points or percent."
            yield Remark(kpi.id, words, "target")


def compound(subject: Subject) -> Iterator[Remark]:
    """KPIs that measure several things, of which no rule says how they make one figure."""
    for _, kpi in subject.measures():
        title = _NAMES.sub("", _LIMIT.sub("", kpi.title))
        joined = [found[0].strip() for found in _JOIN.finditer(title)]
        if joined and not kpi.method:
            words = f"{subject.name(kpi)} measures {len(joined) + 1} things (“{joined[0]}”)."
            yield Remark(kpi.id, words, "title")


def work_as_result(subject: Subject) -> Iterator[Remark]:
    """KPIs that count what was done, not what came of it."""
    for _, kpi in subject.kpis():
        if kpi.kind is not KpiKind.IMPLEMENTATION and (word := _WORK.search(kpi.title)):
            yield Remark(kpi.id, f"{subject.name(kpi)} is work (“{word[0].lower()}”), not a result.", "title")


def long_goal(subject: Subject) -> Iterator[Remark]:
    """Goals that nobody can say by heart."""
    for _, goal in subject.goals():
        words, sentences = len(goal.title.split()), sentences_of(goal.title)
        if words > subject.bounds.words or sentences > 1:
            told = f"{words} words in {sentences} sentence{'s' if sentences > 1 else ''}"
            yield Remark(goal.id, f"The goal {subject.name(goal)} has {told}; aim for one line.", "title")


def jargon(subject: Subject) -> Iterator[Remark]:
    """Abbreviations that the plan explains nowhere."""
    texts = [text for placed in subject.placed for text in _texts(placed.item)]
    explained = {name for text in texts for name in re.findall(r"\(([A-Z]{2,6})s?\)|\b([A-Z]{2,6})s? \(", text)}
    known = _KNOWN | {name for pair in explained for name in pair}
    for placed in subject.placed:
        item = placed.item
        if item.id in subject.private:
            continue
        found = dict.fromkeys(name.removesuffix("s") for name in _ABBREVIATION.findall(item.title))
        if strange := [name for name in found if name not in known]:
            yield Remark(item.id, f"{subject.name(item)} says {', '.join(strange)} without explaining it.", "title")


def same_text(subject: Subject) -> Iterator[Remark]:
    """Items that say the same as one of another tier."""
    by_text: dict[str, list[Placed]] = defaultdict(list)
    for placed in subject.placed:
        by_text[plain(placed.item.title)].append(placed)
    for alike in by_text.values():
        first = min(alike, key=lambda each: (list(Tier).index(each.tier), each.item.id))
        for placed in alike:
            if placed.tier is not first.tier:
                words = f"{subject.name(placed.item)} says the same as the {first.tier.value} {first.item.id}."
                yield Remark(placed.item.id, words, "title")


def sentences_of(text: str) -> int:
    """How many sentences a text has."""
    return max(1, len([part for part in _SENTENCE.split(text) if part.strip()]))


def plain(text: str) -> str:
    """What is the same for texts that differ in case, blanks and marks only."""
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _worded(subject: Subject) -> Iterator[Placed]:
    yield from (each for each, _ in subject.outcomes())
    yield from (each for each, _ in subject.measures())
    yield from (each for each, _ in subject.works())


def _is_measured(item: Item) -> bool:
    """Whether figures beside its title say how much."""
    return (isinstance(item, Kpi) and aims(item)) or (isinstance(item, Outcome) and any(map(aims, item.kpis)))


def _bare(change: str) -> bool:
    """Whether a change has neither word nor sign after its number: then it is in the KPI's unit."""
    return change.rstrip()[-1:].isdigit()


def _texts(item: Item) -> Iterator[str]:
    yield from (item.title, item.notes)
    if isinstance(item, Kpi):
        yield from (item.why, item.method, item.source)
