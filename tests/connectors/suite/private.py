"""What every connector does with credentials and with what is not for its eyes; for tools that have accounts."""

from __future__ import annotations

import pytest

from connectors.contract import Connector
from connectors.errors import Refused
from connectors.vocabulary import Container, Depth, Fate
from tests.connectors.bench import Bench
from tests.connectors.suite.base import Base


class Private(Base):
    """Refused at once, and never read as gone."""

    def test_a_bad_credential_is_refused_and_not_repeated(self, bench: Bench) -> None:
        """A token the tool does not know ends every call at once, and stands in no message."""
        connector = bench.connect(token="not-a-token-of-ours")
        with pytest.raises(Refused) as refused:
            connector.me()
        assert "not-a-token-of-ours" not in repr(refused.value) + str(refused.value)
        with pytest.raises(Refused):
            connector.changes({bench.container: None, "12345": None})
        assert connector.requests() == 2
        with pytest.raises(Refused):
            bench.connect(token="not-a-token-of-ours").reach()

    def test_a_hidden_task_is_not_called_deleted(
        self, bench: Bench, connector: Connector, container: Container
    ) -> None:
        """A private task is out of sight; one that was deleted at the same time is gone."""
        hidden, gone = bench.add("Hidden"), bench.add("Gone")
        bench.hide(hidden)
        bench.delete(gone)
        answers = connector.look(container, [hidden, gone], Depth.TOP)
        assert answers == {hidden: Fate.NO_ACCESS, gone: Fate.DELETED}
