"""What the connector must know of the account: who it is itself, and how many requests a day it has."""

from __future__ import annotations

from typing import Final

from connectors.clock import Clock
from connectors.contract import Fact, Settings
from connectors.limiter import Daily
from connectors.monday import documents, shapes
from connectors.monday.answers import Answer, Raw, understood
from connectors.monday.client import Client
from connectors.monday.documents import Part
from connectors.reach import Reach, Standing
from connectors.vocabulary import Person

USUAL: Final = 1000
"""Requests a day of the smaller plans, which are taken for granted until monday says otherwise."""

_LIMIT: Final = "daily_calls"
_ASKED: Final = "daily_asked"
_USER: Final = "user"


class Account:
    """Both are asked for along with something else: once for all, and every hour, because others send as well.

    A limit that is configured stays what it is.
    """

    def __init__(self, client: Client, daily: Daily, clock: Clock, settings: Settings) -> None:
        self._client = client
        self._daily = daily
        self._clock = clock
        self._limit_known = settings.daily_calls is not None
        self._learnt = {name: settings.known[name] for name in (_LIMIT, _ASKED, _USER) if name in settings.known}

    @property
    def id(self) -> str | None:
        """Our own id, None until it was asked for."""
        known = self._learnt.get(_USER)
        return str(known) if known else None

    def learnt(self) -> dict[str, Fact]:
        """What is known of the account by now."""
        return dict(self._learnt)

    def me(self) -> Person:
        """Who we are, asked anew."""
        parts = [Part("me", documents.ME), Part("platform", documents.QUOTA)]
        answer = self._client.ask("Me", parts, what="asking monday who we are")
        person = shapes.person(answer.record("me"))
        self.learn(answer)
        return person

    def reach(self) -> Reach:
        """What kind of user we are, and the account's tier."""
        parts = [Part("me", documents.KIND), Part("account", documents.TIER)]
        return reach_of(self._client.ask("Reach", parts, what="asking monday what this account may do").data)

    def questions(self) -> list[Part]:
        """What is to be asked along with the next request."""
        mine = [] if self.id else [Part("me", documents.ME)]
        return mine if self._learnt.get(_ASKED) == self._hour() else [*mine, Part("platform", documents.QUOTA)]

    def learn(self, answer: Answer) -> None:
        """Take over what was answered; who may not ask for the account's limits goes by the usual ones."""
        if "me" in answer.data:
            self._learnt[_USER] = answer.record("me")["id"]
        platform = answer.data.get("platform")
        if isinstance(platform, dict):
            limit, days = day_of(platform)
            told = None if self._limit_known else limit
            self._daily.told(self._clock.now().date(), limit=told, usage=days.get(self._today(), 0))
            self._learnt |= {_LIMIT: told} if told else {}
        if "platform" in answer.data:
            self._learnt[_ASKED] = self._hour()

    def _hour(self) -> str:
        return self._clock.now().isoformat(timespec="hours")

    def _today(self) -> str:
        return self._clock.now().date().isoformat()


@understood("account")
def day_of(platform: Raw) -> tuple[int | None, dict[str, int]]:
    """The account's limit of requests a day, where it is told, and how many were counted on each day."""
    limit = (platform.get("daily_limit") or {}).get("total") or (platform.get("daily_limit") or {}).get("base")
    days = (platform.get("daily_analytics") or {}).get("by_day") or []
    return int(limit) if limit else None, {str(row["day"])[:10]: int(row["usage"]) for row in days}


@understood("account")
def reach_of(told: Raw) -> Reach:
    """A kind that monday adds one day is none that is known here; who may not see the account is not told its tier."""
    kind, tier = (told.get("me") or {}).get("kind"), (told.get("account") or {}).get("tier")
    return Reach(Standing(kind) if kind in list(Standing) else None, tier=str(tier or ""))
