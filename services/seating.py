"""One contact's place in a unit of work: who wrote, and what was loaded for them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations.acts import CASE_ACTS, CHAT_ACTS
from conversations.codec import load_state
from conversations.events import Inbound
from conversations.facts import Case, CaseState, Contact, Fresh, Known
from conversations.messages import Capabilities
from conversations.purposes import PURPOSES
from conversations.records import FreshSeat, Seat, Sender
from conversations.state import Conversation, without_case
from services.dockets import Dockets
from services.ports import Row

DESK = "desk"


def fresh_id() -> str:
    """A random 128-bit id, 32 hex digits."""
    return secrets.token_hex(16)


def fresh_ids(count: int) -> list[str]:
    """So many of them, drawn at once."""
    drawn = secrets.token_hex(16 * count)
    return [drawn[at : at + 32] for at in range(0, len(drawn), 32)]


def fresh_token() -> str:
    """A random 256-bit token, 43 base64url characters."""
    return secrets.token_urlsafe(32)


def fresh_code() -> str:
    """A random code of eight digits, short enough to be typed by hand."""
    return f"{secrets.randbelow(10**8):08d}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An inbound event with what its channel can carry."""

    inbound: Inbound
    channel: Capabilities


@dataclass(frozen=True, slots=True)
class Place:
    """An arrival with its locked contact, its own cases, the state it was found in, and the files that it names."""

    arrival: Arrival
    seat: Seat
    cases: tuple[Case, ...]
    conversation: Conversation
    papers: Mapping[str, Row] = field(default_factory=dict)
    dockets: Dockets = field(default_factory=Dockets)
    people: tuple[Known, ...] = ()

    @property
    def organisation(self) -> str:
        """The organisation's id."""
        return self.seat.organisation

    @property
    def form(self) -> str:
        """The form of the case in hand; none where none is."""
        return next((case.form for case in self.cases if case.id == self.conversation.case), "")

    def contact(self) -> Contact:
        """The contact as the mind sees it."""
        row = self.seat.row
        stopped = self.arrival.inbound.line in row.get("messages_stopped", ())
        known = row.get("last_at"), row.get("notice_version"), stopped
        person, silence = next(iter(self.seat.persons), None), (self.seat.heard_at, self.seat.doubted)
        refused = frozenset(PURPOSES).intersection(row.get("messages_stopped", ()))
        return Contact(self.seat.contact, self.seat.address, *known, person, *silence, refused)

    def fresh(self) -> Fresh:
        """Ids for what may be opened; the first request is about the contact's own first person."""
        case, applicant, beneficiary = fresh_ids(3)
        if self.seat.persons and not self.cases:
            applicant = self.seat.persons[0]
        return Fresh(case, applicant, beneficiary, fresh_token(), fresh_code())


def door(arrival: Arrival) -> str:
    """Where an event's id is unique: on its line; what staff do comes by the desk, wherever the person is spoken to."""
    acted = isinstance(arrival.inbound.event, (*CHAT_ACTS, *CASE_ACTS))
    return DESK if acted else arrival.inbound.line


def sender(arrival: Arrival) -> Sender:
    """Who wrote, with fresh ids for the case that nobody knows them."""
    inbound = arrival.inbound
    fresh = FreshSeat(*fresh_ids(3))
    return Sender(inbound.organisation, inbound.line, inbound.keys, fresh, inbound.value, inbound.address)


def place(
    arrival: Arrival,
    seat: Seat,
    cases: Mapping[str, list[Case]],
    papers: Mapping[str, Mapping[str, Row]],
    dockets: Dockets,
) -> Place:
    """Bring together what was loaded for one arrival."""
    own = tuple(cases.get(seat.contact, ()))
    kept = load_state(seat.state)
    lost = kept.case is not None and all(case.id != kept.case for case in own)
    return Place(arrival, seat, own, without_case(kept) if lost else kept, papers.get(seat.contact, {}), dockets)


def case_of(row: Mapping[str, Any], answers: Sequence[Mapping[str, Any]], more: Mapping[str, Any]) -> Case:
    """A case as the mind sees it."""
    return Case(
        id=row["case"],
        form=row["form"],
        version=row["version"],
        state=CaseState(row["state"]),
        opened_at=row["opened_at"],
        applicant=row["applicant"],
        beneficiary=row["beneficiary"],
        reference=row["reference"],
        accepted_at=row["accepted_at"],
        answers={a["field"]: a["value"] for a in answers},
        typed={a["field"]: a["typed"] for a in answers},
        whose={a["field"]: a["person"] for a in answers},
        **more,
    )
