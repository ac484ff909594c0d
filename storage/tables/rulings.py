"""What staff find and decide about a case: the verification list, the votes and the decision."""

from datetime import datetime

from sqlmodel import Field

from storage.tables.columns import Row, belongs, moment, sealed


class Items(Row, table=True):
    """An item of a case's verification list; `document` is the paper of a list of papers, else empty.

    `note` is what the applicant reads where the item is returned; it is theirs and sealed so.
    """

    __table_args__ = (belongs("case", "cases"), belongs("person", "persons"))

    case: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    document: str = Field(primary_key=True)
    person: str
    verdict: str | None = None
    note: bytes | None = sealed("person", "person", optional=True)
    by: str | None = None
    at: datetime = moment()
    returned_at: datetime | None = moment(optional=True)
    answered_at: datetime | None = moment(optional=True)


class Votes(Row, table=True):
    """What one member of the committee says of a case."""

    __table_args__ = (belongs("case", "cases"), belongs("person", "persons"))

    case: str = Field(primary_key=True)
    staff: str = Field(primary_key=True)
    person: str
    accepted: bool
    reason: bytes = sealed("person", "person")
    at: datetime = moment()


class Decisions(Row, table=True):
    """The committee's decision of a case, held until `told_at`; `released_by` asked to tell it early."""

    __table_args__ = (belongs("case", "cases"), belongs("person", "persons"))

    case: str = Field(primary_key=True)
    person: str
    accepted: bool
    reason: bytes = sealed("person", "person")
    at: datetime = moment()
    told_at: datetime | None = moment(optional=True)
    released_by: str | None = None
    release_reason: bytes | None = sealed("person", "person", optional=True)
    released_at: datetime | None = moment(optional=True)
