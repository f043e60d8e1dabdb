"""The plan model: goal, outcome, KPI, action, project, as a plan file holds them. Pure.

Figures are exact decimals. None stands for unknown wherever a figure or a day may be missing; it never becomes 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from syncd.plan.texts import code
from syncd.plan.values import Amount, Day, Figure, FormerId, Id, Line, Lines, Measured, Name, Relation, SomeDay, Title


class Direction(StrEnum):
    """Which way a KPI's value should go."""

    INCREASE = "increase"
    DECREASE = "decrease"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"


class Cadence(StrEnum):
    """How often a KPI is measured."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class Window(StrEnum):
    """The part of the school year a reading belongs to; like is compared with like."""

    BEGINNING = "beginning"
    MIDDLE = "middle"
    END = "end"
    ANNUAL = "annual"
    POINT = "point"


class State(StrEnum):
    """Whether work is going on."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"


class Status(StrEnum):
    """How far the plan (or a branch of it) is agreed; only adopted work is pushed or published."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    ADOPTED = "adopted"


class Audience(StrEnum):
    """Who may see an item; inherited from the item above, internal at the top."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Scope(StrEnum):
    """Whom a reading is about."""

    DISTRICT = "district"
    SCHOOL = "school"
    GROUP = "group"


class Tier(StrEnum):
    """The five tiers of a plan; a guardrail stands on the KPI tier."""

    GOAL = "goal"
    OUTCOME = "outcome"
    KPI = "kpi"
    GUARDRAIL = "guardrail"
    ACTION = "action"
    PROJECT = "project"


class Part(BaseModel):
    """Base of all parts: frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(Part):
    """A value with its day, such as a baseline."""

    value: Figure = None
    on: Day = None


class Interim(Mark):
    """A target on the way: a value, or a `change` from the baseline as of a `Target`."""

    change: Relation = None


class Target(Part):
    """What a KPI should reach, and by when; `low` and `high` for direction `between` (both ends included).

    `change` stands instead of a value that hangs on the baseline: "+10 points", "-5 %" (of the baseline).
    """

    value: Figure = None
    change: Relation = None
    low: Figure = None
    high: Figure = None
    on: Day = None


class Reading(Part):
    """One measured value, or a bound. `n` is the size of the group it describes; `where` names the school or group.

    One that is `kept_back` must not be told beside what was published before, though its group is large enough.
    """

    kept_back: ClassVar[bool] = False

    value: Measured = None
    on: SomeDay
    window: Window | None = None
    scope: Scope = Scope.DISTRICT
    where: Lines = ""
    n: int | None = Field(default=None, ge=0)
    source: Lines = ""
    note: Lines = ""


class Driver(Part):
    """An action or project that drives a KPI, with its weight."""

    id: str
    weight: Amount = Decimal(1)


class PaceRule(Part):
    """How many points of the way (0 to 100) a KPI may be behind and still be on track, or at risk."""

    on_track: Amount = Decimal(10)
    at_risk: Amount = Decimal(25)


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Item(Part):
    """What all tiers share. `owner` is a role's or a person's address, or a title such as "Chief Academic Officer".

    `was` holds the ids it had before: its task, and all that is known of it, stay its own.
    """

    id: Id
    was: Annotated[
        tuple[FormerId, ...], BeforeValidator(_listed, json_schema_input_type=FormerId | tuple[FormerId, ...])
    ] = ()
    title: Title
    notes: Lines = ""
    owner: Name | None = None
    audience: Audience | None = None
    status: Status | None = None


class Claim(StrEnum):
    """How a person may say that something stands, whatever the rule says."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class Override(Part):
    """What a person says instead of the rule, why, and up to which day; it is shown beside what the rule says.

    `by` is a title or an address, `on` the day from which it holds (None: from the first).
    """

    state: Claim
    note: Annotated[Lines, Field(min_length=1, max_length=1000)]
    until: SomeDay
    by: Line = ""
    on: Day = None


class Work(Item):
    """What actions and projects share."""

    start: Day = None
    due: Day = None
    weight: Amount = Decimal(1)
    state: State = State.ACTIVE
    override: Override | None = None


class Project(Work):
    """A tactical project: the daily work."""


class Action(Work):
    """A strategic action: a major initiative."""

    projects: tuple[Project, ...] = ()


