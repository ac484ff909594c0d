"""Two hundred scripts through every field that a person fills, in every room of the desk: none runs, none is reported."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from uuid import uuid4

from playwright.async_api import Browser, Page, expect

from conversations.events import Said
from conversations.forms import Kind
from conversations.state import Mode
from services.papers import Kept
from services.roles import Role
from tests.officer import Officer, Town, town
from tests.papers_world import picture
from tests.turns_world import Guest, rows

RAN = "window.ran = (window.ran || 0) + 1"
# What would run: each is put into every surrounding below.
VECTORS = (
    "<script>%s</script>",
    "<ScRiPt src=data:text/javascript,%s></sCrIpT>",
    "<img src=x onerror=%s>",
    "<svg onload=%s>",
    "<svg><script>%s</script></svg>",
    "<svg><animate onbegin=%s attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=%s>",
    "<details open ontoggle=%s>",
    "<input autofocus onfocus=%s>",
    "<body onload=%s>",
    "<iframe srcdoc='<script>parent.%s</script>'></iframe>",
    "<iframe src=javascript:parent.%s></iframe>",
    "<object data=javascript:%s>",
    "<a href=javascript:%s>اضغط</a>",
    "<form action=javascript:%s><button>إرسال</button></form>",
    "<style>@import 'javascript:%s'</style>",
    "<link rel=stylesheet href=javascript:%s>",
    "<meta http-equiv=refresh content='0;javascript:%s'>",
    "<video><source onerror=%s></video>",
    "<template><img src=x onerror=%s></template>",
    "<b hx-get=/desk/qalb/inbox hx-trigger=load hx-on:click=%s>",
    "<div hx-on::load=%s hx-nonce=x>",
    "<noscript><p title='</noscript><img src=x onerror=%s>'>",
    "{{ %s }}",
    "${%s}",
    "javascript:%s",
)
ROUND = (
    "%s",
    '">%s',
    "'>%s",
    "</textarea></title></script>%s",
    "--><!---->%s]]>",
    "هيا بنت فالح %s السبيعي",
    "\u202e%s\u2066",
    "' autofocus onfocus=window.ran=1 x='%s",
)
SCRIPTS = [around % (vector % RAN.replace(" ", "")) for around in ROUND for vector in VECTORS]


async def write_all(place: Town) -> tuple[list[str], str]:
    """Every script through the chat, a form's free texts, a name and a file's name; the contacts and the case."""
    scripts = cycle(SCRIPTS)
    first = Guest(place.house.household, name="qalb", key=uuid4().hex)
    await first.say("السلام عليكم")
    for script in SCRIPTS:
        place.clock.move(timedelta(seconds=20))
        await first.say(script)
    await first.say("موظف")
    second = Guest(place.house.household, name="qalb", key=uuid4().hex)
    await fill(place, second, scripts)
    await second.say("موظف")
    await second.say(f"{next(scripts)}")
    (case,) = await rows(place.house.household, "cases", "qalb", contact=second.contact)
    return [first.contact, second.contact], str(case["case"])


async def fill(place: Town, guest: Guest, scripts: Iterator[str]) -> None:
    """A request in which every answer that takes words is tried with scripts first, then with what is accepted."""
    await guest.start()
    sent = False
    for _ in range(60):
        if (state := await guest.state()).mode is Mode.REVIEW:
            break
        if guest.question(state).kind is Kind.DOCUMENTS:
            await (on(guest) if sent else paper(place, guest, next(scripts)))
            sent = True
            continue
        await guest.say(next(scripts))
        now = await guest.state()
        if (now.asking, now.mode) == (state.asking, state.mode):
            await guest.good()
    await guest.say("نعم")
    await guest.say("أقر وأوافق")


async def on(guest: Guest) -> None:
    """What is tapped about a paper that came, or that did not."""
    state = await guest.state()
    live = [key for key, _ in state.live]
    key = next(key for key in ("undated", "next", "all_later", "later") if key in live)
    await guest.send(Said(choices=(f"{state.prompt}-{key}",)))


async def paper(place: Town, guest: Guest, name: str) -> None:
    """A photo under a name that is a script."""
    household = place.house.household
    (address,) = await rows(household, "addresses", "qalb", contact=guest.contact)
    whose = ("qalb", guest.contact, str(address["address"]))
    kept = await household.papers.receive(*whose, str(uuid4()), f"{name}.jpg", picture())
    assert isinstance(kept, Kept)
    await guest.send(Said(files=(kept.id,)))


async def judge(officer: Officer, path: str, *shown: str) -> None:
    """A page on which scripts stand as text, and nothing of them ran."""
    await officer.go(path)
    page = officer.page
    for text in shown:
        await expect(page.locator("main")).to_contain_text(text)
    await expect(page.locator("html.lively")).to_have_count(1)
    assert await page.evaluate("window.ran") is None, path
    assert (
        await page.locator("main script, main iframe, main object, main [onerror], main [onload], main style").count()
        == 0
    )


async def everything(page: Page) -> None:
    """Go back to the beginning of a conversation, in which every script stands as it was written."""
    said, older = page.locator("#talk .say"), page.locator("#older a")
    while await older.count():
        count = await said.count()
        await older.click()
        await expect(said).not_to_have_count(count)
    stood = "\n".join(await said.all_inner_texts())
    assert stood.count("window.ran") >= len(SCRIPTS)
    assert await page.evaluate("window.ran") is None


async def test_no_script_that_anybody_writes_runs_in_any_room(browser: Browser, tmp_path: Path) -> None:
    assert len(SCRIPTS) >= 200 and len(set(SCRIPTS)) == len(SCRIPTS)
    async with town(tmp_path, browser) as place:
        (chat, other), case = await write_all(place)
        officer = await place.officer("qalb", f"نورة {SCRIPTS[0]}"[:100], Role.RELATIONS, Role.RESEARCH, Role.COMMITTEE)
        dialogs: list[str] = []
        officer.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        await judge(officer, "inbox", "window.ran")
        await judge(officer, f"inbox/{chat}", "window.ran")
        await everything(officer.page)
        await judge(officer, f"inbox/{other}", "window.ran")
        await officer.do("take")
        await officer.write(SCRIPTS[5], note=True)
        await officer.write(SCRIPTS[0])
        await judge(officer, "requests")
        await judge(officer, f"requests/{case}", "window.ran")
        await officer.page.locator("#check a[href*='item=papers']").first.click()
        assert dialogs == []
