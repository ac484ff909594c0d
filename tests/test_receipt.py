"""The receipt: one page for every association and language, the same bytes for the same acceptance, and its check."""

import io
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from playwright.async_api import Browser

from bot import household
from bot.household import Household
from conversations.events import Opened
from papers.receipt import receipt_pdf, receipt_picture
from services.acceptances import Genuine
from tests.mind_world import NAMES, profiles
from tests.person import PHONE, person
from tests.turns_world import Guest, house, rows
from tests.visiting import visiting
from web.pace import Pace
from web.verifying import GATE

BUILT = Path(__file__).resolve().parent.parent / "web" / "built"
CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every sheet that was printed."""
    found: list[Any] = []

    def press(sheet: Any) -> bytes:
        found.append(sheet)
        return receipt_pdf(sheet)

    monkeypatch.setattr(household, "receipt_pdf", press)
    return found


@pytest.fixture
async def home(tmp_path: Path, sheets: list[Any]) -> AsyncIterator[Household]:
    async with house(tmp_path) as opened:
        yield opened


async def accepted(home: Household, name: str, language: str) -> str:
    """The case of somebody who accepted the declaration."""
    guest = Guest(home, name=name, key=f"{name}-{language}")
    await guest.send(Opened(language, "request"))
    await guest.tap("agree")
    await guest.review()
    await guest.tap("confirm")
    await guest.tap("accept")
    (case,) = await rows(home, "cases", name, contact=guest.contact)
    return str(case["case"])


async def test_each_association_has_one_page_in_its_language(home: Household, sheets: list[Any]) -> None:
    for name in NAMES:
        language = "en" if name == "kafl" else "ar"
        case = await accepted(home, name, language)
        document = await home.acceptances.paper(name, case)
        again = await home.acceptances.paper(name, case)
        assert document and again and document == again, "the same acceptance has the same bytes"
        sheet = sheets[-1]
        assert document.name == f"{name}-{sheet['reference']['number'].replace(' ', '')}.pdf"
        with pikepdf.open(io.BytesIO(document.data)) as pdf:
            assert len(pdf.pages) == 1 and pdf.Root.Lang == language
            assert "/CreationDate" not in pdf.docinfo and b"IBMPlexSansArabic" in document.data
        assert sheet["direction"] == ("rtl" if language == "ar" else "ltr")
        assert sheet["accent"] == profiles()[name].look.accent_light
        (page,) = receipt_picture(sheet)
        assert Image.open(io.BytesIO(page)).size == (909, 1286)
        _keeps_what_is_sensitive(home, name, sheet)


def _keeps_what_is_sensitive(home: Household, name: str, sheet: Any) -> None:
    kept = [row for section in sheet["sections"] for row in section["rows"] if row[2]]
    assert len({value for _, value, _ in kept}) == (0 if name == "qurainah" else 1), "it asks nothing sensitive"
    said = str(sheet)
    assert "1012345672" in said and sheet["verify"]["url"].startswith(f"https://wasl.example/verify/{name}/")
    assert sheet["reference"]["number"].replace(" ", "") not in sheet["verify"]["url"]


async def test_a_receipt_says_what_was_accepted_whatever_was_written_since(home: Household, sheets: list[Any]) -> None:
    case = await accepted(home, "labas", "ar")
    before = await home.acceptances.paper("labas", case)
    (city,) = await rows(home, "answers", case=case, field="city")
    async with home.memory.unit() as unit:
        await unit.upsert("answers", [{**city, "value": "مكة المكرمة"}])
    assert await home.acceptances.paper("labas", case) == before
    hidden = await home.acceptances.paper("labas", case, frozenset())
    assert hidden and all(row[2] for section in sheets[-1]["sections"] for row in section["rows"])
    assert await home.acceptances.paper("labas", "0" * 32) is None
    assert await home.acceptances.paper("kafl", case) is None


async def test_an_erased_acceptance_has_no_receipt(home: Household) -> None:
    case = await accepted(home, "labas", "ar")
    async with home.memory.unit() as unit:
        await unit.connection.exec_driver_sql("UPDATE evidence SET body = x'' WHERE kind = 'accepted'")
    assert await home.acceptances.paper("labas", case) is None


async def test_a_code_tells_a_day_and_whether_the_chain_is_whole(home: Household, sheets: list[Any]) -> None:
    case = await accepted(home, "labas", "ar")
    await home.acceptances.paper("labas", case)
    code = sheets[-1]["verify"]["url"].rpartition("/")[2]
    found = await home.acceptances.known("labas", code, "ar")
    assert found and found.whole and "1448" in found.day and "2026" in found.day
    for other in (code[:-1], code.lower(), CODE, f"{code[:-2]}AA", "' OR 1=1 --"):
        assert await home.acceptances.known("labas", other, "ar") is None or other == code
    assert await home.acceptances.known("kafl", code, "ar") is None
    (link,) = await rows(home, "evidence", chain=case, kind="accepted")
    async with home.memory.unit() as unit:
        await unit.upsert("evidence", [{**link, "body": {**link["body"], "phrase": "لا"}}])
    broken = await home.acceptances.known("labas", code, "ar")
    assert broken and not broken.whole


async def test_only_its_own_contact_is_told_a_receipt(home: Household) -> None:
    case = await accepted(home, "labas", "ar")
    (row,) = await rows(home, "cases", case=case)
    assert await home.acceptances.told("labas", row["contact"], case)
    assert not await home.acceptances.told("labas", "0" * 32, case)
    assert not await home.acceptances.told("labas", row["contact"], "0" * 32)
    assert await home.acceptances.on_its_way("labas", "A" * 43) is None


class Known:
    """Receipts of which one is genuine and one was altered."""

    async def known(self, organisation: str, code: str, language: str) -> Genuine | None:
        days = {CODE: Genuine("الأحد 22 نوفمبر 2026", whole=True), CODE[::-1]: Genuine("", whole=False)}
        return days.get(code)

    async def on_its_way(self, organisation: str, token: str) -> None:
        """Nothing is."""


async def test_the_check_of_a_receipt_shows_nothing_personal_and_is_not_indexed() -> None:
    pages = {CODE: (200, "verify.genuine"), CODE[::-1]: (200, "verify.broken"), "A" * 26: (404, "verify.unknown")}
    async with visiting(built=BUILT, acceptances=Known()) as (_, visitor):
        for code, (status, words) in pages.items():
            async with visitor.get(f"/verify/labas/{code.lower()}?lang=en") as answer:
                text = await answer.text()
                assert answer.status == status and f"en:{words}<" in text, text
                assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Cache-Control"] == "no-store"
        async with visitor.get("/verify/nobody/AAAA") as answer:
            assert answer.status == 404
        for path in ("/chat/labas/receipts/" + "0" * 32, "/papers/labas/" + "A" * 43, "/papers/labas/x"):
            async with visitor.get(path) as answer:
                assert answer.status == 404


async def test_a_flood_of_codes_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = Pace(1.0, time.monotonic())
    pace.held = -1000.0
    monkeypatch.setattr(GATE, "_pace", pace)
    house_and_visitor = visiting(built=BUILT, acceptances=Known())
    async with house_and_visitor as (_, visitor), visitor.get(f"/verify/labas/{CODE}") as answer:
        assert answer.status == 503 and answer.headers["Retry-After"] == "5"


@pytest.mark.asyncio(loop_scope="session")
async def test_the_check_has_no_flaw_in_either_language_or_theme(browser: Browser) -> None:
    async with visiting(built=BUILT, acceptances=Known()) as (street, _):
        who = await person(browser, PHONE)
        for path in (f"{CODE}?lang=ar", f"{CODE[::-1]}?lang=en", f"{'A' * 26}?lang=ar"):
            await who.page.goto(f"{street.origin}/verify/labas/{path}")
            assert [flaw for theme in ("dark", "light") for flaw in await who._axe(theme)] == []
        await who.page.context.close()
