"""The error answers of the Asana API, with the words Asana uses (Asana API documentation, "Errors")."""

from __future__ import annotations

from typing import Any

HELP = (
    "For more information on API status codes and how to handle them, read the docs on errors: "
    "https://developers.asana.com/docs/errors"
)


class Problem(Exception):
    """A request that is answered by an error; `extra` stands beside `errors` in the body."""

    def __init__(self, status: int, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON body; a 500 carries the phrase that Asana's support asks for."""
        error = {"message": self.message}
        if self.status != 412:
            error["help"] = HELP
        if self.status == 500:
            error["phrase"] = "6 sad squid snuggle softly"
        return {"errors": [error], **self.extra}


def missing(name: str) -> Problem:
    """A required input that was not sent."""
    return Problem(400, f"{name}: Missing input")


def unknown(name: str, gid: object, status: int = 400) -> Problem:
    """An id that names nothing: 400 inside a body, 404 in a path."""
    return Problem(status, f"{name}: Unknown object: {gid}")


def not_an_id(name: str, value: object) -> Problem:
    """Something that is no id at all."""
    return Problem(400, f"{name}: Not a recognized ID: {value}")


def wrong(name: str, why: str) -> Problem:
    """A value of the wrong type or outside what is allowed."""
    return Problem(400, f"{name}: {why}")


def no_access(kind: str) -> Problem:
    """Something that exists and that this credential may not see."""
    return Problem(403, f"You do not have access to this {kind}.")


def not_in_this_plan(message: str) -> Problem:
    """A feature that the workspace's plan tier does not include."""
    return Problem(402, message)


def no_route() -> Problem:
    """A path or method that the API does not have (never 405)."""
    return Problem(404, "No matching route for request")
