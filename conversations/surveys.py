"""The survey: how it was, asked once for each thing, answered with one tap and, where one likes, a sentence."""

from datetime import timedelta

from conversations import calendar, consent, greeting
from conversations.arabic import fold
from conversations.effects import AskSurvey, PutSurvey, Remind
from conversations.events import Said
from conversations.facts import Case, CaseState
from conversations.handling import AskStaff
from conversations.messages import Line, Part, Role
from conversations.state import FILLING, Mode
from conversations.turn import Turn, part, text

INQUIRY, CASE, DUE = "inquiry", "case", "survey"
SCORES = ("1", "2", "3", "4", "5")
ASKS = "survey.ask"
RATE = "rate"
LOW = 2  # at or below it somebody looks into it
REST_MINUTES = 7 * 24 * 60  # after one survey no other is asked for so long of an answered question
AFTER = timedelta(days=1)
BUSY = FILLING | {Mode.DECLARATION, Mode.NOTICE, Mode.STAFF}
ENDED = (CaseState.CLOSED, CaseState.SERVED, CaseState.REGISTERED, CaseState.REJECTED, CaseState.ANSWERED)
TRIES = timedelta(days=7)
SHORT = Line("organisation.short")


def after_inquiry(turn: Turn) -> bool:
    """Ask after an answered question, unless somebody was asked not long ago; whether it was asked."""
    rested = turn.state.minute - turn.state.surveyed >= REST_MINUTES
    if not rested or consent.refuses(turn, ASKS):
        return False
    _ask(turn, INQUIRY, str(turn.state.question), text("inquiry.thanks"))
    return True


def remind(turn: Turn, case: Case) -> None:
    """What has come to its end is asked about a day later."""
    turn.act(Remind(DUE, case.id, calendar.next_sending(turn.organisation.schedule, turn.facts.now + AFTER)))


def due(turn: Turn, case: Case) -> None:
    """A day after the end: ask, or wait while the person is in the middle of something; after a week it is let be."""
    if case.state not in ENDED or consent.refuses(turn, ASKS):
        return
    now, schedule = turn.facts.now, turn.organisation.schedule
    at = calendar.next_sending(schedule, now + AFTER if turn.state.mode in BUSY else now)
    if at > now:
        return turn.act(Remind(DUE, case.id, at)) if at - (case.told_at or now) < 10 * TRIES else None
    _ask(turn, CASE, case.id, text("survey.case", short=SHORT))


def _ask(turn: Turn, kind: str, id: str, *lead: Part) -> None:
    minute = int(turn.facts.now.timestamp() // 60)
    turn.move(Mode.SURVEY, case=None, asking=None, origin=None, survey=(kind, id), surveyed=minute)
    turn.act(AskSurvey(kind, id))
    offers = [(f"{RATE}{score}", f"survey.score.{score}") for score in SCORES]
    turn.say(*lead, part(Role.ASK, ASKS), part(Role.NOTE, "survey.right"), offers=offers)


def hear(turn: Turn, said: Said, key: str | None) -> bool:
    """One tap, then perhaps a sentence; False where the person speaks of something else."""
    if turn.state.survey is None:
        return False
    scored = not any(own.startswith(RATE) for own, _ in turn.state.live)
    if key is not None and key.startswith(RATE):
        _score(turn, int(key.removeprefix(RATE)))
        return True
    if scored and (key == "done" or fold(said.text) in turn.facts.lexicon.no):
        _thank(turn)
        return True
    if scored and key is None and said.text.strip():
        turn.act(PutSurvey(*turn.state.survey, words=said.text.strip()[:1000]))
        _thank(turn)
        return True
    return False


def _score(turn: Turn, score: int) -> None:
    kind, id = turn.state.survey or ("", "")
    turn.act(PutSurvey(kind, id, score=score))
    if score <= LOW:
        turn.act(AskStaff("supervisor", "low_score", id if kind == CASE else None))
    turn.say(part(Role.ASK, "survey.words"), offers=[("done", "survey.done")])


def _thank(turn: Turn) -> None:
    turn.change(survey=None)
    greeting.menu(turn, "survey.thanks")
