"""What people ask, and the approved entries that answer it."""

from alembic import op

from storage.migrations.writing import fk, house, table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of the inquiry."""
    table(
        "inquiries",
        "organisation contact number:int | question:bytes hash:bytes language entry? became helped:bool? made? at:time",
        fk("inquiries", "contact", "contacts"),
    )
    op.create_index("ix_inquiries_at", "inquiries", ["organisation", "at"])
    table(
        "entries",
        "organisation id | kind state content:bytes from_at:time? until_at:time? by? approved_by? at:time",
        house("entries"),
    )
