"""What comes beside words: papers page by page, attachments at the vendor, edits, proved phones, blocks."""

import pytest

from conversations.effects import Fetch, FilePapers, ProvePhone, PutAnswer, StopAddress
from conversations.events import Left, Media, MediaKind, Papers, Proved, Said
from conversations.forms import Kind
from conversations.messages import Entry
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import WHATSAPP

PHOTO = Media(MediaKind.PAPER, "vendor-1")


def at(kind: Kind, name: str = "labas") -> Mind:
    """A mind that is asked a question of this kind."""
    mind = Mind(name).start()
    while mind.asked.kind is not kind:
        mind.good()
    return mind


def papers(mind: Mind) -> dict[str, object]:
    return dict(mind.draft.answers["papers"])


def test_pages_are_kept_until_the_person_goes_on_and_then_the_day_is_asked() -> None:
    mind = at(Kind.DOCUMENTS)
    mind.send(Said(files=("f1",)))
    (filed,) = mind.of(FilePapers)
    assert (filed.field, filed.document, filed.files) == ("papers", "report", ("f1",))
    assert mind.live == ["next"] and "paper.arrived" in mind.keys
    mind.send(Said(files=("f2",))).tap("next")
    assert papers(mind)["report"] == {"state": "given", "files": ["f1", "f2"], "open": "date"}
    assert mind.told[-1].entry is Entry.DATE and mind.live == ["undated"]
    mind.say("1 رجب 1450")
    assert papers(mind)["report"] == {"state": "given", "files": ["f1", "f2"], "until": "2028-11-18"}
    assert mind.live[0] == "later"


def test_an_expired_paper_is_kept_and_said_to_be() -> None:
    mind = at(Kind.DOCUMENTS).send(Said(files=("f1",))).tap("next").say("1/1/2020")
    assert "paper.expired" in mind.keys
    assert papers(mind)["report"] == {"state": "expired", "files": ["f1"], "until": "2020-01-01"}


def test_the_review_shows_what_was_sent_and_what_comes_later() -> None:
    mind = at(Kind.DOCUMENTS).send(Said(files=("f1", "f2"))).tap("next").tap("undated").tap("later")
    assert mind.state.mode is Mode.REVIEW
    assert "صفحتان" in mind.text and "لاحقًا" in mind.text


def test_files_that_were_fetched_are_one_item_with_one_reply() -> None:
    mind = at(Kind.DOCUMENTS).send(Papers(tuple(f"f{n}" for n in range(10))))
    assert len(mind.told) == 1
    assert len(papers(mind)["report"]["files"]) == 10  # type: ignore[index]


def test_what_cannot_be_read_is_named_and_asked_for_again() -> None:
    mind = at(Kind.DOCUMENTS).send(Papers(refused=("unreadable", "unreadable")))
    assert mind.keys[0] == "paper.refused.unreadable" and mind.live[0] == "later"
    assert not mind.of(PutAnswer)
    mind.send(Papers(("f1",), ("kind",)))
    assert mind.keys[0] == "paper.refused.kind" and papers(mind)["report"]["files"] == ["f1"]  # type: ignore[index]


@pytest.mark.parametrize("event", [Said(files=("f1",)), Papers(("f1",))])
def test_a_file_that_nobody_asked_for_is_not_kept(event: Said | Papers) -> None:
    mind = at(Kind.NATIONAL_ID).send(event)
    assert mind.keys[0] == "paper.unasked" and mind.state.asking == "national_id"
    assert not mind.of(FilePapers) and not mind.of(PutAnswer)


def test_a_photo_at_the_vendor_is_fetched_and_its_caption_answers_nothing() -> None:
    mind = at(Kind.DOCUMENTS).send(Said("هذا التقرير", media=(PHOTO,)))
    assert mind.of(Fetch) == [Fetch((PHOTO,))] and mind.told == []


def test_words_that_come_with_a_photo_still_answer_another_question() -> None:
    mind = at(Kind.NAME).send(Said("سعد بن ناصر الحربي", media=(PHOTO,)))
    assert mind.of(Fetch) and mind.of(PutAnswer)[0].value == "سعد بن ناصر الحربي"


def test_a_sensitive_paper_is_not_taken_on_an_open_channel() -> None:
    mind = Mind("labas", WHATSAPP).start()
    while mind.state.mode is not Mode.LINK:
        mind.good()
    mind.send(Said(media=(PHOTO,)))
    assert not mind.of(Fetch) and mind.keys[0] == "paper.private" and mind.state.mode is Mode.LINK


@pytest.mark.parametrize(
    ("kind", "key", "fetched"),
    [
        (MediaKind.VOICE, "voice.kept", True),
        (MediaKind.OTHER, "media.other", False),
        (MediaKind.PLACE, "media.other", False),
        (MediaKind.CARD, "media.other", False),
    ],
)
def test_what_the_assistant_cannot_read_is_named_and_the_question_repeated(
    kind: MediaKind, key: str, fetched: bool
) -> None:
    mind = at(Kind.NAME).send(Said(media=(Media(kind, "v"),)))
    assert mind.keys[0] == key and mind.state.asking == "full_name"
    assert bool(mind.of(Fetch)) is fetched


def test_an_edit_corrects_the_open_question_only() -> None:
    mind = at(Kind.NATIONAL_ID)
    mind.send(Said("1012345672", edited=True))
    assert mind.of(PutAnswer)[0].field == "national_id"
    mind.send(Said("سعد الحربي", edited=True))
    assert mind.keys[0] == "edited.noted" and not mind.of(PutAnswer)


def test_a_proved_phone_answers_the_question_of_the_phone() -> None:
    mind = at(Kind.PHONE).send(Proved("+966550001734"))
    assert mind.of(ProvePhone) and mind.of(PutAnswer)[0].value == "+966550001734"
    mind.send(Proved("+966550001734"))
    assert "phone.proved" in mind.keys


def test_who_blocked_us_is_told_nothing() -> None:
    mind = at(Kind.NAME).send(Left())
    assert mind.of(StopAddress) == [StopAddress(stopped=True)] and mind.told == []
    assert mind.send(Left(back=True)).of(StopAddress) == [StopAddress(stopped=False)]


def test_somebody_new_who_begins_with_a_photo_is_greeted() -> None:
    mind = Mind().send(Said(media=(PHOTO,)))
    assert mind.state.mode is Mode.MENU and "greeting.hello" in mind.keys


def test_a_list_that_is_gone_through_again_keeps_what_was_sent() -> None:
    mind = at(Kind.DOCUMENTS).send(Said(files=("f1",))).tap("next").tap("undated").tap("later")
    assert mind.state.mode is Mode.REVIEW
    mind.tap("change:papers")
    assert list(papers(mind)) == ["report"] and mind.live == ["later"]
    mind.send(Said(files=("f2",))).tap("next").tap("change:papers")
    assert "papers" not in mind.draft.answers and mind.state.asking == "papers"
