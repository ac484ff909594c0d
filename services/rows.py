"""Effects become rows: what a turn decided, said in the memory's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations import effects as e
from conversations.codec import dump_event, dump_message, dump_state
from conversations.effects import Effect
from conversations.events import TimePassed
from conversations.state import Conversation
from services import attachments, dues
from services.filing import FILED
from services.ledger import Ledger
from services.ports import Tongue, Unit
from services.seating import Place
from services.telling import Told, plain, tell


@dataclass(slots=True)
class Scribe:
    """Writes one turn into the ledger. `state` is where the conversation stands after it."""

    place: Place
    state: Conversation
    tongue: Tongue
    unit: Unit
    ledger: Ledger
    now: datetime
    told: list[Told] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    contact: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.contact = dict(self.place.seat.row)
        in_hand = self.unasked.case if self.unasked else self.state.case or self.place.conversation.case
        known = {c.id: c for c in self.place.cases}
        if in_hand in known:
            self.case = {
                "case": in_hand,
                "applicant": known[in_hand].applicant,
                "beneficiary": known[in_hand].beneficiary,
            }

    @property
    def unasked(self) -> TimePassed | None:
        """The event where nobody wrote: what is told then is no reply."""
        event = self.place.arrival.inbound.event
        return event if isinstance(event, TimePassed) else None

    def write(self, decided: tuple[Effect, ...]) -> None:
        """Rows for the message that came, for each effect, and for the contact."""
        self._settle(decided)
        self._heard()
        attachments.name(self)
        for effect in decided:
            if isinstance(effect, e.Say):
                self.say(effect)
            else:
                FILED[type(effect)](self, effect)
        if self.unasked:
            dues.settle(self, self.unasked, decided)
        self._contact()

    def _settle(self, decided: tuple[Effect, ...]) -> None:
        """Whose the case is after this turn, before any answer is sealed."""
        for effect in decided:
            if isinstance(effect, e.OpenCase):
                self.case = {"case": effect.case, "applicant": effect.applicant, "beneficiary": effect.applicant}
                self._person(effect.applicant)
            if isinstance(effect, e.SetBeneficiary):
                self.case["beneficiary"] = effect.beneficiary
                self._person(effect.beneficiary)

    def _person(self, person: str) -> None:
        known = {*self.place.seat.persons, *(p for c in self.place.cases for p in (c.applicant, c.beneficiary))}
        if person not in known | self.made:
            self.made.add(person)
            self.ledger.insert("persons", **self.key(person=person), created_at=self.now)
            self.ledger.insert("contact_persons", **self.key(contact=self.place.seat.contact, person=person))

    @property
    def organisation(self) -> str:
        """The organisation's id."""
        return self.place.organisation

    def key(self, **key: Any) -> Mapping[str, Any]:
        """A row's key, the organisation first."""
        return {"organisation": self.organisation, **key}

    def _owner(self) -> dict[str, str | None]:
        """Whose a message is: the person's of the case in hand, else the contact's."""
        if self.case:
            return {"owner_kind": "person", "owner": self.case["beneficiary"], "case": self.case["case"]}
        return {"owner_kind": "contact", "owner": self.place.seat.contact, "case": None}

    def _heard(self) -> None:
        inbound = self.place.arrival.inbound
        if self.unasked:
            return
        self._message("in", "person", {"id": inbound.id, **dump_event(inbound.event)}, None, self.place.seat.address)

    def _message(self, way: str, by: str, content: dict[str, Any], seq: int | None, address: str) -> int:
        self.contact["message_number"] += 1
        number = int(self.contact["message_number"])
        self.ledger.insert(
            "messages",
            **self.key(contact=self.place.seat.contact, number=number),
            address=address,
            direction=way,
            by=by,
            at=self.now,
            content=content,
            seq=seq,
            **self._owner(),
        )
        return number

    def say(self, effect: e.Say) -> None:
        """A message to the person: its row, and the outbox row that one call to the vendor is."""
        told = tell(effect.message, self.tongue, effect.to)
        self.told.append(told)
        live = self.place.arrival.channel.structured and effect.to is None
        seq = self._seq() if live else None
        content = {"keys": dump_message(effect.message), **plain(told)}
        address = effect.to or self.place.seat.address
        number = self._message("out", "bot", content, seq, address)
        self.contact["outbox_number"] += 1
        self.ledger.insert(
            "outbox",
            **self.key(contact=self.place.seat.contact, number=self.contact["outbox_number"]),
            address=address,
            message=number,
            turn=self.place.seat.row["outbox_number"] + 1,
            state="new",
            interactive=self.unasked is None,
            at=self.now,
            seq=seq,
        )

    def _seq(self) -> int:
        self.contact["told"] += 1
        return int(self.contact["told"])

    def _contact(self) -> None:
        columns = ("message_number", "outbox_number", "told", "notice_version", "messages_stopped")
        changes = {name: self.contact[name] for name in columns}
        if self.unasked is None:
            changes["last_at"] = self.now
        key = self.key(contact=self.place.seat.contact)
        self.ledger.update("contacts", key, state=dump_state(self.state), **changes)
        if self.place.arrival.inbound.value is not None:
            self.ledger.update("addresses", self.key(address=self.place.seat.address), last_inbound_at=self.now)
