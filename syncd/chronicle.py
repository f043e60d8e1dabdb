"""Keeps what was known of each plan on each day, and tells it again: versions, edits, and what the tools said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar

from syncd.plan.adoption import adopted_part, pending
from syncd.plan.model import Plan
from syncd.plan.pieces import NoPlan, assemble, digest, pieces
from syncd.progress.evidence import Evidence
from syncd.progress.team import TeamWork, with_team_work
from syncd.records import KpiPoint, PlanVersion
from syncd.scorecard.edits import Edit
from syncd.scorecard.events import compare
from syncd.scorecard.held import event_held, held, to_event, to_evidence
from syncd.scorecard.history import evidence_on, news
from syncd.scorecard.words import day as in_words
from syncd.store.errors import StoreError
from syncd.store.reader import HistoryEnd, Reader
from syncd.store.store import Store
from syncd.store.trouble import RESTORE
from syncd.store.writer import Writer

Held = TypeVar("Held")
Made = TypeVar("Made")


class NothingKnown(LookupError):
    """Nothing had been noted of a plan by the end of a day; the message says when its history begins."""

    retryable = False

    def __init__(self, plan: str, day: date, begins: date | None) -> None:
        self.begins = begins
        since = f"its history begins on {in_words(begins)}" if begins else "its history begins with the first pass"
        step = "name that day or a later one" if begins else "`syncd sync` makes one"
        super().__init__(f"Nothing was known yet of the plan “{plan}” on {in_words(day)}: {since}; {step}.")

    def __str__(self) -> str:
        return str(self.args[0])


class StillToCome(NothingKnown):
    """The day lies in the future, of which nothing can be known: it may be a year mistyped."""

    def __init__(self, day: date) -> None:
        self.begins = None
        LookupError.__init__(self, f"{day} lies in the future; leave it out for how things stand now.")


@dataclass(frozen=True, slots=True)
class Known:
    """A plan with what was known of its work at some time; `caveat` says what is not known any more of it."""

    plan: Plan
    evidence: Mapping[str, Evidence]
    team: tuple[TeamWork, ...] = ()
    read_at: datetime | None = None
    caveat: str = ""

    def in_zone(self, zone: tzinfo) -> Known:
        """The same by the clock of that zone."""
        return replace(
            self,
            evidence={item: _there(each, zone) for item, each in self.evidence.items()},
            team=tuple(replace(each, evidence=_there(each.evidence, zone)) for each in self.team),
            read_at=self.read_at and self.read_at.astimezone(zone),
        )

    def whole(self) -> tuple[Plan, dict[str, Evidence]]:
        """The plan with what teams made of their own in it, and all evidence."""
        team = sorted(self.team, key=lambda each: each.evidence.item)
        every = {**self.evidence, **{each.evidence.item: each.evidence for each in team}}
        return with_team_work(self.plan, team, every), every


class Chronicle:
    """The history of plans, by their own ids, on the clock of a district. Every method raises StoreError."""

    def __init__(self, store: Callable[[], Store], zone: tzinfo) -> None:
        self._store, self._zone = store, zone
        self._noted: dict[str, tuple[Plan, int]] = {}
        """The plans as they were last found to be a version that is kept, with its number."""
        self._told: dict[str, tuple[Mapping[str, Evidence | TeamWork], int]] = {}
        """What is kept of the work on each plan, with what the store's evidence ended with then."""

    def note(self, known: Known, points: Iterable[KpiPoint], at: datetime) -> HistoryEnd:
        """Keep what is known now, and what its scorecard says, as far as it is news; what the history ends with."""
        name, day = known.plan.id, at.astimezone(self._zone).date()
        work: dict[str, Evidence | TeamWork] = {**known.evidence}
        work.update((each.evidence.item, each) for each in known.team)
        is_noted = self._noted.get(name, (None, 0))[0] is known.plan
        made = None if is_noted else pieces(known.plan)  # before the transaction: meanwhile others may write
        with self._store().writing(plan=name) as writer:
            number = self._note_plan(writer, known.plan, made, at)
            told = self._note_work(writer, name, work, at)
            if known.read_at is not None and writer.look(name, day) != known.read_at:
                writer.put_look(name, day, known.read_at)
            writer.add_points(news(iter(points), writer.newest_points(name, day)))
            end = writer.history_end(name)
        self._noted[name], self._told[name] = (known.plan, number), (work, told)
        return end

    def look(self, plan: str, day: date, read_at: datetime) -> None:
        """Keep that the plan's tools were read again, and that nothing in them was news."""
        with self._store().writing(plan=plan) as writer:
            writer.put_look(plan, day, read_at)

    def recall(self, now: Plan, day: date) -> Known:
        """What was known, at the end of that day, of what is this plan now. Raises NothingKnown."""
        until = self._end(day)
        with self._store().reading() as reader:
            version = reader.plan_version(now.id, until)
            if version is None:
                return self._from_points(reader, now, day)
            found = _work(reader, now.id, until).values()
            return Known(
                plan=_plan(reader, version),
                evidence={each.item: each for each in found if isinstance(each, Evidence)},
                team=tuple(each for each in found if isinstance(each, TeamWork)),
                read_at=reader.look(now.id, day),
            )

    def before_review(self, now: Plan) -> tuple[Plan, date] | None:
        """The newest version before anything that is under review now was so, with its day; None if there was none."""
        open_ = {each for name in pending(now) for each in (name, *now.items[name].item.was)}
        with self._store().reading() as reader:
            version = reader.plan_version(now.id)
            while version is not None:
                held = _plan(reader, version)
                if open_.isdisjoint(pending(held)) and adopted_part(held).goals:
                    return held, self._day(version.at)
                version = reader.plan_version(now.id, version.at)
        return None

    def edits(
        self, plan: str, *, since: date | None = None, until: date | None = None, most: int | None = None
    ) -> list[Edit]:
        """The plan's edits after the day `since` and up to the end of the day `until`, the newest first."""
        with self._store().reading() as reader:
            found = reader.plan_events(
                plan,
                since=self._end(since) if since else None,
                until=self._end(until) if until else None,
                limit=most,
            )
        return [Edit(self._day(each.at), each.at, _read(to_event, each.held)) for each in found]

    def begins(self, plan: str) -> date | None:
        """The day on which the plan's history begins, None while there is none."""
        with self._store().reading() as reader:
            first = reader.first_version(plan)
        return self._day(first.at) if first else None

    def _note_plan(self, writer: Writer, plan: Plan, made: Mapping[str, str] | None, at: datetime) -> int:
        """The number of the version that the plan is by now."""
        last = writer.plan_version(plan.id)
        before, number = self._noted.get(plan.id, (None, 0))
        if last is not None and number == last.id and before is plan:
            return number
        made = made or pieces(plan)
        found = digest(made)
        if last is not None and last.digest == found:
            return last.id
        earlier = writer.plan_pieces(last) if last else {}
        if before is None or last is None or number != last.id:
            before = _understood(earlier)
        number = writer.add_version(plan.id, at, found, _differing(earlier, made))
        events = compare(before, plan) if before is not None else []
        writer.add_events(plan.id, number, at, map(event_held, events))
        return number

    def _note_work(self, writer: Writer, plan: str, now: Mapping[str, Evidence | TeamWork], at: datetime) -> int:
        """What the store's evidence ends with by now."""
        end = writer.evidence_end(plan)
        before, mark = self._told.get(plan, ({}, -1))
        if mark != end:
            before = _work(writer, plan)
        changed = _differing(before, now)
        writer.add_evidence(plan, at, {item: None if each is None else held(each) for item, each in changed.items()})
        return writer.evidence_end(plan) if changed else end

    def _from_points(self, reader: Reader, now: Plan, day: date) -> Known:
        """A day from before plans were kept: its figures on the plan as it was first kept."""
        first, points = reader.first_version(now.id), reader.newest_points(now.id, day)
        begins = self._day(first.at) if first else None
        if not points:
            raise NothingKnown(now.id, day, begins)
        plan = _plan(reader, first) if first else now
        caveat = (
            f"The plan as it stood on {in_words(day)} was not kept. These are the figures of its work on that day; "
            f"all else is as the plan {f'stood on {in_words(begins)}' if begins else 'stands today'}."
        )
        return Known(plan, evidence_on(points, {}), (), max(point.at for point in points.values()), caveat)

    def _end(self, day: date) -> datetime:
        """The instant at which a day is over."""
        return datetime.combine(day + timedelta(days=1), time.min, self._zone)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What is not as it was, by name; None for what is not there any more."""
    names = dict.fromkeys([*before, *after])
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}


def _understood(held: Mapping[str, str]) -> Plan | None:
    """The plan that pieces make, None where there are none, or where rules of today refuse it."""
    with suppress(NoPlan):
        return assemble(held) if held else None
    return None


def _work(reader: Reader, plan: str, until: datetime | None = None) -> dict[str, Evidence | TeamWork]:
    """What was known of the work on a plan's items."""
    return {item: _read(to_evidence, each) for item, each in reader.evidence(plan, until).items()}


def _plan(reader: Reader, version: PlanVersion) -> Plan:
    return _read(assemble, reader.plan_pieces(version))


def _read(make: Callable[[Held], Made], held: Held) -> Made:
    try:
        return make(held)
    except (NoPlan, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"the history holds something that cannot be understood ({error})", RESTORE) from error


def _there(evidence: Evidence, zone: tzinfo) -> Evidence:
    at = evidence.completed_at
    return replace(evidence, completed_at=at.astimezone(zone)) if at is not None else evidence
