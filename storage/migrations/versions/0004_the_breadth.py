"""Complaints, interviews, surveys and rights; one person over many addresses."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of the breadth."""
