"""Several processes of one house: doors apart from work, one pace for all, what one learns the others know, and leaving."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.duty import Duty, duty
from bot.reading import SettingsRefusedError
from bot.settings import OrganisationSettings, Settings
from bot.wiring import House
from conversations.channels import Parcel, Sent
from handlers import ways
from services import delivery
from services.tenure import LINE
from storage import Memory
from tests import postgres
from tests.clocks import RunningClock
from tests.delivery_world import HOUSE, MovedClock, world
from tests.patience import STUCK_S
from tests.processes_world import hears, opening
from tests.real_house import open_house, page, settings
from tests.twilio_street import PERSONS, accounts, without_waiting
from tests.vendors.telegram_stub import SECRET, TelegramStub
from tests.vendors.twilio_signing import signed_post
from tests.vendors.twilio_stub import Stub, serving
from tests.web_house import closing, hear, hello, send

Made = Callable[[Path, int], Settings]
GREETING = "السلام عليكم"


@pytest.fixture
async def url() -> str:
    """A fresh database."""
    return await postgres.server().database()


def on(url: str, made: Made) -> Made:
    """The same settings on that database."""

    def of(folder: Path, port: int) -> Settings:
        return made(folder, port).model_copy(update={"database_url": SecretStr(url)})

    return of


def polled(stub: TelegramStub) -> Made:
    """A house whose association qurainah has a Telegram bot that is polled."""
    account = OrganisationSettings(telegram_token=SecretStr(stub.token))

    def of(folder: Path, port: int) -> Settings:
        return settings(folder, port).model_copy(update={"telegram_api_url": stub.url, "org": {HOUSE: account}})

    return of


async def status(port: int, path: str) -> int:
    """What a door answers."""
    async with aiohttp.ClientSession(trust_env=False) as visitor, visitor.get(f"http://localhost:{port}{path}") as told:
        return told.status


async def test_what_comes_in_at_a_web_process_is_sent_by_a_worker_at_once(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker looks at nothing by itself here: only the news of the other process can make it send."""

    async def rest(self: delivery.Delivery) -> None:
        await self._bell.wait()

    without_waiting(monkeypatch)
    monkeypatch.setattr(delivery.Delivery, "_rest", rest)
    clock = RunningClock()
    async with serving() as stub, AsyncExitStack() as houses:
        stub.now, made = clock, on(url, accounts(stub))
        worker, back = await houses.enter_async_context(open_house(tmp_path, clock, made, duty=Duty.WORKER))
        _, front = await houses.enter_async_context(open_house(tmp_path, clock, made, duty=Duty.WEB))
        await hears(worker.household.memory)
        assert [await status(port, "/readyz") for port in (back, front)] == [200, 200]
        assert [await status(port, f"/chat/{HOUSE}") for port in (back, front)] == [404, 200]
        await tells(stub, front)
        await stub.until(lambda: bool(stub.sent))


async def tells(stub: Stub, port: int) -> None:
    """Somebody writes on WhatsApp, and the vendor tells it at this door."""
    hook, said = f"http://localhost:{port}/webhooks/{HOUSE}/twilio", stub.written(PERSONS["whatsapp"], GREETING)
    assert (await signed_post(hook, stub.fields(said)))[0] == 200


def test_on_sqlite_one_process_does_it_all(tmp_path: Path) -> None:
    own = settings(tmp_path)
    assert duty(own, web=False, worker=False) is duty(own, web=True, worker=True) is Duty.ALL
    with pytest.raises(SettingsRefusedError, match="on SQLite one process does it all"):
        duty(own, web=True, worker=False)
    shared = own.model_copy(update={"database_url": SecretStr("postgresql://somewhere/wasl")})
    assert duty(shared, web=True, worker=False) is Duty.WEB and duty(shared, web=False, worker=True) is Duty.WORKER


async def test_who_stops_hands_over_and_leaves_nothing_half_done(tmp_path: Path, url: str) -> None:
    async with TelegramStub() as stub, AsyncExitStack() as doors:
        own, port = await doors.enter_async_context(open_house(tmp_path, made=on(url, polled(stub))))
        async with page(port, HOUSE) as visitor:
            await hello(visitor)
            await until_held(own)
            arriving = asyncio.create_task(own.household.reception.receive(opening("900"), ways()["telegram"]))
            await asyncio.sleep(0)
            await doors.aclose()
            assert await closing(visitor) == 1012
        assert (await arriving).contact
    memory = Memory(url, (("k1", b"k" * 32),))
    await memory.open((HOUSE,))
    async with memory.reading() as unit:
        polls = await unit.select("polls", {"organisation": HOUSE})
        outbox = await unit.select("outbox", {"organisation": HOUSE})
        contacts = await unit.select("contacts", {"organisation": HOUSE})
    await memory.close()
    assert {row["line"] for row in polls} == {"telegram", LINE} and not [row for row in polls if row["holder"]]
    assert len(contacts) == 2 and "sending" not in {row["state"] for row in outbox}


