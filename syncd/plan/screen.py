"""The screen over texts (rule PL20): finds what may name a student or a small group, before it leaves. Pure.

It goes by the form of words, so it can be wrong either way: what it finds is kept back until a person has looked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from syncd.plan.model import Audience, Item, Kpi, Plan, Work

RULE: Final = "PL20"
_BELOW: Final = ("outcomes", "kpis", "guardrails", "actions", "projects")
_Any = TypeVar("_Any", bound=Item)

_NAME: Final = r"[A-ZÀ-Þ][a-zß-ÿ]+(?:['’-][A-ZÀ-Þ]?[a-zß-ÿ]+)?"
_SURNAME: Final = rf"(?:{_NAME}|[A-Z]\.)"
_OF_SCHOOLS: Final = frozenset(
    (  # noqa: SIM905  a page of quotes is no easier to read
        "a academy action after algebra all american and annual art arts at board budget building campus career "
        "center central charter children city civics class classroom college common community core council county "
        "course cultural data day department development district during early east education elementary english "
        "equity every families family for future goal grade grades graduate grants great health high history home "
        "hope in independence indigenous intermediate international jefferson junior k kindergarten language leaders "
        "learners learning lincoln literacy madison magnet math mathematics middle minds monroe montessori morning "
        "music national new north office on online our park parent parents phase plan pre preschool primary prep "
        "professional program project public pupil reading ready roosevelt school schools science secondary section "
        "senior service services social south spanish special staff star state stem strategic student students study "
        "success summer support systems teacher teachers team teams the their tier title to training transition "
        "tutoring unified unit virtual washington week west with work writing year youth"
    ).split()
)
"""Words that stand with a capital in titles and are no names of people."""
_MANY: Final = (
    r"students?|pupils?|children|child|learners?|girls?|boys?|kids?|freshm[ae]n|sophomores?|juniors?|seniors?|graders?"
)
_KINDS: Final = (
    "homeless|foster|migrant|immigrant|newcomer|refugee|undocumented|english|ell?s?|ml?ls?|multilingual|black|white|"
    "asian|hispanic|latino|latina|latinx|native|american|indian|african|pacific|special|education|gifted|pregnant|"
    "suspended|expelled|retained|failing|autistic|deaf|blind|disabled|male|female|transgender|trans|gay|muslim|jewish|"
    "low-income|poor|new|older|younger|high-needs?"
)
_WORDS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+|(?<!\S)\S+@\S+")
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]++@\w[\w-]*+\.\w")
MAIL: Final = "an e-mail address"
_BIRTH: Final = re.compile(
    r"\b(?:d\.?o\.?b\b\.?|date of birth|birth ?date|born(?: on)?)\W{0,3}[^.\n]{0,15}\d", re.IGNORECASE
)
_CASE: Final = re.compile(
    r"\b(?i:ieps?|504(?: plans?)?|bips?|fbas?|behaviou?r plans?|(?:special education )?evaluations?|discipline|"
    rf"suspensions?|expulsions?|referrals?|hearings?)\s+(?i:for|of)\s+(?P<one>{_NAME})"
)
_GRADE: Final = r"(?i:grade\s*(?:\d{1,2}|k)\b|(?:\d{1,2}(?:st|nd|rd|th))[ -]grade)"
_NAMED: Final = (
    re.compile(rf"\b(?P<one>{_NAME})\s+(?P<two>{_SURNAME})\s*(?:,|\(|,?\s+in)\s*{_GRADE}"),
    re.compile(rf"{_GRADE}r?s?[,:]?\s+(?P<one>{_NAME})\s+(?P<two>{_SURNAME})(?!\w)"),
    re.compile(
        r"\b(?:student|pupil|parents? of|mother of|father of|guardian of|family of)"
        rf"\s+(?P<one>{_NAME})\s+(?P<two>{_SURNAME})"
    ),
)
_NUMBER: Final = re.compile(
    r"\b(?:(?i:student|pupil|state|local|lunch|ssid|sis)\s*(?i:id|no\.?|number|#)?\s*[:#]?\s*\d{4,}|\d{3}-\d{2}-\d{4})\b"
    r"|(?<![\w$€£.,/-])\d{7,10}(?![\w.,/%-]*\d)"
)
_FEW: Final = re.compile(
    rf"\b(?P<many>\d{{1,3}}|{'|'.join(_WORDS)})\s+(?:(?:{_KINDS})\s+){{0,3}}(?:{_MANY})\b"
    r"(?!\s*(?:per|/|to (?:each|one|every)|for each|for every|apiece|at a time|a |an ))",
    re.IGNORECASE,
)
_SIZE: Final = re.compile(r"\bn\s*=\s*(?P<many>\d{1,3})\b", re.IGNORECASE)
_NO_COUNT: Final = re.compile(
    r"(?:\b(?:grades?|tiers?|levels?|phases?|cohorts?|steps?|top|in|of|least|most|to|than|per|every|each|year|years|room|"
    r"title|class|k|and|or|by|through|under|over|every|up|stage|strand|priority|goal|group)\s*|[–—/-])$",
    re.IGNORECASE,
)
_OF: Final = re.compile(r"^\s*(?:out\s+)?of\b", re.IGNORECASE)
"""Before a count a unit has it, "of 4 students": no such one as the "9 of 10 students" of other texts."""
_NEAR: Final = 40
"""How far before a number a word may stand that makes it none of students."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text of an item that may name a student or a small group: which text, and what in it looks like that.

    The words themselves are not repeated: what is found is told in logs and notices too.
    """

    item: str
    text: str
    hint: str

    @property
    def message(self) -> str:
        """What was found, in a sentence."""
        if self.hint == MAIL:
            return f"its {self.text} holds {MAIL}, and everybody would read it"
        return f"its {self.text} may name a student or a small group ({self.hint})"


def hints(text: str, minimum_group: int) -> Iterator[str]:
    """What in a text looks like something about single students, in words."""
    text = _ADDRESS.sub(" ", text)
    if _NUMBER.search(text):
        yield "a number like a student's"
    if _BIRTH.search(text):
        yield "a date of birth"
    if any(_is_name(found["one"]) for found in _CASE.finditer(text)):
        yield "a case about somebody by name"
    if any(_is_name(found["one"], found["two"]) for each in _NAMED for found in each.finditer(text)):
        yield "a name with a grade"
    if any(_is_few(found, minimum_group) for found in _FEW.finditer(text)) or any(
        0 < int(found["many"]) < minimum_group for found in _SIZE.finditer(text)
    ):
        yield f"a group of fewer than {minimum_group}"


def has_mail(text: str) -> bool:
    """Whether a text holds an e-mail address."""
    return _MAIL.search(text) is not None


def screened(plan: Plan) -> dict[str, Found]:
    """By item, the first of its own texts that may name a student or a small group; by its id, of the plan itself.

    In what the public would read of it, an e-mail address names somebody as well.
    """
    found: dict[str, Found] = {}
    for item, name, text, read in _all_texts(plan):
        hint = ", ".join(hints(text, plan.minimum_group)) or (MAIL if read and has_mail(text) else "") if text else ""
        if hint:
            found.setdefault(item, Found(item, name, hint))
    return found


def without_texts(plan: Plan, items: Mapping[str, object]) -> Plan:
    """The plan with these items' own texts (or its own) left out, so that none of them is borrowed for others."""

    def cleared(item: Item) -> dict[str, str]:
        if item.id not in items:
            return {}
        texts = {"title": f"{plan.items[item.id].tier.value.capitalize()} {item.id}", "notes": ""}
        return texts | ({"why": ""} if isinstance(item, Kpi) else {})

    if not items:
        return plan
    rebuilt = _rebuilt(plan, cleared)
    return rebuilt.model_copy(update={"title": plan.id, "organization": ""}) if plan.id in items else rebuilt


