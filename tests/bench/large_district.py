"""A folder with a configuration, a large plan, and a store with four years of what was known of it, for measurements.

What is in the store is written as passes write it, through the store's own writer: tasks as they were last seen, links,
passes, the log, each day's look, what was known of every task when, figures, versions of the plan and their edits.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from connectors.vocabulary import Container, Group, Task
from mappings.notes import embed
from mappings.shape import Desired, Wanted, desire
from syncd.app import App
from syncd.config import load_config
from syncd.plan.model import Action, Audience, Kpi, Plan, Project, Scope, Tier
from syncd.plan.pieces import digest, pieces
from syncd.progress.evidence import Evidence
from syncd.records import Entry, GroupLink, KpiPoint, Link, MappingState, Outcome, Seen, Shelf
from syncd.scorecard.events import Event, Kind
from syncd.scorecard.held import event_held, held
from syncd.store.writer import Writer
from tests.bench.large_plan import PER_GOAL, QUARTERS, quarter_day, source, start_of

EDITED: Final = 200
"""Projects whose due day each quarter's version of the plan changed, at most."""
_CONTAINER: Final = "B"
_NAME: Final = "district"
_MAPPING: Final = "all"
_CONFIG: Final = """\
timezone = "America/New_York"
[connections.asana]
kind = "asana"
token = "2/1200/no-request-is-made-with-it"
base_url = "http://127.0.0.1:9/api/1.0"
[plans.district]
source = "plan.json"
[mappings.all]
plan = "district"
connection = "asana"
container = "B"
"""


@dataclass(frozen=True, slots=True)
class Large:
    """Where such a district stands, and how many items its plan has."""

    folder: Path
    items: int

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "config.toml"


def made(folder: Path, goals: int, today: date) -> Large:
    """Write the district of so many goals into the folder, with its history up to that day."""
    place = Large(folder, goals * PER_GOAL)
    place.config.write_text(_CONFIG, encoding="utf-8")
    (folder / "plan.json").write_text(json.dumps(source(goals, today)), encoding="utf-8")
    with App(load_config(place.config)) as app:
        app.open_store()
        history = _History(app, today)
        with app.store.writing() as writer:
            history.write(writer)
    return place


