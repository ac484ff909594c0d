"""Seating: unknown senders become contacts, and every sender's contact is locked in id order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, and_, select

from conversations.records import Seat, Sender
from storage.plans import plan
from storage.prepared import Sizes, among, read

if TYPE_CHECKING:
    from storage.unit import Unit

Place = tuple[str, str, bytes]  # organisation, line, hash
Contact = tuple[str, str]  # organisation, contact


class Home(NamedTuple):
    """An address, whose it is, when it was last written from, and whether it may be another's by now."""

    address: str
    contact: str
    heard_at: datetime | None
    doubted: bool


KEYS = plan("address_keys").table
ADDRESSES = plan("addresses").table
CONTACTS = plan("contacts").table
COLUMNS = tuple(c.name for c in CONTACTS.columns)
SPEAKS = plan("contact_persons").table
PERSONS = plan("persons").table


LIVED = (ADDRESSES.c.contact, ADDRESSES.c.last_inbound_at, ADDRESSES.c.doubted_at)


def _by_key(sizes: Sizes) -> Select[Any]:
    lead = and_(ADDRESSES.c.organisation == KEYS.c.organisation, ADDRESSES.c.address == KEYS.c.address)
    return (
        select(KEYS.c.organisation, KEYS.c.line, KEYS.c.hash, KEYS.c.until, KEYS.c.address, *LIVED)
        .join_from(KEYS, ADDRESSES, lead)
        .where(
            among(KEYS.c.organisation, "houses", sizes),
            among(KEYS.c.line, "lines", sizes),
            among(KEYS.c.hash, "hashes", sizes),
        )
    )


def _by_id(sizes: Sizes) -> Select[Any]:
    named = among(ADDRESSES.c.organisation, "houses", sizes), among(ADDRESSES.c.address, "ids", sizes)
    return select(ADDRESSES.c.organisation, ADDRESSES.c.address, *LIVED).where(*named)


def _locked(sizes: Sizes) -> Select[Any]:
    named = among(CONTACTS.c.organisation, "houses", sizes), among(CONTACTS.c.contact, "contacts", sizes)
    return select(CONTACTS).where(*named).order_by(CONTACTS.c.organisation, CONTACTS.c.contact).with_for_update()


def _spoken_for(sizes: Sizes) -> Select[Any]:
    same = and_(PERSONS.c.organisation == SPEAKS.c.organisation, PERSONS.c.person == SPEAKS.c.person)
    named = among(SPEAKS.c.organisation, "houses", sizes), among(SPEAKS.c.contact, "contacts", sizes)
    of = select(SPEAKS.c.organisation, SPEAKS.c.contact, SPEAKS.c.person).join_from(SPEAKS, PERSONS, same)
    return of.where(*named).order_by(PERSONS.c.created_at, PERSONS.c.person)


async def seat(unit: "Unit", senders: Sequence[Sender], now: datetime) -> list[Seat]:
    """See `Unit.seat`."""
    places = [_places(unit, sender) for sender in senders]
    wanted = {place for own in places for place in own}
    known, expired = await _known(unit, wanted, now)
    claims = _claims(senders, places, known)
    fresh: set[str] = set()
    if claims:
        fresh = await _claim(unit, claims, expired, now)
        await _settle(unit, [s for s in senders if s.fresh.address in fresh], now)
        known, _ = await _known(unit, wanted, now)
    named = await _named_homes(unit, senders)
    homes = [
        named[s.address] if s.address else next(known[place] for place in own if place in known)
        for s, own in zip(senders, places, strict=True)
    ]
    rows = await _lock(unit, {(s.organisation, home.contact) for s, home in zip(senders, homes, strict=True)})
    return await _seats(unit, senders, homes, rows, fresh)


def _places(unit: "Unit", sender: Sender) -> list[Place]:
    hashes = (unit.index(sender.organisation, f"address:{sender.line}", key) for key in sender.keys)
    return [(sender.organisation, sender.line, hash) for hash in hashes]


async def _known(unit: "Unit", places: set[Place], now: datetime) -> tuple[dict[Place, Home], set[Place]]:
    # Where each key leads (address, contact), and the keys whose time is over.
    houses, lines = sorted({p[0] for p in places}), sorted({p[1] for p in places})
    lists: dict[str, list[Any]] = {"houses": houses, "lines": lines, "hashes": [p[2] for p in places]}
    found: dict[Place, Home] = {}
    expired = set()
    for house, line, key, until, *home in await read(unit.connection, _by_key, lists=lists):
        if until is not None and until < now:
            expired.add((house, line, key))
        else:
            found[house, line, key] = _home(*home)
    return found, expired


