"""The rows that a batch of turns leaves behind, gathered by table so that one statement writes each table's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.ports import Row, Unit

Keyed = dict[str, dict[tuple[Any, ...], Row]]
# Parents before children.
ORDER = (
    "persons",
    "contact_persons",
    "cases",
    "answers",
    "messages",
    "outbox",
    "files",
    "notices",
    "consents",
    "inquiries",
    "surveys",
    "bookings",
    "evidence",
    "due",
    "tasks",
    "handovers",
    "items",
    "votes",
    "decisions",
    "audit",
    "links",
    "codes",
    "person_keys",
    "parked",
    "contacts",
    "addresses",
)


@dataclass(slots=True)
class Ledger:
    """The rows of a whole batch by table. A row that is opened and changed in one turn is written once."""

    inserts: dict[str, list[Row]] = field(default_factory=dict)
    upserts: Keyed = field(default_factory=dict)
    updates: Keyed = field(default_factory=dict)
    deletes: Keyed = field(default_factory=dict)

    def insert(self, table: str, **row: Any) -> None:
        """A new row."""
        self.inserts.setdefault(table, []).append(row)

    def upsert(self, table: str, key: Mapping[str, Any], **row: Any) -> None:
        """A row that replaces one of the same key, also one of this batch."""
        self.deletes.get(table, {}).pop(tuple(key.values()), None)
        self.upserts.setdefault(table, {})[tuple(key.values())] = {**key, **row}

    def update(self, table: str, key: Mapping[str, Any], **row: Any) -> None:
        """Columns of a row; several updates of one row become one."""
        rows = self.updates.setdefault(table, {})
        rows[tuple(key.values())] = {**rows.get(tuple(key.values()), key), **row}

    def delete(self, table: str, key: Mapping[str, Any]) -> None:
        """A row that goes."""
        self.upserts.get(table, {}).pop(tuple(key.values()), None)
        self.deletes.setdefault(table, {})[tuple(key.values())] = dict(key)

    async def write(self, unit: Unit) -> None:
        """Write everything, parents first; a table that has no place in the order is a defect."""
        named = {*self.inserts, *self.upserts, *self.updates, *self.deletes}
        if strangers := named.difference(ORDER):
            raise LookupError(f"no order for {', '.join(sorted(strangers))}")
        for table in ORDER:
            if rows := self.inserts.get(table):
                await unit.insert(table, rows)
            if keyed := self.upserts.get(table):
                await unit.upsert(table, list(keyed.values()))
            if keyed := self.deletes.get(table):
                await unit.delete(table, list(keyed.values()))
            for same in _by_columns(self.updates.get(table, {})):
                await unit.update(table, same)


def _by_columns(keyed: Mapping[tuple[Any, ...], Row]) -> list[list[Row]]:
    """Rows that set the same columns together, so that one statement serves them."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in keyed.values():
        groups.setdefault(tuple(row), []).append(row)
    return list(groups.values())
