"""The inquiry: a question in anybody's words, the approved answer with its source, and whether it helped."""

from collections.abc import Sequence

from conversations import anywhere, asking, fields, filling, greeting, surveys
from conversations.answers import Answer, AnswerKind, AskedInquiry, Became, SettleInquiry
from conversations.arabic import fold
from conversations.events import Said
from conversations.facts import Found, Need
from conversations.messages import Part, Quote, Role
from conversations.state import Mode
from conversations.turn import Offer, Turn, part, text

LETTERS = 3  # fewer are no question
NEAR = 0.6  # beside a form's question only what is at least so likely is told unasked
MARKS = frozenset("?؟")
ENTRY = "entry"
PERSON: list[Offer] = [("human", "miss.human"), ("menu", "menu.back")]


def wordy(turn: Turn, said: Said) -> bool:
    """Whether the words may be a question: words of one's own, no salutation and no plain yes or no."""
    if said.choices or said.files or fold(said.text) in turn.facts.lexicon.courtesies:
        return False
    return sum(map(str.isalpha, said.text)) >= LETTERS


def ask(turn: Turn) -> None:
    """Through the door: invite the question."""
    _enter(turn)
    turn.say(text("inquiry.ask"))


def hear(turn: Turn, said: Said) -> Need | None:
    """A question of its own: look it up, then tell, offer, or say honestly that there is no approved answer."""
    found = turn.facts.found
    if found is None:
        return _search(turn, said)
    number = _noted(turn, said, found)
    if found.sure:
        _tell(turn, found.answers[0], found.answers[1:])
    elif found.answers:
        _offer(turn, "inquiry.offer", number, found.answers)
    elif turn.state.mode is Mode.DRAFTS:
        anywhere.stand(turn, text("inquiry.none"))
    else:
        _to_person(turn, text("inquiry.none"))
    return None


def first(turn: Turn, said: Said) -> Need | None:
    """Somebody's very first words, after the greeting: an answer where they ask for one, else the menu."""
    found = turn.facts.found
    if found is None or found.answers or MARKS & set(said.text):
        return hear(turn, said)
    greeting.menu(turn)
    return None


def beside(turn: Turn, said: Said) -> bool:
    """Whether the words, in the middle of a form, do not fit its question and may be a question of their own."""
    if not wordy(turn, said) or filling.returning(turn):
        return False
    if turn.state.mode is Mode.REVIEW and filling.named(turn, fold(said.text)) is not None:
        return False
    question = asking.asked(turn) if turn.state.mode is Mode.FORM else None
    if not turn.private and asking.secret(turn, question):
        return False
    if question is not None and isinstance(filling.read(turn, question, said), fields.Good):
        return False
    return turn.facts.found is None or _meant(turn, said, turn.facts.found)


def aside(turn: Turn, said: Said) -> Need | None:
    """Answer in one message and restate what was being asked; nothing of the form is touched."""
    found = turn.facts.found
    if found is None:
        return _search(turn, said)
    _noted(turn, Said(said.text), Found(answers=found.answers[:1], sure=True))
    anywhere.stand(turn, *_words(found.answers[0]))
    return None


def reply(turn: Turn, said: Said, key: str | None) -> str | None:
    """What the person chose of what was just offered; None where they said something else."""
    live = {own for own, _ in turn.state.live}
    if key is not None:
        return key if key in ("yes", "no", "none") or key.startswith(ENTRY) else None
    words, lexicon = fold(said.text), turn.facts.lexicon
    if words in lexicon.no:
        return next((own for own in ("no", "none") if own in live), None)
    return "yes" if words in lexicon.yes and "yes" in live else None


