"""Effects become rows: what a turn decided, said in the memory's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations import effects as e
from conversations.acts import CASE_ACTS, CHAT_ACTS, CommitteeAsked, ItemsReturned, Wrote
from conversations.codec import dump_event, dump_message, dump_state
from conversations.effects import Effect
from conversations.events import Event, TimePassed
from conversations.forms import About, Form
from conversations.handling import Refuse
from conversations.state import Conversation
from services import attachments, dues
from services.deeds import audited
from services.filing import FILED
from services.ledger import Ledger
from services.ports import Row, Tongue, Unit
from services.seating import Place
from services.telling import Told, plain, tell

# The acts of staff that stand in the transcript as such; what they wrote is a message.
TOLD_OF = (*(act for act in CHAT_ACTS if act is not Wrote), ItemsReturned, CommitteeAsked)


@dataclass(slots=True)
class Scribe:
    """Writes one turn into the ledger. `state` is where the conversation stands after it."""

    place: Place
    state: Conversation
    tongue: Tongue
    unit: Unit
    ledger: Ledger
    now: datetime
    forms: Mapping[str, Form] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    contact: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)
    items: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    heads: dict[str, Row] = field(default_factory=dict)
    heard: int = 0

    def __post_init__(self) -> None:
        self.contact = dict(self.place.seat.row)
        self.items, self.heads = dict(self.place.dockets.items), dict(self.place.dockets.heads)
        in_hand = getattr(self.event, "case", None) or self.state.case or self.place.conversation.case
        known = {c.id: c for c in self.place.cases}
        if in_hand in known:
            self.case = {
                "case": in_hand,
                "applicant": known[in_hand].applicant,
                "beneficiary": known[in_hand].beneficiary,
            }

    @property
    def event(self) -> Event:
        """What happened."""
        return self.place.arrival.inbound.event

    @property
    def line(self) -> str:
        """The line that it happened on."""
        return self.place.arrival.inbound.line

    @property
    def by(self) -> str:
        """The member of staff who did it, where one did."""
        return getattr(self.event, "by", "")

    @property
    def unasked(self) -> bool:
        """Whether time or a ruling speaks: what is told then is no reply, and waits for the sending window."""
        return isinstance(self.event, (TimePassed, *CASE_ACTS))

    @property
    def wrote(self) -> bool:
        """Whether the person did it."""
        return not isinstance(self.event, (TimePassed, *CASE_ACTS, *CHAT_ACTS))

    def write(self, decided: tuple[Effect, ...]) -> None:
        """Rows for the message that came, for each effect, and for the contact; a refused act leaves none."""
        if any(isinstance(effect, Refuse) for effect in decided):
            return
        self._settle(decided)
        self._heard()
        attachments.name(self)
        for effect in decided:
            if isinstance(effect, e.Say):
                self.say(effect)
            else:
                FILED[type(effect)](self, effect)
        if isinstance(self.event, TimePassed):
            dues.settle(self, self.event, decided)
        if self.by:
            self.ledger.insert("audit", **audited(self))
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

    def applicant(self, case: str) -> str:
        """Whose request it is."""
        return next(c.applicant for c in self.place.cases if c.id == case)

    def whose(self, case: str, field: str) -> str:
        """The person whom a field of the case is about, as its form says."""
        known = next(c for c in self.place.cases if c.id == case)
        form = self.forms.get(known.form)
        question = form.question(field) if form else None
        own = question is not None and question.about is About.APPLICANT
        return known.applicant if own else known.beneficiary

    def deed(self, by: str, content: dict[str, Any]) -> None:
        """A line of the transcript that the person never sees."""
        self._message("act", by, content, None, self.place.seat.address)

    def _heard(self) -> None:
        if self.wrote:
            heard = {"id": self.place.arrival.inbound.id, **dump_event(self.event)}
            self.heard = self._message("in", "person", heard, None, self.place.seat.address)
        elif isinstance(self.event, TOLD_OF):
            self.deed("staff", dump_event(self.event))

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
        live = effect.live or (self.place.arrival.channel.structured and effect.to is None)
        seq = self._seq() if live else None
        content = {"keys": dump_message(effect.message), **plain(told)}
        if effect.by:
            content |= {"staff": effect.by, "name": effect.name, "files": list(effect.files)}
        if effect.message.receipt:
            content["receipt"] = effect.message.receipt
        address = effect.to or self.place.seat.address
        number = self._message("out", "staff" if effect.by else "bot", content, seq, address)
        self.contact["outbox_number"] += 1
        self.ledger.insert(
            "outbox",
            **self.key(contact=self.place.seat.contact, number=self.contact["outbox_number"]),
            address=address,
            message=number,
            turn=self.place.seat.row["outbox_number"] + 1,
            state="new",
            interactive=not self.unasked,
            at=self.now,
            seq=seq,
        )

    def _seq(self) -> int:
        self.contact["told"] += 1
        return int(self.contact["told"])

    def _contact(self) -> None:
        columns = ("message_number", "outbox_number", "told", "notice_version", "messages_stopped")
        changes = {name: self.contact[name] for name in columns}
        if self.wrote:
            changes["last_at"] = self.now
        key = self.key(contact=self.place.seat.contact)
        self.ledger.update("contacts", key, state=dump_state(self.state), **changes)
        if self.wrote and self.place.arrival.inbound.value is not None:
            self.ledger.update("addresses", self.key(address=self.place.seat.address), last_inbound_at=self.now)
