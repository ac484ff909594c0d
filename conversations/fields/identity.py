"""Numbers that name a person, an account or a telephone: shape first, then the check digits."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from stdnum import iban as iban_standard
from stdnum import luhn

from conversations import arabic
from conversations.fields.reading import Context, Good, Reading, wrong
from conversations.forms import Question
from conversations.messages import Code

_DIGITS = re.compile("[0-9]+")
_SAUDI_IBAN = re.compile("SA[0-9]{2}[0-9A-Z]{20}")
_ANY_IBAN = re.compile("(?P<country>[A-Z]{2})[0-9]{2}[0-9A-Z]{8,30}")
_SAUDI_LOCAL = re.compile("(?:966)?0?(?P<mobile>5[0-9]*)")
# Landlines of the regions, 800 and 9200 numbers, as they are dialled inside the Kingdom.
_SAUDI_FIXED = re.compile("(?:966)?(?:0?1[1-7][0-9]{7}|800[0-9]{7}|9200[0-9]{5})")
_MOBILES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_FIXED = (PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.UAN)


def national_id(question: Question, text: str, context: Context) -> Reading:
    """Ten digits that start with 1 (citizen) or 2 (resident) and end with a Luhn check digit."""
    read = arabic.machine(text)
    if not _DIGITS.fullmatch(read):
        return wrong("national_id", "letters", text)
    if len(read) != 10:
        return wrong("national_id", "length", text, count=len(read))
    if read[0] not in "12":
        return wrong("national_id", "start", text)
    return Good(read, text) if luhn.is_valid(read) else wrong("national_id", "check", text)


def iban(question: Question, text: str, context: Context) -> Reading:
    """A Saudi IBAN of 24 characters with its check digits, compact and in upper case."""
    read = arabic.machine(text).upper().removeprefix("IBAN").lstrip(":")
    if _DIGITS.fullmatch(read):
        full = f"SA{read}"
        return Good(full, text) if _is_saudi_iban(full) else wrong("iban", "account", text)
    if not read.startswith("SA"):
        other = _ANY_IBAN.fullmatch(read)
        return (
            wrong("iban", "country", text, country=Code(other["country"])) if other else wrong("iban", "format", text)
        )
    if not re.fullmatch("[0-9A-Z]+", read):
        return wrong("iban", "format", text)
    if len(read) != 24:
        return wrong("iban", "length", text, count=len(read))
    return Good(read, text) if _is_saudi_iban(read) else wrong("iban", "check", text)


def phone(question: Question, text: str, context: Context) -> Reading:
    """A mobile in E.164: Saudi in every usual spelling, another country's only with + or 00 before its code."""
    read = re.sub("^00", "+", arabic.machine(text))
    if not re.fullmatch(r"\+?[0-9]{1,30}", read):
        return wrong("phone", "format", text)
    number = read.lstrip("+")
    if not read.startswith("+") or number.startswith("966"):
        return _saudi(number, text)
    return _abroad(read, text)


def _is_saudi_iban(read: str) -> bool:
    return bool(_SAUDI_IBAN.fullmatch(read)) and iban_standard.is_valid(read)


def _saudi(number: str, text: str) -> Reading:
    local = _SAUDI_LOCAL.fullmatch(number)
    if local is None:
        return wrong("phone", "landline" if _SAUDI_FIXED.fullmatch(number) else "country", text)
    if len(local["mobile"]) != 9:
        return wrong("phone", "length", text, count=len(local["mobile"]) + 1)
    return _abroad(f"+966{local['mobile']}", text)


def _abroad(number: str, text: str) -> Reading:
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException:
        return wrong("phone", "invalid", text)
    kind = phonenumbers.number_type(parsed)
    if kind in _MOBILES:
        return Good(phonenumbers.format_number(parsed, PhoneNumberFormat.E164), text)
    return wrong("phone", "landline" if kind in _FIXED else "invalid", text)
