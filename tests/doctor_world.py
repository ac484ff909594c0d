"""What the doctor's tests share: how a finding is judged, and servers that answer as they are told."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.settings import Settings
from conversations.findings import Finding, Level
from tests.vendors.twilio_signing import SID
from tests.vendors.twilio_stub import Stub

OTHER_BOT = "110201544:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
HOOK = "https://chat.example.org/webhooks/labas/telegram"
FAR = Settings(public_url="https://chat.example.org")


def told(findings: list[Finding] | Iterator[Finding], about: str) -> Finding:
    """The one finding about that."""
    found = [finding for finding in findings if finding.about == about]
    assert len(found) == 1, found
    return found[0]


def in_trouble(finding: Finding, level: Level, words: str, fix: str) -> bool:
    """Whether the finding has this level, names the cause, and says how to mend it in one sentence."""
    assert (finding.level, words in finding.cause, fix in finding.fix) == (level, True, True), finding
    return True


@asynccontextmanager
async def served(status: int = 200, body: str = "ok", **headers: str) -> AsyncIterator[str]:
    """A server that answers everything alike; its address."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers=headers)

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Console(Stub):
    """Twilio with the page of its account, whose fields a test may change."""

    def __init__(self, **told: str) -> None:
        super().__init__()
        self.told = {"sid": SID, "status": "active", "type": "Full", **told}

    def app(self) -> web.Application:
        application = super().app()
        application.router.add_get(f"/2010-04-01/Accounts/{SID}.json", self._show)
        return application

    async def _show(self, _: web.Request) -> web.Response:
        return web.json_response(self.told)


@asynccontextmanager
async def twilio(**told: str) -> AsyncIterator[str]:
    """Twilio on a port of this machine; its address."""
    runner = web.AppRunner(Console(**told).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def closed_port() -> str:
    """An address where nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
