"""What was said: duplicate keys, messages, the outbox, parked events and one-time links."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.tables.columns import KEY_IS_ALL, Row, belongs, hashed, moment, only, sealed

# Rows that may be claimed, and rows that are not settled: queries must say it in these very words to use the index.
READY = "seq IS NULL AND state = 'new'"
UNSEEN = "seq IS NOT NULL AND state = 'new' AND NOT interactive"
OPEN = "seq IS NULL AND state IN ('new', 'sending', 'unknown')"


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
    """One row is one call to a vendor: a piece of the contact's `number`th message out, tried for the `attempt`th time.

    A retry is a new row of the same number and piece, so it names the first and stands in its place in the order; what
    one `turn` said stays together. A row with `seq` is told in web chat and is never claimed. `holds` says whether
    those behind it wait for it, `token_hash` leads the status callback here, `vendor_hash` the vendor's own id,
    `reason` is why this way was chosen, `content` what was really sent. An unknown is settled once it was judged.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation", "contact", "message"],
            ["messages.organisation", "messages.contact", "messages.number"],
        ),
        only("ix_outbox_ready", "interactive", "at", where=READY),
        only("ix_outbox_unseen", "at", where=UNSEEN),
        only("ix_outbox_open", "contact", "number", where=OPEN),
        only("ix_outbox_token", "token_hash", where="token_hash IS NOT NULL", unique=True),
        only("ix_outbox_vendor", "vendor_hash", where="vendor_hash IS NOT NULL"),
    )

    contact: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    piece: int = Field(default=0, primary_key=True)
    attempt: int = Field(default=0, primary_key=True)
    address: str
    message: int
    turn: int = 0
    interactive: bool = True
    holds: bool = True
    state: str
    failure: str | None = None
    code: str | None = None
    reason: str | None = None
    token_hash: bytes | None = hashed(optional=True)
    vendor_hash: bytes | None = hashed(optional=True)
    parts: int | None = None
    at: datetime = moment()
    claimed_at: datetime | None = moment(optional=True)
    changed_at: datetime | None = moment(optional=True)
    settled_at: datetime | None = moment(optional=True)
    seq: int | None = None
    content: bytes | None = sealed("contact", "contact", optional=True)


class Strays(Row, table=True):
    """A receipt under a vendor's id that nobody knows yet; it waits a day for the message that it tells of."""

    __table_args__ = (KEY_IS_ALL,)

    hash: bytes = hashed(key=True)
    state: str = Field(primary_key=True)
    failure: str | None = None
    code: str | None = None
    at: datetime = moment()


class Polls(Row, table=True):
    """How far a line was fetched: `position` is the vendor's offset, `since` the time up to which nothing is missed.

    Whoever is `holder` until `until` polls; two pollers of one bot shut each other out.
    """

    __table_args__ = (KEY_IS_ALL,)

    line: str = Field(primary_key=True)
    position: int | None = Field(default=None, sa_type=BigInteger)
    since: datetime | None = moment(optional=True)
    holder: str | None = None
    until: datetime | None = moment(optional=True)


class Parked(Row, table=True):
    """An event on which the mind stumbled, kept for one replay; `reason` is the name of the error's class only.

    Where the contact is not known the payload is sealed with the organisation's key; `case` is the one in hand.
    """

    __table_args__ = (only("ix_parked_waiting", "at", where="replayed_at IS NULL"),)

    id: str = Field(primary_key=True)
    line: str
    contact: str | None = None
    payload: bytes = sealed("contact", "contact")
    case: str | None = None
    reason: str
    at: datetime = moment()
    replayed_at: datetime | None = moment(optional=True)


class Codes(Row, table=True):
    """A short code to go on in another channel, of which only its hash is kept; `address` is where it was told, `live`
    where that is a page. One that was `missed` is a wrong try."""

    __table_args__ = (
        belongs("contact", "contacts"),
        Index("ix_codes_until", "organisation", "until"),
        only("ix_codes_missed", "made_at", where="missed"),
    )

    hash: bytes = hashed(key=True)
    contact: str
    address: str
    live: bool = False
    missed: bool = False
    made_at: datetime = moment()
    until: datetime = moment()
    used_at: datetime | None = moment(optional=True)


class Links(Row, table=True):
    """A one-time link to the private channel; only its hash is kept. `origin` is the address it was asked from."""

    __table_args__ = (belongs("contact", "contacts"),)

    token_hash: bytes = hashed(key=True)
    contact: str
    case: str
    origin: str
    until: datetime = moment()
    used_at: datetime | None = moment(optional=True)
