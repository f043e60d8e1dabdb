"""Failures that only connectors tell apart, because they act on them before anybody else hears of them."""

from __future__ import annotations

from connectors.errors import Quota, ToolError, Transient, UnknownOutcome
from connectors.limiter import lasting


class LostPage(Transient):
    """The token of a listing's next page has expired: the listing must be begun again."""


class NotSent(Transient):
    """No connection came about, so even a write certainly did not take effect."""

    next_step = (
        "Is it running, and is the address right (base_url in the connection's section)? Can this machine reach it? "
        "Then run the command again (`syncd run` does so by itself)."
    )


class Distrusted(NotSent):
    """The other side showed a certificate that this machine does not trust: trying again changes nothing."""

    next_step = (
        "Does something in your network look into secure connections, as filters in schools do? Then save the "
        "certificate of its authority and name it as ca_file under [network] (docs/network.md). Is it about a date? "
        "Look at this machine's clock first."
    )


class Astray(NotSent):
    """The proxy cannot be reached, or does not let us through."""

    next_step = (
        "Look at proxy under [network], or at the variables HTTPS_PROXY and NO_PROXY where that is not set; "
        "ask who runs the proxy to let this machine through to the tool (docs/network.md)."
    )


class Throttled(Quota):
    """The tool refused a request because a limit was hit; `named` is the wait that it asked for, if it did."""

    def __init__(self, words: str, *, named: float | None, what: str = "") -> None:
        self.named = named
        super().__init__(words, wait=named or 0.0, what=what)


def throttled(words: str, named: float | None, *, what: str) -> Throttled:
    """A limit was hit, told with how long the tool asks to keep away, if it did."""
    pause = f" (it asks for a pause of {lasting(named)})" if named else ""
    return Throttled(words + pause, named=named, what=what)


def unanswered(words: str, *, what: str, write: bool) -> ToolError:
    """No clear answer: a read may simply be done again, a write may have taken effect."""
    return UnknownOutcome(words, what=what) if write else Transient(words, what=what)
