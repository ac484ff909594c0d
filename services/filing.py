"""What a turn files: the draft and its answers, the acceptance, the calls, the reminders."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conversations import effects as e
from conversations import handling as h
from conversations.arabic import fold
from conversations.forms import About
from services import attachments, consenting, declaring, finding, joining, parting
from services.rulings import RULED

if TYPE_CHECKING:
    from services.rows import Scribe

LINK_LIFE = timedelta(minutes=30)


def open_case(scribe: "Scribe", effect: e.OpenCase) -> None:
    """A draft."""
    scribe.ledger.insert(
        "cases",
        **scribe.key(case=effect.case),
        contact=scribe.place.seat.contact,
        applicant=effect.applicant,
        beneficiary=effect.applicant,
        form=effect.form,
        version=effect.version,
        state="draft",
        opened_at=scribe.now,
        filled_by=effect.by,
    )


def set_beneficiary(scribe: "Scribe", effect: e.SetBeneficiary) -> None:
    """Whom the draft is about."""
    changes = {"beneficiary": effect.beneficiary, "relation": effect.relation}
    scribe.ledger.update("cases", scribe.key(case=effect.case), **changes)


def put_answer(scribe: "Scribe", effect: e.PutAnswer) -> None:
    """An answer, sealed with the key of the person it is about."""
    person = scribe.case["applicant" if effect.about is About.APPLICANT else "beneficiary"]
    key = scribe.key(case=effect.case, field=effect.field)
    scribe.ledger.upsert("answers", key, person=person, value=effect.value, typed=effect.typed, at=scribe.now)
    finding.put(scribe, effect, person)


def drop_answer(scribe: "Scribe", effect: e.DropAnswer) -> None:
    """An answer that no longer applies."""
    scribe.ledger.delete("answers", scribe.key(case=effect.case, field=effect.field))
    finding.drop(scribe, effect)


def acknowledge(scribe: "Scribe", effect: e.Acknowledge) -> None:
    """The notice was acknowledged, and with it the consent to use the data for the request."""
    contact = scribe.place.seat.contact
    scribe.contact["notice_version"] = effect.version
    scribe.ledger.upsert("notices", scribe.key(contact=contact, version=effect.version), at=scribe.now)
    _consent(scribe, consenting.REQUEST, given=True, version=effect.version)


def set_purpose(scribe: "Scribe", effect: e.SetPurpose) -> None:
    """A consent is withdrawn or given again, at the person's own word."""
    _consent(scribe, effect.purpose, given=effect.given, version=scribe.contact["notice_version"] or "")


def _consent(scribe: "Scribe", purpose: str, *, given: bool, version: str) -> None:
    """Its row, its link in the contact's chain, and what is stopped from now on."""
    contact = scribe.place.seat.contact
    key = {"organisation": scribe.organisation, "contact": contact}
    consent, scribe.heads[contact] = consenting.written(
        key, purpose, given, version, consenting.PERSON, scribe.now, scribe.heads.get(contact)
    )
    scribe.contact["messages_stopped"] = consenting.stopped(scribe.contact["messages_stopped"], purpose, given=given)
    scribe.ledger.insert("consents", **consent)
    scribe.ledger.insert("evidence", **scribe.heads[contact])


def remind(scribe: "Scribe", effect: e.Remind) -> None:
    """A row for the bell; its id is made of case and kind, so the same kind replaces the earlier."""
    rest = {"kind": effect.kind, "case": effect.case, "contact": scribe.place.seat.contact}
    scribe.ledger.upsert("due", scribe.key(id=f"{effect.case}.{effect.kind}"), at=effect.at, done_at=None, **rest)


def forget(scribe: "Scribe", effect: e.Forget) -> None:
    """Rows for the bell that are settled."""
    for kind in effect.kinds:
        scribe.ledger.update("due", scribe.key(id=f"{effect.case}.{kind}"), done_at=scribe.now)


def lapse(scribe: "Scribe", effect: e.Lapse) -> None:
    """A draft that waited too long."""
    scribe.ledger.update("cases", scribe.key(case=effect.case), state="lapsed")


def set_messages(scribe: "Scribe", effect: e.SetMessages) -> None:
    """Proactive messages on this line stop or may come again, also where the vendor had stopped them."""
    stopped = scribe.contact["messages_stopped"]
    scribe.contact["messages_stopped"] = consenting.stopped(stopped, scribe.line, given=effect.allowed)
    if effect.allowed:
        scribe.ledger.update("addresses", scribe.key(address=scribe.place.seat.address), stopped_at=None)


