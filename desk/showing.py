"""How numbers, codes and masked values stand on a page: left to right, isolated, never wrapped."""

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from conversations.reference import shown

DOT = "\N{BULLET}"
NARROW = "\N{NO-BREAK SPACE}"


def number(value: object) -> Markup:
    """A number inside a sentence."""
    return Markup("<bdi>{}</bdi>").format(value)


def code(value: str) -> Markup:
    """Digits or Latin signs that keep their own order and stay on one line."""
    return Markup('<bdi class="num">{}</bdi>').format(value)


def reference(value: str) -> Markup:
    """A reference number in groups of three."""
    return code(shown(value).replace(" ", NARROW))


def phone(value: str) -> Markup:
    """A phone number as it is dictated; a Saudi mobile in its local form."""
    local = _local(value)
    return code(NARROW.join((local[:3], local[3:6], local[6:])) if _is_local(local) else value)


def masked_phone(value: str) -> Markup:
    """A phone number of which only the beginning and the last two digits are shown."""
    local = _local(value)
    return code(f"{local[:3]}{NARROW}{DOT * 3}{NARROW}{DOT * 2}{local[-2:]}")


def masked(value: str, last: int = 4) -> Markup:
    """An id, an account or any other value of which only its end is shown."""
    end = value[-last:] if len(value) > last else ""
    return code(f"{DOT * 6}{NARROW}{end}" if end else DOT * 6)


def hour(moment: datetime, zone: str) -> Markup:
    """The time of day where the association is."""
    return Markup('<time datetime="{}"><bdi>{}</bdi></time>').format(
        moment.isoformat(), f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"
    )


def lines(text: str) -> Markup:
    """A person's own words, their lines kept."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def _local(value: str) -> str:
    digits = value.replace(" ", "")
    return "0" + digits.removeprefix("+966") if digits.startswith("+9665") else digits


def _is_local(value: str) -> bool:
    return len(value) == 10 and value.startswith("05")
