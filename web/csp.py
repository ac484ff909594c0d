"""What every answer tells the browser it may do: by default nothing."""

from collections.abc import Iterable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
UNLESS_SET = {
    "Content-Security-Policy": NOTHING,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


Header = tuple[bytes, bytes]


def _raw(headers: Mapping[str, str]) -> dict[bytes, bytes]:
    return {name.lower().encode(): value.encode() for name, value in headers.items()}


_ALWAYS, _UNLESS_SET = _raw(ALWAYS), _raw(UNLESS_SET)


def page_policy(origins: Iterable[str], embedders: Iterable[str] = ()) -> str:
    """The policy of a page of ours: own scripts, styles and fonts, sockets to these origins, framed by these embedders.

    Sockets are named one by one because Safari 15 does not count them as 'self'.
    """
    sockets = sorted(origin.replace("http", "ws", 1) for origin in origins)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' data: blob:",
            " ".join(("connect-src 'self'", *sockets)),
            " ".join(("frame-ancestors 'self'", *sorted(embedders))),
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


class Manners:
    """Puts the headers on every answer, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers added as the answer starts."""

        async def mannered(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_manners(message.get("headers", ()))
            await send(message)

        await self._app(scope, receive, mannered)


def _with_manners(headers: Iterable[Header]) -> list[Header]:
    own = [header for header in headers if header[0] not in _ALWAYS]
    names = {name for name, _ in own}
    return [*own, *_ALWAYS.items(), *(header for header in _UNLESS_SET.items() if header[0] not in names)]
