"""A whole request by WhatsApp and by two-way SMS: the real house, Twilio's stand-in, and a person who writes."""

import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from PIL import Image

from tests.clocks import RunningClock
from tests.real_house import furnished
from tests.twilio_street import CLOSING, OPENING, PERSONS, Street, built, opened, without_waiting
from tests.vendors.twilio_signing import SID, Fields, sign, signed_headers, signed_json, signed_post
from tests.vendors.twilio_stub import SMS_FROM, WHATSAPP_FROM, Trouble, serving

GPS = 0x8825  # the part of a photo that tells its place


@pytest.fixture
async def street(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Street]:
    without_waiting(monkeypatch)
    async with built(tmp_path, "sent", "delivered") as street:
        yield street


@pytest.mark.parametrize("line", list(PERSONS))
async def test_a_whole_request_reaches_its_reference_number(street: Street, line: str) -> None:
    street.stub.receipts = ("sent",)  # what was delivered is handed out no more
    await street.play(line, [*OPENING, ("لاحقا", "مراجعة الإجابات"), *CLOSING])
    bodies = [body for m in street.stub.sent if (body := m.form.get("Body", ""))]
    assert {m.form["From"] for m in street.stub.sent} == {WHATSAPP_FROM if line == "whatsapp" else SMS_FROM}
    assert re.search(r"رقم الطلب: \W?\d{3} \d{3} \d{3}", bodies[-1])
    assert any("\u2068" in body for body in bodies) == (line == "whatsapp"), "handsets show isolating marks as boxes"
    (case,) = await street.rows("cases")
    assert case["state"] == "submitted" and case["reference"]
    if line == "sms":
        return
    await street.stub.until(lambda: "MediaUrl" in street.stub.sent[-1].form)
    assert "Body" not in street.stub.sent[-1].form, "one row of the outbox is one call, and this one is the file"
    url = street.stub.sent[-1].form["MediaUrl"]
    assert str(case["reference"]) not in url and str(case["case"]) not in url
    status, name, data = await fetched(url)
    assert (status, name, data[:5]) == (200, f'attachment; filename="qurainah-{case["reference"]}.pdf"', b"%PDF-")
    assert (await fetched(url[:-1] + ("A" if url[-1] != "A" else "B")))[0] == 404
    street.clock.move(timedelta(minutes=16))
    assert (await fetched(url))[0] == 404, "the address is good only while the vendor fetches"


async def fetched(url: str) -> tuple[int, str | None, bytes]:
    """A file as the vendor fetches it: without a cookie, a token or a signature."""
    async with aiohttp.ClientSession() as vendor, vendor.get(url) as answer:
        return answer.status, answer.headers.get("Content-Disposition"), await answer.read()


async def test_receipts_come_home_to_their_rows(street: Street) -> None:
    await street.says("whatsapp", *OPENING[0])
    await street.stub.until(lambda: all(m.status == "delivered" for m in street.stub.sent))
    await street.stub.settled()
    assert {row["state"] for row in await street.rows("outbox")} == {"delivered"}


# A right signature 200 and one effect, again 200 and none, one byte changed 403.
async def test_a_repeated_call_has_no_second_effect(street: Street) -> None:
    message = street.stub.written(PERSONS["whatsapp"], "السلام عليكم")
    fields = street.stub.fields(message)
    assert await signed_post(street.hook, fields) == (
        200,
        "text/xml",
        '<?xml version="1.0" encoding="UTF-8"?><Response></Response>',
    )
    await street.answered("كيف نخدمكم اليوم")
    said = len(await street.rows("messages"))
    assert (await signed_post(street.hook, fields))[0] == 200
    await street.says("whatsapp", "1", "1. موافقة ومتابعة")
    mine = [row for row in await street.rows("messages") if row["direction"] == "in"]
    assert len(mine) == 2 and len(await street.rows("messages")) > said


async def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        await answer.read()
        return answer.status


def form(*more: tuple[str, str]) -> Fields:
    return [("MessageSid", "SM1"), ("From", PERSONS["whatsapp"]), ("Body", "hi"), ("AccountSid", SID), *more]


