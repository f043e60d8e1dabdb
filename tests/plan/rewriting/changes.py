"""What an edit makes of a plan's text."""

from __future__ import annotations

from connectors.vocabulary import FieldValue
from syncd.plan.edits import NewItem, PlanChange, PlanEdit
from syncd.plan.rewriting import Rewritten, rewrite
from tests.plan.rewriting.plans import meant


def tried(text: str, ending: str, *asked: PlanChange) -> Rewritten:
    """The text with all that can be written of it."""
    edits = [each for each in asked if isinstance(each, PlanEdit)]
    return rewrite(text, ending, edits, [each for each in asked if isinstance(each, NewItem)])


def done(text: str, ending: str, *asked: PlanChange) -> str:
    """The text with all of it written."""
    found = tried(text, ending, *asked)
    assert [(each.what, each.reason) for each in found.unwritten] == []
    assert found.done == asked
    meant(found.text, ending)
    return found.text


def edited(text: str, ending: str, item: str, **values: FieldValue) -> str:
    """The text with other values of one item, whatever they were."""
    held = meant(text, ending).items[item].item
    return done(text, ending, *(PlanEdit(item, key, getattr(held, key), after) for key, after in values.items()))


def reasons(text: str, ending: str, *asked: PlanChange) -> list[str]:
    """Why nothing of it is written; the text stays as it is."""
    found = tried(text, ending, *asked)
    assert (found.text, found.done) == (text, ())
    assert {id(each.what) for each in found.unwritten} == {id(each) for each in asked}
    return [each.reason for each in found.unwritten]
