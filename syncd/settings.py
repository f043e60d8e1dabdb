"""The kinds of values that a configuration holds, each read and refused in words for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints

from connectors.registry import kinds
from mappings.rules import Counted
from syncd.characters import STEERING
from syncd.checking import as_written, near
from syncd.hours import Hours
from syncd.plan.linting.rules import BY_ID
from syncd.store_address import fault

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SPAN: Final = re.compile(r"([1-9]\d{0,5})\s*([smhd])", re.ASCII)
_HOST_PORT: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})", re.ASCII)
NO_PROXY: Final = "must be a proxy's web address, such as http://proxy.example.org:8080"
_ABSOLUTE: Final = re.compile(r"^sqlite:////")
_STORES: Final = re.compile(r"sqlite:///(?!:memory:$)[^?]+|(postgres|postgresql(\+psycopg)?)://.+", re.DOTALL)
_AREAS: Final = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_OF_AMERICA: Final = re.compile(
    r"(?:US/)?([ECMP])(?:astern|entral|ountain|acific|[SD]?T)\d?(?: (?:standard |daylight )?time)?", re.IGNORECASE
)
_CITIES: Final = {
    "E": "America/New_York", "C": "America/Chicago", "M": "America/Denver", "P": "America/Los_Angeles",
}  # fmt: skip
"""The city whose time it is, by the first letter of what people call it."""


def _duration(value: Any) -> timedelta:
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(
            f"{as_written(value)} is no time span; write a number with s, m, h or d in quotes, such as “5m”"
        )
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


@cache
def _zones() -> set[str]:
    """The names of all time zones; to find them out, every file of the time zones' data is looked at."""
    return available_timezones()


def _zone_hint(value: str, zones: Iterable[str]) -> str:
    """Which zone may be meant: one of an area and a city, as others are old names, or know no summer time."""
    if found := _OF_AMERICA.fullmatch(value):
        return f"; did you mean “{_CITIES[found[1].upper()]}”?"
    return near(value, {zone for zone in zones if zone.partition("/")[0] in _AREAS})


def _zone(value: Any) -> Any:
    zones = _zones()
    if not isinstance(value, str) or value not in zones:
        close = _zone_hint(str(value), zones) or "; they are named like America/New_York"
        raise ValueError(f"{as_written(value)} is no time zone{close}")
    return value


def _rule(value: str) -> str:
    if value not in BY_ID:
        raise ValueError(f"there is no rule “{value}”{near(value, BY_ID)}; docs/lint.md lists them")
    return value


def _tool(value: Any) -> Any:
    if value not in kinds():
        raise ValueError(f"{as_written(value)} is no tool that is installed{near(str(value), kinds())}")
    return value


def _host_port(value: Any) -> Any:
    found = _HOST_PORT.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[2]) > 65535:
        raise ValueError(f"{as_written(value)} is not HOST:PORT, such as 127.0.0.1:8080")
    return value


def _web_address(value: Any) -> Any:
    if re.match(r"[^/]*//[^/]*@", str(value)):
        raise ValueError("a web address here holds no name and no password: leave out what stands before the @")
    if not isinstance(value, str) or _address(value) is None:
        raise ValueError(f"{as_written(value)} is no web address; it begins with https://")
    return value.strip().rstrip("/")


def _address(text: str) -> SplitResult | None:
    """A web address in its parts, None where it is none."""
    try:
        parts = urlsplit(text.strip())
        found = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if found else None


def _store(value: Any) -> Any:
    words = "must be sqlite:///FILE, such as sqlite:///syncd.db, or postgresql://USER@HOST/DATABASE"
    if isinstance(value, str) and (wrong := fault(value)):
        raise ValueError(wrong)
    if not isinstance(value, str) or not _STORES.fullmatch(value) or STEERING.search(value):
        raise ValueError(words)
    try:
        urlsplit(value)
    except ValueError:
        raise ValueError(words) from None
    return value


