"""What is held about a person, put into the words of the page: the same for people to read and for programs."""

from collections.abc import Sequence
from typing import Any

from conversations.messages import Line, Param
from conversations.reference import shown
from desk.requests_shown import Sheet
from services.entries import Entry
from services.exporting import Asked, Given, Holdings, Paper

Told = dict[str, Any]
LINES = frozenset({"web", "telegram", "whatsapp", "sms"})
PURPOSES = frozenset({"request", "followup", "survey", "announcements"})


def told(found: Holdings, v: Sheet) -> Told:
    """The whole copy: texts only, in the order in which one reads them."""
    return {
        "name": found.name,
        "made": v.whole_day(found.at),
        "alone": found.alone,
        "requests": [_asked(asked, v) for asked in found.requests],
        "consents": [_consent(row, v) for row in found.consents],
        "notices": [{"version": row["version"], "at": v.whole_day(row["at"])} for row in found.notices],
        "ways": [{"line": _line(line, v), "account": account} for line, account in found.ways],
        "messages": _messages(found.messages, v),
    }


def _asked(asked: Asked, v: Sheet) -> Told:
    verdict = "" if asked.accepted is None else v.say(f"desk.holdings.{'accepted' if asked.accepted else 'rejected'}")
    return {
        "title": v.form(asked.form),
        "reference": shown(asked.reference) if asked.reference else "",
        "state": v.say(f"desk.state.{asked.state}"),
        "opened": v.whole_day(asked.opened_at),
        "sent": v.whole_day(asked.sent_at) if asked.sent_at else "",
        "shared": asked.shared,
        "answers": [_given(given, v) for given in asked.answers],
        "papers": [_paper(paper, v) for paper in asked.papers],
        "declaration": asked.declaration,
        "decision": verdict,
        "reason": asked.reason,
        "told": v.whole_day(asked.told_at) if asked.told_at else "",
        "returned": [{"item": _named(field, document, v), "note": note} for field, document, note in asked.returned],
        "looks": [{"at": v.whole_day(at), "item": _named(field, "", v)} for at, field in asked.looks],
        "messages": _messages(asked.messages, v),
    }


def _given(given: Given, v: Sheet) -> Told:
    label = v.say(f"question.{given.field}.label") if given.field else v.say("desk.holdings.former")
    return {"label": label, "value": _plain(given.value, v)}


def _paper(paper: Paper, v: Sheet) -> Told:
    item = _named(paper.field, paper.document, v)
    return {"item": item, "name": paper.name, "pages": paper.pages, "at": v.whole_day(paper.at)}


def _named(field: str, document: str, v: Sheet) -> str:
    if document:
        return v.say(f"document.{document}")
    return v.say(f"question.{field}.label") if field else v.say("desk.holdings.file")


def _consent(row: dict[str, Any], v: Sheet) -> Told:
    known = row["purpose"] if row["purpose"] in PURPOSES else "request"
    state = v.say("desk.holdings.given" if row["given"] else "desk.holdings.withdrawn")
    return {"purpose": v.say(f"desk.rights.purpose.{known}"), "state": state, "at": v.whole_day(row["at"])}


def _messages(messages: Sequence[Entry], v: Sheet) -> list[Told]:
    return [
        {
            "at": v.whole_day(entry.at),
            "from": v.say(f"desk.holdings.by.{entry.by}"),
            "line": _line(entry.line, v),
            "text": "\n".join(part for part in (entry.text, *entry.choices) if part),
            "files": [file.name or v.say("desk.holdings.file") for file in entry.files],
        }
        for entry in messages
    ]


def _line(line: str, v: Sheet) -> str:
    return v.say(f"channel.{line}") if line in LINES else ""


def _plain(value: Param, v: Sheet) -> str:
    return value if isinstance(value, str) else v.say(Line("value.plain", {"value": value}))
