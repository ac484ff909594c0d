"""The words people type, as data from `locales`; the mind holds none of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Command(StrEnum):
    """What can be asked for from anywhere."""

    MENU = "menu"
    BACK = "back"
    CANCEL = "cancel"
    HELP = "help"
    HUMAN = "human"
    LANGUAGE = "language"
    STATUS = "status"
    STOP = "stop"
    STOP_SOME = "stop_some"
    START = "start"
    SAVE = "save"
    RESUME = "resume"
    SKIP = "skip"
    LATER = "later"
    POLICY = "policy"
    WAIT_NO_MORE = "wait_no_more"
    LINK = "link"
    SOMEBODY_ELSE = "somebody_else"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    VOLUNTEERING = "volunteering"
    INTERVIEW = "interview"
    RIGHTS = "rights"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded phrases (see `arabic.fold`) of all languages of the house, merged.

    `commands` maps a folded phrase to its command, `greetings` are salutations, `thanks` what one
    says when all is said, `questions` words that begin a
    question, `danger` words of somebody who may come to harm, `abuse` insults and threats;
    `change` holds verbs that stand before a number or a field's name; `accept` and `refuse` are phrases that
    answer a declaration; months map folded names to 1-12; `cities` maps folded names to the name as written;
    `languages` maps folded names of languages to codes; `gendered` are the codes of those that address a man and a
    woman differently, `names` what each language calls itself, by code. `courtesies` are all that is no question by
    itself: salutations, thanks, a plain yes or no.
    """

    commands: Mapping[str, Command]
    greetings: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    change: frozenset[str]
    accept: frozenset[str]
    refuse: frozenset[str]
    hijri_months: Mapping[str, int]
    gregorian_months: Mapping[str, int]
    hijri_marks: frozenset[str]
    gregorian_marks: frozenset[str]
    currency: frozenset[str]
    cities: Mapping[str, str]
    languages: Mapping[str, str]
    questions: frozenset[str] = frozenset()
    danger: frozenset[str] = frozenset()
    abuse: frozenset[str] = frozenset()
    thanks: frozenset[str] = frozenset()
    gendered: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    courtesies: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Put together the small words, for which every message is looked through."""
        small = self.greetings | self.thanks | self.yes | self.no
        object.__setattr__(self, "courtesies", small)
