"""Replies and what is said unasked stand apart in the order in which they wait."""

from alembic import op

from storage.migrations.writing import only

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """What waits longest of either kind is the first of its own part of the index."""
    op.drop_index("ix_outbox_ready", "outbox")
    only("ix_outbox_ready", "outbox", ["interactive", "at"], "seq IS NULL AND state = 'new'")
