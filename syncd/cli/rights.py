"""The part of `syncd check --online` that says what an account may do in its tool, and whether that is too much."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from connectors.contract import Connector
from connectors.errors import Refused, ToolError, Transient
from connectors.reach import Reach, Standing
from connectors.vocabulary import Budget
from syncd.cli.codes import Code
from syncd.cli.findings import Finding, Fine, of_failure
from syncd.scorecard.words import count

_NARROWER: Final = (
    "Use the token of an account that is there for syncd alone: an ordinary member, invited to the mapped containers "
    "and to nothing else."
)
_WORDS: Final = {
    Standing.MEMBER: "the account is a member: it may read and write, and make fields and containers",
    Standing.GUEST: "the account is a guest: it may read and write where it is invited, and perhaps make no fields",
    None: "the tool does not tell what the account may do",
}


def rights(connector: Connector, where: str) -> Iterator[Finding | Fine]:
    """What the account may do, and how its day stands."""
    try:
        reach = connector.reach()
    except (Refused, Transient) as error:
        yield of_failure(where, error)
        return
    except ToolError:  # the account may not even ask
        reach = Reach(None)
    yield from said(reach, connector.budget(), where)


def said(reach: Reach, budget: Budget | None, where: str) -> Iterator[Finding | Fine]:
    """The same in words."""
    if reach.standing is Standing.ADMIN:
        words = "the account is an administrator: its token may do far more than syncd needs"
        yield Finding(where, words, _NARROWER, Code.DONE)
    elif reach.standing is Standing.VIEW_ONLY:
        words = "the account may look and change nothing (view-only)"
        yield Finding(where, words, "Give it a seat that may edit, or use the token of another account.")
    else:
        yield Fine(f"{where}: {_WORDS[reach.standing]}")
    if reach.workspaces and reach.workspaces > 1:
        words = f"the account is in {reach.workspaces} workspaces: its token reaches all of them"
        yield Finding(where, words, _NARROWER, Code.DONE)
    tier = f"the district's plan is “{reach.tier}”" if reach.tier else ""
    day = f"{budget.left:,} of {budget.limit:,} requests a day are left for syncd today" if budget else ""
    if tier or day:
        yield Fine(f"{where}: {'; '.join(filter(None, (tier, day)))}")


def beyond(connector: Connector, where: str, used: Collection[str]) -> Iterator[Finding | Fine]:
    """How many containers the account sees, and how many of them (by id) the mappings need."""
    try:
        seen = {choice.id for choice in connector.discover()}
    except (Refused, Transient) as error:
        yield of_failure(where, error)
        return
    except ToolError:  # what hinders a mapping is told with the mapping
        return
    words = f"{where}: the account sees {count(len(seen), 'container')}, {len(seen & set(used))} of which mappings need"
    yield Fine(words, _NARROWER if seen - set(used) else "")
