"""Reception: the greeting, the menu, the papers and the notice before the first question, and the drafts in hand."""

from datetime import timedelta
from typing import Any

from conversations import asking, calendar, persons, reference
from conversations.effects import Acknowledge, OpenCase, Remind
from conversations.facts import Case, CaseState
from conversations.forms import Matter
from conversations.messages import Code, Line, Role
from conversations.state import Mode
from conversations.turn import Offer, Turn, part, text

DRAFT_CHECK = timedelta(days=1)


def greet(turn: Turn) -> None:
    """The first words to somebody new."""
    parts = [text("greeting.hello", organisation=Line("organisation.name"))]
    if not turn.organisation.approved and not turn.facts.channel.structured:
        parts.append(part(Role.NOTE, "greeting.sample"))
    turn.say(*parts)
    turn.move(Mode.MENU)


def menu(turn: Turn, *lead: str, **params: Any) -> None:
    """Offer what the profile offers; lines that come before it are named by their keys."""
    turn.move(Mode.MENU, case=None, asking=None, origin=None, form=None)
    turn.say(*(text(key, **params) for key in lead), part(Role.ASK, "menu.ask"), offers=doors(turn))


def doors(turn: Turn) -> list[Offer]:
    """The menu's items in the profile's order, the draft in hand first."""
    resume: list[Offer] = [("resume", "menu.resume")] if turn.open else []
    own: list[Offer] = [(door, f"menu.{door}") for door in turn.organisation.doors]
    count = len(turn.organisation.languages)
    other: list[Offer] = [("language", "menu.language" if count == 2 else "menu.languages")] if count > 1 else []
    return resume + own + other


def request(turn: Turn) -> None:
    """Begin a request, or ask which where drafts are in hand."""
    turn.change(form=None)
    if not turn.requests:
        return preface(turn, None)
    offers = [_draft_offer(turn, n, case) for n, case in enumerate(turn.requests, 1)]
    turn.move(Mode.DRAFTS, case=None, asking=None)
    turn.say(part(Role.ASK, "drafts.ask"), offers=[*offers, ("new", "drafts.new")])


def _draft_offer(turn: Turn, number: int, case: Case) -> Offer:
    """How a request that can be filled in is named: what came back by its reference, a draft by its day."""
    if case.reference is not None:
        return f"draft{number}", "drafts.returned", {"reference": Code(reference.shown(case.reference))}
    opened = calendar.local(turn.organisation.schedule, case.opened_at)
    said = {"form": Line(f"form.{case.form}.title"), "opened": opened.date(), "count": len(case.answers)}
    return f"draft{number}", "drafts.continue", said


def pick(turn: Turn, key: str) -> None:
    """The person chose a draft, or a new request."""
    chosen = dict(zip((f"draft{n}" for n in range(1, 100)), turn.requests, strict=False)).get(key)
    if chosen is None:
        return preface(turn, None)
    resume(turn, chosen)


def resume(turn: Turn, case: Case | None) -> None:
    """Go on with a draft where it stands, after the notice where its version is new."""
    if case is None:
        return menu(turn, "form.no_draft")
    take(turn, case)
    if turn.facts.contact.notice != turn.organisation.notice_version:
        return preface(turn, case)
    asking.welcome_back(turn)


def take(turn: Turn, case: Case) -> None:
    """Take a draft in hand."""
    turn.take(case)
    turn.change(case=case.id, asking=None, misses=0, deferred=(), whom=None)


def preface(turn: Turn, case: Case | None) -> None:
    """Before the first question: papers, time, that one may leave; and the privacy notice where it is not yet known."""
    turn.draft = case
    turn.say(*_papers_and_time(turn))
    if turn.facts.contact.notice == turn.organisation.notice_version:
        return begin(turn)
    turn.move(Mode.NOTICE, case=case.id if case else None, asking=None)
    notice(turn)


def _papers_and_time(turn: Turn) -> list[Any]:
    if turn.form.matter is not Matter.REQUEST:
        return [part(Role.HEADING, f"form.{turn.form.id}.title"), text(f"preface.{turn.form.matter}")]
    papers = tuple(Line(f"document.{d.key}") for q in turn.form.questions for d in q.documents)
    listed = text("preface.papers", papers=papers) if papers else text("preface.no_papers")
    title = part(Role.HEADING, f"form.{turn.form.id}.title")
    return [title, text("preface.time", count=turn.form.minutes), listed, part(Role.NOTE, "preface.leave")]


def notice(turn: Turn, *lead: str) -> None:
    """Show the short privacy notice and ask to go on."""
    url = f"{turn.facts.public_url}/chat/{turn.organisation.name}/privacy"
    turn.say(
        *(text(key) for key in lead),
        text("notice.text", organisation=Line("organisation.name")),
        part(Role.LINK, "notice.link", url=Code(url)),
        offers=[("agree", "notice.agree"), ("menu", "notice.decline")],
    )


def agree(turn: Turn) -> None:
    """The notice was acknowledged."""
    turn.act(Acknowledge(turn.organisation.notice_version))
    begin(turn)


def begin(turn: Turn) -> None:
    """Open the draft where there is none, and ask the first question."""
    if turn.draft is None:
        if persons.several(turn):
            return persons.ask(turn)
        open_draft(turn)
    turn.change(version=turn.form.version)
    asking.advance(turn)


def open_draft(turn: Turn) -> None:
    """A draft of the form in hand, for a person of its own."""
    fresh, form, now = turn.facts.fresh, turn.form, turn.facts.now
    own = form.matter is not Matter.REQUEST and turn.facts.contact.person
    who = own or fresh.applicant
    case = Case(fresh.case, form.id, form.version, CaseState.DRAFT, now, who, who)
    take(turn, case)
    turn.act(OpenCase(case.id, form.id, form.version, who))
    turn.act(Remind("draft", case.id, now + DRAFT_CHECK))
