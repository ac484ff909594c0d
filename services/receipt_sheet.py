"""What stands on a receipt, in words: from the links of one acceptance, never from what was written since."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations import agenda, calendar, fields, reference
from conversations.forms import SKIPPED, Form, Question
from conversations.messages import Line
from conversations.organisation import Organisation
from services import evidence
from services.ports import Row, Tongue
from services.roles import sees

MARK = 16  # signs of the link's hash, enough to tell two apart by eye


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The newest acceptance: its link, its body, the answers it covers as far as they were not erased, and whether a
    paper was signed since."""

    link: Row
    body: Mapping[str, Any]
    answers: Mapping[str, Any]
    signed: bool

    @property
    def language(self) -> str:
        """In which it was accepted."""
        return str(self.body["declaration"]["language"] if self.accepted else self.body["language"])

    @property
    def accepted(self) -> bool:
        """Whether the declaration was accepted; else staff submitted the request unconfirmed."""
        return "declaration" in self.body

    @property
    def at(self) -> datetime:
        """When."""
        return datetime.fromisoformat(self.body["at"])


def newest(links: Sequence[Row]) -> Acceptance | None:
    """The last acceptance of a chain, or what staff submitted; None where there is none, or its words are gone."""
    ends = [at for at, link in enumerate(links) if link["kind"] in (evidence.ACCEPTED, evidence.LODGED)]
    if not ends or not isinstance(links[ends[-1]]["body"], Mapping):
        return None
    end, start = ends[-1], ends[-2] + 1 if len(ends) > 1 else 0
    covered = [link["body"] for link in links[start:end] if link["kind"] == "answers" and link["body"]]
    answers = {field: value for body in covered for field, value in body.items()}
    signed = any(link["kind"] == "signed" for link in links[end:])
    return Acceptance(links[end], links[end]["body"], answers, signed)


def sheet(
    organisation: Organisation,
    tongue: Tongue,
    found: Acceptance,
    case: Row,
    address: str,
    roles: frozenset[str] | None,
) -> dict[str, Any]:
    """The whole receipt, ready to print."""

    def say(key: str, **values: Any) -> str:
        return tongue.say(Line(key, values))

    form = organisation.forms.get(found.body["form"]["id"]) or Form("", "", 0, ())
    mark = found.link["hash"].hex()[:MARK]
    whole: dict[str, Any] = {
        "language": found.language,
        "name": say("organisation.name"),
        "title": say("receipt.paper.title" if found.accepted else "receipt.paper.title_lodged"),
        "about": say("receipt.paper.about" if found.accepted else "receipt.paper.about_lodged"),
        "reference": {"label": say("receipt.reference"), "number": reference.shown(found.body["reference"])},
        "facts": list(_facts(organisation, tongue, found, case)),
        "declaration": {"label": say("receipt.paper.declaration"), "text": _declaration(found, say)},
        "answers": say("receipt.paper.answers"),
        "sections": list(_sections(organisation, tongue, form, found, roles)),
        "verify": {
            "how": say("receipt.paper.verify"),
            "url": address,
            "label": say("receipt.paper.mark"),
            "mark": " ".join(mark[at : at + 4] for at in range(0, len(mark), 4)),
        },
    }
    return whole if organisation.approved else {**whole, "sample": say("receipt.paper.sample")}


def _facts(organisation: Organisation, tongue: Tongue, found: Acceptance, case: Row) -> Iterator[tuple[str, str]]:
    """When it was accepted, the earliest day of the answer, and how it was accepted."""
    yield (
        tongue.say(Line("receipt.accepted" if found.accepted else "receipt.lodged")),
        tongue.say(Line("value", {"value": found.at})),
    )
    told = found.body.get("floor")
    if floor := datetime.fromisoformat(told) if told else case["floor_at"]:
        day = calendar.local(organisation.schedule, floor).date()
        yield tongue.say(Line("receipt.earliest")), tongue.say(Line("value", {"value": day}))
    yield tongue.say(Line("receipt.paper.way")), tongue.say(Line(f"receipt.paper.way.{_way(found)}"))


def _way(found: Acceptance) -> str:
    """How it was accepted, and by whose hand it was written."""
    if not found.accepted:
        return "behalf_paper" if found.signed else "unconfirmed"
    if found.signed:
        return "paper"
    return "behalf" if "filled" in found.body else "chat"


def _declaration(found: Acceptance, say: Callable[..., str]) -> str:
    """Its text as it was accepted."""
    return str(found.body["declaration"]["text"]) if found.accepted else say("receipt.paper.not_declared")


def _sections(
    organisation: Organisation, tongue: Tongue, form: Form, found: Acceptance, roles: frozenset[str] | None
) -> Iterator[dict[str, Any]]:
    """The answers by section, in the form's order; sensitive ones stand there as kept."""
    today = calendar.local(organisation.schedule, found.at).date()
    rows: dict[str, list[tuple[str, str, bool]]] = {}
    for question in form.questions:
        if found.answers.get(question.id, SKIPPED) == SKIPPED:
            continue
        kept = agenda.sensitive(question, found.answers, today) or not (roles is None or sees(roles, question))
        rows.setdefault(question.section, []).append(_row(tongue, question, found.answers[question.id], kept))
    for section, own in rows.items():
        yield {"title": tongue.say(Line(f"section.{section}")), "rows": own}


def _row(tongue: Tongue, question: Question, value: Any, kept: bool) -> tuple[str, str, bool]:
    line = Line("receipt.paper.kept") if kept else Line("value.plain", {"value": fields.shown(question, value)})
    return tongue.say(Line(f"question.{question.id}.label")), tongue.say(line), kept
