"""The reference number: eight digits and a Damm check digit, shown as 472 193 807, never taken for a mobile."""

import re

from stdnum import damm

from conversations import arabic

DIGITS = 9
_SHAPE = re.compile("[1-46-9][0-9]{8}")
_GROUPED = re.compile(r"[0-9](?:[ -]?[0-9])*")


def number(eight: int) -> str:
    """The reference number of eight digits, the first neither 0 nor 5; ValueError for any other."""
    text = f"{eight}{damm.calc_check_digit(str(eight))}" if eight >= 0 else ""
    if not _SHAPE.fullmatch(text):
        raise ValueError("a reference number is made from eight digits that start neither with 0 nor with 5")
    return text


def valid(text: str) -> bool:
    """Whether these are nine ASCII digits that start as ours do, and the check digit fits."""
    return bool(_SHAPE.fullmatch(text)) and damm.is_valid(text)


def slipped(text: str) -> bool:
    """Whether these are nine digits and no more, as a reference number has them, that are none."""
    digits = arabic.machine(text[: arabic.FOLDED])
    return len(digits) == DIGITS and digits.isascii() and digits.isdecimal() and not valid(digits)


def shown(text: str) -> str:
    """In groups of three, so that it is easily dictated."""
    return " ".join(text[at : at + 3] for at in range(0, len(text), 3))


def read(text: str) -> str | None:
    """The one valid reference number in what a person wrote, in any digits and spacing; None where there is none."""
    groups = _GROUPED.findall(arabic.plain(text[: arabic.FOLDED]))
    found = {joined for group in groups if valid(joined := re.sub("[ -]", "", group))}
    return found.pop() if len(found) == 1 else None
