"""Twilio in a terminal: the stand-in on a port, and one person at the keyboard.

    python -m tests.vendors.twilio_console http://localhost:8000/webhooks/qurainah/twilio 8082 whatsapp

The first word is our webhook, whose address must be the public one; then a port for the vendor, and the line. Each line
is a message; `/photo FILE` sends one, `/again` posts the last message a second time, `/forged` posts one with a wrong
signature, `/quiet` writes without telling the house. What the house sends is printed. End of input ends it.
"""

import asyncio
import sys
from pathlib import Path

from tests.vendors.twilio_signing import SID, TOKEN, signed_post
from tests.vendors.twilio_stub import SERVICE, SMS_FROM, WHATSAPP_FROM, Message, Stub, serving

LOOK_S = 0.1
PERSONS = {"whatsapp": "whatsapp:+966501234567", "sms": "+447700900123"}


def written(stub: Stub, person: str, line: str) -> Message:
    """What the person does with this line, as the vendor keeps it."""
    word, _, rest = line.partition(" ")
    match word:
        case "/photo":
            return stub.written(person, "", media=(stub.leave(Path(rest).read_bytes(), "image/jpeg"),))
        case "/again":
            return [m for m in stub.messages if m.direction == "inbound"][-1]
        case "/quiet" | "/forged":
            return stub.written(person, rest)
    return stub.written(person, line)


async def act(stub: Stub, hook: str, person: str, line: str) -> None:
    """Do what a line says, and tell the house."""
    message = written(stub, person, line)
    if not line.startswith("/quiet"):
        token = "0" * 32 if line.startswith("/forged") else TOKEN
        status, _, _ = await signed_post(hook, stub.fields(message), token)
        print(f"the webhook answered {status}", flush=True)


async def show(stub: Stub) -> None:
    """Print what the house sends, as it comes."""
    told = 0
    while True:
        for message in stub.sent[told:]:
            print(message.form.get("Body") or message.form.get("ContentSid"), end="\n\n", flush=True)
        told = len(stub.sent)
        await asyncio.sleep(LOOK_S)


async def main(hook: str, port: int, line: str) -> None:
    """Serve, listen to the keyboard, show."""
    async with serving(port) as stub:
        stub.receipts = ("sent", "delivered")
        print(f"WASL_TWILIO_API_URL={stub.url}\naccount {SID}\ntoken {TOKEN}", flush=True)
        print(f"senders {WHATSAPP_FROM.removeprefix('whatsapp:')} {SMS_FROM}\nservice {SERVICE}", flush=True)
        showing = asyncio.create_task(show(stub))
        while text := await asyncio.to_thread(sys.stdin.readline):
            try:
                await act(stub, hook, PERSONS[line], text.rstrip("\n"))
            except (LookupError, OSError) as error:
                print(f"! {error}", flush=True)
        await asyncio.sleep(LOOK_S)
        showing.cancel()


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(main(given[0], int(given[1]) if len(given) > 1 else 0, given[2] if len(given) > 2 else "whatsapp"))