async def _named_homes(unit: "Unit", senders: Sequence[Sender]) -> dict[str, Home]:
    # What the house itself has to tell goes to an address by its id.
    where = {s.address: s.organisation for s in senders if s.address}
    if not where:
        return {}
    lists = {"houses": sorted(set(where.values())), "ids": sorted(where)}
    rows = await read(unit.connection, _by_id, lists=lists)
    return {home[0]: _home(*home) for house, *home in rows if where[home[0]] == house}


def _claims(senders: Sequence[Sender], places: Sequence[list[Place]], known: Mapping[Place, Home]) -> dict[Place, str]:
    # An unknown key leads to its sender's known address, else to one claimed before in the batch, else to the fresh.
    claims: dict[Place, str] = {}
    for sender, own in zip(senders, places, strict=True):
        homes = [known[p].address for p in own if p in known] + [claims[p] for p in own if p in claims]
        address = homes[0] if homes else sender.fresh.address
        for place in own:
            if place not in known:
                claims.setdefault(place, address)
    return claims


async def _claim(unit: "Unit", claims: Mapping[Place, str], expired: set[Place], now: datetime) -> set[str]:
    # Sorted, so that two processes never wait for each other. Returns the addresses that the new keys lead to.
    key = ("organisation", "line", "hash")
    await unit.delete("address_keys", [dict(zip(key, place, strict=True)) for place in sorted(expired)])
    made = [{"address": claims[place], "made_at": now} for place in sorted(claims)]
    rows = [dict(zip(key, place, strict=True)) | one for place, one in zip(sorted(claims), made, strict=True)]
    new = await unit.insert_new("address_keys", rows)
    return {claims[place] for place, is_new in zip(sorted(claims), new, strict=True) if is_new}


async def _settle(unit: "Unit", newcomers: Iterable[Sender], now: datetime) -> None:
    owners = [{"organisation": s.organisation, "contact": s.fresh.contact, "person": s.fresh.person} for s in newcomers]
    times = {"created_at": now}
    await unit.insert("contacts", [{k: r[k] for k in ("organisation", "contact")} | times for r in owners])
    await unit.insert("persons", [{k: r[k] for k in ("organisation", "person")} | times for r in owners])
    await unit.insert("contact_persons", owners)
    addresses = [
        {"address": s.fresh.address, "line": s.line, "value": s.value, "proven_at": now, "last_inbound_at": now}
        for s in newcomers
    ]
    pairs = zip(owners, addresses, strict=True)
    await unit.insert("addresses", [{k: r[k] for k in ("organisation", "contact")} | a for r, a in pairs])


async def _lock(unit: "Unit", wanted: set[Contact]) -> dict[Contact, dict[str, Any]]:
    # A merged contact's row leads to the one it was merged into, which is the one that counts and is locked too.
    rows: dict[Contact, dict[str, Any]] = {}
    while wanted:
        every = await read(unit.connection, _locked, lists=_named(wanted))
        found = (dict(zip(COLUMNS, row, strict=True)) for row in every)
        rows |= {(row["organisation"], row["contact"]): row for row in found}
        merged = {(house, row["merged_into"]) for (house, _), row in rows.items() if row["merged_into"]}
        wanted = merged - rows.keys()
    for (house, contact), row in rows.items():
        unit.ring.learn(("contact", house, contact), row.pop("key"))
    return rows


def _named(contacts: Iterable[Contact]) -> dict[str, list[str]]:
    pairs = sorted(contacts)
    return {"houses": sorted({house for house, _ in pairs}), "contacts": [contact for _, contact in pairs]}


async def _seats(
    unit: "Unit",
    senders: Sequence[Sender],
    homes: Sequence[Home],
    rows: Mapping[Contact, dict[str, Any]],
    fresh: set[str],
) -> list[Seat]:
    seated = [_root(rows, (s.organisation, home.contact)) for s, home in zip(senders, homes, strict=True)]
    persons: dict[Contact, tuple[str, ...]] = {}
    for house, contact, person in await read(unit.connection, _spoken_for, lists=_named(set(seated))):
        persons[house, contact] = (*persons.get((house, contact), ()), person)
    opened = {who: dict(rows[who]) for who in seated}
    await unit.ring.open(plan("contacts"), list(opened.values()))
    states = {who: row.pop("state") for who, row in opened.items()}
    return [
        Seat(
            *who,
            home.address,
            home.address == sender.fresh.address and home.address in fresh,
            states[who],
            opened[who],
            persons[who],
            home.heard_at,
            home.doubted,
        )
        for who, sender, home in zip(seated, senders, homes, strict=True)
    ]


def _home(address: str, contact: str, heard_at: datetime | None, doubted_at: datetime | None) -> Home:
    return Home(address, contact, heard_at, doubted_at is not None)


def _root(rows: Mapping[Contact, Mapping[str, Any]], who: Contact) -> Contact:
    while rows[who]["merged_into"]:
        who = (who[0], rows[who]["merged_into"])
    return who
