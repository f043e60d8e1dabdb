"""What the heading of a column says: the words that districts use, and the day that stands in one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from syncd.importing.days import Calendar, Edge, stretches
from syncd.plan.model import Tier, Window


class Role(StrEnum):
    """What a column holds."""

    GOAL = "goal"
    OUTCOME = "outcome"
    KPI = "kpi"
    GUARDRAIL = "guardrail"
    ACTION = "action"
    PROJECT = "project"
    LEVEL = "level"
    TITLE = "title"
    NUMBER = "number"
    OWNER = "owner"
    START = "start"
    DUE = "due"
    DATES = "dates"
    STATE = "state"
    WEIGHT = "weight"
    UNIT = "unit"
    DIRECTION = "direction"
    BASELINE = "baseline"
    BASELINE_ON = "baseline_on"
    TARGET = "target"
    TARGET_ON = "target_on"
    INTERIM = "interim"
    READING = "reading"
    READING_ON = "reading_on"
    SOURCE = "source"
    NOTES = "notes"
    SKIP = "skip"


MEANINGS: Final[Mapping[Role, str]] = {
    Role.GOAL: "the goals",
    Role.OUTCOME: "the measurable results",
    Role.KPI: "what is measured",
    Role.GUARDRAIL: "what must not get worse meanwhile",
    Role.ACTION: "the major initiatives",
    Role.PROJECT: "the daily work",
    Role.LEVEL: "whether a line is a goal, an action …",
    Role.TITLE: "the name of whatever the line is",
    Role.NUMBER: "its number or code",
    Role.OWNER: "who is responsible",
    Role.START: "when it starts",
    Role.DUE: "by when it is done",
    Role.DATES: "from when to when",
    Role.STATE: "how it stands",
    Role.WEIGHT: "how much it counts",
    Role.UNIT: "what the figures count",
    Role.DIRECTION: "whether the figure should rise or fall",
    Role.BASELINE: "where the figure started",
    Role.BASELINE_ON: "when the figure started there",
    Role.TARGET: "what the figure should reach",
    Role.TARGET_ON: "by when it should",
    Role.INTERIM: "a target on the way",
    Role.READING: "a measured figure",
    Role.READING_ON: "when it was measured",
    Role.SOURCE: "where the figures come from",
    Role.NOTES: "a remark, kept with the column's name",
    Role.SKIP: "nothing that is wanted in the plan",
}
TIERS: Final[Mapping[Role, Tier]] = {Role(tier.value): tier for tier in Tier}
DATED: Final = frozenset({Role.BASELINE, Role.TARGET, Role.INTERIM, Role.READING})
"""Roles of which the heading may say the day."""

UPPER: Final = ("pillar", "theme", "focus area", "priority", "goal", "objective", "outcome")
WORK: Final = ("strategy", "initiative", "action", "action step", "project", "task")
"""What stands above what, in words that districts use; which of them a sheet has decides what they are."""

_SPAN: Final = "(?:(?:time ?lines?|time ?frames?|dates?|schedule) )"
"""What may stand above a start and an end, in a heading two lines deep."""
_WORDS: Final[Mapping[str, str]] = {
    "pillar": "(?:strategic )?pillars?",
    "theme": "(?:strategic )?themes?|vision",
    "focus area": "(?:strategic )?focus(?: areas?)?|domains?|goal areas?|priority areas?",
    "priority": "(?:strategic |district )?priorit(?:y|ies)",
    "goal": "(?:strategic |district |board |annual )?goals?(?: statements?)?",
    "objective": "(?:strategic |smart |performance |annual )?objectives?",
    "outcome": "(?:desired |measurable |expected |student |key )?(?:outcomes?|results?)",
    "kpi": "(?:leading |lagging |success |key |progress |performance )*(?:kpis?|measures?|metrics?|indicators?)"
    "(?: of success)?|measures? of success|evidence of success|key performance indicators?"
    "|how (?:we will|will we) know(?: it| we did it| it worked)?",
    "guardrail": "(?:interim )?guardrails?",
    "strategy": "(?:key )?strateg(?:y|ies)",
    "initiative": "(?:strategic |key |major )?initiatives?",
    "action": "(?:strategic |key |major )?actions?|action items?|what",
    "action step": "(?:action |implementation |next )?steps?",
    "project": "(?:tactical )?projects?|tactics?|deliverables?|milestones?",
    "task": "tasks?|activit(?:y|ies)|work items?|to ?dos?",
    "level": "(?:outline |indent )?levels?|types?|tiers?|kinds?|element",
    "title": "titles?|names?|items?|descriptions?|item description|element name|text",
    "number": "no|nr|num|numbers?|ids?|refs?|reference|codes?|item no|goal no|action no|key",
    "owner": "(?:action |project |goal |kpi |data |task )?owners?"
    "|(?:project |action |district )?leads?(?: person| staff)?"
    "|(?:persons?|staff|part(?:y|ies)|people|department|office|position)?s? ?responsible"
    "(?: (?:persons?|staff|part(?:y|ies)|department))?|who|responsibility|accountable|assigned to|assignees?"
    "|resource names?|champions?"
    "|point persons?|sponsors?|lead department|contact|managers?",
    "start": f"{_SPAN}?(?:starts?(?: dates?)?|begins?|start on|begin date|from)|launch(?: date)?",
    "due": f"{_SPAN}(?:to|until)|{_SPAN}?(?:due(?: dates?)?|ends?(?: dates?)?|finish(?: date)?)|due (?:by|on)"
    "|deadlines?|by when"
    "|complete(?:d)? by|completion date"
    "|target completion(?: date)?|target date|expected completion(?: date)?|to|until|done by",
    "dates": "time ?lines?|time ?frames?|when|dates?|schedule|school years?|years?|duration|period",
    "state": "status(?:es)?|states?|rag|current status|progress status|progress|stage|condition",
    "weight": "weights?|weighting",
    "unit": "units?(?: of measure)?|uom",
    "direction": "directions?|desired direction|trends?|polarity",
    "baseline": "(?:baselines?|starting point|start value)(?: values?| data| figures?| percent)?",
    "baseline_on": "baseline (?:dates?|years?|as of|on|measured on)",
    "target": "(?:final |end |long term |plan )?(?:targets?|aims?|goal value)(?: values?| figures?)?",
    "target_on": "target (?:years?|by|as of)|by year|target deadline",
    "interim": "(?:interim|annual|yearly|benchmark|milestone) (?:targets?|goals?)|benchmarks?",
    "reading": "(?:actuals?|current|latest|results?|readings?|measured|values?|mid ?years?|boy|moy|eoy"
    "|beginning of year"
    "|middle of year|end of year|most recent)"
    "(?: (?:values?|data|results?|figures?|actuals?|performance|status|scores?))?",
    "reading_on": "(?:date )?(?:measured on|date measured|as of|reading date|data date"
    "|date of (?:data|reading|result))",
    "source": "(?:data |measurement |evidence )?sources?(?: of (?:data|figures?|evidence|measurement))?",
    "notes": "notes?|comments?|remarks?|details?|evidence|updates?|progress notes?|resources?|rationale|budget|funding"
    "|cost|percent complete|complete|completion|narrative|next steps",
}
_NAMES: Final = frozenset({"name", "title", "description", "statement"})
"""What may follow the word for a tier: “Goal title”, “Task name”."""
_TIERS: Final = frozenset({*UPPER, *WORK, "kpi", "guardrail"})
_KNOWN: Final = {word: re.compile(form) for word, form in _WORDS.items()}
_WINDOWS: Final = (
    (Window.BEGINNING, re.compile(r"\b(?:boy|beginning of (?:the )?year|fall)\b", re.IGNORECASE)),
    (Window.MIDDLE, re.compile(r"\b(?:moy|mid-?\s?year|middle of (?:the )?year|winter)\b", re.IGNORECASE)),
    (Window.END, re.compile(r"\b(?:eoy|end of (?:the )?year)\b", re.IGNORECASE)),
)
_OTHER: Final = re.compile(r"[^a-z0-9% ]+")
_PARENTHESES: Final = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says: a word of the vocabulary ("" for none), a day (and how it was read), a part of the year."""

    word: str = ""
    on: date | None = None
    window: Window | None = None
    how: str = ""


