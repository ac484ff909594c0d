"""The key ring of one unit: finds data keys in memory or in the database, and stages those it made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Select, select

from storage.errors import SealBrokenError
from storage.keys import TABLES, DataKeys, Owner
from storage.link import Link
from storage.plans import Plan, Sealed, plan
from storage.prepared import Sizes, among, read
from storage.sealing import place, seal, unseal

Ciphers = Mapping[Owner, AESGCM | None]


def _keys(kind: str, sizes: Sizes) -> Select[Any]:
    name, column = TABLES[kind]
    c = plan(name).table.c
    where = among(c.organisation, "houses", sizes), among(c[column], "ids", sizes)
    return select(c.organisation, c[column], c.key).where(*where)


@dataclass(slots=True)
class Ring:
    """Seals and opens rows on one connection; `settle` after the commit."""

    connection: Link
    keys: DataKeys
    made: dict[Owner, AESGCM]
    gone: set[Owner]

    def make(self, owner: Owner) -> bytes:
        """A fresh key for an owner whose row is about to be inserted, wrapped."""
        blob, self.made[owner] = self.keys.fresh(owner)
        return blob

    def learn(self, owner: Owner, blob: bytes | None) -> None:
        """Take the wrapped key that came with a row, unless it is known."""
        known = owner in self.made or self.keys.is_gone(owner) or self.keys.get(owner) is not None
        if blob is not None and not known:
            self.keys.unwrap(owner, blob)

    def settle(self) -> None:
        """What was made is remembered and what is gone is forgotten: call it after the commit."""
        for owner, cipher in self.made.items():
            self.keys.remember(owner, cipher)
        for owner in self.gone:
            self.keys.forget(owner)

    async def ciphers(self, owners: Iterable[Owner]) -> Ciphers:
        """The owners' ciphers, one statement a kind for those not in memory; None for an erased owner."""
        found: dict[Owner, AESGCM | None] = {o: self.made.get(o) or self.keys.get(o) for o in owners}
        for kind in TABLES:
            missing = {o for o, cipher in found.items() if cipher is None and o[0] == kind}
            if missing:
                found |= await self._load(kind, missing)
        return found

    async def _load(self, kind: str, missing: set[Owner]) -> Ciphers:
        lists = {"houses": list({o[1] for o in missing}), "ids": list({o[2] for o in missing})}
        rows = await read(self.connection, _keys, kind, lists=lists)
        found = {(kind, house, id): blob for house, id, blob in rows}
        lost = missing - found.keys()
        if lost:
            raise SealBrokenError(f"there is no {kind} {', '.join(sorted(o[2] for o in lost))}")
        gone = {o for o in missing if found[o] is None or self.keys.is_gone(o)}
        return {o: None if o in gone else self.keys.unwrap(o, found[o]) for o in missing}

    async def seal(self, p: Plan, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Seal every sealed column that the rows hold, in place."""
        cells = [(row, s, owner_of(row, s)) for row in rows for s in p.sealed if row.get(s.column) is not None]
        ciphers = await self.ciphers({owner for _, _, owner in cells})
        for row, s, owner in cells:
            cipher = ciphers[owner]
            if cipher is None:
                raise SealBrokenError(f"the {owner[0]} {owner[2]} was erased")
            row[s.column] = seal(cipher, row[s.column], _where(p, row, s))
        return rows

    async def open(self, p: Plan, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Open every sealed column, in place; what belongs to an erased owner reads as None, and what was emptied."""
        cells = [(row, s, owner_of(row, s)) for row in rows for s in p.sealed if row[s.column] is not None]
        ciphers = await self.ciphers({owner for _, _, owner in cells})
        for row, s, owner in cells:
            cipher, blob = ciphers[owner], row[s.column]
            row[s.column] = None if cipher is None or not blob else unseal(cipher, blob, _where(p, row, s))
        return rows


def owner_of(row: Mapping[str, Any], sealed: Sealed) -> Owner:
    """Whose key seals this column of the row."""
    if sealed.by not in row:
        raise KeyError(f"a row that seals {sealed.column} names its {sealed.by}")
    id = row[sealed.by]
    if id is None:
        return "organisation", row["organisation"], row["organisation"]
    return sealed.kind or row["owner_kind"], row["organisation"], id


def _where(p: Plan, row: Mapping[str, Any], sealed: Sealed) -> bytes:
    return place(row["organisation"], p.name, [row[k] for k in p.within], sealed.column)
