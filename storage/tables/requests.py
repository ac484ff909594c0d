"""Requests, their answers and their evidence; consents; what is due and who is called."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import Row, belongs, hashed, moment, only, sealed


class Cases(Row, table=True):
    """One request of one person, made by one contact in a stated relation.

    `erased_at` marks what is left of one whose person, or one of two, was erased: form, state and times. `filled_by` is
    the member of staff who filled it in at the person's word, `offered_at` since when the person may confirm it, and
    `unconfirmed` that it was submitted before anybody did.
    """

    __table_args__ = (
        belongs("contact", "contacts"),
        belongs("applicant", "persons", "person"),
        belongs("beneficiary", "persons", "person"),
        UniqueConstraint("organisation", "reference_hash", name="uq_cases_reference"),
        Index("ix_cases_contact", "organisation", "contact"),
        Index("ix_cases_applicant", "organisation", "applicant"),
        Index("ix_cases_beneficiary", "organisation", "beneficiary"),
        Index("ix_cases_state", "organisation", "form", "state", "accepted_at", "case"),
        only("ix_cases_filled", "filled_by", where="filled_by IS NOT NULL"),
    )

    case: str = Field(primary_key=True)
    contact: str
    applicant: str
    beneficiary: str
    relation: str | None = None
    form: str
    version: str
    state: str
    reference_hash: bytes | None = hashed(optional=True)
    reference: bytes | None = sealed("applicant", "person", optional=True)
    opened_at: datetime = moment()
    accepted_at: datetime | None = moment(optional=True)
    floor_at: datetime | None = moment(optional=True)
    ceiling_at: datetime | None = moment(optional=True)
    stopped_at: datetime | None = moment(optional=True)
    changed_at: datetime | None = moment(optional=True)
    erased_at: datetime | None = moment(optional=True)
    filled_by: str | None = None
    offered_at: datetime | None = moment(optional=True)
    unconfirmed: bool | None = None


class Answers(Row, table=True):
    """An answer, sealed with the key of the person it is about; `typed` is what stood on the line."""

    __table_args__ = (belongs("case", "cases"), belongs("person", "persons"))

    case: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    person: str
    value: bytes = sealed("person", "person")
    typed: bytes | None = sealed("person", "person", optional=True)
    at: datetime = moment()


class Consents(Row, table=True):
    """A consent given or withdrawn for one purpose; the newest row holds."""

    __table_args__ = (
        belongs("contact", "contacts"),
        Index("ix_consents_contact", "organisation", "contact", "purpose"),
    )

    id: str = Field(primary_key=True)
    contact: str
    purpose: str
    given: bool
    version: str
    at: datetime = moment()


class Notices(Row, table=True):
    """The privacy notice of this version was acknowledged."""

    __table_args__ = (belongs("contact", "contacts"),)

    contact: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    at: datetime = moment()


class Evidence(Row, table=True):
    """A link of the chain of a case or a contact, over a salted commitment to the sealed body.

    `code` is the keyed hash of an acceptance's link that its receipt bears; whoever has it learns nothing by it.
    """

    __table_args__ = (
        Index("ix_evidence_at", "organisation", "at"),
        only("ix_evidence_code", "code", where="code IS NOT NULL", unique=True),
    )

    chain: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    kind: str
    owner_kind: str
    owner: str
    body: bytes = sealed("owner")
    salt: bytes = hashed()
    commitment: bytes = hashed()
    previous: bytes = hashed()
    hash: bytes = hashed()
    at: datetime = moment()
    code: bytes | None = hashed(optional=True)


class Seals(Row, table=True):
    """One chained row over the newest heads of an organisation's chains."""

    __table_args__ = (
        ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
        Index("ix_seals_at", "organisation", "at"),
    )

    number: int = Field(primary_key=True)
    heads: dict[str, Any] = Field(sa_type=JSON, nullable=False)
    previous: bytes = hashed()
    hash: bytes = hashed()
    at: datetime = moment()


class Due(Row, table=True):
    """Time as a row: what is due when. The same kind for the same case replaces the earlier."""

    __table_args__ = (
        UniqueConstraint("organisation", "kind", "case", name="uq_due_kind"),
        only("ix_due_open", "at", where="done_at IS NULL"),
    )

    id: str = Field(primary_key=True)
    kind: str
    case: str | None = None
    contact: str | None = None
    at: datetime = moment()
    claimed_until: datetime | None = moment(optional=True)
    done_at: datetime | None = moment(optional=True)


class Tasks(Row, table=True):
    """A person of this role is asked to come; `reason` is a key, never a person's words."""

    __table_args__ = (
        belongs("contact", "contacts"),
        only("ix_tasks_open", "role", "at", where="done_at IS NULL"),
    )

    id: str = Field(primary_key=True)
    kind: str
    role: str
    reason: str
    contact: str | None = None
    case: str | None = None
    at: datetime = moment()
    done_at: datetime | None = moment(optional=True)


class Tries(Row, table=True):
    """A wrong second factor, by the keyed hash of who tried it or of the number it was tried on: in each hour of the
    clock there is a `slot` for each that is allowed, so that tries at the same moment are counted apart."""

    __table_args__ = (
        ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
        Index("ix_tries_at", "organisation", "at"),
    )

    hash: bytes = hashed(key=True)
    hour: int = Field(primary_key=True)
    slot: int = Field(primary_key=True)
    at: datetime = moment()
