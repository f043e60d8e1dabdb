"""What the daemon knows of its passes: said in the log when something changes, and kept for health and metrics."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from connectors.contract import Connector
from connectors.errors import Refused
from connectors.text import ended
from syncd.app import App
from syncd.config_files import LeftOut
from syncd.engine.tally import PassReport
from syncd.errors import FileError
from syncd.records import Outcome, SetAside
from syncd.service.metrics import DEEDS, Metrics
from syncd.service.troubles import Troubles
from syncd.store.errors import StoreError

WELL: Final = (Outcome.DONE, Outcome.FINDINGS)
"""Endings of passes after which the mapping is up to date."""
_VARYING: Final = re.compile(r"\([^)]*\)|(?<![\w.])\d+")
"""What differs from one time to the next in the same trouble: figures that stand alone, and what is in brackets."""
_log = structlog.get_logger(__name__)


class Watch:
    """Takes in how passes end; thread-safe. A trouble that lasts is logged when it begins and when it is over."""

    def __init__(self, app: App) -> None:
        self.metrics = Metrics(app.clock.now, self._at_work, working=lambda: not self._stands_by)
        self.troubles = Troubles(app.clock.now)
        self.started_at: datetime = app.clock.now()
        self.passes = 0
        self.clock = ""
        """What is wrong with this machine's clock; "" if nothing is known to be."""
        self._stands_by = False
        self._app = app
        self._said: dict[str, str] = {}
        self._well: dict[str, datetime] = {}
        self._stopped: dict[str, datetime] = {}
        """When the newest pass of a mapping ended, if the guard stopped it."""
        self._reached: dict[str, bool] = {}
        self._lock = threading.Lock()
        self.metrics.left_out(self._left_out)
        self.follow(app)

    def _left_out(self) -> int:
        """How many files of a folder are not in force, for their own mistakes or for those of their plans."""
        return len({each.file for each in self._app.parts.left_out()})

    def follow(self, app: App) -> None:
        """Watch the passes of this application from now on; of mappings that it has not, nothing more is told."""
        for mapping in self._app.config.mappings.keys() - app.config.mappings.keys():
            self.metrics.forget(mapping)
        self._app = app
        with app.known_store().reading() as reader:
            for mapping in app.config.mappings:
                ends = (each.ended_at for each in reader.passes(mapping) if each.outcome in WELL)
                self._well[mapping] = next(filter(None, ends), self.started_at)
                if not self._stands_by:
                    self.metrics.begin(mapping, partial(self._lag, mapping), len(reader.set_aside(mapping)))
        self._say_left_out(app.config.left_out)

    def _say_left_out(self, left_out: Collection[LeftOut]) -> None:
        """Which files of a folder are not in force for their mistakes, and which are again."""
        told = {f"file {each.name}": str(each) for each in left_out}
        for key in [key for key in list(self._said) if key.startswith("file ") and key not in told]:
            self.say(key, "")
        for key, trouble in told.items():
            self.say(key, trouble)

    @property
    def stands_by(self) -> bool:
        """Whether another daemon works on the store: then that one knows how the mappings stand."""
        return self._stands_by

    @property
    def role(self) -> str:
        """The same in a word."""
        return "standing by" if self._stands_by else "working"

    def works(self, *, leads: bool) -> None:
        """This daemon works on the store from now on, or stands by. Raises StoreError."""
        if leads != self._stands_by:
            return
        self._stands_by = not leads
        if leads:
            self.follow(self._app)
        else:
            for mapping in self._app.config.mappings:
                self.metrics.forget(mapping)

    def _lag(self, mapping: str) -> float:
        return (self._app.clock.now() - self.well_since(mapping)).total_seconds()

    def _at_work(self) -> Mapping[str, Connector]:
        return self._app.connections.made()

    def well_since(self, mapping: str) -> datetime:
        """When the mapping last ended a pass well, or needed none; before the first, when the watch began."""
        return self._well.get(mapping, self.started_at)

    def turned(self, mapping: str) -> datetime:
        """When it last had a pass that did what it should: ended well, or stopped before it surprised people."""
        return max(self.well_since(mapping), self._stopped.get(mapping, self.started_at))

    def stopped(self, mapping: str) -> bool:
        """Whether the guard stopped its newest pass, which waits for a person."""
        return mapping in self._stopped

    def reached(self, connection: str) -> bool | None:
        """Whether the newest pass reached the connection; None before the first."""
        return self._reached.get(connection)

    def spared(self, mapping: str) -> None:
        """It was this mapping's turn, and no pass was needed: that is as good as one."""
        self._well[mapping] = self._app.clock.now()

    def as_before(self, mapping: str, within: timedelta) -> None:
        """It is meant that there is no pass now: what was well within that time stays so, nothing else becomes it."""
        if self._app.clock.now() - self.well_since(mapping) <= within:
            self.spared(mapping)

    def ended(self, report: PassReport) -> None:
        """A pass ended: what it did is logged if it did something, its trouble if that is new."""
        connection = self._app.config.mappings[report.mapping].connection
        with self._app.store.reading() as reader:
            aside = reader.set_aside(report.mapping)
        self.passes += 1
        if report.outcome in WELL:
            self._well[report.mapping] = self._app.clock.now()
        self._stopped.pop(report.mapping, None)
        if report.outcome is Outcome.STOPPED:
            self._stopped[report.mapping] = self._app.clock.now()
        if report.outcome is not Outcome.ABANDONED:
            self._reached[connection] = report.outcome is not Outcome.UNREACHABLE
        self.metrics.ended(report, aside=len(aside))
        did = {key: number for key, number in report.counts.items() if number}
        level = "info" if did.keys() & DEEDS else "debug"
        getattr(_log, level)("pass_ended", mapping=report.mapping, requests=report.requests, **did)
        trouble = report.message or "; ".join(f"{each.item}: {each.message}" for each in report.findings)
        if report.outcome is not Outcome.ABANDONED:
            # A tool out of reach breaks off now here, now there: that is one trouble as long as its next step is one.
            like = report.halted.next_step if report.halted and report.outcome is Outcome.UNREACHABLE else trouble
            self.say(f"mapping {report.mapping}", trouble, like, outcome=report.outcome.value)
            self._hear(connection, report, aside)

    def _hear(self, connection: str, report: PassReport, aside: Mapping[str, SetAside]) -> None:
        """What the ending of a pass says of the states that people are told of."""
        hear, mapping, outcome = self.troubles.hear, report.mapping, report.outcome
        refused = isinstance(report.halted, Refused)
        hear(f"guard of {mapping}", report.message if outcome is Outcome.STOPPED else "")
        hear(f"fit of {mapping}", report.message if outcome is Outcome.WRONG else "")
        if outcome is Outcome.UNREACHABLE and not refused:
            hear(f"reach of {connection}", report.message)
        else:
            hear(f"reach of {connection}", "")
            hear(f"token of {connection}", report.message if refused else "")
        items = {
            f"item of {mapping}: {item}": f"{ended(each.message)} {each.next_step}" for item, each in aside.items()
        }
        self.troubles.hear_all(f"item of {mapping}: ", items)

    def clock_is(self, trouble: str) -> None:
        """This machine's clock is wrong, in these words; or right, with ""."""
        self.clock = trouble
        self.say("clock", trouble, "it is wrong" if trouble else "")

    def failed(self, mapping: str, trouble: str, **more: object) -> None:
        """A pass could not even be made, or broke down."""
        self.metrics.failed(mapping)
        self.say(f"passes of {mapping}", trouble, "", **more)

    @contextmanager
    def trying(self, what: str) -> Iterator[None]:
        """Within it, whatever goes wrong with something is said, and ends nothing else; if nothing does, it is well."""
        try:
            yield
        except StoreError as error:
            self.say(what, error.in_full)
        except FileError as error:
            self.say(what, str(error))
        except Exception as error:  # noqa: BLE001  a fault in one thing must not end what else is done
            self.say(what, f"{type(error).__name__}: {error}", exc_info=True)
        else:
            self.say(what, "")

    def say(self, what: str, trouble: str, like: str = "", **more: object) -> None:
        """Log what is wrong with something, once, until it changes; and once that it is well again.

        What it is `like`, if that is given, tells whether it has changed.
        """
        self.troubles.hear(what, trouble)
        with self._lock:
            before, same = self._said.get(what, ""), _VARYING.sub("", like or trouble)
            self._said[what] = same
        if trouble and same != before:
            _log.warning("trouble", about=what, message=trouble, **more)
        elif before and not trouble:
            _log.info("well_again", about=what)
