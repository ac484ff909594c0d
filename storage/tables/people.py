"""Organisations, contacts, persons, addresses and the keyed hashes by which they are found."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.tables.columns import KEY_IS_ALL, Row, belongs, hashed, moment, only, sealed, wrapped

OF_HOUSE = ("organisation",), ("organisations.organisation",)


class Organisations(Row, table=True):
    """One association: its keys, the counter of its reference numbers and the head of its chain of seals."""

    key: bytes = wrapped()
    index_key: bytes = wrapped()
    reference_key: bytes = wrapped()
    reference_counter: int = 0
    seal_number: int = 0
    seal_head: bytes = hashed()


class Wrappings(Row, table=True):
    """The id of a master key that may wrap something here: whoever opens the house with it says so before it does."""

    __table_args__ = (ForeignKeyConstraint(*OF_HOUSE), KEY_IS_ALL)

    master: str = Field(primary_key=True)


class Persons(Row, table=True):
    """Whom data is about. An erased person's row stays and its key is null."""

    __table_args__ = (
        ForeignKeyConstraint(*OF_HOUSE),
        belongs("merged_into", "persons", "person"),
        only("ix_persons_merged", "merged_into", where="merged_into IS NOT NULL"),
    )

    person: str = Field(primary_key=True)
    key: bytes | None = wrapped(optional=True)
    merged_into: str | None = None
    created_at: datetime = moment()


class PersonKeys(Row, table=True):
    """Keyed hashes by which staff find persons; several persons may share one."""

    __table_args__ = (
        belongs("person", "persons"),
        Index("ix_person_keys_person", "organisation", "person"),
        KEY_IS_ALL,
    )

    kind: str = Field(primary_key=True)
    hash: bytes = hashed(key=True)
    person: str = Field(primary_key=True)
    case: str = Field(primary_key=True)


class Contacts(Row, table=True):
    """Who talks: the conversation's state, and counters that its lock guards; `told` is the last `seq` in web chat.

    One that was merged leads to another by `merged_into`; there `kin` names all that lead to it, over whatever steps.
    """

    __table_args__ = (ForeignKeyConstraint(*OF_HOUSE), belongs("merged_into", "contacts", "contact"))

    contact: str = Field(primary_key=True)
    key: bytes | None = wrapped(optional=True)
    merged_into: str | None = None
    merged_at: datetime | None = moment(optional=True)
    kin: list[str] | None = Field(default=None, sa_type=JSON)
    created_at: datetime = moment()
    state: bytes | None = sealed("contact", "contact", optional=True)
    last_at: datetime | None = moment(optional=True)
    message_number: int = 0
    outbox_number: int = 0
    told: int = 0
    notice_version: str | None = None
    messages_stopped: list[str] = Field(default=[], sa_type=JSON, nullable=False)


class ContactPersons(Row, table=True):
    """The persons that a contact speaks for; a family may share a phone."""

    __table_args__ = (belongs("contact", "contacts"), belongs("person", "persons"), KEY_IS_ALL)

    contact: str = Field(primary_key=True)
    person: str = Field(primary_key=True)


class Addresses(Row, table=True):
    """One account on one line. `value` is what one writes back to; a browser has none.

    One in doubt (`doubted_at`) was silent for long and may be another's by now. `told_from` is the `seq` after which a
    browser is told: one that came by a one-time link sees only what follows.
    """

    __table_args__ = (belongs("contact", "contacts"), Index("ix_addresses_contact", "organisation", "contact"))

    address: str = Field(primary_key=True)
    contact: str
    line: str
    value: bytes | None = sealed("contact", "contact", optional=True)
    proven_at: datetime | None = moment(optional=True)
    last_inbound_at: datetime | None = moment(optional=True)
    stopped_at: datetime | None = moment(optional=True)
    doubted_at: datetime | None = moment(optional=True)
    told_from: int = 0


class AddressKeys(Row, table=True):
    """Keyed hashes that lead to an address, since and until when; the newcomer's row is written before its address."""

    __table_args__ = (
        belongs("address", "addresses", deferred=True),
        # For each address that comes, SQLite looks whether a key waits for it: without this, through all keys.
        Index("ix_address_keys_address", "organisation", "address"),
        KEY_IS_ALL,
    )

    line: str = Field(primary_key=True)
    hash: bytes = hashed(key=True)
    address: str
    made_at: datetime | None = moment(optional=True)
    until: datetime | None = moment(optional=True)
