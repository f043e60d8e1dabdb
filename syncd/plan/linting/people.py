"""Rules about who is responsible: somebody, and one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from syncd.plan.linting.finding import Remark, Severity
from syncd.plan.linting.subject import Subject
from syncd.plan.model import Tier

_ROLE: Final = (
    "chief|director|principal|superintendent|deputy|assistant|asst|associate|coordinator|manager|officer|supervisor|"
    "head|dean|coach|lead|specialist|executive|president|secretary"
)
_SEVERAL: Final = re.compile(
    rf"\s*;\s*|\s+/\s+|\s*(?:,|/|&|\band\b)\s*(?=(?:the\s+)?(?:{_ROLE})\b|\S+@\S)|(?<=\w)\s*[,/]\s*(?=\S+@\S)",
    re.IGNORECASE,
)
_GROUP: Final = re.compile(
    r"^(?:all|various|every|everyone|multiple|several|tbd|tba|tbc)\b"
    r"|\b(?:teams?|committee|department|staff|teachers|principals|directors|cabinet|council|board|schools|leads|leaders"
    r"|task ?force|working group|everyone|coaches|counselors|administrators)$",
    re.IGNORECASE,
)


def no_owner(subject: Subject) -> Iterator[Remark]:
    """Goals, KPIs, actions and projects for which nobody stands up; a project that becomes a task needs somebody."""
    items = (*subject.goals(), *subject.kpis(), *subject.works())
    for placed, _ in items:
        if not placed.item.owner:
            task = placed.tier is Tier.PROJECT and placed.item.id in subject.pushed
            words = f"Nobody is responsible for {subject.name(placed.item)}."
            yield Remark(placed.item.id, words, "owner", Severity.ERROR if task else None)


def not_one_owner(subject: Subject) -> Iterator[Remark]:
    """Owners that are several, a group, or a number."""
    for placed in subject.placed:
        owner = (placed.item.owner or "").strip()
        many = len([part for part in _SEVERAL.split(owner) if part])
        what = f"{many} owners" if many > 1 else "a group" if _GROUP.search(owner) else ""
        what = what or ("a number, and nobody's name" if owner.isdigit() else "")
        if what:
            words = f"“{owner}”, who is to be responsible for {subject.name(placed.item)}, is {what}."
            yield Remark(placed.item.id, words, "owner")
