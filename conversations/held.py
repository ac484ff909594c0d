"""While staff hold the conversation the bot is silent: what the person writes is kept, and goes to staff only."""

from conversations import consent, joining
from conversations.arabic import fold
from conversations.attaching import WANTED
from conversations.effects import Fetch, ProvePhone, StopAddress
from conversations.events import Event, Joined, Left, Opened, Proved, Redeemed, Said, Switched
from conversations.lexicon import Command
from conversations.state import Mode
from conversations.turn import Turn, text


def hears(turn: Turn, event: Event) -> None:
    """Keep what has to be kept; only stopping, starting and another language are answered."""
    match event:
        case Said():
            _said(turn, event)
        case Switched(language):
            _speak(turn, language)
        case Opened(language) if language in turn.organisation.languages:
            turn.change(language=language)
        case Proved(phone):
            turn.act(ProvePhone(phone))
        case Left(back, asked):
            turn.act(StopAddress(stopped=not back))
            if back and asked:
                consent.start(turn)
        case Redeemed(case):
            _redeemed(turn, case)
        case Joined():
            joining.joined(turn, event)


def _said(turn: Turn, said: Said) -> None:
    if kept := tuple(media for media in said.media if media.kind in WANTED):
        turn.act(Fetch(kept))
    words, lexicon = fold(said.text), turn.facts.lexicon
    word = said.choices[0] if len(said.choices) == 1 else lexicon.commands.get(words)
    if word == Command.STOP:
        consent.stop(turn)
        turn.tell(text("stop.done"))
    elif word == Command.START:
        consent.start(turn)
        turn.tell(text("start.done"))
    elif word == Command.LANGUAGE:
        _speak(turn, next((code for code in turn.organisation.languages if code != turn.state.language), ""))
    elif not said.choices and words in lexicon.languages:
        _speak(turn, lexicon.languages[words])


def _speak(turn: Turn, language: str) -> None:
    if language in turn.organisation.languages and language != turn.state.language:
        turn.change(language=language)
        turn.tell(text("language.changed"))


def _redeemed(turn: Turn, case: str) -> None:
    """The request of the link is in hand when the conversation is handed back."""
    turn.change(guarded=True)
    found = next((one for one in turn.open if one.id == case), None)
    if found is not None and turn.state.case != case:
        turn.take(found)
        turn.change(case=case, asking=None, misses=0, deferred=(), paused=Mode.FORM)
