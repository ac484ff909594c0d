"""The memory: tables, sealing, units of work, wake-ups, migrations.

    await migrate(url)                           # a memory database needs none
    memory = Memory(url, (("2026a", key),))      # 32 bytes; the first master key wraps, all unwrap
    await memory.open(("labas", "kafl"))         # StorageRefusedError is a sentence for whoever runs the house
    async with memory.unit() as unit: ...        # write: committed at the end, rolled back on any exception
    async with memory.reading() as unit: ...     # a snapshot: select and index only
    with memory.wakeups.subscribe(organisation, contact) as bell: await bell.wait()
    memory.wakeups.wake(organisation, contact)   # after the commit

Units never stand inside one another, and nothing but the database is waited for inside one.

A `Unit` takes tables by name and rows as mappings by column name; every call is one statement, however many rows:

    await unit.seat(senders, now) -> list[Seat]              # conversations.records; locks the contacts
    await unit.insert(table, rows)                           # absent columns take their defaults
    await unit.insert_new(table, rows) -> list[bool]         # existing keys are left alone: False
    await unit.upsert(table, rows, by=None)                  # `by`: another unique key than the primary one
    await unit.update(table, rows)                           # by primary key, the same columns in all rows
    await unit.delete(table, keys)                           # rows that name the primary key
    await unit.select(table, where, after={}, upto={}, order=(), limit=None, claim=False) -> list[dict]
    await unit.number(organisation) -> str                   # the next reference number, nine digits
    await unit.new_person(organisation, contact, person)
    unit.index(organisation, kind, value) -> bytes           # keyed index of 16 bytes

`where` names the organisation (a list means several), a list compares with any of, None with null. Sealed columns are
given and read as JSON-able values; an update of one names its owner's column too; what belongs to an erased owner reads
as None; they cannot be compared. Wrapped keys are made by `insert` into contacts and persons and are never read out.
`address_keys.hash` is `index(organisation, "address:" + line, key)`, good until `until`. Any other `kind` of index is
its caller's word ("reference", "link", "inbox").

Files: `files = FileStore(folder)`; `secret = await files.put(organisation, file, data)` goes into the file's row, `get`
opens with it. `workshop = Workshop()`; `await workshop.judge(data)` is the paper made anew, or the reason why not.
"""

from storage.errors import SealBrokenError as SealBrokenError
from storage.errors import StorageRefusedError as StorageRefusedError
from storage.files import FileStore as FileStore
from storage.memory import Memory as Memory
from storage.migrations import migrate as migrate
from storage.workshop import Workshop as Workshop
