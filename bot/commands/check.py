"""`python -m bot check`: judge every profile, catalogue and setting in sentences, or draw a form or the modes."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

import locales
import organisations
from bot import judgement
from bot.reading import ENV_FILE, SettingsRefusedError, read
from bot.settings import Settings
from organisations import BadProfile, Problem, Profile
from organisations.drawing import draw_form, draw_modes
from organisations.problem import Severity, error, warning

MODES = "modes"
BAD_USE = 2


def check(
    names: Annotated[list[str] | None, typer.Argument(help="Associations to judge; all where none is named.")] = None,
    production: Annotated[
        bool, typer.Option("--production", help="Also refuse samples, unapproved profiles and unset secrets.")
    ] = False,
    draw: Annotated[
        str | None, typer.Option("--draw", metavar="FORM|modes", help="Print a form or the modes in Mermaid.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="The language of a drawing's labels.")] = "ar",
) -> None:
    """Judge every profile, catalogue and setting; exit 1 where anything must be mended."""
    known = organisations.names()
    for name in names or ():
        if name not in known:
            typer.echo(f"There is no association «{name}»; there are {', '.join(known)}.", err=True)
            raise typer.Exit(BAD_USE)
    wanted = tuple(names or known)
    if draw is not None:
        _draw(wanted, draw, language)
        return
    problems = [*_profiles(wanted, production), *_catalogues(), *_settings(production)]
    _report(problems, len(wanted))


def _draw(names: Sequence[str], what: str, language: str) -> None:
    if what == MODES:
        typer.echo(draw_modes())
        return
    for profile in _loaded(names)[0]:
        form = profile.organisation.forms.get(what)
        if form is None or language not in profile.wording:
            forms = ", ".join((*profile.organisation.forms, MODES))
            typer.echo(f"«{profile.name}» can draw {forms} in {', '.join(profile.wording)}.", err=True)
            raise typer.Exit(BAD_USE)
        typer.echo(f"%% {profile.name}\n{draw_form(profile, form, language)}")


def _loaded(names: Sequence[str]) -> tuple[list[Profile], list[str]]:
    """The profiles that can be read, and the sentences of those that cannot."""
    profiles: list[Profile] = []
    sentences: list[str] = []
    for name in names:
        try:
            profiles.append(organisations.load(name))
        except BadProfile as bad:
            sentences += bad.sentences
    return profiles, sentences


def _profiles(names: Sequence[str], production: bool) -> list[Problem]:
    profiles, sentences = _loaded(names)
    others, _ = _loaded(organisations.names())
    judged = [problem for profile in profiles for problem in organisations.judge(profile, others)]
    samples = [error(each) for profile in profiles for each in organisations.unready(profile)] if production else []
    doors = [error(each) for profile in profiles for each in _doors(profile)]
    return [*map(error, dict.fromkeys(sentences)), *judged, *doors, *samples]


def _doors(profile: Profile) -> Iterator[str]:
    """The menu's items get their words from the association or from the catalogue."""
    of = profile.organisation
    for language, words in profile.wording.items():
        tongue = locales.Tongue(language, words, of.gender.value, of.schedule.zone)
        for door in of.doors:
            if not tongue.has(f"menu.{door}"):
                yield f"{profile.name}: `menu.{door}` has no words in {language}; write them."


def _catalogues() -> list[Problem]:
    return [error(sentence) for sentence in locales.judge()]


def _settings(production: bool) -> list[Problem]:
    """A fresh clone has no settings yet; before that they are only told."""
    weigh = error if production or ENV_FILE.exists() else warning
    try:
        settings = read()
    except SettingsRefusedError as refusal:
        return [error(sentence) for sentence in refusal.problems]
    problems = [weigh(sentence) for sentence in judgement.judge(settings)]
    return [*problems, *(_accounts(settings) if production else ())]


def _accounts(settings: Settings) -> list[Problem]:
    accounts = {name: settings.organisation(name) for name in settings.organisations or organisations.names()}
    silent = [name for name, own in accounts.items() if not (own.telegram_token or own.twilio_auth_token)]
    return [warning(f"{name}: no Telegram or Twilio account is set; only web chat will be open.") for name in silent]


def _report(problems: Sequence[Problem], judged: int) -> None:
    for problem in problems:
        typer.echo(f"{problem.severity}: {problem.sentence}")
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    typer.echo(f"Judged {judged} associations, the catalogues and the settings: {errors} to mend.")
    if errors:
        raise typer.Exit(1)
