"""The first of many cases: each form's and state's own first ones, of which the first are taken.

An index holds them in this order, so that a few are read; over several states at once all that there are would be
read and sorted, and of what is done there may be a million.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

from services.ports import Reading, Row

NOTHING: Mapping[str, Any] = {}


async def first_cases(
    unit: Reading,
    where: Mapping[str, Any],
    most: int,
    *,
    newest: bool,
    after: Mapping[str, Any] = NOTHING,
    upto: Mapping[str, Any] = NOTHING,
) -> list[Row]:
    """So many cases of the forms and states in `where`, by when they were accepted, and of one moment by their ids."""
    order = ["-accepted_at", "-case"] if newest else ["accepted_at", "case"]
    found: list[Row] = []
    for form, state in product(where["form"], where["state"]):
        own = {**where, "form": form, "state": state}
        found += await unit.select("cases", own, after=after, upto=upto, order=order, limit=most)
    return sorted(found, key=lambda row: (row["accepted_at"], row["case"]), reverse=newest)[:most]
