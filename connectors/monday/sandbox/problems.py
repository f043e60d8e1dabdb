"""The errors of the monday API: what is told inside an answer, and what stops a whole request."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """Something that one field of a request cannot have; monday tells it beside whatever else could be answered."""

    def __init__(self, code: str, message: str, status: int = 200, **data: Any) -> None:
        super().__init__(message)
        self.extensions = {"code": code, "status_code": status, "error_data": data}


class Stop(Exception):
    """A request that is answered by nothing but an error. `status` is the HTTP status."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None, **extensions: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.error = {"message": message, "extensions": {"code": code, "status_code": status, **extensions}}


def bad_cell(board: str, column: str, kind: str, value: Any, why: str) -> Problem:
    """A value that does not fit its column."""
    data = {"column_id": column, "column_type": kind, "column_value": str(value), "board_id": board}
    return Problem("ColumnValueException", why, 200, **data)


def no_item(key: object) -> Problem:
    """An item that is not there, or not for this token."""
    return Problem("ResourceNotFoundException", f"Item {key} was not found", 200, resource_type="item", resource_id=key)


def no_board(key: object) -> Problem:
    """A board that is not there, or not for this token."""
    return Problem("InvalidBoardIdException", f"No board has the id {key}", 200, board_id=key)


def wrong(message: str, **data: Any) -> Problem:
    """An argument that says something impossible."""
    return Problem("InvalidArgumentException", message, 200, **data)


def unauthorized(message: str) -> Problem:
    """Something that this account may not do."""
    return Problem("UserUnauthorizedException", message, 403)
