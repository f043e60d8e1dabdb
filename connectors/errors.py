"""What can go wrong with a tool, sorted by what to do about it.

ToolError                 every failure that comes from a tool
├── Transient             nothing happened; try again later                  (retryable)
│   └── Quota             a limit was hit; `wait` says how long to keep away  (retryable)
├── UnknownOutcome        the request may or may not have taken effect: look before doing it again
├── Refused               the credential is wrong, revoked or blocked: stop the connection
├── NoAccess              this object is not for us: stop what hangs on it, never read it as gone
├── NotFound              the tool says there is no such object
├── PlanTier              the account's plan lacks the feature: switch the capability off
└── Invalid               the tool will not take this value: set the item aside, a person must look
"""

from __future__ import annotations

from typing import Self

from connectors.text import ended


class ToolError(Exception):
    """A failure that comes from a tool. `words` are the tool's own, `next_step` is what a person can do.

    `retryable` tells whether the same request may be sent again without looking first.
    """

    retryable = False
    next_step = "Look at the tool's message; `syncd status` lists what is set aside."

    def __init__(self, words: str, *, what: str = "", next_step: str | None = None) -> None:
        self.words = words
        self.what = what
        if next_step is not None:
            self.next_step = next_step
        super().__init__(f"{what}: {words}" if what else words)

    @property
    def in_full(self) -> str:
        """What happened, and what to do next."""
        return f"{ended(str(self))} {self.next_step}"

    def about(self, what: str) -> Self:
        """The same failure, told of something else that was to be done in the same request."""
        other = self.__class__.__new__(self.__class__)
        other.__dict__.update(self.__dict__)
        other.what, other.args = what, (f"{what}: {self.words}",)
        return other


class Transient(ToolError):
    """The tool could not be reached or failed for the moment; nothing took effect."""

    retryable = True
    next_step = (
        "Run the command again later (`syncd run` does so by itself). If it lasts, look at the tool's status page."
    )


class Quota(Transient):
    """A limit of the tool was hit. `wait` is how many seconds to keep away."""

    next_step = (
        "Run the command again later (`syncd run` does so by itself). If it happens often, lower requests_per_minute "
        "or raise share_left."
    )

    def __init__(self, words: str, *, wait: float, what: str = "", next_step: str | None = None) -> None:
        self.wait = wait
        super().__init__(words, what=what, next_step=next_step)


class UnknownOutcome(ToolError):
    """A write was sent and no clear answer came: it may have taken effect."""

    next_step = "Nothing to do: syncd looks whether it arrived before it tries again."


class Refused(ToolError):
    """The tool does not accept the credential."""

    next_step = (
        "Most often the token was cut off when it was pasted: compare its end. Make a new token in the tool if need be "
        "and put it where the old one stood; then run `syncd check --online`."
    )


class NoAccess(ToolError):
    """The credential may not see or change this object."""

    next_step = "Ask the owner of the container in the tool to give syncd's account access to it."


class NotFound(ToolError):
    """The tool says that there is no such object."""

    next_step = "Check that it was not deleted in the tool; a container's id stands in its address."


class PlanTier(ToolError):
    """The account's plan does not include what was asked for."""

    next_step = "Nothing to do unless the feature is needed: then the tool's plan must include it."


class Invalid(ToolError):
    """The tool will not take what was sent."""

    next_step = "Correct the value in the plan or the mapping; then run `syncd sync --retry`."
