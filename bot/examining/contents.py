"""Examining what the house says: every profile that is on, and the catalogues."""

from collections.abc import Iterable, Iterator, Sequence

import locales
import organisations
from conversations.findings import Finding, Level, ok, problem, warning
from locales.isolation import isolate
from organisations import BadProfile, Profile, Severity


def examine(names: Iterable[str], production: bool) -> list[Finding]:
    """How profiles and catalogues stand; `production` makes a problem of what no association has approved."""
    profiles: list[Profile] = []
    found: list[Finding] = []
    for name in names:
        try:
            profiles.append(organisations.load(name))
        except BadProfile as bad:
            found += [problem(f"{name} profile", sentence, _again(name)) for sentence in bad.sentences]
    judged = [finding for profile in profiles for finding in _profile(profile, profiles, production)]
    return [*found, *judged, *_catalogues()]


def _profile(profile: Profile, others: Sequence[Profile], production: bool) -> Iterator[Finding]:
    about = f"{profile.name} profile"
    judged = organisations.judge(profile, others)
    for each in judged:
        weigh = problem if each.severity is Severity.ERROR else warning
        yield weigh(about, each.sentence, _again(profile.name))
    if not judged:
        short = profile.wording.get("ar", {}).get("organisation.short", "")
        yield ok(about, f"The profile {isolate(short)} is whole.")
    if organisations.unready(profile):
        samples = ", ".join(part for part, _ in profile.samples) or "none"
        cause = f"The association has not approved it (approved = false). Samples: {samples}."
        fix = f"Let it read and approve them, then set approved = true in organisations/{profile.name}/profile.toml."
        yield Finding(Level.PROBLEM if production else Level.WARNING, about, cause, fix)


def _catalogues() -> list[Finding]:
    wrong = [problem("catalogues", sentence, _again("")) for sentence in locales.judge()]
    return wrong or [ok("catalogues", f"Every sentence is there in {' and '.join(locales.languages())}.")]


def _again(name: str) -> str:
    return f"Mend it, then run: python -m bot check {name}".rstrip()
