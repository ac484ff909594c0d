"""What a message names: a live option by tap, number or label, a command, a language."""

from conversations import asking
from conversations.arabic import fold
from conversations.events import Said
from conversations.lexicon import Command
from conversations.state import Mode
from conversations.turn import Turn

START = "start:"
COMMANDS = frozenset(Command)


def tapped(turn: Turn, choice: str) -> str | None:
    """The key of a live option, a bare command or door, or None for an option that is no longer live."""
    prompt, dash, key = choice.partition("-")
    if choice.startswith(START) or choice in COMMANDS:
        return choice
    live = {k for k, _ in turn.state.live}
    return key if dash and prompt == str(turn.state.prompt) and key in live else None


def command(turn: Turn, words: str, keys: tuple[str, ...]) -> Command | None:
    """A command, unless the words are the label of a live option."""
    if len(keys) == 1 and keys[0] in COMMANDS and keys[0] not in {k for k, _ in turn.state.live}:
        return Command(keys[0])
    folded = fold(words)
    if keys or folded in turn.facts.labels:
        return None
    return turn.facts.lexicon.commands.get(folded)


def language(turn: Turn, words: str) -> str | None:
    """The language that was named, unless its name is the label of a live option."""
    folded = fold(words)
    return None if folded in turn.facts.labels else turn.facts.lexicon.languages.get(folded)


def chosen(turn: Turn, said: Said) -> str | None:
    """The one live option that was tapped, named by its number or by its label."""
    if said.choices:
        return said.choices[0] if len(said.choices) == 1 else None
    words = fold(said.text)
    if _is_number(words):
        question = asking.asked(turn) if turn.state.mode is Mode.FORM else None
        if question is not None and question.kind in asking.COUNTED:
            return None
        place, rows = int(words) - turn.state.rows, _rows(turn)
        keys = [key for key, _ in turn.state.live if key not in rows]
        return keys[place - 1] if 1 <= place <= len(keys) else None
    return turn.facts.labels.get(words)


def _rows(turn: Turn) -> set[str]:
    """The keys of a review's rows: they are named by the numbers before the options."""
    return {key for key, _ in turn.state.live if key.startswith("change:")} if turn.state.rows else set()


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) <= 2
