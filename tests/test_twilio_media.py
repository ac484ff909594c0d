"""Files at Twilio: whose hosts are called, with whose credentials, how far, and what is deleted there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from conversations.channels import SendFailed
from conversations.events import Media, MediaKind
from conversations.failures import Failure
from handlers.twilio import TwilioLine, lines
from handlers.twilio.files import MOST_BYTES
from handlers.twilio.hosts import Hosts
from tests.vendors.twilio_cases import account
from tests.vendors.twilio_signing import SID
from tests.vendors.twilio_stub import SMS_FROM, WHATSAPP_FROM, Stub, Trouble, serving

HOME, AWAY = Hosts(), Hosts("http://127.0.0.1:9000/twilio")


@pytest_asyncio.fixture
async def stub() -> AsyncIterator[Stub]:
    async with serving() as opened:
        yield opened


@pytest_asyncio.fixture
async def line(stub: Stub) -> AsyncIterator[TwilioLine]:
    channel = lines(account(stub.url), WHATSAPP_FROM, SMS_FROM)["whatsapp"]
    yield channel
    await channel.close()


def photo(stub: Stub, content: bytes = b"\xff\xd8\xff photo") -> Media:
    """A photo of a message, as the line reads it."""
    name = stub.leave(content, "image/jpeg")
    return Media(MediaKind.PAPER, stub.media_url("MM1", name), group="MM1")


async def failed(line: TwilioLine, media: Media) -> Failure:
    with pytest.raises(SendFailed) as caught:
        await line.fetch(media)
    return caught.value.failure


async def test_a_file_is_fetched_and_then_deleted_at_the_vendor(stub: Stub, line: TwilioLine) -> None:
    media = photo(stub)
    assert await line.fetch(media) == b"\xff\xd8\xff photo"
    assert stub.media, "fetching alone deletes nothing: it is not ours before it is stored"
    assert await line.discard(media) is True
    assert stub.media == {}
    assert await failed(line, media) is Failure.MEDIA
    assert await line.discard(media) is True, "gone is gone"


async def test_the_credentials_stay_with_the_api(stub: Stub, line: TwilioLine) -> None:
    await line.fetch(photo(stub))
    (first, second) = zip(stub.calls, stub.logins, strict=True)
    assert first[0][1].endswith("/Media/ME" + f"{1:032x}") and first[1] is not None
    assert second[0] == ("GET", f"/store/ME{1:032x}") and second[1] is None


# 28. Media elsewhere, and redirects to where nobody should be sent.
FOREIGN = [
    "http://169.254.169.254/latest/meta-data",
    "https://169.254.169.254/",
    "https://evil.example/2010-04-01/x",
    "https://api.twilio.com.evil.example/x",
    "https://api.twilio.com@evil.example/x",
    "https://evil.example#.twilio.com/x",
    "https://evil.example\\.twilio.com/x",
    "https://evil.example/.twilio.com",
    "https://eviltwilio.com/x",
    "https://user:pass@api.twilio.com/x",
    "https://api.twilio.com:8443/x",
    "http://api.twilio.com/x",
    "ftp://api.twilio.com/x",
    "file:///etc/passwd",
    "//api.twilio.com/x",
    "https://api.twilio.com/a b",
    "https://api.twilio.com/a\r\nHost: evil",
    "https://[::1]/x",
    "https://[",
    "https://127.0.0.1/x",
    "https://api.twilio.com:x/",
    "",
]


@pytest.mark.parametrize("url", FOREIGN)
async def test_what_lies_elsewhere_is_not_fetched(stub: Stub, line: TwilioLine, url: str) -> None:
    assert HOME.api(url) is None and AWAY.api(url) is None
    assert await failed(line, Media(MediaKind.PAPER, url)) is Failure.MEDIA
    assert await line.discard(Media(MediaKind.PAPER, url)) is False
    assert stub.calls == []


@pytest.mark.parametrize("onward", [url for url in FOREIGN if not url.startswith("//")])
async def test_a_redirect_elsewhere_is_not_followed(stub: Stub, line: TwilioLine, onward: str) -> None:
    media = photo(stub)
    stub.redirect = onward.replace("\r\n", "%0d%0a") or "https://evil.example/"
    if HOME.store(stub.redirect, media.ref) is None:
        assert await failed(line, media) is Failure.MEDIA
    assert len(stub.calls) <= 2 and all(path.startswith(("/2010-04-01/", "/a")) for _, path in stub.calls)


async def test_one_redirect_is_followed_and_no_second(stub: Stub, line: TwilioLine) -> None:
    media = photo(stub)
    stub.redirect = media.ref
    assert await failed(line, media) is Failure.MEDIA
    assert len(stub.calls) == 2 and stub.logins[1] is None


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://api.twilio.com/2010-04-01/x.json?Page=1&To=%2B966", "/2010-04-01/x.json?Page=1&To=%2B966"),
        ("https://content.twilio.com/v1/Content", "/v1/Content"),
        ("https://api.dublin.ie1.twilio.com/2010-04-01/x", "/2010-04-01/x"),
        ("https://api.twilio.com:443/x", "/x"),
    ],
)
def test_every_host_of_the_vendor_is_replaced_and_the_path_stays(url: str, place: str) -> None:
    assert AWAY.api(url) == f"http://127.0.0.1:9000/twilio{place}"
    assert HOME.api(url) == url.replace(":443", "")


def test_stores_are_for_redirects_only() -> None:
    url = "https://mms.twiliocdn.com/AC1/x?Expires=1&Signature=a~b__&Key-Pair-Id=K"
    assert HOME.store(url, "https://api.twilio.com/x") == url and HOME.api(url) is None
    assert AWAY.store(url, "https://api.twilio.com/x") == "http://127.0.0.1:9000/twilio" + url[25:]
    assert HOME.store("/y", "https://api.twilio.com/x") == "https://api.twilio.com/y"


def test_the_stand_in_is_known_by_its_whole_address() -> None:
    assert AWAY.api("http://127.0.0.1:9000/twilio/2010-04-01/x") == "http://127.0.0.1:9000/twilio/2010-04-01/x"
    for url in ("http://127.0.0.1:9000/other", "http://127.0.0.1:9000@evil/twilio/", "http://127.0.0.1:90001/twilio/x"):
        assert AWAY.api(url) is None


# 29. Gone, too large, or not now.
async def test_what_is_too_large_is_left(stub: Stub, line: TwilioLine) -> None:
    assert await failed(line, photo(stub, b"x" * (MOST_BYTES + 1))) is Failure.MEDIA
    assert len(await line.fetch(photo(stub, b"x" * MOST_BYTES))) == MOST_BYTES


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        (Trouble(404, 20404), Failure.MEDIA),
        (Trouble(410, 20404), Failure.MEDIA),
        (Trouble(401, 20003), Failure.CREDENTIALS),
        (Trouble(429, 20429), Failure.BUSY),
        (Trouble(503, 20500), Failure.BUSY),
        (Trouble(cut="before"), Failure.BUSY),
    ],
)
async def test_each_failure_has_its_meaning(stub: Stub, line: TwilioLine, trouble: Trouble, failure: Failure) -> None:
    media = photo(stub)
    # The transport asks once more by itself where a line broke: fetching twice harms nobody.
    stub.troubles.extend([trouble] * (2 if trouble.cut else 1))
    assert await failed(line, media) is failure
    assert await line.fetch(media), "it can be fetched later"


async def test_a_link_of_the_store_that_expired_is_gone(stub: Stub, line: TwilioLine) -> None:
    media = photo(stub)
    stub.redirect = "https://mms.twiliocdn.com/store/expired"
    assert await failed(line, media) is Failure.MEDIA


@pytest.mark.parametrize(
    "path",
    [
        f"/2010-04-01/Accounts/{SID}/Messages/MM1",
        f"/2010-04-01/Accounts/{SID}/Messages/MM1/Media/..",
        f"/2010-04-01/Accounts/{SID}",
        f"/2010-04-01/Accounts/{SID}/Messages/MM1/Media/../../../Calls/CA1",
        "/v1/Services/IS1",
    ],
)
async def test_nothing_but_a_file_is_ever_deleted(stub: Stub, line: TwilioLine, path: str) -> None:
    assert await line.discard(Media(MediaKind.PAPER, f"https://api.twilio.com{path}")) is False
    assert stub.calls == []


async def test_a_vendor_that_is_away_deletes_later(stub: Stub, line: TwilioLine) -> None:
    media = photo(stub)
    gone = lines(account("http://127.0.0.1:1"), WHATSAPP_FROM, None)["whatsapp"]
    assert await gone.discard(media) is False
    assert await failed(gone, media) is Failure.BUSY
    await gone.close()