def settle(turn: Turn, chosen: str) -> Need | None:
    """Go on from what was offered: another entry, thanks, the other candidates, or a person."""
    if chosen.startswith(ENTRY):
        return _chosen(turn, int(chosen.removeprefix(ENTRY)) - 1)
    number, entry = turn.state.question, turn.state.told
    if chosen == "yes":
        turn.act(SettleInquiry(number, entry, Became.TOLD, True))
        if not surveys.after_inquiry(turn):
            greeting.menu(turn, "inquiry.thanks")
    elif chosen == "no" and turn.state.offered and turn.facts.found is None:
        return _open(turn, turn.state.offered)
    elif chosen == "no" and turn.facts.found is not None and turn.facts.found.answers:
        turn.act(SettleInquiry(number, entry, Became.OFFERED, False))
        _offer(turn, "inquiry.others", number, turn.facts.found.answers)
    else:
        turn.act(SettleInquiry(number, entry, Became.NONE, False))
        _to_person(turn, text("inquiry.not_helped"))
    return None


def _chosen(turn: Turn, place: int) -> Need | None:
    """A candidate was chosen: it is told, the others stay at hand; one that was withdrawn meanwhile is not."""
    found, offered = turn.facts.found, turn.state.offered
    if found is None:
        return _open(turn, offered)
    told = next((a for a in found.answers if a.id == offered[place]), None) if place < len(offered) else None
    if told is None:
        return settle(turn, "none")
    turn.act(SettleInquiry(turn.state.question, told.id, Became.TOLD))
    _tell(turn, told, [a for a in found.answers if a.id != told.id])
    return None


def _meant(turn: Turn, said: Said, found: Found) -> bool:
    asked = MARKS & set(said.text) or set(fold(said.text).split()) & turn.facts.lexicon.questions
    near = bool(found.answers) and found.answers[0].chance >= NEAR
    return bool(found.answers) and (found.sure or (bool(asked) and near))


def _search(turn: Turn, said: Said) -> Need:
    turn.sought = (said.text,)
    return Need.ANSWER


def _open(turn: Turn, entries: Sequence[str]) -> Need:
    turn.sought = tuple(entries)
    return Need.ENTRIES


def _noted(turn: Turn, said: Said, found: Found) -> int:
    number = turn.state.question + 1
    turn.change(question=number)
    entry = found.answers[0].id if found.sure else None
    became = Became.TOLD if found.sure else Became.OFFERED if found.answers else Became.NONE
    turn.act(AskedInquiry(number, said.text, entry, became))
    return number


def _enter(turn: Turn) -> None:
    turn.move(Mode.INQUIRY, case=None, asking=None, origin=None, misses=0, offered=(), told=None)


def _to_person(turn: Turn, honest: Part) -> None:
    """The question is noted, and a person offered; whoever waits for one already hears that they will read it."""
    _enter(turn)
    if turn.state.queued:
        return turn.say(honest, text("inquiry.waiting"), offers=[("menu", "menu.back")])
    turn.say(honest, text("inquiry.person"), offers=PERSON)


def _tell(turn: Turn, answer: Answer, others: Sequence[Answer]) -> None:
    _enter(turn)
    turn.change(offered=tuple(a.id for a in others), told=answer.id)
    anywhere.did_it_help(turn, *_words(answer))


def _offer(turn: Turn, key: str, number: int, answers: Sequence[Answer]) -> None:
    _enter(turn)
    turn.change(question=number, offered=tuple(a.id for a in answers))
    titles: list[Offer] = [
        (f"{ENTRY}{n}", "answer.title", {"title": Quote(answer.title)}) for n, answer in enumerate(answers, 1)
    ]
    turn.say(part(Role.ASK, key), offers=[*titles, ("none", "inquiry.none_of_them")])


def _words(answer: Answer) -> list[Part]:
    """The approved words and where they come from."""
    title, body = Quote(answer.title), Quote(answer.text)
    source = part(Role.NOTE, "answer.source", source=Quote(answer.source))
    if answer.kind is AnswerKind.MISCONCEPTION:
        return [text("answer.belief", belief=title), text("answer.truth", truth=body), source]
    heading = [] if answer.kind is AnswerKind.ANSWER else [part(Role.HEADING, "answer.title", title=title)]
    return [*heading, text("answer.told", text=body), source]
