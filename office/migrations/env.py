"""Alembic's entry: runs migrations on the connection that `office.database` hands over."""

from __future__ import annotations

from alembic import context

from office.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
