"""Built files under names that change with their content, so that a browser may keep them for ever."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
FOR_EVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
MANIFEST = "manifest.json"
CLOSED = {".woff2", ".png"}


@dataclass(frozen=True, slots=True)
class File:
    """A built file in memory, and the same squeezed where that helps."""

    body: bytes
    squeezed: bytes | None
    kind: str

    def response(self, request: Request, keep: str) -> Response:
        """The file as the browser takes it, to be kept that long."""
        headers = {"Cache-Control": keep, "Vary": "Accept-Encoding"}
        if self.squeezed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.squeezed, media_type=self.kind, headers={**headers, "Content-Encoding": "gzip"})
        return Response(self.body, media_type=self.kind, headers=headers)


class Assets:
    """All built files, read once; `manifest.json` maps the names that templates use to those with a hash."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.name: _file(path) for path in sorted(folder.glob("*")) if path.suffix in KINDS}
        self._names = _manifest(folder / MANIFEST)

    def url(self, name: str) -> str:
        """The address of a file by its plain name."""
        return f"/static/{self._names.get(name, name)}"

    def hashed(self, name: str) -> File:
        """A file by the name that holds its hash; 404 where there is none."""
        if name not in self._files:
            raise HTTPException(404)
        return self._files[name]

    def newest(self, name: str) -> File:
        """A file by its plain name; 404 where there is none."""
        return self.hashed(self._names.get(name, name))


def _manifest(path: Path) -> Mapping[str, str]:
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def _file(path: Path) -> File:
    body = path.read_bytes()
    squeezed = None if path.suffix in CLOSED else gzip.compress(body, 9, mtime=0)
    return File(body, squeezed, KINDS[path.suffix])


async def static(request: Request) -> Response:
    """A built file, kept by the browser for ever."""
    assets: Assets = request.app.state.assets
    return assets.hashed(request.path_params["name"]).response(request, FOR_EVER)


async def widget(request: Request) -> Response:
    """The script that other sites embed; its name stays, so it is kept for an hour."""
    assets: Assets = request.app.state.assets
    response = assets.newest("widget.js").response(request, AN_HOUR)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
