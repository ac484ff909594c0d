"""What messages are for: what comes unasked serves a purpose, and each may be stopped by itself."""

from collections.abc import Collection
from dataclasses import dataclass

REQUEST, FOLLOWUP, SURVEY, ANNOUNCEMENTS = "request", "followup", "survey", "announcements"
PURPOSES = (REQUEST, FOLLOWUP, SURVEY, ANNOUNCEMENTS)
APART = (FOLLOWUP, SURVEY)  # what a person may stop in the conversation and keep the rest
# How the keys begin of what comes unasked, and the purposes that it needs. What is not here is part of an own request
# by promise (a decision, what was returned, that it takes longer): only stopping the whole channel keeps it away.
NEEDED = (
    (("remind.draft", "remind.last", "remind.lapsed"), frozenset({REQUEST, FOLLOWUP})),
    (("remind.interview",), frozenset({FOLLOWUP})),
    (("survey.",), frozenset({SURVEY})),
)


@dataclass(frozen=True, slots=True)
class SetPurpose:
    """An effect: the person's consent to a purpose is withdrawn on every channel, or given again."""

    purpose: str
    given: bool


def needed(key: str) -> frozenset[str]:
    """The purposes that must stand for a message with this key to come unasked."""
    return next((purposes for begins, purposes in NEEDED if key.startswith(begins)), frozenset())


def refused(key: str, stopped: Collection[str]) -> bool:
    """Whether one of them was stopped."""
    return not needed(key).isdisjoint(stopped)
