"""Several processes on one store in PostgreSQL."""
