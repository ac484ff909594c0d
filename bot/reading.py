"""Settings are read once from the environment and `.env`, and refused with sentences that say what to fix."""

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from bot.judgement import judge
from bot.settings import PREFIX, OrganisationSettings, Settings, environment_name, form_of

ENV_FILE = Path(".env")


class SettingsRefusedError(Exception):
    """The settings cannot be used; `problems` are sentences, and none of them holds a secret."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def load(env_file: Path | None = ENV_FILE) -> Settings:
    """Read and judge the settings; SettingsRefusedError holds every problem at once."""
    settings = read(env_file)
    if problems := judge(settings):
        raise SettingsRefusedError(problems)
    return settings


def read(env_file: Path | None = ENV_FILE) -> Settings:
    """Read the settings without judging them; SettingsRefusedError names what is misspelt or not of its form."""
    problems = misspelt(_given(env_file))
    try:
        settings = Settings.of(env_file)
    except ValidationError as error:
        problems += [_sentence(detail["loc"]) for detail in error.errors(include_input=False, include_context=False)]
    if problems:
        raise SettingsRefusedError(problems)
    return settings


def _given(env_file: Path | None) -> list[str]:
    """Our names in the environment and in the file; other programs' names are none of our business."""
    names = {*os.environ, *(dotenv_values(env_file, interpolate=False) if env_file else ())}
    return sorted(name.upper() for name in names if name.upper().startswith(PREFIX))


def misspelt(names: Iterable[str]) -> list[str]:
    """A sentence for each name that is no setting, with the nearest one that is."""
    return [_unknown(name) for name in names if name not in _like(name)]


def _like(name: str) -> list[str]:
    """Every name that could stand there: an association's settings, or the house's."""
    _, marker, rest = name.partition(f"{PREFIX}ORG__")
    if marker:
        organisation = rest.partition("__")[0]
        return [environment_name(field, organisation) for field in OrganisationSettings.model_fields]
    return [environment_name(field) for field in Settings.model_fields if field != "org"]


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, _like(name), n=1)
    return f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else "; see docs/settings.md.")


def _sentence(place: tuple[int | str, ...]) -> str:
    """What is wrong at a place of the settings: its name and the form that is wanted, never the value."""
    first, *rest = (str(part) for part in place)
    if first == "org" and len(rest) == 2:
        organisation, field = rest
        return f"{environment_name(field, organisation)} must be {form_of(OrganisationSettings, field)}."
    field = next((name for name in Settings.model_fields if environment_name(name) == first or name == first), first)
    return f"{environment_name(field)} must be {form_of(Settings, field)}."
