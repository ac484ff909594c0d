"""Complaints and their like at the desk: listed by their clocks, answered once, and never shown to whom they are about."""

import pytest

from conversations.acts import Answered, CaseClosed, TakenOver
from conversations.events import Opened
from conversations.forms import Matter
from services.inbox import Inbox
from services.members import Member
from services.requests import Requests
from services.threads import Threads
from services.voices import Voices
from tests.casework_world import HIND, NORA, SAMI, Desk, desk  # noqa: F401
from tests.mind_world import profiles
from tests.turns_world import Guest, rows

HUDA = Member("labas", "s-huda", "هدى القحطاني", frozenset({"relations_officer"}))
BOSS = Member("labas", "s-boss", "نورة السبيعي", frozenset({"supervisor"}))
ADMIN = Member("labas", "s-admin", "مها", frozenset({"administrator"}))
ABOUT_NORA = ("شكوى", "3", "الموظفة نوره", "ردت علي بأسلوب جارح ولم تكمل طلبي", "تخطي", "إرسال")
PLAIN = ("شكوى", "2", "تأخر الرد على طلبي أكثر من شهر", "تخطي", "إرسال")


def organisations() -> dict[str, object]:
    return {name: profile.organisation for name, profile in profiles().items()}


@pytest.fixture
def voices(desk: Desk) -> Voices:  # noqa: F811
    return Voices(desk.home.memory, organisations(), desk.clock)  # type: ignore[arg-type]


async def complained(desk: Desk, *lines: str) -> Guest:  # noqa: F811
    guest = Guest(desk.home)
    await guest.send(Opened("ar"))
    await guest.say(lines[0])
    await guest.tap("agree")
    for line in lines[1:]:
        await guest.say(line)
    return guest


async def case_of(desk: Desk, guest: Guest) -> str:  # noqa: F811
    (case,) = await rows(desk.home, "cases", contact=guest.contact)
    assert case["state"] == "submitted"
    return str(case["case"])


async def test_a_complaint_about_an_officer_is_in_no_list_search_thread_or_inbox_of_theirs(
    desk: Desk,  # noqa: F811
    voices: Voices,
) -> None:
    guest = await complained(desk, *ABOUT_NORA)
    case = await case_of(desk, guest)
    (row,) = await rows(desk.home, "cases", case=case)
    for reader, reads in ((NORA, False), (HIND, False), (HUDA, False), (BOSS, False), (SAMI, True), (ADMIN, True)):
        assert bool(await voices.listed(reader, Matter.COMPLAINT)) is reads, reader.name
        assert bool(await voices.one(reader, case)) is reads, reader.name
        assert bool(await voices.find(reader, row["reference"])) is reads, reader.name
    await guest.say("طلباتي")
    await guest.say("موظف")
    assert await desk.rule(SAMI, Answered(SAMI.staff, case, "نعتذر، وسنحقق في الأمر.")) is None
    await guest.say("طلباتي")
    threads = Threads(desk.home.memory, organisations(), desk.clock)  # type: ignore[arg-type]
    seen = {who.staff: await threads.thread(who, guest.contact) for who in (NORA, SAMI)}
    said = {who: " ".join(f"{e.text} {e.choices}" for e in page.entries) for who, page in seen.items() if page}
    assert "جارح" in said["s-sami"]
    assert "نعتذر" in said["s-sami"]
    for secret in ("جارح", "نوره", "نعتذر", row["reference"], row["reference"][:3], "شكوى، رقم"):
        assert secret not in said["s-nora"], secret
    listed = await Inbox(desk.home.memory, organisations(), desk.clock).listed(NORA)  # type: ignore[arg-type]
    assert [one.last.text for one in listed.rows] == ["طلباتي"]


async def test_while_it_is_being_written_it_is_nobodys(desk: Desk, voices: Voices) -> None:  # noqa: F811
    guest = await complained(desk, *ABOUT_NORA[:4])
    await guest.say("موظف")
    inbox = Inbox(desk.home.memory, organisations(), desk.clock)  # type: ignore[arg-type]
    threads = Threads(desk.home.memory, organisations(), desk.clock)  # type: ignore[arg-type]
    for reader in (NORA, SAMI):
        assert not await voices.listed(reader, Matter.COMPLAINT)
        (row,) = (await inbox.listed(reader)).rows
        assert row.last.kind == "nothing"
        page = await threads.thread(reader, guest.contact)
        assert page is not None
        assert not any("جارح" in entry.text for entry in page.entries)
    assert await desk.chat(SAMI, guest, TakenOver(SAMI.staff, SAMI.name)) is None


async def test_a_complaint_about_a_delay_is_read_by_officers_too(desk: Desk, voices: Voices) -> None:  # noqa: F811
    guest = await complained(desk, *PLAIN)
    case = await case_of(desk, guest)
    (one,) = await voices.listed(NORA, Matter.COMPLAINT)
    assert (one.case, one.late) == (case, False)
    assert one.about is not None
    assert one.about.state == "open"
    told = await voices.one(NORA, case)
    assert told is not None
    assert told.open
    assert [answer.id for answer in told.answers] == ["complaint_kind", "complaint_text", "complaint_wish"]
    await desk.pass_(days=30)
    assert [voice.late for voice in await voices.listed(NORA, Matter.COMPLAINT)] == [True]


async def test_who_is_named_in_the_story_itself_does_not_read_it(desk: Desk, voices: Voices) -> None:  # noqa: F811
    story = ("شكوى", "1", "الأستاذة هدى القحطاني لم تحضر في موعدها", "تخطي", "إرسال")
    case = await case_of(desk, await complained(desk, *story))
    assert await voices.one(HUDA, case) is None
    assert await voices.one(NORA, case) is not None


async def test_it_is_answered_once_and_closed_and_stays_among_what_is_done(desk: Desk, voices: Voices) -> None:  # noqa: F811
    case = await case_of(desk, await complained(desk, *PLAIN))
    assert await desk.rule(NORA, Answered(NORA.staff, case, "نعتذر عن التأخير.")) is None
    refused = await desk.rule(HUDA, Answered(HUDA.staff, case, "مرة أخرى"))
    assert refused is not None
    assert refused.code == "state"
    assert not await voices.listed(NORA, Matter.COMPLAINT)
    told = await voices.one(NORA, case)
    assert told is not None
    assert (told.reply, told.open) == ("نعتذر عن التأخير.", False)
    assert await desk.rule(NORA, CaseClosed(NORA.staff, case)) is None
    assert [voice.state for voice in await voices.listed(NORA, Matter.COMPLAINT, done=True)] == ["closed"]
    assert not await desk.home.evidence.check("labas", case)


async def test_it_stands_in_no_list_of_requests(desk: Desk) -> None:  # noqa: F811
    guest = await complained(desk, *PLAIN)
    case = await case_of(desk, guest)
    (row,) = await rows(desk.home, "cases", case=case)
    requests = Requests(desk.home.memory, organisations(), desk.clock)  # type: ignore[arg-type]
    assert not (await requests.listed(NORA)).rows
    assert await requests.find(NORA, row["reference"]) is None
    assert await requests.one(NORA, case) is None
