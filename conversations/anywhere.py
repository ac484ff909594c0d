"""What can be asked for from anywhere; inside a form it never destroys an answer."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from conversations import (
    asking,
    calendar,
    consent,
    filling,
    greeting,
    interviews,
    joining,
    lookup,
    matters,
    persons,
    reviewing,
    status,
    withdrawing,
)
from conversations.facts import CaseState
from conversations.forms import Matter
from conversations.handling import CallStaff, EndCall
from conversations.lexicon import Command
from conversations.messages import Code, Part, Quote, Role
from conversations.state import FILLING, Mode
from conversations.turn import Offer, Turn, part, text

OFFICER = "relations_officer"
LANGUAGE = "language:"  # begins the key of an option that names a language


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
    if mode is Mode.INQUIRY and turn.state.told:
        return did_it_help(turn, *lead)
    if mode in (Mode.LOOKUP, Mode.WITHDRAW):
        return lookup.again(turn, *lead) if mode is Mode.LOOKUP else withdrawing.again(turn, *lead)
    if lead:
        turn.say(*lead)
    if mode is Mode.NOTICE:
        return greeting.notice(turn)
    if mode in (Mode.JOIN, Mode.WHO):
        return joining.ask(turn) if mode is Mode.JOIN else persons.ask(turn)
    if mode is Mode.DRAFTS and turn.open:
        return greeting.request(turn)
    greeting.menu(turn)


def did_it_help(turn: Turn, *told: Part) -> None:
    """Ask whether what was told answered the question."""
    turn.say(*told, part(Role.ASK, "inquiry.helped"), offers=[("yes", "inquiry.yes"), ("no", "inquiry.no")])


def leave(turn: Turn) -> None:
    """Leave the form; the draft stays, and we say until when and how to come back."""
    if turn.draft is None:
        return greeting.menu(turn)
    back: list[Offer] = [("resume", "menu.resume"), ("menu", "menu.back")]
    if turn.mending:
        turn.move(Mode.MENU, case=None, asking=None, origin=None)
        return turn.say(text("returned.left"), offers=back)
    turn.move(Mode.MENU, case=None, asking=None, origin=None)
    until = turn.facts.now + timedelta(days=turn.organisation.draft_days)
    here = calendar.local(turn.organisation.schedule, until)
    turn.say(text("form.left", until=here.date()), offers=back)


def to_menu(turn: Turn) -> None:
    """The menu; a draft in hand is kept and said so."""
    kept = ("form.kept",) if turn.draft is not None and turn.state.mode in FILLING | {Mode.DECLARATION} else ()
    greeting.menu(turn, *kept)


def resume(turn: Turn) -> None:
    """Go on with the one in hand, else with what came back, else with the newest draft."""
    if turn.draft is not None and turn.state.mode in FILLING | {Mode.DECLARATION, Mode.NOTICE}:
        return stand(turn)
    greeting.resume(turn, next(iter(turn.open), None))


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
    opening = away_until(turn)
    return [text("human.open") if opening is None else text("human.closed", opening=opening)]


def away_until(turn: Turn) -> datetime | None:
    """When staff will be there, where they are not there now."""
    schedule, now = turn.organisation.schedule, turn.facts.now
    return None if calendar.staff_present(schedule, now) else calendar.next_opening(schedule, now)


def wait_no_more(turn: Turn) -> None:
    """The person leaves the queue for staff, and stands where they stood."""
    if not turn.state.queued:
        return stand(turn, text("human.none"))
    turn.change(queued=False)
    turn.act(EndCall(turn.state.call, "left"))
    stand(turn, text("human.left"))


def language(turn: Turn) -> None:
    """Change to the other language of the house, or ask which where there are several."""
    others = [code for code in turn.organisation.languages if code != turn.state.language]
    if len(others) < 2:
        return switch(turn, others[0] if others else turn.state.language)
    names = turn.facts.lexicon.names
    offers: list[Offer] = [(f"{LANGUAGE}{code}", "language.name", {"name": Quote(names[code])}) for code in others]
    turn.say(part(Role.ASK, "language.ask"), offers=offers)


def switch(turn: Turn, code: str) -> None:
    """Speak this language from now on, beginning with what is being waited for."""
    if code not in turn.organisation.languages:
        return stand(turn)
    turn.change(language=code)
    stand(turn, text("language.changed"))


def fix(turn: Turn) -> None:
    """Go on with what came back; where nothing did, say where each request stands."""
    if turn.mending and turn.state.mode in FILLING | {Mode.DECLARATION, Mode.NOTICE}:
        return stand(turn)
    case = next((c for c in turn.open if c.state is CaseState.RETURNED), None)
    status.tell(turn) if case is None else greeting.resume(turn, case)


def confirm(turn: Turn) -> None:
    """Read what staff wrote at the person's word; where nothing waits for that, say where each request stands."""
    if turn.draft is not None and turn.draft.filler and turn.state.mode in FILLING | {Mode.DECLARATION, Mode.NOTICE}:
        return stand(turn)
    case = next((c for c in turn.drafts if c.filler), None)
    status.tell(turn) if case is None else greeting.resume(turn, case)


def where(turn: Turn) -> None:
    """Where each own request stands and what comes next."""
    status.tell(turn)


def withdraw(turn: Turn) -> None:
    """Take a request back, once that was confirmed."""
    withdrawing.begin(turn)


def policy(turn: Turn) -> None:
    """Where the association's policy can be read."""
    url = f"{turn.facts.public_url}/chat/{turn.organisation.name}/policy"
    stand(turn, text("policy.open"), part(Role.LINK, "policy.url", url=Code(url)))


def link(turn: Turn) -> None:
    """A code with which one goes on in another channel."""
    joining.offer(turn)


def stop(turn: Turn) -> None:
    """No more proactive messages here; an open request stays open."""
    consent.stop(turn)
    turn.move(Mode.STOPPED, case=None, asking=None, origin=None)
    turn.say(text("stop.done"), part(Role.NOTE, "stop.part"), offers=consent.OFFERS)


def start(turn: Turn) -> None:
    """Messages may come again."""
    consent.start(turn)
    stand(turn, text("start.done"))


def stop_some(turn: Turn, key: str) -> None:
    """No more messages of one purpose, on any channel; the rest comes as before."""
    told = consent.only(turn, key)
    if turn.state.mode is Mode.STOPPED:
        turn.move(Mode.MENU)
    stand(turn, *told)


ACTS: Mapping[Command, Callable[[Turn], None]] = {
    Command.MENU: to_menu,
    Command.BACK: back,
    Command.CANCEL: leave,
    Command.HELP: help_,
    Command.HUMAN: human,
    Command.LANGUAGE: language,
    Command.STATUS: where,
    Command.STOP: stop,
    Command.STOP_SOME: consent.which,
    Command.START: start,
    Command.SAVE: leave,
    Command.RESUME: resume,
    Command.SKIP: stand,
    Command.LATER: leave,
    Command.POLICY: policy,
    Command.WAIT_NO_MORE: wait_no_more,
    Command.LINK: link,
    Command.SOMEBODY_ELSE: stand,
    Command.WITHDRAW: withdraw,
    **{Command(m.value): partial(matters.begin, matter=m) for m in Matter if m is not Matter.REQUEST},
    Command.INTERVIEW: interviews.begin,
}
