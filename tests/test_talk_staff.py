"""Staff in the terminal: what cannot be done is told on standard error, and the person sees nothing of it."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.talk import MovedClock, Terminal
from tests.mind_world import NOW
from tests.turns_world import house

WRONG = (
    ("", "talk: /staff takes take, say, note"),
    ("dance", "talk: /staff takes take, say, note"),
    ("back", "talk: nobody holds the conversation"),
    ("say hello", "talk: nobody holds the conversation"),
    ("decide accept", "talk: there is no case yet"),
)


@dataclass
class Screen:
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)


async def test_what_staff_cannot_do_is_told_apart_from_what_the_person_sees(tmp_path: Path) -> None:
    screen, clock = Screen(), MovedClock(NOW)
    async with house(tmp_path) as home:
        terminal = Terminal(home, "qalb", "web", clock, screen.out.append, screen.err.append)
        await terminal.open("ar")
        seen = len(screen.out)
        for line, said in WRONG:
            await terminal.hear(f"/staff {line}")
            assert screen.err[-1].startswith(said)
        assert len(screen.out) == seen
        await terminal.hear("/staff take")
        await terminal.hear("هل من أحد؟")
        await terminal.hear("/staff say نعم\nمعك نورة")
        assert screen.out[seen + 1 :] == ["\nنعم\nمعك نورة"]
        await terminal.hear("/staff take")
        assert screen.err[-1] == "talk: the conversation is held already"
