"""The live rows of a request against its chain: case, answers, papers, the person's message, the decision."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from conversations.facts import CaseState
from conversations.records import Examined
from services.ports import FileStore, Reading
from services.proving_links import Chain, Findings

GRANTED = frozenset({CaseState.ACCEPTED, CaseState.REGISTERED, CaseState.SERVED})


async def compare(unit: Reading, store: FileStore, case: Examined, chain: Chain, found: Findings) -> None:
    """Everything that stands of the case, against what its chain holds."""
    where = {"organisation": case.row["organisation"], "case": case.row["case"]}
    erased = await _erased(unit, case, chain, found)
    _case(case, chain, erased, found)
    _answers(await unit.examine("answers", where), case, chain, erased, found)
    await _papers(store, await unit.examine("files", where), chain, erased, found)
    if chain.accepted:
        await _message(unit, chain.accepted, where, erased, found)
        await _shown(unit, chain.accepted, where, found)
    _decision(await unit.examine("decisions", where), case, chain, erased, found)


async def _erased(unit: Reading, case: Examined, chain: Chain, found: Findings) -> bool:
    """Whether somebody of the case was erased: then, and only then, may words be gone."""
    ids = sorted({str(case.row["applicant"]), str(case.row["beneficiary"])})
    keyless = await unit.keyless(case.row["organisation"], ids)
    erased = bool(keyless) and case.row["erased_at"] is not None
    if keyless and not erased:
        found.fault("A person's key is gone, but the request does not say that somebody was erased.")
    if case.row["erased_at"] is not None and not keyless:
        found.fault("The request says that somebody was erased, but every person's key is still there.")
    for what, _ in chain.blank:
        if erased:
            found.note(f"{what}: erased; its commitment stands.")
        else:
            found.fault(f"{what}: what it holds was emptied, though nobody was erased.")
    return erased


def _case(case: Examined, chain: Chain, erased: bool, found: Findings) -> None:
    row, body = case.row, chain.accepted or chain.lodged or {}
    for column in sorted(case.broken):
        found.fault(f"The request's {column} does not open or cannot be read.")
    if chain.first_at and row["accepted_at"] != chain.first_at:
        found.fault("The request's time of acceptance is not that of its first acceptance.")
    if row["state"] not in set(CaseState):
        found.fault("The request's state is none that there is.")
    persons = {row["applicant"], row["beneficiary"]}
    if chain.answers.keys() - persons or chain.owner not in (None, row["applicant"]):
        found.fault("The request's persons are not those of its declaration.")
    if bool(row["unconfirmed"]) != (chain.lodged is not None and not chain.bodies.get("signed")):
        found.fault("Whether somebody confirmed the request does not fit the chain.")
    if body and row["reference"] != body["reference"] and "reference" not in case.broken | case.erased:
        found.fault("The request's reference number is not the one that was told.")
    if body and body["form"]["id"] != row["form"]:
        found.fault("The request's form is not the one that was declared.")
    floor = row["floor_at"].isoformat() if row["floor_at"] else None
    if body and not erased and body.get("floor") not in (floor, None):
        found.fault("The request's earliest day of answer is not the one that was told.")


def _answers(rows: Sequence[Examined], case: Examined, chain: Chain, erased: bool, found: Findings) -> None:
    """Each declared answer against the one that is stored."""
    stored = {str(one.row["field"]): one for one in rows}
    mending = case.row["state"] == CaseState.RETURNED
    declared: set[str] = set()
    for person, body in chain.answers.items():
        if body is None:
            continue
        declared |= body.keys()
        for field, value in body.items():
            _answer(field, value, person, stored.get(field), mending, found)
    unknown = any(body is None for body in chain.answers.values())
    for field in sorted(stored.keys() - declared):
        if mending:
            found.note(f"The answer «{field}» is being given anew; it is not declared yet.")
        elif not (unknown and erased):
            found.fault(f"The answer «{field}» stands there, but was not declared.")


def _answer(field: str, value: Any, person: str, one: Examined | None, mending: bool, found: Findings) -> None:
    what = f"The answer «{field}»"
    if one is None:
        if mending:
            return found.note(f"{what} is being given anew; it is not declared yet.")
        return found.fault(f"{what} is gone.")
    for column in sorted(one.broken):
        found.fault(f"{what}: its {column} does not open or cannot be read; it was altered or moved.")
    if one.row["person"] != person:
        found.fault(f"{what} is filed under another person.")
    if "value" in one.emptied | one.erased:
        found.fault(f"{what} was emptied.")
    elif "value" not in one.broken and one.row["value"] != value:
        if mending:
            return found.note(f"{what} is being given anew; it is not declared yet.")
        found.fault(f"{what} is not the one that was declared.")
    return None


async def _papers(store: FileStore, rows: Sequence[Examined], chain: Chain, erased: bool, found: Findings) -> None:
    """Each paper's bytes against the hash that was declared; scans of what was signed by hand likewise."""
    stored = {str(one.row["file"]): one for one in rows}
    bodies = [body for body in chain.documents.values() if body is not None]
    bodies += [body["documents"] for body in chain.bodies.get("signed", []) if body is not None]
    for file, told in ((file, told) for body in bodies for file, told in body.items()):
        await _paper(store, file, told, stored.pop(file, None), erased, found)
    for one in stored.values():
        if "secret" not in one.emptied and one.row["state"] == "ready" and not erased:
            found.note(f"A file of «{one.row['field']}» was added after the declaration.")


