"""What must hold of every run, whatever went wrong in it: the talk, the promises and the evidence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from conversations.acts import CASE_ACTS, CHAT_ACTS
from conversations.effects import (
    Accept,
    AskSurvey,
    DropAnswer,
    Forget,
    PutAnswer,
    Remind,
)
from conversations.events import Said, TimePassed
from conversations.handling import PutRelease, PutVerdict, TellDecision
from conversations.messages import Role
from conversations.state import Mode
from tests.mind_staff import SPOKEN
from tests.mind_world import profiles
from tests.simulator import judge_sending
from tests.simulator.eye import Step
from tests.simulator.record import Record, recorded

if TYPE_CHECKING:
    from tests.simulator.run import Run

HOUSE_ACTS = (TimePassed, *CASE_ACTS, *CHAT_ACTS)
DECIDED = {"case.state.accepted", "case.state.rejected", "decision.reason", "decision.link", "decision.rights"}
AGAIN = ("رجوع", "تعديل", "إكمال", "احفظ")
Found = Iterator[str]


async def judge(run: "Run") -> list[str]:
    """Every breach of a run."""
    record = await recorded(run)
    return breaches(record)


def breaches(record: Record) -> list[str]:
    """Every breach of a record, named by the invariant that found it."""
    return [f"{name}: {one}" for name, invariant in INVARIANTS.items() for one in invariant(record)]


def floor(record: Record) -> Found:
    """No decision is told before its floor, unless two people released it."""
    accepted: dict[str, datetime] = {}
    released: set[str] = set()
    for step in record.steps:
        for effect in step.effects:
            if isinstance(effect, Accept):
                accepted.setdefault(effect.case, step.at)
            elif isinstance(effect, PutRelease) and effect.confirmed:
                released.add(effect.case)
            elif isinstance(effect, TellDecision) and effect.case in accepted and effect.case not in released:
                days = profiles()[step.who[0]].organisation.floor_days
                if step.at < accepted[effect.case] + timedelta(days=days):
                    yield f"{effect.case[:6]} was decided at {step.at}, accepted {accepted[effect.case]}"
        held = not any(case.told_at for case in step.cases)
        if held and not any(isinstance(e, TellDecision) for e in step.effects) and DECIDED & set(_all_keys(step)):
            yield f"{step.who} read of a decision at {step.at} that was not told"


def _all_keys(step: Step) -> Iterator[str]:
    for message in step.told:
        for part in message.parts:
            yield part.line.key
            yield from (value.key for value in part.line.params.values() if hasattr(value, "key"))


def promises(record: Record) -> Found:
    """What was promised for a time is kept once, neither early nor much too late nor twice."""
    waiting: dict[tuple[str, str, str], datetime] = {}
    for step in record.steps:
        house, event = step.who[0], step.event
        if isinstance(event, TimePassed):
            due = waiting.pop((house, event.kind, event.case), None)
            name = f"{house} {event.kind} of {event.case[:6]}"
            if due is None:
                yield f"{name} rang at {step.at} and nothing was promised any more"
            elif step.at < due:
                yield f"{name} rang at {step.at}, before {due}"
            elif (step.at - due).total_seconds() > record.late:
                yield f"{name} rang at {step.at}, long after {due}"
        for effect in step.effects:
            if isinstance(effect, Remind):
                waiting[house, effect.kind, effect.case] = effect.at
            elif isinstance(effect, Forget):
                for kind in effect.kinds:
                    waiting.pop((house, kind, effect.case), None)
    left = timedelta(seconds=record.late)
    for (house, kind, case), at in waiting.items():
        if at < record.end - left:
            yield f"{house} {kind} of {case[:6]} was promised for {at} and never rang"


def once(record: Record) -> Found:
    """A decision is told once, and nothing is evaluated twice."""
    told: Counter[tuple[str, ...]] = Counter()
    for step in record.steps:
        for effect in step.effects:
            if isinstance(effect, TellDecision):
                told["decision", effect.case] += 1
            elif isinstance(effect, AskSurvey):
                told["survey", step.who[1], effect.kind, effect.id] += 1
    yield from (f"{' '.join(what)} was told {count} times" for what, count in told.items() if count > 1)


def asked_twice(record: Record) -> Found:
    """What was answered is not asked again, unless the person goes back to it or it came back."""
    filled: dict[str, set[str]] = defaultdict(set)
    reopened: dict[str, set[str]] = defaultdict(set)
    for step in record.steps:
        case = step.after.case or ""
        asked = {key.split(".")[1] for key in step.keys if key.startswith("question.") and key.endswith(".ask")}
        dropped = {e.field for e in step.effects if isinstance(e, DropAnswer)}
        again = (asked & filled[case]) - dropped - {e.field for e in step.effects if isinstance(e, PutAnswer)}
        if again and _went_back(step):
            reopened[case] |= again
        if step.after.mode is Mode.LINK and step.after.asking:
            reopened[case].add(step.after.asking)  # what is asked anew by a link was gone back to before it
        for field in again - reopened[case]:
            yield f"{step.who[0]} {case[:6]} was asked {field} again at {step.at} after {step.event}"
        for effect in step.effects:
            if isinstance(effect, PutAnswer):
                filled[effect.case].add(effect.field)
                reopened[effect.case].discard(effect.field)
            elif isinstance(effect, DropAnswer) or (isinstance(effect, PutVerdict) and effect.returned):
                filled[effect.case].discard(effect.field)


def _went_back(step: Step) -> bool:
    """Whether the person asked for it: a command, a row of the review, an older button, or the papers one by one."""
    if not isinstance(step.event, Said):
        return False
    numbered = step.event.text.isdecimal() and any(key.startswith("change") for key, _ in step.before.live)
    typed = numbered or step.event.text.startswith(AGAIN)
    tapped = any("change" in one or "fix" in one or "papers" in one for one in step.event.choices)
    return typed or tapped or step.before.mode is Mode.REVIEW or "papers" in (step.after.asking or "")


def silence(record: Record) -> Found:
    """While a person of staff holds the conversation the bot neither answers nor files nor asks."""
    for step in record.steps:
        if step.before.mode is not Mode.STAFF or isinstance(step.event, CHAT_ACTS):
            continue
        asks = [p for message in step.told for p in message.parts if p.role is Role.ASK]
        if isinstance(step.event, HOUSE_ACTS):
            if asks:
                yield f"{step.who} was asked {step.keys} at {step.at} while staff held the conversation"
            continue
        spoke = {key for key in step.keys if not key.startswith("danger")} - SPOKEN - {"join.done", "join.done_there"}
        if spoke or any(isinstance(effect, PutAnswer | Accept) for effect in step.effects):
            yield f"{step.who} heard {sorted(spoke)} at {step.at} while staff held the conversation"


def one_effect(record: Record) -> Found:
    """What came in has one effect, however often it came, and is not lost once it was taken."""
    effects: Counter[tuple[str, str, str]] = Counter()
    for _, house, line, id, taken in record.taken:
        effects[house, line, id] += not taken.repeat
    lines = Counter((row["organisation"], (row["content"] or {}).get("id", "")) for row in record.rows["messages"])
    for (house, line, id), count in effects.items():
        if count > 1:
            yield f"{house} {line} {id} had {count} effects"
        if lines[house, id] != 1:
            yield f"{house} {line} {id} stands {lines[house, id]} times in the transcript"


def transcripts(record: Record) -> Found:
    """What a page is told is numbered from 1 on without a hole."""
    seqs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in record.rows["messages"]:
        if row["seq"] is not None:
            seqs[row["organisation"], row["contact"]].append(row["seq"])
    for row in record.rows["contacts"]:
        found = sorted(seqs[row["organisation"], row["contact"]])
        if found != list(range(1, row["told"] + 1)):
            yield f"{row['organisation']} {row['contact'][:6]} was told {found}, of {row['told']}"


def consents(record: Record) -> Found:
    """Nothing is evaluated after its consent was withdrawn."""
    last: dict[tuple[str, str], Any] = {}
    for row in sorted(record.rows["consents"], key=lambda row: row["at"]):
        if row["purpose"] == "survey":
            last[row["organisation"], row["contact"]] = row
    for step in record.steps:
        said = last.get(step.who)
        asked = any(isinstance(effect, AskSurvey) for effect in step.effects)
        if asked and said and not said["given"] and step.at > said["at"]:
            yield f"{step.who} was asked to evaluate at {step.at}, and consents no more since {said['at']}"


def evidence(record: Record) -> Found:
    """Every chain and every seal verifies."""
    yield from record.chains


def complaints(record: Record) -> Found:
    """A complaint is never shown to whom it is about."""
    yield from record.told_of


def nothing_parked(record: Record) -> Found:
    """The mind stumbles over nothing, and nobody who lives beside the house fails."""
    yield from (f"{row['organisation']} parked {row['reason']} at {row['at']}" for row in record.rows["parked"])
    yield from record.errors


INVARIANTS: dict[str, Callable[[Record], Iterator[str]]] = {
    "floor": floor,
    "promises": promises,
    "once": once,
    "asked twice": asked_twice,
    "silence": silence,
    "one effect": one_effect,
    "transcripts": transcripts,
    "consents": consents,
    "evidence": evidence,
    "complaints": complaints,
    "parked": nothing_parked,
    **judge_sending.INVARIANTS,
}
