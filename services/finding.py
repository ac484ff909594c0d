"""By what staff find a person: keyed hashes of whole phones and ids, and of the folded words of names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from conversations.arabic import digits, fold, machine
from conversations.effects import DropAnswer, PutAnswer
from conversations.forms import SKIPPED, Kind, Matter
from services.ports import Reading

if TYPE_CHECKING:
    from services.rows import Scribe

PHONE, PROVED, IDENTITY, NAME = "phone", "proved_phone", "national_id", "name"
KINDS = {Kind.PHONE: PHONE, Kind.NATIONAL_ID: IDENTITY, Kind.NAME: NAME}
MOST_WORDS = 6
SHORTEST = 2
COUNTRY = "+966"


def words(name: str) -> tuple[str, ...]:
    """The folded words of a name by which it is found; particles of two letters and less say nothing."""
    return tuple(dict.fromkeys(word for word in fold(name).split() if len(word) > SHORTEST))[:MOST_WORDS]


def phone(typed: str) -> str:
    """A phone as it is kept, from the ways in which people write one."""
    bare = "".join(sign for sign in digits(machine(typed)) if sign.isdecimal())
    bare = bare.removeprefix("00").removeprefix("966").removeprefix("0")
    return f"{COUNTRY}{bare}" if len(bare) == 9 else f"+{bare}"


def put(scribe: "Scribe", effect: PutAnswer, person: str) -> None:
    """The answer leads to its person from now on, and the one before it no more."""
    drop(scribe, effect)
    for kind, hash_ in _hashes(scribe, effect.case, effect.field, effect.value):
        scribe.ledger.upsert("person_keys", _key(scribe, kind, hash_, person, effect.case))


def drop(scribe: "Scribe", effect: PutAnswer | DropAnswer) -> None:
    """The answer that was there leads to nobody any more."""
    case = next((one for one in scribe.place.cases if one.id == effect.case), None)
    if case is None or effect.field not in case.answers:
        return
    for kind, hash_ in _hashes(scribe, effect.case, effect.field, case.answers[effect.field]):
        scribe.ledger.delete("person_keys", _key(scribe, kind, hash_, case.whose[effect.field], effect.case))


def _key(scribe: "Scribe", kind: str, hash_: bytes, person: str, case: str) -> Any:
    return scribe.key(kind=kind, hash=hash_, person=person, case=case)


def _hashes(scribe: "Scribe", case: str, field: str, value: Any) -> Iterator[tuple[str, bytes]]:
    known = next((one for one in scribe.place.cases if one.id == case), None)
    form = scribe.forms.get(known.form if known else scribe.state.form or "")
    # Of what else people say nobody is found: a complaint about somebody leads nobody of that name anywhere.
    question = form.question(field) if form and form.matter is Matter.REQUEST else None
    kind = KINDS.get(question.kind) if question else None
    if kind is None or value in (None, "", SKIPPED):
        return
    for part in words(str(value)) if kind == NAME else (str(value),):
        yield kind, scribe.unit.index(scribe.organisation, kind, part)


def sought(unit: Reading, organisation: str, typed: str) -> list[list[tuple[str, bytes]]]:
    """What the words may be, as keys: each inner list holds the kinds of one, and a person has to have all of them."""
    bare = "".join(sign for sign in digits(machine(typed)) if sign.isdecimal())
    if len(bare) == 10 and bare[0] in "12":
        return [[(IDENTITY, unit.index(organisation, IDENTITY, bare))]]
    if len(bare) >= 9:
        found = phone(typed)
        return [[(kind, unit.index(organisation, kind, found)) for kind in (PHONE, PROVED)]]
    return [[(NAME, unit.index(organisation, NAME, word))] for word in words(typed)]
