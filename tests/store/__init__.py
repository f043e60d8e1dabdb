"""The store is tried in SQLite and in a real PostgreSQL alike."""
