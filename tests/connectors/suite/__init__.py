"""The suite that every connector must pass: a connector's tests inherit it and give it a `bench`.

`ConnectorSuite` is all of it. A tool that has no webhooks, no limits or no accounts inherits `Essential` and the parts
for what it does have: `Hearing`, `Limited`, `Private`.
"""

from tests.connectors.suite.containers import Containers
from tests.connectors.suite.hearing import Hearing
from tests.connectors.suite.limits import Limited
from tests.connectors.suite.news import Telling
from tests.connectors.suite.placing import Placing
from tests.connectors.suite.private import Private
from tests.connectors.suite.reading import Reading
from tests.connectors.suite.trouble import Trouble
from tests.connectors.suite.writing import Writing


class Essential(Containers, Writing, Placing, Reading, Telling, Trouble):
    """What holds for every connector and every tool."""


class ConnectorSuite(Essential, Hearing, Limited, Private):
    """And what holds for those with webhooks, limits and accounts."""