def absolute_store(url: str, folder: Path) -> str:
    """The store's address, with a relative path of an SQLite file made absolute."""
    if not url.startswith("sqlite:///") or _ABSOLUTE.match(url):
        return url
    file, mark, query = url.removeprefix("sqlite:///").partition("?")
    path = str((folder / unquote(file)).resolve())
    return f"sqlite:///{path.replace('%', '%25').replace('?', '%3F')}{mark}{query}"


def _hours(value: Any) -> Hours:
    return Hours.read(str(value))


def _secret(value: Any) -> Any:
    """A secret without blanks around it; a blank one is none."""
    if isinstance(value, str):
        value = value.strip()
        if not value:
            raise ValueError("is missing")
        if not re.fullmatch("[!-~]+", value):
            raise ValueError("holds a blank or a letter that cannot be sent; was it pasted whole, and nothing else?")
    return value


def _channel(value: Any) -> Any:
    """The address of a channel for notices: as good as a password, so never repeated and never sent in the open."""
    parts = _address(value) if isinstance(value, str) else None
    if parts is None or (parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1")):
        raise ValueError("must be a web address that begins with https://, as the channel shows it")
    return value.strip()


def _proxy(value: Any) -> Any:
    """A proxy's address; what holds a password is never repeated."""
    if not isinstance(value, str) or not is_proxy(value.strip()):
        raise ValueError(NO_PROXY)
    return value.strip()


def is_proxy(address: str) -> bool:
    """Whether this is the address of a proxy that can be spoken to."""
    return _address(address) is not None


def plain_id(value: Any) -> Any:
    """An id as text, because people leave the quotes off numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _progress(value: Any) -> Any:
    ways = ("completed", "subtasks", "status")
    if not isinstance(value, str) or not (value in ways or re.fullmatch(r"field:.*\S.*", value)):
        raise ValueError(f"{as_written(value)} is none of {', '.join(ways)}, field:TITLE{near(str(value), ways)}")
    return value


def _worth(value: Any) -> Decimal | Counted:
    if isinstance(value, str) and value in list(Counted):
        return Counted(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        share = Decimal(value)
        if share.is_finite() and 0 <= share <= 1:
            return share
    close = near(value, list(Counted)) if isinstance(value, str) and value.isalpha() else ""
    raise ValueError(f"{as_written(value)} is neither a share from 0 to 1 nor “cancelled” or “deferred”{close}")


def _branches(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("an empty list would select nothing; leave select out for the whole plan, or name branches")
    return value


def _seen(text: str) -> str:
    """Text without what steers: no file and no name in a tool holds it."""
    if found := STEERING.search(text):
        raise ValueError(f"it holds the invisible character U+{ord(found[0]):04X}; write the text anew without it")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_seen)]
Id = Annotated[Text, BeforeValidator(plain_id, json_schema_input_type=str | int)]
Branches = Annotated[tuple[str, ...], AfterValidator(_branches), Field(json_schema_extra={"minItems": 1})]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration, json_schema_input_type=Annotated[str, Field(pattern=rf"^\s*{_SPAN.pattern}\s*$")]),
]
Zone = Annotated[str, BeforeValidator(_zone)]
Tool = Annotated[str, BeforeValidator(_tool), Field(json_schema_extra=lambda schema: schema.update(enum=[*kinds()]))]
HostPort = Annotated[str, BeforeValidator(_host_port)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
QuietHours = Annotated[Hours, BeforeValidator(_hours, json_schema_input_type=str)]
Progress = Annotated[str, BeforeValidator(_progress)]
StoreUrl = Annotated[str, BeforeValidator(_store)]
Secret = Annotated[SecretStr, BeforeValidator(_secret)]
Channel = Annotated[SecretStr, BeforeValidator(_channel)]
Proxy = Annotated[SecretStr, BeforeValidator(_proxy)]
Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=20)]
Worth = Annotated[
    Decimal | Counted,
    BeforeValidator(_worth, json_schema_input_type=Annotated[float, Field(ge=0, le=1)] | Counted),
]
RuleId = Annotated[str, AfterValidator(_rule), Field(json_schema_extra={"enum": list(BY_ID)})]
