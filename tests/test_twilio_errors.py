"""Twilio's codes in our own words."""

import pytest

from conversations.failures import CONSEQUENCES, Failure, Then
from handlers.twilio.errors import CODES, FAILURES, refused, told

# The table of the vendor's codes by what follows from each: message, address, alert, line.
TABLE = [
    ("21211 21614 30005 30006", Then.PLAN_AGAIN, True, False, False),
    ("21610 63014 63033", Then.PLAN_AGAIN, True, False, False),
    ("21617 21620 21655 21656 63027 63028", Then.GIVE_UP, False, True, False),
    ("20429 30001 30017 63009 63010 63012 63017 63018", Then.RETRY, False, False, False),
    ("30003", Then.PATIENT, False, False, False),
    ("30004 30007 63013 63026", Then.GIVE_UP, False, True, False),
    ("30008", Then.ONCE_MORE, False, False, False),
    ("63003 63024", Then.PLAN_AGAIN, False, False, False),
    ("63016", Then.PLAN_AGAIN, False, False, False),
    ("63019 63034", Then.PLAN_AGAIN, False, False, False),
    ("63040 63041", Then.PLAN_AGAIN, False, True, False),
    ("20003 63001 63007", Then.RETRY, False, True, True),
]


@pytest.mark.parametrize(("codes", "then", "stop", "alert", "down"), TABLE)
def test_each_code_has_its_consequence(codes: str, then: Then, stop: bool, alert: bool, down: bool) -> None:
    for code in codes.split():
        follows = CONSEQUENCES[told(code)]
        assert (follows.then, follows.stop_address, follows.alert, follows.line_down) == (then, stop, alert, down), code


def test_no_code_stands_twice_and_none_is_left_out() -> None:
    assert sorted(FAILURES) == sorted(code for codes, *_ in TABLE for code in codes.split())
    assert len(FAILURES) == sum(len(codes) for codes in CODES.values())


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (400, "21610", Failure.OPTED_OUT),
        (400, "63018", Failure.BUSY),
        (429, "20429", Failure.BUSY),
        (429, "", Failure.BUSY),
        (500, "", Failure.BUSY),
        (503, "20500", Failure.BUSY),
        (504, "", Failure.UNKNOWN),
        (408, "", Failure.UNKNOWN),
        (401, "20003", Failure.CREDENTIALS),
        (401, "", Failure.CREDENTIALS),
        (403, "", Failure.CREDENTIALS),
        (400, "99999", Failure.MALFORMED),
        (404, "20404", Failure.MALFORMED),
    ],
)
def test_a_refusal_is_told_by_code_or_status(status: int, code: str, failure: Failure) -> None:
    told_ = refused(status, code, None)
    assert (told_.failure, told_.code) == (failure, code or str(status))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("٧", None),
        ("9" * 400, None),
        ("999999", 3600.0),
    ],
)
def test_the_time_to_wait_is_believed_within_reason(header: str | None, seconds: float | None) -> None:
    assert refused(429, "20429", header).retry_after == seconds


def test_a_code_that_is_new_is_odd() -> None:
    assert told("12345") is told("") is Failure.ODD
