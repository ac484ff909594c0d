"""What is written from the settings class: `.env.example`, `docs/settings.md`, and a first `.env`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.keys import fresh_master_key, fresh_secret
from bot.settings import OrganisationSettings, Settings, environment_name, form_of

NOTICE = "# Written by: python -m bot settings --example. docs/settings.md shows the same as a table.\n"
PAGE = """# Settings

Written by `python -m bot settings --page`. Settings are read once at start, from the environment first and from `.env`
after it, and are refused with a sentence that says what to fix. `make run` writes a first `.env` with fresh secrets.

**Losing `WASL_MASTER_KEYS` loses everything that people told us. Keep a copy in another place than the backups.**
"""
ACCOUNTS = """
## Accounts of each association

`<NAME>` is the folder of the association in `organisations/`, in capitals: `WASL_ORG__QURAINAH__TELEGRAM_TOKEN`.
What is unset is switched off.
"""


def example() -> str:
    """The text of `.env.example`: a comment with purpose and form for each setting, secrets empty."""
    house = [_lines(Settings, name, environment_name(name)) for name in _house()]
    accounts = [_lines(OrganisationSettings, name, environment_name(name, "qurainah")) for name in _accounts()]
    title = "# Accounts of each association; QURAINAH stands for the name of its folder in organisations/.\n"
    return "\n".join([NOTICE, *house, title, *accounts])


def _house() -> Iterator[str]:
    return (name for name in Settings.model_fields if name != "org")


def _accounts() -> tuple[str, ...]:
    return tuple(OrganisationSettings.model_fields)


def _lines(model: type[BaseModel], field: str, name: str) -> str:
    default = _default(model, field)
    line = f"{name}=" if _required(field) else f"# {name}={default}"
    return f"# {model.model_fields[field].description}\n# Form: {form_of(model, field)}\n{line}\n"


def _required(field: str) -> bool:
    return field in {"master_keys", "secret"}


def _default(model: type[BaseModel], field: str) -> str:
    value: Any = model.model_fields[field].default
    if value is None or isinstance(value, SecretStr):
        return ""
    return ",".join(value) if isinstance(value, tuple) else str(value)


def page() -> str:
    """The text of `docs/settings.md`."""
    accounts = ((OrganisationSettings, name, environment_name(name, "<name>")) for name in _accounts())
    house = ((Settings, name, environment_name(name)) for name in _house())
    return PAGE + _table(house) + ACCOUNTS + _table(accounts)


def _table(rows: Any) -> str:
    head = "\n| name | purpose | form | default |\n|---|---|---|---|\n"
    return head + "".join(_row(*row) for row in rows)


def _row(model: type[BaseModel], field: str, name: str) -> str:
    default = _default(model, field)
    shown = f"`{default}`" if default else "must be given" if _required(field) else ""
    return f"| `{name}` | {model.model_fields[field].description} | {form_of(model, field)} | {shown} |\n"


def first_env() -> str:
    """The example with a fresh master key and a fresh secret in it."""
    text = example().replace("WASL_MASTER_KEYS=\n", f"WASL_MASTER_KEYS={fresh_master_key('k1')}\n")
    return text.replace("WASL_SECRET=\n", f"WASL_SECRET={fresh_secret()}\n")


def write_first_env(path: Path) -> None:
    """Write `.env` for its owner's eyes only; FileExistsError where it is there, for keys are never overwritten."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(first_env())
