"""How the inbox puts into words what it shows: waits, reasons, channels, and a transcript in groups."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from conversations.messages import Line, Param
from conversations.staff import RECORDED
from services.acquaintance import Standing
from services.entries import Entry, File
from services.inbox import Snippet, Waiting
from services.threads import Hold, Window

CHANNELS = {"web": "web", "telegram": "telegram", "whatsapp": "whatsapp", "sms": "sms"}  # a line and its icon
REASONS = frozenset({"asked", "misses", "referred", "danger", "staff"})
ROLES = ("relations_officer", "social_researcher", "supervisor")
LONG = timedelta(minutes=30)
TOGETHER = timedelta(minutes=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = {
    "sending": "clock",
    "unseen": "clock",
    "sent": "tick",
    "delivered": "ticks",
    "seen": "ticks",
    "read": "ticks",
    "failed": "alert",
    "unknown": "alert",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one speaker on one line that stand together; `kind` is day, act, or who spoke."""

    kind: str
    id: str
    entries: tuple[Entry, ...] = ()
    day: date | None = None
    header: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """The words of one page, at one moment, for one member of staff; `view` is the list's, as addresses carry it on."""

    say: Callable[..., str]
    now: datetime
    zone: str
    staff: str
    language_name: Callable[[str], str]
    view: str = ""

    def called(self, name: str, line: str) -> str:
        """A person's name, or a neutral word for a visitor of this line."""
        return name or self.say(f"desk.inbox.visitor.{_line(line)}")

    def channel(self, line: str) -> str:
        """The name of a line."""
        return self.say(f"desk.inbox.line.{_line(line)}")

    def icon(self, line: str) -> str:
        """The icon of a line."""
        return CHANNELS.get(line, "quote")

    def why(self, reason: str) -> str:
        """Why a person is wanted."""
        return self.say(_reason(reason))

    def role(self, role: str) -> str:
        """The name of a role that may be called."""
        return self.say(f"desk.inbox.role.{role}") if role in ROLES else role

    def length(self, span: timedelta) -> Line:
        """A length of time as it is said: minutes, hours or days."""
        if span >= DAY:
            return Line("desk.inbox.days", {"count": span // DAY})
        if span >= HOUR:
            return Line("desk.inbox.hours", {"count": span // HOUR})
        return Line("desk.inbox.minutes", {"count": max(1, span // timedelta(minutes=1))})

    def wait(self, row: Waiting) -> str:
        """With whom a conversation is, or how long it waits."""
        if row.state == "held":
            mine = row.holder == self.staff
            return self.say("desk.inbox.with_you") if mine else self.say("desk.inbox.with", name=row.holder_name)
        return self.waited(row.since)

    def waited(self, since: datetime) -> str:
        """How long somebody waits."""
        span = self.now - since
        if span < timedelta(minutes=1):
            return self.say("desk.inbox.now")
        return self.say("desk.inbox.waits", span=self.length(span))

    def is_long(self, row: Waiting) -> bool:
        """Whether somebody waits longer than anybody should."""
        return row.state == "waiting" and self.now - row.since >= LONG

    def last(self, snippet: Snippet) -> str:
        """What a person said last, in short."""
        return snippet.text if snippet.kind == "text" else self.say(f"desk.inbox.last.{snippet.kind}")

    def far(self, entry: Entry) -> tuple[str, str]:
        """Icon and word of how far a message has come."""
        return FAR[entry.delivery], self.say(f"desk.inbox.far.{entry.delivery}")

    def act(self, entry: Entry) -> str:
        """What happened, in a line."""
        values: dict[str, Param] = {"name": entry.name}
        if entry.act == "called":
            values = {"reason": Line(_reason(str(entry.more.get("reason"))))}
        elif entry.act == "referred":
            values["role"] = self.role(str(entry.more.get("role")))
        elif entry.act == "left" and entry.more.get("back"):
            return self.say("desk.inbox.act.came_back")
        return self.say(Line(f"desk.inbox.act.{entry.act}", values))

    def records(self) -> list[tuple[str, str]]:
        """What a note may record of what was said outside of any screen."""
        return [(kind, self.say(f"desk.inbox.record.{kind}")) for kind in RECORDED if kind]

    def recorded(self, kind: str) -> str:
        """What a note records, or that it is a note."""
        return self.say(f"desk.inbox.record.{kind}" if kind in RECORDED and kind else "desk.inbox.note_unseen")

    def file(self, file: File) -> str:
        """What a file is called, or what became of it."""
        if file.state != "ready":
            return self.say(f"desk.inbox.file.{file.state}")
        return file.name or self.say(f"desk.inbox.last.{'voice' if file.kind == 'voice' else 'paper'}")

    def window(self, window: Window) -> str:
        """How long free text may still go, or since when it may not."""
        if window.open:
            left = self.length(window.until - self.now)
            return self.say("desk.inbox.window.open", line=self.channel(window.line), left=left)
        ago = self.length(self.now - window.until)
        return self.say("desk.inbox.window.shut", line=self.channel(window.line), ago=ago)

    def case(self, standing: Standing) -> str:
        """Where a request stands."""
        return self.say(f"desk.inbox.case.{standing.state}")

    def relation(self, relation: str) -> str:
        """How the applicant stands to the person the request is about."""
        return self.say(f"choice.who.{relation}")

    def mine(self, hold: Hold) -> bool:
        """Whether the member holds the conversation."""
        return hold.state == "held" and hold.holder == self.staff

    def groups(self, entries: Iterable[Entry]) -> Iterator[Group]:
        """The transcript in order: days, acts, and what one speaker said in one go."""
        day, gathered, speaker = None, list[Entry](), ""
        for entry in entries:
            here = entry.at.astimezone(ZoneInfo(self.zone)).date()
            if gathered and (here != day or not _joins(gathered[-1], entry)):
                yield _group(gathered, speaker)
                speaker, gathered = _speaker(gathered[-1]), []
            if here != day:
                yield Group("day", f"day-{entry.number}", day=here)
                day, speaker = here, ""
            gathered.append(entry)
        if gathered:
            yield _group(gathered, speaker)


def hold_key(hold: Hold) -> str:
    """A short text that changes when somebody takes the conversation or lets it go."""
    return f"{hold.number}.{hold.state}.{hold.holder}"


def _reason(reason: str) -> str:
    return f"desk.inbox.reason.{reason if reason in REASONS else 'other'}"


def _line(line: str) -> str:
    return line if line in CHANNELS else "other"


def _speaker(entry: Entry) -> str:
    return f"{entry.by}|{entry.name}|{entry.line}"


def _joins(before: Entry, entry: Entry) -> bool:
    """Whether two entries stand in one group: states of delivery are told once, below the last."""
    together = entry.by in ("person", "bot", "staff") and entry.at - before.at < TOGETHER
    return together and _speaker(before) == _speaker(entry) and before.delivery == entry.delivery


def _group(entries: list[Entry], speaker: str) -> Group:
    first = entries[0]
    return Group(first.by, f"entry-{first.number}", tuple(entries), header=_speaker(first) != speaker)
