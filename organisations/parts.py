"""Reading of the single tables of a profile: schedule, look, site, channels, and the lists of known keys."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote
from zoneinfo import available_timezones

from conversations.organisation import Hours, Schedule
from organisations.colours import HEX, look
from organisations.profile import ApprovedText, Look
from organisations.sheet import Sheet

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CONTENT = re.compile(r"HX[0-9a-f]{32}")
CALLED = ("ambulance", "police", "comfort", "violence")
CHANNELS = ("interview", "phone", "social", "letters", "help_request", "volunteering", "website", "delegates")


def known(sheet: Sheet, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """A list whose items are all among those allowed, each once."""
    items = sheet.list(key, str)
    for item in items:
        if item not in allowed:
            sheet.wrong(key, f"holds «{item}»; use {', '.join(allowed)}")
    if len(set(items)) < len(items):
        sheet.wrong(key, "names the same thing twice")
    return items


def version(sheet: Sheet) -> str:
    """The version of a text whose acknowledgement is evidence."""
    given = sheet.text("version")
    sheet.close()
    return given


def quorum(sheet: Sheet) -> int:
    """How many of the committee have to vote before its decision stands."""
    count = sheet.number("quorum", 1)
    if count < 1:
        sheet.wrong("quorum", f"is {count}; at least one member decides")
    sheet.close()
    return count


def danger(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """The numbers to call in distress, in the profile's order: digits as they are dialled."""
    sheet.text("source")
    keys = [key for key in sheet.table if key != "source"]
    found = tuple((key, sheet.text(key)) for key in keys)
    for key, number in found:
        if key not in CALLED or not number.isascii() or not number.isdigit():
            sheet.wrong(key, f"is «{number}»; give digits, for one of {', '.join(CALLED)}")
    sheet.close()
    return found


def reach(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """The links that open the association in a messenger, by line: the bot's name, the number of WhatsApp."""
    found = []
    for line, (form, link) in REACHED.items():
        if given := sheet.text(line, ""):
            if not re.fullmatch(form, given):
                sheet.wrong(line, f"is «{given}»; give the bot's name without @, or the number with + and digits only")
            found.append((line, link(given)))
    sheet.close()
    return tuple(found)


def telegram_link(bot: str) -> str:
    """Opens the bot; the code comes with the person's first tap."""
    return f"https://t.me/{bot}?start=link{{code}}"


def whatsapp_link(number: str) -> str:
    """Opens the chat with the word and the code written already."""
    return f"https://wa.me/{number.removeprefix('+')}?text={quote(LINK_WORD)}%20{{code}}"


LINK_WORD = "ربط"  # what one writes before a code, as every lexicon knows it
REACHED: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "telegram": (r"[A-Za-z][A-Za-z0-9_]{4,31}", telegram_link),
    "whatsapp": (r"\+[1-9][0-9]{7,14}", whatsapp_link),
}


def approvals(sheet: Sheet) -> int:
    """How many have to approve an answer before it is told; may be left out."""
    count = sheet.number("approvals", 1)
    if count not in (1, 2):
        sheet.wrong("approvals", f"is {count}; give 1, or 2 where nobody approves what they wrote")
    return count


def channels(sheet: Sheet) -> Mapping[str, bool]:
    """Which of the policy's channels are open."""
    rows = {name: sheet.flag(name) for name in CHANNELS}
    sheet.close()
    return rows


def templates(sheet: Sheet) -> Mapping[str, ApprovedText]:
    """The texts that WhatsApp approved, by the key of the message; none where the association has no such table."""
    if "templates" not in sheet.table:
        sheet.seen.add("templates")
        return {}
    table = sheet.sheet("templates")
    found = {}
    for key in table.table:
        one = table.sheet(key)
        found[key] = ApprovedText(one.text("id"), one.list("values", str, required=False))
        if not CONTENT.fullmatch(found[key].id):
            one.wrong("id", "is not the id of an approved text; copy it from Twilio, HX and 32 signs")
        one.close()
    return found


def site(sheet: Sheet) -> tuple[str, tuple[str, ...]]:
    """The website as the policy writes it (empty where it names none), and the origins that may embed the chat."""
    website = sheet.text("website")
    origins = sheet.list("embedding_origins", str)
    for origin in origins:
        if not origin.startswith("https://") or origin.count("/") != 2:
            sheet.wrong("embedding_origins", f"holds «{origin}»; write an origin like https://www.example.org")
    sheet.close()
    return website, origins


def colours(sheet: Sheet) -> Look:
    """The two colours and their tints; black where one is not a colour, beside its sentence."""
    accents = [_colour(sheet, key) for key in ("accent_light", "accent_dark")]
    sheet.close()
    return look(*accents)


def _colour(sheet: Sheet, key: str) -> str:
    value = sheet.text(key).lower()
    if not HEX.fullmatch(value):
        sheet.wrong(key, f"is «{value}»; write a colour like #4a6120")
        return "#000000"
    return value


def schedule(sheet: Sheet) -> Schedule:
    """When staff work and when messages may leave unasked."""
    zone = sheet.text("zone")
    if zone not in available_timezones():
        sheet.wrong("zone", f"is «{zone}»; write a zone like Asia/Riyadh")
    read = Schedule(
        zone=zone,
        hours=_hours(sheet.sheet("hours")),
        holidays=sheet.days("holidays"),
        send_from=sheet.clock("send_from"),
        send_until=sheet.clock("send_until"),
        friday_from=sheet.clock("friday_from"),
    )
    if read.send_from >= read.send_until:
        sheet.wrong("send_until", "must be later than `send_from`")
    sheet.close()
    return read


def _hours(sheet: Sheet) -> tuple[Hours, ...]:
    hours = tuple(_day(sheet, place, day) for place, day in enumerate(WEEK) if sheet.text(day, ""))
    sheet.close()
    return hours


def _day(sheet: Sheet, weekday: int, key: str) -> Hours:
    opens, _, closes = sheet.text(key).partition("-")
    day = Hours(weekday, sheet.hour(key, opens), sheet.hour(key, closes))
    if day.opens >= day.closes:
        sheet.wrong(key, "must close later than it opens, like 08:00-16:00")
    return day
