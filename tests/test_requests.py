"""The requests' list, one request by role, its clock, the reveals and their alarm, over real turns and rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.household import Household
from conversations.acts import Checked, CommitteeAsked, ItemsReturned, Voted
from conversations.facts import CaseState
from conversations.messages import Code
from desk.requests_clock import legs
from services.dossiers import Dossier, verbs
from services.members import Member
from services.requests import PAGE, Show
from services.revealing import MANY
from services.roles import Role
from services.spans import Span, rests, still
from tests.mind_world import ID, NOW, profiles
from tests.requests_world import (
    DAY,
    NOURA,
    change,
    decided,
    employ,
    found,
    having,
    many,
    requests,
    revealing,
    submitted,
    voted,
)
from tests.turns_world import Clock, Guest, house, rows

COMMITTEE = having(Role.COMMITTEE, staff="hind")
RESEARCHER = having(Role.RESEARCH, staff="saad")
SUPERVISOR = having(Role.SUPERVISOR, staff="amal")
WHY = "أطابقها مع البطاقة في المكالمة"


@dataclass
class Office:
    """A house with its staff and one request."""

    home: Household
    clock: Clock
    case: str

    async def seen(self, member: Member) -> Dossier:
        dossier = await requests(self.home, self.clock).one(member, self.case)
        assert dossier is not None
        return dossier

    async def listed(self, show: Show) -> list[str]:
        return [row.case for row in (await requests(self.home, self.clock).listed(NOURA, show)).rows]

    async def rule(self, member: Member, event: Any) -> Any:
        return await self.home.casework.rule(member, uuid4().hex, event)


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    clock = Clock()
    async with house(folder, clock) as home:
        await employ(home)
        yield Office(home, clock, await submitted(home))


async def test_each_view_lists_its_states_and_no_draft(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await (await Guest(desk.home, name="qalb", key="draft").start()).good()
        assert await desk.listed(Show.OPEN) == await desk.listed(Show.VERIFYING) == [desk.case]
        views = {
            CaseState.VERIFYING: {Show.OPEN, Show.VERIFYING},
            CaseState.RETURNED: {Show.OPEN, Show.RETURNED},
            CaseState.COMMITTEE: {Show.OPEN, Show.COMMITTEE},
            CaseState.DECIDED: {Show.OPEN, Show.HELD},
            CaseState.ACCEPTED: {Show.DONE},
            CaseState.LAPSED: set(),
        }
        for state, shows in views.items():
            await change(desk.home, desk.case, state=state.value)
            assert {show for show in Show if await desk.listed(show)} == shows
        assert await requests(desk.home, desk.clock).one(NOURA, desk.case) is None


async def test_late_is_a_running_clock_near_its_end(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        assert await desk.listed(Show.LATE) == []
        await change(desk.home, desk.case, ceiling_at=NOW + 6 * DAY)
        assert await desk.listed(Show.LATE) == [desk.case]
        await change(desk.home, desk.case, state="returned")
        assert await desk.listed(Show.LATE) == []


async def test_a_row_tells_who_applied_for_what_and_who_looked_last(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await found(desk.home, desk.case, "national_id", verdict="matched", by="saad")
        (row,) = (await requests(desk.home, desk.clock).listed(NOURA)).rows
        assert (row.name, row.city, row.form, row.officer) == (
            "محمد بن سالم العتيبي",
            "الرياض",
            "support",
            "سعد الباحث",
        )
        assert row.floor_at and row.ceiling_at and row.floor_at < row.ceiling_at
        (row,) = (await requests(desk.home, desk.clock).listed(SUPERVISOR)).rows
        assert row.city == ""


@pytest.mark.parametrize("show", [Show.OPEN, Show.DONE])
async def test_the_list_is_paged_by_key_also_where_many_came_at_one_moment(tmp_path: Path, show: Show) -> None:
    async with office(tmp_path) as desk:
        ids = await many(desk.home, desk.case, 2 * PAGE)
        (first,) = await rows(desk.home, "cases", "qalb", case=ids[0])
        for id in ids[PAGE - 5 : PAGE + 5]:
            await change(desk.home, id, accepted_at=first["accepted_at"] + PAGE * timedelta(minutes=1))
        if show is Show.DONE:
            for id in (*ids, desk.case):
                await change(desk.home, id, state="accepted")
        read, after = [], ""
        for _ in range(4):
            listed = await requests(desk.home, desk.clock).listed(NOURA, show, after)
            read += [(row.accepted_at, row.case) for row in listed.rows]
            if not (after := listed.after):
                break
        assert len(read) == len(set(read)) == 2 * PAGE + 1
        assert read == sorted(read, reverse=show is Show.DONE)
        assert (await requests(desk.home, desk.clock).listed(NOURA, show, "no place")).rows


async def test_a_request_is_found_by_its_whole_number_in_any_digits(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        seeking = requests(desk.home, desk.clock)
        (case,) = await rows(desk.home, "cases", "qalb", case=desk.case)
        number = case["reference"]
        eastern = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        for words in (number, f" {number[:3]} {number[3:6]} {number[6:]}", f"طلب {eastern}"):
            assert await seeking.find(NOURA, words) == desk.case
        for words in (number[:8], "", "محمد", number[::-1]):
            assert await seeking.find(NOURA, words) is None
        assert await seeking.find(having(Role.RELATIONS, organisation="kafl"), number) is None


# field, and how relations officer, researcher, committee and supervisor read it
MATRIX = {
    "full_name": ("open", "open", "open", "closed"),
    "national_id": ("partial", "partial", "closed", "closed"),
    "mobile": ("partial", "partial", "closed", "closed"),
    "income": ("closed", "open", "open", "closed"),
    "condition": ("closed", "hidden", "hidden", "closed"),
}


async def test_each_role_reads_what_the_form_gives_it(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        members = (NOURA, RESEARCHER, COMMITTEE, SUPERVISOR)
        seen = [await desk.seen(member) for member in members]
        for field, states in MATRIX.items():
            answers = [one.answer(field) for one in seen]
            assert tuple(a.state for a in answers if a) == states, field
            assert all(not a.value for a in answers if a and a.state in ("closed", "hidden"))
        identity = seen[0].answer("national_id")
        assert identity and isinstance(identity.value, Code) and identity.value.text.endswith(ID[-4:])
        assert ID not in repr(seen) and "0512345678" not in repr([a.value for s in seen for a in s.answers])
        assert [len(one.papers) > 0 for one in seen] == [False, True, True, False]
        closed = {a.id for a in seen[2].answers if a.state == "closed"}
        assert closed.isdisjoint(item.field for item in seen[2].items)


async def test_a_reveal_is_written_down_before_it_is_shown(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        showing = revealing(desk.home, desk.clock)
        shown = await showing.reveal(NOURA, desk.case, "national_id", f"  {WHY} ")
        assert shown and shown.value == Code(ID) and ID not in repr(shown)
        (row,) = await rows(desk.home, "audit", "qalb")
        assert (row["verb"], row["staff"], row["case"]) == ("case.revealed", "noura", desk.case)
        assert row["more"] == {"field": "national_id", "reason": WHY}
        assert [e.what for e in (await desk.seen(NOURA)).story] == ["revealed", "accepted"]
        for reason in ("", "  abc  ", "س" * 501):
            refused = await showing.reveal(NOURA, desk.case, "national_id", reason)
            assert refused and refused.fault == "reason" and not refused.value
        assert len(await rows(desk.home, "audit", "qalb")) == 1


async def test_nothing_is_revealed_to_whoever_may_not_see_it(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        showing = revealing(desk.home, desk.clock)
        nobody = [
            (COMMITTEE, desk.case, "national_id"),  # not for this role
            (NOURA, desk.case, "condition"),
            (NOURA, desk.case, "full_name"),  # nothing is hidden there
            (NOURA, desk.case, "papers"),
            (NOURA, desk.case, "nothing"),
            (NOURA, "f" * 32, "national_id"),
            (having(Role.RELATIONS, organisation="kafl"), desk.case, "national_id"),
            (having(Role.ADMINISTRATOR), desk.case, "national_id"),
        ]
        for member, case, field in nobody:
            assert await showing.reveal(member, case, field, WHY) is None
        assert await rows(desk.home, "audit", "qalb") == []


async def test_many_reveals_within_an_hour_call_the_supervisor_once(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        showing = revealing(desk.home, desk.clock)
        for _ in range(MANY - 1):
            await showing.reveal(NOURA, desk.case, "national_id", WHY)
        await showing.reveal(RESEARCHER, desk.case, "national_id", WHY)
        assert await rows(desk.home, "tasks", "qalb", kind="alarm") == []
        for _ in range(3):
            await showing.reveal(NOURA, desk.case, "mobile", WHY)
        (task,) = await rows(desk.home, "tasks", "qalb", kind="alarm")
        assert (task["role"], task["reason"], task["contact"]) == ("supervisor", "many_reveals", None)


async def test_verdicts_and_what_came_back_stand_in_the_list(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        assert await desk.rule(NOURA, Checked("noura", desk.case, "birth_date", "matched", note="في المكالمة")) is None
        seen = await desk.seen(NOURA)
        item = next(i for i in seen.items if i.field == "birth_date")
        assert (item.verdict, item.note, item.by, item.outstanding) == (
            "matched",
            "في المكالمة",
            "نورة العتيبي",
            False,
        )
        assert seen.state == "verifying" and seen.officer == "نورة العتيبي"
        desk.clock.now += DAY
        assert await desk.rule(NOURA, ItemsReturned("noura", desk.case, (("hospital", "", "اسمها غير كامل"),))) is None
        desk.clock.now += 2 * DAY
        seen = await desk.seen(NOURA)
        back = [i.field for i in seen.items if i.outstanding]
        assert back == ["hospital"] and seen.span.standing and len(seen.span.still) == 3
        assert seen.span.ceiling - seen.span.accepted > 31 * DAY and not seen.verbs
        assert [e.what for e in seen.story] == ["returned", "checked", "accepted"]


async def test_only_the_committee_and_supervisors_read_what_was_voted(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await change(desk.home, desk.case, state="committee")
        await voted(desk.home, desk.case, "hind", True, "ضمن اللائحة")
        for member, accepted, reason in ((COMMITTEE, True, "ضمن اللائحة"), (NOURA, None, "")):
            first, second = (await desk.seen(member)).deliberation.votes
            assert (first.name, first.voted, first.accepted, first.reason) == ("هند السالم", True, accepted, reason)
            assert (second.name, second.voted) == ("علي الراجح", False)
        await decided(desk.home, desk.case, True, "ضمن اللائحة", released_by="hind", release_reason="حالة عاجلة")
        inside, outside = (await desk.seen(COMMITTEE)).deliberation, (await desk.seen(NOURA)).deliberation
        assert (inside.accepted, inside.reason, inside.wish, inside.asked_by_me) == (
            True,
            "ضمن اللائحة",
            "حالة عاجلة",
            True,
        )
        assert (outside.decided, outside.accepted, outside.reason, outside.wish) == (True, None, "", "")
        assert outside.asked == "هند السالم"


@pytest.mark.parametrize(
    ("state", "member", "offered"),
    [
        ("submitted", NOURA, {"check", "return", "committee"}),
        ("submitted", COMMITTEE, {"return"}),
        ("committee", COMMITTEE, {"vote", "return"}),
        ("committee", SUPERVISOR, {"return"}),
        ("decided", SUPERVISOR, {"release"}),
        ("decided", NOURA, set()),
        ("accepted", NOURA, {"register", "close"}),
        ("registered", NOURA, {"serve", "close"}),
        ("closed", NOURA, set()),
    ],
)
def test_only_what_fits_state_and_role_is_offered(state: str, member: Member, offered: set[str]) -> None:
    assert verbs(profiles()["qalb"].organisation, member, state) == offered


async def test_the_declaration_stands_with_its_proof(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        declared = (await desk.seen(NOURA)).declared
        assert declared and "أُقِرّ" in declared.text and declared.whole and declared.times == 1
        link = (await rows(desk.home, "evidence", "qalb", chain=desk.case))[-1]
        async with desk.home.memory.unit() as unit:
            key = {name: link[name] for name in ("organisation", "chain", "number")}
            await unit.update("evidence", [{**key, "commitment": b"x" * 32}])
        declared = (await desk.seen(NOURA)).declared
        assert declared and not declared.whole


async def test_another_association_reads_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        kafl = having(Role.RELATIONS, organisation="kafl")
        assert await requests(desk.home, desk.clock).one(kafl, desk.case) is None
        assert (await requests(desk.home, desk.clock).listed(kafl)).rows == ()


async def test_a_decision_is_told_of_in_the_story(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await desk.rule(NOURA, CommitteeAsked("noura", desk.case))
        for member in (COMMITTEE, having(Role.COMMITTEE, staff="ali")):
            desk.clock.now += DAY
            assert await desk.rule(member, Voted(member.staff, desk.case, True, "ضمن اللائحة")) is None
        seen = await desk.seen(NOURA)
        assert seen.state == "decided" and seen.deliberation.decided and seen.deliberation.told_at is None
        assert sorted(e.what for e in seen.story) == ["accepted", "committee", "decided", "voted", "voted"]


AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def span(now: int, **more: Any) -> Span:
    return Span(AT, AT + 14 * DAY, AT + 30 * DAY, AT + now * DAY, "Asia/Riyadh", **more)


def test_the_clock_counts_days_where_the_association_is() -> None:
    clock = span(9, still=still(rests([AT + 6 * DAY], [AT + 7 * DAY], AT + 9 * DAY), "Asia/Riyadh"))
    kinds = [kind for _, kind in clock.days()]
    assert (clock.number, clock.left, clock.late, len(kinds)) == (10, 21, False, 31)
    assert kinds[:15] == ["on"] * 6 + ["rest"] * 2 + ["on", "now"] + [""] * 4 + ["after"]
    assert [span(n).late for n in (22, 23, 40)] == [False, True, True]
    assert not span(29, standing=True).late and not span(29, told=True).late
    assert rests([AT, AT + DAY], [AT + 2 * DAY], AT + 9 * DAY) == [(AT, AT + 2 * DAY)]


@pytest.mark.parametrize("now", [0, 1, 9, 13, 14, 15, 29, 30, 31, 45, 200])
def test_every_day_stands_in_one_leg_and_each_leg_begins_with_its_mark(now: int) -> None:
    clock = span(now)
    drawn = legs(clock, lambda key, **values: f"{key}{values.get('day', '')}")
    assert sum(len(days) for days, _, _ in drawn) == len(clock.days())
    assert all(1 <= len(marks) <= 2 for _, marks, _ in drawn)
    titles = [title for _, marks, _ in drawn for title, _, _ in marks]
    assert titles[0] == "desk.request.clock.accepted" and "desk.request.clock.floor" in titles
