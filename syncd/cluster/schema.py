"""Where the queue is kept: in a schema of its own beside the store's tables, made once by whoever comes first."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final, LiteralString

import psycopg
from procrastinate.schema import SchemaManager

from syncd.store.opening import HEARD, IDLE

NAME: Final = "syncd_queue"
_MAKING: Final = 0x73796E6371
"""The key of the advisory lock of the one who makes it ("syncq" in ASCII)."""
_OWN: Final[LiteralString] = """
CREATE TABLE holders (
    lock text PRIMARY KEY,
    holder text NOT NULL,
    ended_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE holders IS 'Who held each lock last, and until when';
CREATE FUNCTION wake_who_waited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    waiting text;
BEGIN
    FOR waiting IN
        SELECT DISTINCT queue_name FROM procrastinate_jobs WHERE lock = OLD.lock AND status = 'todo'
    LOOP
        PERFORM pg_notify('procrastinate_queue_v1#' || waiting, '{"type": "job_inserted", "job_id": 0}');
    END LOOP;
    RETURN NULL;
END;
$$;
CREATE TRIGGER wake_who_waited AFTER DELETE ON procrastinate_jobs FOR EACH ROW WHEN (OLD.status = 'doing')
    EXECUTE FUNCTION wake_who_waited();
"""
"""procrastinate tells waiting hands of new jobs only: without this, what waits for a lock is found seconds later."""

_MAY_USE: Final = f"""
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('{NAME}') AND relname = 'procrastinate_jobs'
) THEN has_schema_privilege(to_regnamespace('{NAME}')::oid, 'USAGE') AND NOT EXISTS (
    SELECT 1 FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS needed
    WHERE relnamespace = to_regnamespace('{NAME}') AND (
        relkind = 'r' AND NOT has_table_privilege(pg_class.oid, needed)
        OR relkind = 'S' AND NOT has_sequence_privilege(pg_class.oid, 'USAGE')
    )
) ELSE has_database_privilege(current_database(), 'CREATE') AND NOT EXISTS (
    SELECT 1 FROM pg_namespace WHERE nspname = '{NAME}' AND NOT pg_has_role(nspowner, 'USAGE')
) END
"""  # noqa: S608  all of it is constant
"""Where it is not made yet, what `make` needs: it may be another's schema without any tables, and it gets a comment."""


def may_use(address: str) -> bool:
    """Whether the account may work with it, or make it where it is not there yet. Raises psycopg.Error."""
    with psycopg.connect(address) as connection:
        return connection.execute(_MAY_USE.encode()).fetchone() == (True,)


def make(address: str) -> None:
    """Make it where it is not there yet. Raises psycopg.Error."""
    with psycopg.connect(address, options=options()) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MAKING])
        there = connection.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL").fetchone()
        if there == (True,):
            return
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {NAME}".encode())
        connection.execute(SchemaManager.get_schema())
        connection.execute(_OWN)
        # for the syncd that comes with another version of it, and has to know which one was there
        connection.execute(f"COMMENT ON SCHEMA {NAME} IS 'procrastinate {version('procrastinate')}'".encode())


def options() -> str:
    """The options of a connection that works with the queue; who is gone or stands still keeps nobody from it."""
    settings = {"search_path": NAME, **HEARD, "idle_in_transaction_session_timeout": int(IDLE * 1000)}
    return " ".join(f"-c {setting}={value}" for setting, value in settings.items())
