"""What was said: duplicate keys, messages, the outbox, parked events and one-time links."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from storage.tables.columns import KEY_IS_ALL, Row, belongs, hashed, moment, only, sealed


class Inbox(Row, table=True):
    """The keyed hash of every vendor id that had its effect; kept even after an erasure."""

    __table_args__ = (KEY_IS_ALL,)

    line: str = Field(primary_key=True)
    hash: bytes = hashed(key=True)
    contact: str | None = None
    at: datetime = moment()


class Messages(Row, table=True):
    """The transcript, numbered per contact. A row with `seq` is told in web chat.

    `direction` is "in" or "out", `by` "person", "bot" or "staff"; what is filed to a case is its person's.
    """

    __table_args__ = (
        belongs("contact", "contacts"),
        only("ix_messages_seq", "contact", "seq", where="seq IS NOT NULL", unique=True),
    )

    contact: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    address: str | None = None
    case: str | None = None
    direction: str
    by: str
    at: datetime = moment()
    owner_kind: str
    owner: str
    content: bytes = sealed("owner")
    seq: int | None = None


class Outbox(Row, table=True):
    """One row is one call to a vendor; a retry is a new row that names the first."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation", "contact", "message"],
            ["messages.organisation", "messages.contact", "messages.number"],
        ),
    )

    contact: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    address: str
    message: int
    state: str
    retry_of: int | None = None
    token_hash: bytes | None = hashed(optional=True)
    at: datetime = moment()
    seq: int | None = None
    content: bytes | None = sealed("contact", "contact", optional=True)


class Parked(Row, table=True):
    """An event on which the mind stumbled, kept for one replay; `reason` is the name of the error's class only.

    Where the contact is not known the payload is sealed with the organisation's key.
    """

    __table_args__ = (only("ix_parked_waiting", "at", where="replayed_at IS NULL"),)

    id: str = Field(primary_key=True)
    line: str
    contact: str | None = None
    payload: bytes = sealed("contact", "contact")
    reason: str
    at: datetime = moment()
    replayed_at: datetime | None = moment(optional=True)


class Links(Row, table=True):
    """A one-time link to the private channel; only its hash is kept. `origin` is the address it was asked from."""

    __table_args__ = (belongs("contact", "contacts"),)

    token_hash: bytes = hashed(key=True)
    contact: str
    case: str
    origin: str
    until: datetime = moment()
    used_at: datetime | None = moment(optional=True)
