"""Judges the catalogues: against Arabic, against the code that asks for keys, and the words that people type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from locales.catalogue import languages, source
from locales.isolation import bare
from locales.usage import ROOT, SPEAKING, Use, uses
from locales.vocabulary import conflicts

MODEL = "ar"
CONTEXTS = (None, "feminine", "masculine")
SPECS = ("", "plain", "short", "lunar")
# Keys whose words are an organisation's own; `bot check` asks for them, form by form.
OWN = re.compile(
    r"(question|choice|section|organisation|privacy|purpose|role)\..+"
    r"|document\.[^.]+|page\.short|form\.[^.]+\.title|declaration\.text|notice\.text"
)
FILES = (".html", ".css", ".js", ".svg", ".json", ".toml", ".py", ".md", ".po", ".ico", ".txt")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a catalogue: a key, in one grammatical gender or none, with all its forms."""

    key: str
    context: str | None
    forms: tuple[str, ...]
    counted: bool
    fuzzy: bool

    @property
    def names(self) -> frozenset[str]:
        """The values that its forms show."""
        return frozenset().union(*(names(form) for form in self.forms))


def names(template: str) -> frozenset[str]:
    """The names in braces of a template; ValueError where braces hold more than a plain name."""
    found = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or spec not in SPECS or conversion:
            raise ValueError(f"«{{{name}}}» must be a plain name in braces")
        found.add(name)
    return frozenset(found)


def judge(root: Path = ROOT) -> list[str]:
    """Everything wrong with the words, as sentences; an empty list is a clean bill."""
    faults = [fault for language in languages() for fault in _judged(language)]
    if faults:
        return faults
    faults = [fault for language in languages() if language != MODEL for fault in _compared(language)]
    return faults + list(_asked(root)) + conflicts(languages())


def unused(root: Path = ROOT) -> list[str]:
    """Keys that no code asks for."""
    asked = list(uses(root))
    exact = {use.key for use in asked}
    patterns = [use.pattern for use in asked if use.pattern]
    # A key's own beginning stands for it: «web.missing» for «web.missing.title», as pages and labels do.
    spare = [key for key in _entries(MODEL) if key not in exact and key.rpartition(".")[0] not in exact]
    return sorted(key for key in spare if not any(pattern.fullmatch(key) for pattern in patterns))


def required() -> dict[str, frozenset[str]]:
    """Every key of the catalogue and the values that its words show."""
    return {key: frozenset().union(*(e.names for e in entries)) for key, entries in _entries(MODEL).items()}


@cache
def _read(language: str) -> Catalog:
    with source(language).open("rb") as file:
        return read_po(file, domain="wasl")


@cache
def _entries(language: str) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for message in _read(language):
        if message.id:
            entry = _entry(message)
            found.setdefault(entry.key, []).append(entry)
    return found


def _entry(message: Message) -> Entry:
    counted = isinstance(message.id, list | tuple)
    key = message.id[0] if counted else str(message.id)
    forms = tuple(message.string) if isinstance(message.string, list | tuple) else (str(message.string),)
    return Entry(key, message.context, forms, counted, message.fuzzy)


def _judged(language: str) -> Iterator[str]:
    """What is wrong with one language by itself."""
    plurals = _read(language).num_plurals
    for entries in _entries(language).values():
        for entry in entries:
            yield from (f"{language}: {entry.key} {fault}" for fault in _faults(entry, plurals))
        if entries[0].context is not None and all(entry.context for entry in entries):
            yield f"{language}: {entries[0].key} has no neutral wording"


def _faults(entry: Entry, plurals: int) -> Iterator[str]:
    if entry.context not in CONTEXTS:
        yield f"has the context {entry.context}, not feminine or masculine"
    if entry.fuzzy:
        yield "is marked fuzzy"
    if entry.counted and len(entry.forms) != plurals:
        yield f"has {len(entry.forms)} forms, not {plurals}"
    for form in entry.forms:
        if not form.strip():
            yield "has no words"
        if "!" in form:
            yield "has an exclamation mark"
        if bare(form) != form:
            yield "holds a mark of direction; values are isolated where they are shown"
        try:
            names(form)
        except ValueError as wrong:
            yield f"cannot be filled in: {wrong}"


def _compared(language: str) -> Iterator[str]:
    model, other = _entries(MODEL), _entries(language)
    yield from (f"{language}: {key} is missing" for key in sorted(model.keys() - other.keys()))
    yield from (f"{language}: {key} is not in {MODEL}" for key in sorted(other.keys() - model.keys()))
    wanted = required()
    for code, entries in ((MODEL, model), (language, other)):
        for key in sorted(model.keys() & other.keys()):
            yield from (f"{code}: {fault}" for e in entries[key] for fault in _unlike(e, model[key][0], wanted[key]))


def _unlike(entry: Entry, model: Entry, wanted: frozenset[str]) -> Iterator[str]:
    """How an entry differs from Arabic; a counted form may tell its count in words."""
    if entry.counted != model.counted:
        yield f"{entry.key} must {'' if model.counted else 'not '}have plural forms"
    spoken = {"count"} if entry.counted else set()
    for form in entry.forms:
        if names(form) | spoken != wanted | spoken:
            yield f"{entry.key} shows {sorted(names(form))}, not {sorted(wanted)}: «{form}»"


def _asked(root: Path) -> Iterator[str]:
    """Keys that the code asks for and no language has, and values that it forgets to give."""
    known = required()
    prefixes = {key.partition(".")[0] for key in known}
    for use in uses(root):
        if use.pattern is not None:
            if _speaks(use, prefixes) and not OWN.fullmatch(use.key) and not any(map(use.pattern.fullmatch, known)):
                yield f"{use.place}: no key is like «{use.key}»"
        elif use.key in known:
            missing = known[use.key] - use.names if use.names is not None else frozenset()
            yield from (f"{use.place}: {use.key} needs the value {name}" for name in sorted(missing))
        elif any(key.startswith(f"{use.key}.") for key in known):
            continue
        elif use.sure and not OWN.fullmatch(use.key) and (use.call or _speaks(use, prefixes)):
            yield f"{use.place}: {use.key} has no words"


def _speaks(use: Use, prefixes: set[str]) -> bool:
    """Whether a dotted text is meant as a key: it begins like one, where keys are spoken of, and names no file."""
    begins = use.key.partition(".")[0] in prefixes
    return begins and use.place.startswith(SPEAKING) and not use.key.endswith(FILES)
