"""What stands in for something that cannot be had right now: whoever reads figures inside is told that it does."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.app import App
from syncd.records import Outcome
from syncd.scorecard.words import moment


def copies(app: App, plan: str) -> tuple[str, ...]:
    """What is said of a plan, and of readings in it, that are shown as they could last be had."""
    old = () if app.plans.good(plan) or app.plans.last(plan) is None else (_OLD,)
    return (*old, *app.plans.notes(plan))


def stand_ins(app: App, plan: str) -> tuple[str, ...]:
    """The same, and what is said of tools that could not be reached when they were last asked. Raises StoreError."""
    return (*copies(app, plan), *_unreached(app, plan))


_OLD = "The plan cannot be read as it stands now: this is how it could last be read."


def _unreached(app: App, plan: str) -> Iterator[str]:
    with app.known_store().reading() as reader:
        lasts = {
            section.connection: reader.last_pass(name, ended=True)
            for name, section in app.config.mappings.items()
            if section.plan == plan
        }
    for connection, last in lasts.items():
        if last is not None and last.ended_at is not None and last.outcome is Outcome.UNREACHABLE:
            at = moment(last.ended_at.astimezone(app.config.zone))
            yield f"{connection} could not be reached on {at}: what is shown of its work is older."
