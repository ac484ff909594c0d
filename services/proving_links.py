"""What the links of one chain and the seals of its organisation say by themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations.records import Examined
from services import evidence
from services.ports import Row

PLAIN = (
    "organisation",
    "chain",
    "number",
    "kind",
    "owner_kind",
    "owner",
    "salt",
    "commitment",
    "previous",
    "hash",
    "at",
)
NAMED = {
    "answers": "the answers",
    "documents": "the papers",
    "accepted": "the acceptance",
    "lodged": "the submission by staff",
    "corrected": "the correction of an answer",
    "signed": "the signature on paper",
    "decided": "the decision",
    "released": "the early release",
    "told": "the telling of the decision",
    "withdrawn": "the withdrawal",
}


SUBMITTED = (evidence.ACCEPTED, evidence.LODGED)


@dataclass(slots=True)
class Findings:
    """What is wrong, and what is worth knowing, in sentences that hold no word of a person."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        """Something was changed; said once."""
        if sentence not in self.faults:
            self.faults.append(sentence)

    def note(self, sentence: str) -> None:
        """Nothing wrong."""
        if sentence not in self.notes:
            self.notes.append(sentence)


@dataclass(slots=True)
class Chain:
    """What the chain holds: the newest acceptance with the answers and papers it covers, by whom they are about (None
    where their words are gone) and as they were corrected since, what staff `lodged` unconfirmed, every body by its
    kind, the time of the first submission, and links without words."""

    accepted: Mapping[str, Any] | None = None
    lodged: Mapping[str, Any] | None = None
    first_at: Any = None
    owner: str | None = None
    answers: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    documents: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    bodies: dict[str, list[Mapping[str, Any] | None]] = field(default_factory=dict)
    blank: list[tuple[str, Examined]] = field(default_factory=list)
    closed: bool = False


def read(links: Sequence[Examined], code: Callable[[bytes], bytes], found: Findings) -> Chain:
    """Every link judged, and what they hold."""
    chain, previous = Chain(), evidence.FIRST
    for number, one in enumerate(sorted(links, key=_number), 1):
        what = f"Link {one.row['number']} ({NAMED.get(str(one.row['kind']), 'of an unknown kind')})"
        if one.row["number"] != number or one.row["previous"] != previous:
            found.fault(f"A link is missing, moved or doubled before link {one.row['number']} of the chain.")
        _judge(what, one, code, found)
        if not one.row["body"] and "body" not in one.broken:
            chain.blank.append((what, one))
        _take(chain, one)
        previous = one.row["hash"]
    if not links:
        found.fault("There is no link of evidence at all.")
    return chain


def _number(one: Examined) -> tuple[int, bytes]:
    number = one.row["number"]
    return (number if isinstance(number, int) else 0), bytes(one.row["hash"] or b"")


def _judge(what: str, one: Examined, code: Callable[[bytes], bytes], found: Findings) -> None:
    row = one.row
    if "body" in one.broken:
        found.fault(f"{what}: what it holds does not open; it was altered, moved, or its owner's key was.")
    if one.broken & set(PLAIN):
        return found.fault(f"{what}: its {', '.join(sorted(one.broken & set(PLAIN)))} cannot be read.")
    if row["body"] is not None and row["commitment"] != evidence.commitment(row["salt"], row["body"]):
        found.fault(f"{what}: what it holds was changed, or its salt.")
    if row["hash"] != evidence.chained(row):
        found.fault(f"{what}: the link itself was changed (its kind, owner, time, commitment or hash).")
    wanted = code(row["hash"]) if row["kind"] in SUBMITTED else None
    if "code" in one.broken or row["code"] not in (wanted, None):
        found.fault(f"{what}: the code of its receipt was changed.")
    elif row["code"] != wanted:
        found.note(f"{what}: it is older than receipts with a code.")


def _take(chain: Chain, one: Examined) -> None:
    """What a link holds; an acceptance covers the answers and papers since the acceptance before it."""
    row, kind = one.row, str(one.row["kind"])
    body = row["body"] if isinstance(row["body"], Mapping) else None
    if kind in ("answers", "documents"):
        if chain.closed:
            chain.answers, chain.documents, chain.closed = {}, {}, False
        (chain.answers if kind == "answers" else chain.documents)[str(row["owner"])] = body
    chain.bodies.setdefault(kind, []).append(body)
    if kind == evidence.CORRECTED and body is not None:
        stood = chain.answers.get(str(row["owner"]))
        chain.answers[str(row["owner"])] = {**(stood or {}), body["field"]: body["after"]}
    if kind in SUBMITTED:
        chain.owner = str(row["owner"])
        told = body if body is not None else {}
        chain.accepted, chain.lodged = (told, None) if kind == evidence.ACCEPTED else (chain.accepted, told)
        chain.first_at = chain.first_at or row["at"]
        chain.closed = True


def seals(house: Examined, rows: Sequence[Examined], links: Sequence[Examined], chain: str, found: Findings) -> None:
    """Whether the organisation's seals stand, and whether they know this chain's end."""
    for one in rows:
        if one.broken:
            found.fault(f"Seal {one.row['number']}: its {', '.join(sorted(one.broken))} cannot be read.")
    if house.broken & {"seal_number", "seal_head"}:
        return found.fault("The organisation's row no longer names its newest seal.")
    whole = [dict(one.row) for one in rows if not one.broken]
    known: list[Row] = [dict(one.row) for one in links if one.row["hash"] is not None]
    for fault in evidence.seal_faults(dict(house.row), whole, known, only=chain):
        found.fault(f"{fault[0].upper()}{fault[1:]}.")
    newest = max(known, key=lambda row: row["number"] or 0, default=None)
    sealed = [row["number"] for row in whole if newest and row["heads"].get(chain) == newest["hash"].hex()]
    if sealed:
        found.note(f"The whole chain is sealed by seal {sealed[0]} of the organisation.")
    elif newest:
        found.note("The newest link is not sealed yet; the bell seals every minute while the house serves.")
    return None
