"""The dialogue in one pure function: a conversation, an event and the facts give the next state and the effects."""

from dataclasses import replace

from conversations import (
    abuse,
    anywhere,
    arriving,
    asking,
    attaching,
    casework,
    clock,
    consent,
    danger,
    doubt,
    filling,
    greeting,
    held,
    inquiry,
    joining,
    lookup,
    meaning,
    modes,
    staff,
)
from conversations.acts import CaseAct, ChatAct
from conversations.effects import Say
from conversations.events import Event, Joined, Left, Opened, Papers, Proved, Redeemed, Said, Switched, TimePassed
from conversations.facts import Facts, Need, Outcome
from conversations.handling import Refuse
from conversations.lexicon import Command
from conversations.meaning import START
from conversations.messages import Outbound
from conversations.state import FILLING, Conversation, Mode
from conversations.turn import Turn, text

BURST = 100
ASIDE = {Mode.JOIN, Mode.WHO, Mode.LOOKUP, Mode.WITHDRAW}
SHOWN = FILLING | ASIDE | {Mode.NOTICE, Mode.DECLARATION, Mode.DRAFTS}  # where words answer what is shown


def step(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
    """Decide one turn. Raises `IllegalMove` only on a defect; whatever a person types is answered."""
    if isinstance(event, TimePassed | ChatAct | CaseAct):
        return _from_the_house(Turn(conversation, facts), event)
    if any(case.hidden for case in facts.cases):
        facts = replace(facts, cases=tuple(case for case in facts.cases if not case.hidden))
    turn = Turn(_counted(conversation, facts), facts)
    if doubt.stands(turn) and doubt.hears(turn, event):
        return turn.outcome()
    if turn.state.mode is Mode.STAFF:
        held.hears(turn, event)
        need = danger.answer(turn) if isinstance(event, Said) and danger.heard(turn, event) else None
        return Outcome(conversation, needs=need) if need else turn.outcome()
    if turn.state.burst > BURST and not isinstance(event, Redeemed):
        return _too_many(turn)
    need = _heard(turn, event)
    if need:
        return Outcome(conversation, needs=need, sought=turn.sought, language=turn.state.language)
    return turn.outcome()


def _from_the_house(turn: Turn, event: TimePassed | ChatAct | CaseAct) -> Outcome:
    """The bell rang, or staff did something; what is refused leaves everything as it was."""
    before = turn.state
    refused: Refuse | Need | None = None
    if isinstance(event, TimePassed):
        clock.passed(turn, event)
    elif isinstance(event, ChatAct):
        refused = staff.act(turn, event)
    else:
        refused = casework.act(turn, event)
    if isinstance(refused, Need):
        return Outcome(before, needs=refused)
    return Outcome(before, (refused,)) if refused else turn.outcome()


def _heard(turn: Turn, event: Event) -> Need | None:
    match event:
        case Opened():
            return arriving.opened(turn, event)
        case Joined():
            joining.joined(turn, event)
        case Switched():
            anywhere.switch(turn, event.language)
        case Redeemed():
            arriving.redeemed(turn, event)
        case Papers():
            attaching.papers(turn, event)
        case Proved():
            attaching.proved(turn, event)
        case Left():
            consent.left(turn, event)
        case Said():
            return _said(turn, event)
    return None


def _counted(conversation: Conversation, facts: Facts) -> Conversation:
    minute = int(facts.now.timestamp() // 60)
    burst = conversation.burst + 1 if minute == conversation.minute else 1
    return conversation.but(minute=minute, burst=burst)


def _too_many(turn: Turn) -> Outcome:
    """Above the limit of a minute nothing is read but everything is kept; the person hears it once, options live on."""
    if turn.state.burst == BURST + 1:
        turn.act(Say(Outbound((text("limit.soft"),))))
    return turn.outcome()


def _said(turn: Turn, said: Said) -> Need | None:
    """Find out what was meant: a tap, a door, a command, or words for the question in hand."""
    if danger.heard(turn, said):
        if turn.state.mode is Mode.NEW:
            arriving.first_words(turn, said)
        return danger.answer(turn)
    if abuse.heard(turn, said):
        abuse.answer(turn, said)
        return None
    begin = _beginning(turn, said)
    if turn.state.mode is not Mode.NEW and begin is None:
        if said.edited:
            attaching.edited(turn, said)
            return None
        if attaching.attached(turn, said):
            return None
    tapped = [meaning.tapped(turn, choice) for choice in said.choices]
    if None in tapped:
        _closed(turn, said.choices[0])
        return None
    keys = tuple(key for key in tapped if key)
    if len(keys) == 1 and keys[0].startswith(START):
        return arriving.door(turn, keys[0].removeprefix(START))
    return _meant(turn, Said(said.text, keys, said.files), keys, begin)


def _meant(turn: Turn, said: Said, keys: tuple[str, ...], begin: tuple[str, ...] | None) -> Need | None:
    """What stands above every mode: a code, a language, a command, a number; then the mode hears it."""
    if (code := joining.named(turn, said)) is not None:
        return joining.hear(turn, code)
    key = meaning.chosen(turn, said)
    if (picked := key or "").startswith(anywhere.LANGUAGE):
        anywhere.switch(turn, picked.removeprefix(anywhere.LANGUAGE))
        return None
    if picked.startswith(consent.ONLY):
        anywhere.stop_some(turn, picked)
        return None
    word = meaning.command(turn, said.text, keys)
    if word is not None and not (begin == () and word is Command.START):
        if turn.state.mode is not Mode.FORM or not filling.command(turn, word):
            anywhere.obey(turn, word)
        return None
    if not keys and (language := meaning.language(turn, said.text)) is not None:
        anywhere.switch(turn, language)
        return None
    if not keys and lookup.named(turn, said):
        return None
    if begin is not None:
        if begin == () and word is None and inquiry.wordy(turn, said):
            return inquiry.first(turn, said)
        greeting.menu(turn, *begin)
        return None
    if not keys and _restated_here(turn):
        return None
    return modes.hear(turn, said, key)


def _from_elsewhere(turn: Turn) -> bool:
    """Whether words answer a question that was shown in another channel only: here an earlier one may still stand."""
    at, waits = turn.state.at, turn.state.mode in SHOWN
    private_one = not turn.private and asking.secret(turn, asking.asked(turn))
    return waits and at is not None and at != turn.here and not private_one


def _restated_here(turn: Turn) -> bool:
    """The first answer stands: say which one was given last and offer to change it, or show what is asked now."""
    if not _from_elsewhere(turn):
        return False
    question = turn.form.question(turn.state.closed[1]) if turn.state.closed else None
    if question is not None and question.id in turn.answers and turn.state.mode is Mode.FORM:
        filling.already(turn, question)
    else:
        anywhere.stand(turn)
    return True


def _beginning(turn: Turn, said: Said) -> tuple[str, ...] | None:
    """The menu's first lines for somebody new, and for whoever's draft in hand is a draft no more; else None."""
    if turn.state.mode is Mode.NEW:
        arriving.first_words(turn, said)
        return ()
    if turn.state.case is not None and turn.draft is None:
        turn.move(Mode.MENU, case=None, asking=None, origin=None, live=())
        return ("form.no_draft",)
    return None


def _closed(turn: Turn, choice: str) -> None:
    """An old option: if its question was just answered, offer to change that; else say so and go on."""
    closed = turn.state.closed
    question = turn.form.question(closed[1]) if closed and choice.startswith(f"{closed[0]}-") else None
    if question is not None and question.id in turn.answers and turn.state.mode in FILLING:
        return filling.already(turn, question)
    anywhere.stand(turn, text("form.closed_option"))
