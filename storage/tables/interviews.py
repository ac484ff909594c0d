"""Interviews: the times that staff keep, and whose each is."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.tables.columns import Row, belongs, moment


class Slots(Row, table=True):
    """A time for an interview; `kind` is visit or phone. A closed one is offered to nobody."""

    __table_args__ = (
        ForeignKeyConstraint(("organisation",), ("organisations.organisation",)),
        Index("ix_slots_at", "organisation", "kind", "at"),
    )

    slot: str = Field(primary_key=True)
    kind: str
    at: datetime = moment()
    minutes: int
    by: str
    closed_at: datetime | None = moment(optional=True)


class Bookings(Row, table=True):
    """The slot is this case's; its key makes it nobody else's."""

    __table_args__ = (
        belongs("slot", "slots"),
        belongs("case", "cases"),
        Index("ix_bookings_case", "organisation", "case"),
    )

    slot: str = Field(primary_key=True)
    case: str
    at: datetime = moment()
