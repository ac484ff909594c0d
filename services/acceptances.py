"""The receipt of an accepted declaration: what it says, and whether one that somebody shows is genuine."""

import asyncio
import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conversations import calendar
from conversations.failures import Delivery
from conversations.messages import Document, Line
from conversations.organisation import Organisation
from services import evidence, kinship, receipt_sheet
from services.ports import Clock, Memory, Reading, Row, Tongues
from services.proving_links import Findings, read

ON_ITS_WAY = (Delivery.SENDING.value, Delivery.SENT.value, Delivery.UNKNOWN.value)
FETCHED_WITHIN = timedelta(minutes=15)
CODE = re.compile(r"[A-Z2-7]{26}")
PDF = "application/pdf"
# Prints a sheet as a PDF.
Press = Callable[[Mapping[str, Any]], bytes]


@dataclass(frozen=True, slots=True)
class House:
    """What a receipt needs to know of its association beside its form: its colour, and how its languages run."""

    organisation: Organisation
    accent: str
    direction: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Genuine:
    """A receipt that the association issued: the day on which the declaration was accepted, in words, and whether its
    chain is whole."""

    day: str
    whole: bool


class Acceptances:
    """Prints receipts from the evidence alone, and knows those that were printed by a code that tells nothing."""

    def __init__(
        self,
        memory: Memory,
        houses: Mapping[str, House],
        tongues: Tongues,
        press: Press,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._memory = memory
        self._houses = houses
        self._tongues = tongues
        self._press = press
        self._public_url = public_url.rstrip("/")
        self._clock = clock

    async def paper(self, organisation: str, case: str, roles: frozenset[str] | None = None) -> Document | None:
        """The newest acceptance of a case as a PDF; None where there is none, or its words were erased. For a member of
        staff what their `roles` do not see stands there as kept."""
        house = self._houses[organisation]
        async with self._memory.reading() as unit:
            links = await unit.select("evidence", {"organisation": organisation, "chain": case}, order=["number"])
            cases = await unit.select("cases", {"organisation": organisation, "case": case})
            found = receipt_sheet.newest(links)
            code = unit.index(organisation, evidence.RECEIPT, found.link["hash"].hex()) if found else None
        if found is None or code is None or not cases:
            return None
        if found.link["code"] is None:  # it is older than codes
            await self._register(found.link, code)
        shown = base64.b32encode(code).decode().rstrip("=")
        address = f"{self._public_url}/verify/{organisation}/{shown}"
        tongue = self._tongues(organisation, found.language)
        look = {"accent": house.accent, "direction": house.direction(found.language)}
        sheet = {**look, **receipt_sheet.sheet(house.organisation, tongue, found, cases[0], address, roles)}
        data = await asyncio.to_thread(self._press, sheet)
        return Document(f"{organisation}-{found.body['reference']}.pdf", PDF, data)

    async def _register(self, link: Row, code: bytes) -> None:
        key = {name: link[name] for name in ("organisation", "chain", "number")}
        async with self._memory.unit() as unit:
            await unit.update("evidence", [{**key, "code": code}])

    async def told(self, organisation: str, contact: str, case: str) -> bool:
        """Whether the case is this contact's own, or that of one who is the same human."""
        async with self._memory.reading() as unit:
            rows = await unit.select("cases", {"organisation": organisation, "case": case})
            return bool(rows) and rows[0]["contact"] in await kinship.family(unit, organisation, contact)

    async def on_its_way(self, organisation: str, token: str) -> Document | None:
        """The receipt that an outbox row carries, while that row is on its way and a little longer."""
        async with self._memory.reading() as unit:
            where = {"organisation": organisation, "token_hash": unit.index(organisation, "outbox", token)}
            rows = await unit.select("outbox", {**where, "state": list(ON_ITS_WAY)})
        row = next(iter(rows), None)
        if row is None or row["claimed_at"] is None or self._clock() - row["claimed_at"] > FETCHED_WITHIN:
            return None
        case = (row["content"] or {}).get("receipt")
        return await self.paper(organisation, case) if case else None

    async def known(self, organisation: str, code: str, language: str) -> Genuine | None:
        """What may be told of the receipt with this code to anybody who has it; None where there is none such."""
        if not CODE.fullmatch(code):
            return None
        async with self._memory.reading() as unit:
            where = {"organisation": organisation, "code": base64.b32decode(f"{code}======")}
            found = await unit.examine("evidence", where)
            if not found or not isinstance(found[0].row["at"], datetime):
                return None
            whole = await self._whole(unit, organisation, str(found[0].row["chain"]))
        day = calendar.local(self._houses[organisation].organisation.schedule, found[0].row["at"]).date()
        return Genuine(self._tongues(organisation, language).say(Line("value", {"value": day})), whole)

    async def _whole(self, unit: Reading, organisation: str, chain: str) -> bool:
        """Whether the chain of the receipt stands as it was written."""
        findings = Findings()
        links = await unit.examine("evidence", {"organisation": organisation, "chain": chain})
        read(links, lambda hash_: unit.index(organisation, evidence.RECEIPT, hash_.hex()), findings)
        return not findings.faults


def houses(
    organisations: Mapping[str, Organisation], accents: Mapping[str, str], direction: Callable[[str], str]
) -> dict[str, House]:
    """Every association as receipts need it."""
    return {name: House(known, accents[name], direction) for name, known in organisations.items()}
