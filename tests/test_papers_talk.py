"""Papers in a terminal: `/file PATH` is judged as an upload is."""

from pathlib import Path

import pytest

from bot.talk import MovedClock, Terminal
from tests.mind_world import NOW
from tests.papers_bench import at_the_papers, bench
from tests.papers_world import with_place
from tests.turns_world import rows

KEY = "talk"


@pytest.mark.parametrize("line", ["web", "telegram"])
async def test_a_file_of_this_machine_goes_to_the_paper_in_hand(tmp_path: Path, line: str) -> None:
    photo, program = tmp_path / "تقرير.jpg", tmp_path / "program.jpg"
    photo.write_bytes(with_place())
    program.write_bytes(b"MZ")
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest(KEY, line))
        (home,) = await rows(b.home, "addresses", "qurainah")
        shown: list[str] = []
        warned: list[str] = []
        terminal = Terminal(b.home, "qurainah", line, MovedClock(NOW), shown.append, warned.append)
        terminal.contact, terminal.address = guest.contact, home["address"]
        for act in (f"/file {tmp_path / 'nowhere.jpg'}", f"/file {program}", f"/file {photo}"):
            await terminal.hear(act)
        assert len(warned) == 1
        assert "لا يُقبل" in shown[0]
        assert "وصلت صفحة واحدة" in shown[-1]
        (row,) = await b.files(state="ready")
        assert (row["name"], row["kind"], row["owner_kind"]) == ("تقرير.jpg", "image", "person")
