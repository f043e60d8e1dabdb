"""What the workspace consists of besides tasks: people, credentials, projects, sections, custom fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.asana.sandbox.problems import Problem
from connectors.asana.sandbox.records import Field, Goal, Metric, Option, Project, Ref, Section, Setting, Token, User
from connectors.asana.sandbox.state import State
from connectors.asana.sandbox.text import clean_name
from connectors.clock import Clock
from connectors.sandbox.keeping import insert, locked


class Containers(State):
    """People, projects, sections and custom fields, and what can happen to them."""

    def __init__(self, clock: Clock, tier: str = "premium") -> None:
        super().__init__(clock, tier)
        self.me = self.add_user("syncd", "syncd@example.org").gid
        self.person = self.add_user("Avery Teacher", "avery.teacher@example.org").gid

    # People and credentials

    @locked
    def add_user(self, name: str, email: str | None = None) -> User:
        """Someone new in the workspace."""
        address = email or f"{name.lower().replace(' ', '.')}@example.org"
        user = User(self.new_id(), name, address)
        self.users[user.gid] = user
        return user

    @locked
    def add_token(self, token: str, user: str | None = None, *, oauth: bool = False, ends: str | None = None) -> None:
        """Accept one more credential, for `user` or the API's own account, until it ends."""
        self.tokens[token] = Token(user or self.me, oauth, ends)

    @locked
    def revoke(self, token: str) -> None:
        """Stop accepting a credential: it is answered 401 from now on."""
        self.tokens.pop(token, None)

    # Containers

    @locked
    def add_goal(self, name: str, metric: Metric | None = None) -> Goal:
        """A new goal, with a figure or without."""
        goal = Goal(self.new_id(), clean_name(name), self.person, metric)
        self.goals[goal.gid] = goal
        return goal

    @locked
    def add_project(self, name: str, sections: Sequence[str] = (), *, by: str | None = None, **values: Any) -> Project:
        """A new project; without `sections` it has the one that Asana makes, "Untitled section"."""
        now = self.now()
        project = Project(self.new_id(), clean_name(name), now, now, owner=by or self.person)
        for key, value in values.items():
            setattr(project, key, value)
        self.projects[project.gid] = project
        self.emit(by or self.person, "added", Ref("project", project.gid), (project.gid,))
        for section in sections or ("Untitled section",):
            self.add_section(project.gid, section, by=by)
        return project

    @locked
    def set_project(self, gid: str, *, by: str | None = None, **values: Any) -> Project:
        """Change a project's own fields (name, notes, archived …)."""
        project = self.projects[gid]
        for key, value in values.items():
            if getattr(project, key) != value:
                setattr(project, key, value)
                project.modified_at = self.now()
                self.changed(by, Ref("project", gid), (gid,), key)
        return project

    @locked
    def add_section(
        self,
        project: str,
        name: str,
        *,
        before: str | None = None,
        after: str | None = None,
        by: str | None = None,
    ) -> Section:
        """A new section, at the end or beside another one."""
        section = Section(self.new_id(), clean_name(name), project, self.now())
        self.sections[section.gid] = section
        insert(self.projects[project].sections, section.gid, before, after)
        resource = Ref("section", section.gid)
        self.emit(by or self.person, "added", resource, (project,), parent=Ref("project", project))
        return section

    @locked
    def rename_section(self, gid: str, name: str, *, by: str | None = None) -> Section:
        """Give a section another name."""
        section = self.sections[gid]
        section.name = clean_name(name)
        self.changed(by, Ref("section", gid), (section.project,), "name")
        return section

    @locked
    def move_section(self, gid: str, *, before: str | None = None, after: str | None = None) -> None:
        """Put a section elsewhere among its project's sections."""
        order = self.projects[self.sections[gid].project].sections
        order.remove(gid)
        insert(order, gid, before, after)
        self.arranged += 1

    # Custom fields

    @locked
    def add_field(
        self,
        name: str,
        subtype: str = "text",
        *,
        project: str | None = None,
        options: Sequence[str] = (),
        by: str | None = None,
        **values: Any,
    ) -> Field:
        """A new custom field, put on `project` at once if one is named."""
        found = [Option(self.new_id(), option) for option in options]
        field = Field(self.new_id(), name, subtype, options=found, created_by=by or self.person, **values)
        self.fields[field.gid] = field
        if project:
            self.attach_field(project, field.gid, by=by)
        return field

    @locked
    def attach_field(self, project: str, field: str, *, important: bool = False, by: str | None = None) -> Setting:
        """Put a custom field on a project. Raises Problem where it stands there already."""
        settings = self.projects[project].settings
        if any(setting.field == field for setting in settings):
            raise Problem(400, f"Custom field with ID {field} is already on project with ID {project}")
        setting = Setting(self.new_id(), project, field, important)
        settings.append(setting)
        self.changed(by, Ref("project", project), (project,), "custom_field_settings", change="added")
        return setting

    @locked
    def detach_field(self, project: str, field: str) -> None:
        """Take a custom field off a project; values on its tasks stay, disabled."""
        settings = self.projects[project].settings
        settings[:] = [setting for setting in settings if setting.field != field]

    @locked
    def lock_field(self, gid: str, yes: bool = True) -> None:
        """Keep everyone but people in the tool from writing a custom field's values, or let them again."""
        self.fields[gid].locked = yes

    def changed(
        self,
        by: str | None,
        resource: Ref,
        streams: tuple[str, ...],
        name: str,
        *,
        change: str = "changed",
        value: Ref | None = None,
    ) -> None:
        """Write the event of one changed field; `custom_fields/GID` is told as `custom_fields`."""
        field = name.partition("/")[0]
        self.emit(by or self.person, "changed", resource, streams, field=field, change=change, value=value)
