"""A draft under review as one self-contained page that says at its top, in its title and on paper that it is one."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment

from syncd.plan.linting.finding import Finding
from syncd.plan.linting.rules import BY_ID
from syncd.scorecard import review_told, words
from syncd.scorecard.review import Line, Review
from syncd.scorecard.templating import still_templates
from syncd.views.lint import message_of, tally


def render_review(held: Review) -> str:
    """The page; pure, complete without script. It stands alone: nothing links to it, and it links to nothing."""
    return _environment().get_template("review.html").render(held=held, goals=_by_goal(held))


def _by_goal(held: Review) -> dict[str, list[Line]]:
    """The lines of each goal: its own, and those below it."""
    found: dict[str, list[Line]] = {}
    here: list[Line] = []
    for line in held.lines:
        if not line.depth:
            here = found.setdefault(line.id, [])
        here.append(line)
    return found


def _fix(found: Finding) -> str:
    return found.fix or BY_ID[found.rule].fix


@cache
def _environment() -> Environment:
    return still_templates(
        "page.css",
        "review.css",
        day=words.day,
        tiers=review_told.TIERS,
        marked=review_told.MARKED,
        how_far=review_told.how_far,
        what_changes=review_told.what_changes,
        message=message_of,
        tally=lambda held: tally(held.linted),
        fix=_fix,
        names={rule.id: rule.name.replace("-", " ") for rule in BY_ID.values()},
    )
