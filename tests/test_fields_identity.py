"""National ids, IBANs and telephones as people type them. Every number here is made up and fits its check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as iban_standard
from stdnum import luhn

from conversations.fields import Wrong
from conversations.forms import Kind
from conversations.messages import Code
from tests.fields_world import outcome, reading, said_back

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
IBAN = "SA0380000000608010167519"
MOBILE = "+966551234567"


@pytest.mark.parametrize(
    "typed",
    [
        "1012345672",
        "١٠١٢٣٤٥٦٧٢",
        "۱۰۱۲۳۴۵۶۷۲",
        "１０１２３４５６７２",
        "10١٢345٦٧2",
        " 101 234 567 2\n",
        "1012-345-672",
        "\u202e1012345672\u202c",
        "101\u200b2345\u200f672",
        "1012345672.",
    ],
)
def test_national_ids_in_every_spelling(typed: str) -> None:
    assert outcome(Kind.NATIONAL_ID, typed) == "1012345672"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1023456789", "check"),
        ("1012345627", "check"),
        ("3012345678", "start"),
        ("0123456789", "start"),
        ("101234567", "length"),
        ("10123456722", "length"),
        ("1" * 5_000, "length"),
        ("رقمي 1012345672", "letters"),
        ("A012345672", "letters"),
        ("1_012345672", "letters"),
        ("1012345672/1", "letters"),
        ("101234567²", "letters"),
        ("①012345672", "letters"),
        ("½", "letters"),
        ("واحد", "letters"),
    ],
)
def test_what_is_no_national_id(typed: str, code: str) -> None:
    assert outcome(Kind.NATIONAL_ID, typed) == f"national_id.{code}"


def test_the_sentence_names_the_id_as_a_code_and_how_many_digits_were_read() -> None:
    wrong = reading(Kind.NATIONAL_ID, "١٠٢٣٤٥٦٧٨")
    assert isinstance(wrong, Wrong)
    assert wrong.line.params["count"] == 9
    assert said_back(wrong) == "١٠٢٣٤٥٦٧٨"
    assert said_back(reading(Kind.NATIONAL_ID, "1023\u202e456789")) == "1023456789"


@given(st.integers(10_000_000, 29_999_999), st.integers(0, 9), st.integers(0, 9))
def test_exactly_one_check_digit_fits_an_id(eight: int, ninth: int, check: int) -> None:
    body = f"{eight}{ninth}"
    good = luhn.calc_check_digit(body)
    expected = body + good if str(check) == good else "national_id.check"
    assert outcome(Kind.NATIONAL_ID, f"{body}{check}".translate(EASTERN)) == expected


@pytest.mark.parametrize(
    "typed",
    [
        IBAN,
        "sa03 8000 0000 6080 1016 7519",
        "SA03-8000-0000-6080-1016-7519",
        "SA٠٣٨٠٠٠٠٠٠٠٦٠٨٠١٠١٦٧٥١٩",
        "ＳＡ0380000000608010167519",
        "\u200fSA0380000000608010167519\u200f",
        "IBAN: SA03 8000 0000 6080 1016 7519",
        "0380000000608010167519",
    ],
)
def test_ibans_in_every_spelling(typed: str) -> None:
    assert outcome(Kind.IBAN, typed) == IBAN


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("SA0480000000608010167519", "check"),
        ("SA0380000000608010167591", "check"),
        ("SAO380000000608010167519", "check"),
        ("SA038000000060801016751", "length"),
        ("SA03800000006080101675190", "length"),
        ("AE070331234567890123456", "country"),
        ("GB82 WEST 1234 5698 7654 32", "country"),
        ("608010167519", "account"),
        ("4111111111111111", "account"),
        ("1" * 5_000, "account"),
        ("SA03_8000", "format"),
        ("SA½", "format"),
        ("حسابي في البنك", "format"),
        ("S", "format"),
    ],
)
def test_what_is_no_saudi_iban(typed: str, code: str) -> None:
    assert outcome(Kind.IBAN, typed) == f"iban.{code}"


def test_another_country_is_named() -> None:
    wrong = reading(Kind.IBAN, "AE070331234567890123456")
    assert isinstance(wrong, Wrong)
    assert wrong.line.params["country"] == Code("AE")


@given(st.integers(0, 10**20 - 1), st.integers(0, 23), st.integers(1, 9))
def test_every_iban_is_read_and_one_wrong_digit_never_is(account: int, place: int, shift: int) -> None:
    body = f"{account:020}"
    iban = f"SA{iban_standard.calc_check_digits(f'SA00{body}')}{body}"
    assert outcome(Kind.IBAN, iban.translate(PERSIAN)) == iban
    if place >= 2:
        slipped = iban[:place] + str((int(iban[place]) + shift) % 10) + iban[place + 1 :]
        assert outcome(Kind.IBAN, slipped) == "iban.check"


@pytest.mark.parametrize(
    "typed",
    [
        "0551234567",
        "551234567",
        "966551234567",
        "+966551234567",
        "00966551234567",
        "+9660551234567",
        "9660551234567",
        "٠٥٥١٢٣٤٥٦٧",
        "۰۵۵۱۲۳۴۵۶۷",
        "٠٠٩٦٦٥٥١٢٣٤٥٦٧",
        "055 123 4567",
        "055-123-4567",
        "(055) 123.4567",
        "+966 (0) 55 123 4567",
        "\u202a+966 55 123 4567\u202c",
        "0 5 5 1 2 3 4 5 6 7",
    ],
)
def test_saudi_mobiles_in_every_spelling(typed: str) -> None:
    assert outcome(Kind.PHONE, typed) == MOBILE


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+971501234567", "+971501234567"),
        ("00971 50 123 4567", "+971501234567"),
        ("٠٠٩٦٧٧١٢٣٤٥٦٧٨", "+967712345678"),
        ("+20 100 123 4567", "+201001234567"),
        ("+1 201 555 0123", "+12015550123"),
    ],
)
def test_mobiles_of_other_countries_with_their_code(typed: str, number: str) -> None:
    assert outcome(Kind.PHONE, typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("055123456", "length"),
        ("05512345678", "length"),
        ("96655123456", "length"),
        ("+96655", "length"),
        ("0112345678", "landline"),
        ("+966112345678", "landline"),
        ("00966177123456", "landline"),
        ("920012345", "landline"),
        ("8001234567", "landline"),
        ("+97142345678", "landline"),
        ("971501234567", "country"),
        ("0712345678", "country"),
        ("1012345672", "country"),
        ("123", "country"),
        ("+999123456", "invalid"),
        ("+97150", "invalid"),
        ("+0551234567", "invalid"),
        ("0500000000000", "length"),
        ("0521234567", "invalid"),
        ("0551234567 / 0559876543", "format"),
        ("جوالي 0551234567", "format"),
        ("0551234567 a", "format"),
        ("055123456²", "format"),
        ("½", "format"),
        ("5" * 5_000, "format"),
        ("+٩+", "format"),
    ],
)
def test_what_is_no_mobile(typed: str, code: str) -> None:
    assert outcome(Kind.PHONE, typed) == f"phone.{code}"
