"""What a plan's history rests on at a moment, to tell at little cost whether that has changed since it was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from mappings.shape import PlanItem
from syncd.engine.books import Route
from syncd.plan.model import Plan
from syncd.store.reader import HistoryEnd, Reader


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A plan, the district's day, and of each mapping its items and what stands for all that is known of its tasks.

    `history` is what the plan's history ends with, `read_at` when a tool was last looked at, the oldest of them.
    """

    plan: Plan
    day: date
    work: tuple[tuple[tuple[PlanItem, ...], str], ...]
    history: HistoryEnd
    read_at: datetime | None

    @classmethod
    def of(cls, reader: Reader, plan: Plan, day: date, routes: Iterable[Route]) -> Ground:
        """What holds now."""
        routes = tuple(routes)
        return cls(
            plan=plan,
            day=day,
            work=tuple((route.items, reader.ground(route.mapping, route.connection)) for route in routes),
            history=reader.history_end(plan.id),
            read_at=min(filter(None, (_looked_at(reader, route) for route in routes)), default=None),
        )

    def bears(self, now: Ground) -> bool:
        """Whether nothing but the times of looks is otherwise now: then the figures are what they were.

        A plan is another one as soon as it was read anew: equal figures may be written otherwise.
        """
        return (
            self.plan is now.plan
            and (self.day, self.history, len(self.work)) == (now.day, now.history, len(now.work))
            and all(mine[0] is its[0] and mine[1] == its[1] for mine, its in zip(self.work, now.work, strict=True))
        )


def _looked_at(reader: Reader, route: Route) -> datetime | None:
    state = reader.mapping_state(route.mapping)
    shelf = reader.shelf(route.connection, state.container) if state else None
    return shelf.looked_at if shelf else None
