"""What can go wrong with the store, in words for people."""

from __future__ import annotations

from connectors.text import ended


class StoreError(Exception):
    """The store cannot be read or written. `words` say what happened, `next_step` what a person can do.

    Never retried and never read as "empty": whoever meets it stops. No password and no stored value stands in it.
    """

    def __init__(self, words: str, next_step: str) -> None:
        self.words = words
        self.next_step = next_step
        super().__init__(words)

    @property
    def in_full(self) -> str:
        """What happened, and what to do next."""
        return f"{ended(self.words)} {self.next_step}"
