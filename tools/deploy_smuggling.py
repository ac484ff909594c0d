"""Requests whose end two servers might see at different places, and a server that writes down what reaches it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

INNER = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + INNER


def _post(*headers: bytes, body: bytes = CHUNKED, version: bytes = b"1.1") -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return b"POST /first HTTP/" + version + b"\r\nHost: localhost\r\n" + lines + b"\r\n" + body


LENGTH = b"Content-Length: %d" % len(CHUNKED)
SHORT = b"Content-Length: 5"
TE = b"Transfer-Encoding: chunked"
PAIRS = {
    "CL and TE": _post(LENGTH, TE),
    "TE and CL": _post(TE, SHORT),
    "two lengths": _post(b"Content-Length: 0", LENGTH, body=INNER),
    "two lengths in one": _post(b"Content-Length: 0, 44", body=INNER),
    "negative length": _post(b"Content-Length: -1", body=INNER),
    "signed length": _post(b"Content-Length: +0", body=INNER),
    "hexadecimal length": _post(b"Content-Length: 0x0", body=INNER),
    "length with a gap": _post(b"Content-Length: 0 0", body=INNER),
    "length too long": _post(b"Content-Length: 99999999999999999999999", body=INNER),
    "gap before the colon": _post(LENGTH, b"Transfer-Encoding : chunked"),
    "gap before the length's colon": _post(b"Content-Length : 0", body=INNER),
    "tab before the colon": _post(LENGTH, b"Transfer-Encoding\t: chunked"),
    "folded line": _post(LENGTH, b"Transfer-Encoding:\r\n chunked"),
    "unknown coding": _post(LENGTH, b"Transfer-Encoding: xchunked"),
    "coding twice": _post(TE, b"Transfer-Encoding: identity"),
    "coding in a list": _post(b"Transfer-Encoding: identity, chunked"),
    "quoted coding": _post(LENGTH, b'Transfer-Encoding: "chunked"'),
    "vertical tab in the coding": _post(LENGTH, b"Transfer-Encoding: \x0bchunked"),
    "underscore": _post(LENGTH, b"Transfer_Encoding: chunked"),
    "chunked in 1.0": _post(TE, version=b"1.0"),
    "line feeds only": _post(LENGTH, TE).replace(b"\r\n", b"\n"),
    "carriage return in a header": _post(LENGTH, b"X: a\rTransfer-Encoding: chunked"),
    "zero byte in a header": _post(LENGTH, b"X: a\x00b"),
    "chunk size too long": _post(TE, body=b"f" * 17 + b"\r\n" + INNER),
    "chunk size with a sign": _post(TE, body=b"-1\r\n" + INNER),
    "chunk without its end": _post(TE, body=b"1\r\naGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    "two hosts": _post(b"Host: other.example", LENGTH),
    "address of another": b"GET http://other.example/smuggled HTTP/1.1\r\n\r\n",
    "method with a gap": b"GET  /smuggled HTTP/1.1 HTTP/1.1\r\n\r\n",
}
# What lies within its own, agreed length is a body, and a body may hold anything: it counts only as a request line.
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def recorded(port: int) -> AsyncIterator[list[bytes]]:
    """A server that reads as strictly as the proxy told it, and the request lines that it saw."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                seen.append(line)
                await _body(reader, await _headers(reader))
                writer.write(ANSWER)
                await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError):
            seen.append(b"cut")
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield seen
    finally:
        server.close()


async def _headers(reader: asyncio.StreamReader) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.partition(b":")
        found[name.strip().lower()] = value.strip()
    return found


async def _body(reader: asyncio.StreamReader, headers: dict[bytes, bytes]) -> None:
    """By the coding first, as the standard has it, else by the length."""
    if b"chunked" in headers.get(b"transfer-encoding", b""):
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(headers.get(b"content-length", b"0")))
