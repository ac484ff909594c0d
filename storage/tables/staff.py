"""Staff: who they are, how they sign in, what they did; and the desk in a messenger."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import KEY_IS_ALL, Row, belongs, hashed, moment, only, sealed

OF_HOUSE = ("organisation",), ("organisations.organisation",)


class Staff(Row, table=True):
    """A member of staff, found by the keyed hash of the name they sign in with.

    `password` is an argon2id hash, `totp` the shared secret, `totp_step` the last step of time that was used.
    `failures` and `locked_until` slow down whoever guesses. `demo` marks the demonstration's.
    """

    __table_args__ = (
        ForeignKeyConstraint(*OF_HOUSE),
        UniqueConstraint("organisation", "login_hash", name="uq_staff_login"),
    )

    staff: str = Field(primary_key=True)
    login_hash: bytes = hashed()
    login: bytes = sealed("organisation", "organisation")
    name: bytes = sealed("organisation", "organisation")
    roles: list[str] = Field(default=[], sa_type=JSON, nullable=False)
    language: str = "ar"
    password: bytes | None = sealed("organisation", "organisation", optional=True)
    totp: bytes | None = sealed("organisation", "organisation", optional=True)
    totp_step: int | None = Field(default=None, sa_type=BigInteger)
    failures: int = 0
    locked_until: datetime | None = moment(optional=True)
    telegram_hash: bytes | None = hashed(optional=True)
    demo: bool = False
    created_at: datetime = moment()
    disabled_at: datetime | None = moment(optional=True)


class Invitations(Row, table=True):
    """A one-time link for a member of staff; only its keyed hash is kept. `kind` is join, or demo."""

    __table_args__ = (belongs("staff", "staff"),)

    token_hash: bytes = hashed(key=True)
    staff: str
    kind: str
    by: str | None = None
    until: datetime = moment()
    used_at: datetime | None = moment(optional=True)


class Sessions(Row, table=True):
    """A signed-in browser; only the keyed hash of its token is kept. What is `ended_at` lets nobody in."""

    __table_args__ = (belongs("staff", "staff"), Index("ix_sessions_staff", "organisation", "staff"))

    token_hash: bytes = hashed(key=True)
    staff: str
    created_at: datetime = moment()
    seen_at: datetime = moment()
    until: datetime = moment()
    ended_at: datetime | None = moment(optional=True)


class Audit(Row, table=True):
    """What a member of staff did, once it was done; `verb` is a key, `more` what belongs to it (a reason, an item).

    What is about a case is sealed with its person's key, the rest with the organisation's (no owner).
    """

    __table_args__ = (
        Index("ix_audit_case", "organisation", "case", "at"),
        Index("ix_audit_at", "organisation", "at"),
    )

    id: str = Field(primary_key=True)
    staff: str
    verb: str
    case: str | None = None
    contact: str | None = None
    owner_kind: str
    owner: str | None = None
    more: bytes | None = sealed("owner", optional=True)
    at: datetime = moment()


class Handovers(Row, table=True):
    """A conversation that waits for staff or is held by one, numbered per contact; `reason` and `why` are keys.

    It is *waiting*, *held* by `holder`, or *over*. `since` is when the person began to wait for this role.
    """

    __table_args__ = (
        belongs("contact", "contacts"),
        only("ix_handovers_open", "since", where="state <> 'over'"),
        Index("ix_handovers_state", "organisation", "state"),
    )

    contact: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    state: str
    role: str
    reason: str
    case: str | None = None
    line: str
    holder: str | None = None
    urgent: bool = False
    since: datetime = moment()
    taken_at: datetime | None = moment(optional=True)
    ended_at: datetime | None = moment(optional=True)
    why: str | None = None


class Topics(Row, table=True):
    """A handover's topic in the staff's group: `thread` is its number there, `mirrored` the last message shown."""

    __table_args__ = (
        Index("ix_topics_state", "organisation", "state"),
        Index("ix_topics_thread", "organisation", "thread"),
        KEY_IS_ALL,
    )

    contact: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    thread: int | None = Field(default=None, sa_type=BigInteger)
    mirrored: int = 0
    state: str
    at: datetime = moment()
    closed_at: datetime | None = moment(optional=True)


class Posts(Row, table=True):
    """One call to the staff's group that is to be made, was made, or is unknown; `content` is what it shows."""

    __table_args__ = (
        belongs("contact", "contacts"),
        Index("ix_posts_state", "organisation", "state"),
        only("ix_posts_vendor", "vendor", where="vendor IS NOT NULL"),
    )

    contact: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    piece: int = Field(primary_key=True)
    kind: str
    state: str
    message: int | None = None
    vendor: int | None = Field(default=None, sa_type=BigInteger)
    content: bytes | None = sealed("contact", "contact", optional=True)
    tries: int = 0
    at: datetime = moment()
    changed_at: datetime | None = moment(optional=True)