async def _paper(
    store: FileStore, file: str, told: Mapping[str, Any], one: Examined | None, erased: bool, found: Findings
) -> None:
    what = f"The file {file[:8]} of «{told['field']}»"
    if one is None or one.row["state"] != "ready":
        return found.note(f"{what}: erased.") if erased else found.fault(f"{what} is gone.")
    for column in sorted(one.broken):
        found.fault(f"{what}: its {column} does not open or cannot be read; it was altered or moved.")
    if any(one.row[name] != told[name] for name in ("field", "document", "kind", "size")):
        found.fault(f"{what} is filed as another paper.")
    if one.row["digest"] != told["sha256"] and "digest" not in one.broken:
        found.fault(f"{what}: the hash in its row was changed.")
    if told["sha256"] is None:
        return found.note(f"{what}: no hash was kept, for it came before hashes were.")
    if one.row["secret"] is not None:
        await _bytes(store, what, one, told["sha256"], found)
    return None


async def _bytes(store: FileStore, what: str, one: Examined, wanted: str, found: Findings) -> None:
    try:
        data = await store.get(one.row["organisation"], one.row["file"], one.row["secret"])
    except Exception:  # whatever is wrong with it, it is not what was sealed
        return found.fault(f"{what}: its bytes do not open; they were altered.")
    if data is None:
        return found.fault(f"{what}: its bytes are gone.")
    if hashlib.sha256(data).hexdigest() != wanted:
        found.fault(f"{what}: its bytes are not those that were declared.")
    return None


async def _message(
    unit: Reading, body: Mapping[str, Any], where: Mapping[str, Any], erased: bool, found: Findings
) -> None:
    """The person's own message by which the declaration was accepted."""
    said = body.get("said")
    if said is None:
        return found.note("The acceptance is older than the keeping of the person's message in it.")
    place = {"organisation": where["organisation"], "contact": said["contact"], "number": said["number"]}
    rows = await unit.examine("messages", place)
    if not rows:
        return found.fault("The person's message that accepted the declaration is gone.")
    one, what = rows[0], "The person's message that accepted the declaration"
    for column in sorted(one.broken):
        found.fault(f"{what}: its {column} does not open or cannot be read; it was altered or moved.")
    if "content" in one.erased | one.emptied:
        return found.note(f"{what}: erased.") if erased else found.fault(f"{what} was emptied.")
    kept = {name: value for name, value in said.items() if name not in ("contact", "number")}
    if "content" not in one.broken and one.row["content"] != {"id": body["message"], **kept}:
        found.fault(f"{what} is not the one that was kept.")
    wrong = [name for name, value in _stands(body, where).items() if one.row[name] != value]
    if wrong:
        found.fault(f"{what} was changed: its {', '.join(wrong)}.")
    return None


def _stands(body: Mapping[str, Any], where: Mapping[str, Any]) -> dict[str, Any]:
    """What the message's own columns say."""
    at = datetime.fromisoformat(body["at"])
    return {"address": body["address"], "direction": "in", "by": "person", "case": where["case"], "at": at}


async def _shown(unit: Reading, body: Mapping[str, Any], where: Mapping[str, Any], found: Findings) -> None:
    """The declaration as it was shown last before it was accepted."""
    said = body.get("said")
    if said is None:
        return
    told = await unit.examine("messages", {"organisation": where["organisation"], "contact": said["contact"]})
    texts = [text for one in told if one.row["number"] < said["number"] and (text := _oath(one.row["content"]))]
    if texts and texts[-1] != body["declaration"]["text"]:
        found.fault("The declaration's text is not the one that was shown before it was accepted.")


def _oath(content: Any) -> str:
    words = content.get("words", {}) if isinstance(content, Mapping) else {}
    return next((str(part["text"]) for part in words.get("parts") or () if part.get("role") == "oath"), "")


def _decision(rows: Sequence[Examined], case: Examined, chain: Chain, erased: bool, found: Findings) -> None:
    """The decision against its link, and what the case says of it."""
    kept = chain.bodies.get("decided", [])
    if bool(rows) != bool(kept):
        return found.fault("The decision is gone." if kept else "The decision has no link of evidence.")
    for one, body in zip(rows, kept, strict=False):
        for column in sorted(one.broken):
            found.fault(f"The decision: its {column} does not open or cannot be read; it was altered or moved.")
        if body is None:
            continue
        if one.row["accepted"] != body["accepted"] or one.row["at"] != datetime.fromisoformat(body["at"]):
            found.fault("The decision is not the one that was taken.")
        if not erased and "reason" not in one.broken and one.row["reason"] != body["reason"]:
            found.fault("The decision's reason is not the one that was given.")
        if bool(one.row["told_at"]) != bool(chain.bodies.get("told")):
            found.fault("Whether the decision was told does not fit the chain.")
        if bool(one.row["released_at"]) != bool(chain.bodies.get("released")):
            found.fault("Whether the decision was released early does not fit the chain.")
        _fits(case, one, found)


def _fits(case: Examined, decision: Examined, found: Findings) -> None:
    state, accepted = case.row["state"], decision.row["accepted"]
    if (state in GRANTED and not accepted) or (state == CaseState.REJECTED and accepted):
        found.fault("The request's state does not fit the decision.")
