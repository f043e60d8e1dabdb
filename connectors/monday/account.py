"""What the connector must know of the account: who it is itself, and how many requests a day it has."""

from __future__ import annotations

from datetime import date
from typing import Final

from connectors.clock import Clock
from connectors.errors import ToolError
from connectors.limiter import Daily
from connectors.monday import documents, shapes
from connectors.monday.answers import Answer, Raw, understood
from connectors.monday.client import Client
from connectors.monday.documents import Part
from connectors.monday.points import day_of
from connectors.vocabulary import Person

USUAL: Final = 1000
"""Requests a day of the smaller plans, which are taken for granted until monday says otherwise."""


class Account:
    """Both are asked for along with something else: once for all, and once a day.

    `limit_known` leaves the day's limit as it is configured.
    """

    def __init__(self, client: Client, daily: Daily, clock: Clock, *, limit_known: bool) -> None:
        self._client = client
        self._daily = daily
        self._clock = clock
        self._limit_known = limit_known
        self._asked_on: date | None = None
        self.id: str | None = None
        """Our own id, None until it was asked for."""

    def me(self) -> Person:
        """Who we are, asked anew."""
        parts = [Part("me", documents.ME), Part("platform", documents.QUOTA)]
        answer = self._client.ask("Me", parts, what="asking monday who we are")
        person = shapes.person(answer.record("me"))
        self.learn(answer)
        return person

    def questions(self) -> list[Part]:
        """What is to be asked along with the next request."""
        mine = [] if self.id else [Part("me", documents.ME)]
        return mine if self._asked_on == self._clock.now().date() else [*mine, Part("platform", documents.QUOTA)]

    def learn(self, answer: Answer) -> None:
        """Take over what was answered; who may not ask for the account's limits goes by the usual ones."""
        if "me" in answer.data:
            self.id = answer.record("me")["id"]
        platform = answer.data.get("platform")
        if isinstance(platform, dict):
            limit, days = _day_of(platform)
            today = self._clock.now().date()
            self._daily.told(today, limit=None if self._limit_known else limit, usage=days.get(f"{today}", 0))
        if "platform" in answer.data or isinstance(answer.failed("platform"), ToolError):
            self._asked_on = self._clock.now().date()


@understood("account")
def _day_of(raw: Raw) -> tuple[int | None, dict[str, int]]:
    limit, days = day_of(raw)
    return limit, dict(days)
