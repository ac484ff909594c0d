"""The judge of words: everything a form needs is said in every language, fits every channel, and agrees."""

from collections.abc import Iterator, Mapping
from string import Formatter

from conversations.forms import Form, Kind, Question
from organisations.problem import Problem, error
from organisations.profile import Profile
from organisations.wordings import base

ALWAYS = (
    *("organisation.name", "organisation.short", "organisation.policy_title"),
    *("notice.text", "declaration.text", "privacy.text"),
)
TAPPED = (Kind.CHOICE, Kind.CHOICES, Kind.YES_NO)
SHORT, LABEL = 20, 72
LOUD = "!！"
# What the mind gives a line to fill in; every other line of a form is given nothing.
GIVEN = {"declaration.text": {"name", "organisation"}, "notice.text": {"organisation"}}
ASKED = ("question.", "choice.", "document.", "section.", "form.")
BARE = (*ASKED, "organisation.", "privacy.", "declaration.", "notice.")
Words = Mapping[str, str]


def judge_words(profile: Profile) -> Iterator[Problem]:
    """Everything wrong with an association's words, language by language and between them."""
    for language, words in profile.wording.items():
        for problem in (*_missing(profile, words), *_long(words), *_loud(words), *_gaps(words)):
            yield error(f"{problem[:-1]} ({language}).")
    yield from _agreeing(profile)


def needed(profile: Profile) -> Iterator[str]:
    """Every key that must have words of the association or of the common part."""
    yield from ALWAYS
    yield from (f"tool.{tool.key}" for tool in profile.staff_tools)
    for form in profile.organisation.forms.values():
        yield from _of_form(form)


def _of_form(form: Form) -> Iterator[str]:
    yield f"form.{form.id}.title"
    for question in form.questions:
        yield f"section.{question.section}"
        yield from (f"question.{question.id}.{part}" for part in _parts(question))
        yield from (f"choice.{question.id}.{choice.key}" for choice in question.choices)
        yield from (f"document.{document.key}" for document in question.documents)
        yield from (f"{name}.{key}" for name, key in _declared(question) if key)


def _parts(question: Question) -> tuple[str, ...]:
    return ("ask", "why", "label") if question.kind in TAPPED else ("ask", "why", "label", "example")


def _declared(question: Question) -> Iterator[tuple[str, str]]:
    yield "purpose", question.purpose
    yield "retention", question.retention
    yield from (("role", role) for role in question.roles)


def _missing(profile: Profile, words: Words) -> Iterator[str]:
    for key in dict.fromkeys(needed(profile)):
        if key not in words:
            yield f"`{key}` has no words; write them."
        elif key.startswith("choice.") and len(words[key]) > SHORT and f"{key}.short" not in words:
            yield f"`{key}` has {len(words[key])} characters; write `{key}.short` of {SHORT} or less for buttons."


def _long(words: Words) -> Iterator[str]:
    for key, text in words.items():
        limit = _limit(base(key))
        if limit and len(text) > limit:
            yield f"`{key}` has {len(text)} characters; {limit} at most fit every channel."


def _limit(key: str) -> int:
    if key.endswith(".short"):
        return SHORT
    labelled = key.startswith(("choice.", "document.", "menu.", "section.")) or key.endswith((".label", ".title"))
    return LABEL if labelled else 0


def _loud(words: Words) -> Iterator[str]:
    for key, text in words.items():
        if any(sign in text for sign in LOUD):
            yield f"`{key}` has an exclamation mark; say it quietly."


def placeholders(text: str) -> frozenset[str]:
    """The names in braces that a text waits for; ValueError where a brace is left open."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _gaps(words: Words) -> Iterator[str]:
    for key, text in words.items():
        try:
            wanted = placeholders(text)
        except ValueError:
            yield f"`{key}` has a brace that opens or closes nothing; correct it."
            continue
        unknown = wanted - GIVEN.get(base(key), set())
        if key.startswith(BARE) and unknown:
            yield f"`{key}` waits for {{{', '.join(sorted(unknown))}}}, which nothing fills in; remove it."


def _agreeing(profile: Profile) -> Iterator[Problem]:
    languages = iter(profile.wording.items())
    first, model = next(languages, ("", {}))
    for language, words in ((first, model), *languages):
        for key, text in words.items():
            pattern = model.get(base(key), text)
            if _waits(text) != _waits(pattern):
                yield error(f"`{key}` ({language}) and `{base(key)}` ({first}) wait for different values in braces.")
            if "@" in key and base(key) not in words:
                yield error(f"`{key}` ({language}) has no plain `{base(key)}` beside it; add it.")


def _waits(text: str) -> frozenset[str]:
    try:
        return placeholders(text)
    except ValueError:
        return frozenset()
