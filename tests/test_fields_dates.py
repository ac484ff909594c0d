"""Dates in both calendars as people type them; today is 15 January 2026 in Riyadh."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hijridate import Hijri
from hypothesis import given
from hypothesis import strategies as st

from conversations.events import Said
from conversations.fields import Good, Wrong, read
from conversations.forms import Kind
from conversations.messages import Code
from tests.fields_world import context, outcome, question, reading

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
RAJAB = "1990-01-31"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1990-05-01", "1990-05-01"),
        ("1/5/1990", "1990-05-01"),
        ("١/٥/١٩٩٠", "1990-05-01"),
        ("۰۱-۰۵-۱۹۹۰", "1990-05-01"),
        ("01.05.1990", "1990-05-01"),
        ("1 5 1990", "1990-05-01"),
        ("1990/5/1", "1990-05-01"),
        ("1/5/1990م", "1990-05-01"),
        ("1/5/1990 م.", "1990-05-01"),
        ("1/5/1990 ميلادي", "1990-05-01"),
        ("\u200f1\u200f/\u200f5\u200f/\u200f1990", "1990-05-01"),
        ("14 May 1968", "1968-05-14"),
        ("May 14, 1968", "1968-05-14"),
        ("14may1968", "1968-05-14"),
        ("14 Setpember 1968", "1968-09-14"),
        ("١٤ مايو ١٩٦٨", "1968-05-14"),
        ("١٤ يونيو ١٩٦٨", "1968-06-14"),
        ("١٤ يوليو ١٩٦٨م", "1968-07-14"),
        ("5 رجب 1410", RAJAB),
        ("5 رجب 1410هـ", RAJAB),
        ("٥ رجب ١٤١٠ هـ", RAJAB),
        ("5 رجب 1410 هجري", RAJAB),
        ("رجب 5 1410", RAJAB),
        ("1410 هـ رجب 5", RAJAB),
        ("1410/7/5", RAJAB),
        ("5/7/1410", RAJAB),
        ("5-7-1410هـ", RAJAB),
        ("5 ربيع الأول 1410", "1989-10-04"),
        ("5 ربيع الاول 1410", "1989-10-04"),
        ("5 جمادي الأخرة 1410", "1990-01-02"),
        ("29/2/1992", "1992-02-29"),
        ("1343/1/1", "1924-08-01"),
        ("15/1/2026", "2026-01-15"),
        ("15/1/1906", "1906-01-15"),
        ("30 رجب 1410", "1990-02-25"),
    ],
)
def test_birth_dates_in_every_spelling(typed: str, day: str) -> None:
    assert outcome(Kind.DATE, typed, most=0) == day


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1/5/90", "short_year"),
        ("١/٥/٩٠", "short_year"),
        ("90-05-01", "short_year"),
        ("5 رجب 10", "short_year"),
        ("قبل سنة", "format"),
        ("5 رجب", "format"),
        ("1990", "format"),
        ("01051990", "format"),
        ("1/5/19901", "format"),
        ("1/5/990", "format"),
        ("5/1990/1", "format"),
        ("1990/1/1990", "format"),
        ("5 رجب شعبان 1410", "format"),
        ("1/5/1990 12:30", "format"),
        ("1/5/1990²", "format"),
        ("①/5/1990", "format"),
        ("½", "format"),
        ("1/5/1990 " * 20, "format"),
        ("9" * 5_000, "format"),
        ("1340/7/5", "hijri_year"),
        ("5 رجب 1340", "hijri_year"),
        ("1/1/1290 هـ", "hijri_year"),
        ("1/1/1600 هـ", "hijri_year"),
        ("1/1/1600", "year"),
        ("1/1/2200", "year"),
        ("0000-00-00", "year"),
        ("31 رجب 1410", "hijri_day"),
        ("1410/2/30", "hijri_day"),
        ("30 صفر 1410", "hijri_day"),
        ("0/3/1410", "hijri_day"),
        ("5/13/1410", "month"),
        ("5/14/1990", "month"),
        ("1990-00-05", "month"),
        ("31/4/1990", "day"),
        ("29/2/1990", "day"),
        ("1/5/1990 هـ", "calendar"),
        ("1/5/1410 م", "calendar"),
        ("5 رجب 1990", "calendar"),
        ("5 مايو 1410", "calendar"),
        ("5 رجب 1410 م", "calendar"),
        ("1/5/2090", "future"),
        ("16/1/2026", "future"),
        ("14/1/1906", "early"),
        ("1/1/1900", "early"),
    ],
)
def test_what_is_no_birth_date(typed: str, code: str) -> None:
    assert outcome(Kind.DATE, typed, most=0) == f"date.{code}"


def test_the_sentence_says_which_years_are_read_and_how_long_the_month_is() -> None:
    early = reading(Kind.DATE, "5 رجب 1340", most=0)
    assert isinstance(early, Wrong)
    assert early.line.params["hijri_least"] == Code("1343")
    assert early.line.params["hijri_most"] == Code("1500")
    late = reading(Kind.DATE, "31/4/1990")
    assert isinstance(late, Wrong)
    assert late.line.params["count"] == 30


@pytest.mark.parametrize(("days", "code"), [(-1, "date.past"), (0, None), (180, None), (181, "date.late")])
def test_an_appointment_is_bounded_in_days_from_today(days: int, code: str | None) -> None:
    typed = (date(2026, 1, 15) + timedelta(days=days)).isoformat()
    assert outcome(Kind.DATE, typed, least=0, most=180) == (code or typed)


def test_today_is_the_day_in_the_zone_of_the_organisation() -> None:
    late_evening = context(now=datetime(2026, 1, 14, 21, 30, tzinfo=UTC))
    got = read(question(Kind.DATE, least=0), Said("15/1/2026"), late_evening)
    assert got == Good("2026-01-15", "15/1/2026")
    before = read(question(Kind.DATE, least=0), Said("14/1/2026"), late_evening)
    assert isinstance(before, Wrong)
    assert before.line.key == "wrong.date.past"


def test_bounds_past_the_end_of_time_bound_nothing() -> None:
    assert outcome(Kind.DATE, "1/5/1990", least=-(10**12), most=10**12) == "1990-05-01"


@given(st.dates(date(1906, 2, 1), date(2026, 1, 15)))
def test_every_day_reads_back_in_every_order(day: date) -> None:
    iso = day.isoformat()
    for typed in (iso, f"{day.day}/{day.month}/{day.year}", f"{day.year}/{day.month}/{day.day}"):
        assert outcome(Kind.DATE, typed, most=0) == iso
        assert outcome(Kind.DATE, typed.translate(EASTERN), most=0) == iso


@given(st.integers(1343, 1446), st.integers(1, 12), st.integers(1, 29))
def test_every_hijri_day_is_the_day_of_the_tables(year: int, month: int, day: int) -> None:
    expected = Hijri(year, month, day).to_gregorian().isoformat()
    assert outcome(Kind.DATE, f"{day}/{month}/{year}", most=0) == expected
    assert outcome(Kind.DATE, f"{year}-{month:02}-{day:02}هـ", most=0) == expected
