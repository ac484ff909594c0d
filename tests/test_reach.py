"""Links to the other channels, with the code written already, and numbers that a tap dials."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.doorways import with_numbers
from bot.settings import Settings
from conversations.events import Said
from conversations.messages import Role
from organisations.parts import reach, telegram_link, whatsapp_link
from organisations.sheet import Sheet
from tests.mind import Mind
from tests.mind_world import WHATSAPP, profiles
from tests.test_joining import asked, begun, phone
from tests.turns_world import house

BOTH = (("telegram", telegram_link("LabasBot")), ("whatsapp", whatsapp_link("+966500000000")))

WITH_BOTH = replace(profiles()["labas"].organisation, reach=BOTH)


def shown(mind: Mind) -> list[dict[str, object]]:
    """The links of the last turn as a page gets them."""
    parts = [part for words in mind.rendered() for part in words.parts]
    return [dict(part) for part in parts if part["role"] == Role.LINK.value]


def test_the_page_offers_the_other_channels_as_links_that_carry_the_code() -> None:
    mind = Mind("labas").start().good()
    mind.organisation = WITH_BOTH
    mind.say("ربط")
    code = next(p.line.params["code"].text for m in mind.told for p in m.parts if p.line.key == "join.code")  # type: ignore[union-attr]
    telegram, whatsapp = shown(mind)
    assert telegram["href"] == f"https://t.me/LabasBot?start=link{code.replace(' ', '')}"
    assert unquote(str(whatsapp["href"])) == f"https://wa.me/966500000000?text=ربط {code.replace(' ', '')}"
    assert "تيليجرام" in str(telegram["label"]) and "http" not in str(telegram["label"])


def test_a_messenger_offers_no_messenger() -> None:
    mind = Mind("labas", WHATSAPP).start().good()
    mind.organisation = WITH_BOTH
    assert not [link for link in shown(mind.say("ربط")) if "t.me" in str(link)]


async def test_what_each_link_writes_joins_the_channel(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        page, other = await begun(home), phone(home, "+966500000009", "whatsapp")
        code = (await asked(page)).replace(" ", "")
        await other.send(Said(unquote(whatsapp_link("+966500000000").partition("text=")[2].replace("{code}", code))))
        assert other.contact == page.contact


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"telegram": "LabasBot", "whatsapp": "+966500000000"}, 0),
        ({}, 0),
        ({"telegram": "@LabasBot"}, 1),
        ({"whatsapp": "0500000000"}, 1),
        ({"facebook": "x"}, 1),
    ],
)
def test_a_profile_names_its_bot_and_its_number(given: dict[str, str], wrong: int) -> None:
    problems: list[str] = []
    assert len(reach(Sheet(given, "x", problems))) == len({"telegram", "whatsapp"} & given.keys())
    assert len(problems) == wrong


def test_the_number_of_the_settings_is_used_where_the_profile_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASL_ORG__LABAS__TWILIO_WHATSAPP_FROM", "+966511111111")
    known = with_numbers({"labas": profiles()["labas"]}, Settings(_env_file=None))
    assert dict(known["labas"].organisation.reach) == {"whatsapp": whatsapp_link("+966511111111")}


def test_a_number_to_call_is_dialled_by_a_tap() -> None:
    mind = Mind("labas").say("ابغى اموت")
    calls = [part for words in mind.rendered() for part in words.parts if part["role"] == "call"]
    assert [part["href"] for part in calls] == [f"tel:{number}" for _, number in mind.organisation.danger]
    assert all(part["label"] for part in calls)
