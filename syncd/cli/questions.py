"""The questions of `syncd init`, in their order: each is asked only where its answer is not known yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from connectors.errors import Invalid, Refused
from connectors.guide import Guide
from connectors.registry import guide, kinds
from connectors.vocabulary import Choice
from syncd.cli.asking import Asker
from syncd.cli.check import plan_words
from syncd.cli.codes import Code
from syncd.cli.confirming import agreed, brought, told
from syncd.cli.diff import lines, unknown
from syncd.cli.options import command_line
from syncd.cli.output import show, tell
from syncd.cli.rights import said
from syncd.errors import FileError
from syncd.overlay import variable
from syncd.plan.model import Plan
from syncd.scorecard.words import count
from syncd.setting_up.answers import Keep
from syncd.setting_up.proposing import shape, suggestions
from syncd.setting_up.setup import PLANS, Looked, Setup, Written
from syncd.setting_up.zones import here

_TRIES: Final = 3
_LISTED: Final = 30
"""So many containers are listed; others are found by their id."""
_SHOWN: Final = 30
"""So many lines of what the first pass would do."""
_NEW: Final = "new"
_EXAMPLE: Final = "example"


class Questions:
    """Asks what the set-up does not know yet; after each answer it can be stopped."""

    def __init__(self, setup: Setup, asker: Asker) -> None:
        self._setup = setup
        self._asker = asker
        self._code = Code.DONE

    def overwrite(self, *, replace: bool) -> None:
        """Make sure that a configuration that is there may be written over. Raises UsageError, Abort."""
        config = self._setup.config
        if not config.exists() or replace:
            return
        if not self._asker.by_hand:
            words = f"{config} is there already. With --replace it is written anew, and a copy of it is kept."
            raise click.UsageError(words)
        if not self._asker.yes(f"{config} is there already. Write it anew, and keep a copy of it?", default=False):
            raise click.Abort

    def ask(self, token: str) -> int:
        """All of it, up to the written configuration; the exit code. Raises ToolError, FileError, UsageError, Abort."""
        self._tool()
        token, looked = self._token(token)
        looked = self._workspace(token, looked)
        plan = self._plan()
        self._container(plan, looked)
        self._shape(plan)
        lacking = self._fields(token)
        self._rest()
        code = max(self._code, self._preview(plan, token), Code.FINDINGS if lacking else Code.DONE)
        if not self._asker.yes(f"Write {self._setup.config}?", default=True):
            raise click.Abort
        self._done(self._setup.write(plan, token), create=bool(lacking))
        return code

    def _tool(self) -> None:
        if self._setup.answers.tool is None:
            choices = [(kind, guide(kind).title) for kind in kinds()]
            self._setup.answer(tool=self._asker.choose("Where do the teams work", "--tool", choices))

    def _token(self, token: str) -> tuple[str, Looked]:
        """A token that holds, and what there is through it. Raises Refused when several do not hold."""
        about, asker = self._setup.guide, self._asker
        token = token or self._setup.known_token()
        if not token and asker.by_hand:
            tell("\n".join(_to_a_token(about, self._setup.answers.base_url)))
        for left in range(_TRIES - 1, -1, -1):
            token = token or asker.secret("The token (it is not shown)", "--token-file")
            try:
                looked = self._setup.look(token)
            except Refused as error:
                if not left or not asker.by_hand:
                    raise
                tell(f"{error}. Copy the token once more, as a whole.")
                token = ""
            else:
                self._welcome(looked)
                return token, looked
        raise AssertionError

    def _welcome(self, looked: Looked) -> None:
        me = looked.found.me
        show(f"Signed in to {self._setup.guide.title} as {me.name or me.id}{f' ({me.address})' if me.address else ''}.")
        if looked.reach is not None:
            for one in said(looked.reach, None, self._setup.guide.title):
                tell(f"{one}{f'{chr(10)}    → {one.fix}' if one.fix else ''}")

    def _workspace(self, token: str, looked: Looked) -> Looked:
        """What there is in the workspace that was chosen, where one must be. Raises ToolError."""
        if looked.found.trouble is None:
            return looked
        spaces = looked.found.workspaces
        if len(spaces) < 2 or not isinstance(looked.found.trouble, Invalid):
            raise looked.found.trouble
        choices = [(one.id, f"{one.name} ({one.id})") for one in spaces]
        self._setup.answer(workspace=self._asker.choose("Which workspace", "--workspace", choices))
        again = self._setup.look(token)
        if again.found.trouble:
            raise again.found.trouble
        return again

    def _plan(self) -> Plan:
        """The plan, once there is one that can be read. Raises FileError where nobody can be asked."""
        while True:
            if self._setup.answers.plan is None:
                there = self._setup.plans()
                hint = (
                    "The plan: a file (.toml, .yaml, .json), a spreadsheet to make it of (.xlsx, .csv), an address, "
                    f"or “{_EXAMPLE}” for one to begin with"
                )
                usual = there[0] if there else _EXAMPLE if self._asker.by_hand else None
                self._setup.answer(plan=self._asker.text(hint, "--plan", usual))
            if self._setup.answers.plan == _EXAMPLE:
                self._setup.answer(plan=self._setup.write_example().name)
            try:
                if self._setup.from_sheet:
                    self._import()
                plan = self._setup.plan()
            except FileError as error:
                if not self._asker.by_hand:
                    raise
                tell("\n".join(map(str, error.problems)))
                self._setup.answer(plan=None)
            else:
                show(f"The plan: “{plan.title}”, {plan_words(plan)}.")
                return plan

    def _import(self) -> None:
        """Make the plan of a spreadsheet, as a person wants it. Raises FileError, Abort."""
        proposal, known = self._setup.sheet()
        proposal = agreed(proposal, known, self._asker, self._setup.columns)
        if new := self._setup.keep_columns(proposal, known):
            tell(f"Put into {self._setup.answers.columns}, for the next time: {'; '.join(new)}")
        done = brought(proposal, known, None, self._asker, Path(PLANS[0]))
        told(done)
        if not self._asker.yes(f"Write {PLANS[0]}?", default=True):
            raise click.Abort
        self._code = Code.FINDINGS if done.imported.found.problems else Code.DONE
        show(f"Written: {self._setup.write_imported(done)}. What the columns mean is in {self._setup.answers.columns}.")

    def _container(self, plan: Plan, looked: Looked) -> None:
        """Which container; one that is like a goal proposes that branch alone."""
        answers, about = self._setup.answers, self._setup.guide
        if answers.container or answers.new_container:
            return
        found = suggestions(plan, [place.choice for place in looked.found.places])
        if not found:
            tell(f"This account sees no {about.container} yet; the first sync makes one.")
        choices = [(one.choice.id, _named(one.choice, one.select)) for one in found[:_LISTED]]
        choices.append((_NEW, f"a new {about.container}, which the first sync makes"))
        usual = found[0].choice.id if found and found[0].score else _NEW if not found or self._asker.by_hand else None
        option = "--container or --new-container"
        chosen = self._asker.choose(f"Which {about.container} is to hold the tasks", option, choices, usual)
        if chosen == _NEW:
            self._setup.answer(new_container=self._asker.text("Its name", "--new-container", plan.title))
            return
        select = next(one.select for one in found if one.choice.id == chosen)
        self._setup.answer(container=chosen, **({"select": select} if select and answers.select is None else {}))

    def _shape(self, plan: Plan) -> None:
        answers = self._setup.answers
        if unknown_ids := [each for each in answers.select or () if each not in plan.items]:
            raise click.UsageError(
                f"The plan has no {', '.join(unknown_ids)}; --select takes the ids that stand in it."
            )
        proposed = shape(plan, answers.select or (), self._setup.guide)
        given = (answers.group_by, answers.action, answers.project)
        usual = (proposed.group_by, proposed.action, proposed.project)
        group_by, action, project = (mine or theirs for mine, theirs in zip(given, usual, strict=True))
        words = f'group_by = "{group_by}", action = "{action}", project = "{project}"'
        show(f"The shape: {words}{f' ({proposed.why})' if not any(given) else ''}.")
        if not any(given) and not self._asker.yes("Is that right?", default=True):
            tiers = [(tier, tier) for tier in ("goal", "outcome", "action", "none")]
            group_by = self._asker.choose("What becomes groups", "--group-by", tiers, group_by)
            action = self._asker.choose("Actions become", "--action", [("task", "tasks"), ("none", "nothing")], action)
            kinds_ = [("subtask", "subtasks of their action"), ("task", "tasks of their own"), ("none", "nothing")]
            project = self._asker.choose("Projects become", "--project", kinds_, project)
        self._setup.answer(group_by=group_by, action=action, project=project)

    def _fields(self, token: str) -> tuple[str, ...]:
        """Say what the container lacks; what a mapping cannot do without comes back."""
        offers = self._setup.offers(token)
        create = command_line("sync --create-columns")
        for each in (*offers.stops, *offers.lacks):
            tell(f"! The {self._setup.guide.container} has {each}." if each.startswith("no ") else f"! {each}.")
        if offers.stops or offers.lacks:
            tell(f"    → `{create}` makes what is missing.")
        for key, title in offers.own:
            show(f"The field “{title}” gets the plan's {key}.")
        return offers.stops

    def _rest(self) -> None:
        """Time zone, and where the token is kept."""
        answers = self._setup.answers
        if answers.timezone is None:
            self._setup.answer(timezone=self._asker.text("The time zone of the district", "--timezone", here()))
        if answers.keep is None:
            name = variable(self._setup.place)
            choices = [
                (Keep.SECRETS.value, f"in a file of its own that only this account may read ({self._setup.secrets}/)"),
                (Keep.ENVIRONMENT.value, f"nowhere: I put it into the environment variable {name}"),
                (Keep.CONFIG.value, "in the configuration itself: whoever gets that file gets the token"),
            ]
            usual = Keep.ENVIRONMENT if self._setup.in_environment else Keep.SECRETS
            kept = self._asker.choose("Where is the token kept", "--keep-token", choices, usual.value)
            self._setup.answer(keep=Keep(kept))

    def _preview(self, plan: Plan, token: str) -> Code:
        """Show what the first pass would do. Raises FileError."""
        found = self._setup.preview(plan, token)
        if trouble := unknown(found):
            tell(f"What the first pass would do is not known yet. {trouble}")
            return Code.FINDINGS
        told = list(lines(found))
        show("\nThe first pass would do this (nothing was done):")
        show("\n".join(told[:_SHOWN]))
        if len(told) > _SHOWN:
            show(f"    and {count(len(told) - _SHOWN, 'more line')}: `{command_line('diff')}` shows all")
        return Code.DONE

    def _done(self, wrote: Written, *, create: bool) -> None:
        show(f"\nWritten: {wrote.config}{f', and the token into {wrote.secret}' if wrote.secret else ''}.")
        if wrote.before:
            show(f"The configuration that was there before is kept in {wrote.before}.")
        if self._setup.answers.keep is Keep.ENVIRONMENT and not self._setup.in_environment:
            show(f"First put the token into the environment variable {variable(self._setup.place)}.")
        steps = [("check --online", "does everything fit?"), ("diff", "what would be done; writes nothing")]
        steps.append(("sync --create-columns" if create else "sync", "does it"))
        show("\n".join(["Next:", *(f"  {command_line(step):<44} {words}" for step, words in steps)]))


def _named(choice: Choice, select: tuple[str, ...]) -> str:
    """A container as it is listed."""
    branch = f"; it is called like {', '.join(select)} of the plan" if select else ""
    return f"{choice.name} ({choice.id}{f', {choice.url}' if choice.url else ''}{branch})"


def _to_a_token(about: Guide, base_url: str | None) -> Iterator[str]:
    """How a person comes by a token, by a line each."""
    yield f"\nA token of {about.title} is needed."
    if base_url:
        yield f"  A local {about.title} ({base_url}) printed its own when it was started. In {about.title} itself:"
    yield from (f"  {number}. {step}" for number, step in enumerate(about.token, 1))
    yield from (f"  · {each}" for each in about.rights)
