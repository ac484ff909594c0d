"""The declaration on the desk: its receipt to open, and the scan of one that was signed on paper to keep."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import FormData

from tests.papers_world import picture
from tests.test_desk_requests import Room, room
from tests.turns_world import rows


async def upload(it: Room, who: str, data: bytes, act: str = "") -> tuple[int, str]:
    """Send the form of the scan as a browser does."""
    it.who = who
    form = FormData({"act": act or str(uuid4())})
    form.add_field("scan", data, filename="../scan.jpg", content_type="image/jpeg")
    headers = {"Origin": it.origin, **it.cookies()}
    url = f"/desk/qalb/requests/{it.case}/signed"
    async with it.browser.post(url, data=form, headers=headers, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "") or await answer.text()


async def links(it: Room) -> list[Any]:
    found = await rows(it.home, "evidence", "qalb", chain=it.case)
    return sorted(found, key=lambda row: int(row["number"]))


async def test_a_scan_is_kept_with_the_request_and_joins_its_chain_once(tmp_path: Path) -> None:
    async with room(tmp_path) as it:
        act, page = str(uuid4()), picture()
        assert (await upload(it, "noura", page, act))[1].endswith("?done=signed")
        assert (await upload(it, "noura", page, act))[0] == 303
        *_, accepted, signed = await links(it)
        assert (accepted["kind"], signed["kind"]) == ("accepted", "signed")
        assert signed["body"]["kind"] == "signed on paper, seen by staff"
        (file,) = await rows(it.home, "files", "qalb", case=it.case, field="declaration")
        told = signed["body"]["documents"][file["file"]]
        assert told["sha256"] == file["digest"] and len(told["sha256"]) == 64
        assert file["owner"] == accepted["owner"], "it is sealed as the applicant's"
        status, text = await it.get(f"/{it.case}?done=signed")
        assert status == 200 and "حُفظ مسح الإقرار الموقّع مع الطلب." in text
        assert f"/desk/qalb/files/{file['file']}" in text and "وُقّع على ورق" in text
        assert await it.home.evidence.check("qalb", it.case) == []


async def test_what_is_no_scan_is_refused_in_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    async with room(tmp_path) as it:
        before = await links(it)
        status, text = await upload(it, "noura", b"no picture")
        assert status == 422 and "لم يُقرأ المسح" in text
        assert (await upload(it, "hind", picture()))[0] == 403
        assert (await it.post(f"/{it.case}/signed"))[0] == 403
        assert await links(it) == before


async def test_staff_open_the_receipt_that_the_applicant_has(tmp_path: Path) -> None:
    async with room(tmp_path) as it:
        it.who = "noura"
        own = await it.home.acceptances.paper("qalb", it.case)
        async with it.browser.get(f"/desk/qalb/requests/{it.case}/receipt", headers=it.cookies()) as answer:
            assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf"
            assert own and f'filename="{own.name}"' in answer.headers["Content-Disposition"]
            assert (await answer.read()).startswith(b"%PDF-")
        async with it.browser.get(f"/desk/qalb/requests/{'0' * 32}/receipt", headers=it.cookies()) as answer:
            assert answer.status == 404
