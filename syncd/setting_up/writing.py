"""Writes the configuration that comes of the answers: with comments, for people who go on from there. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from connectors.guide import Guide
from syncd.overlay import PREFIX, variable
from syncd.plan.model import Plan
from syncd.setting_up.answers import Answers, Keep
from syncd.setting_up.proposing import Fields

SECRETS: Final = "secrets"
"""The folder for the token."""
_COLUMN: Final = 44
_CANCELLED: Final = re.compile(r"cancel|won.t|dropped|abandon", re.IGNORECASE)
_DEFERRED: Final = re.compile(r"defer|postpone|later|next year", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a configuration is written from. `named` is what the chosen container and workspace are called, by id.

    `token` stands in the text only where `answers.keep` says so.
    """

    answers: Answers
    guide: Guide
    plan: Plan
    day: date
    store: str = "syncd.db"
    secrets: str = SECRETS
    fields: Fields = field(default_factory=Fields)
    named: dict[str, str] = field(default_factory=dict)
    token: str = field(default="", repr=False)

    @property
    def connection(self) -> str:
        """The name of the connection: the tool's."""
        return self.answers.tool or ""

    @property
    def name(self) -> str:
        """The name of plan and mapping: the plan's id, as far as a name may hold it."""
        return re.sub(r"[^A-Za-z0-9_-]+", "-", self.plan.id).strip("-") or "district"


def written(draft: Draft) -> str:
    """The text of the configuration."""
    return "\n".join((*_head(draft), *_connection(draft), *_mapping(draft))) + "\n"


def _head(draft: Draft) -> Iterator[str]:
    answers, place = draft.answers, variable(("connections", draft.connection, "token"))
    yield f"# The settings of syncd, written by `syncd init` on {draft.day.isoformat()}. A line with # is a comment."
    yield "# Everything that may stand here: docs/configuration.md. Paths are relative to this file."
    yield ""
    yield _line("timezone", answers.timezone, "decides which day it is")
    if answers.keep is Keep.SECRETS:
        yield _line("secrets_dir", draft.secrets, f"the token is in the file {place.removeprefix(PREFIX)} there")
    yield from ("", "[store]")
    yield _line("url", f"sqlite:///{draft.store}", "what syncd knows; copies of it go to the folder “backups”")
    yield from ("", "[server]")
    yield _line("listen", "127.0.0.1:8080", "the scorecard, while `syncd run` is running")
    yield "# admin_token: a word that you make up, in SYNCD_SERVER__ADMIN_TOKEN; with it, /internal shows everything"


def _connection(draft: Draft) -> Iterator[str]:
    answers, place = draft.answers, variable(("connections", draft.connection, "token"))
    yield from ("", f"[connections.{draft.connection}]")
    yield _line("kind", answers.tool, draft.guide.title)
    if answers.base_url:
        yield _line("base_url", answers.base_url, "left out: the tool itself")
    if answers.workspace:
        yield _line("workspace", answers.workspace, draft.named.get(answers.workspace, ""))
    if answers.keep is Keep.CONFIG:
        yield _line("token", draft.token, "a secret: nobody else may read this file")
    elif answers.keep is Keep.ENVIRONMENT:
        yield f"# the token is in the environment variable {place}"
    yield "share_left = 0.2".ljust(_COLUMN) + "  # a fifth of what the tool allows is left for other scripts"


def _mapping(draft: Draft) -> Iterator[str]:
    answers, name = draft.answers, draft.name
    yield from ("", f"[plans.{name}]")
    yield _line("source", answers.plan, draft.plan.title)
    yield from ("", f"[mappings.{name}]", _line("plan", name), _line("connection", draft.connection))
    if answers.container:
        yield _line("container", answers.container, draft.named.get(answers.container, ""))
    else:
        made = f"container = {{ name = {_quoted(answers.new_container)} }}"
        yield made.ljust(_COLUMN) + f"  # a {draft.guide.container} of this name is made by the first sync"
    select = ", ".join(map(_quoted, answers.select or ()))
    branches = f"select = [{select}]" if select else '# select = ["G1"]'
    yield branches.ljust(_COLUMN) + "  # only these branches of the plan; left out: all of it"
    yield _line("group_by", answers.group_by, "which tier becomes groups: goal, outcome, action or none")
    yield _line("action", answers.action, "task or none")
    yield _line("project", answers.project, "subtask, task or none")
    yield from ("", f"[mappings.{name}.fields]")
    yield _line("title", "plan", "the plan has the last word")
    yield _line("notes", "plan", "only syncd's own block inside the notes")
    yield _line("start", "shared", "what teams change goes into the plan")
    yield _line("due", "shared")
    yield _line("assignee", "tool", "filled in once; then it is the team's")
    for key, title in draft.fields.own:
        yield f'{key} = {{ owner = "plan", to = {_quoted(title)} }}'
    yield from ("", f"[mappings.{name}.progress]")
    yield _line("project", "completed", "done or not; or subtasks, status, field:% complete")
    yield from _labels(draft)
    yield from (
        "",
        f"[mappings.{name}.limits]".ljust(_COLUMN) + "  # a pass that would change more stops and asks first",
    )
    yield from ("max_changes = 10", "max_share = 0.2")


def _labels(draft: Draft) -> Iterator[str]:
    """What the tool's labels are worth: those that say that work was called off; the others for people to fill in."""
    if not draft.fields.labels:
        return
    yield from ("", f"[mappings.{draft.name}.status]".ljust(_COLUMN) + "  # what a status says beside done or not")
    for label in draft.fields.labels:
        worth = "cancelled" if _CANCELLED.search(label) else "deferred" if _DEFERRED.search(label) else ""
        yield _line(_quoted(label), worth) if worth else f"# {_quoted(label)} = 0.5"


def _line(key: str, value: str | None, comment: str = "") -> str:
    """One key, with its comment in a column of their own."""
    set_to = f"{key} = {_quoted(value or '')}"
    told = "".join(each if each.isprintable() else " " for each in comment)
    return f"{set_to.ljust(_COLUMN)}  # {told}" if told else set_to


def _quoted(text: str | None) -> str:
    """Text as TOML has it."""
    return json.dumps(text or "", ensure_ascii=False)
