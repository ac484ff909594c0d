"""A crowd for measurements: contacts, requests and messages written straight into the tables, sealed as always."""

import random
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from conversations.forms import Form
from storage import Memory

STATES = ("submitted", "verifying", "returned", "committee", "decided", "accepted", "registered", "closed")
CHUNK = 500
Rows = dict[str, list[dict[str, Any]]]


def fresh() -> str:
    """A random id of 32 hex digits."""
    return secrets.token_hex(16)


async def fill(memory: Memory, organisation: str, form: Form, now: datetime, requests: int, messages: int) -> None:
    """Write so many requests, each of a contact of its own, and so many messages shared among them."""
    each = max(1, messages // requests)
    people = _people(organisation, form, now, each, memory)
    for start in range(0, requests, CHUNK):
        rows: Rows = {}
        for one in islice(people, min(CHUNK, requests - start)):
            for table, more in one.items():
                rows.setdefault(table, []).extend(more)
        async with memory.unit() as unit:
            for table, some in rows.items():
                for first in range(0, len(some), CHUNK):
                    await unit.insert(table, some[first : first + CHUNK])


def _people(organisation: str, form: Form, now: datetime, each: int, memory: Memory) -> Iterator[Rows]:
    dice = random.Random(7)  # noqa: S311
    number = 0
    while True:
        number += 1
        yield _person(organisation, form, now - timedelta(minutes=number * 11), each, number, dice)


def _person(organisation: str, form: Form, at: datetime, each: int, number: int, dice: random.Random) -> Rows:
    house = {"organisation": organisation}
    contact, person, address, case = fresh(), fresh(), fresh(), fresh()
    state = {"mode": "menu", "queued": number % 50 == 0, "call": int(number % 50 == 0)}
    counters = {"message_number": each, "outbox_number": each // 2, "told": each // 2}
    owner = {"owner_kind": "person", "owner": person, "case": case}
    rows: Rows = {
        "contacts": [{**house, "contact": contact, "created_at": at, "last_at": at, "state": state, **counters}],
        "persons": [{**house, "person": person, "created_at": at}],
        "contact_persons": [{**house, "contact": contact, "person": person}],
        "addresses": [{**house, "address": address, "contact": contact, "line": "web", "last_inbound_at": at}],
        "cases": [_case(house, form, case, contact, person, at, number, dice)],
        "answers": [
            {**house, "case": case, "field": field, "person": person, "value": value, "typed": value, "at": at}
            for field, value in (("full_name", f"فلان بن فلان {number}"), ("city", "riyadh"), ("who", "self"))
        ],
        "messages": [_message(house, contact, address, owner, n, at) for n in range(1, each + 1)],
    }
    if number % 50 == 0:
        call = {"number": 1, "state": "waiting", "role": "relations_officer", "reason": "asked", "case": case}
        rows["handovers"] = [{**house, "contact": contact, "line": "web", "since": at, **call}]
    return rows


def _case(
    house: Any, form: Form, case: str, contact: str, person: str, at: datetime, number: int, dice: random.Random
) -> dict[str, Any]:
    reference = f"{100_000_000 + number}"
    people = {"contact": contact, "applicant": person, "beneficiary": person, "relation": "self"}
    times = {"opened_at": at, "accepted_at": at, "floor_at": at + timedelta(14), "ceiling_at": at + timedelta(30)}
    of_form = {"form": form.id, "version": form.version, "state": dice.choice(STATES)}
    names = {"reference": reference, "reference_hash": reference.encode()}
    return {**house, "case": case, **people, **times, **of_form, **names}


def _message(house: Any, contact: str, address: str, owner: Any, number: int, at: datetime) -> dict[str, Any]:
    when = at + timedelta(seconds=20 * number)
    row = {**house, "contact": contact, "number": number, "address": address, "at": when, **owner}
    if number % 2:
        said = {"id": fresh(), "event": "said", "text": "السلام عليكم، وين وصل طلبي؟", "choices": [], "files": []}
        return {
            **row,
            "direction": "in",
            "by": "person",
            "content": {**said, "media": [], "edited": False},
            "seq": None,
        }
    words = {"text": "وصل الطلب إلى لجنة البحث.", "parts": [], "options": []}
    told = {"keys": {"parts": [], "options": []}, "words": words, "select": "one", "entry": "text", "progress": None}
    return {**row, "direction": "out", "by": "bot", "content": told, "seq": number // 2}
