"""Logs: canaries thrown in by every way there is, and none of them comes out."""

import dataclasses
import io
import json
import logging
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot import logs
from bot.redaction import HIDDEN, Redactor
from bot.tracebacks import told

TOKEN = "dQw4w9WgXcQ-dQw4w9WgXcQ_dQw4w9WgXcQdQw4w9Wg"
CONFIGURED = "correct horse battery"
CANARIES = {
    "phone": "+966 50 765 4321",
    "local phone": "0507654321",
    "arabic digits": "٠٥٠٧٦٥٤٣٢١",
    "persian digits": "۰۵۰۷۶۵۴۳۲۱",
    "full-width digits": "０５０７６５４３２１",
    "grouped digits": "050-765.4321",
    "marked digits": "050\u200f765\u200e4321",
    "national id": "1087654321",
    "reference": "472 193 807",
    "iban": "SA03 8000 0000 6080 1016 7519",
    "compact iban": "GB33BUKB20201555555555",
    "name": "فاطمة بنت عبدالله",
    "diagnosis": "اكتئاب",
    "web token": TOKEN,
    "master key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "hex key": "b2" * 16,
    "telegram token": "123456789:AAF-abcdefghijklmnopqrstuvwxyz012345",
    "mail": "fatimah@example.org",
    "configured": CONFIGURED,
}
QUOTED = "Fatimah Al-Harbi"  # Latin words look like ours; they are hidden under keys and in quotes


@dataclasses.dataclass
class Heard:
    text: str
    words: int


