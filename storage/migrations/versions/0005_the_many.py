"""What is looked for again and again is found without going through everybody."""

from alembic import op

from storage.migrations.writing import house, table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Indexes for what rings, and the ids of the master keys that may wrap something."""
    table("wrappings", "organisation master |", house("wrappings"), sqlite_with_rowid=False)
    op.create_index("ix_address_keys_address", "address_keys", ["organisation", "address"])
    op.create_index("ix_evidence_at", "evidence", ["organisation", "at"])
    op.create_index("ix_seals_at", "seals", ["organisation", "at"])
    op.create_index("ix_handovers_state", "handovers", ["organisation", "state"])
    op.create_index("ix_topics_state", "topics", ["organisation", "state"])
    op.create_index("ix_topics_thread", "topics", ["organisation", "thread"])
    op.drop_index("ix_cases_state", "cases")
    op.create_index("ix_cases_state", "cases", ["organisation", "form", "state", "accepted_at", "case"])
    op.drop_index("ix_posts_ready", "posts")
    op.create_index("ix_posts_state", "posts", ["organisation", "state"])
    op.drop_index("ix_files_pending", "files")
    op.create_index("ix_files_state", "files", ["organisation", "state", "next_at"])
    op.create_index("ix_files_case", "files", ["organisation", "case"])
