"""Inquiries: what people asked in their own words, and the approved entries that answer them."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from storage.tables.columns import Row, belongs, hashed, moment, sealed


class Inquiries(Row, table=True):
    """A question of a contact, numbered; `hash` is the keyed hash of its folded words, so that the same are counted.

    It was *told* an `entry`, *offered* several, or there was *none*; `helped` is what the person said of it. `made` is
    the entry that staff made of it. `case` is the one in hand when it was asked.
    """

    __table_args__ = (belongs("contact", "contacts"), Index("ix_inquiries_at", "organisation", "at"))

    contact: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    question: bytes = sealed("contact", "contact")
    hash: bytes = hashed()
    language: str
    entry: str | None = None
    became: str
    helped: bool | None = None
    made: str | None = None
    case: str | None = None
    at: datetime = moment()


class Surveys(Row, table=True):
    """How an answered question or a closed case was for the person: asked once, a `score` from 1 to 5, `words`."""

    __table_args__ = (belongs("contact", "contacts"), Index("ix_surveys_at", "organisation", "asked_at"))

    contact: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    line: str
    score: int | None = None
    words: bytes | None = sealed("contact", "contact", optional=True)
    asked_at: datetime = moment()
    at: datetime | None = moment(optional=True)


class Entries(Row, table=True):
    """An entry of the association's knowledge: *draft* or *approved*, told between `from_at` and `until_at`.

    `content` holds questions, title, text and source by language, sealed since a draft may hold a person's words.
    """

    __table_args__ = (ForeignKeyConstraint(("organisation",), ("organisations.organisation",)),)

    id: str = Field(primary_key=True)
    kind: str
    state: str
    content: bytes = sealed("organisation", "organisation")
    from_at: datetime | None = moment(optional=True)
    until_at: datetime | None = moment(optional=True)
    by: str | None = None
    approved_by: str | None = None
    at: datetime = moment()
