"""The command line, `python -m bot COMMAND`: a command is one line here and its function in `bot/commands/`."""

import importlib
from collections.abc import Callable

import typer

COMMANDS = {
    "serve": "Serve every door: web chat, webhooks, health.",
    "talk": "Talk to an association in this terminal.",
    "check": "Judge every profile, catalogue and setting; draw a form.",
    "migrate": "Bring the database to this version.",
    "replay": "Handle a parked message again.",
    "verify": "Prove a request by its evidence, or name what was changed.",
    "backup": "Write a sealed archive of the running house.",
    "restore": "Bring a sealed archive into an empty house.",
    "rotate": "Wrap every key with the first master key, or tell how far that is.",
    "erase": "Destroy a person's key for good, while nothing serves.",
    "invite": "Print a one-time link by which a member of staff joins.",
    "doctor": "Examine the whole house: each trouble with its cause and its fix.",
    "settings": "Show or write the settings.",
}
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

app = typer.Typer(
    name="wasl",
    help="Wasl: an Arabic-first messaging bot for charities.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show local variables, and those hold what people wrote
)


def command(name: str) -> typer.Typer:
    """The command itself, imported only now: importing all of them for every call would take seconds."""
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(getattr(importlib.import_module(f"bot.commands.{name}"), name))
    return alone


def _forward(name: str) -> Callable[[typer.Context], None]:
    def forward(context: typer.Context) -> None:
        from bot.logs import configure

        configure(level="WARNING")  # what fails before a command sets up its own logs is redacted too
        command(name)(context.args, prog_name=f"python -m bot {name}")

    return forward


for _name, _help in COMMANDS.items():
    app.command(_name, help=_help, context_settings=PASS_ON)(_forward(_name))


if __name__ == "__main__":
    app(prog_name="python -m bot")
