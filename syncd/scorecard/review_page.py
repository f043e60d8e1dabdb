"""A draft under review as one self-contained page that says at its top, in its title and on paper that it is one."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from syncd.plan.linting.finding import Finding
from syncd.plan.linting.rules import BY_ID
from syncd.scorecard import review_told, words
from syncd.scorecard.review import Line, Review
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
def _style() -> str:
    folder = files("syncd.scorecard").joinpath("static")
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "review.css"))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("syncd.scorecard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    made.globals.update(
        style=Markup(_style()),  # noqa: S704 our own files
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
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
    return made
