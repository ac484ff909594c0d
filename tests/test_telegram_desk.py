"""The desk in a group with topics, over real HTTP: the same verbs as the console, and nothing of whom it is about."""

import asyncio
import os
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.group import Furniture, furnish_groups
from bot.household import Household
from conversations.acts import HandedBack, TakenOver
from conversations.state import Mode
from services.members import Member
from storage import migrate
from tests.turns_world import Clock, Guest, house, rows
from tests.vendors.telegram_desk_stub import CHAT, TOKEN, DeskStub

NORA, HIND, STRANGER = 501, 502, 666
NAME, PHONE, MAIL = "عبدالرحمن الشهري", "٠٥٥ ١٢٣ ٤٥٦٧", "someone@example.org"


@dataclass
class Room:
    """A house with its group."""

    home: Household
    stub: DeskStub
    furniture: Furniture
    clock: Clock

    @property
    def thread(self) -> int:
        return max(self.stub.topics)

    def texts(self) -> list[str]:
        return [fields["text"] for fields in self.stub.sent(self.thread)]

    async def has(self, text: str) -> dict[str, Any]:
        await self.stub.until(lambda: self.stub.topics and any(text in told for told in self.texts()))
        found = next(fields for fields in self.stub.sent(self.thread) if text in fields["text"])
        while not await rows(self.home, "posts", vendor=found["id"]):  # the vendor's number is kept after its answer
            pass
        return found

    async def says(self, text: str, user: int = NORA, reply: int | None = None) -> int:
        return await self.stub.hears(**self.stub.message(text, user, self.thread, reply))

    async def taps(self, verb: str, user: int = NORA) -> str:
        await self.stub.hears(**self.stub.tap(self.thread, f"desk:{verb}", user))
        answers = [fields for method, fields in self.stub.calls if method == "answerCallbackQuery"]
        return str(answers[-1]["text"]) if answers else ""


async def hire(home: Household, furniture: Furniture, account: int, name: str) -> Member:
    invited: Any = await home.staffing.invite(None, "labas", f"a{account}@example.org", name, ["relations_officer"])
    member = Member("labas", invited.staff, name, frozenset({"relations_officer"}))
    bound = await furniture.binding.bind("labas", account, await furniture.binding.code(member))
    assert bound == member
    return member


@asynccontextmanager
async def opened(home: Household, clock: Clock, stub: DeskStub) -> AsyncIterator[Room]:
    from desk.telegram.desk import TelegramDesk  # seconds, of which every worker would have its share

    furniture = furnish_groups(home, "https://wasl.example", clock)
    desk = TelegramDesk("labas", TOKEN, CHAT, stub.url, furniture)
    await desk.start()
    try:
        yield Room(home, stub, furniture, clock)
    finally:
        await desk.stop()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock = Clock()
    async with DeskStub() as stub, house(tmp_path, clock) as home, opened(home, clock, stub) as room:
        await hire(home, room.furniture, NORA, "نورة")
        yield room
        assert stub.faults == []


async def called(room: Room) -> Guest:
    guest = await Guest(room.home).start()
    await guest.say("موظف")
    await room.has("https://wasl.example/desk/labas/inbox/")
    return guest


async def test_a_chat_is_claimed_answered_noted_and_handed_back(room: Room) -> None:
    guest = await called(room)
    assert await room.taps("take") == "تم"
    await room.has("صارت المحادثة مع")
    await guest.say("متى يأتي الرد؟")
    said = await room.has("متى يأتي الرد؟")
    await room.says("هذه ملاحظة بيننا")
    await room.says("وعليكم السلام", reply=said["id"])
    told = [one.words["text"] for one in await room.home.transcript.told("labas", guest.contact, 0)]
    assert "وعليكم السلام" in told and not any("ملاحظة" in text for text in told)
    await room.says("شكرًا", reply=(await room.has("أُرسل من"))["id"])
    await room.has("حُفظ ملاحظة داخلية")
    assert await room.taps("back") == "تم"
    await room.stub.until(lambda: room.thread in room.stub.closed)
    assert (await guest.state()).mode is Mode.FORM
    verbs = sorted(row["verb"] for row in await rows(room.home, "audit") if row["verb"].startswith("chat."))
    assert verbs == ["chat.handedback", "chat.noted", "chat.noted", "chat.takenover", "chat.wrote"]
    assert "أُغلق هذا الموضوع" in await room.taps("take")


