"""Staff, what they hold, find and decide, and the desk in a messenger."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.writing import fk, house, only, table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the desk's tables, and give cases their clock's halt."""
    for column in ("stopped_at", "changed_at"):
        op.add_column("cases", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_cases_state", "cases", ["organisation", "state", "accepted_at", "case"])
    op.create_index("ix_files_contact", "files", ["organisation", "contact"])
    staff()
    deeds()
    rulings()
    messenger()


def staff() -> None:
    """Who may sign in, and who has."""
    table(
        "staff",
        "organisation staff | login_hash:bytes login:bytes name:bytes roles:json language password:bytes? totp:bytes? "
        "totp_step:big? failures:int locked_until:time? telegram_hash:bytes? demo:bool created_at:time "
        "disabled_at:time?",
        house("staff"),
        sa.UniqueConstraint("organisation", "login_hash", name="uq_staff_login"),
    )
    table(
        "invitations",
        "organisation token_hash:bytes | staff kind by? until:time used_at:time?",
        fk("invitations", "staff", "staff"),
    )
    table(
        "sessions",
        "organisation token_hash:bytes | staff created_at:time seen_at:time until:time ended_at:time?",
        fk("sessions", "staff", "staff"),
    )
    op.create_index("ix_sessions_staff", "sessions", ["organisation", "staff"])


def deeds() -> None:
    """What was done, and what waits for staff."""
    table("audit", "organisation id | staff verb case? contact? owner_kind owner? more:bytes? at:time")
    op.create_index("ix_audit_case", "audit", ["organisation", "case", "at"])
    op.create_index("ix_audit_at", "audit", ["organisation", "at"])
    table(
        "handovers",
        "organisation contact number:int | state role reason case? line holder? urgent:bool since:time taken_at:time? "
        "ended_at:time? why?",
        fk("handovers", "contact", "contacts"),
    )
    only("ix_handovers_open", "handovers", ["since"], "state <> 'over'")


def rulings() -> None:
    """What is found and decided about a case."""
    table(
        "items",
        "organisation case field document | person verdict? note:bytes? by? at:time returned_at:time? "
        "answered_at:time?",
        fk("items", "case", "cases"),
        fk("items", "person", "persons"),
    )
    table(
        "votes",
        "organisation case staff | person accepted:bool reason:bytes at:time",
        fk("votes", "case", "cases"),
        fk("votes", "person", "persons"),
    )
    table(
        "decisions",
        "organisation case | person accepted:bool reason:bytes at:time told_at:time? released_by? "
        "release_reason:bytes? released_at:time?",
        fk("decisions", "case", "cases"),
        fk("decisions", "person", "persons"),
    )


def messenger() -> None:
    """The desk in a group of messengers."""
    table(
        "topics",
        "organisation contact number:int | thread:big? mirrored:int state at:time closed_at:time?",
        sqlite_with_rowid=False,
    )
    table(
        "posts",
        "organisation contact number:int piece:int | kind state message:int? vendor:big? content:bytes? tries:int "
        "at:time changed_at:time?",
        fk("posts", "contact", "contacts"),
    )
    only("ix_posts_ready", "posts", ["at"], "state = 'new'")
    only("ix_posts_vendor", "posts", ["vendor"], "vendor IS NOT NULL")
