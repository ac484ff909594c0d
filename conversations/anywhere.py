"""What can be asked for from anywhere; inside a form it never destroys an answer."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from conversations import asking, calendar, filling, greeting, reference, reviewing
from conversations.effects import SetMessages
from conversations.facts import Case, CaseState
from conversations.handling import CallStaff
from conversations.lexicon import Command
from conversations.messages import Code, Line, Part, Role
from conversations.state import FILLING, Mode
from conversations.turn import Turn, part, text

OFFICER = "relations_officer"


def obey(turn: Turn, word: Command) -> None:
    """Do what the word asks for, and stand where the person stood."""
    ACTS[word](turn)


def stand(turn: Turn, *lead: Part) -> None:
    """Say these words and show again what the conversation was waiting for."""
    mode = turn.state.mode
    if mode is Mode.FORM or mode is Mode.LINK:
        return asking.restate(turn, *lead)
    if mode is Mode.REVIEW:
        return reviewing.review(turn, *lead)
    if mode is Mode.DECLARATION:
        return reviewing.declare(turn, *lead)
    if lead:
        turn.say(*lead)
    if mode is Mode.NOTICE:
        return greeting.notice(turn)
    if mode is Mode.DRAFTS and turn.drafts:
        return greeting.request(turn)
    greeting.menu(turn)


def leave(turn: Turn) -> None:
    """Leave the form; the draft stays, and we say until when and how to come back."""
    if turn.draft is None:
        return greeting.menu(turn)
    turn.move(Mode.MENU, case=None, asking=None, origin=None)
    until = turn.facts.now + timedelta(days=turn.organisation.draft_days)
    here = calendar.local(turn.organisation.schedule, until)
    turn.say(text("form.left", until=here.date()), offers=[("resume", "menu.resume"), ("menu", "menu.back")])


def to_menu(turn: Turn) -> None:
    """The menu; a draft in hand is kept and said so."""
    kept = ("form.kept",) if turn.draft is not None and turn.state.mode in FILLING | {Mode.DECLARATION} else ()
    greeting.menu(turn, *kept)


def resume(turn: Turn) -> None:
    """Go on with the newest draft, or with the one in hand."""
    if turn.draft is not None and turn.state.mode in FILLING | {Mode.DECLARATION, Mode.NOTICE}:
        return stand(turn)
    greeting.resume(turn, next(iter(turn.drafts), None))


def back(turn: Turn) -> None:
    """From the declaration to the review, from there to the last question, from a link to the one before it."""
    if turn.state.mode is Mode.LINK:
        return filling.back(turn)
    if turn.state.mode is Mode.DECLARATION:
        return reviewing.review(turn)
    if turn.state.mode is Mode.REVIEW and (last := reviewing.rows(turn)):
        return asking.revisit(turn, last[-1])
    to_menu(turn)


def help_(turn: Turn) -> None:
    """What one can write here."""
    inside = turn.state.mode in FILLING | {Mode.DECLARATION}
    stand(turn, text("help.form" if inside else "help.menu"))


def human(turn: Turn) -> None:
    """Call a person, and say truly when one will be there."""
    stand(turn, *call(turn, "asked"))


def call(turn: Turn, reason: str) -> list[Part]:
    """Queue for a relations officer once; the words say who comes and when."""
    if turn.state.queued:
        return [text("human.already")]
    turn.change(queued=True, call=turn.state.call + 1)
    turn.act(CallStaff(OFFICER, reason, turn.state.call, turn.state.case))
    schedule, now = turn.organisation.schedule, turn.facts.now
    opening = calendar.next_opening(schedule, now)
    if calendar.staff_present(schedule, now) or opening is None:
        return [text("human.open")]
    return [text("human.closed", opening=opening)]


def language(turn: Turn) -> None:
    """Change to the other language of the house."""
    others = [code for code in turn.organisation.languages if code != turn.state.language]
    switch(turn, others[0] if others else turn.state.language)


def switch(turn: Turn, code: str) -> None:
    """Speak this language from now on, beginning with what is being waited for."""
    if code not in turn.organisation.languages:
        return stand(turn)
    turn.change(language=code)
    stand(turn, text("language.changed"))


def status(turn: Turn) -> None:
    """Say where each own request stands and what comes next."""
    known = [c for c in turn.facts.cases if c.state is not CaseState.LAPSED]
    stand(turn, *([_standing(turn, case) for case in known] or [text("case.none")]))


def _standing(turn: Turn, case: Case) -> Part:
    title, state = Line(f"form.{case.form}.title"), Line(f"case.state.{case.state}")
    if case.reference is None or case.accepted_at is None:
        return text("case.draft", form=title, opened=calendar.local(turn.organisation.schedule, case.opened_at).date())
    floor = calendar.floor(turn.organisation.schedule, case.accepted_at, turn.organisation.floor_days)
    return text(
        "case.line",
        form=title,
        reference=Code(reference.shown(case.reference)),
        state=state,
        next=Line(f"case.next.{case.state}", {"earliest": calendar.local(turn.organisation.schedule, floor).date()}),
    )


def policy(turn: Turn) -> None:
    """Where the association's policy can be read."""
    url = f"{turn.facts.public_url}/chat/{turn.organisation.name}/policy"
    stand(turn, text("policy.open"), part(Role.LINK, "policy.url", url=Code(url)))


def stop(turn: Turn) -> None:
    """No more proactive messages here; an open request stays open."""
    turn.act(SetMessages(allowed=False))
    turn.move(Mode.STOPPED, case=None, asking=None, origin=None)
    turn.say(text("stop.done"))


def start(turn: Turn) -> None:
    """Messages may come again."""
    turn.act(SetMessages(allowed=True))
    stand(turn, text("start.done"))


ACTS: Mapping[Command, Callable[[Turn], None]] = {
    Command.MENU: to_menu,
    Command.BACK: back,
    Command.CANCEL: leave,
    Command.HELP: help_,
    Command.HUMAN: human,
    Command.LANGUAGE: language,
    Command.STATUS: status,
    Command.STOP: stop,
    Command.START: start,
    Command.SAVE: leave,
    Command.RESUME: resume,
    Command.SKIP: stand,
    Command.LATER: leave,
    Command.POLICY: policy,
}
