"""What of a plan's readings may be published, so that no small group's can be seen or worked out. Pure.

The rule, for each KPI, and in it for each day and window:

1. A reading about fewer people than the minimum, or about a part of the district whose size is not known, is hidden.
2. A percentage near 0 or 100 is coded: published as a bound that depends on the group's size (`coding`). Where a target
   lies beyond that bound, nobody could be told whether it is met: then the reading is hidden instead.
3. The schools are taken for parts of the whole, with what is left of it as one part more; so are groups whose names
   share what stands before a colon ("Gender: girls"). Whoever knows all sizes and all published figures must find
   every count possible for a small part, from none to all, and for a coded one every count within its bound. As long
   as that is not so, the smallest part that is still shown is hidden as well. Where it is not so with all of them
   hidden, the whole is told all the same: then no more is known of a part than the figure of the whole alone says.
4. Of groups without a colon nobody knows which make up a whole: if one is hidden or coded, all of them are hidden.
5. What was published before is out. Where all of that, beside what is to be published now, would still give something
   away whatever parts are hidden (`earlier`), nothing at all is published of that day and window.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from syncd.plan.model import Goal, Kpi, Outcome, Plan, Reading
from syncd.plan.units import is_percentage
from syncd.scorecard.cells import Cell
from syncd.scorecard.earlier import NOTHING, About, Told, View
from syncd.scorecard.gathering import Gathered


def published(kpi: Kpi, minimum_group: int) -> tuple[Reading, ...]:
    """The KPI's readings as they may be shown by themselves, in their order."""
    return _Disclosure(kpi, minimum_group, NOTHING).readings


class Disclosed:
    """What of a plan may be published beside all that was `told` of it before; each KPI is worked out once."""

    def __init__(self, source: Plan, told: Told = MappingProxyType({})) -> None:
        self.source, self._told = source, told
        self._known: dict[str, _Disclosure] = {}
        self.plan = source.model_copy(update={"goals": tuple(self._goal(goal) for goal in source.goals)})
        """The plan with its readings as they may be published: coded where need be, `Hidden` in place of others."""

    def readings(self, kpi: str) -> tuple[Reading, ...]:
        """The readings of a KPI as they may be published, by its id."""
        return self._known[kpi].readings if kpi in self._known else ()

    def tellings(self, until: date) -> dict[str, dict[About, list[View]]]:
        """What publishing the plan tells of days up to this one that was not told before, by public KPI."""
        found = {
            name: self._known[name].gathered.tellings(until)
            for name, placed in self.source.items.items()
            if placed.public and name in self._known
        }
        return {name: news for name, news in found.items() if news}

    def _goal(self, goal: Goal) -> Goal:
        found = {
            "kpis": self._kpis(goal.kpis),
            "guardrails": self._kpis(goal.guardrails),
            "outcomes": tuple(self._outcome(outcome) for outcome in goal.outcomes),
        }
        return goal.model_copy(update=found)

    def _outcome(self, outcome: Outcome) -> Outcome:
        return outcome.model_copy(update={"kpis": self._kpis(outcome.kpis)})

    def _kpis(self, kpis: Iterable[Kpi]) -> tuple[Kpi, ...]:
        return tuple(self._kpi(kpi) if kpi.readings else kpi for kpi in kpis)

    def _kpi(self, kpi: Kpi) -> Kpi:
        self._known[kpi.id] = found = _Disclosure(kpi, self.source.minimum_group, self._earlier(kpi))
        return kpi.model_copy(update={"readings": found.readings})

    def _earlier(self, kpi: Kpi) -> Mapping[About, Sequence[View]]:
        """What was told of a KPI before, also under the ids that it had."""
        found: dict[About, list[View]] = defaultdict(list)
        for name in (*kpi.was, kpi.id):
            for about, views in self._told.get(name, NOTHING).items():
                found[about] += views
        return found


class _Disclosure:
    """What may be told of one KPI."""

    def __init__(self, kpi: Kpi, minimum: int, earlier: Mapping[About, Sequence[View]]) -> None:
        cells = [Cell.of(kpi, reading, minimum) for reading in kpi.readings]
        self.gathered = Gathered(cells, minimum, earlier, is_share=is_percentage(kpi.unit))
        self.readings = tuple(cell.published() for cell in cells)
