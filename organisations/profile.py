"""What a folder of data becomes: one association, whole and checked for shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conversations.answers import AnswerKind
from conversations.organisation import Organisation

# Language to key to text; a key may end in `@feminine` or `@masculine`.
Wording = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Look:
    """The association's colour in both themes, as `#rrggbb`; the soft ones are 16 % of it over the surface."""

    accent_light: str
    accent_dark: str
    soft_light: str
    soft_dark: str


@dataclass(frozen=True, slots=True)
class StaffTool:
    """A title at the officer's hand, words under `tool.KEY`; nobody invents its text."""

    key: str
    state: str = "not uploaded"


@dataclass(frozen=True, slots=True)
class ApprovedText:
    """A template that WhatsApp approved: its id at the vendor (ContentSid), and the parameters that fill it."""

    id: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of approved knowledge with its words by language, and other ways to ask for it; a `sample` is what the
    association has not published itself."""

    id: str
    kind: AnswerKind
    title: Mapping[str, str]
    text: Mapping[str, str]
    source: Mapping[str, str]
    questions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """An association as its folder states it; `samples` are (part, source) of all that it has not published itself,
    `templates` the approved texts by the key of the message that each stands for outside of WhatsApp's 24 hours."""

    organisation: Organisation
    wording: Wording
    look: Look
    policy: Mapping[str, str]
    policy_version: str
    adopted: str
    channels: Mapping[str, bool]
    staff_tools: tuple[StaffTool, ...]
    procedure_end: str
    website: str
    embedding_origins: tuple[str, ...]
    legal: str
    samples: tuple[tuple[str, str], ...]
    templates: Mapping[str, ApprovedText] = field(default_factory=dict)
    knowledge: tuple[Known, ...] = ()

    @property
    def name(self) -> str:
        """The folder's name, by which settings and addresses know the association."""
        return self.organisation.name


class BadProfile(Exception):
    """Data that cannot be read; `sentences` name each file and key and say what to fix."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
