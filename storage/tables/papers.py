"""Attachments and uploads: the row of a file; its bytes lie sealed in the store under the row's own secret."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.columns import Row, belongs, moment, only, sealed

UNNAMED = "named_at IS NULL"


class Files(Row, table=True):
    """A file of a contact: still at the vendor, being judged, ready, refused with a reason, or gone.

    `secret` is the key of its bytes, sealed as the owner's: filing it to a person wraps it anew and leaves the bytes.
    `digest` is the SHA-256 of its bytes, `ref` the vendor's name for what is still to fetch, `album` what belongs
    together, `batch` the hand-over it is part of, `named_at` when a message named it. `next_at` is the time of the next
    try.
    """

    __table_args__ = (
        belongs("contact", "contacts"),
        Index("ix_files_contact", "organisation", "contact"),
        Index("ix_files_case", "organisation", "case"),
        Index("ix_files_state", "organisation", "state", "next_at"),
        only("ix_files_unnamed", "at", where=UNNAMED),
    )

    file: str = Field(primary_key=True)
    contact: str
    address: str
    line: str
    owner_kind: str
    owner: str
    case: str | None = None
    field: str | None = None
    document: str | None = None
    name: bytes | None = sealed("owner", optional=True)
    secret: bytes | None = sealed("owner", optional=True)
    ref: bytes | None = sealed("owner", optional=True)
    digest: bytes | None = sealed("owner", optional=True)
    kind: str
    size: int | None = None
    pages: int | None = None
    privacy: str = "sensitive"
    state: str
    reason: str | None = None
    album: str = ""
    batch: str | None = None
    tries: int = 0
    at: datetime = moment()
    next_at: datetime = moment()
    named_at: datetime | None = moment(optional=True)
