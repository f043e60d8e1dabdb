"""The words in which a link keeps what plan and tool last agreed on, field by field, and what is on its way. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from connectors.vocabulary import FieldValue
from mappings.fields import same

ANSWER: Final = "answer:"
"""Prefix: the form in which the tool keeps a value that it did not take as it was sent."""
TAKING: Final = "taking:"
"""Prefix: a team's value that is on its way into the plan, from before it is written there."""
OVER: Final = "over:"
"""Prefix: the plan's value whose place that takes."""
SENDING: Final = "sending:"
"""Prefix: the plan's value that is on its way to the task, from before it is sent there."""
RETURNING: Final = "returning:"
"""Prefix: a value that an undo puts back into the task, from before it is sent there."""
REPLACED: Final = "replaced:"
"""Prefix: the task's value whose place either takes."""
GONE: Final = "gone"
"""Key: the fate of a task that is known to be gone, so that its loss is new only once."""
ANEW: Final = "anew"
"""Key: somebody decided that the deleted task is made anew; until a pass has looked whether it still is deleted."""
BEHIND: Final = "behind"
"""Key: the item behind which the plan put the task that it moved, "" for the first place; until all are in order."""
TO_PLAN: Final = (TAKING, OVER)
"""What is kept of a value on its way into the plan."""
TO_TASK: Final = (SENDING, RETURNING, REPLACED)
"""What is kept of a value on its way to the task."""

Terms = Mapping[str, FieldValue]
"""What a link has `agreed`: by field key the value, and under a prefix before the key what else is known of it."""


def last_held(agreed: Terms, key: str) -> FieldValue:
    """What the task held in a field when both last agreed. Raises KeyError where they never did."""
    return agreed[ANSWER + key] if ANSWER + key in agreed else agreed[key]


def without(agreed: Terms, key: str, ways: Iterable[str]) -> dict[str, FieldValue]:
    """The terms without what is kept of a field under these prefixes."""
    gone = {way + key for way in ways}
    return {name: value for name, value in agreed.items() if name not in gone}


def agree(
    agreed: Terms, key: str, value: FieldValue, held: FieldValue, over: Iterable[str] = TO_TASK
) -> dict[str, FieldValue]:
    """The terms once a value is agreed on, which the task holds in this form; what was on its way there is `over`."""
    answer = {} if same(value, held) else {ANSWER + key: held}
    return {**without(agreed, key, (ANSWER, *over)), key: value, **answer}
