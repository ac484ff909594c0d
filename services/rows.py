"""Effects become rows: what a turn decided, said in the memory's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from conversations import effects as e
from conversations.codec import dump_event, dump_message, dump_state
from conversations.effects import Effect
from conversations.forms import About
from conversations.messages import Words
from conversations.state import Conversation
from services import evidence
from services.ledger import Ledger
from services.ports import Tongue, Unit
from services.seating import Place, fresh_id

LINK_LIFE = timedelta(minutes=30)
REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Told:
    """A message in words, as its row keeps it and a channel fits it. `to` is an address where it goes elsewhere."""

    words: Words
    select: str
    entry: str
    progress: tuple[int, int] | None
    to: str | None


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
    contact: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.contact = dict(self.place.seat.row)
        in_hand = self.state.case or self.place.conversation.case
        known = {c.id: c for c in self.place.cases}
        if in_hand in known:
            self.case = {"case": in_hand, "applicant": known[in_hand].applicant, "beneficiary": known[in_hand].beneficiary}

    def write(self, decided: tuple[Effect, ...]) -> None:
        """Rows for the message that came, for each effect, and for the contact."""
        self._settle(decided)
        self._heard()
        for effect in decided:
            WRITERS[type(effect)](self, effect)
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
        entry = (self.organisation, self.place.seat.contact, person)
        if person not in known and entry not in self.ledger.persons:
            self.ledger.persons.append(entry)

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
        words = self.tongue.render(effect.message)
        progress = effect.message.progress
        told = Told(
            words,
            effect.message.select.value,
            effect.message.entry.value,
            (progress.step, progress.of) if progress else None,
            effect.to,
        )
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
            state="new",
            at=self.now,
            seq=seq,
        )

    def _seq(self) -> int:
        self.contact["told"] += 1
        return int(self.contact["told"])

    def open_case(self, effect: e.OpenCase) -> None:
        """A draft."""
        self.ledger.insert(
            "cases",
            **self.key(case=effect.case),
            contact=self.place.seat.contact,
            applicant=effect.applicant,
            beneficiary=effect.applicant,
            form=effect.form,
            version=effect.version,
            state="draft",
            opened_at=self.now,
        )

    def set_beneficiary(self, effect: e.SetBeneficiary) -> None:
        """Whom the draft is about."""
        changes = {"beneficiary": effect.beneficiary, "relation": effect.relation}
        self.ledger.update("cases", self.key(case=effect.case), **changes)

    def put_answer(self, effect: e.PutAnswer) -> None:
        """An answer, sealed with the key of the person it is about."""
        person = self.case["applicant" if effect.about is About.APPLICANT else "beneficiary"]
        key = self.key(case=effect.case, field=effect.field)
        self.ledger.upsert("answers", key, person=person, value=effect.value, typed=effect.typed, at=self.now)

    def drop_answer(self, effect: e.DropAnswer) -> None:
        """An answer that no longer applies."""
        self.ledger.delete("answers", self.key(case=effect.case, field=effect.field))

    def acknowledge(self, effect: e.Acknowledge) -> None:
        """The notice was acknowledged, and with it the consent to use the data for the request."""
        contact = self.place.seat.contact
        self.contact["notice_version"] = effect.version
        self.ledger.upsert("notices", self.key(contact=contact, version=effect.version), at=self.now)
        consent = {"contact": contact, "purpose": REQUEST, "given": True, "version": effect.version, "at": self.now}
        self.ledger.insert("consents", **self.key(id=fresh_id()), **consent)

    def accept(self, effect: e.Accept) -> None:
        """The case is submitted, its evidence written as the first link of its chain."""
        self.ledger.update(
            "cases",
            self.key(case=effect.case),
            state="submitted",
            applicant=self.case["applicant"],
            reference=effect.reference,
            reference_hash=self.unit.index(self.organisation, "reference", effect.reference),
            accepted_at=self.now,
            floor_at=effect.floor,
            ceiling_at=effect.ceiling,
        )
        body = evidence.acceptance(self.place, effect, self.tongue.say(effect.declaration), self.state.language, self.now)
        owner = ("person", self.case["applicant"])
        self.ledger.insert("evidence", **evidence.link(self.organisation, effect.case, "accepted", owner, body, self.now))

    def call_staff(self, effect: e.CallStaff) -> None:
        """A task for whoever has the role."""
        task = {"kind": "call", "role": effect.role, "reason": effect.reason, "case": effect.case}
        self.ledger.insert("tasks", **self.key(id=fresh_id()), contact=self.place.seat.contact, at=self.now, **task)

    def remind(self, effect: e.Remind) -> None:
        """A row for the bell; its id is made of case and kind, so the same kind replaces the earlier."""
        rest = {"kind": effect.kind, "case": effect.case, "contact": self.place.seat.contact}
        self.ledger.upsert("due", self.key(id=f"{effect.case}.{effect.kind}"), at=effect.at, done_at=None, **rest)

    def forget(self, effect: e.Forget) -> None:
        """Rows for the bell that are settled."""
        for kind in effect.kinds:
            self.ledger.update("due", self.key(id=f"{effect.case}.{kind}"), done_at=self.now)

    def set_messages(self, effect: e.SetMessages) -> None:
        """Proactive messages on this line stop or may come again."""
        line = {self.place.arrival.inbound.line}
        stopped = set(self.contact["messages_stopped"])
        self.contact["messages_stopped"] = sorted(stopped - line if effect.allowed else stopped | line)

    def issue_link(self, effect: e.IssueLink) -> None:
        """A one-time link; only its keyed hash is kept."""
        self.ledger.insert(
            "links",
            **self.key(token_hash=self.unit.index(self.organisation, "link", effect.token)),
            contact=self.place.seat.contact,
            case=effect.case,
            origin=self.place.seat.address,
            until=self.now + LINK_LIFE,
        )

    def _contact(self) -> None:
        columns = ("message_number", "outbox_number", "told", "notice_version", "messages_stopped")
        changes = {name: self.contact[name] for name in columns}
        key = self.key(contact=self.place.seat.contact)
        self.ledger.update("contacts", key, state=dump_state(self.state), last_at=self.now, **changes)


def plain(told: Told) -> dict[str, Any]:
    """A told message as the transcript keeps it."""
    words = {"text": told.words.text, "parts": told.words.parts, "options": told.words.options}
    return {"words": words, "select": told.select, "entry": told.entry, "progress": told.progress}


WRITERS: Mapping[type, Any] = {
    e.Say: Scribe.say,
    e.OpenCase: Scribe.open_case,
    e.SetBeneficiary: Scribe.set_beneficiary,
    e.PutAnswer: Scribe.put_answer,
    e.DropAnswer: Scribe.drop_answer,
    e.Acknowledge: Scribe.acknowledge,
    e.Accept: Scribe.accept,
    e.CallStaff: Scribe.call_staff,
    e.Remind: Scribe.remind,
    e.Forget: Scribe.forget,
    e.SetMessages: Scribe.set_messages,
    e.IssueLink: Scribe.issue_link,
}
