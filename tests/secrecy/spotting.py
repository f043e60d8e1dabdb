"""Spots secrets in bytes: whole or in pieces, as they are or encoded."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from urllib.parse import quote

PIECE = 8
"""So many bytes of a secret in a row are too many."""


def spotted(secrets: Mapping[str, str], where: Mapping[str, bytes]) -> list[str]:
    """Which secrets, by name, show in which of the places: a line for each, with the first piece that was found."""
    pieces = {name: tuple(_pieces(secret)) for name, secret in secrets.items()}
    return [
        f"{name} in {place}: {found!r}"
        for place, data in where.items()
        for name, some in pieces.items()
        if (found := next((piece for piece in some if piece in data), None))
    ]


def _pieces(secret: str) -> Iterator[bytes]:
    """Every piece of the secret in every spelling."""
    raw = secret.encode()
    spellings = {raw, quote(secret, safe="").encode(), raw.hex().encode(), raw[::-1]}
    for pad in range(3):
        for coded in (base64.b64encode(b"\0" * pad + raw), base64.urlsafe_b64encode(b"\0" * pad + raw)):
            # The letters at both ends depend on what stands beside the secret.
            spellings.add(coded[4 if pad else 0 : -4])
    for spelling in spellings:
        yield from (spelling[at : at + PIECE] for at in range(len(spelling) - PIECE + 1))
