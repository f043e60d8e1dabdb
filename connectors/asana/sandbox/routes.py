"""Which handler answers which method and path; the table that the handler modules fill."""

from __future__ import annotations

import re
from collections.abc import Callable

from connectors.asana.sandbox.call import Call
from connectors.asana.sandbox.problems import no_route
from connectors.sandbox.exchange import Reply

Handler = Callable[[Call], Reply]


class Router:
    """A table of routes; `{name}` in a template matches one path segment."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def on(self, method: str, template: str) -> Callable[[Handler], Handler]:
        """Decorate the handler of one method and path."""
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))

        def remember(handler: Handler) -> Handler:
            self._routes.append((method, pattern, handler))
            return handler

        return remember

    def answer(self, call: Call) -> Reply:
        """Run the handler for a call. Raises Problem 404 where there is none."""
        for method, pattern, handler in self._routes:
            if method == call.method and (found := pattern.fullmatch(call.path)):
                call.params = found.groupdict()
                return handler(call)
        raise no_route()


router = Router()
