"""Delivery: every consequence, the order, the burst, and what a crash leaves."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conversations.channels import Parcel, Receipt, Sent
from conversations.events import Opened
from conversations.failures import Delivery, Failure
from services import delivery, unknowns
from services.ports import Reading, Row
from tests import postgres
from tests.delivery_world import HOUSE, NOON, MovedClock, failed, slow, world
from tests.patience import STUCK_S


async def test_what_a_turn_says_is_sent_in_its_order(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open()
        await here.post.delivery.drain()
        vendor = here.vendors["telegram"]
        assert len(vendor.calls) == len(taken.told) == 2
        assert [text.split("\n")[0] for text in vendor.texts] == [t.words.text.split("\n")[0] for t in taken.told]
        assert {parcel.to for _, parcel in vendor.calls} == {"900"}
        rows = await here.rows()
        assert [(r["state"], r["reason"], r["parts"]) for r in rows] == [("sent", "reply", 1)] * 2
        tokens = {parcel.token for _, parcel in vendor.calls}
        assert len(tokens) == 2
        assert all(len(token) == 43 for token in tokens)
        assert rows[1]["content"]["buttons"], "the row keeps what was really sent"


async def test_a_long_message_becomes_rows_that_stay_before_the_next(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open()
        await here.post.delivery.drain()
        await here.unasked(taken, "كلمة " * 2000)
        await here.unasked(taken, "بعدها")
        await here.post.delivery.drain()
        texts = here.vendors["telegram"].texts[2:]
        assert len(texts) == 4
        assert "بعدها" in texts
        assert [text for text in texts if text != "بعدها"] == sorted(texts, key=len, reverse=True)[:3]
        rows = await here.rows(number=3)
        assert [(r["piece"], r["attempt"], r["state"]) for r in rows] == [
            (0, 0, "sent"),
            (100, 0, "sent"),
            (200, 0, "sent"),
        ]
        assert len({r["token_hash"] for r in await here.rows()}) == 6


async def test_a_vendor_that_says_when_is_called_exactly_then(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.vendors["telegram"].script = [failed(Failure.BUSY, "429", retry_after=17)]
        await here.open()
        await here.open("901")
        await here.post.delivery.drain()
        before = len(here.vendors["telegram"].calls)
        here.clock.move(16.999)
        await here.post.delivery.drain()
        assert len(here.vendors["telegram"].calls) == before
        here.clock.move(0.001)
        await here.post.delivery.drain()
        retried = [at for at, parcel in here.vendors["telegram"].calls[before:]]
        assert retried[0] == NOON + timedelta(seconds=17)
        assert sorted(await here.states()) == ["failed", "sent", "sent", "sent", "sent"]


async def test_a_busy_vendor_is_tried_again_more_and_more_slowly_and_nobody_is_overtaken(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["telegram"]
        vendor.script = [failed(Failure.BUSY)] * 4
        taken = await here.open()
        for _ in range(40):
            await here.post.delivery.drain()
            here.clock.move(1)
        waits = [(b - a).total_seconds() for (a, _), (b, _) in zip(vendor.calls, vendor.calls[1:], strict=False)][:4]
        assert waits == [2, 4, 8, 16]
        assert vendor.texts[-1] != vendor.texts[0]
        first, last = taken.told[0].words.text, taken.told[1].words.text
        assert [text.split("\n")[0] for text in vendor.texts] == [first.split("\n")[0]] * 5 + [last.split("\n")[0]]
        assert [r["attempt"] for r in await here.rows(number=1)] == [0, 1, 2, 3, 4]


async def test_a_handset_out_of_reach_is_tried_for_hours_then_another_way_is_taken(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open("+966500000001", "sms")
        await here.second_address(taken, "telegram", "77")
        here.vendors["sms"].script = [failed(Failure.UNREACHABLE)] * 100
        for _ in range(60):
            await here.post.delivery.drain()
            here.clock.move(1800)
        assert 10 < len(here.vendors["sms"].calls) < 60
        assert [p.to for _, p in here.vendors["telegram"].calls] == ["77"] * 2


async def test_an_odd_failure_is_tried_once_more_then_another_way_is_taken(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open("+966500000001", "sms")
        await here.post.delivery.drain()
        await here.second_address(taken, "telegram", "77")
        here.vendors["sms"].script = [failed(Failure.ODD, "30008")] * 2
        await here.unasked(taken)
        await here.post.delivery.drain()
        assert len(here.vendors["sms"].calls) == 3
        here.clock.move(60)
        await here.post.delivery.drain()
        assert (len(here.vendors["sms"].calls), len(here.vendors["telegram"].calls)) == (4, 1)
        assert [r["reason"] for r in await here.rows(number=3)] == ["open", "once_more", "other:telegram"]


@pytest.mark.parametrize("failure", [Failure.BAD_ADDRESS, Failure.OPTED_OUT])
async def test_an_address_that_is_gone_is_left_alone_and_staff_hear_where_no_way_is_left(
    tmp_path: Path, failure: Failure
) -> None:
    async with world(tmp_path) as here:
        taken = await here.open()
        await here.post.delivery.drain()
        here.vendors["telegram"].script = [failed(failure, "403")]
        await here.unasked(taken)
        await here.post.delivery.drain()
        await here.unasked(taken)
        await here.post.delivery.drain()
        async with here.memory.reading() as unit:
            (address,) = await unit.select("addresses", {"organisation": HOUSE, "address": taken.address})
        assert address["stopped_at"] == here.clock()
        assert await here.tasks() == [("delivery", "no_way")] * 2
        assert await here.states(number=[3, 4]) == ["failed"] * 3
        assert len(here.vendors["telegram"].calls) == 3


@pytest.mark.parametrize("failure", [Failure.FILTERED, Failure.MALFORMED])
async def test_what_the_vendor_will_never_take_is_not_tried_again_and_staff_hear_of_it(
    tmp_path: Path, failure: Failure
) -> None:
    async with world(tmp_path) as here:
        here.vendors["telegram"].script = [failed(failure, "21617")]
        await here.open()
        await here.post.delivery.drain()
        here.clock.move(86_400)
        await here.post.delivery.drain()
        assert await here.states() == ["failed", "sent"]
        assert await here.tasks() == [("delivery", failure.value)]
        assert (await here.rows(number=1))[0]["code"] == "21617"


async def test_a_line_whose_credentials_are_refused_is_left_alone_and_staff_hear_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.vendors["telegram"].script = [failed(Failure.CREDENTIALS, "401")] * 2
        for who in ("900", "901", "902"):
            await here.open(who)
            await here.post.delivery.drain()
        assert len(here.vendors["telegram"].calls) == 1
        here.clock.move(300)
        await here.post.delivery.drain()
        here.clock.move(300)
        await here.post.delivery.drain()
        assert await here.tasks() == [("delivery", "line_down:telegram")]
        assert await here.states(state="sent") == ["sent"] * 6


async def test_an_unknown_is_never_sent_again_blindly_and_holds_those_behind_it_for_a_minute(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["whatsapp"]
        vendor.script = [failed(Failure.UNKNOWN, "cut")]
        await here.open("whatsapp:+966500000001", "whatsapp")
        await here.post.delivery.drain()
        here.clock.move(59)
        await here.post.unknowns.judge()
        await here.post.delivery.drain()
        assert (len(vendor.calls), await here.states()) == (1, ["unknown", "new"])
        here.clock.move(1)
        await here.post.unknowns.judge()
        await here.post.delivery.drain()
        assert (len(vendor.asked), len(vendor.calls), await here.states()) == (1, 2, ["unknown", "sent"])
        assert await here.tasks() == [("delivery", "unknown")]
        assert await here.post.unknowns.judge() == 0


async def test_of_many_unknowns_the_first_are_settled_before_the_last_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each process is killed before it has looked at all of them, each still settles some."""
    monkeypatch.setattr("services.unknowns.TOGETHER", 1)
    async with world(tmp_path) as here:
        people = [f"whatsapp:+96650000000{n}" for n in range(3)]
        here.vendors["whatsapp"].script = [failed(Failure.UNKNOWN)] * 3
        for who in people:
            await here.open(who, "whatsapp")
        await here.post.delivery.drain()
        here.clock.move(60)
        unknowns, seen = here.post.unknowns, []

        async def killed(rows: Any, now: Any, judged: Any = unknowns._judged) -> Any:
            seen.append(len(rows))
            if len(seen) == 3:
                raise RuntimeError("killed")
            return await judged(rows, now)

        monkeypatch.setattr(unknowns, "_judged", killed)
        with pytest.raises(RuntimeError, match="killed"):
            await unknowns.judge()
        assert seen == [1, 1, 1] and await here.tasks() == [("delivery", "unknown")] * 2