def unpublished(plan: Plan, items: Mapping[str, object]) -> Plan:
    """The plan with these items internal; what is below them stays what it is. With the plan itself, all of it is."""
    everything = plan.id in items

    def audience(item: Item) -> dict[str, Audience]:
        own = plan.items[item.id].audience
        return {"audience": Audience.INTERNAL if everything or item.id in items else own}

    return _rebuilt(plan, audience) if items else plan


def _all_texts(plan: Plan) -> Iterator[tuple[str, str, str, bool]]:
    """Every text with the id of what it belongs to, how it is called, and whether it is for everybody to read."""
    public = {name for name, placed in plan.items.items() if placed.audience is Audience.PUBLIC}
    own = [("title", plan.title), ("organization", plan.organization)]
    own += [("title of an office", title) for title in plan.offices.values()]
    yield from ((plan.id, name, text, bool(public)) for name, text in own)
    for placed in plan.items.values():
        for name, text in _texts(placed.item):
            yield placed.item.id, name, text, placed.item.id in public and name != "notes"


def _texts(item: Item) -> Iterator[tuple[str, str]]:
    yield "title", item.title
    yield "notes", item.notes
    if isinstance(item, Kpi):
        yield from (("why", item.why), ("method", item.method), ("source", item.source))
        yield "unit", _OF.sub("", item.unit)
        yield from (("name of a school or group", name) for name in {each.where: None for each in item.readings})
    if isinstance(item, Kpi | Work) and item.override is not None:
        yield "override's note", item.override.note


def _is_name(*words: str | None) -> bool:
    return all(word is not None and word.casefold().rstrip(".") not in _OF_SCHOOLS for word in words)


def _is_few(found: re.Match[str], minimum: int) -> bool:
    said = found["many"].casefold()
    many = _WORDS[said] if said in _WORDS else int(said)
    return 0 < many < minimum and not _NO_COUNT.search(found.string, max(0, found.start() - _NEAR), found.start())


def _rebuilt(plan: Plan, change: Callable[[Item], Mapping[str, object]]) -> Plan:
    """The plan with what `change` says of each item."""

    def again(item: _Any) -> _Any:
        below = {name: tuple(map(again, getattr(item, name))) for name in _BELOW if getattr(item, name, ())}
        new = {**below, **change(item)}
        return item.model_copy(update=new) if new else item

    return plan.model_copy(update={"goals": tuple(map(again, plan.goals))})
