"""`syncd check`: looks through configuration and plans, and with --online through the tools; every finding at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

import click

from mappings.rules import Owner, Unplanned
from mappings.shape import PlanItem, selected
from syncd.app import App
from syncd.beginning import REMEDY, begun
from syncd.cli.codes import Code
from syncd.cli.findings import Finding, Fine, of_problem
from syncd.cli.online import look
from syncd.cli.opening import opened
from syncd.cli.options import Command, as_json, copyable
from syncd.cli.output import show, show_json
from syncd.engine.books import Route
from syncd.errors import FileError
from syncd.exposure import READABLE, exposed
from syncd.plan.adoption import pending
from syncd.plan.model import Audience, Plan, Tier
from syncd.scorecard.words import count
from syncd.views.near import some

_PLURALS = {Tier.KPI: ("KPI", "KPIs")}
_MEASURES: Final = (Tier.KPI.value, Tier.GUARDRAIL.value)
_PUBLISH: Final = (
    'Where it may be seen by everybody, write audience = "public": below [plan], a goal or any other item.'
)
_ADOPT: Final = (
    "`syncd scorecard --draft` shows them for review; once they are adopted, take that status out of the plan."
)

_EXAMPLES: Final = {
    "check": "the files alone",
    "check --online": "the tools too: containers, fields, people, rights",
    "check --json": "for other programs",
}


@click.command(cls=Command, examples=_EXAMPLES)
@click.option("--online", is_flag=True, help="Also ask the tools: who we are, containers, fields, people.")
@as_json
def command(online: bool, as_json: bool) -> int:
    """Look through configuration and plans; with --online, see whether the tools fit them. Writes nothing anywhere."""
    found: list[Finding | Fine] = []
    try:
        with opened() as app:
            found += files(app)
            if online and all(finding.code < Code.WRONG for finding in _findings(found)):
                found += look(app)
    except FileError as error:
        found += map(of_problem, error.problems)
    findings = _findings(found)
    code = max((finding.code for finding in findings), default=Code.DONE)
    if as_json:
        show_json({"findings": [finding.for_programs() for finding in findings], "ok": code == Code.DONE})
    else:
        show("\n".join(lines(found)))
        show(count(len(findings), "finding") + "." if findings else "No findings.")
    return code


def lines(found: Iterable[Finding | Fine]) -> Iterator[str]:
    """Everything that was found, for people; several findings in a row with the same remedy name it once."""
    for fix, group in groupby(found, key=lambda one: one.fix):
        yield from (copyable(str(one)) for one in group)
        if fix:
            yield f"    → {copyable(fix)}"


def files(app: App) -> Iterator[Finding | Fine]:
    """What the files say: each plan, then, where all plans can be read, whether each mapping fits its plan."""
    yield Fine(f"{app.config.place}: {_sizes(app)}")
    for file in exposed(app.config):
        fix = f"Take that right away: `chmod o-rwx {file}`."
        yield Finding(str(file), READABLE, fix, Code.DONE)
    if words := begun(app.config):
        yield Finding(str(app.config.place), f"{words}: syncd would begin with an empty one", REMEDY, Code.DONE)
    plans = [_plan(app, name) for name in app.config.plans]
    yield from (one for found in plans for one in found)
    told = {str(one.where) for one in _findings(one for found in plans for one in found)}
    for each in app.parts.left_out():
        for finding in map(of_problem, each.problems):
            if finding.where not in told:
                yield replace(finding, code=Code.FINDINGS)
    least = Code.WRONG if app.config.is_folder else Code.DONE
    if any(finding.code >= least for found in plans for finding in _findings(found)):
        return
    try:
        for route in app.routes():
            place = f"“{route.reference}”" if route.by_name else route.reference
            yield Fine(f"mapping {route.mapping}: to {place} in {route.connection}")
            yield from _published(route, app.plan(app.config.mappings[route.mapping].plan))
    except FileError as error:
        yield from map(of_problem, error.problems)


def _published(route: Route, plan: Plan) -> Iterator[Finding]:
    """Where words of teams come to stand on the public page, as titles of the plan: to be known, and may be meant."""
    items = [item.id for item in route.items if selected(route.rules, item) and _has_place(route, item)]
    reached = [item for item in items if plan.items[item].audience is Audience.PUBLIC]
    title = route.rules.rule("title")
    ways = (
        (
            title is not None and title.owner is Owner.SHARED,
            "a title that a team changes",
            "Let the plan own the titles",
        ),
        (
            route.rules.unplanned is Unplanned.PROPOSE,
            "a team's own task that you put into the plan",
            "Look at each title before `syncd proposals apply`",
        ),
    )
    told, fixes = [way for applies, way, _ in ways if applies], [fix for applies, _, fix in ways if applies]
    if told and reached:
        message = f"{' and '.join(told)} would show on the public page below what is public: {some(reached)}"
        fix = f'{". ".join(fixes)}, or give items where teams\' words may stand audience = "internal".'
        yield Finding(f"mapping {route.mapping}", message, fix, Code.DONE)


def _has_place(route: Route, item: PlanItem) -> bool:
    """Whether words of teams can come to an item: to a KPI only where it has a task."""
    return route.rules.kpi_is_task or item.tier not in _MEASURES


def _plan(app: App, name: str) -> list[Finding | Fine]:
    try:
        plan = app.plan(name)
    except FileError as error:
        code = Code.WRONG if app.config.district("plans", name) is None else Code.FINDINGS
        return [replace(of_problem(problem), code=code) for problem in error.problems]
    found: list[Finding | Fine] = [Fine(f"plan {name}: “{plan.title}”, {plan_words(plan)}")]
    found += [
        Finding(f"plan {name}", note, "Open that address in a browser, or name another.")
        for note in app.plans.notes(name)
    ]
    for item, one in app.withholding.of(name).items():
        so = "nothing of the plan is published" if item == plan.id else "it is neither sent to a tool nor published"
        message = f"{one.message}: {so} ({one.rule})"
        found.append(Finding(f"plan {name}: {item}", message, app.withholding.next_step(name, item)))
    if waiting := len(pending(plan)):
        words = f"{waiting} of {count(len(plan.items), 'item')} not adopted yet: neither sent to a tool nor published"
        found.append(Fine(f"plan {name}: {words}", _ADOPT))
    if not any(placed.audience is Audience.PUBLIC for placed in plan.items.values()):
        found.append(Fine(f"plan {name}: nothing in it is public, so the public page shows nothing of it", _PUBLISH))
    return found


def plan_words(plan: Plan) -> str:
    """How much a plan holds: "4 goals, 12 outcomes, 20 KPIs, 2 guardrails, 18 actions, 72 projects"."""
    tiers = Counter(placed.tier for placed in plan.items.values())
    return (
        ", ".join(count(tiers[tier], *_PLURALS.get(tier, (tier.value,))) for tier in Tier if tiers[tier])
        or "nothing in it yet: write a goal, as in examples/small/plan.toml"
    )


def _sizes(app: App) -> str:
    config = app.config
    sizes = ((config.connections, "connection"), (config.plans, "plan"), (config.mappings, "mapping"))
    return ", ".join(count(len(held), noun) for held, noun in sizes)


def _findings(found: Iterable[Finding | Fine]) -> list[Finding]:
    return [one for one in found if isinstance(one, Finding)]
