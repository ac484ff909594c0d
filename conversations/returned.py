"""What a returned request still holds: the answers that stand, and those that are asked for again."""

from collections.abc import Mapping
from typing import Any

from conversations.facts import Case


def asked_again(case: Case | None) -> dict[str, Any]:
    """The old answers of the items that were returned and not yet given again."""
    if case is None or not case.returned:
        return {}
    fields = {item.field for item in case.returned}
    return {field: case.answers[field] for field in fields if field in case.answers}


def still_given(case: Case | None) -> dict[str, Any]:
    """The answers without those items; of a list of papers only the returned paper is missing."""
    if case is None:
        return {}
    if not case.returned:
        return {field: value for field, value in case.answers.items() if value is not None}
    return {field: left for field, value in case.answers.items() if (left := _left(case, field, value)) is not None}


def _left(case: Case, field: str, value: Any) -> Any:
    items = [item for item in case.returned if item.field == field]
    papers = {item.document for item in items}
    if not items:
        return value
    if "" in papers or not isinstance(value, Mapping):
        return None
    return {key: state for key, state in value.items() if key not in papers or _in_hand(state)}


def _in_hand(state: Any) -> bool:
    """Whether the paper is being sent anew just now; what was declared before is never open."""
    return isinstance(state, Mapping) and bool(state.get("open"))
