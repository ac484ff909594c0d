"""What a turn files of a declaration: the case is submitted, and its chain holds what was declared, by whom and how."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from conversations import effects as e
from conversations import handling as h
from conversations.forms import DECLARED, SIGNED
from services import evidence
from services.ports import Row
from services.rulings import attest

if TYPE_CHECKING:
    from services.rows import Scribe


def accept(scribe: "Scribe", effect: e.Accept) -> None:
    """The case is submitted, or declared anew; its evidence is each person's answers and papers, then that it was."""
    if not effect.renewed:
        submitted(scribe, effect.case, effect.reference, floor_at=effect.floor, ceiling_at=effect.ceiling)
    words = scribe.tongue.say(effect.declaration)
    accepted = evidence.acceptance(scribe.place, effect, words, scribe.state.language, scribe.now, scribe.heard)
    if "filled" in accepted:
        _confirmed(scribe, effect.case)
    _chain(scribe, effect.case, evidence.ACCEPTED, accepted)


def lodge(scribe: "Scribe", effect: h.Lodge) -> None:
    """Staff submitted it though nobody confirmed it: its evidence says so, and who did."""
    times = {"floor_at": effect.floor, "ceiling_at": effect.ceiling}
    submitted(scribe, effect.case, effect.reference, **times)
    scribe.ledger.update("cases", scribe.key(case=effect.case), unconfirmed=True)
    case = next(c for c in scribe.place.cases if c.id == effect.case)
    body = {
        "kind": evidence.BY_STAFF,
        "by": scribe.by,
        "filled": {"by": case.filler},
        "language": scribe.state.language,
        "form": {"id": case.form, "version": effect.version},
        "reference": effect.reference,
        "floor": effect.floor.isoformat(),
        "at": scribe.now.isoformat(),
    }
    _chain(scribe, effect.case, evidence.LODGED, body)


def offer(scribe: "Scribe", effect: h.Offer) -> None:
    """It is the person's to confirm, or theirs no more."""
    scribe.ledger.update("cases", scribe.key(case=effect.case), offered_at=scribe.now if effect.open else None)


def correct(scribe: "Scribe", effect: h.Correct) -> None:
    """A link after what was declared, sealed as the person's whom the answer is about: what stood, and what stands."""
    told = {"field": effect.field, "before": effect.before, "after": effect.after, "reason": effect.reason}
    attest(scribe, effect.case, evidence.CORRECTED, told, owner=scribe.whose(effect.case, effect.field))


def _confirmed(scribe: "Scribe", case: str) -> None:
    scribe.ledger.update("cases", scribe.key(case=case), unconfirmed=False)


def _chain(scribe: "Scribe", case: str, kind: str, told: dict[str, Any]) -> None:
    """Each person's answers and papers, then what became of them by this; its receipt is known by a code."""
    answers = [("answers", who, body) for who, body in _answers(scribe, case).items()]
    papers = [("documents", who, body) for who, body in _papers(scribe, case).items()]
    last = scribe.heads.get(case)
    for each, who, body in [*answers, *papers, (kind, scribe.case["applicant"], told)]:
        last = evidence.link(scribe.organisation, case, each, ("person", who), body, scribe.now, last=last)
        hash_ = last["hash"].hex()
        code = scribe.unit.index(scribe.organisation, evidence.RECEIPT, hash_) if each == kind else None
        scribe.ledger.insert("evidence", **last, code=code)
    if last is not None:
        scribe.heads[case] = last


def submit(scribe: "Scribe", effect: e.Submit) -> None:
    """A complaint or the like was sent."""
    submitted(scribe, effect.case, effect.reference, ceiling_at=effect.until)


def submitted(scribe: "Scribe", case: str, number: str, **limits: datetime) -> None:
    """The case has a number from now on."""
    scribe.ledger.update(
        "cases",
        scribe.key(case=case),
        state="submitted",
        applicant=scribe.case["applicant"],
        reference=number,
        reference_hash=scribe.unit.index(scribe.organisation, "reference", number),
        accepted_at=scribe.now,
        changed_at=scribe.now,
        **limits,
    )


def see_paper(scribe: "Scribe", effect: h.SeePaper) -> None:
    """A paper that was signed by hand, as a member of staff saw it; its scan is a file of the case."""
    scans = [scribe.place.papers[file] for file in effect.files if file in scribe.place.papers]
    place = {"field": DECLARED, "document": SIGNED}  # they are filed there in this very turn
    named = {row["file"]: paper({**row, **place}) for row in scans}
    if any(case.id == effect.case and case.unconfirmed for case in scribe.place.cases):
        _confirmed(scribe, effect.case)
    attest(scribe, effect.case, "signed", {"kind": evidence.ON_PAPER, "version": effect.version, "documents": named})


def paper(row: Row) -> dict[str, Any]:
    """A file as the evidence names it: the hash of its bytes stands in a salted link, never by itself."""
    return {name: row[name] for name in ("field", "document", "kind", "size")} | {"sha256": row["digest"]}


def _answers(scribe: "Scribe", case: str) -> dict[str, dict[str, Any]]:
    """The answers that the declaration covers, apart by whom they are about, so that erasing one leaves the other."""
    draft = next(c for c in scribe.place.cases if c.id == case)
    found: dict[str, dict[str, Any]] = {}
    for field, value in draft.answers.items():
        found.setdefault(draft.whose[field], {})[field] = value
    return found


def _papers(scribe: "Scribe", case: str) -> dict[str, dict[str, Any]]:
    """The papers that it covers, likewise."""
    found: dict[str, dict[str, Any]] = {}
    for row in scribe.place.dockets.files.get(case, ()):
        found.setdefault(row["owner"], {})[row["file"]] = paper(row)
    return found
