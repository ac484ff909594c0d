"""Telegram in a terminal: the stub's servers on a port, and one person at the keyboard.

    python -m tests.vendors.telegram_console 8081

Each line is a message. `/tap LABEL` taps a button, `/photo FILE` and `/document FILE` send one, `/contact PHONE` shares
one's own, `/block` and `/unblock` do that. Where a webhook is set, each update is posted to it at once. What the bot sends
is printed with its buttons in brackets; what breaks a rule of the vendor is printed after «!». End of input ends it.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from tests.vendors.telegram_person import Person
from tests.vendors.telegram_stub import TelegramStub

LOOK_S = 0.1


def shown(message: dict[str, Any]) -> str:
    """A message as a terminal shows it."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return "\n".join([message["text"], *("  ".join(f"[{button['text']}]" for button in row) for row in rows), ""])


def act(person: Person, line: str) -> None:
    """Do what a line says."""
    word, _, rest = line.partition(" ")
    match word:
        case "/tap":
            person.tap(rest)
        case "/photo":
            person.photo(Path(rest).read_bytes())
        case "/document":
            person.document(Path(rest).read_bytes(), Path(rest).name)
        case "/contact":
            person.send(contact={"phone_number": rest, "first_name": "سعاد", "user_id": person.id})
        case "/block":
            person.block()
        case "/unblock":
            person.unblock()
        case _:
            person.say(line)


async def show(stub: TelegramStub) -> None:
    """Print what the bot sends and what it does wrong, as it comes."""
    told = wrong = 0
    while True:
        for message in stub.sent[told:]:
            print(shown(message), flush=True)
        for fault in stub.faults[wrong:]:
            print(f"! {fault}", flush=True)
        told, wrong = len(stub.sent), len(stub.faults)
        await asyncio.sleep(LOOK_S)


async def main(port: int) -> None:
    """Serve, listen to the keyboard, show."""
    async with TelegramStub(port=port) as stub:
        print(f"WASL_TELEGRAM_API_URL={stub.url}\ntoken {stub.token}", flush=True)
        person, showing = Person(stub), asyncio.create_task(show(stub))
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                act(person, line.strip())
                if stub.webhook.get("url"):
                    print(f"the webhook answered {await stub.deliver()}", flush=True)
            except (LookupError, OSError) as error:
                print(f"! {error}", flush=True)
        showing.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
