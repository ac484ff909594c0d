"""Evidence: a chain per case over salted commitments, and a seal of each organisation over the newest heads.

A commitment is SHA-256 over a random salt and the canonical body, so no bare hash of an id number exists; erasing the
salt's row or the body's key leaves the chain whole and tells nothing. The body itself stands sealed beside it.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from conversations.codec import dump_event, dump_line
from conversations.effects import Accept
from services.ports import Clock, Memory, Row, Unit
from services.seating import Place

FIRST = b"\0" * 32
IN_CHAT = "accepted in chat"
ON_PAPER = "signed on paper, seen by staff"
BY_STAFF = "filled in by staff at the person's word, not confirmed"
ACCEPTED, LODGED, CORRECTED = "accepted", "lodged", "corrected"  # kinds of links
RECEIPT = "receipt"  # the kind of the keyed hash that a receipt bears
SALT_BYTES = 32
LATE = timedelta(seconds=60)  # a link may be committed a little after the moment that it names


def canonical(body: Any) -> bytes:
    """The one spelling of a body that is hashed: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def commitment(salt: bytes, body: Any) -> bytes:
    """SHA-256 over salt and body."""
    return hashlib.sha256(salt + canonical(body)).digest()


def chained(row: Mapping[str, Any]) -> bytes:
    """The hash of a link over everything that must not change, and over the link before it."""
    plain = [row["organisation"], row["chain"], row["number"], row["kind"], row["owner_kind"], row["owner"]]
    return hashlib.sha256(row["previous"] + canonical([*plain, _moment(row["at"])]) + row["commitment"]).digest()


def link(
    organisation: str,
    chain: str,
    kind: str,
    owner: tuple[str, str],
    body: Any,
    at: datetime,
    *,
    last: Mapping[str, Any] | None = None,
) -> Row:
    """A new link after the last one of its chain."""
    salt = secrets.token_bytes(SALT_BYTES)
    row = {
        "organisation": organisation,
        "chain": chain,
        "number": last["number"] + 1 if last else 1,
        "kind": kind,
        "owner_kind": owner[0],
        "owner": owner[1],
        "body": body,
        "salt": salt,
        "commitment": commitment(salt, body),
        "previous": last["hash"] if last else FIRST,
        "at": at,
    }
    return {**row, "hash": chained(row)}


def acceptance(place: Place, effect: Accept, words: str, language: str, at: datetime, heard: int) -> dict[str, Any]:
    """What was accepted, by whom, where and when; the answers and papers it covers stand in the links before it.
    `heard` is the number of the person's own message in the transcript."""
    case = next(c for c in place.cases if c.id == effect.case)
    inbound = place.arrival.inbound
    filled = {"filled": {"by": case.filler}} if case.filler else {}
    return filled | {
        "kind": IN_CHAT,
        "declaration": {"text": words, "language": language, **dump_line(effect.declaration)},
        "version": effect.version,
        "form": {"id": case.form, "version": place.conversation.version or case.version},
        "reference": effect.reference,
        "line": inbound.line,
        "address": place.seat.address,
        "message": inbound.id,
        "to": inbound.value,
        "said": {"contact": place.seat.contact, "number": heard, **dump_event(inbound.event)},
        "phrase": effect.phrase,
        "floor": effect.floor.isoformat(),
        "at": at.isoformat(),
    }


