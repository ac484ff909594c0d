"""Frames of the page: read strictly, never raising, into events of the mind."""

import json
from typing import Any

import pytest

from conversations.events import Inbound, Opened, Said, Switched
from handlers import webchat
from handlers.webchat import Frame, inbound, read, write

ID = "0b0c3d52-6f1e-4b0e-9a53-0d9a3f6a7c11"


def frame(**fields: Any) -> Frame:
    return read(json.dumps(fields))


GOOD = [
    ({"type": "hello"}, Frame("hello")),
    (
        {"type": "hello", "token": None, "last": 0, "language": "ar", "start": None, "mine": False},
        Frame("hello", language="ar"),
    ),
    ({"type": "hello", "token": "abc_-9", "last": 7, "mine": True}, Frame("hello", token="abc_-9", last=7, mine=True)),
    ({"type": "hello", "start": "request", "unheard": {"of": 1}}, Frame("hello", start="request")),
    ({"type": "message", "id": ID, "text": "٥٠٠٠"}, Frame("message", id=ID, text="٥٠٠٠")),
    ({"type": "message", "id": ID, "choice": "12-self"}, Frame("message", id=ID, choices=("12-self",))),
    ({"type": "message", "id": ID, "choices": ["1-a", "1-b"]}, Frame("message", id=ID, choices=("1-a", "1-b"))),
    (
        {"type": "message", "id": ID, "choice": "12-change:full_name"},
        Frame("message", id=ID, choices=("12-change:full_name",)),
    ),
    ({"type": "message", "id": ID, "choice": "start:request"}, Frame("message", id=ID, choices=("start:request",))),
    ({"type": "message", "id": ID, "text": "x" * 4000}, Frame("message", id=ID, text="x" * 4000)),
    ({"type": "message", "id": ID, "text": "a\x00b\ud800c"}, Frame("message", id=ID, text="abc")),
    ({"type": "message", "id": ID, "text": ""}, Frame("message", id=ID)),
    ({"type": "typing"}, Frame("typing")),
    ({"type": "seen", "seq": 7}, Frame("seen", seq=7)),
    ({"type": "language", "language": "en"}, Frame("language", language="en")),
    ({"type": "end"}, Frame("end")),
]


@pytest.mark.parametrize(("fields", "expected"), GOOD)
def test_a_good_frame_is_read(fields: dict[str, Any], expected: Frame) -> None:
    assert frame(**fields) == expected


WRONG = [
    ({"type": "poke"}, "unknown_type"),
    ({"type": 7}, "bad_frame"),
    ({}, "bad_frame"),
    ({"type": "hello", "last": -1}, "bad_frame"),
    ({"type": "hello", "last": True}, "bad_frame"),
    ({"type": "hello", "last": 10**30}, "bad_frame"),
    ({"type": "hello", "token": 7}, "bad_frame"),
    ({"type": "hello", "token": "ر"}, "bad_frame"),
    ({"type": "hello", "language": "../ar"}, "bad_frame"),
    ({"type": "message", "text": "no id"}, "bad_frame"),
    ({"type": "message", "id": "seven", "text": "x"}, "bad_frame"),
    ({"type": "message", "id": ID}, "bad_frame"),
    ({"type": "message", "id": ID, "text": 7}, "bad_frame"),
    ({"type": "message", "id": ID, "text": "x" * 4001}, "too_long"),
    ({"type": "message", "id": ID, "choice": "x" * 81}, "bad_frame"),
    ({"type": "message", "id": ID, "choices": ["a"] * 51}, "bad_frame"),
    ({"type": "message", "id": ID, "choices": "a"}, "bad_frame"),
    ({"type": "seen"}, "bad_frame"),
    ({"type": "seen", "seq": 1.5}, "bad_frame"),
    ({"type": "language", "language": None}, "bad_frame"),
]


@pytest.mark.parametrize(("fields", "code"), WRONG)
def test_a_wrong_frame_has_its_code_and_its_id(fields: dict[str, Any], code: str) -> None:
    read_frame = frame(**fields)
    assert read_frame.wrong == code
    assert read_frame.id == (ID if fields.get("id") == ID else None)


BROKEN = [
    "", "null", "[]", "7", '"hello"', "{", "\ufeff{}", '{"type":"hello","last":NaN}', '{"type":"hello","last":1e999}',
    '{"type":"hello","type":"end"}', "[" * 100_000, '{"a":' * 100_000, '{"type":"seen","seq":' + "9" * 5000 + "}",
]  # fmt: skip


@pytest.mark.parametrize("raw", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_frame_is_a_bad_frame(raw: str) -> None:
    assert read(raw).wrong == "bad_frame"


def test_frames_become_events() -> None:
    def event(**fields: Any) -> object:
        found = inbound("labas", "T", frame(**fields), "i")
        assert found is None or found == Inbound("labas", "web", ("T",), "i", found.event)
        return found and found.event

    assert event(type="hello", language="en", start="request") == Opened("en", "request")
    assert event(type="message", id=ID, text="نعم", choice="1-a") == Said("نعم", ("1-a",))
    assert event(type="language", language="en") == Switched("en")
    assert event(type="typing") is None
    assert event(type="seen", seq=1) is None


def test_ids_of_browsers_are_told_apart_by_contact() -> None:
    assert webchat.scoped("one", ID) != webchat.scoped("other", ID)
    assert webchat.bare(webchat.scoped("one", ID)) == ID
    assert webchat.bare(webchat.opening("T")) == "hello"
    assert webchat.opening("T") == webchat.opening("T") != webchat.opening("U")
    assert "secret-token" not in webchat.opening("secret-token")


def test_writing_leaves_out_what_is_none_and_keeps_arabic() -> None:
    assert write("ack", id=ID, repeat=False, name=None) == f'{{"type":"ack","id":"{ID}","repeat":false}}'
    assert write("error", text="أُعيد") == '{"type":"error","text":"أُعيد"}'


def test_options_keep_what_the_page_draws() -> None:
    words = {
        "options": [
            {"id": "1-a", "label": "نعم", "short": "نعم", "number": "1"},
            {"id": "1-b", "label": "لا", "hint": "لاحقًا"},
        ]
    }
    assert webchat.options(words) == [
        {"id": "1-a", "label": "نعم", "number": "1"},
        {"id": "1-b", "label": "لا", "hint": "لاحقًا"},
    ]