class _History:
    """What passes would have written since the plan began."""

    def __init__(self, app: App, today: date) -> None:
        self._plan: Plan = app.plan(_NAME)
        [self._route] = app.routes()
        self._start, self._today = start_of(today), today
        container = Container(_CONTAINER, "Strategic plan", "")
        self._groups = tuple(Group(f"S{goal.id}", goal.title) for goal in self._plan.goals)
        self._container = replace(container, groups=self._groups)
        self._desired: Desired = desire(self._route.rules, self._route.items, self._container)
        self._done = {
            project.id: on
            for action in self._actions()
            for number, project in enumerate(action.projects)
            if (on := _done_on(number, project)) is not None and on < today
        }

    def write(self, writer: Writer) -> None:
        """All of it."""
        self._tasks(writer)
        self._passes(writer)
        self._versions(writer)
        self._evidence(writer)
        writer.add_points(self._points())

    def _tasks(self, writer: Writer) -> None:
        now = _at(self._today)
        writer.put_mapping_state(MappingState(_MAPPING, "asana", _CONTAINER, self._route.scope))
        writer.put_shelf("asana", Shelf(self._container, "cursor", read_at=now, looked_at=now, swept_at=now))
        for group, goal in zip(self._groups, self._plan.goals, strict=True):
            writer.put_group_link(_MAPPING, GroupLink(goal.id, group.id, group.title))
        writer.replace_seen("asana", _CONTAINER, self._seen(now))
        for item, wanted in self._desired.tasks.items():
            agreed = {**wanted.values, "group": wanted.group, "parent": wanted.parent}
            writer.put_link(_MAPPING, Link(item, f"T{item}", agreed, _at(self._start)))

    def _seen(self, now: datetime) -> Iterator[Seen]:
        """Every task as the plan wants it, done where its day is past."""
        for item, wanted in self._desired.tasks.items():
            yield Seen(self._task(item, wanted), now)

    def _task(self, item: str, wanted: Wanted) -> Task:
        values: Any = wanted.values
        on = self._done.get(item)
        return Task(
            id=f"T{item}",
            container=_CONTAINER,
            title=values["title"],
            url=f"http://127.0.0.1:9/0/{_CONTAINER}/T{item}",
            group=f"S{wanted.group}" if wanted.group else None,
            parent=f"T{wanted.parent}" if wanted.parent else None,
            marker=wanted.marker,
            notes=embed("", values["notes"]),
            start=values["start"],
            due=values["due"],
            assignee=values["assignee"],
            completed=on is not None,
            completed_at=_at(on) if on else None,
        )

    def _passes(self, writer: Writer) -> None:
        """One a day, with a line in the log for each task that was made, and each that was found done."""
        ticked: dict[date, list[str]] = defaultdict(list)
        for item, on in self._done.items():
            ticked[on].append(item)
        for number in range((self._today - self._start).days):
            day = self._start + timedelta(days=number)
            at, first = _at(day), number == 0
            found, kind = (list(self._desired.tasks), "create") if first else (ticked[day], "team_edit")
            counts = {"created" if first else "requests": len(found) or 1}
            done = writer.begin_pass(_MAPPING, at, first)
            writer.add_entries(Entry(at, done, _MAPPING, item, f"T{item}", kind, "completed") for item in found)
            writer.end_pass(done, at, Outcome.DONE, counts)
            writer.put_look(self._plan.id, day, at)

    def _versions(self, writer: Writer) -> None:
        """The plan as it was adopted, and each quarter's edit of some due days; the last one is the plan as it is."""
        final = pieces(self._plan)
        projects = [placed.item for placed in self._plan.walk() if isinstance(placed.item, Project)]
        edited = projects[:: max(1, len(projects) // (EDITED * QUARTERS))]
        held_then = {each.id: _earlier(final[each.id]) for each in edited}
        now = {**final, **held_then}
        version = writer.add_version(self._plan.id, _at(self._start), digest(now), now)
        for quarter in range(QUARTERS):
            at, changed = _at(quarter_day(self._start, quarter)), edited[quarter::QUARTERS]
            new = {each.id: final[each.id] for each in changed}
            now |= new
            version = writer.add_version(self._plan.id, at, digest(now), new)
            writer.add_events(self._plan.id, version, at, (event_held(_redated(each)) for each in changed))

    def _evidence(self, writer: Writer) -> None:
        """Of every task that it is there, and later on that it is done, month by month."""
        open_ = {item: Evidence(item, Fraction(0), done=False, task=f"T{item}") for item in self._desired.tasks}
        writer.add_evidence(self._plan.id, _at(self._start), {item: held(each) for item, each in open_.items()})
        months: dict[date, dict[str, Evidence]] = defaultdict(dict)
        for item, on in self._done.items():
            done = replace(open_[item], share=Fraction(1), done=True, completed_at=_at(on))
            months[on.replace(day=1)][item] = done
        for month, found in sorted(months.items()):
            at = _at(month + timedelta(days=31))
            writer.add_evidence(self._plan.id, at, {item: held(each) for item, each in found.items()})

    def _points(self) -> Iterator[KpiPoint]:
        """What the scorecards of these years said, as far as it was news."""
        for placed in self._plan.walk():
            item = placed.item
            if isinstance(item, Kpi):
                yield from self._of_kpi(item)
            elif isinstance(item, Action):
                yield from self._of_action(item)

    def _of_kpi(self, kpi: Kpi) -> Iterator[KpiPoint]:
        for number, reading in enumerate(each for each in kpi.readings if each.scope is Scope.DISTRICT):
            way = Fraction(number, QUARTERS + 6)
            point = self._point(kpi.id, reading.on, done=number, total=QUARTERS)
            yield replace(point, attainment=way, measured=Decimal(str(reading.value)), expected=way)

    def _of_action(self, action: Action) -> Iterator[KpiPoint]:
        yield self._point(action.id, self._start, 0, len(action.projects))
        for project in action.projects:
            yield self._point(project.id, self._start, 0, 1)
        ends = sorted((on, project.id) for project in action.projects if (on := self._done.get(project.id)))
        for number, (on, done) in enumerate(ends, 1):
            yield self._point(done, on, 1, 1)
            yield self._point(action.id, on, number, len(action.projects))

    def _point(self, item: str, on: date, done: int, total: int) -> KpiPoint:
        share = Fraction(done, total)
        pace = "achieved" if done == total else "on_track"
        return KpiPoint(self._plan.id, item, on, _at(on), None, share, None, None, pace, done, total)

    def _actions(self) -> Iterator[Action]:
        return (placed.item for placed in self._plan.walk() if isinstance(placed.item, Action))


def _done_on(number: int, project: Project) -> date | None:
    """The day on which a project was done: some days before or after it was due; every ninth is still open."""
    return None if number % 9 == 8 or project.due is None else project.due + timedelta(days=10 * (number % 5 - 2))


def _earlier(piece: str) -> str:
    """A project's piece before it was to be due two weeks later."""
    given = json.loads(piece)
    given["due"] = (date.fromisoformat(given["due"]) - timedelta(days=14)).isoformat()
    return json.dumps(given, separators=(",", ":"), sort_keys=True)


def _redated(project: Project) -> Event:
    due = project.due or date.min
    before = due - timedelta(days=14)
    return Event(Kind.REDATED, Tier.PROJECT, project.id, project.title, Audience.PUBLIC, "due", before, due)


def _at(day: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, time(12), UTC)