async def test_what_the_console_does_shows_and_a_refusal_names_who_holds_it(room: Room) -> None:
    guest = await called(room)
    hind = await hire(room.home, room.furniture, HIND, "هند")
    await room.home.casework.chat(hind, uuid4().hex, guest.contact, TakenOver(hind.staff, hind.name))
    await room.has("صارت المحادثة مع")
    assert "هند" in await room.taps("take")
    await guest.say("سؤال آخر")
    said = await room.has("سؤال آخر")
    await room.says("جواب من غيرها", reply=said["id"])
    await room.has("فلم يُرسل ما كُتب")
    await room.home.casework.chat(hind, uuid4().hex, guest.contact, HandedBack(hind.staff, hind.name))
    await room.stub.until(lambda: room.thread in room.stub.closed)
    told = [one.words["text"] for one in await room.home.transcript.told("labas", guest.contact, 0)]
    assert "جواب من غيرها" not in told


async def test_nothing_of_whom_it_is_about_reaches_the_vendor(room: Room) -> None:
    guest = await Guest(room.home).start()
    await guest.review(applicant_name=NAME, beneficiary_name=NAME, full_name=NAME, name=NAME)
    names = [str(r["value"]) for r in await rows(room.home, "answers") if "name" in r["field"]]
    phones = [str(r["value"]) for r in await rows(room.home, "answers") if r["field"] in ("mobile", "national_id")]
    await guest.say("موظف")
    await room.has("/inbox/")
    await guest.say("قبل الاستلام لا يظهر هذا")
    await room.taps("take")
    await room.has("صارت المحادثة مع")
    await guest.say(f"أنا {names[0]} ورقمي {PHONE} وبريدي {MAIL} وهويتي 10-1234-5672")
    await room.has("أنا")
    received = room.stub.received()
    for secret in (*names, *phones, PHONE, MAIL, "5672", "قبل الاستلام"):
        assert secret not in received
    assert names and phones


async def test_strangers_other_chats_and_other_bots_are_not_heard(room: Room) -> None:
    guest = await called(room)
    before = len(room.stub.calls)
    await room.says("دخيل", STRANGER)
    await room.stub.hears(**room.stub.tap(room.thread, "desk:take", STRANGER))
    await room.stub.hears(**room.stub.message("x", NORA, room.thread, chat={"id": -5, "type": "supergroup"}))
    bot: dict[str, Any] = {"from": {"id": NORA, "is_bot": True, "first_name": "B"}}
    await room.stub.hears(**room.stub.message("من آلة", NORA, room.thread, None, **bot))
    assert len(room.stub.calls) == before
    for _ in range(2):
        await room.stub.hears(**room.stub.private("مرحبا", STRANGER))
    await room.stub.hears(**room.stub.private("/bind 12345678", STRANGER))
    assert [fields["chat_id"] for _, fields in room.stub.calls[before:]] == [STRANGER, STRANGER]
    assert (await guest.state()).holder is None
    assert not [row for row in await rows(room.home, "audit") if row["verb"].startswith("chat.")]


async def test_a_code_binds_once_and_a_disabled_member_is_a_stranger_at_once(room: Room) -> None:
    guest = await called(room)
    invited: Any = await room.home.staffing.invite(None, "labas", "m@example.org", "منى", ["relations_officer"])
    code = await room.furniture.binding.code(Member("labas", invited.staff, "منى", frozenset()))
    await room.stub.hears(**room.stub.private(f"/bind {code}", HIND))
    assert "منى" in room.stub.calls[-1][1]["text"]
    await room.stub.hears(**room.stub.private(f"/bind {code}", STRANGER))
    assert await room.furniture.binding.member("labas", STRANGER) is None
    async with room.home.memory.unit() as unit:
        row = {"organisation": "labas", "staff": invited.staff, "disabled_at": room.clock()}
        await unit.update("staff", [row])
    await room.stub.hears(**room.stub.tap(room.thread, "desk:take", HIND))
    assert (await guest.state()).holder is None


async def test_a_referred_chat_waits_on_and_whoever_leaves_the_queue_closes_the_topic(room: Room) -> None:
    guest = await called(room)
    await room.taps("take")
    assert await room.taps("refer") == "تم"
    waits = await room.has("أُحيلت إلى")
    assert "desk:take" in str(waits["reply_markup"])
    await guest.say("هذا لا يظهر وقت الانتظار")
    (handover,) = await rows(room.home, "handovers")
    assert (handover["state"], handover["role"]) == ("waiting", "social_researcher")
    await guest.say("إلغاء الانتظار")
    await room.has("أُغلق الموضوع")
    await room.stub.until(lambda: room.thread in room.stub.closed)
    assert "لا يظهر" not in room.stub.received()


