"""The dialogue in one pure function: a conversation, an event and the facts give the next state and the effects."""

from dataclasses import replace

from conversations import anywhere, asking, filling, greeting, reviewing
from conversations.arabic import fold
from conversations.events import Event, Opened, Redeemed, Said, Switched
from conversations.facts import Facts, Need, Outcome
from conversations.forms import Question
from conversations.lexicon import Command
from conversations.messages import Role
from conversations.state import FILLING, Conversation, Mode
from conversations.turn import Turn, part, text

BURST = 100
START = "start:"
DOORS = {"request": greeting.request, "cases": anywhere.status, "policy": anywhere.policy, "human": anywhere.human}
LOST = 3
CHANGING = FILLING | {Mode.DECLARATION}


def step(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
    """Decide one turn. Raises `IllegalMove` only on a defect; whatever a person types is answered."""
    turn = Turn(_counted(conversation, facts), facts)
    if turn.state.burst > BURST:
        return _too_many(turn)
    need = _heard(turn, event)
    return Outcome(conversation, needs=need) if need else turn.outcome()


def _heard(turn: Turn, event: Event) -> Need | None:
    match event:
        case Opened():
            _opened(turn, event)
        case Switched():
            anywhere.switch(turn, event.language)
        case Redeemed():
            _redeemed(turn, event)
        case Said():
            return _said(turn, event)
    return None


def _counted(conversation: Conversation, facts: Facts) -> Conversation:
    minute = int(facts.now.timestamp() // 60)
    burst = conversation.burst + 1 if minute == conversation.minute else 1
    return replace(conversation, minute=minute, burst=burst)


def _too_many(turn: Turn) -> Outcome:
    """Above the limit of a minute nothing is read but everything is kept; the person hears it once."""
    if turn.state.burst == BURST + 1:
        turn.say(text("limit.soft"))
    return turn.outcome()


def _opened(turn: Turn, event: Opened) -> None:
    if event.language in turn.organisation.languages:
        turn.change(language=event.language)
    greeting.greet(turn)
    _door(turn, event.start or "")


def _door(turn: Turn, name: str) -> None:
    if name in DOORS and name in turn.organisation.doors:
        return DOORS[name](turn)
    greeting.menu(turn)


def _redeemed(turn: Turn, event: Redeemed) -> None:
    draft = next((d for d in turn.drafts if d.id == event.case), None)
    if draft is None:
        return greeting.menu(turn, "form.no_draft")
    if turn.state.case != draft.id:
        greeting.take(turn, draft)
    asking.advance(turn) if turn.state.asking is None else asking.restate(turn)


def _said(turn: Turn, said: Said) -> Need | None:
    """Find out what was meant: a tap, a door, a command, or words for the question in hand."""
    new = turn.state.mode is Mode.NEW
    if new:
        _first_words(turn, said)
    tapped = [_tap(turn, choice) for choice in said.choices]
    if None in tapped:
        _closed(turn, said.choices[0])
        return None
    keys = tuple(key for key in tapped if key)
    if len(keys) == 1 and keys[0].startswith(START):
        _door(turn, keys[0].removeprefix(START))
        return None
    word = _command(turn, said.text, keys)
    if word is not None:
        if turn.state.mode is not Mode.FORM or not filling.command(turn, word):
            anywhere.obey(turn, word)
        return None
    if not keys and (language := _language(turn, said.text)) is not None:
        anywhere.switch(turn, language)
        return None
    if new:
        greeting.menu(turn)
        return None
    return _by_mode(turn, Said(said.text, keys, said.files))


def _first_words(turn: Turn, said: Said) -> None:
    """Greet somebody who writes before any page was opened, in the language they write."""
    letters = [c for c in said.text if c.isalpha()]
    if letters and all(c.isascii() for c in letters) and "en" in turn.organisation.languages:
        turn.change(language="en")
    greeting.greet(turn)


def _tap(turn: Turn, choice: str) -> str | None:
    """The key of a live option, a bare command or door, or None for an option that is no longer live."""
    prompt, dash, key = choice.partition("-")
    if choice.startswith(START) or choice in set(Command):
        return choice
    live = {k for k, _ in turn.state.live}
    return key if dash and prompt == str(turn.state.prompt) and key in live else None


def _closed(turn: Turn, choice: str) -> None:
    """An old option: if its question was just answered, offer to change that; else say so and go on."""
    closed = turn.state.closed
    question = turn.form.question(closed[1]) if closed and choice.startswith(f"{closed[0]}-") else None
    if question is not None and question.id in turn.answers and turn.state.mode in FILLING:
        return filling.already(turn, question)
    anywhere.stand(turn, text("form.closed_option"))


def _command(turn: Turn, words: str, keys: tuple[str, ...]) -> Command | None:
    """A command, unless the words are the label of a live option."""
    if len(keys) == 1 and keys[0] in set(Command) and keys[0] not in {k for k, _ in turn.state.live}:
        return Command(keys[0])
    folded = fold(words)
    if keys or folded in turn.facts.labels:
        return None
    return turn.facts.lexicon.commands.get(folded)


def _language(turn: Turn, words: str) -> str | None:
    """The language that was named, unless its name is the label of a live option."""
    folded = fold(words)
    return None if folded in turn.facts.labels else turn.facts.lexicon.languages.get(folded)


def _by_mode(turn: Turn, said: Said) -> Need | None:
    key = _chosen(turn, said)
    meant = _to_change(turn, said, key) if turn.state.mode in CHANGING else None
    if meant is not None and meant.id in turn.answers:
        filling.change(turn, meant)
        return None
    match turn.state.mode:
        case Mode.FORM | Mode.LINK:
            _in_form(turn, said, key)
        case Mode.REVIEW:
            _in_review(turn, said, key)
        case Mode.DECLARATION:
            return _in_declaration(turn, said, key)
        case Mode.NOTICE:
            _in_notice(turn, said, key)
        case Mode.DRAFTS:
            greeting.pick(turn, key) if key else anywhere.stand(turn, text("menu.lost"))
        case _:
            _in_menu(turn, said, key)
    return None


def _to_change(turn: Turn, said: Said, key: str | None) -> Question | None:
    """What answer the person wants to change: a tapped row, or a verb with a number or a label that is known."""
    if key is not None and key.startswith("change:"):
        return turn.form.question(key.removeprefix("change:"))
    words = None if said.choices or turn.draft is None else filling.to_change(turn, said.text)
    return filling.named(turn, words) if words else None


def _chosen(turn: Turn, said: Said) -> str | None:
    """The one live option that was tapped, named by its number or by its label."""
    if said.choices:
        return said.choices[0] if len(said.choices) == 1 else None
    words = fold(said.text)
    keys = [key for key, _ in turn.state.live if key not in _rows(turn)]
    if _is_number(words):
        question = asking.asked(turn) if turn.state.mode is Mode.FORM else None
        if question is not None and question.kind in asking.COUNTED:
            return None
        place = int(words) - turn.state.rows
        return keys[place - 1] if 1 <= place <= len(keys) else None
    return turn.facts.labels.get(words)


def _rows(turn: Turn) -> set[str]:
    """The keys of a review's rows: they are named by the numbers before the options."""
    return {key for key, _ in turn.state.live if key.startswith("change:")} if turn.state.rows else set()


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) <= 2


def _in_form(turn: Turn, said: Said, key: str | None) -> None:
    acts = {"human": anywhere.human, "defer": filling.defer, "keep": asking.restate, "skip": filling.skip}
    question = asking.asked(turn)
    own = {c.key for c in question.choices} if question else set()
    if key in acts and key not in own:
        return acts[key](turn)
    if turn.state.mode is Mode.LINK and not turn.facts.channel.private:
        return asking.restate(turn, text("link.waiting"))
    filling.hear(turn, said)


def _in_review(turn: Turn, said: Said, key: str | None) -> None:
    if key == "confirm" or fold(said.text) in turn.facts.lexicon.yes:
        return reviewing.declare(turn)
    filling.change(turn, filling.named(turn, fold(said.text)))


def _in_declaration(turn: Turn, said: Said, key: str | None) -> Need | None:
    phrase, lexicon = fold(said.text), turn.facts.lexicon
    if key == "refuse" or phrase in lexicon.refuse:
        reviewing.refuse(turn)
        return None
    if turn.draft is None or not (key == "accept" or phrase in lexicon.accept):
        reviewing.declare(turn, part(Role.WRONG, "declaration.explicit"))
        return None
    if turn.facts.found is None or turn.facts.found.reference is None:
        return Need.REFERENCE
    reviewing.accept(turn, turn.draft, turn.facts.found.reference, said.text or key or "")
    return None


def _in_notice(turn: Turn, said: Said, key: str | None) -> None:
    if key == "agree" or fold(said.text) in turn.facts.lexicon.yes:
        return greeting.agree(turn)
    if key == "menu":
        return greeting.menu(turn)
    greeting.notice(turn, "notice.needed")


def _in_menu(turn: Turn, said: Said, key: str | None) -> None:
    acts = {**DOORS, "resume": anywhere.resume, "language": anywhere.language, "menu": anywhere.to_menu}
    if key in acts:
        turn.change(misses=0)
        return acts[key](turn)
    if fold(said.text) in turn.facts.lexicon.greetings | turn.facts.lexicon.yes:
        return greeting.menu(turn)
    turn.change(misses=turn.state.misses + 1)
    greeting.menu(turn, "menu.lost" if turn.state.misses % LOST else "menu.lost_again")
