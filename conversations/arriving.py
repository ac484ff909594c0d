"""Coming in: through a door, by the page's first opening, or by a one-time link."""

from collections.abc import Callable, Mapping
from functools import partial

from conversations import (
    anywhere,
    asking,
    behalf,
    greeting,
    inquiry,
    interviews,
    joining,
    lookup,
    matters,
    news,
    standing,
)
from conversations.events import Opened, Redeemed, Said
from conversations.facts import Need
from conversations.forms import Matter
from conversations.turn import Turn

DOORS: Mapping[str, Callable[[Turn], None]] = {
    "request": greeting.request,
    "cases": anywhere.where,
    "policy": anywhere.policy,
    "human": anywhere.human,
    "question": inquiry.ask,
    "voice": matters.voice,
    "volunteering": partial(matters.begin, matter=Matter.VOLUNTEERING),
    "interview": interviews.begin,
}
# Ways in that stand behind a door, in a link or in words, where the association has such a form.
WITHIN: Mapping[str, Callable[[Turn], None]] = {
    matter.value: partial(matters.begin, matter=matter)
    for matter in (Matter.COMPLAINT, Matter.SUGGESTION, Matter.RIGHTS)
}
# Doors that stand under what is told unasked; they are no item of a menu.
UNASKED: Mapping[str, Callable[[Turn], None]] = {
    news.READ: anywhere.where,
    news.FIX: anywhere.fix,
    behalf.CONFIRM: anywhere.confirm,
}


def opened(turn: Turn, event: Opened) -> Need | None:
    """Greet who comes for the first time, and let them in where they came to."""
    if event.language in turn.organisation.languages:
        turn.change(language=event.language)
    if joining.carried(event.start) is None:
        greeting.greet(turn)
    return door(turn, event.start or "")


def first_words(turn: Turn, said: Said) -> None:
    """Greet somebody who writes before any page was opened, in the language they write."""
    letters = [c for c in said.text if c.isalpha()]
    if letters and all(c.isascii() for c in letters) and "en" in turn.organisation.languages:
        turn.change(language="en")
    greeting.greet(turn)


def door(turn: Turn, name: str) -> Need | None:
    """Go through a door that the association has, or by the code of a link; else there is the menu."""
    if (code := joining.carried(name)) is not None:
        return joining.hear(turn, code)
    open_here = {**UNASKED, **{own: act for own, act in DOORS.items() if own in turn.organisation.doors}, **WITHIN}
    open_here.get(name, greeting.menu)(turn)
    return None


def redeemed(turn: Turn, event: Redeemed) -> None:
    """The person stands on the private page: go on with the request of the link, or show where it stands."""
    turn.change(guarded=True)
    draft = next((d for d in turn.open if d.id == event.case), None)
    if draft is not None:
        if turn.state.case != draft.id:
            greeting.take(turn, draft)
        return asking.advance(turn) if turn.state.asking is None else asking.restate(turn)
    case = next((c for c in turn.facts.cases if c.id == event.case and c.told_at is not None), None)
    if case is None:
        return greeting.menu(turn, "form.no_draft")
    if lookup.guards(turn, case):
        return lookup.prove(turn, case)
    anywhere.stand(turn, *standing.whole(turn, case))
