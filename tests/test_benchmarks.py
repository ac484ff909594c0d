"""The benchmark's runner plays the common work right: in process, on a real file; how fast is not asked here."""

from pathlib import Path

import pytest

from benchmarks import tables
from benchmarks.bare import Bare
from benchmarks.bench import Found, Spent
from benchmarks.callers import Twilio, WrongAnswer, judge
from benchmarks.cloning import clone_sqlite
from benchmarks.common_work import Turn, played, turns
from benchmarks.load import Latency
from benchmarks.rows import unkept
from benchmarks.turns import crowd, opened, person
from conversations.channels import Call, CallRefused
from handlers.twilio.signature import verify
from storage.engine import parsed
from tests.migrated import migrated

PEOPLE = 20


async def test_twenty_people_come_to_their_reference_number_and_copies_leave_room_for_more(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'wasl.db'}"
    await migrated(url)
    house = await opened(url)
    await person(house, 0, "telegram", check=True)
    await person(house, 99, "whatsapp", check=True)
    await crowd(house, range(1, PEOPLE + 1), "telegram", PEOPLE)
    await house.reception.close()
    await house.memory.close()
    assert await unkept(url, PEOPLE + 2) == {}
    assert await unkept(url, PEOPLE + 3) == {"lost": 1}

    clone_sqlite(str(parsed(url).database), 3, 10)
    assert await unkept(url, 4 * (PEOPLE + 2)) == {}
    house = await opened(url)
    await person(house, 500, "telegram", check=True)
    await house.reception.close()
    await house.memory.close()


def test_a_person_has_an_id_and_a_mobile_of_their_own() -> None:
    texts = [[turn.says for turn in played(number)] for number in (1, 2)]
    assert len(texts[0]) == turns() == 15
    assert [at for at, (one, other) in enumerate(zip(*texts, strict=True)) if one != other] == [4, 5, 6, 7]


def test_a_call_of_the_benchmark_bears_twilios_signature() -> None:
    head, _, body = Twilio([8000], None).request(8000, 7, "7.1", "السلام عليكم").partition(b"\r\n\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
    signed = next(line.split(": ")[1] for line in head.decode().split("\r\n") if line.startswith("X-Twilio"))
    call = Call("http://localhost:8000" + Twilio.path, {**headers, "x-twilio-signature": signed}, body)
    verify(call, ("a1b2c3d4" * 4,))
    with pytest.raises(CallRefused):
        verify(Call(call.url, call.headers, body + b"&a=b"), ("a1b2c3d4" * 4,))


@pytest.mark.parametrize("told", [[], ["مرحبا"], ["رقم الطلب", "رقم الطلب"]])
def test_another_answer_is_no_figure(told: list[str]) -> None:
    with pytest.raises(WrongAnswer):
        judge(Turn("1", "رقم الطلب"), told)


def test_the_page_holds_every_figure() -> None:
    spent = {"Telegram webhook": Spent(1500, 0.75, 1.0)}
    found = Found(spent, spent, {"Telegram webhook": Latency(1, 2, 3, 4)}, Bare(0.1, 0.3, 9), 2.5, 150)
    page = tables.page("2 cores", {"SQLite": found}, {1: spent["Telegram webhook"]}, 1.0)
    for figure in ("2,000", "0.500", "| 1.0 | 2.0 | 3.0 | 4 |", "150 MiB", "| 1.50 s |", "5.0", "+0 %"):
        assert figure in page
