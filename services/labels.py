"""What people call things: the folded labels of live options and of a form's questions, as they read them."""

from collections.abc import Mapping
from functools import lru_cache

from conversations.arabic import fold
from conversations.messages import Line
from conversations.organisation import Organisation
from services.ports import Tongue, Tongues

Live = tuple[tuple[str, str], ...]
KEPT = 4096


class Labels:
    """Keeps the labels it has made; there are only as many as prompts."""

    def __init__(self, tongues: Tongues) -> None:
        self._tongues = tongues
        self._of = lru_cache(maxsize=KEPT)(self._make)
        self._asked: dict[tuple[str, str, str], Mapping[str, str]] = {}

    def live(self, organisation: str, language: str, live: Live) -> Mapping[str, str]:
        """Folded label, long and short, to the option's key."""
        return self._of(organisation, language, live)

    def questions(self, organisation: Organisation, language: str, form_id: str = "") -> Mapping[str, str]:
        """Folded review label to the question's id, over a form: where none is known, the organisation's request."""
        form = organisation.forms.get(form_id, organisation.forms[organisation.request])
        key = (organisation.name, language, form.id)
        if key not in self._asked:
            tongue = self._tongues(organisation.name, language)
            self._asked[key] = {fold(tongue.say(Line(f"question.{q.id}.label"))): q.id for q in form.questions}
        return self._asked[key]

    def _make(self, organisation: str, language: str, live: Live) -> Mapping[str, str]:
        tongue = self._tongues(organisation, language)
        return {words: key for key, wording in reversed(live) for words in _names(tongue, wording)}


def _names(tongue: Tongue, wording: str) -> list[str]:
    known = [key for key in (wording, f"{wording}.short") if wording and tongue.has(key)]
    return [fold(tongue.say(Line(key))) for key in known]
