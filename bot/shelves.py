"""The knowledge of a profile as the services keep it, and the matcher that learns it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from locales.thesaurus import thesaurus
from organisations import Profile
from services.answers.gist import Gist, gist_of
from services.answers.matcher import Matcher
from services.knowledge import Entry, Pairs


def shelf(profile: Profile) -> Sequence[Entry]:
    """The entries that the profile brings."""
    return [Entry(one.id, one.kind, one.title, one.text, one.source, one.questions) for one in profile.knowledge]


def learner(languages: tuple[str, ...]) -> Callable[[Pairs], Matcher]:
    """Learns questions in these languages; the same ones are learned once."""

    def learn(pairs: Pairs) -> Matcher:
        return _learned(pairs, languages)

    return learn


@cache
def _learned(pairs: Pairs, languages: tuple[str, ...]) -> Matcher:
    return Matcher(pairs, thesaurus(languages))


def gist_in(profiles: Mapping[str, Profile]) -> Gist:
    """By what questions are known to be one, in all languages of these associations."""
    return gist_of(thesaurus(tuple(sorted({code for one in profiles.values() for code in one.organisation.languages}))))