def issue_link(scribe: "Scribe", effect: e.IssueLink) -> None:
    """A one-time link; only its keyed hash is kept."""
    scribe.ledger.insert(
        "links",
        **scribe.key(token_hash=scribe.unit.index(scribe.organisation, "link", effect.token)),
        contact=scribe.place.seat.contact,
        case=effect.case,
        origin=scribe.place.seat.address,
        until=scribe.now + LINK_LIFE,
    )


def prove_phone(scribe: "Scribe", effect: e.ProvePhone) -> None:
    """The phone leads staff to the person who proved it; it joins nobody with anybody."""
    persons = scribe.place.seat.persons
    if person := scribe.case.get("applicant") or (persons[0] if persons else None):
        found = scribe.unit.index(scribe.organisation, "proved_phone", effect.phone)
        scribe.ledger.upsert("person_keys", scribe.key(kind="proved_phone", hash=found, person=person, case=""))


def stop_address(scribe: "Scribe", effect: e.StopAddress) -> None:
    """Nothing is written to the address in hand any more, or it may be again."""
    at = scribe.now if effect.stopped else None
    scribe.ledger.update("addresses", scribe.key(address=scribe.place.seat.address), stopped_at=at)


def asked(scribe: "Scribe", effect: e.AskedInquiry) -> None:
    """A question, sealed with the key of who asked; the same words are known by their keyed hash."""
    key = scribe.key(contact=scribe.place.seat.contact, number=effect.number)
    found = scribe.unit.index(scribe.organisation, "inquiry", fold(effect.words))
    said = {"question": effect.words, "hash": found, "language": scribe.state.language, "case": scribe.case.get("case")}
    scribe.ledger.insert("inquiries", **key, **said, entry=effect.entry, became=effect.became.value, at=scribe.now)


def settle(scribe: "Scribe", effect: e.SettleInquiry) -> None:
    """What the person chose, and whether it helped."""
    key = scribe.key(contact=scribe.place.seat.contact, number=effect.number)
    told = {"entry": effect.entry, "helped": effect.helped}
    known = {name: value for name, value in told.items() if value is not None}
    scribe.ledger.update("inquiries", key, became=effect.became.value, **known)


def book(scribe: "Scribe", effect: e.Book) -> None:
    """The slot is the case's; whoever was faster has its key, and this turn is taken anew."""
    if effect.before is not None:
        scribe.ledger.delete("bookings", scribe.key(slot=effect.before))
    scribe.ledger.insert("bookings", **scribe.key(slot=effect.slot), case=effect.case, at=scribe.now)


def ask_survey(scribe: "Scribe", effect: e.AskSurvey) -> None:
    """A survey that was asked, and by which door its answer will come."""
    key = scribe.key(contact=scribe.place.seat.contact, kind=effect.kind, id=effect.id)
    scribe.ledger.upsert("surveys", key, line=scribe.line, asked_at=scribe.now)


def put_survey(scribe: "Scribe", effect: e.PutSurvey) -> None:
    """What the person says of it."""
    key = scribe.key(contact=scribe.place.seat.contact, kind=effect.kind, id=effect.id)
    said = {"score": effect.score, "words": effect.words}
    scribe.ledger.update("surveys", key, at=scribe.now, **{k: v for k, v in said.items() if v is not None})


FILED: Mapping[type, Callable[["Scribe", Any], None]] = {
    e.OpenCase: open_case,
    e.SetBeneficiary: set_beneficiary,
    e.PutAnswer: put_answer,
    e.DropAnswer: drop_answer,
    e.Acknowledge: acknowledge,
    e.Accept: declaring.accept,
    e.Submit: declaring.submit,
    h.SeePaper: declaring.see_paper,
    h.Offer: declaring.offer,
    h.Lodge: declaring.lodge,
    h.Correct: declaring.correct,
    e.Remind: remind,
    e.Forget: forget,
    e.Lapse: lapse,
    e.SetMessages: set_messages,
    e.SetPurpose: set_purpose,
    e.IssueLink: issue_link,
    e.IssueCode: joining.issue,
    e.MissCode: joining.miss,
    e.Join: joining.join,
    e.DoubtAddress: parting.doubt,
    e.PartAddress: parting.part,
    e.Fetch: attachments.fetch,
    e.FilePapers: attachments.file_papers,
    e.ProvePhone: prove_phone,
    e.StopAddress: stop_address,
    e.Book: book,
    e.AskSurvey: ask_survey,
    e.PutSurvey: put_survey,
    e.AskedInquiry: asked,
    e.SettleInquiry: settle,
    **RULED,
}
