"""The memory as it stands on the first day."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.writing import fk, house, only, table

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    people()
    addresses()
    talk()
    papers()
    requests()
    evidence()
    clock()


def people() -> None:
    """Organisations, persons, contacts."""
    table(
        "organisations",
        "organisation | key:bytes index_key:bytes reference_key:bytes reference_counter:int seal_number:int "
        "seal_head:bytes",
    )
    merged = "key:bytes? merged_into? created_at:time"
    table(
        "persons",
        f"organisation person | {merged}",
        house("persons"),
        fk("persons", "merged_into", "persons", "person"),
    )
    table(
        "person_keys",
        "organisation kind hash:bytes person case |",
        fk("person_keys", "person", "persons"),
        sqlite_with_rowid=False,
    )
    table(
        "contacts",
        f"organisation contact | {merged} state:bytes? last_at:time? message_number:int outbox_number:int told:int "
        "notice_version? messages_stopped:json",
        house("contacts"),
        fk("contacts", "merged_into", "contacts", "contact"),
    )
    table(
        "contact_persons",
        "organisation contact person |",
        fk("contact_persons", "contact", "contacts"),
        fk("contact_persons", "person", "persons"),
        sqlite_with_rowid=False,
    )


def addresses() -> None:
    """Addresses, and the keys that lead to them."""
    table(
        "addresses",
        "organisation address | contact line value:bytes? proven_at:time? last_inbound_at:time? stopped_at:time? "
        "told_from:int",
        fk("addresses", "contact", "contacts"),
    )
    op.create_index("ix_addresses_contact", "addresses", ["organisation", "contact"])
    table(
        "address_keys",
        "organisation line hash:bytes | address made_at:time? until:time?",
        fk("address_keys", "address", "addresses", deferrable=True, initially="DEFERRED"),
        sqlite_with_rowid=False,
    )


def talk() -> None:
    """What was said, and what waits to be sent or replayed."""
    table("inbox", "organisation line hash:bytes | contact? at:time", sqlite_with_rowid=False)
    table(
        "messages",
        "organisation contact number:int | address? case? direction by at:time owner_kind owner content:bytes seq:int?",
        fk("messages", "contact", "contacts"),
    )
    only("ix_messages_seq", "messages", ["contact", "seq"], "seq IS NOT NULL", unique=True)
    table(
        "outbox",
        "organisation contact number:int piece:int attempt:int | address message:int turn:int interactive:bool "
        "holds:bool state failure? code? reason? token_hash:bytes? vendor_hash:bytes? parts:int? at:time "
        "claimed_at:time? changed_at:time? settled_at:time? seq:int? content:bytes?",
        sa.ForeignKeyConstraint(
            ["organisation", "contact", "message"],
            ["messages.organisation", "messages.contact", "messages.number"],
            name="fk_outbox_organisation_contact_message",
        ),
    )
    unsent = "seq IS NULL AND state"
    only("ix_outbox_ready", "outbox", ["at"], f"{unsent} = 'new'")
    only("ix_outbox_unseen", "outbox", ["at"], "seq IS NOT NULL AND state = 'new' AND NOT interactive")
    only("ix_outbox_open", "outbox", ["contact", "number"], f"{unsent} IN ('new', 'sending', 'unknown')")
    only("ix_outbox_token", "outbox", ["token_hash"], "token_hash IS NOT NULL", unique=True)
    only("ix_outbox_vendor", "outbox", ["vendor_hash"], "vendor_hash IS NOT NULL")
    table("strays", "organisation hash:bytes state | failure? code? at:time", sqlite_with_rowid=False)
    table("polls", "organisation line | position:big? since:time? holder? until:time?", sqlite_with_rowid=False)
    table("parked", "organisation id | line contact? payload:bytes reason at:time replayed_at:time?")
    only("ix_parked_waiting", "parked", ["at"], "replayed_at IS NULL")
    table(
        "links",
        "organisation token_hash:bytes | contact case origin until:time used_at:time?",
        fk("links", "contact", "contacts"),
    )


def papers() -> None:
    """Attachments and uploads."""
    table(
        "files",
        "organisation file | contact address line owner_kind owner case? field? document? name:bytes? secret:bytes? "
        "ref:bytes? kind size:int? pages:int? privacy state reason? album batch? tries:int at:time next_at:time "
        "named_at:time?",
        fk("files", "contact", "contacts"),
    )
    only("ix_files_pending", "files", ["next_at"], "state = 'pending'")
    only("ix_files_unnamed", "files", ["at"], "named_at IS NULL")


def requests() -> None:
    """Cases and their answers."""
    table(
        "cases",
        "organisation case | contact applicant beneficiary relation? form version state reference_hash:bytes? "
        "reference:bytes? opened_at:time accepted_at:time? floor_at:time? ceiling_at:time?",
        fk("cases", "contact", "contacts"),
        fk("cases", "applicant", "persons", "person"),
        fk("cases", "beneficiary", "persons", "person"),
        sa.UniqueConstraint("organisation", "reference_hash", name="uq_cases_reference"),
    )
    op.create_index("ix_cases_contact", "cases", ["organisation", "contact"])
    table(
        "answers",
        "organisation case field | person value:bytes typed:bytes? at:time",
        fk("answers", "case", "cases"),
        fk("answers", "person", "persons"),
    )


def evidence() -> None:
    """Consents, notices, and the chains."""
    table(
        "consents",
        "organisation id | contact purpose given:bool version at:time",
        fk("consents", "contact", "contacts"),
    )
    op.create_index("ix_consents_contact", "consents", ["organisation", "contact", "purpose"])
    table("notices", "organisation contact version | at:time", fk("notices", "contact", "contacts"))
    table(
        "evidence",
        "organisation chain number:int | kind owner_kind owner body:bytes salt:bytes commitment:bytes previous:bytes "
        "hash:bytes at:time",
    )
    table("seals", "organisation number:int | heads:json previous:bytes hash:bytes at:time", house("seals"))


def clock() -> None:
    """What is due, and who is called."""
    table(
        "due",
        "organisation id | kind case? contact? at:time claimed_until:time? done_at:time?",
        sa.UniqueConstraint("organisation", "kind", "case", name="uq_due_kind"),
    )
    only("ix_due_open", "due", ["at"], "done_at IS NULL")
    table(
        "tasks",
        "organisation id | kind role reason contact? case? at:time done_at:time?",
        fk("tasks", "contact", "contacts"),
    )
    only("ix_tasks_open", "tasks", ["role", "at"], "done_at IS NULL")
