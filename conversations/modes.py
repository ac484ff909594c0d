"""What words or a tap mean where the conversation stands: one hearer for each mode."""

from collections.abc import Callable, Mapping

from conversations import (
    anywhere,
    arriving,
    asking,
    filling,
    greeting,
    inquiry,
    interviews,
    joining,
    lookup,
    matters,
    persons,
    reviewing,
    several,
    status,
    surveys,
    withdrawing,
)
from conversations.arabic import fold
from conversations.events import Said
from conversations.facts import Need
from conversations.forms import Matter, Question
from conversations.messages import Role
from conversations.organisation import Gender
from conversations.state import FILLING, Mode
from conversations.turn import Turn, part, text

LOST = 3
CHANGING = FILLING | {Mode.DECLARATION}
BESIDE = (Mode.FORM, Mode.REVIEW, Mode.NOTICE)  # where a question of one's own is answered beside what is asked

Hearer = Callable[[Turn, Said, str | None], Need | None]


def hear(turn: Turn, said: Said, key: str | None) -> Need | None:
    """Let the mode hear it, with the option it chose (`key`); a change of an answer and an own question come first."""
    meant = _to_change(turn, said, key) if turn.state.mode in CHANGING else None
    if meant is not None and meant.id in turn.answers:
        filling.change(turn, meant)
        return None
    if key is None and "\n" in said.text and several.hear(turn, said):
        return None
    if turn.state.mode in BESIDE and key is None and inquiry.beside(turn, said):
        return inquiry.aside(turn, said)
    return HEARERS.get(turn.state.mode, _in_menu)(turn, said, key)


def _to_change(turn: Turn, said: Said, key: str | None) -> Question | None:
    """What answer the person wants to change: a tapped row, or a verb with a number or a label that is known."""
    if key is not None and key.startswith("change:"):
        return turn.form.question(key.removeprefix("change:"))
    words = None if said.choices or turn.draft is None else filling.to_change(turn, said.text)
    return filling.named(turn, words) if words else None


def _in_form(turn: Turn, said: Said, key: str | None) -> Need | None:
    question = asking.asked(turn)
    if key is None and persons.once_said(turn, question) and fold(said.text) in turn.facts.lexicon.yes:
        key = persons.SAME
    own = {c.key for c in question.choices} if question else set()
    if key is not None and key in WHILE_ASKED and key not in own:
        WHILE_ASKED[key](turn)
    elif not turn.private and (turn.state.mode is Mode.LINK or asking.secret(turn, question)):
        asking.restate(turn, text("link.waiting"))
    else:
        filling.hear(turn, said)
    return None


def _in_review(turn: Turn, said: Said, key: str | None) -> Need | None:
    if key != "confirm" and fold(said.text) not in turn.facts.lexicon.yes:
        filling.change(turn, filling.named(turn, fold(said.text)))
    elif reviewing.whole(turn) and turn.draft and turn.form.matter is Matter.INTERVIEW:
        return interviews.choose(turn, turn.draft, str(turn.answers[interviews.KIND]))
    elif reviewing.whole(turn) and turn.draft and turn.form.matter is not Matter.REQUEST:
        return matters.send(turn, turn.draft)
    elif reviewing.whole(turn):
        reviewing.declare(turn)
    else:
        asking.changed(turn)
    return None


def _in_declaration(turn: Turn, said: Said, key: str | None) -> Need | None:
    phrase, lexicon = fold(said.text), turn.facts.lexicon
    if key in set(Gender):
        turn.change(gender=key)
        reviewing.declare(turn)
        return None
    if key == "refuse" or phrase in lexicon.refuse:
        reviewing.refuse(turn)
        return None
    if turn.draft is None or not (key == "accept" or phrase in lexicon.accept):
        reviewing.declare(turn, part(Role.WRONG, "declaration.explicit"))
        return None
    if not reviewing.whole(turn):
        asking.changed(turn)
        return None
    if turn.state.oath != turn.organisation.declaration_version:
        reviewing.declare(turn)
        return None
    number = turn.draft.reference or (turn.facts.found.reference if turn.facts.found else None)
    if number is None:
        return Need.REFERENCE
    reviewing.accept(turn, turn.draft, number, said.text or key or "")
    return None


def _in_notice(turn: Turn, said: Said, key: str | None) -> Need | None:
    if key == "agree" or fold(said.text) in turn.facts.lexicon.yes:
        greeting.agree(turn)
    elif key == "menu":
        greeting.menu(turn)
    else:
        greeting.notice(turn, "notice.needed")
    return None


def _in_drafts(turn: Turn, said: Said, key: str | None) -> Need | None:
    if key is None and inquiry.wordy(turn, said):
        return inquiry.hear(turn, said)
    greeting.pick(turn, key) if key else anywhere.stand(turn, text("menu.lost"))
    return None


def _in_inquiry(turn: Turn, said: Said, key: str | None) -> Need | None:
    chosen = inquiry.reply(turn, said, key)
    return _in_menu(turn, said, key) if chosen is None else inquiry.settle(turn, chosen)


def _courtesy(turn: Turn, words: str) -> tuple[str, ...] | None:
    """What is said to a salutation, to thanks or to a plain yes before the menu; None where it is none of these."""
    lexicon = turn.facts.lexicon
    if words in lexicon.yes:
        return ()
    if words in lexicon.thanks:
        return ("thanks.back",)
    return ("greeting.back",) if words in lexicon.greetings else None


def _in_menu(turn: Turn, said: Said, key: str | None) -> Need | None:
    if key is not None and key in IN_MENU:
        turn.change(misses=0)
        IN_MENU[key](turn)
        return None
    if key is not None and status.chose(turn, key):
        return None
    if (lead := _courtesy(turn, fold(said.text))) is not None:
        greeting.menu(turn, *lead)
        return None
    if key is None and inquiry.wordy(turn, said):
        return inquiry.hear(turn, said)
    turn.change(misses=turn.state.misses + 1)
    greeting.menu(turn, "menu.lost" if turn.state.misses % LOST else "menu.lost_again")
    return None


def _in_slot(turn: Turn, said: Said, key: str | None) -> Need | None:
    if key is None and inquiry.wordy(turn, said):
        return inquiry.hear(turn, said)
    return interviews.hear(turn, key)


def _in_survey(turn: Turn, said: Said, key: str | None) -> Need | None:
    return None if surveys.hear(turn, said, key) else _in_menu(turn, said, key)


# What an option beside a question's own does, and what the options of the menu do.
WHILE_ASKED: Mapping[str, Callable[[Turn], None]] = {
    "human": anywhere.human,
    "defer": filling.defer,
    "keep": asking.restate,
    "skip": filling.skip,
    persons.SAME: persons.confirm,
}
IN_MENU: Mapping[str, Callable[[Turn], None]] = {
    **arriving.DOORS,
    **arriving.WITHIN,
    "resume": anywhere.resume,
    "language": anywhere.language,
    "menu": anywhere.to_menu,
}
HEARERS: Mapping[Mode, Hearer] = {
    Mode.FORM: _in_form,
    Mode.LINK: _in_form,
    Mode.REVIEW: _in_review,
    Mode.DECLARATION: _in_declaration,
    Mode.NOTICE: _in_notice,
    Mode.DRAFTS: _in_drafts,
    Mode.INQUIRY: _in_inquiry,
    Mode.SURVEY: _in_survey,
    Mode.SLOT: _in_slot,
    Mode.JOIN: joining.reply,
    Mode.LOOKUP: lookup.hear,
    Mode.WITHDRAW: withdrawing.hear,
    Mode.WHO: persons.reply,
}
