"""What comes beside words: papers that were judged, attachments at the vendor, edits, and what a channel proves."""

from conversations import agenda, anywhere, asking, fields, filling
from conversations.effects import Fetch, FilePapers, ProvePhone
from conversations.events import MediaKind, Papers, Proved, Said
from conversations.forms import Kind, Question
from conversations.messages import Code, Role
from conversations.state import Mode
from conversations.turn import Turn, part, text

WANTED = frozenset({MediaKind.PAPER, MediaKind.VOICE})


def attached(turn: Turn, said: Said) -> bool:
    """Take what came with a message; False where its words are still to be heard."""
    if said.files:
        papers(turn, Papers(said.files))
        return True
    if not said.media:
        return False
    kinds = {m.kind for m in said.media}
    if MediaKind.PAPER in kinds and _too_private(turn):
        anywhere.stand(turn, part(Role.WRONG, "paper.private"))
        return True
    if kept := tuple(m for m in said.media if m.kind in WANTED):
        turn.act(Fetch(kept))
    if said.text and open_papers(turn) is None:
        return False
    if MediaKind.PAPER not in kinds:
        anywhere.stand(turn, text("voice.kept" if MediaKind.VOICE in kinds else "media.other"))
    return True


def _too_private(turn: Turn) -> bool:
    """Whether the paper that is waited for may not come on this channel."""
    return not turn.private and (turn.state.mode is Mode.LINK or asking.secret(turn, asking.asked(turn)))


def open_papers(turn: Turn) -> Question | None:
    """The list of papers that is asked for now."""
    question = asking.asked(turn) if turn.state.mode is Mode.FORM else None
    return question if question is not None and question.kind is Kind.DOCUMENTS else None


def papers(turn: Turn, event: Papers) -> None:
    """Files that were judged: they go to the paper in hand; what could not be read is named with its reason."""
    wrong = [part(Role.WRONG, f"paper.refused.{reason}") for reason in dict.fromkeys(event.refused)]
    question = open_papers(turn)
    if question is None or _too_private(turn):
        return anywhere.stand(turn, *wrong, *([text("paper.unasked")] if event.files else []))
    if not event.files:
        return asking.restate(turn, *wrong)
    if wrong:
        turn.say(*wrong)
    _file(turn, question, event.files)


def _file(turn: Turn, question: Question, files: tuple[str, ...]) -> None:
    paper = agenda.paper(question, turn.answers, turn.today)
    if paper is not None and turn.draft is not None:
        turn.act(FilePapers(turn.draft.id, question.id, paper.key, files, question.about, paper.privacy))
    filling.hear(turn, Said(files=files))


def edited(turn: Turn, said: Said) -> None:
    """An edited message corrects the open question only; what was answered stays, and we say how to change it."""
    question = asking.asked(turn) if turn.state.mode is Mode.FORM else None
    if question is not None and not agenda.answered(question, turn.answers, turn.today):
        reading = filling.read(turn, question, said)
        if isinstance(reading, fields.Good):
            return filling.file(turn, question, reading.value, reading.typed)
    anywhere.stand(turn, text("edited.noted"))


def proved(turn: Turn, event: Proved) -> None:
    """The channel proved a phone: it is kept as proved, and answers the question of the phone where that is asked."""
    turn.act(ProvePhone(event.phone))
    question = asking.asked(turn) if turn.state.mode is Mode.FORM else None
    if question is not None and question.kind is Kind.PHONE:
        return filling.hear(turn, Said(event.phone))
    anywhere.stand(turn, text("phone.proved", phone=Code(event.phone)))
