"""The record of what staff did about accounts; it belongs to the association, not to a person it serves."""

from datetime import datetime

from services.ports import Row
from services.seating import fresh_id


def audited(organisation: str, staff: str, verb: str, at: datetime, **more: object) -> Row:
    """One row of the audit log: what this member did, and what belongs to it."""
    whose = {"owner_kind": "organisation", "owner": None, "more": more or None}
    return {"organisation": organisation, "id": fresh_id(), "staff": staff, "verb": verb, "at": at, **whose}
