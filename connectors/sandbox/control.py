"""Addresses for scripts that steer a sandbox from another process: its faults, and the requests it has seen."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from connectors.sandbox.exchange import Recorded
from connectors.sandbox.face import Face


def routes(api: Face[Any]) -> list[Route]:
    """`/-/faults` (GET, POST one or several, DELETE all) and `/-/requests` (GET, DELETE)."""

    async def faults(request: Request) -> JSONResponse:
        if request.method == "DELETE":
            api.faults.clear()
        if request.method == "POST":
            given = await request.json()
            try:
                api.faults.extend([api.fault.of(one) for one in (given if isinstance(given, list) else [given])])
            except (TypeError, ValueError, AttributeError) as error:
                return JSONResponse({"error": str(error)}, 400)
        return JSONResponse([asdict(fault) for fault in api.faults])

    async def requests(request: Request) -> JSONResponse:
        if request.method == "DELETE":
            api.requests.clear()
        return JSONResponse([_shown(seen) for seen in api.requests])

    return [
        Route("/-/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/-/requests", requests, methods=["GET", "DELETE"]),
    ]


def _shown(seen: Recorded) -> dict[str, Any]:
    names = ("method", "path", "query", "body", "status", "started", "ended")
    return {name: getattr(seen, name) for name in names}
