"""Staff and the clock in the machine of the mind: whatever they do in any order, and what must hold all the same."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from conversations import acts, agenda
from conversations.effects import Accept, PutAnswer, Say
from conversations.events import Event, Said, TimePassed
from conversations.facts import Case, CaseState
from conversations.forms import Form, Kind, Question
from conversations.handling import Refuse, TellDecision
from conversations.state import Conversation, Mode
from tests.mind import Mind
from tests.mind_world import answer

STAFF = (("n" * 32, "نورة"), ("s" * 32, "سعد"))
CHATS = ("take", "force", "write", "note", "refer", "back", "end")
WORK = ("check", "return", "ask", "vote", "release", "register", "serve", "close")
WITH_STAFF = (CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.COMMITTEE)
ENDS: Mapping[str, Any] = {
    "offer": acts.Offered,
    "back": acts.TakenBack,
    "lodge": acts.Lodged,
    "drop": acts.Dropped,
}
FILL = tuple(ENDS)
KINDS = ("draft", "returned", "floor", "ceiling")
SPOKEN = {"stop.done", "start.done", "language.changed"}  # all that the bot says while staff hold the conversation


def chat(what: str, who: tuple[str, str]) -> Event:
    """What a member of staff does to the conversation."""
    match what:
        case "take" | "force":
            return acts.TakenOver(*who, force=what == "force")
        case "write":
            return acts.Wrote(*who, "السلام عليكم")
        case "note":
            return acts.Noted(*who, "ملاحظة")
        case "refer":
            return acts.Referred(*who, "social_researcher")
        case "back":
            return acts.HandedBack(*who)
    return acts.Ended(*who)


def work(what: str, by: str, case: Case, form: Form, pick: int) -> Event:
    """What a member of staff does to a case; `pick` chooses among its answers and between yes and no."""
    field = sorted(case.answers)[pick % len(case.answers)]
    question = form.question(field)
    papers = question.documents if question is not None else ()
    paper = papers[pick % len(papers)].key if papers else ""
    match what:
        case "check":
            return acts.Checked(by, case.id, field, "matched", paper)
        case "return":
            return acts.ItemsReturned(
                by, case.id, ((field, paper, "غير واضح"), ("full_name", "", "غير كامل"))[: 1 + pick % 2]
            )
        case "ask":
            return acts.CommitteeAsked(by, case.id)
        case "vote":
            return acts.Voted(by, case.id, pick % 2 == 0, "سبب")
        case "release":
            return acts.ReleaseAsked(by, case.id, "عاجل")
        case "register":
            return acts.Registered(by, case.id)
        case "serve":
            return acts.Served(by, case.id)
    return acts.CaseClosed(by, case.id)


def _said(asked: Question, case: Case, today: date) -> tuple[str, tuple[str, ...]]:
    """A good answer as staff write or choose it."""
    if asked.kind is Kind.DOCUMENTS:
        return "", ("all_later",)
    if asked.kind in (Kind.CHOICE, Kind.CHOICES):
        return "", (agenda.choices(asked, case.answers, today)[0].key,)
    return answer(asked, today), ()


class Staffed(RuleBasedStateMachine):
    """The rules of staff and of the bell; the person's own are in the machine."""

    mind: Mind
    by_staff = False

    def turn(self, event: Event) -> None:
        """What the person does; the machine says how it is judged."""
        raise NotImplementedError

    def judge(self, state: Conversation, before: dict[str, Case]) -> None:
        """What must hold after any turn."""
        raise NotImplementedError

    @rule(what=st.sampled_from(CHATS), who=st.sampled_from(STAFF))
    def staff_talk(self, what: str, who: tuple[str, str]) -> None:
        self.done(chat(what, who))

    @precondition(lambda self: any(c.reference for c in self.mind.cases.values()))
    @rule(what=st.sampled_from(WORK), who=st.sampled_from(STAFF), pick=st.integers(0, 20), data=st.data())
    def staff_work(self, what: str, who: tuple[str, str], pick: int, data: Any) -> None:
        cases = [c for c in self.mind.cases.values() if c.reference]
        case = data.draw(st.sampled_from(cases))
        self.done(work(what, who[0], case, self.mind.organisation.forms[case.form], pick))

    @rule(who=st.sampled_from(STAFF), what=st.sampled_from(FILL), steps=st.sampled_from((1, 5)))
    def staff_fill_in(self, who: tuple[str, str], what: str, steps: int) -> None:
        """One that staff fill in is begun where none is, gone on with for some answers, and ended in some way."""
        filled = [case for case in self.mind.cases.values() if case.filler and case.state is CaseState.DRAFT]
        if not filled:
            return self.done(acts.Begun(*who, self.mind.organisation.request))
        for _ in range(steps):
            case = self.mind.cases[filled[0].id]
            asked = agenda.waiting(self.mind.organisation.forms[case.form], case.answers, (), self.mind.now.date())
            if asked is None or case.offered:
                break
            self.done(acts.Filled(who[0], case.id, asked.id, *_said(asked, case, self.mind.now.date())))
        return self.done(ENDS[what](who[0], filled[0].id))

    @precondition(lambda self: any(c.state in WITH_STAFF for c in self.mind.cases.values()))
    @rule(yes=st.booleans(), how_far=st.integers(1, 4))
    def committee_decides(self, yes: bool, how_far: int) -> None:
        case = next(c for c in self.mind.cases.values() if c.state in WITH_STAFF)
        votes = [acts.Voted(by, case.id, yes, "سبب") for by, _ in STAFF]
        events: list[Event] = [acts.CommitteeAsked(STAFF[0][0], case.id), *votes, TimePassed("floor", case.id)]
        for event in events[:how_far]:
            self.done(event)

    @precondition(lambda self: any(c.state in WITH_STAFF for c in self.mind.cases.values()))
    @rule(pick=st.integers(0, 20))
    def items_come_back(self, pick: int) -> None:
        case = next(c for c in self.mind.cases.values() if c.state in WITH_STAFF)
        self.done(work("return", STAFF[0][0], case, self.mind.organisation.forms[case.form], pick))

    @precondition(lambda self: any(c.state is CaseState.RETURNED for c in self.mind.cases.values()))
    @rule()
    def person_mends(self) -> None:
        self.turn(Said(choices=("start:fix",)))

    @precondition(lambda self: self.mind.cases)
    @rule(kind=st.sampled_from(KINDS), data=st.data(), days=st.sampled_from((0, 0, 1, 4, 15)))
    def bell_rings(self, kind: str, data: Any, days: int) -> None:
        self.mind.now += timedelta(days=days)
        self.done(TimePassed(kind, data.draw(st.sampled_from(sorted(self.mind.cases)))))

    def done(self, event: Event) -> None:
        """What was not done by the person is no answer to them; the question that is open stays open."""
        before, cases = self.mind.state, dict(self.mind.cases)
        self.by_staff = True
        self.mind.send(event)
        refused = self.mind.of(Refuse)
        assert not refused or (len(self.mind.last) == 1 and self.mind.state == before)
        if not isinstance(event, acts.CHAT_ACTS):
            assert self.mind.state == before
        self.judge_telling(cases)
        self.judge(before, cases)
        self.by_staff = False

    def judge_telling(self, before: dict[str, Case]) -> None:
        """A decision is told once, and before its floor only where two people released it."""
        for effect in self.mind.of(TellDecision):
            case = self.mind.cases[effect.case]
            early = case.floor_at is None or self.mind.now < case.floor_at
            assert before[effect.case].told_at is None and case.verdict is not None
            assert not early or case.released

    def judge_silence(self, before: Conversation) -> None:
        """While staff hold the conversation nothing is answered and nothing filed."""
        if before.mode is not Mode.STAFF:
            return
        assert self.mind.state.mode is Mode.STAFF and set(self.mind.keys) <= SPOKEN
        assert not [e for e in self.mind.last if isinstance(e, PutAnswer | Accept)]
        assert all(not say.message.options for say in self.mind.of(Say))

    def judge_mending(self, put: PutAnswer, case: Case, before: Conversation) -> None:
        """Of a returned request only what came back is filed anew, and what depends on it."""
        back = put.field in {item.field for item in case.returned}
        again = any(item.startswith(f"{case.id}.{put.field}.") for item in before.mended)
        assert case.state is CaseState.RETURNED and (back or again or put.field not in case.answers)
