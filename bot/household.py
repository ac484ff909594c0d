"""The services of one house, furnished on a memory: the same for the server, the terminal and the tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.shelves import learner, shelf
from conversations.organisation import Gender
from handlers import way
from handlers.webchat import WEB
from locales import Tongue, direction, lexicon
from organisations import Profile
from papers.receipt import receipt_pdf
from services.acceptances import Acceptances, houses
from services.accounts import Accounts
from services.casework import Casework
from services.consenting import Consenting
from services.erasing import Erasing
from services.evidence import Evidence
from services.filesight import Filesight
from services.knowledge import Knowledge
from services.papers import Papers
from services.parking import Parking
from services.passwords import Passwords
from services.ports import Clock, Tongues
from services.presence import Presence
from services.reception import WAITING, Reception
from services.ringing import Ringing
from services.sessions import Sessions
from services.signing import Signing
from services.staffing import Staffing
from services.tokens import Tokens
from services.transcript import Transcript
from services.turns import Turns
from storage.files import FileStore
from storage.memory import Memory
from storage.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Household:
    """Everything that acts on the memory in the name of the associations."""

    memory: Memory
    profiles: Mapping[str, Profile]
    tongues: Tongues
    knowledge: Knowledge
    turns: Turns
    reception: Reception
    tokens: Tokens
    transcript: Transcript
    presence: Presence
    parking: Parking
    evidence: Evidence
    ringing: Ringing
    casework: Casework
    papers: Papers
    filesight: Filesight
    workshop: Workshop
    staffing: Staffing
    signing: Signing
    accounts: Accounts
    consenting: Consenting
    erasing: Erasing
    acceptances: Acceptances


def furnish(
    memory: Memory,
    profiles: Mapping[str, Profile],
    clock: Clock,
    public_url: str,
    files: Path | None = None,
    waiting: int = WAITING,
) -> Household:
    """Build the services on an opened memory; without a folder for files they are kept while the house stands."""
    tongues = Mouth(profiles)
    organisations = {name: profile.organisation for name, profile in profiles.items()}
    languages = sorted({code for o in organisations.values() for code in o.languages})
    shelves = {name: shelf(profile) for name, profile in profiles.items()}
    knowledge = Knowledge(memory, shelves, learner(tuple(languages)), clock)
    turns = Turns(memory, organisations, tongues, lexicon(languages), memory.wakeups, clock, public_url, knowledge)
    reception = Reception(turns, waiting=waiting)
    workshop, store = Workshop(), FileStore(files)
    associations = houses(organisations, {n: p.look.accent_light for n, p in profiles.items()}, direction)
    return Household(
        memory=memory,
        profiles=profiles,
        tongues=tongues,
        knowledge=knowledge,
        turns=turns,
        reception=reception,
        tokens=Tokens(memory, reception, WEB, clock),
        transcript=Transcript(memory, clock),
        presence=Presence(memory, organisations, clock),
        parking=Parking(memory, turns, clock, way),
        evidence=Evidence(memory, tuple(organisations), clock),
        casework=Casework(memory, turns, way),
        ringing=Ringing(memory, turns, clock, way, tuple(organisations)),
        papers=Papers(memory, store, workshop, clock, tuple(organisations)),
        filesight=Filesight(memory, store, organisations, clock),
        workshop=workshop,
        **_of_staff(memory, clock),
        consenting=Consenting(memory, clock),
        acceptances=Acceptances(memory, associations, tongues, receipt_pdf, public_url, clock),
        erasing=Erasing(memory, store, organisations, knowledge, memory.wakeups, clock),
    )


def _of_staff(memory: Memory, clock: Clock) -> dict[str, Any]:
    """Who works there, how they sign in, and what they do with their own account."""
    sessions, passwords = Sessions(memory, clock), Passwords()
    return {
        "staffing": Staffing(memory, clock, sessions, memory.wakeups),
        "signing": Signing(memory, clock, sessions, passwords, memory.wakeups),
        "accounts": Accounts(memory, clock, sessions, passwords, memory.wakeups),
    }


def _speeches(language: str, own: Gender) -> Iterator[tuple[str, str]]:
    """A language as the association speaks it by itself, and to whoever asked to be addressed otherwise."""
    yield language, own.value
    yield from ((f"{language}@{gender}", gender.value) for gender in Gender)


class Mouth:
    """Gives each association's tongue in each of its languages, made once."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._tongues = {
            (name, speech): Tongue(language, profile.wording[language], gender, profile.organisation.schedule.zone)
            for name, profile in profiles.items()
            for language in profile.organisation.languages
            for speech, gender in _speeches(language, profile.organisation.gender)
        }
        self._first = {name: profile.organisation.languages[0] for name, profile in profiles.items()}

    def __call__(self, organisation: str, language: str) -> Tongue:
        """The tongue of a language, or of one with a gender (`ar@feminine`); one that is not spoken gives the first."""
        known = (organisation, language) in self._tongues
        return self._tongues[organisation, language if known else self._first[organisation]]
