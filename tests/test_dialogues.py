"""Whole dialogues as documents: `>` the person, `<` the bot, `!` what happened besides.

`pytest tests/test_dialogues.py --dialogues=write` writes them anew; the change is then read as a diff.
"""

import asyncio
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.household import furnish
from bot.talk import MovedClock, Terminal
from conversations.effects import Effect, PutAnswer, Say
from organisations import load
from storage.memory import Memory

FOLDER = Path(__file__).parent / "dialogues"
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HIDDEN = re.compile(r"#k=[A-Za-z0-9_-]+")
REFERENCE = re.compile(r"\d{3} \d{3} \d{3}")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
CODE = re.compile(r"(?<=: \u2066)\d{4} \d{4}(?=\u2069)")
KEY = (("dialogue", b"d" * 32),)
SHOWN = ("form", "relation", "field", "value", "version", "role", "reason", "kind", "kinds", "allowed")


class Play:
    """Plays the person's lines of a document and writes down all that happens."""

    def __init__(self, document: str) -> None:
        head, *rest = document.splitlines()
        self.head = head
        self.organisation, self.channel, self.language = head.removeprefix("# ").split()[:3]
        self.typed = [line[2:] for line in rest if line.startswith("> ")]
        self.lines: list[str] = [head]
        self.code = self.reference = ""

    def say(self, text: str) -> None:
        self.code = next(iter(CODE.findall(text)), self.code)
        self.reference = next(iter(REFERENCE.findall(text)), self.reference)
        first, *rest = CODE.sub("⟨code⟩", HIDDEN.sub("#k=…", text.strip("\n"))).split("\n")
        self.lines += [f"< {first}", *(f"  {line}" for line in rest)]

    def filled(self, line: str) -> str:
        """What is drawn anew each time, as it was told last; a number also as an Arabic keyboard writes it."""
        line = line.replace("⟨code⟩", self.code).replace("⟨reference⟩", self.reference)
        return line.replace("⟨رقم الطلب⟩", self.reference.translate(ARABIC))

    def note(self, text: str) -> None:
        self.lines.append(f"! {text}")

    def effect(self, effect: Effect) -> None:
        if isinstance(effect, Say):
            return
        shown = {f.name: getattr(effect, f.name) for f in fields(effect) if f.name in SHOWN}
        if isinstance(effect, PutAnswer):
            shown["about"] = effect.about.value
        self.note(" ".join([type(effect).__name__, *(f"{name}={value}" for name, value in shown.items())]))

    async def run(self) -> str:
        memory = Memory("sqlite+aiosqlite://", KEY)
        await memory.open([self.organisation])
        clock = MovedClock(START)
        house = furnish(memory, {self.organisation: load(self.organisation)}, clock, "https://wasl.example")
        terminal = Terminal(house, self.organisation, self.channel, clock, self.say, self.note, self.effect)
        await terminal.open(self.language)
        for line in self.typed:
            self.lines += ["", f"> {line}"]
            await terminal.hear(self.filled(line))
        await memory.close()
        return "\n".join(self.lines) + "\n"


def documents() -> list[Path]:
    return sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_the_dialogue_goes_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    document = path.read_text(encoding="utf-8")
    played = REFERENCE.sub("⟨reference⟩", asyncio.run(Play(document).run()))
    if request.config.getoption("--dialogues") == "write":
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")


def test_every_association_has_a_dialogue_in_both_languages() -> None:
    heads = {tuple(path.read_text(encoding="utf-8").split("\n")[0].split()[1:4:2]) for path in documents()}
    assert heads >= {(name, lang) for name in ("labas", "qurainah", "kafl", "qalb", "ishraqa") for lang in ("ar", "en")}
