"""The real profiles, words and labels for the pure mind, good answers to any question, and what always holds."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache

from bot.household import Mouth
from conversations import agenda
from conversations.effects import Say
from conversations.facts import Case, Outcome
from conversations.forms import Form, Kind, Question
from conversations.lexicon import Lexicon
from conversations.meaning import START
from conversations.messages import Outbound
from conversations.state import FILLING, Conversation, Mode, may_move
from handlers import WAYS
from locales import lexicon
from organisations import Profile, load_all
from services.labels import Labels
from services.ports import Tongue

NAMES = ("ishraqa", "kafl", "labas", "qalb", "qurainah")
WEB, WHATSAPP = WAYS["web"], WAYS["whatsapp"]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # a Sunday, noon in Riyadh
NAME, ID, IBAN, PHONE = "محمد بن سالم العتيبي", "1012345672", "SA0380000000608010167519", "0512345678"
TYPED = {
    Kind.NAME: NAME,
    Kind.NATIONAL_ID: ID,
    Kind.IBAN: IBAN,
    Kind.PHONE: PHONE,
    Kind.PLACE: "الرياض",
    Kind.TEXT: "كلام كافٍ عن الحال",
    Kind.NUMBER: "٣",
    Kind.MONEY: "2500",
    Kind.CHOICE: "1",
    Kind.CHOICES: "1 و2",
    Kind.YES_NO: "نعم",
    Kind.DOCUMENTS: "2",
}


@cache
def profiles() -> Mapping[str, Profile]:
    return load_all()


@cache
def mouth() -> Mouth:
    return Mouth(profiles())


@cache
def labels() -> Labels:
    return Labels(mouth())


@cache
def words() -> Lexicon:
    return lexicon(["ar", "en"])


def tongue(name: str, language: str) -> Tongue:
    return mouth()(name, language)


def answer(question: Question, today: date) -> str:
    """A good answer to a question, as a person types it."""
    if question.kind is not Kind.DATE:
        return TYPED[question.kind]
    return "1/5/1990" if (question.most or 0) <= 0 else f"{today + timedelta(days=20):%d/%m/%Y}"


def check(before: Conversation, outcome: Outcome, name: str) -> None:
    """What holds after every turn, whatever happened."""
    state = outcome.conversation
    assert may_move(before.mode, state.mode)
    assert state.asking is None or state.mode in FILLING or state.paused in FILLING
    assert (state.mode is Mode.STAFF) == (state.holder is not None) == (state.paused is not None)
    assert not (state.queued and state.holder)
    newest: Outbound | None = None
    for effect in outcome.effects:
        if not isinstance(effect, Say):
            continue
        newest = effect.message
        assert newest.parts
        assert tongue(name, state.language).render(newest).text.strip()
        ids = [o.id for o in newest.options]
        assert len(set(ids)) == len(ids)
    if newest is not None and newest.options:
        live = {f"{state.prompt}-{key}" for key, _ in state.live}
        assert {o.id for o in newest.options if not o.id.startswith(START)} <= live
        numbers = [o.number for o in newest.options if o.number is not None]
        assert len(set(numbers)) == len(numbers)
        assert {p.option for p in newest.parts if p.option} <= live


def whole(form: Form, case: Case, now: datetime) -> bool:
    """Whether a case has a whole answer to every question that applies, and no other."""
    today = (now + timedelta(hours=3)).date()
    wanted = agenda.applicable(form, case.answers, today)
    open_ones = [q for q in wanted if not agenda.answered(q, case.answers, today)]
    return not open_ones and not agenda.stale(form, case.answers, "", today)
