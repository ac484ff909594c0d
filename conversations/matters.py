"""What is no request for support: complaint, suggestion, volunteering and the like, sent with a number and a clock."""

from conversations import calendar, greeting, reference
from conversations.effects import Forget, Remind, Submit
from conversations.facts import Case, Need
from conversations.forms import Matter
from conversations.messages import Code, Line, Part, Role
from conversations.state import Mode
from conversations.turn import Turn, part, text

VOICES = (Matter.COMPLAINT, Matter.SUGGESTION)


def begin(turn: Turn, matter: Matter, *instead: str) -> None:
    """Begin, or go on with the draft of its kind; an association that has no such form says what there is instead, and
    shows its menu."""
    form = next((f for f in turn.organisation.forms.values() if f.matter is matter), None)
    if form is None:
        return greeting.menu(turn, *instead)
    draft = next((c for c in turn.drafts if c.form == form.id), None)
    if draft is not None:
        return greeting.resume(turn, draft)
    if turn.draft is not None:
        turn.say(text("form.kept"))
    turn.take(None)
    turn.move(Mode.MENU, case=None, asking=None, origin=None, form=form.id)
    greeting.preface(turn, None)


def voice(turn: Turn) -> None:
    """A complaint, or a suggestion?"""
    turn.move(Mode.MENU, case=None, asking=None, origin=None, form=None)
    offers = [(matter.value, f"menu.{matter}") for matter in VOICES]
    turn.say(part(Role.ASK, "voice.ask"), offers=[*offers, ("menu", "menu.back")])


def send(turn: Turn, case: Case) -> Need | None:
    """Send it: it gets a number, and the day until which staff answer."""
    number = case.reference or (turn.facts.found.reference if turn.facts.found else None)
    if number is None:
        return Need.REFERENCE
    schedule, now = turn.organisation.schedule, turn.facts.now
    until = calendar.working_day(schedule, now, turn.form.days)
    matter = "wish" if turn.form.matter is Matter.INTERVIEW else turn.form.matter  # an appointment without its time
    turn.act(Submit(case.id, number, until), Forget(case.id, ("draft",)), Remind("ceiling", case.id, until))
    turn.move(Mode.MENU, case=None, asking=None, origin=None, form=None)
    day = calendar.local(schedule, until).date()
    turn.say(
        part(Role.HEADING, f"sent.{matter}.heading"),
        Part(Role.CODE, Line("value", {"value": Code(reference.shown(number))}), Line("sent.reference")),
        Part(Role.FACT, Line("value", {"value": day}), Line("sent.until")),
        text(f"sent.{matter}.text"),
        part(Role.NOTE, "receipt.status"),
    )
    return None