@pytest.fixture
def output(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Logging as in production, into a text; everything is put back after."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook
    levels = {name: logging.getLogger(name).level for name in (*logs.OURS, *logs.TALKATIVE, *logs.SILENT)}
    logs.configure(getattr(request, "param", "json"), "INFO", [CONFIGURED], stream)
    yield stream
    logging.captureWarnings(False)
    structlog.reset_defaults()
    root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def fail(text: str) -> None:
    try:
        dict[str, str]()[text]
    except KeyError as error:
        wrapped = RuntimeError(f"could not read {text}")
        wrapped.add_note(f"while reading {text!r}")
        raise wrapped from error


def caught(tell: Callable[[], object], text: str) -> None:
    try:
        fail(text)
    except RuntimeError:
        tell()


def through_thread(text: str) -> None:
    thread = threading.Thread(target=fail, args=(text,))
    thread.start()
    thread.join()


def ours() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("bot.test")
    return logger


def library() -> logging.Logger:
    return logging.getLogger("vendor.client")


WAYS: dict[str, Callable[[str], object]] = {
    "event": lambda text: ours().info(f"read {text} now"),
    "field": lambda text: ours().info("read", found=text),
    "key of a field": lambda text: ours().info("read", found={text: 1}),
    "nested field": lambda text: ours().info("read", found=[{"a": (text, {text})}]),
    "object": lambda text: ours().info("read", found=Heard(text, 1)),
    "bytes": lambda text: ours().info("read", found=text.encode()),
    "exception as a field": lambda text: ours().error("failed", error=ValueError(text)),
    "bound": lambda text: ours().bind(found=text).warning("read"),
    "context": lambda text: bound_to_context(text),
    "exception": lambda text: caught(lambda: ours().exception("failed"), text),
    "exc_info": lambda text: caught(lambda: ours().error("failed", exc_info=True), text),
    "library": lambda text: library().warning("got %s and %r", text, text),
    "library, formatted": lambda text: library().error("got " + text),
    "library, mapping": lambda text: library().error("got %(a)s", {"a": text}),
    "library, exception": lambda text: caught(lambda: library().exception("failed on %s", text), text),
    "library, stack": lambda text: library().error("stack %s", text, stack_info=True),
    "library, extra": lambda text: library().error("got", extra={"found": text}),
    "our module, plainly": lambda text: logging.getLogger("services.turns").info("got %s", text),
    "bad call": lambda text: library().error("got %d", text),
    "warning": lambda text: warnings.warn(text, stacklevel=1),
    "thread": through_thread,
    "uncaught": lambda text: sys.excepthook(RuntimeError, RuntimeError(text), None),
    "access log": lambda text: logging.getLogger("uvicorn.access").error("GET /%s", text),
}


def bound_to_context(text: str) -> None:
    with structlog.contextvars.bound_contextvars(found=text):
        ours().info("read")


@pytest.mark.parametrize("output", ["json", "console"], indirect=True)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.filterwarnings("always")
def test_no_canary_comes_out(
    way: Callable[[str], object], output: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if handler.__module__ == logs.__name__]  # without pytest's
    for canary in CANARIES.values():
        way(canary)
    written = output.getvalue() + "".join(capfd.readouterr())
    assert bool(written) is (way is not WAYS["access log"])
    for name, canary in CANARIES.items():
        assert canary not in written, name
        assert canary.encode("unicode_escape").decode() not in written, name
        assert repr(canary.encode()) not in written, name


@pytest.mark.parametrize(
    "key", ["text", "full_name", "Authorization", "twilio_auth_token", "wasl.secret", "phone", "body"]
)
def test_what_stands_under_a_telling_key_is_hidden_whole(key: str, output: io.StringIO) -> None:
    ours().info("read", **{key: QUOTED}, inner={"deep": {key: QUOTED}})
    library().warning("got %s", {key: QUOTED})
    library().warning(f'header {key}="{QUOTED}" and {key}={QUOTED.split()[0]}')
    assert "Fatimah" not in output.getvalue()
    assert output.getvalue().count(HIDDEN) >= 4


def test_quoted_parts_of_exceptions_and_libraries_are_hidden(output: io.StringIO) -> None:
    caught(lambda: ours().exception("failed"), f"'{QUOTED}'")
    library().warning("cannot read %r", QUOTED)
    assert "Fatimah" not in output.getvalue()
    assert "RuntimeError" in output.getvalue()
    assert "KeyError" in output.getvalue()


def test_a_line_keeps_what_helps(output: io.StringIO) -> None:
    ours().info("committed a batch", organisation="labas", contacts=64, seconds=0.0123456789, repeated=False, door=None)
    line = json.loads(output.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "committed a batch",
        "level": "info",
        "logger": "bot.test",
        "organisation": "labas",
        "contacts": 64,
        "seconds": 0.0123456789,
        "repeated": False,
        "door": None,
    }


def test_an_exception_tells_where_it_came_from(output: io.StringIO) -> None:
    caught(lambda: ours().exception("failed"), "x")
    told_as = json.loads(output.getvalue())["exception"]
    assert "test_logs.py" in told_as
    assert "in fail" in told_as
    assert told_as.index("KeyError") < told_as.index("RuntimeError: could not read x")


def test_members_of_a_group_are_told() -> None:
    text = told(ExceptionGroup("two", [ValueError("one"), TypeError("other")]))
    assert all(name in text for name in ("ValueError: one", "TypeError: other", "ExceptionGroup: two"))


@pytest.mark.parametrize(
    "text",
    [
        "Uvicorn running on http://127.0.0.1:8000",
        "Started server process [12345]",
        "sqlite+aiosqlite:///data/wasl.db",
        'File "services/turns.py", line 120, in step_and_commit_the_whole_batch_of_events',
        "closed 1012 after 64 frames in 3.5 s",
    ],
)
def test_plain_lines_stay_as_they_are(text: str) -> None:
    assert Redactor().text(text) == text


def test_queries_and_users_of_addresses_are_hidden() -> None:
    said = Redactor().text("GET https://u:p4ss@example.org/chat/labas?k=abc&x=1#k=def and ?token=abc")
    assert said == "GET https://[hidden]@example.org/chat/labas?[hidden] and ?token=[hidden]"


def test_libraries_are_heard_from_warnings_on(output: io.StringIO) -> None:
    for name in ("telegram", "httpx", "aiohttp.client", "sqlalchemy.engine", "apscheduler", "websockets"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).debug("chatter")
    assert output.getvalue() == ""


def test_a_library_is_never_louder_than_was_asked_for(output: io.StringIO) -> None:
    logs.configure("json", "WARNING", (), output)
    logging.getLogger("alembic.runtime.migration").info("chatter")
    logging.getLogger("alembic.runtime.migration").warning("heard")
    assert [json.loads(line)["event"] for line in output.getvalue().splitlines()] == ["heard"]


@pytest.mark.parametrize(
    "text", ["a-", "a_", "1 ", "،", "' ", "name='", "://", "a.b-", "x@y", "token=a(", "http://", "12345:"]
)
def test_no_text_makes_the_log_slow(text: str) -> None:
    begun = time.process_time()
    Redactor().text(text * 20_000)
    assert time.process_time() - begun < 1
