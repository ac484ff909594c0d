"""How a request came: from its applicant, or filled in by staff, and then whether and how it was confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services import evidence
from services.ports import Row

OWN, CONFIRMED, SIGNED, UNCONFIRMED = "", "confirmed", "signed", "unconfirmed"


@dataclass(frozen=True, slots=True)
class Came:
    """One that staff filled in: the `way` it was confirmed by, who filled it in, when it was confirmed or submitted,
    and whether its chain is `whole`."""

    way: str
    filler: str
    at: datetime | None
    whole: bool


def way_of(row: Row) -> str:
    """As far as its row tells: its own applicant's, confirmed in whichever way, or unconfirmed."""
    if not row["filled_by"]:
        return OWN
    return UNCONFIRMED if row["unconfirmed"] else CONFIRMED


def came(row: Row, links: Sequence[Row], names: Mapping[str, str]) -> Came | None:
    """As its evidence tells; None of one that its applicant filled in."""
    if not row["filled_by"]:
        return None
    last = {link["kind"]: link["at"] for link in sorted(links, key=lambda link: link["number"])}
    ways = ((evidence.ACCEPTED, CONFIRMED), (SIGNED, SIGNED), (evidence.LODGED, UNCONFIRMED))
    way, at = next(((way, last[kind]) for kind, way in ways if kind in last), (UNCONFIRMED, None))
    return Came(way, names.get(row["filled_by"], ""), at, not evidence.faults(links))
