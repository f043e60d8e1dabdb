"""What is wrong with a store's address as somebody wrote it, in words; for those who read it and those who open it."""

from __future__ import annotations


def fault(url: str) -> str:
    """Why the address cannot be meant so, and what to write instead; "" if nothing is wrong. Repeats no password."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and ("?" in rest or rest.removeprefix("/").startswith("file:")):
        return "an SQLite store is named by its path alone: leave out “file:” before it, and “?” with what follows"
    if scheme != "sqlite" and rest.count("@") > 1:
        return "it has more than one @: where a name or a password holds one, write %40 for it (and %25 for a %)"
    return ""
