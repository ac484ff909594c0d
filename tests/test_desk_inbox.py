"""The inbox's doors on a real memory: pages, fragments, verbs and files, and who gets nothing of them."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, expect

from desk.doors import session_cookie
from services.roles import Role
from tests.desk_house import Officer
from tests.inbox_room import BUILT, HX, filed, handover, holding, room, waiting
from tests.turns_world import rows


async def test_the_list_and_a_conversation_show_what_was_said_and_run_none_of_it(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        await guest.say("<script>alert(1)</script><b>")
        for path in ("inbox", "inbox?show=waiting", f"inbox/{guest.contact}?show=mine&line=web%3Cb%3E"):
            status, text = await desk.get(path)
            assert status == 200 and "<script>alert" not in text and "<b>\n" not in text
            assert text.startswith("<!doctype html>")
        assert "&lt;script&gt;alert(1)" in text
        status, text = await desk.get("inbox/list?show=waiting", **HX)
        assert status == 200 and guest.contact in text and "<html" not in text
        assert 'data-count="inbox"' in text, "the figure in the bar comes with the list"


async def test_news_bring_what_came_and_the_bar_only_where_it_changed_hands(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        await guest.say("هل توفرون أجهزة؟")
        path = f"inbox/{guest.contact}/news?after=0&held="
        status, text = await desk.get(f"{path}1.waiting.", **HX)
        assert status == 200 and "هل توفرون أجهزة؟" in text and "hx-partial" not in text
        _, text = await desk.get(f"{path}1.held.hind", **HX)
        assert "hx-partial" in text and 'id="reply"' in text


async def test_nothing_of_another_association_and_nothing_without_the_right(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        other = await waiting(desk.home, "kafl")
        for path in ("", "/news?after=0"):
            assert (await desk.get(f"inbox/{other.contact}{path}"))[0] == 404
        for verb in ("take", "reply", "note", "back", "end", "refer"):
            status, _ = await desk.post(f"inbox/{other.contact}/{verb}", text="x", role="supervisor")
            assert status == 404
        own = await waiting(desk.home)
        desk.staffed.members["token"] = Officer(roles=frozenset({Role.COMMITTEE}))
        assert (await desk.get("inbox"))[0] == 403
        assert (await desk.post(f"inbox/{own.contact}/take"))[0] == 403
        assert await rows(desk.home, "audit", "qalb") == []


async def test_an_officer_takes_writes_notes_and_hands_back_and_each_form_is_one_act(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        act, path = str(uuid4()), f"inbox/{guest.contact}"
        for _ in range(2):
            status, to = await desk.post(f"{path}/take?show=waiting", act=act)
            assert status == 303 and to.startswith(f"/desk/qalb/{path}?show=waiting")
        assert await handover(desk, guest) == ("held", "s1", "relations_officer")
        await desk.post(f"{path}/reply", text="أهلًا\r\nوسهلًا", kind="reply")
        await desk.post(f"{path}/reply", text="ملاحظة للزملاء", kind="note")
        (wrote,) = await rows(desk.home, "messages", "qalb", contact=guest.contact, by="staff", direction="out")
        assert wrote["content"]["words"]["text"] == "أهلًا\nوسهلًا"
        told = await desk.home.transcript.told("qalb", guest.contact, 0)
        assert not any("ملاحظة للزملاء" in line.words["text"] for line in told), "the person never sees a note"
        _, text = await desk.get(path)
        assert "أهلًا\nوسهلًا" in text and "ملاحظة للزملاء" in text
        await desk.post(f"{path}/back")
        assert (await handover(desk, guest))[0] == "over"
        verbs = [row["verb"] for row in sorted(await rows(desk.home, "audit", "qalb"), key=lambda r: r["at"])]
        assert verbs == ["chat.takenover", "chat.wrote", "chat.noted", "chat.handedback"]


async def test_a_conversation_is_referred_to_a_role_or_closed(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest, other = await waiting(desk.home), await waiting(desk.home, key="b")
        path = f"inbox/{guest.contact}"
        assert (await desk.post(f"{path}/refer", role="committee"))[0] == 422
        assert (await desk.post(f"{path}/refer", role="social_researcher", note="يسأل عن اللائحة"))[0] == 303
        assert await handover(desk, guest) == ("waiting", None, "social_researcher")
        assert "يسأل عن اللائحة" in (await desk.get(path))[1]
        assert (await desk.post(f"inbox/{other.contact}/end"))[0] == 303
        assert (await handover(desk, other))[0] == "over"
        assert (await desk.post(f"{path}/take", act="x"))[0] == 400


async def test_of_two_who_take_one_reads_who_has_it_and_what_was_typed_is_not_lost(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        path = f"inbox/{guest.contact}"
        await holding(desk, guest, "hind", "هند")
        status, text = await desk.post(f"{path}/take")
        assert status == 409 and "هند" in text and 'role="alert"' in text
        status, text = await desk.post(f"{path}/reply", text="ما كُتب <i>", kind="reply")
        assert status == 409 and "ما كُتب &lt;i&gt;" in text
        assert (await desk.post(f"{path}/note", text=" "))[0] == 422
        assert (await handover(desk, guest))[:2] == ("held", "hind")


async def test_who_does_not_hold_the_conversation_writes_notes_only(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        _, text = await desk.get(f"inbox/{guest.contact}")
        assert f"{guest.contact}/note" in text and f"{guest.contact}/reply" not in text
        assert text.count("btn-main") == 1, "one main button: take over"


async def test_what_was_typed_outlives_the_session_and_is_sent_once_and_never_as_another_kind(
    tmp_path: Path, browser: Browser
) -> None:
    async with room(tmp_path, BUILT) as desk:
        guest = await waiting(desk.home)
        url, entry = f"{desk.origin}/desk/qalb/inbox/{guest.contact}", "#entry"
        session: Any = {
            "name": session_cookie(desk.origin, "qalb"),
            "value": "token",
            "url": f"{desk.origin}/desk/qalb",
        }
        context = await browser.new_context()
        page = await context.new_page()
        await context.add_cookies([session])
        await page.goto(url)
        await page.fill(entry, "ملاحظة قبل الاستلام")
        await page.click("#hold .btn-main")
        await expect(page.locator("[name=kind][value=note]")).to_be_checked()
        await page.locator(entry).press("Control+Enter")
        await expect(page.locator("#log .note")).to_contain_text("ملاحظة قبل الاستلام")
        await page.fill(entry, "رد أثناء انتهاء الجلسة")
        await context.clear_cookies()
        await page.locator(entry).press("Control+Enter")
        await expect(page.locator("#log")).to_have_count(0)
        await context.add_cookies([session])
        await page.goto(url)
        await expect(page.locator(entry)).to_have_value("رد أثناء انتهاء الجلسة")
        await page.locator(entry).press("Control+Enter")
        await expect(page.locator("#log .mine:not(.note) .say")).to_have_text("رد أثناء انتهاء الجلسة")
        await expect(page).to_have_url(url)  # the page's script has read what was sent off the address
        await expect(page.locator(entry)).to_have_value("")
        assert await page.evaluate("sessionStorage.length") == 0
        await context.close()


async def test_only_a_supervisor_who_saw_the_holder_takes_it_from_them(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        await holding(desk, guest, "hind", "هند")
        path = f"inbox/{guest.contact}"
        assert f"{path}/take" not in (await desk.get(path))[1]
        assert (await desk.post(f"{path}/take", force="1"))[0] == 409
        desk.staffed.members["token"] = Officer(roles=frozenset({Role.SUPERVISOR}))
        assert 'name="force"' in (await desk.get(path))[1]
        assert (await desk.post(f"{path}/take"))[0] == 409
        assert (await desk.post(f"{path}/take", force="1"))[0] == 303
        assert (await handover(desk, guest))[:2] == ("held", "s1")


async def test_a_file_is_shown_in_a_sandbox_to_whoever_may_see_it_and_the_look_is_recorded(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest, other = await waiting(desk.home), await waiting(desk.home, "kafl")
        own, foreign = await filed(desk.home, guest), await filed(desk.home, other)
        async with desk.browser.get(f"/desk/qalb/files/{own}") as answer:
            assert (answer.status, await answer.read()) == (200, b"\xff\xd8 picture")
            assert answer.headers["Content-Security-Policy"].endswith("sandbox")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        (look,) = await rows(desk.home, "audit", "qalb")
        assert (look["verb"], look["staff"], look["more"]) == ("looked_at_file", "s1", {"file": own})
        for id in (foreign, "0" * 32, "x"):
            assert (await desk.get(f"files/{id}"))[0] == 404
        desk.staffed.members["token"] = Officer(roles=frozenset({Role.COMMITTEE}))
        assert (await desk.get(f"files/{own}"))[0] == 404, "what no request holds belongs to the conversation"
