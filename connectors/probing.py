"""What no document settles and each account is asked: questions, their answers, and the container to ask them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.vocabulary import Container, News


@dataclass(frozen=True, slots=True)
class Answer:
    """What the tool did, in words, and whether that is what syncd takes for granted.

    `fact` is what later passes go by; None where none has to, because each looks at what comes back anyway.
    """

    holds: bool
    found: str
    fact: bool | float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that syncd takes for granted, in `words`, and what it does `instead` where it does not hold.

    `ask` finds out in a scratch container. Raises ToolError where the tool lets it find out nothing.
    """

    key: str
    words: str
    instead: str
    ask: Callable[[Container], Answer]


@dataclass(frozen=True, slots=True)
class Probe:
    """All that is asked of one account, and how to come by a scratch container and get rid of it.

    `make` makes an empty one of a name and gives its id, and makes nothing else; `furnish` gives it what tasks need.
    `remove` is for what `make` made, and for nothing else; it is content where that is gone already.
    """

    make: Callable[[str], str]
    furnish: Callable[[str], Container]
    remove: Callable[[str], None]
    questions: Sequence[Question]


def unheard(news: Mapping[str, News]) -> Mapping[str, News]:
    """News of a feed that tells nothing: anything may have happened."""
    return {container: replace(one, lost=True) for container, one in news.items()}