def _driver(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


class KpiState(StrEnum):
    """Whether a KPI is still followed."""

    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class KpiKind(StrEnum):
    """What a KPI measures: what comes of the work late, what shows early whether it will, or the work itself."""

    LAGGING = "lagging"
    LEADING = "leading"
    IMPLEMENTATION = "implementation"


class Kpi(Item):
    """How progress is tracked. `tolerance` is how far (in the KPI's unit) outside its band still counts as near.

    `step` says how interim targets bind: True, each from its own day on; False, along straight lines between them;
    None, as the cadence asks for (yearly: step, else straight lines).
    """

    kind: KpiKind = KpiKind.LAGGING
    unit: Line = ""
    direction: Direction = Direction.INCREASE
    baseline: Mark | None = None
    target: Target | None = None
    interim: tuple[Interim, ...] = ()
    readings: tuple[Reading, ...] = ()
    readings_from: Name | None = None
    driven_by: tuple[Annotated[Driver, BeforeValidator(_driver, json_schema_input_type=str | Driver)], ...] = ()
    cadence: Cadence = Cadence.YEARLY
    window: Window | None = None
    step: bool | None = None
    tolerance: Figure = None
    pace: PaceRule | None = None
    override: Override | None = None
    state: KpiState = KpiState.ACTIVE
    decimals: int | None = Field(default=None, ge=0, le=6)
    why: Lines = ""
    source: Lines = ""
    method: Lines = ""


class Outcome(Item):
    """A measurable result."""

    kpis: tuple[Kpi, ...] = ()
    actions: tuple[Action, ...] = ()


class Goal(Item):
    """The one-sentence vision."""

    outcomes: tuple[Outcome, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    guardrails: tuple[Kpi, ...] = ()
    actions: tuple[Action, ...] = ()


AnyItem = Goal | Outcome | Kpi | Action | Project


@dataclass(frozen=True, slots=True)
class Placed:
    """An item with its place: `path` holds the ids from its goal down to the item above it."""

    item: AnyItem
    tier: Tier
    path: tuple[str, ...]
    order: int
    audience: Audience
    status: Status

    @property
    def parent(self) -> str | None:
        """The id of the item above, None for a goal."""
        return self.path[-1] if self.path else None

    @property
    def goal(self) -> str:
        """The id of the goal it stands under (a goal: its own)."""
        return self.path[0] if self.path else self.item.id

    @property
    def public(self) -> bool:
        """Whether everybody may know of it: it is adopted, and meant for all."""
        return self.audience is Audience.PUBLIC and self.status is Status.ADOPTED


def _no_address(text: str) -> str:
    if "@" in text:
        raise ValueError("it is an address; write the title of the office, such as Director of Literacy")
    return text


OfficeTitle = Annotated[Title, AfterValidator(_no_address)]


class Plan(Part):
    """A whole plan; `minimum_group` is the size below which figures about a group of people are suppressed.

    `offices` gives owners, as items name them, the titles under which everybody may read who is responsible.
    """

    id: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\s/:]+$"), AfterValidator(code)]
    title: Title
    organization: Line = ""
    start: Day = None
    end: Day = None
    status: Status = Status.ADOPTED
    audience: Audience = Audience.INTERNAL
    pace: PaceRule = PaceRule()
    minimum_group: Annotated[int, Field(ge=1)] = 10
    offices: Mapping[str, OfficeTitle] = Field(default_factory=dict)
    goals: tuple[Goal, ...] = ()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some values changed; it finds its own items, not those of the plan it was copied from."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("items", None)
        return copy

    @cached_property
    def items(self) -> dict[str, Placed]:
        """Every item by id with its place, in the order of the file."""
        return {placed.item.id: placed for placed in self.walk()}

    def walk(self) -> Iterator[Placed]:
        """All items from the top down, in the order of the file; ids that stand twice come twice."""
        counter = 0
        stack: list[tuple[AnyItem, Tier, tuple[str, ...], Audience, Status]] = [
            (goal, Tier.GOAL, (), self.audience, self.status) for goal in reversed(self.goals)
        ]
        while stack:
            item, tier, path, audience, status = stack.pop()
            audience = item.audience or audience
            status = lowest(item.status or status, status)
            yield Placed(item, tier, path, counter, audience, status)
            counter += 1
            below = (*path, item.id)
            stack.extend((child, kind, below, audience, status) for child, kind in reversed(children(item)))


def children(item: AnyItem) -> list[tuple[AnyItem, Tier]]:
    """What stands directly below an item, with its tier, in the order in which people read a plan."""
    found: list[tuple[AnyItem, Tier]] = []
    if isinstance(item, Goal):
        found += [(outcome, Tier.OUTCOME) for outcome in item.outcomes]
    if isinstance(item, Goal | Outcome):
        found += [(kpi, Tier.KPI) for kpi in item.kpis]
    if isinstance(item, Goal):
        found += [(kpi, Tier.GUARDRAIL) for kpi in item.guardrails]
    if isinstance(item, Goal | Outcome):
        found += [(action, Tier.ACTION) for action in item.actions]
    if isinstance(item, Action):
        found += [(project, Tier.PROJECT) for project in item.projects]
    return found


def lowest(one: Status, other: Status) -> Status:
    """The less agreed of two: a branch is never further than what it hangs on."""
    order = (Status.DRAFT, Status.IN_REVIEW, Status.ADOPTED)
    return min(one, other, key=order.index)
