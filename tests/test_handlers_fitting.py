"""What a channel cannot draw becomes plain lines, and nothing is dropped on the way."""

import pytest

from conversations.messages import Capabilities, Words
from handlers import SMS, TELEGRAM, WHATSAPP, ways
from handlers.fitting import Button, Fitted, fit, pieces

ASK = Words(
    "لمن الطلب؟",
    options=({"id": "3-self", "label": "لي", "number": "1"}, {"id": "3-kin", "label": "لقريب", "number": "2"}),
)
BUTTONS = Capabilities(private=False, buttons=3, button_label=10, body=1024)


def option(id: str, label: str, **more: str) -> dict[str, str]:
    return {"id": id, "label": label, **more}


@pytest.mark.parametrize("channel", [WHATSAPP, SMS])
def test_a_channel_without_buttons_gets_numbered_lines(channel: Capabilities) -> None:
    assert fit(ASK, channel) == [Fitted("لمن الطلب؟\n\n1. لي\n2. لقريب")]


def test_a_channel_with_buttons_gets_them_and_no_lines() -> None:
    assert fit(ASK, TELEGRAM) == [Fitted("لمن الطلب؟", (Button("3-self", "لي"), Button("3-kin", "لقريب")))]


def test_one_button_too_many_makes_them_all_lines() -> None:
    many = Words("?", options=tuple(option(str(n), "س", number=str(n)) for n in range(1, 5)))
    assert fit(many, BUTTONS) == [Fitted("?\n\n1. س\n2. س\n3. س\n4. س")]


def test_a_long_label_stands_in_the_text_and_its_short_form_on_the_button() -> None:
    words = Words("?", options=(option("1-a", "أوافق على كل ما سبق", short="أوافق", number="1"),))
    assert fit(words, BUTTONS) == [Fitted("?\n\n1. أوافق على كل ما سبق", (Button("1-a", "أوافق"),))]


def test_a_long_label_without_a_short_form_makes_lines() -> None:
    assert fit(Words("?", options=(option("1-a", "أوافق على كل ما سبق"),)), BUTTONS)[0].buttons == ()


def test_a_hint_is_told_where_a_button_cannot_show_it() -> None:
    words = Words("?", options=(option("1-a", "سلة", hint="مرة في الشهر", number="1"),))
    assert fit(words, BUTTONS) == [Fitted("?\n\n1. سلة (مرة في الشهر)", (Button("1-a", "سلة"),))]


def test_lines_go_on_counting_where_rows_stand_before_them() -> None:
    words = Words("1. الاسم: سعد\n2. المدينة: القرينة", options=(option("9-ok", "صحيح", number="3"),))
    assert fit(words, WHATSAPP)[0].text.endswith("3. صحيح")


def test_an_option_has_no_number_where_a_number_is_an_answer_of_its_own() -> None:
    assert fit(Words("كم العدد؟", options=(option("3-skip", "تخطي"),)), WHATSAPP)[0].text.endswith("\n- تخطي")


def test_isolates_go_where_the_handset_shows_them_as_boxes() -> None:
    words = Words("الرقم \u20681012345672\u2069 صحيح")
    assert fit(words, SMS) == [Fitted("الرقم 1012345672 صحيح")]
    assert fit(words, WHATSAPP) == [Fitted(words.text)]


@pytest.mark.parametrize("most", [7, 16, 40, 1600])
def test_a_long_text_is_cut_between_lines_and_words_and_loses_none(most: int) -> None:
    text = "\n".join(f"السطر {n} من النص" for n in range(40))
    cut = list(pieces(text, most))
    assert " ".join(cut).split() == text.split()
    assert all(len(piece) <= most for piece in cut)


def test_a_word_longer_than_a_text_is_cut_anyway() -> None:
    assert list(pieces("x" * 25, 10)) == ["x" * 10, "x" * 10, "x" * 5]


def test_letters_outside_the_first_plane_count_two() -> None:
    assert list(pieces("𝒜" * 6, 10)) == ["𝒜" * 5, "𝒜"]


def test_buttons_hang_under_the_last_text() -> None:
    words = Words("سطر\n" * 600 + "؟", options=(option("1-a", "نعم"),))
    fitted = fit(words, BUTTONS)
    assert len(fitted) > 1
    assert [bool(one.buttons) for one in fitted] == [False] * (len(fitted) - 1) + [True]


def test_only_web_chat_is_private() -> None:
    assert [name for name, channel in ways().items() if channel.private] == ["web"]
    assert set(ways()) == {"web", "whatsapp", "sms", "telegram"}