async def test_odd_calls_are_refused_at_the_door_and_change_nothing(street: Street) -> None:
    url = street.hook
    good, body = signed_headers(url, form()), urlencode(form()).encode()
    json_url, json_headers, json_body = signed_json(url, {"Body": "hi"})
    thousand = form(*((f"N{at}", "1") for at in range(1_000)))
    tried = [
        await post(url, body, {"content-type": good["content-type"]}),
        await post(url, body.replace(b"hi", b"ho"), good),
        await post(url, body, {**good, "x-twilio-signature": "خطأ".encode().decode("latin-1")}),
        await post(url + "?a=1", body, good),
        await post(url, body, signed_headers(url, form(), "f" * 32)),
        await post(url, body, {**good, "content-type": "application/json"}),
        await post(json_url, json_body, json_headers),
        await post(url, json_body, {**json_headers, "x-twilio-signature": sign(url)}),
        await post(url, b"a" * 1_100_000, good),
        await post(url, urlencode(thousand).encode(), signed_headers(url, thousand)),
        await post(
            url,
            urlencode(form(("AccountSid", "AC" + "9" * 32))).encode(),
            signed_headers(url, form(("AccountSid", "AC" + "9" * 32))),
        ),
    ]
    assert tried == [403, 403, 403, 403, 403, 415, 415, 403, 413, 413, 403]
    assert await street.rows("messages") == [] and street.stub.sent == []


async def test_a_send_whose_answer_was_cut_is_found_by_its_receipt_and_never_sent_again(street: Street) -> None:
    street.stub.troubles.append(Trouble(cut="after"))
    await street.says("whatsapp", *OPENING[0])
    await street.says("whatsapp", *OPENING[1])
    bodies = [m.form.get("Body", "") for m in street.stub.sent]
    assert len(bodies) == len(set(bodies))


async def test_a_send_that_nobody_can_tell_of_is_looked_up_and_never_sent_again(street: Street) -> None:
    stub = street.stub
    stub.calls_back = False
    stub.troubles.append(Trouble(cut="before"))
    await street.tell(stub.written(PERSONS["whatsapp"], "السلام عليكم"))
    await street.first_row(lambda row: row["state"] == "unknown")
    assert stub.sent == []
    street.clock.move(timedelta(seconds=90))
    row = await street.first_row(lambda row: row["settled_at"] is not None)
    await street.says("whatsapp", "1", "1. موافقة ومتابعة")
    assert row["state"] == "unknown" and row["attempt"] == 0
    greeting = "السلام عليكم ورحمة الله"
    assert not any(greeting in m.form.get("Body", "") for m in stub.sent), (
        "it is for staff, and is never sent again by itself"
    )


async def test_what_was_written_while_the_house_was_down_is_fetched(tmp_path: Path) -> None:
    folder, clock = await furnished(tmp_path), RunningClock()
    async with serving() as stub:
        async with opened(folder, stub, clock) as street:
            await street.says("whatsapp", *OPENING[0])
        stub.written(PERSONS["whatsapp"], "1")
        seen = len(stub.sent)
        clock.move(timedelta(minutes=10))
        async with opened(folder, stub, clock) as street:
            await street.answered("1. موافقة ومتابعة", seen)
            heard = [row["content"] for row in await street.rows("messages") if row["direction"] == "in"]
        assert [content["text"] for content in heard] == [OPENING[0][0], "1"]  # type: ignore[index]


def photo() -> bytes:
    """A picture of a paper, with the place where it was taken."""
    held, picture, exif = io.BytesIO(), Image.new("RGB", (600, 800), "white"), Image.Exif()
    exif.get_ifd(GPS)[1] = "N"
    picture.save(held, "JPEG", exif=exif)
    return held.getvalue()


def place_in(picture: bytes) -> dict[int, object]:
    """What a picture tells of its place."""
    with Image.open(io.BytesIO(picture)) as opened:
        return dict(opened.getexif().get_ifd(GPS))


async def test_a_photo_is_a_paper_without_its_place_and_leaves_the_vendor(street: Street) -> None:
    assert place_in(photo()) != {}
    await street.play("whatsapp", OPENING)
    name = street.stub.leave(photo(), "image/jpeg")
    await street.says("whatsapp", "", "وصلت صفحة واحدة", media=(name,))
    assert street.stub.media == {}
    (file,) = await street.rows("files")
    assert file["state"] == "ready" and file["kind"] == "image" and file["ref"] is None
    kept = await street.house.household.papers.opened("qurainah", str(file["contact"]), str(file["file"]))
    assert kept and place_in(kept[1]) == {}
    await street.play("whatsapp", [("التالي", "مراجعة الإجابات"), *CLOSING])
    (case,) = await street.rows("cases")
    assert case["state"] == "submitted"


async def test_a_file_elsewhere_is_not_fetched_and_the_question_stays(street: Street) -> None:
    await street.play("whatsapp", OPENING)
    message, seen = street.stub.written(PERSONS["whatsapp"], ""), len(street.stub.sent)
    foreign = {"NumMedia": "1", "MediaUrl0": f"{street.stub.url}x/latest/meta-data", "MediaContentType0": "image/jpeg"}
    fields = dict(street.stub.fields(message)) | foreign
    assert (await signed_post(street.hook, list(fields.items())))[0] == 200
    await street.answered("إحضارها لاحقًا", seen)
    assert await street.rows("files") == []
    assert not any("meta-data" in path for _, path in street.stub.calls)
