"""What all pages are made with: the templates, our own style, and the policy that allows nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@cache
def static(name: str) -> str:
    """The text of one of our own files beside the templates."""
    return files("syncd.scorecard").joinpath("static", name).read_text(encoding="utf-8")


def by_hash(text: str) -> str:
    """The source in a Content-Security-Policy that allows this text alone."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def templates(**named: object) -> Environment:
    """The templates with what they call by name; a name that they lack is an error, and text is never markup."""
    made = Environment(
        loader=PackageLoader("syncd.scorecard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(named)
    return made


def still_templates(*styles: str, **named: object) -> Environment:
    """The same for pages that stand alone: no script, no form, nothing but the styles of these files."""
    style = "\n".join(map(static, styles))
    policy = f"default-src 'none'; style-src {by_hash(style)}; base-uri 'none'; form-action 'none'"
    return templates(style=Markup(style), policy=policy, **named)  # noqa: S704 our own files
