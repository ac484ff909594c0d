"""Which hosts are Twilio's, and where they are called: at home, or at the one address that stands in for all."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

API = "https://api.twilio.com"
VENDOR = ".twilio.com"
# Where a media URL leads on: https://www.twilio.com/docs/messaging/api/media-resource
STORES = (".twilio.com", ".twiliocdn.com", "s3-external-1.amazonaws.com")
HOST = re.compile(r"[a-z0-9.-]+")
PATH = re.compile(r"/[A-Za-z0-9!$&'()*+,;=:@%._~/-]*")
QUERY = re.compile(r"[A-Za-z0-9!$&'()*+,;=:@%._~/?\[\]>-]*")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The vendor's hosts; `stand_in` replaces every one of them, with the paths appended unchanged."""

    stand_in: str | None = None

    def api(self, url: str) -> str | None:
        """Where to call a URL of the vendor's API with its credentials; None where it is foreign."""
        return self._place(url, (VENDOR,))

    def store(self, url: str, found_at: str) -> str | None:
        """Where to call what a media URL redirected to, without credentials; None where it is foreign."""
        try:
            return self._place(urljoin(found_at, url), STORES)
        except ValueError:
            return None

    def _place(self, url: str, known: tuple[str, ...]) -> str | None:
        try:
            parts = urlsplit(url)
            at_home = parts.scheme == "https" and parts.port in (None, 443) and _of(parts.hostname or "", known)
        except ValueError:
            return None
        tail = _tail(parts)
        if tail is None or parts.username is not None:
            return None
        if self.stand_in is None:
            return f"https://{parts.hostname}{tail}" if at_home else None
        base = self.stand_in.rstrip("/")
        if at_home:
            return base + tail
        return url if url.startswith(base + "/") else None


def _of(host: str, known: tuple[str, ...]) -> bool:
    """Whether the host is one of the known, or below one that begins with a dot."""
    if not HOST.fullmatch(host):
        return False
    return any(host == name or (name.startswith(".") and host.endswith(name)) for name in known)


def _tail(parts: SplitResult) -> str | None:
    """The path and the query as they came, None where they hold what no URL of the vendor holds."""
    if not PATH.fullmatch(parts.path) or not QUERY.fullmatch(parts.query):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
