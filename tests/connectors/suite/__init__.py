"""The suite that every connector must pass: a connector's tests inherit it and give it a `bench`."""

from tests.connectors.suite.containers import Containers
from tests.connectors.suite.hearing import Hearing
from tests.connectors.suite.news import Telling
from tests.connectors.suite.placing import Placing
from tests.connectors.suite.reading import Reading
from tests.connectors.suite.trouble import Trouble
from tests.connectors.suite.writing import Writing


class ConnectorSuite(Containers, Writing, Placing, Reading, Telling, Hearing, Trouble):
    """What holds for every connector and every tool."""
