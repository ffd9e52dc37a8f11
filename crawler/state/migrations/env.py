"""What alembic runs around the migrations, on the connection that `crawler.state.migrate` hands it.

A migration is written by hand; tests/test_migrations.py tells what it still lacks of `crawler.state.tables`.
"""

from alembic import context

# SQLite, too, undoes the making of tables: its driver is told not to commit before it.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
