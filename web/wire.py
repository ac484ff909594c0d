"""One socket with its manners: bounded frames, a bounded pace, and no endless wait for a slow reader."""

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from web.pace import Pace

FRAME_BYTES = 65_536
FRAMES_A_SECOND = 20
SLOW_READER_S = 20
CLOSING_S = 1

DONE, BREACH, SIZE, AGAIN, LATER, TOKEN = 1000, 1008, 1009, 1012, 1013, 4001


class Hangup(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Gone(Exception):
    """The other side has left."""


class Wire:
    """Frames in and out of one socket; text only."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._clock = asyncio.get_running_loop().time
        self._pace = Pace(FRAMES_A_SECOND, self._clock())

    async def read(self) -> str:
        """The next text frame, later where they come too fast; `Gone` at the end, `Hangup` for anything else."""
        if delay := self._pace.delay(self._clock()):
            await asyncio.sleep(delay)
        message = await self._socket.receive()
        if message["type"] != "websocket.receive":
            raise Gone
        text = message.get("text")
        if text is None:
            raise Hangup(BREACH)
        if len(text) > FRAME_BYTES:
            raise Hangup(SIZE)
        return str(text)

    async def send(self, frame: str) -> None:
        """Write a frame; who does not read for long is asked to come back later."""
        try:
            async with asyncio.timeout(SLOW_READER_S):
                await self._socket.send_text(frame)
        except TimeoutError:
            raise Hangup(LATER) from None
        except (WebSocketDisconnect, RuntimeError):
            raise Gone from None

    async def close(self, code: int) -> None:
        """Close with a code, unless the other side has gone already."""
        if self._socket.application_state is not WebSocketState.CONNECTED:
            return
        try:
            async with asyncio.timeout(CLOSING_S):
                await self._socket.close(code)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return
