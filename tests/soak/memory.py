"""What must not get lost: every team edit and every plan edit, and what the rules let become of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.vocabulary import FieldValue
from mappings.fields import same
from mappings.rules import Conflict, FieldRule, Owner

FREE = ("completed", "words")
"""What no rule names: it is the team's, whatever happens."""


PLACE = ("group", "parent")
"""Where a task stands."""


@dataclass(slots=True)
class Said:
    """What a team set last. If it is not `firm`, the plan's value may stand instead."""

    value: object
    at: int
    firm: bool = True


@dataclass
class Memory:
    """What was said by whom since both sides were last seen to hold the same.

    `teams` is by (task, field), `plan` by (item, field): what the plan's people wrote last. `dirty` are the plan's
    edits that may not have reached the tool; `fog` the items of which nobody can know what both sides last agreed on;
    `torn` the fields that both sides changed under the rule to hold. `held` is every value that a field had meanwhile:
    whoever sets one of these again did nothing that could be seen.
    """

    teams: dict[tuple[str, str], Said] = field(default_factory=dict)
    plan: dict[tuple[str, str], FieldValue] = field(default_factory=dict)
    dirty: dict[tuple[str, str], int] = field(default_factory=dict)
    fog: dict[str, int] = field(default_factory=dict)
    adrift: set[str] = field(default_factory=set)
    """Items of which nobody knows where the plan had them before: where they stand may be a team's doing."""
    torn: set[tuple[str, str]] = field(default_factory=set)
    held: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    lately: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    """Those that it had since a pass last saw both sides agree: a team that returns to one of these is seen by nobody.

    An earlier one is as good a word of the team's as any other: it differs from what both last agreed on.
    """
    voiced: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    """Every value that a team gave a field meanwhile: the plan may have taken it over."""
    frames: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """What ever stood above and below the plan's own words in the notes of an item."""
    overruled: list[tuple[str, str, FieldValue]] = field(default_factory=list)
    """What the plan's people wrote and a team's value replaced: the log must still know it."""
    told: dict[tuple[str, str], object] = field(default_factory=dict)
    """What the log must still know: the team's last value of each field."""
    ruled: dict[tuple[str, str], object] = field(default_factory=dict)
    """What somebody decided to be right, until people change it or nobody knows of it any more."""
    back: dict[tuple[str, str], tuple[object, object]] = field(default_factory=dict)
    """What stands in the tool and in the plan since somebody undid a pass, until people change either."""
    either: set[tuple[str, str]] = field(default_factory=set)
    """Fields of which nobody knows whether what was undone stands, or the plan's value."""
    lapsed: set[tuple[str, str]] = field(default_factory=set)
    """Fields that people changed since an undo: what was undone may stand again as long as no pass saw the change."""
    lines: dict[tuple[str | None, str | None], list[tuple[str, str]]] = field(default_factory=dict)
    """Items that follow the plan's order, each with its task, by group and item above."""
    taken: list[str] = field(default_factory=list)
    """The items of which a pass put a value into the plan, as often as it did."""
    copies: set[str] = field(default_factory=set)
    """Tasks that people duplicated, and those that nobody can find any more: a second one is no fault."""
    untold: set[str] = field(default_factory=set)
    """Tasks of which the tool forgot to tell something: a store that does not know of it hears of it no more."""
    learned: set[str] = field(default_factory=set)
    """Tasks that were known as merged into others, to the store as well."""
    by_word: set[str] = field(default_factory=set)
    """Those of which the store forgot it: only the process that was told still knows, as long as it lives."""
    now: int = 0

    def forget(self, told: Iterable[str], planned: Iterable[tuple[str, str, FieldValue]]) -> None:
        """Log and store do not know any more what they knew: neither the plan's order, nor of merges.

        Of merges only the process itself still knows, as far as it was `told`. What the plan holds by now (`planned`,
        by item and field) is all that is known of what it ever took over.
        """
        for one in planned:
            self._settled(*one)
        self.by_word = (self.learned | self.by_word) & set(told)
        self.learned.clear()
        self.told.clear()
        self.overruled.clear()
        self.lines.clear()

    def tick(self) -> int:
        """A moment later."""
        self.now += 1
        return self.now

    def team(self, item: str, task: str, key: str, values: tuple[object, object], rule: FieldRule | None) -> None:
        """A team set a field, from one value to another."""
        old, new = values
        if _alike(old, new):
            return
        unclear = (item, key) in self.dirty or item in self.fog
        seen_before = any(_alike(new, earlier) for earlier in self.held.get((item, key), ()))
        plan_wins = rule is not None and rule.owner is Owner.SHARED and rule.conflict is Conflict.PLAN
        came = _alike(old, self.plan.get((item, key), old)) and not self.heard(item, key, old)
        edited = unclear and not came  # where the value was the team's own, no pass may ever have seen both hold it
        hidden = any(_alike(new, earlier) for earlier in self.lately.get((item, key), ()))
        firm = not (hidden and rule is not None) and not (plan_wins and edited)
        self._touch(item, task, key, again=seen_before)
        if rule is not None and rule.owner is Owner.SHARED and rule.conflict is Conflict.HOLD and unclear:
            self.torn.discard((item, key))
        self._remember(item, key, old, new)
        self.teams[task, key] = Said(new, self.tick(), firm)
        self.told[task, key] = new
        self._voice(item, key, new)

    def stood(self, item: str, key: str, value: object) -> None:
        """This is what a task held as it became an item's: the plan's own words stand in none that a team made."""
        self._remember(item, key, value)

    def place(self, item: str, task: str, key: str, new: object) -> None:
        """A team put a task somewhere else."""
        self.lines.clear()
        self.teams[task, key] = Said(new, self.tick(), (item, key) not in self.dirty and item not in self.fog)

    def edit(self, item: str, tasks: Iterable[str], rule: FieldRule, old: FieldValue, new: FieldValue) -> None:
        """Somebody edited the plan."""
        key = rule.key
        if same(old, new):
            return
        returns = any(_alike(new, earlier) for earlier in self.held.get((item, key), ()))
        self._people_changed(item, key, again=returns)
        for task in tasks:
            said = self.teams.get((task, key))
            if said is None or rule.owner is not Owner.SHARED:
                continue
            if rule.conflict is Conflict.PLAN or _alike(old, said.value):
                said.firm = False
            elif rule.conflict is Conflict.HOLD and said.firm and not returns and item not in self.fog:
                self.torn.add((item, key))
        self._remember(item, key, old, new)
        self.plan[item, key] = new
        self.dirty[item, key] = self.tick()

    def planned(self, items: Collection[str]) -> None:
        """The plan has these items by now; where the tasks of others stand, it says no more, come back or not."""
        self.lines = {home: [each for each in line if each[0] in items] for home, line in self.lines.items()}

    def note_frames(self, around: Mapping[str, tuple[str, str]]) -> None:
        """This stands above and below the plan's own words in the notes of each item by now."""
        for item, frame in around.items():
            self.frames.setdefault(item, set()).add(frame)

    def words(self, item: str, key: str, value: object) -> object:
        """What people said: of notes, the plan's own words without what ever stood around them."""
        if key != "notes" or value is None:
            return value
        text = str(value)
        for above, below in sorted(self.frames.get(item, ()), key=lambda frame: -len("".join(frame))):
            if text.startswith(above) and text.endswith(below):
                return text.removeprefix(above).removesuffix(below).strip() or None
        return text

    def heard(self, item: str, key: str, value: object) -> bool:
        """Whether a team gave a field this value, whatever the plan has put around it since."""
        said, words = self.voiced.get((item, key), ()), self.words(item, key, value)
        return any(_alike(words, self.words(item, key, one)) for one in said)

    def _voice(self, item: str, key: str, *values: object) -> None:
        self.voiced.setdefault((item, key), []).extend(values)

    def soften(self, tasks: Iterable[str], key: str) -> None:
        """The plan took over what a team said, and says more than that at once."""
        for task in tasks:
            if said := self.teams.get((task, key)):
                said.firm = False

    def said_farewell(self, tasks: Iterable[str]) -> None:
        """Syncd's last word stood in the notes: where a team had left nothing in them, that cannot be seen any more."""
        for task in tasks:
            if (said := self.teams.get((task, "notes"))) and said.value is None:
                said.firm = False

    def _remember(self, item: str, key: str, *values: object) -> None:
        self.held.setdefault((item, key), []).extend(values)
        self.lately.setdefault((item, key), []).extend(values)

    def moved(self, item: str, tasks: Iterable[str]) -> None:
        """The plan moved an item: what moves stands somewhere among those that stood there before."""
        self.lines = {home: [each for each in line if each[0] != item] for home, line in self.lines.items()}
        for key in PLACE:
            for task in tasks:
                self.teams.pop((task, key), None)
            self.dirty[item, key] = self.tick()
        if item not in self.fog:
            self.adrift.discard(item)

    def _touch(self, item: str, task: str, key: str, *, again: bool) -> None:
        """Whoever sets a field ends what an undo left there; on a copy, nobody knows which of the tasks counts."""
        if task not in self.copies:
            self._people_changed(item, key, again=again)
        elif (item, key) in self.back:
            self.half_undone(item, key, self.back.pop((item, key)))

    def _people_changed(self, item: str, key: str, *, again: bool) -> None:
        """What was undone stands no more, unless the field is back (`again`) where it was before any pass could see."""
        undone = any((item, key) in held for held in (self.back, self.either, self.lapsed))
        self._forget_undo(item, key)
        if undone:
            self.lapsed.add((item, key))
            if again:
                self.either.add((item, key))

    def _forget_undo(self, item: str, key: str) -> None:
        self.back.pop((item, key), None)
        self.ruled.pop((item, key), None)
        self.either.discard((item, key))

    def half_undone(self, item: str, key: str, values: Iterable[object]) -> None:
        """An undo was to put a field back, and nobody knows what came of it: it may hold any of these."""
        self.ruled.pop((item, key), None)
        self._remember(item, key, *values)
        self._voice(item, key, *values)
        self.either.add((item, key))
        self.fog[item] = self.tick()

    def undone(self, item: str, task: str, key: str, both: tuple[FieldValue, FieldValue]) -> None:
        """An undo put a field back; since then tool and plan hold these."""
        self.teams.pop((task, key), None)
        self.torn.discard((item, key))
        self.ruled.pop((item, key), None)
        self._remember(item, key, *both)
        self._voice(item, key, both[0])
        if (item, key) in self.dirty or item in self.fog:
            self.half_undone(item, key, both)
        else:
            self.back[item, key] = both
            self.plan[item, key] = both[1]

    def decided(self, item: str, task: str, key: str, taken: FieldValue) -> None:
        """A person said which value stands; `taken` is the tool's, where it is that."""
        self.teams.pop((task, key), None)
        self.torn.discard((item, key))
        self._forget_undo(item, key)
        self.dirty[item, key] = self.fog[item] = self.tick()
        self._voice(item, key, taken)

    def rename(self, old: str, new: str) -> None:
        """An item has another id by now."""
        by_field: tuple[dict[tuple[str, str], Any], ...] = (
            self.plan,
            self.dirty,
            self.held,
            self.lately,
            self.voiced,
            self.back,
            self.ruled,
        )
        for held in by_field:
            for item, key in [pair for pair in held if pair[0] == old]:
                held[new, key] = held.pop((item, key))
        self.frames.setdefault(new, set()).update(self.frames.pop(old, ()))
        if old in self.fog:
            self.fog[new] = self.fog.pop(old)
        self.adrift = {new if item == old else item for item in self.adrift}
        self.torn = {(new if item == old else item, key) for item, key in self.torn}
        self.either = {(new if item == old else item, key) for item, key in self.either}
        self.lapsed = {(new if item == old else item, key) for item, key in self.lapsed}
        self.lines.clear()

    def cloud(
        self,
        items: Iterable[str],
        rules: Mapping[str, FieldRule],
        tasks: Mapping[str, Iterable[str]],
        *,
        turned_back: bool,
    ) -> None:
        """Nobody may know any more what both sides last agreed on about these items.

        With `turned_back` what is remembered is older than it should be: values of long ago pass for a team's.
        """
        for item in items:
            for key in rules if turned_back else ():
                self._voice(item, key, *self.held.get((item, key), ()))
                self.lately[item, key] = list(self.held.get((item, key), ()))
            self.fog[item] = self.tick()
            self.adrift.add(item)
            for pair in [pair for pair in self.back if pair[0] == item]:
                self.half_undone(*pair, self.back.pop(pair))
            self.torn = {(one, key) for one, key in self.torn if one != item}
            self.ruled = {pair: value for pair, value in self.ruled.items() if pair[0] != item}
            for task in tasks.get(item, ()):
                for key in PLACE:
                    self.teams.pop((task, key), None)
                for key, rule in rules.items():
                    said = self.teams.get((task, key))
                    if turned_back and said and rule.owner is Owner.SHARED and rule.conflict is Conflict.PLAN:
                        said.firm = False

    def agreed(self, item: str, task: str, held: Mapping[str, tuple[FieldValue, FieldValue]], since: int) -> None:
        """A pass that began at `since` went well for an item, where plan and tool hold these values by now."""
        for key, (planned, there) in held.items():
            said, settled = self.teams.get((task, key)), self._is_agreed(item, key, (planned, there), since)
            if settled:
                self.lapsed.discard((item, key))
                if item not in self.fog and (said is None or said.at <= since):
                    self.lately[item, key] = [planned]
            known = (said and said.at <= since) or self.fog.get(item, since + 1) <= since
            if known and settled:
                self.teams.pop((task, key), None)
                self._settled(item, key, planned)
            if self.dirty.get((item, key), since + 1) <= since:
                del self.dirty[item, key]
        for key in PLACE:
            if self.dirty.get((item, key), since + 1) <= since:
                del self.dirty[item, key]
        if self.fog.get(item, since + 1) <= since and all(same(*both) for both in held.values()):
            del self.fog[item]

    def _is_agreed(self, item: str, key: str, both: tuple[FieldValue, FieldValue], since: int) -> bool:
        """Whether plan and tool hold the same, and nobody edited the plan after `since`."""
        return same(*both) and self.dirty.get((item, key), 0) <= since

    def passed_over(
        self, item: str, task: str, key: str, both: tuple[FieldValue, FieldValue], since: int
    ) -> Said | None:
        """What a team said for good before `since`, where plan and tool by now agree on other words."""
        said = self.teams.get((task, key))
        if said is None or not said.firm or said.at > since:
            return None
        if _alike(self.words(item, key, both[0]), self.words(item, key, said.value)):
            return None
        return said if self._is_agreed(item, key, both, since) else None

    def _settled(self, item: str, key: str, planned: FieldValue) -> None:
        """Plan and tool hold the same. What people wrote into the plan may give way only to what a team said."""
        earlier = self.plan.get((item, key), planned)
        if same(earlier, planned):
            self.plan[item, key] = planned
        elif self.heard(item, key, planned):
            self.overruled.append((item, key, earlier))
            self.plan[item, key] = planned


def _alike(one: object, other: object) -> bool:
    return one == other or same(one, other)  # type: ignore[arg-type]
