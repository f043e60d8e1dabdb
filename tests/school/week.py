"""What people do in the week, what must come of it, and how long each of their edits takes to arrive."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from connectors.monday.sandbox.problems import Stop
from tests.school.campus import ADMIN, PEOPLE, TOOLS, Campus, project_text
from tests.school.clock import ZONE


@dataclass(slots=True)
class Edit:
    """Somebody's word on one thing of an item: on the board, or, by the office, in the plan."""

    item: str
    what: str
    value: Any
    by_office: bool
    made: datetime
    asked: int
    """How many requests there were when it was made; once it has arrived, how many there were on its way."""
    lag: timedelta | None = None
    in_time: bool = True
    """Whether syncd could hear of it: the network was there, the daemon at work, and the hour not quiet."""


@dataclass(slots=True)
class Week:
    """A week on the campus: each deed at its hour, and what arrived looked for whenever something happened."""

    here: Campus
    edits: list[Edit] = field(default_factory=list)
    refused: int = 0
    """How often the district's other script was refused by monday."""
    ready: list[bool] = field(default_factory=list)
    """What `/readyz` said, each time it said something else."""

    def until(self, hour: str) -> None:
        """Live on until an hour: "Tue 08:30"."""
        for _ in self.here.goes_on(hour):
            self.look()

    def at(self, hour: str, *deeds: Callable[[], object]) -> None:
        """At this hour, these things happen at once."""
        self.until(hour)
        for deed in deeds:
            deed()
        if self.here.service is not None:
            self.here.settle()
            self.look()

    # What people do

    def ticks(self, item: str) -> Callable[[], object]:
        """A team finishes a project."""
        return lambda: self._team(item, "done", value=True)

    def moves(self, item: str, day: date) -> Callable[[], object]:
        """A team puts a project's due date elsewhere."""
        return lambda: self._team(item, "due", day.isoformat())

    def renames(self, item: str, title: str) -> Callable[[], object]:
        """The office calls a project otherwise, in the plan."""

        def deed() -> None:
            self._office(item, "title", title)
            self._write(rf'(id = "{item}"\ntitle = )"[^"]*"', rf'\1"{title}"')

        return deed

    def puts_off(self, item: str, day: date) -> Callable[[], object]:
        """The office puts a project's due date elsewhere, in the plan."""

        def deed() -> None:
            self._office(item, "due", day.isoformat())
            self._write(rf'(id = "{item}"\ntitle = "[^"]*"\ndue = )\S+', rf"\g<1>{day}")

        return deed

    def adds(self, item: str) -> Callable[[], object]:
        """The office adds a project, as the last one of its action."""

        def deed() -> None:
            before = f"{item[: item.rindex('P')]}P{int(item[item.rindex('P') + 1 :]) - 1}"
            self._office(item, "title", f"Project {item}")
            self._write(
                rf'(\[\[goals\.actions\.projects\]\]\nid = "{before}"\n(?:\w.*\n)+)', rf"\1{project_text(item)}"
            )

        return deed

    def neighbour(self, calls: int) -> Callable[[], object]:
        """The district's other script asks monday so often; each request has its place in the account's day."""

        def deed() -> None:
            for _ in range(calls):
                try:
                    self.here.monday.gate.enter()
                except Stop:
                    self.refused += 1
                else:
                    self.here.monday.gate.leave()

        return deed

    def _team(self, item: str, what: str, value: Any) -> None:
        self._said(item, what, value, by_office=False)
        person = PEOPLE[len(self.edits) % len(PEOPLE)]
        self.here.team_sets(item, what, value, person)

    def _office(self, item: str, what: str, value: Any) -> None:
        self._said(item, what, value, by_office=True)

    def _said(self, item: str, what: str, value: Any, *, by_office: bool) -> None:
        for earlier in [each for each in self.edits if (each.item, each.what, each.lag) == (item, what, None)]:
            self.edits.remove(earlier)  # nobody waits for it any more
        now = self.here.clock.now()
        heard = self._is_school(now) or (not by_office and TOOLS[item.partition(".")[0]] == self.here.told)
        asked, in_time = self.here.asked(), self.here.is_well and heard
        self.edits.append(Edit(item, what, value, by_office, now, asked, in_time=in_time))

    def _is_school(self, moment: datetime) -> bool:
        """Whether it is no quiet hour."""
        local = moment.astimezone(ZONE)
        return local.weekday() < 5 and 7 <= local.hour < 17

    def _write(self, pattern: str, replacement: str) -> None:
        text = self.here.plan.read_text(encoding="utf-8")
        changed, number = re.subn(pattern, replacement, text, count=1)
        assert number == 1, pattern
        self.here.plan.write_text(changed, encoding="utf-8")

    # What comes of it

    def look(self) -> None:
        """Take the time of each edit that has arrived by now, and see whether the daemon says it is well."""
        waiting = [each for each in self.edits if each.lag is None]
        card = self._scorecard() if waiting else {}
        for each in waiting:
            if self._arrived(each, card):
                each.lag, each.asked = self.here.clock.now() - each.made, self.here.asked() - each.asked
        ready = bool(self.here.running.get("/readyz")["ready"])
        if self.ready[-1:] != [ready]:
            self.ready.append(ready)

    def _arrived(self, edit: Edit, card: dict[str, dict[str, Any]]) -> bool:
        """A team's edit is on the scorecard; the office's is in the tool."""
        if edit.by_office:
            return bool(self.here.holds(edit.item, edit.what) == edit.value)
        return bool(card[edit.item][edit.what] == edit.value)

    def _scorecard(self) -> dict[str, dict[str, Any]]:
        goals = self.here.running.get("/scorecard.json")["goals"]
        return {
            project["id"]: project for goal in goals for action in goal["actions"] for project in action["projects"]
        }

    def plan(self) -> dict[str, dict[str, Any]]:
        """The projects as the plan file has them."""
        plan = tomllib.loads(self.here.plan.read_text(encoding="utf-8"))
        actions = [action for goal in plan["goals"] for action in goal["actions"]]
        return {project["id"]: project for action in actions for project in action["projects"]}

    def lags(self, tool: str, *, by_office: bool) -> list[timedelta]:
        """How long a team's edits took to the scorecard, or the office's to the tool; the shortest first."""
        found = (each for each in self.edits if each.in_time and TOOLS[each.item.partition(".")[0]] == tool)
        return sorted(each.lag for each in found if each.by_office == by_office and each.lag is not None)

    def used(self) -> dict[date, float]:
        """How many requests monday counted each day (UTC), of all programs."""
        return dict(self.here.monday.gate.days())

    def is_told(self, edit: Edit) -> bool:
        """Whether the log has an edit of a team."""
        with self.here.running.app.store.reading() as reader:
            log = reader.log(item=edit.item)
        return any(line.kind == "team" and str(line.after) == str(edit.value) for line in log)

    def troubles(self) -> list[str]:
        """Of what the office was told that is still wrong: "webhooks of asana, container 12"."""
        with self.here.running.app.store.reading() as reader:
            return list(reader.troubles())

    def well_since(self) -> timedelta:
        """For how long at most, as the metrics have it, a mapping has had no good pass."""
        samples = [line.rpartition(" ") for line in self.here.running.metrics(ADMIN).splitlines()]
        lags = [float(value) for name, _, value in samples if name.startswith("syncd_lag_seconds{")]
        assert len(lags) == len(TOOLS)
        return timedelta(seconds=max(lags))

    def lines(self) -> Iterator[str]:
        """What the week was like."""
        for tool in TOOLS.values():
            how = "told by webhooks" if tool == self.here.told else "looked at every quarter of an hour"
            for by_office, way in ((False, "board to scorecard"), (True, "plan to board")):
                lags = self.lags(tool, by_office=by_office)
                half, most = lags[len(lags) // 2], lags[-1]
                yield f"{tool}, {how}, {way}: {len(lags)} edits, half of them within {half}, all within {most}"
        yield f"monday's requests by the day: {', '.join(f'{day:%a} {used:g}' for day, used in self.used().items())}"