def faults(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with a chain, in order; empty where it stands as it was written. An erased body reads as None."""
    found: list[str] = []
    previous = FIRST
    for number, row in enumerate(sorted(rows, key=lambda r: r["number"]), 1):
        if row["number"] != number or row["previous"] != previous:
            found.append(f"link {number}: a link is missing, moved or doubled")
        if row["body"] is not None and row["commitment"] != commitment(row["salt"], row["body"]):
            found.append(f"link {row['number']}: the body was changed")
        if row["hash"] != chained(row):
            found.append(f"link {row['number']}: the link was changed")
        previous = row["hash"]
    return found


def seal_hash(previous: bytes, number: int, heads: Mapping[str, str], at: datetime) -> bytes:
    """The hash of an organisation's seal over the newest heads and the seal before it."""
    return hashlib.sha256(previous + canonical([number, dict(heads), _moment(at)])).digest()


def _moment(at: datetime) -> str:
    """The one spelling of a moment, in whatever zone it was given."""
    return at.astimezone(UTC).isoformat()


def seal_faults(house: Row, seals: Sequence[Row], links: Sequence[Row], only: str | None = None) -> list[str]:
    """What is wrong with an organisation's seals, and which sealed heads (`only` of one chain) no link bears."""
    found: list[str] = []
    previous, known = b"", {(row["chain"], row["hash"].hex()) for row in links}
    for number, row in enumerate(sorted(seals, key=lambda r: r["number"]), 1):
        if row["number"] != number or row["previous"] != previous:
            found.append(f"seal {number}: a seal is missing, moved or doubled")
        if row["hash"] != seal_hash(row["previous"], row["number"], row["heads"], row["at"]):
            found.append(f"seal {row['number']}: the seal was changed")
        heads = {only: row["heads"][only]} if only in row["heads"] else {} if only else row["heads"]
        lost = [chain for chain, head in heads.items() if (chain, head) not in known]
        found += [f"seal {row['number']}: the end of a chain is gone: {chain}" for chain in lost]
        previous = row["hash"]
    if (house["seal_number"], house["seal_head"]) != (len(seals), previous):
        found.append("the newest seal is missing")
    return found


class Evidence:
    """Seals and checks the chains of all organisations."""

    def __init__(self, memory: Memory, organisations: Sequence[str], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def seal_all(self) -> None:
        """Seal every organisation whose chains have grown since its last seal."""
        for organisation in self._organisations:
            await self.seal(organisation)

    async def seal(self, organisation: str) -> bool:
        """Write one seal over the heads that are newer than the last; False where nothing is."""
        at = self._clock()
        async with self._memory.unit() as unit:
            (house,) = await unit.select("organisations", {"organisation": organisation}, lock=True)
            last = await self._last_seal(unit, organisation, house["seal_number"])
            since = {"at": last["at"] - LATE} if last else {}
            where = {"organisation": organisation}
            # Nobody else is answered meanwhile, and only the links' hashes are asked for.
            rows = await unit.select("evidence", where, after=since, upto={"at": at}, opened=False)
            sealed = [h for s in await unit.select("seals", where, after=since) for h in s["heads"].items()]
            found = {r["chain"]: r["hash"].hex() for r in sorted(rows, key=lambda r: r["number"])}
            heads = {chain: head for chain, head in found.items() if (chain, head) not in sealed}
            if not heads:
                return False
            await self._write(unit, house, heads, at)
            return True

    async def _last_seal(self, unit: Unit, organisation: str, number: int) -> Row | None:
        rows = await unit.select("seals", {"organisation": organisation, "number": number})
        return rows[0] if rows else None

    async def _write(self, unit: Unit, house: Row, heads: Mapping[str, str], at: datetime) -> None:
        organisation, number = house["organisation"], house["seal_number"] + 1
        made = seal_hash(house["seal_head"], number, heads, at)
        row = {"organisation": organisation, "number": number, "heads": heads, "previous": house["seal_head"]}
        await unit.insert("seals", [{**row, "hash": made, "at": at}])
        await unit.update("organisations", [{"organisation": organisation, "seal_number": number, "seal_head": made}])

    async def check(self, organisation: str, chain: str) -> list[str]:
        """What is wrong with one chain."""
        async with self._memory.reading() as unit:
            return faults(await unit.select("evidence", {"organisation": organisation, "chain": chain}))

    async def verify(self, organisation: str) -> list[str]:
        """What is wrong with all chains of an organisation and with its seals."""
        where = {"organisation": organisation}
        async with self._memory.reading() as unit:
            links = await unit.select("evidence", where, order=["chain", "number"])
            (house,) = await unit.select("organisations", where)
            seals = await unit.select("seals", where)
        chains = groupby(links, key=lambda row: str(row["chain"]))
        found = [f"{chain}: {fault}" for chain, rows in chains for fault in faults(list(rows))]
        return found + seal_faults(house, seals, links)
