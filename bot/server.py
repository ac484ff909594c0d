"""The server under the application, with its limits."""

import asyncio
from collections.abc import Iterable
from socket import socket
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette

FRAME_BYTES = 65_536
GRACE_S = 0.6  # for answers that are on their way; the whole of the leaving is within a second


class Server(uvicorn.Server):
    """A server that first ends the desk's live streams, for it waits for open answers before it stops, and hands over
    what others can go on with while it waits."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Close everything."""
        if desk := self._app.state.desk:
            desk.streams.close()
        leave = self._app.state.leave
        leaving = asyncio.ensure_future(leave()) if leave else None
        await super().shutdown(sockets)
        if leaving:
            await leaving


def server(app: Starlette, host: str, port: int, proxies: Iterable[str] = ()) -> uvicorn.Server:
    """A server that is ready to run; sockets are closed with 1012 as it stops, and asked for life every 20 s.

    It logs no visits: addresses and paths of people are nobody's business.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http="httptools",
        loop="uvloop",
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_graceful_shutdown=cast(Any, GRACE_S),  # seconds for asyncio, whatever the annotation says
        proxy_headers=bool(tuple(proxies)),
        forwarded_allow_ips=list(proxies),
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        lifespan="on",
    )
    return Server(config, app)
