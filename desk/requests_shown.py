"""How requests are put into words: states, clocks, answers, verdicts and the story."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from conversations.messages import Code, Line, Param
from desk import showing
from desk.requests_clock import Leg, left, legs, moved, span_of, stitches
from services.checklist import Item, Paper
from services.deliberation import Vote
from services.disclosing import Answer
from services.dossiers import Dossier
from services.requests import Entry, Show
from services.spans import Span
from services.stories import Event

STATES = {  # the icon and the tone of a state
    "submitted": ("inbox", ""),
    "verifying": ("eye", ""),
    "returned": ("again", "warn"),
    "committee": ("people", "own"),
    "decided": ("lock", "own"),
    "accepted": ("tick", "ok"),
    "rejected": ("close", "bad"),
    "registered": ("list", "ok"),
    "served": ("tick", "ok"),
    "closed": ("file", ""),
    "withdrawn": ("out", ""),
    "answered": ("tick", "ok"),
}
VERDICTS = {"matched": ("tick", "ok"), "mismatched": ("close", "bad"), "expired": ("clock", "warn")}
LINES = frozenset({"web", "telegram", "whatsapp", "sms"})
DONE = frozenset({"accepted", "rejected", "registered", "served", "closed", "withdrawn"})
CAME = {"confirmed": ("tick", ""), "signed": ("file", ""), "unconfirmed": ("alert", "warn")}
PAPERS = {"given": ("tick", "ok"), "expired": ("clock", "warn"), "later": ("clock", "")}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The words of one page, at one moment."""

    say: Callable[..., str]
    now: datetime
    zone: str

    def state(self, state: str) -> tuple[str, str, str]:
        """Icon, words and tone of a state."""
        icon, tone = STATES.get(state, ("info", ""))
        return icon, self.say(f"desk.state.{state}"), tone

    def form(self, form: str) -> str:
        """What the request is for."""
        return self.say(f"form.{form}.title")

    def label(self, item: Answer | Item | Paper) -> str:
        """What an answer or a paper is called."""
        if isinstance(item, Answer):
            return self.say(f"question.{item.id}.label")
        return self.say(f"document.{item.document}") if item.document else self.say(f"question.{item.field}.label")

    def named(self, field: str) -> Line:
        """The name of a field, inside a sentence."""
        return Line(f"question.{field}.label")

    def section(self, section: str) -> str:
        """The heading of a section."""
        return self.say(f"section.{section}")

    def value(self, value: Param) -> str | Markup:
        """A value as it stands on the page."""
        if isinstance(value, Code):
            return showing.code(value.text)
        if isinstance(value, str):
            return Markup("<bdi>{}</bdi>").format(showing.lines(value))
        return self.say(Line("value.plain", {"value": value}))

    def row_span(self, row: Entry) -> Span:
        """The clock of a row."""
        return span_of(row, self.now, self.zone)

    def stitches(self, row: Entry) -> list[str]:
        """The clock of a row in stitches; of what is done there is none."""
        return [] if row.state in DONE else stitches(self.row_span(row))

    def left(self, row: Entry) -> tuple[str, str]:
        """How a row's clock stands, and the day that counts."""
        span = self.row_span(row)
        if row.state in DONE:
            return "", self.day(row.accepted_at)
        if row.state == "decided" and span.at < span.floor:
            return self.say("desk.requests.held"), self.day(span.floor)
        return self.say(left(span)), self.day(span.ceiling)

    def day(self, moment: datetime) -> str:
        """A day in both calendars, in short."""
        return self.say("desk.request.day", day=moment.astimezone(ZoneInfo(self.zone)).date())

    def whole_day(self, moment: datetime) -> str:
        """A day in both calendars with its year and hour."""
        return self.say(Line("value", {"value": moment}))

    def when(self, moment: datetime) -> Markup:
        """A day in both calendars, and the hour."""
        return Markup("{} {}").format(escape(self.day(moment)), showing.hour(moment, self.zone))

    def legs(self, found: Dossier) -> list[Leg]:
        """The clock of a request."""
        return legs(found.span, self.say, "accepted" if found.declared or not found.came else "lodged")

    def moved(self, span: Span) -> str:
        """Why its ceiling moved."""
        return moved(span, self.say)

    def about(self, found: Dossier) -> list[str]:
        """What is said below the name."""
        line = found.line if found.line in LINES else "other"
        whose = found.relation if found.relation in ("self", "family", "guardian") else ""
        own = found.declared is not None or found.came is None
        said = [self.form(found.form), found.city, self.say(f"desk.request.from.{line}") if own else ""]
        said += [self.say(f"desk.request.for.{whose}")] if whose else []
        said += [self.say("desk.request.officer", name=found.officer)] if found.officer else []
        return [part for part in said if part]

    def came(self, way: str) -> tuple[str, str, str]:
        """Icon, words and tone of how one that staff filled in was confirmed."""
        icon, tone = CAME[way]
        return icon, self.say(f"desk.came.{way}"), tone

    def verdict(self, item: Item) -> tuple[str, str, str] | None:
        """Icon, words and tone of what was found."""
        if item.outstanding:
            return "again", self.say("desk.request.verdict.returned"), "warn"
        if item.verdict not in VERDICTS:
            return None
        icon, tone = VERDICTS[item.verdict]
        return icon, self.say(f"desk.request.verdict.{item.verdict}"), tone

    def paper(self, paper: Paper) -> tuple[str, str, str]:
        """Icon, words and tone of a paper's state."""
        icon, tone = PAPERS.get(paper.state, ("file", ""))
        known = paper.state if paper.state in PAPERS else "later"
        return icon, self.say(f"desk.request.paper.{known}"), tone

    def vote(self, vote: Vote) -> tuple[str, str, str]:
        """Icon, words and tone of a vote."""
        if not vote.voted:
            return "clock", self.say("desk.request.vote.none"), ""
        if vote.accepted is None:
            return "tick", self.say("desk.request.vote.cast"), ""
        return (
            ("tick", self.say("desk.request.accept"), "ok")
            if vote.accepted
            else (
                "close",
                self.say("desk.request.reject"),
                "bad",
            )
        )

    def told(self, event: Event) -> str:
        """What happened, in a line."""
        values: dict[str, Any] = {"name": event.name or self.say("desk.request.somebody")}
        if event.what in ("checked", "revealed", "corrected"):
            field = str(event.more.get("field") or "")
            values["field"] = self.named(field) if field else self.say("desk.request.item")
        return self.say(Line(f"desk.request.story.{event.what}", values))

    def view(self, show: Show) -> str:
        """The name of a view of the list."""
        return self.say(f"desk.requests.view.{show.value}")
