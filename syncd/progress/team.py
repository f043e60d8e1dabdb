"""Work that teams made of their own, which counts although the plan does not hold it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from syncd.plan.model import Action, Audience, Goal, Outcome, Plan, Project
from syncd.progress.evidence import Evidence
from syncd.progress.leaf import share_of

_Kind = TypeVar("_Kind", Action, Project)


@dataclass(frozen=True, slots=True)
class TeamWork:
    """A task that a team made of its own: its evidence, by its `team_id`, and the plan's item below which it counts.

    Below an action it counts as a project, below a goal or an outcome as an action, each with weight 1.
    """

    under: str
    evidence: Evidence


def with_team_work(plan: Plan, work: Iterable[TeamWork], evidence: Mapping[str, Evidence]) -> Plan:
    """The plan with the teams' own work in its place, given what the tools say about the plan's.

    A team's words are never public, whatever stands above them. An action that has no projects in the plan is done
    when its own task is, whatever stands below that.
    """
    below: dict[str, list[Evidence]] = {}
    for each in work:
        below.setdefault(each.under, []).append(each.evidence)
    return _Adding(below, evidence).plan(plan) if below else plan


@dataclass(frozen=True, slots=True)
class _Adding:
    """What is to be added, by the item above it."""

    below: Mapping[str, list[Evidence]]
    evidence: Mapping[str, Evidence]

    def plan(self, plan: Plan) -> Plan:
        return plan.model_copy(update={"goals": tuple(map(self._goal, plan.goals))})

    def _goal(self, goal: Goal) -> Goal:
        outcomes = tuple(each.model_copy(update={"actions": self._actions(each)}) for each in goal.outcomes)
        return goal.model_copy(update={"outcomes": outcomes, "actions": self._actions(goal)})

    def _actions(self, above: Goal | Outcome) -> tuple[Action, ...]:
        return (*map(self._action, above.actions), *self._made(Action, above.id))

    def _action(self, action: Action) -> Action:
        if not action.projects and share_of(self.evidence.get(action.id)) == 1:
            return action
        return action.model_copy(update={"projects": (*action.projects, *self._made(Project, action.id))})

    def _made(self, kind: type[_Kind], above: str) -> Iterator[_Kind]:
        """Items that no plan file could hold: neither their ids nor their titles keep to the plan's rules."""
        for seen in self.below.get(above, ()):
            yield kind.model_construct(id=seen.item, title=seen.title, audience=Audience.INTERNAL)
