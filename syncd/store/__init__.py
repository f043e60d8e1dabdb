"""The store: tables, queries and migrations, the same for SQLite and PostgreSQL."""

from __future__ import annotations

from syncd.store.errors import StoreError
from syncd.store.reader import Reader
from syncd.store.store import Store
from syncd.store.writer import Writer

__all__ = ["Reader", "Store", "StoreError", "Writer"]
