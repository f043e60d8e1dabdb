"""Writes tasks: a create is one request with everything in it, an update sends what is given and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from connectors import marks
from connectors.asana import outgoing, rich
from connectors.asana.answers import Raw
from connectors.asana.client import Client
from connectors.asana.fields import Fields
from connectors.asana.people import People
from connectors.asana.placing import Placer
from connectors.asana.reading import Reader
from connectors.asana.shapes import home_of, html_of
from connectors.errors import Invalid, NoAccess, NotFound, PlanTier, ToolError, Transient, UnknownOutcome
from connectors.text import plain
from connectors.vocabulary import Container, Create, Task, Update, Write, Written


@dataclass(slots=True)
class _Draft:
    """A request's body while it is put together, and in words what had to be left out.

    `notes` None leaves them as they are: `held`, with their marker line in `old`, and `formatted` where people gave
    them a form. The marker goes into `marker_field`, or onto the last line of the notes where there is no such field.
    """

    data: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    notes: str | None = None
    held: str = ""
    old: str = ""
    formatted: str = ""
    marker: str | None = None
    marker_field: str | None = None
    remarks: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The body as it is sent."""
        notes, fields = self.notes, dict(self.fields)
        if self.marker and self.marker_field:
            fields[self.marker_field] = self.marker
        elif self.marker:
            notes = marks.join(self.held if notes is None else notes, self.marker)
        texts = {} if notes is None else self._texts(notes)
        return {**self.data, **texts, **({"custom_fields": fields} if fields else {})}

    def _texts(self, notes: str) -> dict[str, str]:
        """The notes in the form that keeps what people made bold, a list or a link."""
        html = rich.patched(self.formatted, self.old, notes) if self.formatted else None
        return {"html_notes": html} if html else {"notes": notes}