@lru_cache(maxsize=4096)
def heading(text: str, calendar: Calendar) -> Heading:
    """What the heading of a column says."""
    days = [each for each in stretches(text, calendar) if not each.vague]
    window = next((window for window, form in _WINDOWS if form.search(text)), None)
    rest = text
    for each in reversed(days):
        rest = f"{rest[: each.start]} {rest[each.end :]}"
    word = next((found for each in (rest, _PARENTHESES.sub(" ", rest)) if (found := _word(each))), "")
    exact = days[0] if len(days) == 1 else None
    on = exact.edge(Edge.LAST) if exact else None
    if exact and exact.first != exact.last and window in (Window.BEGINNING, Window.MIDDLE):
        on = None
    return Heading(word, on, window, exact.how if exact and on else "")


def _word(text: str) -> str:
    """The word of the vocabulary that a text stands for; of several, such as “Strategies / Actions”, the first."""
    words = [_plain_word(part) for part in re.split(r"/| & | and | or ", text)]
    if len(words) > 1 and all(words):
        return "dates" if {*words} == {"start", "due"} else words[0]
    return _plain_word(text)


def _plain_word(text: str) -> str:
    plain = " ".join(_OTHER.sub(" ", text.lower().replace("#", " no ").replace("%", " percent ")).split())
    plain = re.sub(r"\b(?:s|the|of the|a|for|our)\b(?= |$)", " ", plain) if plain else plain
    plain = " ".join(plain.split())
    if not plain:
        return ""
    found = next((word for word, form in _KNOWN.items() if form.fullmatch(plain)), "")
    tier, _, kind = plain.rpartition(" ")
    return found or (_plain_word(tier) if kind in _NAMES and _plain_word(tier) in _TIERS else "")


def tier_of(text: str) -> Tier | None:
    """The tier that a word such as “Objective” or “Action step” stands for in a column of levels."""
    word = _word(text)
    if word in ("kpi", "guardrail"):
        return Tier(word)
    if word in UPPER:
        return Tier.OUTCOME if word in ("objective", "outcome") else Tier.GOAL
    if word in WORK:
        return Tier.ACTION if WORK.index(word) < WORK.index("action step") else Tier.PROJECT
    return None
