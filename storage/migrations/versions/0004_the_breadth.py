"""Complaints, interviews, surveys and rights; one person over many addresses."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.writing import fk, house, only, table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of the breadth."""
    table(
        "surveys",
        "organisation contact kind id | line score:int? words:bytes? asked_at:time at:time?",
        fk("surveys", "contact", "contacts"),
    )
    op.create_index("ix_surveys_at", "surveys", ["organisation", "asked_at"])
    interviews()
    identity()
    tries()
    erasure()
    receipts()
    behalf()


def behalf() -> None:
    """Requests that staff fill in at a person's word."""
    op.add_column("cases", sa.Column("filled_by", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("unconfirmed", sa.Boolean(), nullable=True))
    only("ix_cases_filled", "cases", ["filled_by"], "filled_by IS NOT NULL")


def interviews() -> None:
    """The times that staff keep for interviews, and whose each is."""
    table("slots", "organisation slot | kind at:time minutes:int by closed_at:time?", house("slots"))
    op.create_index("ix_slots_at", "slots", ["organisation", "kind", "at"])
    table(
        "bookings",
        "organisation slot | case at:time",
        fk("bookings", "slot", "slots"),
        fk("bookings", "case", "cases"),
    )
    op.create_index("ix_bookings_case", "bookings", ["organisation", "case"])


def identity() -> None:
    """One human on several channels: joined contacts, and the codes that lead from one to the other."""
    op.add_column("contacts", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("addresses", sa.Column("doubted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contacts", sa.Column("kin", sa.JSON(), nullable=True))
    table(
        "codes",
        "organisation hash:bytes | contact address live:bool missed:bool made_at:time until:time used_at:time?",
        fk("codes", "contact", "contacts"),
    )
    for column in ("applicant", "beneficiary"):
        op.create_index(f"ix_cases_{column}", "cases", ["organisation", column])
    only("ix_persons_merged", "persons", ["merged_into"], "merged_into IS NOT NULL")
    op.create_index("ix_person_keys_person", "person_keys", ["organisation", "person"])
    op.create_index("ix_codes_until", "codes", ["organisation", "until"])
    only("ix_codes_missed", "codes", ["made_at"], "missed")


def tries() -> None:
    """Wrong second factors, counted by who tried them and by the number they were tried on."""
    table("tries", "organisation hash:bytes hour:int slot:int | at:time", house("tries"))
    op.create_index("ix_tries_at", "tries", ["organisation", "at"])


def erasure() -> None:
    """What is erased leaves its tombstone, and whatever was said with a case in hand can be found by it."""
    op.add_column("cases", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("parked", sa.Column("case", sa.String(), nullable=True))
    op.add_column("inquiries", sa.Column("case", sa.String(), nullable=True))


def receipts() -> None:
    """The hash of a paper's bytes goes into the evidence, and the code of a receipt leads to its link."""
    op.add_column("files", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.add_column("evidence", sa.Column("code", sa.LargeBinary(), nullable=True))
    only("ix_evidence_code", "evidence", ["code"], "code IS NOT NULL", unique=True)