async def test_an_update_that_comes_twice_has_one_effect(room: Room) -> None:
    guest = await called(room)
    await room.taps("take")
    await guest.say("سؤال")
    said = await room.has("سؤال")
    update = {"update_id": 99_000, **room.stub.message("مرة واحدة", NORA, room.thread, said["id"])}
    await room.stub.again(update)
    async with room.home.memory.unit() as unit:  # the offset was lost
        await unit.update("polls", [{"organisation": "labas", "line": "desk_telegram", "position": 1}])
    await room.stub.again({**update, "update_id": 99_000})
    wrote = [
        r
        for r in await rows(room.home, "messages", contact=guest.contact)
        if r["by"] == "staff" and r["direction"] == "out"
    ]
    assert len(wrote) == 1


async def test_busy_waits_and_a_cut_call_is_judged_by_what_it_was(room: Room) -> None:
    room.stub.troubles["createForumTopic"] = deque([{"status": 429, "retry_after": 1}])
    guest = await Guest(room.home).start()
    await guest.say("موظف")
    await room.stub.until(lambda: any(method == "createForumTopic" for method, _ in room.stub.calls))
    assert not room.stub.topics
    room.clock.now += (await waiting(room))[0]
    await room.has("/inbox/")
    await room.taps("take")
    await room.has("صارت المحادثة مع")
    room.stub.troubles["sendMessage"] = deque([{"cut": True}])
    await guest.say("كلمة ضائعة")
    await room.has("ربما لم تظهر هنا رسالة")
    states = [row["state"] for row in await rows(room.home, "posts") if row["kind"] == "said"]
    assert (
        states == ["unknown"] and sum("كلمة ضائعة" in f["text"] for m, f in room.stub.calls if m == "sendMessage") == 1
    )


async def waiting(room: Room) -> list[Any]:
    found: list[Any] = []
    while not found:  # the result is written after the answer
        found = [r["at"] - room.clock.now for r in await rows(room.home, "posts") if r["tries"] and r["state"] == "new"]
    return found


async def test_a_restart_between_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    clock = Clock()
    async with DeskStub() as stub:
        async with house(tmp_path, clock) as home:
            furniture = furnish_groups(home, "https://wasl.example", clock)
            nora = await hire(home, furniture, NORA, "نورة")
            guest = await Guest(home).start()
            await guest.say("موظف")
            await home.casework.chat(nora, uuid4().hex, guest.contact, TakenOver(nora.staff, nora.name))
            await guest.say("قلت هذا وتيليجرام غائب")
            await furniture.mirroring.gather("labas")
            assert await furniture.mirroring.posting.claim("labas")  # and dies before the call
        async with house(tmp_path, clock) as home, opened(home, clock, stub) as room:
            await room.has("قلت هذا وتيليجرام غائب")
        async with house(tmp_path, clock) as home, opened(home, clock, stub) as room:
            await room.taps("end")
            await stub.until(lambda: room.thread in stub.closed)
        assert len(stub.topics) == 1 and stub.faults == []
        assert sum("قلت هذا" in fields["text"] for fields in stub.sent()) == 1


BUILD = """
import asyncio, os, sys
import bot.__main__
from bot import wiring
from bot.reading import load
async def main():
    for more in ({}, {"TOKEN": sys.argv[1], "CHAT": sys.argv[2]}):
        os.environ.update({"WASL_ORG__LABAS__DESK_TELEGRAM_" + name: value for name, value in more.items()})
        house = await wiring.build(load(None))
        print(len(house.groups), "aiogram" in sys.modules)
        for group in house.groups: await group.stop()
        await house.household.memory.close()
asyncio.run(main())
"""


async def test_the_library_is_loaded_only_where_the_desk_is_on(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    await migrate(f"sqlite:///{tmp_path / 'data' / 'wasl.db'}")
    env = {name: value for name, value in os.environ.items() if not name.startswith("WASL_")}
    env |= {
        "WASL_DATA_DIR": str(tmp_path / "data"),
        "WASL_ERASURE_LEDGER": str(tmp_path / "ledger"),
        "WASL_MASTER_KEYS": "a:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
        "WASL_SECRET": "0123456789abcdefghijklmnopqrstuvwxyz",
        "WASL_ORGANISATIONS": "labas",
    }
    command = [sys.executable, "-c", BUILD, TOKEN, str(CHAT)]
    done = await asyncio.to_thread(subprocess.run, command, env=env, capture_output=True, text=True)
    assert done.stdout.split() == ["0", "False", "1", "True"], done.stderr
