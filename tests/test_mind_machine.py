"""Any order of answers, commands, taps and pauses: what the mind promises holds for every association.

The gate runs a small share; HYPOTHESIS_PROFILE=torture runs 5,000 examples of 60 steps for each, or MIND_RUNS.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from conversations import agenda
from conversations.acts import HandedBack
from conversations.effects import Accept, DropAnswer, IssueLink, PutAnswer, Say, SetBeneficiary, Withdraw
from conversations.events import Event, Opened, Redeemed, Said, Switched
from conversations.facts import Case, CaseState
from conversations.forms import RELATION, About, Kind
from conversations.handling import CallStaff
from conversations.messages import Line
from conversations.returned import still_given
from conversations.state import Conversation, Mode
from conversations.step import BURST
from tests.mind import Mind
from tests.mind_knowledge import KNOWN
from tests.mind_lines import COMMANDS, LINES
from tests.mind_staff import STAFF, Staffed
from tests.mind_world import NAMES, WEB, WHATSAPP, whole

SIZE = {"torture": (int(os.environ.get("MIND_RUNS", "5000")), 60)}.get(
    os.environ.get("HYPOTHESIS_PROFILE", ""), (40, 30)
)
SETTINGS = settings(
    max_examples=SIZE[0], stateful_step_count=SIZE[1], deadline=None, suppress_health_check=list(HealthCheck)
)


class Person(Staffed):
    """Somebody who does anything at all."""

    name = NAMES[0]

    def __init__(self) -> None:
        super().__init__()
        self.mind = Mind(self.name, knowledge=dict(KNOWN))
        self.old: list[str] = []

    @initialize(
        private=st.booleans(),
        start=st.sampled_from((None, None, "human", "?")),
        who=st.sampled_from(("1", "1", "2", "3")),
        depth=st.sampled_from((0, 0, 1, 4, 9, 14, 30, 30)),
    )
    def opens(self, private: bool, start: str | None, who: str, depth: int) -> None:
        """The first steps of a request, so that most of what follows happens deep inside one."""
        self.mind.channel = WEB if private else WHATSAPP
        self.turn(Opened("ar", start))
        self.turn(Said(choices=("start:request",)))
        if depth:
            self.goes_on()
            self.turn(Said(who))
        for _ in range(depth):
            if self.mind.state.mode in (Mode.FORM, Mode.LINK):
                self.good()

    @rule(times=st.integers(1, 6))
    def answers(self, times: int) -> None:
        for _ in range(times):
            if self.mind.state.mode is Mode.FORM and self.allowed():
                self.good()

    @rule()
    def hands_in(self) -> None:
        """Everything is answered and declared, so that staff have something to do."""
        for key in ("request", "agree", "new"):
            if key in self.mind.live and self.mind.state.mode in (Mode.MENU, Mode.NOTICE, Mode.DRAFTS):
                self.turn(Said(choices=(self.mind.option(key),)))
        for _ in range(40):
            if self.mind.state.mode in (Mode.FORM, Mode.LINK):
                self.good()
        for key in ("confirm", "accept"):
            if key in self.mind.live and self.mind.state.mode is not Mode.STAFF:
                self.turn(Said(choices=(self.mind.option(key),)))

    @rule(line=st.sampled_from(LINES))
    def writes(self, line: str) -> None:
        self.turn(Said(line))

    @rule(question=st.sampled_from([*KNOWN, "هل توزعون أجهزة حاسب؟"]))
    def ask(self, question: str) -> None:
        self.turn(Said(question))

    @rule(word=st.sampled_from(COMMANDS))
    def commands(self, word: str) -> None:
        self.turn(Said(word))

    @precondition(lambda self: self.mind.state.live)
    @rule(data=st.data())
    def taps(self, data: Any) -> None:
        keys = data.draw(st.lists(st.sampled_from(self.mind.live), min_size=1, max_size=2, unique=True))
        self.turn(Said(choices=tuple(self.mind.option(key) for key in keys)))

    @precondition(lambda self: bool({"agree", "confirm", "accept", "resume", "new"} & set(self.mind.live)))
    @rule()
    def goes_on(self) -> None:
        key = next(k for k in self.mind.live if k in {"agree", "confirm", "accept", "resume", "new"})
        self.turn(Said(choices=(self.mind.option(key),)))

    @precondition(lambda self: self.old)
    @rule(data=st.data())
    def taps_an_old_one(self, data: Any) -> None:
        self.turn(Said(choices=(data.draw(st.sampled_from(self.old)),)))

    @rule(private=st.booleans())
    def changes_the_device(self, private: bool) -> None:
        self.mind.channel = WEB if private else WHATSAPP

    @precondition(lambda self: any(isinstance(e, IssueLink) for e in self.mind.every))
    @rule(data=st.data())
    def taps_a_link(self, data: Any) -> None:
        self.mind.channel = WEB
        cases = sorted({e.case for e in self.mind.every if isinstance(e, IssueLink)})
        self.turn(Redeemed(data.draw(st.sampled_from(cases))))

    @rule(language=st.sampled_from(("ar", "en")))
    def switches(self, language: str) -> None:
        self.turn(Switched(language))

    @rule(hours=st.sampled_from((0.02, 1, 13, 24, 72)))
    def waits(self, hours: float) -> None:
        self.mind.now += timedelta(hours=hours)

    def allowed(self) -> bool:
        return self.mind.channel.private or not agenda.sensitive(
            self.mind.asked, self.mind.draft.answers, self.mind.now.date()
        )

    def good(self) -> None:
        """A good answer, or the tap of the link that waits."""
        before, drafts = self.mind.state, dict(self.mind.cases)
        self.mind.good()
        self.judge(before, drafts)

    def turn(self, event: Event) -> None:
        if self.mind.state.live:
            self.old = [*self.old[-20:], self.mind.option(self.mind.live[0])]
        before, drafts = self.mind.state, dict(self.mind.cases)
        self.mind.send(event)
        assert self.mind.told or self.mind.state.burst > BURST or before.mode is Mode.STAFF
        self.judge_silence(before)
        self.judge(before, drafts)

    def judge(self, state: Conversation, before: dict[str, Case]) -> None:
        for effect in self.mind.last:
            match effect:
                case Accept():
                    self.judge_acceptance(effect, before[effect.case])
                case PutAnswer() if self.by_staff:  # staff write in what they fill in, and nowhere else
                    assert before[effect.case].hidden
                case PutAnswer() if effect.case in before:
                    assert not before[effect.case].hidden
                    self.judge_answer(effect, state, before[effect.case])
                case PutAnswer():  # of a request for somebody who is known the relation is, and nothing else
                    assert (effect.field, state.mode) == (RELATION, Mode.WHO)
                case Say():
                    self.judge_words(effect)
                case Withdraw():
                    assert (state.mode, state.leaving) == (Mode.WITHDRAW, effect.case)
                    assert before[effect.case].told_at is None
        if not self.by_staff:
            self.judge_question(state.asking)
        self.judge_persons()

    def judge_acceptance(self, accept: Accept, case: Case) -> None:
        form = self.mind.organisation.forms[case.form]
        assert whole(form, case, self.mind.now)
        assert case.state is (CaseState.RETURNED if accept.renewed else CaseState.DRAFT)
        assert not accept.renewed or (accept.reference, accept.floor) == (case.reference, case.floor_at)
        assert self.mind.contact.notice == self.mind.organisation.notice_version

    def judge_answer(self, put: PutAnswer, state: Conversation, case: Case) -> None:
        """Filed under the question that was asked, or only sealed anew for another person."""
        asking = state.asking
        if put.field == asking:
            if case.state is not CaseState.DRAFT:
                self.judge_mending(put, case, state)
            sensitive = put.privacy.value == "sensitive" and put.value and self.mind.form.question(asking)
            papers = sensitive and sensitive.kind is Kind.DOCUMENTS
            assert self.mind.channel.private or papers or not sensitive
            if case.answers.get(asking) not in (None, put.value):
                renewed = {q.id for q in self.mind.form.questions if asking in q.renews}
                assert not renewed & set(self.mind.cases[case.id].answers)
            return
        assert self.mind.of(SetBeneficiary)
        assert case.answers[put.field] == put.value

    def judge_words(self, say: Say) -> None:
        """On an open channel no sensitive question is asked and no sensitive answer is shown."""
        if self.mind.channel.private and say.to is None:
            return
        secret = {q.id for q in self.mind.form.questions if q.privacy.value == "sensitive"}
        lines = [o.label for o in say.message.options] + [p.line for p in say.message.parts]
        for line in lines:
            words = line.key.split(".")
            assert not (words[0] in ("question", "choice") and words[1] in secret and words[2] != "label"), line
        for part in say.message.parts:
            if part.option and part.option.partition("change:")[2] in secret:
                assert part.line.params["value"] in (Line("link.hidden"), Line("review.empty"))

    def judge_question(self, asking: str | None) -> None:
        """What follows an answer has none yet."""
        mind = self.mind
        filed = [e for e in mind.of(PutAnswer) if e.field == asking]
        if filed and mind.state.mode in (Mode.FORM, Mode.LINK):
            today = (mind.now + timedelta(hours=3)).date()
            assert not agenda.answered(mind.asked, still_given(mind.draft), today)
        for drop in mind.of(DropAnswer):
            assert drop.field not in mind.cases[drop.case].answers

    def judge_persons(self) -> None:
        """Every answer is its person's, and a beneficiary who is not an adult for oneself is a person apart."""
        for case in self.mind.cases.values():
            for field, person in case.whose.items():
                question = self.mind.organisation.forms[case.form].question(field)
                assert question is not None
                assert person == (case.applicant if question.about is About.APPLICANT else case.beneficiary)
            who = case.answers.get("who")
            young = agenda.younger(case.answers.get("birth_date", ""), 18, self.mind.now.date())
            young |= self.mind.relations.get(case.id) == "minor" and "birth_date" not in case.answers
            assert who is None or (case.beneficiary != case.applicant) == (who != "self" or young)
            if case.beneficiary != case.applicant and who is not None:  # what is withdrawn has no answers any more
                assert self.mind.relations[case.id] == ("minor" if who == "self" else who)

    def teardown(self) -> None:
        """From wherever it ended, a person and the menu are one message away."""
        self.mind.now += timedelta(minutes=2)
        if self.mind.state.mode is Mode.STAFF:
            self.done(HandedBack(*STAFF[0], force=True))
        queued = self.mind.state.queued
        self.turn(Said("موظف"))
        assert self.mind.of(CallStaff) or queued
        self.turn(Said("القائمة"))
        assert self.mind.state.mode is Mode.MENU and "request" in self.mind.live


@pytest.mark.parametrize("name", NAMES)
def test_the_promises_hold_for_any_order(name: str) -> None:
    run_state_machine_as_test(type(f"Person_{name}", (Person,), {"name": name}), settings=SETTINGS)
