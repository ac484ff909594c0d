"""Inquiries on a real SQLite file: told out of the memory, kept sealed, grouped, made into entries, approved, told."""

from pathlib import Path
from typing import Any

from bot.household import Household
from bot.shelves import learner
from conversations.answers import AnswerKind
from services.curating import Curating, Fault, Words
from services.knowledge import Entry, Knowledge, State
from services.roles import Role
from services.staffing import Member
from tests.turns_world import Clock, Guest, house, rows

OWN = (
    Entry(
        "time",
        AnswerKind.ANSWER,
        {"ar": "مدة دراسة الطلب", "en": "How long a request takes"},
        {"ar": "يصل الرد خلال ثلاثين يومًا.", "en": "The answer comes within thirty days."},
        {"ar": "سياسة المستفيدين، المادة 5", "en": "Beneficiaries policy, article 5"},
        {"ar": ("كم يأخذ الرد على الطلب", "متى تردون علي"), "en": ("when will I hear back",)},
    ),
    Entry(
        "papers",
        AnswerKind.DOCUMENT,
        {"ar": "المستندات المطلوبة", "en": "The papers needed"},
        {"ar": "صورة الهوية وتعريف بالدخل."},
        {"ar": "سياسة المستفيدين، المادة 3"},
        {"ar": ("ما الأوراق اللازمة للتقديم", "وش اجهز من مستندات")},
    ),
)
OTHERS = (
    "أوقات عمل الجمعية", "عنوان المقر", "رقم الهاتف الموحد", "شروط الاستحقاق", "كفالة الأيتام", "السلة الغذائية", "سداد الإيجار",
    "العلاج والأدوية", "الاعتراض على القرار", "سرية المعلومات", "حذف بياناتي", "التطوع مع الفريق", "التبرع للجمعية",
    "زيارة الباحثة الاجتماعية", "تحديث رقم الجوال", "الحساب البنكي", "ترميم المنازل", "تأهيل الأسر المنتجة", "كسوة الشتاء",
    "الشكاوى والمقترحات", "الولاية على القاصر", "السكن خارج المنطقة", "إعادة التقديم بعد الرفض", "لجنة المساعدات",
)  # fmt: skip
NEW = "هل توزعون أجهزة حاسب للطلاب؟"


def knowledge_of() -> tuple[Entry, ...]:
    """A small knowledge: two entries with words, and as many titles as a true one has."""
    text, source = {"ar": "جواب معتمد."}, {"ar": "السياسة"}
    return *OWN, *(Entry(f"o{n}", AnswerKind.ANSWER, {"ar": t}, text, source) for n, t in enumerate(OTHERS))


def member(staff: str = "1") -> Member:
    return Member("labas", staff * 32, "سارة", frozenset({Role.RELATIONS}), "ar", False)


async def furnished(home: Household, **approvals: int) -> Curating:
    """The household with this small knowledge instead of the profile's."""
    knowledge = Knowledge(home.memory, {"labas": knowledge_of()}, learner(("ar", "en")), Clock())
    home.turns._knowledge = knowledge
    await knowledge.open()
    return Curating(home.memory, knowledge, approvals, Clock())


async def asked(home: Household) -> list[dict[str, Any]]:
    return await rows(home, "inquiries")


async def test_a_question_is_told_with_its_source_and_kept_sealed(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await furnished(home)
        guest = Guest(home)
        await guest.say("كم ياخذ الرد على الطلب")
        assert "ثلاثين يومًا" in guest.words.text and "المصدر: سياسة المستفيدين، المادة 5" in guest.words.text
        await guest.tap("yes")
        (row,) = await asked(home)
        assert (row["entry"], row["became"], row["helped"]) == ("time", "told", True)
        assert row["question"] == "كم ياخذ الرد على الطلب"
    assert "كم ياخذ الرد".encode() not in (tmp_path / "data" / "wasl.db").read_bytes()


async def test_in_the_other_language_the_same_entry_is_told_in_its_words(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await furnished(home)
        guest = Guest(home)
        await guest.say("when will I hear back?")
        assert "within thirty days" in guest.words.text and "Source: Beneficiaries policy" in guest.words.text


async def test_unanswered_questions_are_grouped_and_become_an_entry_that_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        curating, second = await furnished(home, labas=2), member("2")
        for key, words in (("a", NEW), ("b", "هل توزعون اجهزة حاسب للطلاب"), ("c", "zzzz qqqq؟")):
            await Guest(home, key=key).say(words)
        groups = await curating.unanswered(member())
        assert sorted((g.count, g.question) for g in groups)[-1][0] == 2 and len(groups) == 2
        group = next(g for g in groups if g.count == 2)
        made = await curating.draft(member(), group.contact, group.number)
        assert made is not None and made == await curating.draft(member(), group.contact, group.number)
        assert [g.count for g in await curating.unanswered(member())] == [1]
        assert await curating.approve(second, made) is Fault.INCOMPLETE
        said = Words("أجهزة الحاسب", "لا توزع الجمعية أجهزة.", "لائحة الخدمات", NEW)
        assert await curating.save(member(), made, AnswerKind.ANSWER, {"ar": said}) is None
        assert await curating.approve(member(), made) is Fault.SECOND
        assert await curating.approve(second, made) is None
        guest = Guest(home, key="d")
        await guest.say(NEW)
        assert "لا توزع الجمعية أجهزة." in guest.words.text
        assert await curating.withdraw(member(), made) is None
        assert curating.would_say(member(), "ar", NEW).sure is False
        verbs = [row["verb"] for row in await rows(home, "audit")]
        assert sorted(verbs) == ["entry_approved", "entry_drafted", "entry_saved", "entry_withdrawn"]


async def test_what_staff_changed_is_not_overwritten_by_the_profile(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        curating = await furnished(home)
        changed = Words("مدة الرد", "يصل الرد خلال عشرين يومًا.", "قرار جديد", "كم ياخذ الرد")
        await curating.save(member(), "time", AnswerKind.ANSWER, {"ar": changed})
        again = await furnished(home)
        entry = again.one(member(), "time")
        assert entry is not None and entry.state is State.DRAFT and entry.text["ar"].startswith("يصل الرد خلال عشرين")
        assert len(again.all(member())) == len(knowledge_of())
        assert await again.approve(member(), "nobody") is Fault.GONE
