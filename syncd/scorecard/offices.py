"""Who is responsible, by title: what of an owner may be told to everybody. Pure; whatever might be a person is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_ROLE_WORDS: Final = """
administrator board cabinet chair chief commission committee coordinator council counsel counselor department deputy
director division executive head lead librarian manager nurse office officer ombudsman president principal provost
registrar secretary specialist superintendent supervisor team treasurer trustees
"""
_ROLES: Final = frozenset(_ROLE_WORDS.split())
_FIELD_WORDS: Final = """
academic academics accountability achievement activities administration adult advancement affairs analytics and area
arts assessment assistant associate athletics attendance bilingual budget building buildings business campus career
careers central child climate college communication communications community compliance construction counseling
culture curriculum data design development digital district early education educational elementary engagement
english enrollment equity evaluation facilities family families federal finance financial food for general grade
grades guidance health high human improvement inclusion information infrastructure innovation instruction
instructional interim intervention kindergarten language languages leadership learners learning legal libraries
library literacy logistics maintenance math mathematics media middle multilingual music nutrition of operating
operations outreach parent partnerships payroll people performance personnel physical planning policy preschool
primary procurement professional program programs project pupil purchasing quality reading records recruitment
relations research resources risk safety school schools science secondary security senior service services special
staff state strategic strategy student students studies success support systems talent teacher teaching technical
technology testing the title training transformation transportation vice vocational wellbeing wellness workforce
youth
"""
_FIELDS: Final = frozenset(_FIELD_WORDS.split())


def title_of(owner: str | None, titles: Mapping[str, str]) -> str:
    """The title under which an owner may stand on a public page; "" where it is not sure to be no person.

    It is the one that `titles` has for it; else the owner itself, if made of nothing but words that name offices, and
    one of them a role: "Chief Academic Officer", "Office of Early Literacy". An address is no title.
    """
    return (titles.get(owner) or _as_title(owner)) if owner else ""


@lru_cache(maxsize=1024)
def _as_title(owner: str) -> str:
    words = re.findall(r"[^\s,/&–-]+", owner.lower())
    plain = all(word in _ROLES or word in _FIELDS for word in words)
    return owner.strip() if plain and any(word in _ROLES for word in words) else ""
