"""Alembic migrations of head office, applied when it starts."""
