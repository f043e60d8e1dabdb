"""Sends what a program asks of Asana to the local one: for programs that have Asana's address written in."""

from __future__ import annotations

import os
from typing import Any

import requests

ASANA = "https://app.asana.com"


def redirect() -> None:
    """From now on, requests of the library `requests` to Asana go to where $PEERS_ROOT says."""
    send = requests.adapters.HTTPAdapter.send

    def sent(self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, *args: Any, **named: Any) -> Any:
        if request.url and request.url.startswith(ASANA):
            request.url = os.environ["PEERS_ROOT"] + request.url.removeprefix(ASANA)
        return send(self, request, *args, **named)

    requests.adapters.HTTPAdapter.send = sent  # type: ignore[method-assign]
