"""What of a plan is not published, and why: whoever publishes it is told. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.plan.model import Audience, Plan, Status
from syncd.progress.pace import Pace
from syncd.scorecard.slices import kpis_of
from syncd.scorecard.view import KpiView, Scorecard
from syncd.withholding import Held


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is not public of a plan.

    `texts` are items that would be, but for a text that may name a student or a small group; `suppressed` are KPIs of
    which no figure is shown, since their group is too small, `kept_back` those whose newest figure is not, since that
    of a small group follows from it and from what was published before, and `partly` those of which some school's or
    group's is not. `internal` and `not_adopted` count the items that the plan itself keeps back; with `everything`
    nothing is left, and the pages do not even name the plan.
    """

    texts: tuple[Held, ...] = ()
    suppressed: tuple[str, ...] = ()
    kept_back: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    internal: int = 0
    not_adopted: int = 0
    everything: bool = False


def withheld(plan: Plan, found: Mapping[str, Held], card: Scorecard) -> Withheld:
    """What the public scorecard of a plan does not hold; `found` is what the screen over texts found."""
    placed = plan.items.values()
    kpis = [kpi for goal in card.goals for kpi in kpis_of(goal)]
    return Withheld(
        texts=tuple(found[each.item.id] for each in placed if each.public and each.item.id in found),
        suppressed=tuple(kpi.id for kpi in kpis if kpi.pace is Pace.SUPPRESSED and not kpi.kept_back),
        kept_back=tuple(kpi.id for kpi in kpis if kpi.kept_back),
        partly=tuple(kpi.id for kpi in kpis if kpi.pace is not Pace.SUPPRESSED and _hides_a_part(kpi)),
        internal=sum(each.status is Status.ADOPTED and each.audience is Audience.INTERNAL for each in placed),
        not_adopted=sum(each.status is not Status.ADOPTED for each in placed),
        everything=not card.goals,
    )


def _hides_a_part(kpi: KpiView) -> bool:
    return any(part.value is None for part in kpi.parts)
