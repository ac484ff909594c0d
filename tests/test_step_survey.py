"""The survey: asked once for each thing, answered with a tap and perhaps a sentence, never in the middle of something."""

from datetime import timedelta

import pytest

from conversations.acts import Answered, CaseAct, CaseClosed, Registered, Served, TakenOver
from conversations.answers import Answer, AnswerKind
from conversations.effects import AskSurvey, PutSurvey, Remind, SetMessages
from conversations.events import Opened, TimePassed
from conversations.facts import CaseState, Found
from conversations.handling import AskStaff
from conversations.state import Mode
from tests.mind import Mind
from tests.test_step_matters import sent

KNOWN = Found(answers=(Answer("e1", AnswerKind.ANSWER, "متى الرد؟", "بعد أسبوعين.", "السياسة"),), sure=True)


def helped() -> Mind:
    mind = Mind("labas").send(Opened("ar"))
    mind.knowledge = {"هل يلزم تقرير طبي": KNOWN}
    return mind.say("هل يلزم تقرير طبي").tap("yes")


def ended() -> Mind:
    """A complaint that was answered; the survey is due."""
    mind = sent("complaint")
    mind.send(Answered("s1", next(iter(mind.cases)), "نعتذر، وقد حُلّ الأمر."))
    (due,) = [e for e in mind.of(Remind) if e.kind == "survey"]
    mind.now = due.at
    return mind


def rung(mind: Mind) -> Mind:
    return mind.send(TimePassed("survey", next(iter(mind.cases))))


def test_after_an_answered_question_one_tap_and_a_sentence() -> None:
    mind = helped()
    assert mind.of(AskSurvey) == [AskSurvey("inquiry", "1")]
    assert mind.live == [f"rate{n}" for n in range(1, 6)]
    assert "survey.right" in mind.keys
    mind.say("٥")
    assert mind.of(PutSurvey) == [PutSurvey("inquiry", "1", score=5)]
    mind.say("الرد كان سريعا وواضحا")
    assert mind.of(PutSurvey) == [PutSurvey("inquiry", "1", words="الرد كان سريعا وواضحا")]
    assert mind.state.mode is Mode.MENU


def test_the_sentence_is_optional() -> None:
    mind = helped().tap("rate4").tap("done")
    assert mind.keys[0] == "survey.thanks"
    assert not mind.of(PutSurvey)


def test_a_second_question_soon_after_is_thanked_and_not_evaluated() -> None:
    mind = helped().tap("rate4").tap("done").say("هل يلزم تقرير طبي").tap("yes")
    assert not mind.of(AskSurvey)
    mind.wait(days=8).say("هل يلزم تقرير طبي").tap("yes")
    assert mind.of(AskSurvey) == [AskSurvey("inquiry", "3")]


def test_whoever_speaks_of_something_else_is_heard_and_not_pressed() -> None:
    mind = helped().say("هل يلزم تقرير طبي")
    assert not mind.of(PutSurvey)
    assert mind.state.mode is Mode.INQUIRY
    assert "شكوى" not in helped().say("شكوى").of(PutSurvey)


@pytest.mark.parametrize(("score", "looked"), [("1", 1), ("2", 1), ("3", 0), ("5", 0)])
def test_a_low_score_is_followed_up_by_a_supervisor(score: str, looked: int) -> None:
    mind = helped().say(score)
    assert [task.reason for task in mind.of(AskStaff)] == ["low_score"] * looked


def test_what_has_ended_is_asked_about_a_day_later_in_the_sending_window() -> None:
    mind = rung(ended())
    assert mind.of(AskSurvey) == [AskSurvey("case", next(iter(mind.cases)))]
    assert mind.text.startswith("لاباس"), "the short name, and no word of what it was"
    mind.tap("rate2")
    assert mind.of(AskStaff)[0].case == next(iter(mind.cases))


def test_in_the_middle_of_something_it_waits_a_day_and_the_open_question_stays() -> None:
    mind = ended().say("القائمة").tap("request").good()
    asked = mind.state.asking
    rung(mind)
    assert mind.state.asking == asked
    assert not mind.told
    assert mind.of(Remind)[0].at > mind.now + timedelta(hours=20)
    mind.send(TakenOver("s1", "نورة"))
    assert not rung(mind).told


def test_at_night_it_waits_for_the_morning_and_after_stop_it_is_silent() -> None:
    night = ended().wait(hours=12)
    rung(night)
    assert not night.told
    assert night.of(Remind)
    stopped = ended().say("إيقاف")
    assert stopped.of(SetMessages)
    stopped.contact = type(stopped.contact)(stopped.contact.id, stopped.contact.address, stopped=True)
    assert not rung(stopped).told


@pytest.mark.parametrize(("name", "last"), [("labas", Served), ("ishraqa", Registered)])
def test_it_is_due_once_however_the_procedure_ends(name: str, last: type[CaseAct]) -> None:
    mind = Mind(name).declared().tap("accept")
    case = next(iter(mind.cases))
    acts: list[CaseAct] = [
        Registered("s1", case),
        *([Served("s1", case)] if last is Served else []),
        CaseClosed("s1", case),
    ]
    mind._update(case, state=CaseState.ACCEPTED)
    due = []
    for act in acts:
        mind.send(act)
        due += [(type(act), e.kind) for e in mind.of(Remind)]
    assert due == [(last, "survey")]
