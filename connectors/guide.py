"""What people are told who set a tool up: where its tokens are made, and what the account behind one needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    """How a tool is set up, in its own words; a connector's module names its own as `GUIDE`.

    `title` is the tool's name, `container` what it calls a container. `token` says in steps where a token is made,
    `rights` what the account may have to do, and what it should not. `levels` of tasks fit into a container; `columns`
    says that start, due and owner stand in columns, which a container may lack.
    """

    title: str
    container: str = "container"
    token: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    levels: int = 5
    columns: bool = False