class Writer:
    """Makes and changes tasks."""

    def __init__(self, client: Client, people: People, fields: Fields, reader: Reader) -> None:
        self._client = client
        self._people = people
        self._fields = fields
        self._reader = reader
        self._placer = Placer(client, reader)

    def write(self, write: Write) -> Written:
        """Do it. Raises what went wrong; what had to be left out stands in the remarks."""
        self._fields.of(write.container.id)
        return self._create(write) if isinstance(write, Create) else self._update(write)

    def _create(self, create: Create) -> Written:
        project = create.container.id
        standing = create.parent is None or create.group is not None
        draft = self._draft(create, None)
        draft.data.setdefault("name", "")
        draft.marker, draft.marker_field = create.marker, create.container.marker_field if standing else None
        if create.parent is not None:
            draft.data["parent"] = create.parent
        if standing:
            draft.data["projects"] = [project]
        if create.group is not None:
            draft.data["memberships"] = [{"project": project, "section": create.group}]
        raw = self._sent(draft, create, self._client.create_task)
        return self._written(lambda: self._in_its_section(raw, create, draft), create.container, draft)

    def _in_its_section(self, raw: Raw, create: Create, draft: _Draft) -> Raw:
        """The new task in the section that it was made for: Asana is not known to heed that in every account."""
        home = home_of(raw, create.container.id) or {}
        if "memberships" not in draft.data or (home.get("section") or {}).get("gid") == create.group:
            return raw
        try:
            self._client.place(str(raw["gid"]), create.container.id, create.group, None)
        except (Invalid, NoAccess, NotFound) as error:
            draft.remarks.append(f"it stands in another section: {error.words}")
        return self._client.task(str(raw["gid"]))

    def _update(self, update: Update) -> Written:
        current = self._client.formatted_task(update.task) if _needs_current(update) else None
        seen = None if current is None else self._reader.task(current, update.container)
        draft = self._draft(update, current)
        if current is not None and seen is not None:
            self._mark(draft, update, current, seen)
        raw = None
        for number, step in enumerate(self._steps(update, seen, draft)):
            try:
                raw = step()
            except Transient as error:
                if number == 0:
                    raise
                raise UnknownOutcome(f"it was done in part: {error.words}", what=error.what) from error
        as_read = current if _only_ordered(update) else None
        return self._written(lambda: raw or as_read or self._client.task(update.task), update.container, draft)

    def _steps(self, update: Update, seen: Task | None, draft: _Draft) -> Iterator[Callable[[], Raw | None]]:
        """The requests of an update: to its new place, then its values."""
        yield from self._placer.steps(update, seen, draft.remarks)
        if draft.body():
            yield lambda: self._sent(draft, update, lambda body: self._client.update_task(update.task, body))

    def _mark(self, draft: _Draft, update: Update, current: Raw, seen: Task) -> None:
        """See to it that the marker stays where it is when the notes are written, or comes where it belongs."""
        given = update.values.given
        draft.old, html = plain(current.get("notes") or ""), html_of(current)
        draft.formatted = html if rich.is_formatted(html, draft.old) else ""
        wanted = str(given.get("marker") or "")
        # Where its own marker stands there already, the one that was read for it is a line that a team put above.
        own = wanted if wanted in map(marks.read, draft.old.split("\n")) else seen.marker
        draft.held, written = marks.split(draft.old, own)
        standing = update.group is not None or home_of(current, update.container.id) is not None
        place = update.container.marker_field if standing else None
        if "marker" not in given:
            draft.marker = written if draft.notes is not None else None
        elif given["marker"] is not None:
            draft.marker, draft.marker_field = str(given["marker"]), place
            if draft.notes is None and written not in (None, draft.marker):
                draft.notes = draft.held
        else:
            draft.notes = draft.held if draft.notes is None else draft.notes
            draft.fields |= {place: None} if place else {}

    def _draft(self, write: Write, current: Raw | None) -> _Draft:
        given, draft = write.values.given, _Draft()
        if "title" in given:
            draft.data["name"] = str(given["title"] or "")
        if "notes" in given:
            draft.notes = str(given["notes"] or "")
        if "completed" in given:
            draft.data["completed"] = bool(given["completed"])
        dates, remarks = outgoing.dates(given, current)
        draft.data.update(dates)
        draft.remarks.extend(remarks)
        if "assignee" in given:
            self._assign(draft, given["assignee"])
        self._fill(draft, write)
        return draft

    def _assign(self, draft: _Draft, address: object) -> None:
        """A stranger never fails the task: nobody is assigned, and whoever was stays."""
        found = self._people.find(str(address)) if address else None
        if address and found is None:
            draft.remarks.append(f"nobody in the workspace has the address {address}: the task was not assigned")
        else:
            draft.data["assignee"] = found

    def _fill(self, draft: _Draft, write: Write) -> None:
        """Set the custom fields; what does not fit those known is tried once more with those there are now."""
        there = self._fields.of(write.container.id)
        draft.fields, remarks = outgoing.custom(write, there, self._people.find)
        if remarks:
            there = self._fields.again(write.container.id)
            draft.fields, remarks = outgoing.custom(write, there, self._people.find)
        draft.remarks.extend(remarks)

    def _sent(self, draft: _Draft, write: Write, send: Callable[[dict[str, Any]], Raw]) -> Raw:
        """Send the draft; what Asana refuses in it is left out and told, rather than failing the whole task."""
        while True:
            try:
                return send(draft.body())
            except (Invalid, NoAccess, PlanTier) as error:
                if not self._gave_way(draft, write, error):
                    raise

    def _gave_way(self, draft: _Draft, write: Write, error: ToolError) -> bool:
        """Take out of the draft what the error is about; False if there is nothing of the kind in it (any more)."""
        if error.words.startswith("assignee") and draft.data.pop("assignee", None):
            draft.remarks.append(f"the task was not assigned: {error.words}")
            return True
        if "section" in error.words and draft.data.pop("memberships", None):
            draft.remarks.append(f"it stands in the project's first section: {error.words}")
            return True
        if "html_notes" in draft.body() and ("html" in error.words or "xml" in error.words):
            draft.formatted = ""
            return True
        return self._gave_way_in_fields(draft, write, error)

    def _gave_way_in_fields(self, draft: _Draft, write: Write, error: ToolError) -> bool:
        """The same for custom fields: they may have been detached, locked, or gone with the account's plan."""
        before: dict[str, Any] = draft.body().get("custom_fields", {})
        if not before:
            return False
        there = self._fields.again(write.container.id)
        refused = {gid for gid in before if gid not in there or gid in error.words}
        if not refused and not isinstance(error, Invalid):
            refused = set(before)
        fitting, remarks = outgoing.custom(write, there, self._people.find)
        told = [f"“{there[gid].get('name')}” was left out: {error.words}" for gid in fitting if gid in refused]
        draft.remarks.extend(remark for remark in (*remarks, *told) if remark not in draft.remarks)
        draft.fields = {gid: value for gid, value in draft.fields.items() if gid in fitting and gid not in refused}
        if draft.marker_field in refused:
            draft.marker_field = None
        return bool(draft.body().get("custom_fields", {}) != before)

    def _written(self, answer: Callable[[], Raw], container: Container, draft: _Draft) -> Written:
        """What came of a write that was done: where that cannot be read, its outcome is unknown."""
        try:
            return Written(self._reader.task(answer(), container), tuple(draft.remarks))
        except Transient as error:
            raise UnknownOutcome(error.words, what=error.what) from error


def _needs_current(update: Update) -> bool:
    """True if the task must be read first.

    For the marker in its notes, for the due that a start needs beside it, or to know where it stands.
    """
    given = update.values.given
    cleared = "due" in given and given["due"] is None
    unread = cleared or update.parent == "" or _only_ordered(update)
    return bool({"notes", "marker", "start"} & given.keys()) or unread


def _only_ordered(update: Update) -> bool:
    """True if the task stays where it is, and only comes behind another one there: as it was read, so it is."""
    return update.after is not None and update.parent is None and update.group is None
