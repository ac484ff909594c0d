"""A little knowledge for the pure mind: one question it is sure of, one it is not, and one that nobody can answer."""

from conversations.answers import Answer, AnswerKind
from conversations.facts import Found

TIME = Answer(
    "time", AnswerKind.ANSWER, "مدة دراسة الطلب", "يصل الرد خلال ثلاثين يومًا.", "سياسة المستفيدين، المادة 5", 0.9
)
PAPERS = Answer("papers", AnswerKind.DOCUMENT, "المستندات", "صورة الهوية.", "سياسة المستفيدين، المادة 3", 0.3)
FEES = Answer("fees", AnswerKind.MISCONCEPTION, "الخدمة برسوم", "الخدمة مجانية.", "سياسة المستفيدين، المادة 9", 0.2)
SURE, CLOSE, NONE = "كم يأخذ الرد على الطلب؟", "وش المطلوب مني بالضبط", "هل توزعون أجهزة حاسب؟"
KNOWN = {
    SURE: Found(answers=(TIME, PAPERS), sure=True),
    CLOSE: Found(answers=(PAPERS, FEES)),
    "الخدمة بفلوس صح؟": Found(answers=(FEES,), sure=True),
}
