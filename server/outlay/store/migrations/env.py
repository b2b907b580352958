"""What Alembic runs: the scripts of versions/ on the connection that `run.upgrade` opened, in its transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    transaction_per_migration=False,
)
context.run_migrations()
