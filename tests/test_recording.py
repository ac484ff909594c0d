"""What staff record for people without a screen stands in the same history, and the person never sees it."""

from pathlib import Path

import pytest

from conversations.acts import Noted
from conversations.staff import RECORDED
from services.threads import Threads
from tests.casework_world import NORA, Desk, desk  # noqa: F401
from tests.mind_world import profiles
from tests.turns_world import Guest, rows


@pytest.mark.parametrize("kind", RECORDED)
async def test_a_call_a_letter_or_a_visit_is_in_the_history_and_told_to_nobody(
    desk: Desk,  # noqa: F811
    kind: str,
    tmp_path: Path,
) -> None:
    guest = await Guest(desk.home).start()
    before = len(await rows(desk.home, "outbox", contact=guest.contact))
    said = "اتصلت والدته وسألت عن موعد الرد"
    assert await desk.chat(NORA, guest, Noted(NORA.staff, NORA.name, said, kind)) is None
    organisations = {name: profile.organisation for name, profile in profiles().items()}
    thread = await Threads(desk.home.memory, organisations, desk.clock).thread(NORA, guest.contact)
    assert thread is not None
    assert [(e.by, e.act, e.text, e.name) for e in thread.entries if e.by == "note"] == [("note", kind, said, "نورة")]
    assert len(await rows(desk.home, "outbox", contact=guest.contact)) == before
    (deed,) = await rows(desk.home, "audit", contact=guest.contact)
    assert deed["verb"] == "chat.noted"
    assert said not in str(deed["more"]), "the words stand in the history only"


@pytest.mark.parametrize(
    ("kind", "text", "code"), [("dream", "نص", "kind"), ("phone", " ", "empty"), ("phone", "س" * 4001, "too_long")]
)
async def test_what_is_no_record_is_refused(desk: Desk, kind: str, text: str, code: str) -> None:  # noqa: F811
    guest = await Guest(desk.home).start()
    refused = await desk.chat(NORA, guest, Noted(NORA.staff, NORA.name, text, kind))
    assert refused is not None
    assert refused.code == code