async def test_a_look_up_settles_an_unknown(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["whatsapp"]
        vendor.script = [failed(Failure.UNKNOWN)]
        vendor.found = [failed(Failure.BUSY), Sent("SM77")]
        await here.open("whatsapp:+966500000001", "whatsapp")
        await here.post.delivery.drain()
        here.clock.move(60)
        assert await here.post.unknowns.judge() == 0
        assert await here.post.unknowns.judge() == 1
        assert await here.states(number=1) == ["sent"]
        assert await here.tasks() == []
        assert vendor.asked[0].text == vendor.texts[0]


async def test_a_look_up_that_finds_another_message_of_the_same_words_settles_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["whatsapp"]
        await here.open("whatsapp:+966500000001", "whatsapp")
        await here.post.delivery.drain()
        vendor.script = [failed(Failure.UNKNOWN)]
        vendor.found = [Sent("whatsapp-2")]
        await here.write("whatsapp:+966500000001", "؟", "whatsapp")
        await here.post.delivery.drain()
        here.clock.move(60)
        await here.post.unknowns.judge()
        assert (await here.states(number=3), await here.tasks()) == (["unknown"], [("delivery", "unknown")])


async def test_a_look_up_cannot_tell_two_calls_with_the_same_words_apart(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["whatsapp"]
        await here.open("whatsapp:+966500000001", "whatsapp")
        await here.post.delivery.drain()
        vendor.script = [failed(Failure.UNKNOWN), failed(Failure.UNKNOWN)]
        vendor.found = [Sent("SM77"), Sent("SM77")]
        for _ in range(2):
            await here.write("whatsapp:+966500000001", "؟", "whatsapp")
            await here.post.delivery.drain()
            here.clock.move(60)
        assert vendor.texts[-1] == vendor.texts[-2]
        await here.post.unknowns.judge()
        assert [await here.states(number=n) for n in (3, 4)] == [["unknown"], ["unknown"]]
        assert len(await here.tasks()) == 2, "one of them reached the person; which one, staff must see"


async def test_a_call_that_ends_while_another_is_judged_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    in_doubt, ended = unknowns._same_words, asyncio.Event()
    async with world(await postgres.server().database()) as here:
        vendor = here.vendors["whatsapp"]

        async def late(_: Parcel) -> Sent:
            await ended.wait()
            return Sent("SM77")

        async def asked(unit: Reading, row: Row) -> bool:
            ended.set()
            await here.post.delivery.drain()
            return await in_doubt(unit, row)

        await here.open("whatsapp:+966500000001", "whatsapp")
        await here.post.delivery.drain()
        vendor.script, vendor.found = [failed(Failure.UNKNOWN), late], [Sent("SM77")]
        await here.write("whatsapp:+966500000001", "؟", "whatsapp")
        await here.post.delivery.drain()
        here.clock.move(60)
        await here.write("whatsapp:+966500000001", "؟", "whatsapp")
        await here.post.delivery.round()
        await vendor.until(lambda: not vendor.script)
        monkeypatch.setattr(unknowns, "_same_words", asked)
        await here.post.unknowns.judge()
        assert vendor.texts[-1] == vendor.texts[-2]
        assert [await here.states(number=n) for n in (3, 4)] == [["unknown"], ["sent"]]
        assert await here.tasks() == [("delivery", "unknown")]


async def test_a_vendor_that_is_slow_to_look_up_holds_up_no_other_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()

    async def look_up(_: Parcel, __: datetime) -> Sent | None:
        await answered.wait()
        return None

    async with world(tmp_path) as here:
        monkeypatch.setattr(here.vendors["whatsapp"], "look_up", look_up)
        for who, line in (("whatsapp:+966500000001", "whatsapp"), ("900", "telegram")):
            here.vendors[line].script = [None, failed(Failure.UNKNOWN)]
            await here.open(who, line)
        await here.post.delivery.drain()
        here.clock.move(60)
        judging = asyncio.create_task(here.post.unknowns.judge())
        async with asyncio.timeout(STUCK_S):
            while not await here.rows(reason=unknowns.REPEAT):
                await asyncio.sleep(0)
        assert not judging.done()
        answered.set()
        assert await judging == 2


async def test_what_a_receipt_has_named_is_no_other_message_of_the_same_words(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["whatsapp"]
        await here.open("whatsapp:+966500000001", "whatsapp")
        await here.post.delivery.drain()
        vendor.script = [failed(Failure.UNKNOWN), failed(Failure.UNKNOWN)]
        vendor.found = [Sent("SM77")]
        await here.write("whatsapp:+966500000001", "؟", "whatsapp")
        await here.post.delivery.drain()
        here.clock.move(30)
        await here.write("whatsapp:+966500000001", "؟", "whatsapp")
        here.clock.move(30)
        await here.post.delivery.drain()
        token = vendor.calls[-1][1].token
        await here.post.receipts.take(HOUSE, [Receipt(Delivery.SENT, token=token, vendor_id="SM77")])
        here.clock.move(1)
        await here.post.unknowns.judge()
        assert [await here.states(number=n) for n in (3, 4)] == [["unknown"], ["sent"]]
        assert await here.tasks() == [("delivery", "unknown")]


async def test_an_unknown_question_is_asked_again_once_where_nobody_can_look_it_up(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["telegram"]
        taken = await here.open()
        vendor.script = [None, failed(Failure.UNKNOWN), failed(Failure.UNKNOWN)]
        await here.post.delivery.drain()
        assert await here.states() == ["sent", "unknown"]
        for _ in range(3):
            here.clock.move(5)
            await here.post.unknowns.judge()
            await here.post.delivery.drain()
        assert len(vendor.calls) == 3
        assert vendor.texts[2] == f"نعيد السؤال:\n{vendor.texts[1]}"
        assert vendor.calls[2][1].buttons == vendor.calls[1][1].buttons != ()
        assert await here.states(number=2) == ["unknown", "unknown"]
        assert await here.tasks() == [("delivery", "unknown")]
        assert taken.contact


async def test_an_unknown_notice_is_for_staff_and_a_question_that_was_answered_is_for_nobody(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["telegram"]
        taken = await here.open()
        vendor.script = [None, failed(Failure.UNKNOWN), failed(Failure.UNKNOWN)]
        await here.post.delivery.drain()
        await here.unasked(taken)
        await here.post.delivery.drain()
        await here.write("900", "1")
        here.clock.move(5)
        await here.post.unknowns.judge()
        assert await here.tasks() == [("delivery", "unknown")]
        assert [r["attempt"] for r in await here.rows(number=2)] == [0]
        assert not any("نعيد" in text for text in vendor.texts)


async def test_a_crash_between_the_call_and_its_commit_leaves_an_unknown_and_no_second_call(tmp_path: Path) -> None:
    never = asyncio.Event()

    async def dies(parcel: Parcel) -> Sent:
        await never.wait()
        return Sent("?")

    clock = MovedClock()
    async with world(tmp_path, clock) as here:
        here.vendors["whatsapp"].script = [dies]
        await here.open("whatsapp:+966500000001", "whatsapp")
        assert await here.post.delivery.round() == 1
        await asyncio.sleep(0)
        assert len(here.vendors["whatsapp"].calls) == 1
        assert await here.post.unknowns.find() == 0
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if "_send" in str(task.get_coro()):
                task.cancel()
    async with world(tmp_path, clock) as here:
        assert await here.states() == ["sending", "new"]
        assert await here.post.unknowns.find(alone=True) == 1
        await here.post.delivery.drain()
        assert (await here.states(), here.vendors["whatsapp"].calls) == (["unknown", "new"], [])
        here.vendors["whatsapp"].found = [Sent("SM1")]
        clock.move(60)
        await here.post.unknowns.judge()
        await here.post.delivery.drain()
        assert await here.states() == ["sent", "sent"]
        assert len(here.vendors["whatsapp"].calls) == 1


async def test_a_call_without_end_is_given_up_before_another_process_takes_it_for_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert delivery.CALL_S < unknowns.LEFT_AFTER.total_seconds() < 60
    monkeypatch.setattr(delivery, "CALL_S", 0.01)
    async with world(tmp_path) as here:
        here.vendors["telegram"].script = [lambda parcel: slow(parcel, 60)]
        await here.open()
        await here.post.delivery.drain()
        assert (await here.states(number=1), (await here.rows(number=1))[0]["code"]) == (["unknown"], "cut")


async def test_what_another_process_left_is_unknown_within_a_minute(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.open()
        async with here.memory.unit() as unit:
            await here.post.delivery._claim(unit, here.clock(), frozenset((HOUSE,)))
        here.clock.move(49)
        assert await here.post.unknowns.find() == 0
        here.clock.move(10)
        assert await here.post.unknowns.find() == 1


async def test_a_row_that_this_process_still_sends_is_not_taken_for_left(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.vendors["telegram"].script = [lambda parcel: slow(parcel, 0.02)]
        await here.open()
        await here.post.delivery.round()
        assert await here.post.unknowns.find(alone=True) == 0
        await here.post.delivery.drain()
        assert await here.states() == ["sent", "sent"]


async def test_two_hundred_and_fifty_six_turns_at_once_wait_for_nobody(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        vendor = here.vendors["telegram"]
        most = 0

        async def counted(parcel: Parcel) -> Sent:
            nonlocal most
            flying.add(parcel.token)
            most = max(most, len(flying))
            sent = await slow(parcel)
            flying.discard(parcel.token)
            return sent

        flying: set[str] = set()
        vendor.script = [counted] * 512
        await asyncio.gather(*(here.write(str(n), Opened("ar")) for n in range(256)))
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await here.post.delivery.drain()
        assert loop.time() - begun < 5
        assert (len(vendor.calls), most) == (512, 64)
        assert set(await here.states()) == {"sent"}
        for person in {parcel.to for _, parcel in vendor.calls}:
            own = [parcel for _, parcel in vendor.calls if parcel.to == person]
            assert [bool(parcel.buttons) for parcel in own] == [False, True]


async def test_replies_go_before_what_nobody_asked_for(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open()
        await here.post.delivery.drain()
        for _ in range(3):
            await here.unasked(taken)
        await here.write("900", "1")
        await here.post.delivery.round()
        await here.post.delivery.drain()
        assert "تذكير" not in here.vendors["telegram"].texts[2]


async def test_what_cannot_be_planned_fails_alone_and_staff_hear_of_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open()
        await here.post.delivery.drain()
        await here.unasked(taken)
        (row,) = await here.rows(number=3)
        message = {"contact": taken.contact, "number": row["message"], "owner": taken.contact, "owner_kind": "contact"}
        await here.change("messages", message, content={"odd": True})
        await here.open("901")
        await here.post.delivery.drain()
        assert await here.states(number=3) == ["failed"]
        assert await here.tasks() == [("delivery", "malformed")]
        assert len(here.vendors["telegram"].calls) == 4


async def test_the_loop_delivers_what_it_is_woken_for_and_stops_gracefully(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        running = asyncio.create_task(here.post.delivery.run())
        here.vendors["telegram"].script = [slow, slow]
        await here.open()
        here.post.delivery.wake()
        await here.vendors["telegram"].until(lambda: len(here.vendors["telegram"].calls) == 2)
        await here.post.delivery.stop()
        await running
        assert await here.states() == ["sent", "sent"]


async def test_a_message_that_arrived_after_all_is_not_sent_again(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.vendors["telegram"].script = [failed(Failure.BUSY)]
        await here.open()
        await here.post.delivery.drain()
        token = here.vendors["telegram"].calls[0][1].token
        await here.post.receipts.take(HOUSE, [Receipt(Delivery.DELIVERED, token=token)])
        here.clock.move(60)
        await here.post.delivery.drain()
        assert await here.states() == ["delivered", "delivered", "sent"]
        assert len(here.vendors["telegram"].calls) == 2