async def until_held(own: House) -> None:
    """Until this process polls and sends."""
    async with asyncio.timeout(STUCK_S):
        while True:
            async with own.household.memory.reading() as unit:
                held = [row for row in await unit.select("polls", {"organisation": HOUSE}) if row["holder"]]
            if len(held) == 2:
                return


async def test_a_call_that_is_cut_by_leaving_is_unknown_and_one_that_was_not_made_is_made_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "STOPPING_S", 0)

    async def silent(_: Parcel) -> Sent:
        never: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        return await never

    clock = MovedClock()
    async with world(tmp_path, clock) as here:
        vendor = here.vendors["telegram"]
        vendor.script = [silent]
        await here.open()
        await here.post.delivery.round()
        await vendor.until(lambda: bool(vendor.calls))
        await here.open("901")
        await here.post.delivery.round()
        here.post.delivery._pacing.pause((HOUSE, "telegram"), clock() + timedelta(hours=1))
        assert sorted(await here.states(number=1)) == ["sending", "sending"]
        await here.post.delivery.stop()
        rows = [(row["state"], row["code"], row["attempt"]) for row in await here.rows(number=1)]
        assert sorted(rows) == [("new", None, 0), ("unknown", "cut", 0)]
        assert len(vendor.calls) == 1
    async with world(tmp_path, clock) as here:
        await here.post.delivery.drain()
        assert sorted(await here.states(number=1)) == ["sent", "unknown"]
        assert len(here.vendors["telegram"].calls) == 2  # both messages of whoever was not called


def busy(stub: TelegramStub, more: Stub) -> Made:
    """A house whose association qurainah has every line, with webhooks."""

    def of(folder: Path, port: int) -> Settings:
        made = accounts(more)(folder, port)
        both = {"telegram_token": SecretStr(stub.token), "telegram_webhook_secret": SecretStr(SECRET)}
        org = {HOUSE: made.org[HOUSE].model_copy(update=both)}
        return made.model_copy(update={"telegram_api_url": stub.url, "org": org})

    return of


async def test_at_a_full_house_every_door_asks_to_come_again_and_then_takes_it_once(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with TelegramStub() as telegram, serving() as twilio, AsyncExitStack() as stack:
        own, port = await stack.enter_async_context(
            open_house(tmp_path, made=on(url, busy(telegram, twilio)), duty=Duty.WEB)
        )
        visitor = await stack.enter_async_context(page(port, HOUSE))
        calls = await stack.enter_async_context(aiohttp.ClientSession(trust_env=False))
        await hello(visitor)
        await hear(visitor, "message")
        monkeypatch.setattr(own.household.reception, "_limit", 0)
        said = {"message_id": 1, "date": 1_790_000_000, "text": GREETING, "chat": {"id": 9, "type": "private"}}
        update = {"update_id": 1, "message": {**said, "from": {"id": 9, "is_bot": False, "first_name": "س"}}}
        hook = f"http://localhost:{port}/webhooks/{HOUSE}"

        async def told() -> tuple[int, str | None]:
            head = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            async with calls.post(f"{hook}/telegram", json=update, headers=head) as answer:
                return answer.status, answer.headers.get("Retry-After")

        written = twilio.fields(twilio.written(PERSONS["sms"], GREETING))
        assert await told() == (503, "1")
        assert (await signed_post(f"{hook}/twilio", written))[0] == 503
        await send(visitor, "message", id="7d3c1b8e-0000-4000-8000-000000000001", text="1")
        full = await hear(visitor, "error")
        assert (full["code"], full["retry_ms"]) == ("busy", 1000)
        monkeypatch.undo()
        assert (await told())[0] == (await told())[0] == 200
        assert [(await signed_post(f"{hook}/twilio", written))[0] for _ in "ab"] == [200, 200]
        await send(visitor, "message", id="7d3c1b8e-0000-4000-8000-000000000001", text="1")
        assert not (await hear(visitor, "ack"))["repeat"]
        async with own.household.memory.reading() as unit:
            said_in = await unit.select("messages", {"organisation": HOUSE, "direction": "in"})
        assert len(said_in) == 3 + 1  # one on each line, and the opening of the page
