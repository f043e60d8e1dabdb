"""What every connector does with containers, groups, people and the credential."""

from __future__ import annotations

import pytest

from connectors.contract import Connector
from connectors.errors import Invalid, NoAccess, NotFound
from connectors.vocabulary import Container, Depth, FieldType, Group
from tests.connectors.bench import Bench
from tests.connectors.suite.base import Base, make


class Containers(Base):
    """Found, made once, never mixed up."""

    def test_a_container_is_opened_by_id_address_and_name(self, bench: Bench, connector: Connector) -> None:
        """All three ways of naming a container lead to the same one."""
        by_id = connector.open(bench.container)
        assert by_id.id == bench.container
        assert by_id.name == bench.name
        assert connector.open(bench.address) == by_id
        assert connector.open(bench.name, by_name=True) == by_id

    def test_a_name_is_made_once(self, bench: Bench, connector: Connector) -> None:
        """A name that nothing goes by is an error, unless it may be made; and then it is made once."""
        with pytest.raises(NotFound):
            connector.open("Brand new", by_name=True)
        made = connector.open("Brand new", by_name=True, create=True)
        assert made.name == "Brand new"
        assert bench.connect().open("Brand new", by_name=True, create=True) == made
        assert [choice.name for choice in connector.discover()] == sorted(["Brand new", bench.name])

    def test_a_container_whose_making_was_not_answered_is_not_made_again(
        self, bench: Bench, connector: Connector
    ) -> None:
        """After a lost answer the tool is asked what there is."""
        bench.lose_reply()
        made = connector.open("Brand new", by_name=True, create=True)
        assert [choice.id for choice in connector.discover() if choice.name == "Brand new"] == [made.id]

    def test_a_name_of_several_containers_is_refused(self, bench: Bench, connector: Connector) -> None:
        """Nobody guesses which of two containers was meant."""
        bench.add_container(bench.name)
        with pytest.raises(Invalid, match="2"):
            connector.open(bench.name, by_name=True, create=True)

    def test_gone_and_out_of_sight_are_told_apart(self, bench: Bench, connector: Connector) -> None:
        """A deleted container is not found; a private one is not for us."""
        gone, hidden = bench.add_container("Gone"), bench.add_container("Hidden")
        bench.delete_container(gone)
        bench.hide_container(hidden)
        with pytest.raises(NotFound):
            connector.open(gone)
        with pytest.raises(NoAccess):
            connector.open(hidden)

    @pytest.mark.parametrize("nonsense", ["our plan", "https://[", ""])
    def test_nonsense_names_no_container(self, connector: Connector, nonsense: str) -> None:
        """What is neither an id nor an address is refused before anything is asked, with advice."""
        before = connector.requests()
        with pytest.raises(Invalid) as refused:
            connector.open(nonsense)
        assert nonsense in str(refused.value)
        assert refused.value.next_step
        assert connector.requests() == before

    def test_groups_are_made_once(self, bench: Bench, connector: Connector, container: Container) -> None:
        """Missing groups are made, those there are kept; the answer is in the order asked for."""
        first = connector.ensure_groups(container, ["One", "Two"])
        assert [group.title for group in first][:2] == ["One", "Two"]
        before = connector.requests()
        again = connector.ensure_groups(container, ["Two", "One", "Two"])
        assert again[:2] == (first[1], first[0])
        assert {group.id for group in again} == {group.id for group in first}
        assert connector.requests() == before + 1
        reopened = bench.connect().open(container.id)
        assert {group.id for group in reopened.groups} == {group.id for group in first}

    def test_an_unanswered_group_is_not_made_again(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """After a lost answer the groups are listed."""
        bench.lose_reply()
        groups = connector.ensure_groups(container, ["One"])
        titles = [group.title for group in connector.open(container.id).groups]
        assert titles.count("One") == 1
        assert groups[0].id in {group.id for group in connector.open(container.id).groups}

    def test_a_group_is_called_anew(self, bench: Bench, connector: Connector, container: Container) -> None:
        """It keeps its id, its place and its tasks; called so again, nothing is sent but a look."""
        one, two = connector.ensure_groups(container, ["One", "Two"])[:2]
        task = make(connector, container, "A1", group=one.id)
        groups = connector.rename_group(container, one.id, "Uno")
        assert [group for group in groups if group.id in (one.id, two.id)] == [Group(one.id, "Uno"), two]
        assert groups == bench.connect().open(container.id).groups
        seen = connector.read(container, Depth.TOP).tasks[task.id]
        assert (seen.group, seen.modified_at) == (one.id, task.modified_at)
        before = connector.requests()
        assert connector.rename_group(container, one.id, "Uno") == groups
        assert connector.requests() == before + 1
        again = connector.rename_group(container, one.id, "Eins")
        assert [group.title for group in again if group.id == one.id] == ["Eins"]
        assert connector.ensure_groups(container, ["Eins"])[0].id == one.id

    def test_a_name_that_somebody_gave_a_group_stays(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """Where it goes by another title than it was known by, nothing is sent but a look."""
        group = connector.ensure_groups(container, ["One"])[0]
        bench.connect().rename_group(container, group.id, "Ours")
        before = connector.requests()
        groups = connector.rename_group(container, group.id, "Uno", was="One")
        assert Group(group.id, "Ours") in groups
        assert connector.requests() == before + 1
        assert Group(group.id, "Uno") in connector.rename_group(container, group.id, "Uno", was="Ours")

    def test_an_unanswered_name_of_a_group_is_resolved(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """After a lost answer the groups are listed."""
        group = connector.ensure_groups(container, ["One"])[0]
        bench.lose_reply()
        groups = connector.rename_group(container, group.id, "Uno")
        assert Group(group.id, "Uno") in groups
        assert groups == connector.open(container.id).groups

    def test_a_group_of_that_name_is_another_group(self, connector: Connector, container: Container) -> None:
        """Two groups may go by one name: their ids tell them apart."""
        one, two = connector.ensure_groups(container, ["One", "Two"])[:2]
        groups = connector.rename_group(container, two.id, "One")
        assert [group for group in groups if group.title == "One"] == [one, Group(two.id, "One")]
        assert connector.open(container.id).groups == groups

    def test_a_group_that_is_gone_is_not_found(self, bench: Bench, connector: Connector, container: Container) -> None:
        """One that was deleted, and one of another container: nothing is called anew."""
        gone = connector.ensure_groups(container, ["One"])[0]
        bench.delete_group(gone.id)
        other = connector.open("Other", by_name=True, create=True)
        strange = connector.ensure_groups(other, ["Strange", "Stranger"])[1]
        for group in (gone, strange):
            with pytest.raises(NotFound):
                connector.rename_group(container, group.id, "Uno")
        assert strange in connector.open(other.id).groups

    def test_who_we_are_and_who_there_is(self, bench: Bench, connector: Connector) -> None:
        """People are known by their address in lower case, and are asked for once."""
        people = connector.people()
        before = connector.requests()
        assert connector.people()[bench.teammate].address == bench.teammate
        assert connector.me().address in people
        assert connector.requests() <= before + 1
        assert all(address == address.lower() for address in people)

    def test_what_there_is_to_choose_from(self, bench: Bench, connector: Connector) -> None:
        """Workspaces and containers have an id and a name each, and come by name; one that is gone is none of them."""
        gone, other = bench.add_container("Gone"), bench.add_container("a further one")
        bench.delete_container(gone)
        before = connector.requests()
        workspaces = connector.workspaces()
        assert [bool(each.id and each.name) for each in workspaces] == [True] * len(workspaces)
        assert workspaces
        assert connector.requests() == before + 1
        found = connector.discover()
        assert [(each.id, each.name) for each in found] == [(other, "a further one"), (bench.container, bench.name)]
        assert all(each.url for each in found)

    def test_what_a_container_offers(self, connector: Connector, container: Container) -> None:
        """Groups, and fields with their type, come with it: no group and no field without an id and a title."""
        assert connector.open(container.id) == container
        assert all(group.id and group.title for group in container.groups)
        assert all(field.id and field.title for field in container.fields)
        marking = [field for field in container.fields if field.id == container.marker_field]
        assert [(field.title, field.type) for field in marking] == (
            [("Plan ID", FieldType.TEXT)] if container.marker_field else []
        )
